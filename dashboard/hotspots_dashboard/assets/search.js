/* Search for a place: the ARIA combobox with a list. Nothing typed enters an address; it is posted and forgotten. */
(function () {
    const { h, press, say } = window.hotspots;
    const { useEffect, useRef, useState } = window.React;
    const PAUSE_MS = 140;

    async function ask(url, text, signal) {
        const answer = await fetch(url, {
            method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify({ text }), signal,
        });
        if (!answer.ok) throw new Error(String(answer.status));
        const found = await answer.json();
        return found.matches || found;
    }

    /* What a match says about itself, in the page's language: "block that holds 1204" by the words for "block that holds #". */
    function detailOf(match, words) {
        const numbers = match.detail.match(/\d+/g) || [];
        const known = words.details[match.detail.replace(/\d+/g, "#")];
        const hint = match.detail.match(/^on (.*); /);
        if (hint) return hint[1] + " · " + words.street;
        return known ? known.replace(/#/g, () => numbers.shift()) : match.detail;
    }
    function nameOf(name, words) {
        const block = name.match(/^(\d+) block of (.+)$/);
        return block ? say(words.block, { number: block[1], street: block[2] }) : name;
    }

    window.hotspots_dashboard.Search = (props) => {
        const { id, url, label, hint, value, words, near } = props;
        const [text, setText] = useState("");
        const [matches, setMatches] = useState(null); // null: nothing asked
        const [state, setState] = useState("idle"); // idle, asking, failed
        const [active, setActive] = useState(-1);
        const [open, setOpen] = useState(false);
        const [told, setTold] = useState(null); // of "near me": asking, found, refused, outside
        const going = useRef(null);
        const list = id + "-list";

        useEffect(() => { setText(value ? nameOf(value.name, words) : ""); setOpen(false); setMatches(null); }, [value && value.id, value && value.name]);

        const search = async (typed, then) => {
            if (going.current) going.current.abort();
            if (typed.trim().length < 2) { setMatches(null); setOpen(false); return; }
            going.current = new AbortController();
            setState("asking");
            try {
                const found = await ask(url, typed, going.current.signal);
                setMatches(found); setState("idle"); setActive(-1); setOpen(true);
                if (then) then(found);
            } catch (error) {
                if (error.name === "AbortError") return;
                setState("failed"); setMatches([]); setOpen(true);
            }
        };
        const timer = useRef(null);
        const type = (event) => {
            const typed = event.target.value;
            setText(typed);
            setTold(null);
            clearTimeout(timer.current);
            timer.current = setTimeout(() => search(typed), PAUSE_MS);
        };
        const choose = (match) => {
            setText(nameOf(match.name, words)); setOpen(false); setMatches(null);
            press(props, { value: { id: match.area_id === null ? match.gazetteer_id : "a" + match.area_id, name: match.name, area: match.area_id } });
        };
        // Where the device is goes to nobody: only the public point that it found nearest.
        const locate = async () => {
            setTold("asking");
            const { nearest } = await import(near.script);
            const { problem, id: point } = await nearest(near.points);
            setTold(problem || "found");
            if (!problem) press(props, { value: { id: point, name: words.near.button, area: null } });
        };
        const clear = () => { setTold(null); setText(""); setOpen(false); setMatches(null); press(props, { value: null }); document.getElementById(id).focus(); };
        // Enter takes the marked match, or the first where it is certain; otherwise the list stays to choose from.
        const take = (found) => { if (found.length && (found[0].sure || found.length === 1)) choose(found[0]); };
        const key = (event) => {
            const last = (matches || []).length - 1;
            if (event.key === "ArrowDown" && matches) { event.preventDefault(); setOpen(true); setActive(active >= last ? 0 : active + 1); }
            else if (event.key === "ArrowUp" && matches) { event.preventDefault(); setOpen(true); setActive(active <= 0 ? last : active - 1); }
            else if (event.key === "Escape") { if (open) setOpen(false); else clear(); }
            else if (event.key === "Enter") {
                event.preventDefault();
                clearTimeout(timer.current);
                if (open && active >= 0 && matches) choose(matches[active]);
                else search(text, take);
            }
        };
        const unsure = matches && matches.length > 0 && !matches[0].sure;
        const status = state === "failed" ? words.failed
            : matches && !matches.length ? say(words.none, { text })
            : matches ? (unsure ? words.unsure : say(words.found, { n: matches.length })) : "";
        return h("div", { className: "search", role: "search", onBlur: (event) => { if (!event.currentTarget.contains(event.relatedTarget)) setOpen(false); } },
            h("label", { htmlFor: id, className: "field-label" }, label),
            h("div", { className: "search-box" },
                h("span", { className: "search-icon", "aria-hidden": true }),
                h("input", {
                    id, className: "search-input", type: "text", role: "combobox", value: text, placeholder: hint, autoComplete: "off", spellCheck: false,
                    "aria-autocomplete": "list", "aria-expanded": open && !!(matches && matches.length), "aria-controls": list,
                    "aria-activedescendant": open && active >= 0 ? list + "-" + active : undefined, "aria-describedby": id + "-status",
                    enterKeyHint: "search", onChange: type, onKeyDown: key, onFocus: () => { if (matches) setOpen(true); },
                }),
                near ? h("button", { type: "button", className: "search-near" + (text ? " search-near-full" : ""), title: words.near.button, onClick: locate },
                    h("span", { className: "search-near-name" }, words.near.button)) : null,
                text ? h("button", { type: "button", className: "search-clear", "aria-label": words.clear, onClick: clear }, "×") : null),
            told ? h("p", { className: "search-told" + (told === "found" ? " quiet" : " search-status"), role: "status" }, words.near[told]) : null,
            h("p", { id: id + "-status", className: open && (unsure || !(matches || []).length) ? "search-status" : "hidden-words", "aria-live": "polite" }, status),
            h("ul", { id: list, className: "search-list", role: "listbox", "aria-label": label, hidden: !(open && matches && matches.length) },
                (matches || []).map((match, at) => h("li", {
                    key: match.gazetteer_id, id: list + "-" + at, role: "option", "aria-selected": at === active, className: "search-match kind-" + match.kind,
                    onMouseDown: (event) => event.preventDefault(), onClick: () => choose(match), onMouseEnter: () => setActive(at),
                }, h("span", { className: "search-name" }, nameOf(match.name, words)), h("span", { className: "search-detail" }, detailOf(match, words))))));
    };
})();
