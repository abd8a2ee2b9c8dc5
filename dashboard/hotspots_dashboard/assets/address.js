/* The address bar as a component: links with data-stay, back and forward change it without loading the page. */
(function () {
    const { useEffect, useRef } = window.React;

    /* The link may be drawn anew or be gone after the answer: focus then goes to the element it names. */
    function keepFocus(id, until = Date.now() + 3000) {
        const named = document.getElementById(id);
        const lost = !document.activeElement || document.activeElement === document.body;
        if (named && (lost || until - Date.now() > 2900)) named.focus({ preventScroll: true });
        if (Date.now() < until) setTimeout(() => keepFocus(id, until), 120);
    }

    window.hotspots_dashboard.Path = function Path({ setProps }) {
        useEffect(() => setProps({ pathname: window.location.pathname }), []);
        return null;
    };

    window.hotspots_dashboard.Address = function Address({ search, setProps }) {
        const shown = useRef(null);

        useEffect(() => {
            const read = () => {
                shown.current = window.location.search;
                setProps({ search: window.location.search });
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
            read();
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
