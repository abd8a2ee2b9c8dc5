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

    const same = (one, other) => JSON.stringify(one ?? null) === JSON.stringify(other ?? null);

    /* Every press asks at once, and its question holds all presses that were not answered yet, in their order. So the newest question alone
       counts: its answer is the address and the controls after all of them, and an answer to an earlier one is passed over. */
    window.hotspots_dashboard.Address = function Address({ search, answered, told, setProps }) {
        const presses = useRef([]);
        const asked = useRef(0);
        const live = useRef(null);
        live.current = { search, answered };

        const ask = () => {
            asked.current += 1;
            setProps({ asked: { number: asked.current, search: window.location.search, presses: presses.current } });
        };

        useEffect(() => {
            const press = (one) => {
                presses.current = [...presses.current, one];
                ask();
            };
            const hear = ({ detail: { id, change } }) => Object.entries(change).forEach(([name, value]) => press({ id, name, value }));
            /* The address as a whole is what was touched last: nothing pressed before it counts. */
            const read = () => {
                presses.current = [];
                setProps({ search: window.location.search });
                ask();
            };
            const follow = (event) => {
                const link = event.target.closest && event.target.closest("a[data-stay]");
                const plain = event.button === 0 && !event.metaKey && !event.ctrlKey && !event.shiftKey && !event.altKey;
                if (!link || !plain) return;
                event.preventDefault();
                const to = link.getAttribute("href");
                if ("whole" in link.dataset) {
                    window.history.pushState(null, "", to);
                    read();
                } else press({ from: live.current.answered, to });
                keepFocus(link.dataset.stay);
            };
            if (live.current.search !== window.location.search) read();
            window.addEventListener("hotspots-press", hear);
            window.addEventListener("popstate", read);
            document.addEventListener("click", follow);
            return () => {
                window.removeEventListener("hotspots-press", hear);
                window.removeEventListener("popstate", read);
                document.removeEventListener("click", follow);
            };
        }, []);

        /* The title says the answer: in a list of tabs or of pages seen, one answer is told from another. */
        useEffect(() => {
            const name = () => {
                const said = document.getElementById("answer"), service = document.querySelector(".service");
                if (said && service && said.textContent) document.title = said.textContent.replace(/\s+/g, " ").trim().slice(0, 120) + " – " + service.textContent;
            };
            const seen = new MutationObserver(name);
            const said = document.getElementById("answer");
            if (said) seen.observe(said, { childList: true, subtree: true, characterData: true });
            name();
            return () => seen.disconnect();
        }, []);

        useEffect(() => {
            if (!told || told.number !== asked.current) return;
            presses.current = [];
            told.values.forEach(([id, name, value]) => {
                const part = window.dash_component_api.getLayout(id);
                if (part && !same(part.props[name], value)) window.dash_clientside.set_props(id, { [name]: value });
            });
            if (told.search !== window.location.search) window.history.pushState(null, "", window.location.pathname + told.search);
            if (told.search !== live.current.search) setProps({ search: told.search });
        }, [told]);
        return null;
    };
})();
