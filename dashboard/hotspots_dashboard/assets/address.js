/* The address bar as a component: links with data-stay, back and forward change it without loading the page. */
(function () {
    const { useEffect, useRef } = window.React;

    /* Focus goes to what a step leads to, as soon as it is there, and again if it is drawn anew; unless the person goes on meanwhile. */
    function keepFocus(id) {
        const until = Date.now() + 10000;
        let done = false, left = false;
        const leave = () => { left = true; };
        ["pointerdown", "keydown"].forEach((name) => document.addEventListener(name, leave, { once: true, capture: true }));
        (function look() {
            const named = document.getElementById(id);
            const lost = !document.activeElement || document.activeElement === document.body;
            if (left || Date.now() > until) return;
            if (named && (!done || lost)) { named.focus(); done = true; }
            setTimeout(look, 100);
        })();
    }
    window.hotspots.keepFocus = keepFocus;

    window.hotspots_dashboard.Path = function Path({ setProps }) {
        useEffect(() => setProps({ pathname: window.location.pathname, search: window.location.search }), []);
        return null;
    };

    window.hotspots_dashboard.Address = function Address({ search, setProps }) {
        const shown = useRef(null);

        useEffect(() => {
            const read = () => {
                shown.current = window.location.search;
                setProps({ search: shown.current });
            };
            const follow = (event) => {
                const link = event.target.closest && event.target.closest("a[data-stay]");
                const plain = event.button === 0 && !event.metaKey && !event.ctrlKey && !event.shiftKey && !event.altKey;
                if (!link || !plain) return;
                event.preventDefault();
                window.history.pushState(null, "", link.getAttribute("href"));
                read();
                keepFocus(link.dataset.stay);
            };
            shown.current = search; // a new page was made for this address already
            if (search !== window.location.search) read();
            window.addEventListener("popstate", read);
            document.addEventListener("click", follow);
            return () => {
                window.removeEventListener("popstate", read);
                document.removeEventListener("click", follow);
            };
        }, []);

        useEffect(() => {
            if (shown.current === null || search === undefined || search === shown.current) return;
            shown.current = search;
            window.history.pushState(null, "", window.location.pathname + search);
        }, [search]);
        return null;
    };
})();
