/* The namespace of our components, and what they share. Loaded first: Dash loads assets in the order of their names. */
window.hotspots_dashboard = {};
window.hotspots = {
    h: window.React.createElement,
    /* "{n} reported incidents" and {n: 3} -> "3 reported incidents" */
    say: (words, values) => words.replace(/\{(\w+)\}/g, (all, name) => (name in values ? values[name] : all)),
    number: (value) => Number(value).toLocaleString(document.documentElement.lang || "en"),
    calm: () => window.matchMedia("(prefers-reduced-motion: reduce)").matches,
    /* What a person does to a control: the control shows it at once, and the address hears of it. */
    press: ({ id, setProps }, change) => {
        setProps(change);
        window.dispatchEvent(new CustomEvent("hotspots-press", { detail: { id, change } }));
    },
    vintage: document.documentElement.dataset.vintage, // the publication of this page
};

/* One page is of one publication: whatever it asks names its own, and where that is not the newest any more (410) it loads itself anew. */
(function () {
    const MOST = 3, WITHIN_MS = 60000; // servers that do not agree for longer are left alone
    const SOON_MS = 700; // until every server has seen what was published
    const ask = window.fetch.bind(window);
    let isRenewing = false;

    window.hotspots.renew = (search) => {
        if (isRenewing) return;
        isRenewing = true;
        const before = ((window.history.state || {}).renewed || []).filter((at) => Date.now() - at < WITHIN_MS);
        if (before.length >= MOST) return;
        window.history.replaceState({ renewed: [...before, Date.now()] }, "", window.location.pathname + (search ?? window.location.search));
        document.documentElement.setAttribute("aria-busy", "true");
        setTimeout(() => window.location.reload(), SOON_MS);
    };

    window.fetch = async (address, options = {}) => {
        const isOurs = window.hotspots.vintage && new URL(address, window.location.href).origin === window.location.origin;
        if (!isOurs) return ask(address, options);
        const headers = new Headers(options.headers);
        headers.set("Hotspots-Vintage", window.hotspots.vintage);
        const answer = await ask(address, { ...options, headers });
        if (answer.status === 410) {
            // What was pressed is not lost: the address after it is asked for once more, of the newest.
            const isPress = String(options.body || "").includes('"output":"address.told"');
            const told = isPress ? (await (await ask(address, options)).json()).response : null;
            window.hotspots.renew(told ? told.address.told.search : undefined);
        }
        return answer;
    };
})();
