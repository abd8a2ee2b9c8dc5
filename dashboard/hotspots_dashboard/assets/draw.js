/* An outline drawn on the map, or the view itself taken as one. Each press is a corner; the first corner, Enter or the button closes it. */
(function () {
    const { h } = window.hotspots;
    const { useEffect, useRef, useState } = window.React;
    const MOST = 100; // corners, as the filter takes them
    const CLOSE_PX = 14; // this near to the first corner closes the outline
    const EDGE_PX = 12; // of the view that stays outside

    const round = (degrees) => Math.round(degrees * 1e5) / 1e5;
    const toText = (corners) => corners.map(([lon, lat]) => round(lon) + " " + round(lat)).join(",");
    const toRing = (text) => {
        const corners = text.split(",").map((corner) => corner.trim().split(/\s+/).map(Number));
        return [...corners, corners[0]];
    };
    /* Twice the area of a ring, below 0 where it runs with the clock. */
    const turned = (ring) => ring.slice(1).reduce((sum, [x, y], at) => sum + ring[at][0] * y - x * ring[at][1], 0);
    const holds = (ring, [x, y]) => ring.slice(1).reduce((inside, [x2, y2], at) => {
        const [x1, y1] = ring[at];
        return (y1 > y) !== (y2 > y) && x < x1 + (y - y1) * (x2 - x1) / (y2 - y1) ? !inside : inside;
    }, false);
    /* A ring or several with ";" between, as one geometry: what lies in an odd number of rings is inside. */
    const toGeometry = (text) => {
        const rings = text.split(";").map(toRing);
        if (rings.length === 1) return { type: "Polygon", coordinates: rings };
        const middles = rings.map((ring) => [(ring[0][0] + ring[1][0]) / 2, (ring[0][1] + ring[1][1]) / 2]); // no ring meets another there
        const depths = rings.map((_, n) => rings.filter((other, m) => m !== n && holds(other, middles[n])).length);
        const facing = (ring, sign) => (turned(ring) * sign > 0 ? ring : [...ring].reverse());
        const outer = rings.map((_, n) => n).filter((n) => depths[n] % 2 === 0);
        const holes = (n) => rings.filter((_, m) => depths[m] === depths[n] + 1 && holds(rings[n], middles[m]));
        return { type: "MultiPolygon", coordinates: outer.map((n) => [facing(rings[n], 1), ...holes(n).map((ring) => facing(ring, -1))]) };
    };

    const turn = (a, b, c) => Math.sign((b[0] - a[0]) * (c[1] - a[1]) - (b[1] - a[1]) * (c[0] - a[0]));
    const meet = (a, b, c, d) => turn(a, b, c) !== turn(a, b, d) && turn(c, d, a) !== turn(c, d, b);
    /* Whether a side from `a` to `b` crosses one of the sides between corners; sides that share an end are not asked. */
    const crosses = (a, b, corners) => corners.slice(1).some((corner, at) =>
        ![a, b].includes(corner) && ![a, b].includes(corners[at]) && meet(a, b, corners[at], corner));

    function sketch(map, corners) {
        const data = { type: "FeatureCollection", features: [
            { type: "Feature", properties: {}, geometry: { type: "LineString", coordinates: corners } },
            ...corners.map((corner) => ({ type: "Feature", properties: {}, geometry: { type: "Point", coordinates: corner } })),
        ] };
        if (map.getSource("sketch")) { map.getSource("sketch").setData(data); return; }
        const colour = getComputedStyle(document.documentElement).getPropertyValue("--accent").trim();
        map.addSource("sketch", { type: "geojson", data });
        map.addLayer({ id: "sketch", type: "line", source: "sketch", paint: { "line-color": colour, "line-width": 2.5 } });
        map.addLayer({ id: "sketch-corner", type: "circle", source: "sketch", filter: ["==", ["geometry-type"], "Point"],
            paint: { "circle-radius": 6, "circle-color": "#ffffff", "circle-stroke-color": colour, "circle-stroke-width": 2.5 } });
    }

    function unsketch(map) {
        ["sketch", "sketch-corner"].forEach((layer) => map.getLayer(layer) && map.removeLayer(layer));
        if (map.getSource("sketch")) map.removeSource("sketch");
    }

    /* The part of the map that nothing covers, as an outline. */
    function viewOf(map, covered) {
        const { clientWidth, clientHeight } = map.getContainer();
        const [left, top] = [EDGE_PX, EDGE_PX + covered.top], [right, bottom] = [clientWidth - EDGE_PX, clientHeight - EDGE_PX - covered.bottom];
        return [[left, top], [right, top], [right, bottom], [left, bottom]].map((point) => map.unproject(point).toArray());
    }

    function Drawing({ map, words, onDone }) {
        const [corners, setCorners] = useState([]);
        const [problem, setProblem] = useState(null);
        const live = useRef(corners);
        live.current = corners;
        const finish = () => {
            const drawn = live.current;
            if (drawn.length < 3) return;
            if (crosses(drawn[drawn.length - 1], drawn[0], drawn)) { setProblem(words.crosses); return; }
            onDone(toText(drawn));
        };
        useEffect(() => {
            const press = (event) => {
                const drawn = live.current;
                const first = drawn.length && map.project(drawn[0]);
                if (drawn.length > 2 && Math.hypot(first.x - event.point.x, first.y - event.point.y) < CLOSE_PX) { finish(); return; }
                const corner = event.lngLat.toArray().map(round);
                const last = drawn[drawn.length - 1];
                if (last && last[0] === corner[0] && last[1] === corner[1]) return;
                if (last && crosses(last, corner, drawn)) { setProblem(words.crosses); return; }
                setProblem(null);
                if (drawn.length < MOST) setCorners([...drawn, corner]);
            };
            const key = (event) => {
                if (event.key === "Escape") onDone(null);
                if (event.key === "Enter" && event.target.tagName !== "BUTTON") { event.stopPropagation(); finish(); }
            };
            map.drawing = true; // presses are corners now, and list no incidents
            map.doubleClickZoom.disable();
            map.getCanvas().style.cursor = "crosshair";
            map.on("click", press);
            document.addEventListener("keydown", key, true);
            return () => {
                map.drawing = false;
                map.doubleClickZoom.enable();
                map.getCanvas().style.cursor = "";
                map.off("click", press);
                document.removeEventListener("keydown", key, true);
                unsketch(map);
            };
        }, []);
        useEffect(() => sketch(map, corners), [corners]);
        return h("div", { className: "map-tools map-drawing" },
            h("p", { role: "status" }, problem || words.corners),
            h("button", { type: "button", className: "button", disabled: corners.length < 3, onClick: finish }, words.finish),
            h("button", { type: "button", className: "button", onClick: () => onDone(null) }, words.leave));
    }

    /* The buttons on the map. ``onPolygon`` takes the outline as "lon lat,lon lat,…". */
    window.hotspots.DrawTools = function DrawTools({ map, words, covered, onPolygon, months }) {
        const [drawing, setDrawing] = useState(false);
        if (!map) return null;
        if (drawing) return h(Drawing, { map, words, onDone: (polygon) => { setDrawing(false); if (polygon) onPolygon(polygon); } });
        const isSmall = window.innerWidth < 768 || window.innerHeight <= 480; // three buttons would cover the map
        const tools = [
            h("button", { key: "draw", type: "button", className: "button", onClick: () => setDrawing(true) }, words.draw),
            h("button", { key: "view", type: "button", className: "button", onClick: () => onPolygon(toText(viewOf(map, covered()))) }, words.view),
            months ? h("button", { key: "months", type: "button", className: "button", onClick: months.open }, months.label) : null,
        ];
        if (!isSmall) return h("div", { className: "map-tools" }, tools);
        return h("details", { className: "map-tools map-tools-folded" }, h("summary", { className: "button" }, words.tools), tools);
    };
    Object.assign(window.hotspots, { toGeometry, toText, viewOf });
})();
