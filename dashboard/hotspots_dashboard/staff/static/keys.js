/* Keys of every page: Ctrl-K finds, j and k go through rows, ? shows the keys. */
(function () {
    const rows = () => [...document.querySelectorAll("main table.rows tbody tr, main ol.zones > li")];
    const move = (step) => {
        const all = rows();
        if (!all.length) return;
        const now = all.findIndex((row) => row.contains(document.activeElement));
        const next = all[Math.max(0, Math.min(all.length - 1, now < 0 ? 0 : now + step))];
        const link = next.querySelector("a, button");
        if (link) { link.focus(); } else { next.tabIndex = -1; next.focus(); }
    };
    document.addEventListener("keydown", (event) => {
        if ((event.ctrlKey || event.metaKey) && event.key === "k") {
            event.preventDefault();
            window.location.assign("/find");
            return;
        }
        if (event.ctrlKey || event.metaKey || event.altKey || /^(INPUT|SELECT|TEXTAREA)$/.test(event.target.tagName)) return;
        if (event.key === "j") move(1);
        if (event.key === "k") move(-1);
        if (event.key === "?") window.location.assign("/find");
    });
})();
