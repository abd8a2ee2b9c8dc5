/* The map of public points. A classic script that imports MapLibre, which is a module, when the first map is drawn. */
(function () {
    const { h, say, number, calm, press, mapStyle } = window.hotspots;
    const { take, corners, padding } = window.hotspots.mapStart;
    const { useEffect, useRef, useState } = window.React;
    const NONE = { type: "FeatureCollection", features: [] };
    const SIZES = [1, 5, 10, 25, 50, 100, 250, 500, 1000, 2500];
    const WIDEST_PX = 30; // of a circle in the legend
    const dark = window.matchMedia("(prefers-color-scheme: dark)");

    function boxOf(coordinates, box = [180, 90, -180, -90]) {
        if (typeof coordinates[0] === "number") {
            const [x, y] = coordinates;
            return [Math.min(box[0], x), Math.min(box[1], y), Math.max(box[2], x), Math.max(box[3], y)];
        }
        return coordinates.reduce((sofar, part) => boxOf(part, sofar), box);
    }

    /* What a circle stands for, in words: "12 reported incidents: 7 theft, 5 burglary". */
    function inWords(feature, groups, words) {
        const n = feature.properties.n;
        const parts = groups
            .map((group) => [feature.properties["n_" + group.name] || 0, group.label.toLowerCase()])
            .filter(([some]) => some).sort((one, other) => other[0] - one[0]).map(([some, label]) => number(some) + " " + label);
        return say(n === 1 ? words.one : words.many, { n: number(n) }) + ": " + parts.join(", ");
    }

    /* What is in sight: the largest count, and the groups that give a circle its colour. */
    function inSight(map, groups) {
        const seen = { most: 0, groups: new Set() };
        map.queryRenderedFeatures({ layers: ["incidents"] }).forEach(({ properties }) => {
            seen.most = Math.max(seen.most, properties.n);
            seen.groups.add(groups.map((group) => group.name).find((name) => 2 * (properties["n_" + name] || 0) >= properties.n) || "mixed");
        });
        return seen;
    }

    function Legend({ map, groups, words, zoom, levels, forecast, done, lost }) {
        const [seen, setSeen] = useState(null);
        useEffect(() => {
            if (!map) return undefined;
            const read = () => setSeen(inSight(map, groups));
            map.on("idle", read);
            if (map.loaded()) read(); // idle already, and may stay so
            return () => map.off("idle", read);
        }, [map]);
        if (!seen) return null;
        const steps = (title, names = words.levels, look = "level-") => h("div", { className: "legend-forecast" }, h("p", { className: "legend-note" }, title),
            h("ol", null, names.map((level, at) =>
                h("li", { key: level }, h("span", { className: "level " + look + (at + 1), "aria-hidden": true }), level))));
        const marked = done && done.length ? h("p", { className: "legend-done" }, h("span", { className: "done-mark", "aria-hidden": true }), words.done) : null;
        if (levels && zoom < mapStyle.CITY_ZOOM) {
            return h("details", { className: "legend", open: window.innerWidth >= 1200 },
                h("summary", null, words.legend), forecast ? steps(words.forecast)
                    : levels.measure === "change" ? steps(words.change, words.changes, "level-change-") : steps(words.city), marked);
        }
        const fitting = SIZES.filter((n) => n === 1 || (n <= seen.most && mapStyle.radius(n, zoom) <= WIDEST_PX));
        const sizes = [...new Set([fitting[0], fitting[Math.floor(fitting.length / 2)], fitting[fitting.length - 1]])];
        const kinds = [...groups, { name: "mixed", label: words.mixed }].filter((group) => seen.groups.has(group.name));
        return h("details", { className: "legend", open: window.innerWidth >= 1200 },
            h("summary", null, words.legend),
            seen.most ? h("div", { className: "legend-sizes" }, sizes.map((n) => {
                const px = 2 * mapStyle.radius(n, zoom) + "px";
                return h("span", { key: n, className: "legend-size" }, h("i", { style: { width: px, height: px } }), number(n));
            })) : null,
            seen.most ? h("p", { className: "legend-note" }, words.sizes) : h("p", { className: "legend-note" }, lost ? words.unknown : words.nothing),
            h("ul", { className: "legend-groups" }, kinds.map((group) =>
                h("li", { key: group.name }, h("span", { className: "mark mark-" + group.name, "aria-hidden": true }), group.label))),
            forecast ? steps(words.forecast) : null, marked);
    }

    window.hotspots_dashboard.MapView = function MapView(props) {
        const { id, base_url, query, levels, box, shape, polygon, areas, area_kind, forecast, done, picked, groups, words, tiles } = props;
        const node = useRef(null);
        const canvas = useRef(null);
        const outlined = useRef(false); // whether a place or an area is drawn
        const live = useRef(props);
        const started = useRef(false);
        const asked = useRef(null); // the filter that the tiles on the map answer
        const [map, setMap] = useState(null);
        const [zoom, setZoom] = useState(10);
        const [hint, setHint] = useState(null);
        const [monthly, setMonthly] = useState(false); // going through the months
        const [problem, setProblem] = useState(null);
        const failed = useRef(false); // the same for `ask`, at once
        const [lost, setLost] = useState(false); // a tile of incidents did not come: the map says so, and does not look empty
        live.current = props;
        const root = window.location.origin + base_url;
        const names = groups.map((group) => group.name);
        const mark = (anchor, marked) => map.setFeatureState({ source: "incidents", sourceLayer: "incidents", id: anchor }, { marked });
        const ask = () => {
            const source = mapStyle.incidents(root, live.current.query);
            canvas.current.dataset.idle = "false";
            asked.current = live.current.query;
            if (!failed.current && map.isSourceLoaded("incidents")) { map.getSource("incidents").setTiles(source.tiles); return; }
            // Of two answers for a tile MapLibre keeps the one that comes last, and a tile that comes first answers for the next filter, too;
            // one that did not come is not asked for again. So a source that is not whole gives way to a new one.
            const drawn = mapStyle.layers(names, tiles, live.current.levels ? mapStyle.CITY_ZOOM : 0).filter((layer) => layer.source === "incidents");
            drawn.forEach((layer) => map.removeLayer(layer.id));
            map.removeSource("incidents");
            map.addSource("incidents", source);
            drawn.forEach((layer) => map.addLayer(layer, "place"));
            if (live.current.picked) mark(live.current.picked.anchor, true);
            failed.current = false;
            setLost(false);
        };

        useEffect(() => {
            if (query === undefined || query === null || started.current) return;
            started.current = true;
            take(live.current, node.current).then(({ maplibre, map: drawn, container, query: answered }) => {
                asked.current = answered;
                canvas.current = container;
                drawn.touchZoomRotate.disableRotation();
                drawn.getCanvas().setAttribute("aria-label", words.map);
                drawn.addControl(new maplibre.NavigationControl({ showCompass: false }), "top-right");
                drawn.addControl(new maplibre.FullscreenControl({ container: node.current.parentElement }), "top-right");
                if (tiles) drawn.addControl(new maplibre.AttributionControl({ compact: false }), "bottom-right");
                drawn.addControl(new maplibre.ScaleControl({ maxWidth: 120, unit: words.units }), "bottom-right");
                const at = (point, reach) => drawn.queryRenderedFeatures(
                    reach ? [[point.x - reach, point.y - reach], [point.x + reach, point.y + reach]] : point, { layers: ["incidents"] });
                const nearest = (found, point) => {
                    const away = (one) => { const p = drawn.project(one.geometry.coordinates); return Math.hypot(p.x - point.x, p.y - point.y); };
                    return found.sort((one, other) => away(one) - away(other))[0];
                };
                const areaAt = (point) => {
                    const [found] = drawn.getLayer("city") ? drawn.queryRenderedFeatures(point, { layers: ["city"] }) : [];
                    return found && live.current.levels.areas.find((area) => area.id === found.id);
                };
                const pick = (point) => {
                    if (drawn.drawing) return;
                    const area = areaAt(point);
                    if (area && !props.plain) {
                        const kind = JSON.stringify({ area: live.current.levels.kind });
                        window.dispatchEvent(new CustomEvent("hotspots-press", { detail: { id: kind, change: { value: [area.id] } } }));
                        window.hotspots.keepFocus("answer");
                        return;
                    }
                    const found = at(point, 6);
                    if (!found.length) { press(props, { picked: null }); return; }
                    const chosen = nearest(found, point);
                    if ((chosen.properties.anchors || 1) > 1) {
                        drawn.easeTo({ center: chosen.geometry.coordinates, zoom: Math.min(drawn.getZoom() + 2, 16), animate: !calm() });
                    } else {
                        press(props, { picked: { anchor: chosen.id } });
                        window.hotspots.keepFocus("place-card-title");
                    }
                };
                drawn.on("click", (event) => pick(event.point));
                drawn.getCanvas().addEventListener("keydown", (event) => {
                    if (event.key === "Enter" && !event.defaultPrevented) pick(drawn.project(drawn.getCenter()));
                });
                drawn.on("mousemove", (event) => {
                    const found = at(event.point);
                    const [act] = drawn.getLayer("done") ? drawn.queryRenderedFeatures(event.point, { layers: ["done"] }) : [];
                    if (act) {
                        setHint({ x: event.point.x, y: event.point.y, right: event.point.x > node.current.clientWidth / 2,
                            text: act.properties.title, more: act.properties.sentence });
                        return;
                    }
                    const area = areaAt(event.point);
                    if (area) {
                        drawn.getCanvas().style.cursor = "pointer";
                        setHint({ x: event.point.x, y: event.point.y, right: event.point.x > node.current.clientWidth / 2,
                            text: area.name + ": " + say(area.n === 1 ? words.one : words.many, { n: number(area.n) }), more: props.plain ? "" : words.choose });
                        return;
                    }
                    drawn.getCanvas().style.cursor = found.length ? "pointer" : "";
                    setHint(found.length ? { x: event.point.x, y: event.point.y, right: event.point.x > node.current.clientWidth / 2,
                        text: inWords(nearest(found, event.point), live.current.groups, words),
                        more: (found[0].properties.anchors || 1) > 1 ? words.zoom : props.plain ? "" : words.list } : null);
                });
                drawn.on("mouseout", () => setHint(null));
                drawn.on("zoom", () => setZoom(drawn.getZoom()));
                drawn.on("error", (event) => { if (event.sourceId === "incidents") { failed.current = true; setLost(true); } });
                const ready = () => { setZoom(drawn.getZoom()); setMap(drawn); };
                if (drawn.isStyleLoaded() || drawn.style._loaded) ready(); else drawn.once("style.load", ready);
            }).catch(() => setProblem(words.failed));
        }, [query === undefined || query === null]);

        useEffect(() => {
            if (!map) return;
            if (asked.current !== query) ask();
        }, [map, query]);

        useEffect(() => {
            if (!map || !monthly) return undefined;
            let shown = null, left = false;
            import(props.months.script).then(({ open }) => {
                if (left) return;
                shown = open({ map, room: node.current.parentElement, root, query, levels, names, months: props.months, words: words.months, covered: padding, onClose: () => setMonthly(false) });
            });
            return () => { left = true; if (shown) shown.close(); };
        }, [map, monthly, query, JSON.stringify(levels)]);

        /* An opened tab takes room from the map: what was in sight comes into sight again, unless the person moved the map. */
        useEffect(() => {
            if (!map) return undefined;
            let seen = map.getBounds(), height = map.getContainer().clientHeight;
            // MapLibre tells a resize of its own as a move: what it leaves in sight is not what the person chose.
            const moved = (event) => { if (event.originalEvent || (!resizing && map.getContainer().clientHeight === height)) seen = map.getBounds(); };
            let resizing = false;
            const resized = new ResizeObserver(() => {
                const now = map.getContainer().clientHeight;
                if (Math.abs(now - height) < 60 || now < 60) return;
                height = now;
                resizing = true;
                map.resize().fitBounds(seen, { animate: false });
                resizing = false;
            });
            map.on("moveend", moved);
            resized.observe(map.getContainer());
            return () => { map.off("moveend", moved); resized.disconnect(); };
        }, [map]);

        useEffect(() => {
            if (!map) return undefined;
            ["incidents", "counts"].forEach((layer) => map.getLayer(layer) && map.setLayerZoomRange(layer, levels ? mapStyle.CITY_ZOOM : 0, 24));
            if (!levels) return undefined;
            map.addSource("city", { type: "vector", tiles: [mapStyle.tileAddress(root, "areas/" + levels.kind)], maxzoom: 14 });
            map.addSource("city-name", { type: "geojson", data: mapStyle.namePoints(levels.areas) });
            mapStyle.cityLayers(levels).forEach((layer) => map.addLayer(layer, "shape"));
            map.addLayer(mapStyle.nameLayer(), "place");
            map.addLayer(mapStyle.quietNameLayer(), "place"); // over the circles: under many of them a name cannot be read
            return () => {
                ["city", "city-edge", "city-name", "area-name"].forEach((layer) => map.getLayer(layer) && map.removeLayer(layer));
                ["city", "city-name"].forEach((source) => map.removeSource(source));
            };
        }, [map, levels && levels.kind]);

        useEffect(() => {
            if (!map || !levels || !map.getLayer("city")) return;
            map.setPaintProperty("city", "fill-color", mapStyle.cityLayers(levels)[0].paint["fill-color"]);
            map.getSource("city-name").setData(mapStyle.namePoints(levels.areas));
        }, [map, JSON.stringify(levels)]);

        useEffect(() => {
            if (!map) return;
            const outline = polygon ? window.hotspots.toGeometry(polygon) : null;
            const shapes = [...(shape ? shape.geometries : []), outline].filter(Boolean);
            const frame = shape && shape.box;
            if (!shapes.length && !frame && !outlined.current) return; // nothing was drawn, so nothing needs drawing anew
            outlined.current = shapes.length > 0;
            map.getSource("shape").setData({ type: "FeatureCollection", features: shapes.map((geometry) => ({ type: "Feature", properties: {}, geometry })) });
            map.getSource("place").setData(shape && shape.place ? { type: "Feature", properties: {}, geometry: { type: "Point", coordinates: shape.place } } : NONE);
            const seen = map.getBounds();
            const inSight = !shape && outline && outline.coordinates.flat(outline.type === "MultiPolygon" ? 2 : 1).every((corner) => seen.contains(corner)); // just drawn: the map stays
            if ((shapes.length || frame) && !inSight) {
                const around = frame || shapes.reduce((sofar, one) => boxOf(one.coordinates, sofar), undefined);
                map.fitBounds(corners(around), { padding: padding(), animate: !calm(), duration: 500, maxZoom: 16 });
            }
        }, [map, JSON.stringify(shape), polygon]);

        useEffect(() => {
            if (!map || !area_kind) return undefined;
            map.addSource("area", { type: "vector", tiles: [mapStyle.tileAddress(root, "areas/" + area_kind)], maxzoom: 14 });
            mapStyle.areaLayers(areas || []).forEach((layer) => map.addLayer(layer, "incidents"));
            return () => {
                ["area", "area-chosen"].forEach((layer) => map.getLayer(layer) && map.removeLayer(layer));
                map.removeSource("area");
            };
        }, [map, area_kind]);

        useEffect(() => {
            if (!map || !area_kind || !map.getLayer("area-chosen")) return;
            map.setFilter("area-chosen", ["in", ["id"], ["literal", areas || []]]);
        }, [map, area_kind, JSON.stringify(areas)]);

        useEffect(() => {
            if (!map || !forecast) return undefined;
            map.addSource("forecast", { type: "vector", tiles: [mapStyle.tileAddress(root, "forecast/" + forecast)], maxzoom: 12 });
            map.addLayer(mapStyle.forecastLayer(), "place");
            ["city", "city-edge"].forEach((layer) => map.getLayer(layer) && map.setLayoutProperty(layer, "visibility", "none"));
            return () => {
                map.removeLayer("forecast");
                map.removeSource("forecast");
                ["city", "city-edge"].forEach((layer) => map.getLayer(layer) && map.setLayoutProperty(layer, "visibility", "visible"));
            };
        }, [map, forecast]);

        useEffect(() => {
            if (!map || !done || !done.length) return undefined;
            map.addSource("done", { type: "geojson", data: mapStyle.donePoints(done) });
            map.addLayer(mapStyle.doneLayer());
            return () => { map.removeLayer("done"); map.removeSource("done"); };
        }, [map, JSON.stringify(done)]);

        useEffect(() => {
            if (!map || !picked) return undefined;
            mark(picked.anchor, true);
            if (picked.center) map.easeTo({ center: picked.center, zoom: Math.max(map.getZoom(), 15), animate: !calm() });
            return () => mark(picked.anchor, false);
        }, [map, picked && picked.anchor]);

        useEffect(() => {
            if (!map) return undefined;
            const city = () => (live.current.levels ? [...mapStyle.cityLayers(live.current.levels), mapStyle.nameLayer(), mapStyle.quietNameLayer()] : []);
            const repaint = () => [...mapStyle.layers(names, tiles), ...city(), mapStyle.doneLayer()].forEach((layer) =>
                Object.entries(layer.paint || {}).forEach(([name, value]) => map.getLayer(layer.id) && map.setPaintProperty(layer.id, name, value)));
            // Paper is white, whatever the screen is. A browser prints what stood on the screen last, so the picture for paper is a copy.
            const turn = (onPaper) => {
                document.documentElement.classList.toggle("on-paper", onPaper);
                repaint();
                map.redraw();
                canvas.current.querySelectorAll(".map-copy").forEach((one) => one.remove());
                if (!onPaper) return;
                const { width, height } = map.getCanvas();
                const copy = Object.assign(document.createElement("canvas"), { className: "map-copy", width, height });
                copy.getContext("2d").drawImage(map.getCanvas(), 0, 0);
                canvas.current.append(copy);
            };
            const lay = () => turn(true), lift = () => turn(false);
            dark.addEventListener("change", repaint);
            window.addEventListener("beforeprint", lay);
            window.addEventListener("afterprint", lift);
            return () => {
                dark.removeEventListener("change", repaint);
                window.removeEventListener("beforeprint", lay);
                window.removeEventListener("afterprint", lift);
            };
        }, [map]);

        return h("div", { id, className: "map" },
            h("div", { ref: node, className: "map-holder" }),
            hint ? h("div", { className: "map-hint" + (hint.right ? " map-hint-left" : ""), style: { left: hint.x + "px", top: hint.y + "px" } },
                hint.text, h("small", null, hint.more)) : null,
            problem ? h("p", { className: "map-problem", role: "alert" }, problem) : null,
            lost ? h("p", { className: "map-lost", role: "alert" }, words.lost + " ", h("button", { type: "button", className: "button", onClick: ask }, words.again)) : null,
            h("span", { className: "map-cross", "aria-hidden": true }),
            props.plain ? null : h(window.hotspots.DrawTools, { map, words: words.drawing, covered: padding, onPolygon: (drawn) => press(props, { polygon: drawn }),
                months: props.months && !monthly && !(levels && levels.measure === "change") ? { label: words.months.open, open: () => setMonthly(true) } : null }),
            h(Legend, { map, groups, words, zoom, levels, forecast, done, lost }));
    };
})();
