/* On a phone: a sheet from below in three heights. The handle is a button, and can be dragged. Wide: its children lie in the page's grid. */
(function () {
    const { h } = window.hotspots;
    const { useRef } = window.React;
    const heights = ["low", "half", "full"];

    window.hotspots_dashboard.Sheet = ({ id, children, height, words, setProps }) => {
        const start = useRef(null);
        const step = (by) => {
            const next = Math.min(2, Math.max(0, heights.indexOf(height) + by));
            setProps({ height: heights[next] });
        };
        const drag = {
            onPointerDown: (event) => { start.current = event.clientY; },
            onPointerUp: (event) => {
                const moved = start.current === null ? 0 : event.clientY - start.current;
                start.current = null;
                if (Math.abs(moved) > 24) step(moved < 0 ? 1 : -1);
                else setProps({ height: heights[(heights.indexOf(height) + 1) % 3] });
            },
            // A press of a key makes a click without a pointer.
            onClick: (event) => { if (event.detail === 0) setProps({ height: heights[(heights.indexOf(height) + 1) % 3] }); },
        };
        return h("div", { id, className: "sheet", "data-height": height },
            h("div", { className: "sheet-body" }, children),
            h("button", { type: "button", className: "sheet-handle", "aria-expanded": height !== "low", ...drag },
                h("span", { className: "sheet-grip", "aria-hidden": true }), h("span", { className: "hidden-words" }, words[height])));
    };
})();
