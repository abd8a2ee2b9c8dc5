/* A picture of what stands on the page: boxes, lines and words read from the layout, so that the picture cannot say anything else. */
const PAD = 24, LEAST_WIDTH = 480, SCALE = 2;
const LEFT_OUT = ".take, .hidden-words, button, .kind-links, .button, .close, details:not([open]), figcaption, title";
const FONT = '"Public Sans", "Helvetica Neue", Arial, sans-serif';
const SHAPES = { violence: "◆", burglary: "■", vehicle: "▲", theft: "●", damage: "▼", other: "▬", mixed: "●" };
const pen = document.createElement("canvas").getContext("2d", { willReadFrequently: true });

/* Any colour of a style sheet as #rrggbb and how solid it is: drawings elsewhere know no color-mix. */
const seen = new Map();
function colourOf(css) {
    if (!seen.has(css)) {
        pen.clearRect(0, 0, 1, 1);
        pen.fillStyle = css;
        pen.fillRect(0, 0, 1, 1);
        const [r, g, b, a] = pen.getImageData(0, 0, 1, 1).data;
        seen.set(css, { hex: "#" + [r, g, b].map((part) => part.toString(16).padStart(2, "0")).join(""), solid: a / 255 });
    }
    return seen.get(css);
}

function wrap(text, width, size) {
    pen.font = `400 ${size}px ${FONT}`;
    const lines = [""];
    text.split(/(?<=[ &,?/])/).forEach((part) => {
        if (pen.measureText(lines[lines.length - 1] + part).width > width && lines[lines.length - 1]) lines.push("");
        lines[lines.length - 1] += part;
    });
    return lines.map((line) => line.trimEnd());
}

const roundOf = (x, y, across) => Array.from({ length: 32 }, (_, n) => [x + (across / 2) * (1 + Math.cos((n * Math.PI) / 16)), y + (across / 2) * (1 + Math.sin((n * Math.PI) / 16))]);

/* The words of a text node, a mark for each line that they stand on. */
function wordsOf(node, look, solid, marks) {
    const range = document.createRange();
    const lines = [];
    for (const { index, 0: word } of node.data.matchAll(/\S+/g)) {
        range.setStart(node, index);
        range.setEnd(node, index + word.length);
        const [box] = range.getClientRects();
        if (!box || !box.width) continue;
        const last = lines[lines.length - 1];
        if (last && Math.abs(last.top - box.top) < 3) { last.text += " " + word; last.right = box.right; } else lines.push({ text: word, left: box.left, right: box.right, top: box.top, height: box.height });
    }
    const size = parseFloat(look.fontSize);
    pen.font = `${look.fontWeight} ${size}px ${FONT}`;
    const { fontBoundingBoxAscent: up, fontBoundingBoxDescent: down } = pen.measureText("x");
    lines.forEach(({ text, left, right, top, height }) => marks.push({
        kind: "text", text, x: left, y: top + (height * up) / (up + down), width: right - left, height, size, weight: look.fontWeight, ...colourOf(look.color), solid,
    }));
}

function boxOf(node, look, solid, marks) {
    const { left: x, top: y, width, height } = node.getBoundingClientRect();
    if (!width || !height) return;
    const fill = colourOf(look.backgroundColor);
    if (look.borderTopLeftRadius === "50%") { // a circle of the legend
        const thick = parseFloat(look.borderTopWidth);
        marks.push({ kind: "shape", points: roundOf(x, y, width), fill: fill.solid ? fill : null, stroke: thick ? colourOf(look.borderTopColor) : null, thick, solid });
        return;
    }
    const isHatched = look.backgroundImage.startsWith("repeating-linear-gradient");
    const hatch = isHatched ? colourOf(look.backgroundImage.match(/(?:rgba?|color)\([^)]*\)|#\w+/)[0]) : null;
    if (hatch || fill.solid) marks.push({ kind: "box", x, y, width, height, hex: (hatch || fill).hex, solid: solid * (hatch || fill).solid, isHatched });
    [["Top", x, y, x + width, y], ["Right", x + width, y, x + width, y + height], ["Bottom", x, y + height, x + width, y + height], ["Left", x, y, x, y + height]].forEach(([side, x1, y1, x2, y2]) => {
        const thick = parseFloat(look[`border${side}Width`]), edge = colourOf(look[`border${side}Color`]);
        if (thick && edge.solid && look[`border${side}Style`] !== "none") {
            marks.push({ kind: "line", points: [[x1, y1], [x2, y2]], hex: edge.hex, solid: solid * edge.solid, thick, isDashed: /dotted|dashed/.test(look[`border${side}Style`]) });
        }
    });
}

/* The shape of a group of types is cut by the style sheet: a drawing takes its sign. */
function shapeOf(node, look, solid, marks) {
    const name = [...node.classList].map((one) => one.match(/^mark-(\w+)/)).find(Boolean);
    const { left, top, width, height } = node.getBoundingClientRect();
    const colour = colourOf(getComputedStyle(node).getPropertyValue("--mark") || look.backgroundColor);
    marks.push({ kind: "text", text: SHAPES[name ? name[1] : "mixed"], x: left, y: top + height, width: 0, height, size: 14, weight: 400, ...colour, solid });
}

function pointerOf(node, look, solid, marks) {
    const { left, width, top } = node.getBoundingClientRect();
    const [middle, up] = [left + width / 2, node.classList.contains("week-above")];
    const points = up ? [[middle - 4, top - 3], [middle + 4, top - 3], [middle, top - 9]] : [[middle - 4, top - 9], [middle + 4, top - 9], [middle, top - 3]];
    marks.push({ kind: "shape", points, fill: colourOf(look.color), solid });
}

function drawnOf(node, look, solid, marks) {
    const at = node.getScreenCTM(), move = ([x, y]) => [at.a * x + at.c * y + at.e, at.b * x + at.d * y + at.f];
    const number = (name) => Number(node.getAttribute(name));
    const stroke = look.stroke === "none" ? null : colourOf(look.stroke), fill = look.fill === "none" ? null : colourOf(look.fill);
    const thick = parseFloat(look.strokeWidth) * at.a, isDashed = look.strokeDasharray !== "none";
    const pairs = (text) => (text.match(/-?[\d.]+(?:e-?\d+)?/g) || []).map(Number).reduce((all, value, n) => (n % 2 ? all[all.length - 1].push(value) : all.push([value]), all), []);
    switch (node.tagName) {
        case "line":
            marks.push({ kind: "line", points: [[number("x1"), number("y1")], [number("x2"), number("y2")]].map(move), hex: stroke.hex, solid, thick, isDashed });
            break;
        case "polyline":
            marks.push({ kind: "line", points: pairs(node.getAttribute("points")).map(move), hex: stroke.hex, solid, thick, isDashed });
            break;
        case "path":
            marks.push({ kind: "shape", points: pairs(node.getAttribute("d")).map(move), fill, stroke, thick, solid });
            break;
        case "circle": {
            const r = number("r"), corners = Array.from({ length: 24 }, (_, n) => [number("cx") + r * Math.cos((n * Math.PI) / 12), number("cy") + r * Math.sin((n * Math.PI) / 12)]);
            marks.push({ kind: "shape", points: corners.map(move), fill, stroke, thick, solid });
            break;
        }
        case "text": {
            const [x, y] = move([number("x"), number("y")]), { width, height } = node.getBBox();
            marks.push({ kind: "text", text: node.textContent, x, y, width: width * at.a, height: height * at.a, size: parseFloat(look.fontSize) * Math.hypot(at.a, at.b), weight: 400,
                anchor: look.textAnchor, turn: (Math.atan2(at.b, at.a) * 180) / Math.PI, ...fill, solid });
            break;
        }
        default:
    }
}

function walk(node, faint, marks) {
    if (node.nodeType === Node.TEXT_NODE) { wordsOf(node, getComputedStyle(node.parentElement), faint, marks); return; }
    if (node.nodeType !== Node.ELEMENT_NODE || node.matches(LEFT_OUT) || !node.checkVisibility()) return;
    const look = getComputedStyle(node), solid = faint * Number(look.opacity);
    if (node instanceof SVGElement) {
        if (node.tagName !== "svg" && node.tagName !== "g") { drawnOf(node, look, solid, marks); return; }
    } else if (node.classList.contains("mark")) { shapeOf(node, look, solid, marks); return; } else boxOf(node, look, solid, marks);
    if (node.matches(".week-above, .week-below")) pointerOf(node, getComputedStyle(node.closest("ol")), solid, marks);
    node.childNodes.forEach((one) => walk(one, solid, marks));
}

const ends = (mark) => {
    if (mark.points) return [...mark.points];
    if (mark.kind === "text") return mark.turn || mark.anchor ? [[mark.x, mark.y]] : [[mark.x, mark.y - mark.height], [mark.x + (mark.width || mark.size), mark.y + 4]];
    return [[mark.x, mark.y], [mark.x + mark.width, mark.y + mark.height]];
};

/* The marks of an element in light colours, moved so that they begin at the edge, with lines of words above and below, and room for a picture under the first. */
export function marksOf(root, { above, below, least = LEAST_WIDTH, room = 0 }) {
    const marks = [], page = document.documentElement, was = page.classList.contains("on-paper");
    page.classList.add("on-paper");
    seen.clear();
    root.childNodes.forEach((one) => walk(one, 1, marks));
    const ink = colourOf(getComputedStyle(page).getPropertyValue("--text")), quiet = colourOf(getComputedStyle(page).getPropertyValue("--muted"));
    page.classList.toggle("on-paper", was);
    seen.clear();
    const points = marks.flatMap(ends), xs = points.map(([x]) => x), ys = points.map(([, y]) => y);
    const [left, top] = [Math.min(...xs), Math.min(...ys)];
    const width = Math.max(least, Math.max(...xs) - left + 2 * PAD);
    let y = PAD;
    const lines = (text, size, weight, colour) => wrap(text, width - 2 * PAD, size).map((line) => {
        y += size * 1.4;
        return { kind: "text", text: line, x: PAD, y, size, weight, ...colour, solid: 1 };
    });
    const head = lines(above, 13, 400, ink);
    y += 12;
    const picture = { x: PAD, y };
    y += room ? room + 12 : 0;
    const shift = [PAD - left, y - top];
    const moved = marks.map((mark) => ({
        ...mark, ...(mark.points ? { points: mark.points.map(([px, py]) => [px + shift[0], py + shift[1]]) } : { x: mark.x + shift[0], y: mark.y + shift[1] }),
    }));
    y += Math.max(...ys) - top + 8;
    const foot = below.flatMap((text) => lines(text, 11, 400, quiet));
    return { width: Math.ceil(width), height: Math.ceil(y + PAD), picture, marks: [...head, ...moved, ...foot] };
}

const escaped = (text) => text.replace(/&/g, "&amp;").replace(/</g, "&lt;").replace(/>/g, "&gt;").replace(/"/g, "&quot;");
const r = (value) => Math.round(value * 100) / 100;

export function toSvg({ width, height, marks }, lang) {
    const one = (mark) => {
        const faint = mark.solid < 1 ? ` opacity="${r(mark.solid)}"` : "";
        if (mark.kind === "box") return `<rect x="${r(mark.x)}" y="${r(mark.y)}" width="${r(mark.width)}" height="${r(mark.height)}" fill="${mark.hex}"${mark.isHatched ? ' fill-opacity="0.35"' : ""}${faint}/>`;
        if (mark.kind === "line") return `<polyline points="${mark.points.map((point) => point.map(r).join(",")).join(" ")}" fill="none" stroke="${mark.hex}" stroke-width="${r(mark.thick)}"${mark.isDashed ? ' stroke-dasharray="4 3"' : ""}${faint}/>`;
        if (mark.kind === "shape") return `<polygon points="${mark.points.map((point) => point.map(r).join(",")).join(" ")}" fill="${mark.fill ? mark.fill.hex : "none"}"${mark.stroke ? ` stroke="${mark.stroke.hex}"` : ""}${faint}/>`;
        const fit = mark.width && !mark.turn && !mark.anchor ? ` textLength="${r(mark.width)}" lengthAdjust="spacingAndGlyphs"` : "";
        const turn = mark.turn ? ` transform="rotate(${r(mark.turn)} ${r(mark.x)} ${r(mark.y)})"` : "";
        return `<text x="${r(mark.x)}" y="${r(mark.y)}" font-size="${r(mark.size)}" font-weight="${mark.weight}" fill="${mark.hex}"${mark.anchor ? ` text-anchor="${mark.anchor}"` : ""}${fit}${turn}${faint}>${escaped(mark.text)}</text>`;
    };
    return `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" font-family="${escaped(FONT)}" xml:lang="${lang}">\n`
        + `<rect width="${width}" height="${height}" fill="#ffffff"/>\n${marks.map(one).join("\n")}\n</svg>\n`;
}

/* The same marks as a PNG, twice as fine as the screen. */
export function paint({ width, height, marks }, then) {
    const canvas = Object.assign(document.createElement("canvas"), { width: width * SCALE, height: height * SCALE });
    const on = canvas.getContext("2d");
    on.scale(SCALE, SCALE);
    on.fillStyle = "#ffffff";
    on.fillRect(0, 0, width, height);
    const trace = (points) => { on.beginPath(); points.forEach(([x, y], n) => (n ? on.lineTo(x, y) : on.moveTo(x, y))); };
    marks.forEach((mark) => {
        on.save();
        on.globalAlpha = mark.solid * (mark.isHatched ? 0.35 : 1);
        on.fillStyle = mark.hex;
        on.strokeStyle = mark.hex;
        if (mark.kind === "image") on.drawImage(mark.image, mark.x, mark.y, mark.width, mark.height);
        else if (mark.kind === "box") on.fillRect(mark.x, mark.y, mark.width, mark.height);
        else if (mark.kind === "line") {
            if (mark.isDashed) on.setLineDash([4, 3]);
            on.lineWidth = mark.thick;
            trace(mark.points);
            on.stroke();
        } else if (mark.kind === "shape") {
            trace(mark.points);
            on.closePath();
            if (mark.fill) { on.fillStyle = mark.fill.hex; on.fill(); }
            if (mark.stroke) { on.strokeStyle = mark.stroke.hex; on.lineWidth = mark.thick || 1; on.stroke(); }
        } else {
            on.translate(mark.x, mark.y);
            on.rotate(((mark.turn || 0) * Math.PI) / 180);
            on.font = `${mark.weight} ${mark.size}px ${FONT}`;
            on.textAlign = { middle: "center", end: "right" }[mark.anchor] || "left";
            if (mark.width && !mark.turn && !mark.anchor) on.scale(mark.width / on.measureText(mark.text).width, 1); // as wide as on the page: its figures are of one width
            on.fillText(mark.text, 0, 0);
        }
        on.restore();
    });
    canvas.toBlob(then, "image/png");
}
