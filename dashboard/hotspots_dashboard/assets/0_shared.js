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
};
