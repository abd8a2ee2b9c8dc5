/* The dialog of "Cite" and "Save or cite": words with their source to copy, the link with its publication, a picture of the chart. */
import { marksOf, paint, toSvg } from "./picture.mjs";

const clean = (text) => text.replace(/\s+/g, " ").trim();
const OTHERS = ".take, .hidden-words, nav, .kind-links, .button, .close, .sort-arrow";

function textOf(node) {
    const copy = node.cloneNode(true);
    copy.querySelectorAll(OTHERS).forEach((one) => one.remove());
    return clean(copy.textContent);
}

/* A chart in words: its title, each bar or row on a line of its own, with tabs between cells so that a spreadsheet takes it. */
function numbersOf(chart) {
    const lines = [];
    const walk = (node) => {
        if (node.matches(OTHERS) || node.closest("details:not([open])")) return;
        if (node.tagName === "TR") lines.push([...node.children].map((cell) => textOf(cell)).join("\t").trimEnd());
        else if (node.tagName === "LI") lines.push(clean(node.title || node.textContent));
        else if (/^(H\d|P|FIGCAPTION|CAPTION)$/.test(node.tagName)) lines.push(textOf(node));
        else [...node.children].filter((one) => !one.ariaHidden || one.querySelector("table")).forEach(walk);
    };
    [...chart.children].forEach(walk);
    return lines.filter(Boolean).join("\n");
}

const element = (tag, properties, ...children) => {
    const made = Object.assign(document.createElement(tag), properties);
    made.append(...children);
    return made;
};

export function save(name, blob) {
    const address = URL.createObjectURL(blob);
    element("a", { href: address, download: name }).click();
    setTimeout(() => URL.revokeObjectURL(address), 60000);
}

/* What is asked, the service and the source stand on every picture: it travels alone. */
export function framed({ service, source }, link) {
    const asked = document.querySelector(".answer");
    return { above: asked ? textOf(asked) : service, below: [`${service}. ${source}`, link] };
}

export function open(button, told) {
    const words = JSON.parse(told.words);
    const taken = button.dataset.take ? document.getElementById(button.dataset.take) : button.closest("[data-taken]");
    const isChart = taken.dataset.taken === "chart";
    const link = window.location.origin + told.link;
    const said = isChart ? numbersOf(taken) : `“${textOf(taken)}”`;
    const name = clean(taken.dataset.title || told.service).toLowerCase().replace(/[^\p{L}\p{N}]+/gu, "-").replace(/^-|-$/g, "").slice(0, 60);

    const text = element("textarea", { readOnly: true, rows: isChart ? 9 : 6, value: `${said}\n${told.service}. ${told.source}\n${link}` });
    const status = element("p", { role: "status", className: "quiet" });
    /* Without the right to write the clipboard, as on plain http, the field that holds the text is selected and copied. */
    const copy = (field) => {
        field.select();
        Promise.resolve(navigator.clipboard ? navigator.clipboard.writeText(field.value) : Promise.reject())
            .catch(() => { if (!document.execCommand("copy")) throw new Error(); })
            .then(() => { status.textContent = words.copied; }, () => { status.textContent = words.selected; });
    };
    const press = (label, onclick) => element("button", { type: "button", className: "button", textContent: label, onclick });
    const address = element("input", { readOnly: true, value: link });
    const drawn = () => marksOf(taken, framed(told, link));
    const pictures = !isChart ? [] : [
        press(words.png, () => paint(drawn(), (blob) => { save(name + ".png", blob); status.textContent = words.saved; })),
        press(words.svg, () => { save(name + ".svg", new Blob([toSvg(drawn(), document.documentElement.lang)], { type: "image/svg+xml" })); status.textContent = words.saved; }),
    ];
    const dialog = element("dialog", { className: "take-dialog" },
        element("h2", { id: "take-title", textContent: words.title }),
        element("label", { className: "field-label" }, words.words, text),
        element("label", { className: "field-label" }, words.address, address),
        element("div", { className: "take-row" },
            press(words.copy_words, () => copy(text)), press(words.copy_link, () => copy(address)), ...pictures, press(words.close, () => dialog.close())),
        status);
    dialog.setAttribute("aria-labelledby", "take-title");
    dialog.addEventListener("close", () => dialog.remove());
    dialog.addEventListener("click", (event) => { if (event.target === dialog) dialog.close(); });
    document.body.append(dialog);
    dialog.showModal();
    text.scrollTop = 0;
}
