/* A tree of plain HTML as one component: Dash watches every component that it knows, and a chart of a hundred bars needs no watching. */
(function () {
    const { h } = window.hotspots;
    const drawn = (node, at) => {
        if (!Array.isArray(node)) return node;
        const [tag, properties, children] = node;
        return h(tag, { key: at, ...properties }, ...children.map(drawn));
    };

    window.hotspots_dashboard.Markup = function Markup({ tree }) {
        return h(window.React.Fragment, null, ...(tree || []).map(drawn));
    };
})();
