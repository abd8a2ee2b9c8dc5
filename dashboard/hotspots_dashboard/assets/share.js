/* Text to copy, and the form that asks for mails. */
(function () {
    const { h } = window.hotspots;
    const { useState } = window.React;
    const components = window.hotspots_dashboard;

    /* ``before`` and ``after`` stand round the page's own origin and ``path``. */
    components.Copy = ({ id, label, path, before, after, words }) => {
        const [said, setSaid] = useState("");
        const text = (before || "") + window.location.origin + path + (after || "");
        const copy = () => {
            const field = document.getElementById(id);
            field.select();
            Promise.resolve(navigator.clipboard ? navigator.clipboard.writeText(text) : Promise.reject())
                .catch(() => { if (!document.execCommand("copy")) throw new Error(); })
                .then(() => setSaid(words.copied), () => setSaid(words.selected));
        };
        return h("div", { className: "field copy" },
            h("label", { htmlFor: id, className: "field-label" }, label),
            h("div", { className: "copy-row" },
                h("input", { id, type: "text", readOnly: true, className: "copy-text", value: text, onFocus: (event) => event.target.select() }),
                h("button", { type: "button", className: "button", onClick: copy }, words.copy)),
            h("p", { role: "status", className: "quiet" }, said));
    };

    /* An address is posted once and kept nowhere here. ``place``: {"at": gazetteer id} or {"area": number}. */
    components.Subscribe = ({ id, url, place, types, lang, words }) => {
        const [email, setEmail] = useState("");
        const [when, setWhen] = useState("every");
        const [said, setSaid] = useState("");
        const ask = async () => {
            let where = { area: place.area };
            if (place.at) {
                const found = await fetch(url + "/cell?at=" + place.at);
                if (!found.ok) throw new Error();
                where = { cell: (await found.json()).cell };
            }
            const answer = await fetch(url, {
                method: "POST", headers: { "Content-Type": "application/json" },
                body: JSON.stringify({ email, types, when, lang, ...where }),
            });
            const told = await answer.json();
            setSaid(answer.ok ? told.detail : words.refused + " " + (answer.status < 500 && lang === "en" ? told.detail : ""));
            if (answer.ok) setEmail("");
        };
        const submit = (event) => {
            event.preventDefault();
            setSaid(words.asking);
            ask().catch(() => setSaid(words.failed));
        };
        return h("form", { className: "subscribe", onSubmit: submit },
            h("label", { htmlFor: id, className: "field-label" }, words.email),
            h("input", { id, type: "email", required: true, maxLength: 320, autoComplete: "email", className: "date", value: email, onChange: (event) => setEmail(event.target.value) }),
            h("fieldset", { className: "subscribe-when" },
                h("legend", { className: "field-label" }, words.when),
                ["every", "unusual"].map((value) => h("label", { key: value },
                    h("input", { type: "radio", name: id + "-when", value, checked: when === value, onChange: () => setWhen(value) }), " ", words[value]))),
            h("button", { type: "submit", className: "button" }, words.subscribe),
            h("p", { className: "quiet" }, words.note),
            h("p", { role: "status" }, said));
    };
})();
