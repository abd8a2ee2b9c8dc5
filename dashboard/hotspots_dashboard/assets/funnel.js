/* Areas in a funnel: rate against size, with the lines beyond which chance, and how areas differ anyway, do not reach. A table says the same. */
(function () {
    const { h, number } = window.hotspots;
    const [WIDTH, HEIGHT] = [720, 340];
    const ROOM = { left: 56, right: 16, top: 12, bottom: 44 };
    const SHAPES = { // a shape each, beside the colour
        within: (x, y) => h("circle", { cx: x, cy: y, r: 4 }),
        higher: (x, y) => h("path", { d: `M${x - 6},${y + 5}L${x},${y - 6}L${x + 6},${y + 5}Z` }),
        lower: (x, y) => h("path", { d: `M${x - 6},${y - 5}L${x},${y + 6}L${x + 6},${y - 5}Z` }),
    };

    /* Round values from 0 up to the most of an axis, five to ten of them. */
    const steps = (most) => {
        const power = 10 ** Math.floor(Math.log10(most / 5));
        const step = [5, 2, 1].map((one) => one * power).find((one) => most / one >= 5);
        return Array.from({ length: Math.floor(most / step) + 1 }, (_, n) => n * step);
    };

    window.hotspots_dashboard.Funnel = ({ id, areas, rate, label, x_label, y_label }) => {
        const sorted = areas.slice().sort((one, other) => one.exposure - other.exposure);
        const widest = Math.max(...sorted.map((area) => area.exposure)) * 1.05;
        const highest = Math.max(...sorted.map((area) => Math.max(area.rate, area.limits[3]))) * 1.05;
        const x = (exposure) => ROOM.left + (exposure / widest) * (WIDTH - ROOM.left - ROOM.right);
        const y = (value) => HEIGHT - ROOM.bottom - (Math.max(0, Math.min(value, highest)) / highest) * (HEIGHT - ROOM.top - ROOM.bottom);
        const line = (at, name) => h("polyline", { key: at, className: name, points: sorted.map((area) => x(area.exposure) + "," + y(area.limits[at])).join(" ") });
        const short = (value) => number(Math.round(value * 100) / 100);
        return h("svg", { id, className: "funnel", viewBox: `0 0 ${WIDTH} ${HEIGHT}`, role: "img", "aria-label": label },
            steps(highest).map((value) => h("g", { key: "y" + value, className: "funnel-axis" },
                h("line", { x1: ROOM.left, x2: WIDTH - ROOM.right, y1: y(value), y2: y(value) }),
                h("text", { x: ROOM.left - 6, y: y(value) + 4, textAnchor: "end" }, short(value)))),
            steps(widest).map((value) =>
                h("text", { key: "x" + value, x: x(value), y: HEIGHT - ROOM.bottom + 16, textAnchor: "middle" }, short(value))),
            h("text", { x: (WIDTH + ROOM.left) / 2, y: HEIGHT - 6, textAnchor: "middle", className: "funnel-name" }, x_label),
            h("text", { x: 14, y: HEIGHT / 2, textAnchor: "middle", transform: `rotate(-90 14 ${HEIGHT / 2})`, className: "funnel-name" }, y_label),
            h("line", { className: "funnel-mean", x1: ROOM.left, x2: WIDTH - ROOM.right, y1: y(rate), y2: y(rate) }),
            line(0, "funnel-three"), line(1, "funnel-two"), line(2, "funnel-two"), line(3, "funnel-three"),
            sorted.map((area) => h("g", { key: area.name, className: "funnel-area funnel-" + area.category },
                h("title", null, area.title), SHAPES[area.category](x(area.exposure), y(area.rate)))));
    };
})();
