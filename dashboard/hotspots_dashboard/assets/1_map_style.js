/* How the map looks: layers over our own tiles, coloured by the tokens of the page's style sheet. */
(function () {
    const FONT = ["Public Sans", "Helvetica Neue", "Arial", "sans-serif"];
    /* Radius in pixels is this many times the square root of the count, so that areas compare. [zoom, factor] */
    const GROWTH = [[8, 0.3], [10, 0.68], [11, 1], [11.99, 1.4], [12, 2], [14, 3.2], [16, 5], [18, 7]];
    const LEAST = 2.2;
    const CITY_ZOOM = 12; // before it the whole city is in sight: areas in place of points

    const token = (name) => getComputedStyle(document.documentElement).getPropertyValue("--" + name).trim();
    const count = (name) => ["coalesce", ["get", name], 0];
    const byZoom = (stops, make) => ["interpolate", ["linear"], ["zoom"], ...stops.flatMap(([zoom, value]) => [zoom, make(value)])];

    /* A group's colour where at least half of a point's incidents belong to it, else the colour of a mixture. */
    const byGroup = (groups, suffix) =>
        ["case", ...groups.flatMap((group) => [[">=", ["*", 2, count("n_" + group)], ["get", "n"]], token("group-" + group + suffix)]), token("mixed" + suffix)];

    /* Its shape, beside the number: the same as in the legend. */
    const SHAPES = { violence: "◆", burglary: "■", vehicle: "▲", theft: "●", damage: "▼", other: "▬" };
    const shapeOf = (groups) =>
        ["case", ...groups.flatMap((group) => [[">=", ["*", 2, count("n_" + group)], ["get", "n"]], (SHAPES[group] || "") + "\u2009"]), ""];

    function radius(n, zoom) {
        const after = GROWTH.findIndex(([at]) => at > zoom);
        if (after === 0) return Math.max(LEAST, GROWTH[0][1] * Math.sqrt(n));
        if (after < 0) return Math.max(LEAST, GROWTH[GROWTH.length - 1][1] * Math.sqrt(n));
        const [z0, k0] = GROWTH[after - 1], [z1, k1] = GROWTH[after];
        return Math.max(LEAST, (k0 + ((zoom - z0) / (z1 - z0)) * (k1 - k0)) * Math.sqrt(n));
    }

    /* `from`: the zoom from which single points are drawn; before, areas are coloured. */
    function layers(groups, online, from = 0) {
        const street = (id, rank, width, minzoom) => ({
            id, type: "line", source: "base", "source-layer": "street", minzoom, filter: ["==", ["get", "rank"], rank],
            layout: { "line-cap": "round", "line-join": "round" },
            paint: { "line-color": token(rank === 1 ? "map-main-street" : "map-street"), "line-width": byZoom(width, (px) => px) },
        });
        const label = (id, sourceLayer, minzoom, extra) => ({
            id, type: "symbol", source: "base", "source-layer": sourceLayer, minzoom,
            layout: { "text-field": ["get", "name"], "text-font": FONT, "text-size": 11.5, "text-letter-spacing": 0.02, ...extra },
            paint: { "text-color": token("map-label"), "text-halo-color": token("map-land"), "text-halo-width": 1.6 },
        });
        const own = [
            { id: "water", type: "fill", source: "base", "source-layer": "water", paint: { "fill-color": token("map-water"), "fill-antialias": false } },
            { id: "land", type: "fill", source: "base", "source-layer": "land", paint: { "fill-color": token("map-land"), "fill-antialias": false } },
            { id: "park", type: "fill", source: "base", "source-layer": "park", paint: { "fill-color": token("map-park"), "fill-antialias": false } },
            street("street", 2, [[11, 0.3], [13, 0.8], [15, 2.2], [17, 6]], 11),
            street("main-street", 1, [[9, 0.4], [12, 1.3], [15, 4], [17, 9]], 8),
        ];
        // What lies around the city: the ground that the numbers are about is drawn over it.
        const around = (id, kind, extra) => ({ ...label(id, "around", 7, { "text-size": 12, "text-padding": 6, ...extra }), filter: ["==", ["get", "kind"], kind] });
        const labels = [
            { ...label("water-label", "water", 8, { "text-size": 13, "text-letter-spacing": 0.12, "text-max-width": 6, "text-padding": 8 }), filter: ["==", ["geometry-type"], "Point"],
                paint: { "text-color": token("map-water-label"), "text-halo-color": token("map-water"), "text-halo-width": 1 } },
            { ...around("town-label", "town", { "text-letter-spacing": 0.06 }),
                paint: { "text-color": token("map-label"), "text-halo-color": token("map-paper"), "text-halo-width": 1.6 } },
            around("airport-label", "airport", { "text-variable-anchor": ["center", "top", "bottom", "left", "right"], "text-radial-offset": 1.2, "text-max-width": 7 }),
            label("park-label", "park", 14, { "text-max-width": 7, "text-padding": 40 }),
            label("street-label", "street", 14, { "symbol-placement": "line", "symbol-spacing": 380, "text-size": 11 }),
        ];
        return [
            ...(online ? [{ id: "online", type: "raster", source: "online", paint: { "raster-saturation": -0.6, "raster-opacity": 0.7 } }] : own),
            { id: "shape", type: "fill", source: "shape", paint: { "fill-color": token("accent"), "fill-opacity": 0.06 } },
            ...(online ? [] : labels),
            { id: "shape-edge", type: "line", source: "shape", paint: { "line-color": token("accent"), "line-width": 1.6, "line-dasharray": [3, 2] } },
            {
                id: "incidents", type: "circle", source: "incidents", "source-layer": "incidents", minzoom: from,
                layout: { "circle-sort-key": ["-", 0, ["get", "n"]] },
                paint: {
                    "circle-radius": byZoom(GROWTH, (factor) => ["max", LEAST, ["*", factor, ["sqrt", ["get", "n"]]]]),
                    "circle-color": byGroup(groups, ""), "circle-opacity": 0.78,
                    "circle-stroke-color": byGroup(groups, "-edge"),
                    "circle-stroke-width": ["case", ["boolean", ["feature-state", "marked"], false], 3, 1],
                },
            },
            {
                id: "counts", type: "symbol", source: "incidents", "source-layer": "incidents", minzoom: from,
                // Only where the circle is large enough to hold the number.
                filter: [">=", ["get", "n"], ["step", ["zoom"], 1200, 9, 600, 10, 320, 11, 150, 12, 40, 14, 14, 16, 6, 17, 3]],
                layout: {
                    "text-field": ["format", shapeOf(groups), { "font-scale": 0.8 }, ["number-format", ["get", "n"], {}], {}], "text-font": FONT, "text-size": 11,
                    "symbol-sort-key": ["-", 0, ["get", "n"]], "text-padding": 0,
                    "text-optional": true,
                },
                paint: { "text-color": token("mark-text"), "text-halo-color": token("mark-halo"), "text-halo-width": 1.2 },
            },
            { id: "place", type: "circle", source: "place",
                paint: { "circle-radius": 5, "circle-color": token("surface"), "circle-stroke-color": token("text"), "circle-stroke-width": 4 } },
        ];
    }

    const { vintage } = window.hotspots;
    const tileAddress = (root, path, query = "") =>
        root + "api/tiles/" + path + "/{z}/{x}/{y}.mvt" + query + (vintage ? (query ? "&" : "?") + "vintage=" + vintage : "");
    const incidents = (root, query) => ({ type: "vector", tiles: [tileAddress(root, "incidents", query)], maxzoom: 16 });

    function style(root, query, groups, online, from) {
        const nothing = { type: "geojson", data: { type: "FeatureCollection", features: [] } };
        return {
            version: 8,
            transition: { duration: 0 }, // a picture for paper is taken at once
            sources: {
                base: { type: "vector", tiles: [tileAddress(root, "base")], maxzoom: 15 },
                incidents: incidents(root, query), shape: nothing, place: nothing,
                ...(online ? { online: { type: "raster", tiles: [online.tiles], tileSize: 256, attribution: online.attribution } } : {}),
            },
            layers: layers(groups, online, from),
        };
    }

    const areaLayers = (chosen) => [
        { id: "area", type: "line", source: "area", "source-layer": "area", paint: { "line-color": token("map-area"), "line-width": 1 } },
        { id: "area-chosen", type: "line", source: "area", "source-layer": "area", filter: ["in", ["id"], ["literal", chosen]],
            paint: { "line-color": token("accent"), "line-width": 2.5 } },
    ];

    /* Areas in five steps of one hue; an area without reports has none. */
    const CHANGE = ["", "change-fewer", "change-within", "change-more"]; // of one against last year: three colours that are no scale
    const levelOf = (areas, measure) => ["match", ["id"], ...[1, 2, 3, 4, 5].flatMap((level) => {
        const ids = areas.filter((area) => area.level === level).map((area) => area.id);
        return ids.length ? [ids, token(measure === "change" ? CHANGE[level] : "level-" + level)] : [];
    }), "rgba(0, 0, 0, 0)"];
    const cityLayers = ({ areas, measure }) => [
        { id: "city", type: "fill", source: "city", "source-layer": "area", maxzoom: CITY_ZOOM,
            paint: { "fill-color": areas.some((area) => area.level) ? levelOf(areas, measure) : "rgba(0, 0, 0, 0)", "fill-opacity": 0.78 } },
        { id: "city-edge", type: "line", source: "city", "source-layer": "area", maxzoom: CITY_ZOOM,
            paint: { "line-color": token("map-land"), "line-width": 1 } },
    ];
    const nameLayer = () => ({
        id: "city-name", type: "symbol", source: "city-name", maxzoom: CITY_ZOOM,
        layout: { "text-field": ["format", ["get", "name"], {}, "\n", {}, ["get", "said"], { "font-scale": 0.86 }], "text-font": FONT, "text-size": byZoom([[9.5, 10], [12, 13]], (px) => px), "text-max-width": 6,
            "symbol-sort-key": ["-", 0, ["get", "n"]], "text-padding": 3 },
        paint: { "text-color": token("mark-text"), "text-halo-color": token("mark-halo"), "text-halo-width": 1.4 },
    });
    /* Where points stand in place of areas: the name alone, quiet. */
    const quietNameLayer = () => ({
        id: "area-name", type: "symbol", source: "city-name", minzoom: CITY_ZOOM, maxzoom: 15.5,
        layout: { "text-field": ["get", "name"], "text-font": FONT, "text-size": byZoom([[12, 12], [15, 16]], (px) => px), "text-max-width": 8, "text-letter-spacing": 0.08,
            "text-transform": "uppercase", "text-padding": 12 },
        paint: { "text-color": token("map-label"), "text-halo-color": token("map-land"), "text-halo-width": 2 },
    });
    const namePoints = (areas) => ({ type: "FeatureCollection", features: areas.map(({ id, name, n, at, said }) => (
        { type: "Feature", id, properties: { name, n, said }, geometry: { type: "Point", coordinates: at } })) });

    const forecastLayer = () => ({
        id: "forecast", type: "fill", source: "forecast", "source-layer": "forecast",
        paint: {
            "fill-color": ["match", ["get", "level"], 1, token("level-1"), 2, token("level-2"), 3, token("level-3"), 4, token("level-4"), token("level-5")],
            "fill-opacity": 0.72, "fill-outline-color": token("map-land"),
        },
    });

    /* Where something was done: a ring round the public point, which hides no circle. */
    const doneLayer = () => ({ id: "done", type: "circle", source: "done",
        paint: { "circle-radius": byZoom([[9, 6], [14, 11], [17, 18]], (px) => px), "circle-color": token("surface"), "circle-opacity": 0.15,
            "circle-stroke-color": token("text"), "circle-stroke-width": 2.5 } });
    const donePoints = (done) => ({ type: "FeatureCollection", features: done.flatMap(({ title, sentence, points }) => points.map((coordinates) => (
        { type: "Feature", properties: { title, sentence }, geometry: { type: "Point", coordinates } }))) });

    window.hotspots.mapStyle = { style, tileAddress, incidents, layers, areaLayers, cityLayers, nameLayer, quietNameLayer, namePoints, levelOf, forecastLayer, doneLayer, donePoints, radius, CITY_ZOOM };
})();
