/* Tabs after the ARIA pattern; a second press on the open tab folds the panel away. */
(function () {
    const { h, press } = window.hotspots;
    const { useEffect } = window.React;

    window.hotspots_dashboard.Tabs = (props) => {
        const { id, label, tabs, value, panel } = props;
        const names = tabs.map((tab) => tab.value);
        // On a phone the row of tabs is wider than the screen, and has no width before the sheet is drawn up.
        useEffect(() => {
            const open = document.getElementById(id + "-" + value);
            if (!open) return undefined;
            const row = open.parentElement;
            const seen = new ResizeObserver(() => { row.scrollLeft = open.offsetLeft - row.offsetLeft - (row.clientWidth - open.offsetWidth) / 2; });
            seen.observe(row);
            return () => seen.disconnect();
        }, [value]);
        const move = (event) => {
            const steps = { ArrowRight: 1, ArrowLeft: -1, Home: -Infinity, End: Infinity };
            if (!(event.key in steps)) return;
            event.preventDefault();
            const at = names.indexOf(event.target.dataset.tab);
            const step = steps[event.key];
            const next = Number.isFinite(step) ? (at + step + names.length) % names.length : step < 0 ? 0 : names.length - 1;
            document.getElementById(id + "-" + names[next]).focus();
        };
        return h("div", { id, className: "tabs", role: "tablist", "aria-label": label, onKeyDown: move }, tabs.map((tab, at) =>
            h("button", {
                key: tab.value, id: id + "-" + tab.value, "data-tab": tab.value, type: "button", role: "tab", className: "tab",
                "aria-selected": value === tab.value, "aria-controls": panel, "aria-expanded": value === tab.value,
                tabIndex: value === tab.value || (!names.includes(value) && at === 0) ? 0 : -1,
                onClick: () => press(props, { value: value === tab.value ? null : tab.value }),
            }, tab.label)));
    };
})();
