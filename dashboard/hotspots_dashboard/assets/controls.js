/* Form controls: native elements, labelled, with our own look. */
(function () {
    const { h, number, press, say } = window.hotspots;
    const { useEffect, useState, useMemo } = window.React;
    const components = window.hotspots_dashboard;

    /* A value from the address bar that is not among the options is one more. */
    const withValue = (options, value) =>
        !value || options.some((option) => String(option.value) === String(value)) ? options : [...options, { value, label: String(value) }];

    components.Choice = (props) => {
        const { id, label, options, value } = props;
        return h("div", { className: "field" },
            h("label", { htmlFor: id, className: "field-label" }, label),
            h("select", {
                id, className: "select", value: value === null || value === undefined ? "" : String(value),
                onChange: (event) => press(props, { value: event.target.value || null }),
            }, withValue(options, value).map((option) => h("option", { key: option.value, value: option.value }, option.label))));
    };

    components.Day = (props) => {
        const { id, label, value, first, last } = props;
        const [typed, setTyped] = useState(null);
        useEffect(() => setTyped(null), [value]); // the address has gone on: what was typed before must not come back
        const leave = () => {
            if (typed && typed !== value) press(props, { value: typed });
            setTyped(null);
        };
        return h("div", { className: "field" },
            h("label", { htmlFor: id, className: "field-label" }, label),
            h("input", {
                id, type: "date", className: "date", min: first, max: last, value: typed === null ? value || "" : typed, required: true,
                onChange: (event) => {
                    const day = event.target.value;
                    setTyped(day);
                    // A year is typed digit by digit: wait until the day can be meant.
                    if (day && day >= first && day <= last) press(props, { value: day });
                },
                onBlur: leave,
            }));
    };

    components.OneOf = (props) => {
        const { id, label, options, value } = props;
        return h("fieldset", { id, className: "one-of" },
            h("legend", { className: "field-label" }, label),
            h("div", { className: "one-of-row" }, options.map((option) =>
                h("label", { key: option.value, className: "one-of-item" },
                    h("input", {
                        type: "radio", name: id, value: option.value, checked: String(value) === String(option.value),
                        onChange: () => press(props, { value: option.value }),
                    }),
                    h("span", null, option.label)))));
    };

    const Item = ({ option, checked, count, onChange }) =>
        h("label", { className: "pick" + (count === 0 ? " pick-none" : "") },
            h("input", { type: "checkbox", checked, onChange }),
            option.mark ? h("span", { className: "mark mark-" + option.mark, "aria-hidden": true }) : null,
            h("span", { className: "pick-label" }, option.label, option.note ? h("span", { className: "pick-note" }, option.note) : null),
            h("span", { className: "pick-count" }, count === undefined ? "" : number(count)));

    components.PickList = (props) => {
        const { id, label, options, value, counts, look, searchable, words, open, setProps } = props;
        const [typed, setTyped] = useState("");
        const chosen = new Set((value || []).map(String));
        const wanted = typed.trim().toLowerCase();
        const shown = useMemo(() => {
            const fits = options.filter((option) => !wanted || (option.label + " " + (option.note || "")).toLowerCase().includes(wanted));
            if (look === "chips") return fits; // a chip never moves from under the pointer
            return fits.slice().sort((one, other) => chosen.has(String(other.value)) - chosen.has(String(one.value)));
        }, [options, wanted, open]);
        const toggle = (option) => {
            const rest = (value || []).filter((one) => String(one) !== String(option.value));
            press(props, { value: rest.length === (value || []).length ? [...rest, option.value] : rest });
        };
        const items = shown.map((option) => h(Item, {
            key: option.value, option, checked: chosen.has(String(option.value)),
            count: counts ? counts[option.value] || 0 : undefined, onChange: () => toggle(option),
        }));
        if (look === "chips") {
            return h("fieldset", { id, className: "chips" }, h("legend", { className: "field-label" }, label), h("div", { className: "chips-row" }, items));
        }
        return h("details", { id, className: "fold", open: !!open, onToggle: (event) => setProps({ open: event.currentTarget.open }) },
            h("summary", null, h("span", { className: "fold-name" }, label),
                h("span", { className: "fold-state" }, chosen.size ? say(words.chosen, { n: chosen.size }) : words.any)),
            open ? h("div", { className: "fold-body", role: "group", "aria-label": label },
                searchable ? h("input", {
                    type: "search", className: "fold-search", value: typed, placeholder: words.find, "aria-label": words.find + ": " + label,
                    onChange: (event) => setTyped(event.target.value),
                }) : null,
                h("div", { className: "fold-list", tabIndex: -1 }, items.length ? items : h("p", { className: "quiet" }, words.none))) : null);
    };
})();
