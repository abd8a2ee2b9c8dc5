/* The map as it is seen, as one picture that can travel alone: what was asked, the map in light colours with its scale, the legend, source and citation. */
import { marksOf, paint } from "./picture.mjs";
import { framed, save } from "./take_away.mjs";

const EDGE = 24, INK = "#17212e";

const WAIT_MS = 4000;

/* The map as it is drawn for paper. Colours that depend on the data come a moment later, so it waits until nothing moves. */
async function copyOf(room) {
    const map = room.hotspotsMap, kept = document.createElement("canvas");
    window.dispatchEvent(new Event("beforeprint"));
    await new Promise((done) => { map.once("idle", done); map.triggerRepaint(); setTimeout(done, WAIT_MS); });
    map.redraw();
    const { width, height } = map.getCanvas(), on = Object.assign(kept, { width, height }).getContext("2d");
    on.fillStyle = getComputedStyle(document.documentElement).getPropertyValue("--map-paper");
    on.fillRect(0, 0, width, height);
    on.drawImage(map.getCanvas(), 0, 0);
    window.dispatchEvent(new Event("afterprint"));
    return kept;
}

function scaleOf(room, { x, y }, width, height) {
    const bar = room.querySelector(".maplibregl-ctrl-scale");
    if (!bar) return [];
    const long = bar.getBoundingClientRect().width, right = x + width - 12, low = y + height - 12;
    return [
        { kind: "box", x: right - long - 6, y: low - 22, width: long + 12, height: 28, hex: "#ffffff", solid: 0.8 },
        { kind: "line", points: [[right - long, low - 6], [right - long, low], [right, low], [right, low - 6]], hex: INK, solid: 1, thick: 1.5 },
        { kind: "text", text: bar.textContent, x: right - long + 4, y: low - 6, size: 12, weight: 400, hex: INK, solid: 1 },
    ];
}

export async function take(told, status) {
    const room = document.querySelector(".map-canvas"), legend = document.querySelector(".legend");
    const { clientWidth: width, clientHeight: height } = room, wasOpen = legend && legend.open;
    if (legend) legend.open = true;
    const link = window.location.origin + told.link;
    const made = marksOf(legend || document.createElement("div"), { ...framed(told, link), least: width + 2 * EDGE, room: height });
    if (legend) legend.open = wasOpen;
    const image = { kind: "image", image: await copyOf(room), ...made.picture, width, height };
    paint({ ...made, marks: [image, ...scaleOf(room, made.picture, width, height), ...made.marks] }, (blob) => {
        save("map.png", blob);
        status.textContent = JSON.parse(told.words).saved;
    });
}
