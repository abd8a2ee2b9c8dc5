/* The map month by month, for the filter that is asked: a slider, steps and play. One answer a month; the next ones are asked for ahead. */
const AHEAD = 2, STEP_MS = 900;
const { mapStyle, say, number, calm, toText, viewOf } = window.hotspots;
const NONE = { type: "FeatureCollection", features: [] };

function monthsOf({ first, last }) {
    const [[year, month], [endYear, endMonth]] = [first, last].map((one) => one.split("-").map(Number));
    const count = (endYear - year) * 12 + endMonth - month + 1;
    return Array.from({ length: count }, (_, n) => {
        const begins = new Date(Date.UTC(year, month - 1 + n, 1)), ends = new Date(Date.UTC(year, month + n, 0));
        return { from: begins.toISOString().slice(0, 10), to: ends.toISOString().slice(0, 10), begins };
    });
}

const element = (tag, properties, ...children) => {
    const made = Object.assign(document.createElement(tag), properties);
    made.append(...children);
    return made;
};

let left = null; // the month that was looked at last: a new filter goes on there

export function open({ map, room, root, query, levels, names, months, words, covered, onClose }) {
    const all = monthsOf(months), answers = new Map();
    const isCity = () => Boolean(levels) && map.getZoom() < mapStyle.CITY_ZOOM;
    const nameOf = (month) => month.begins.toLocaleDateString(document.documentElement.lang || "en", { month: "long", year: "numeric", timeZone: "UTC" });
    const found = all.findIndex((month) => month.from === left);
    let at = found < 0 ? all.length - 1 : found, playing = null, closed = false;

    /* Of the whole city the counts by area; else the points, in the outline in sight where the filter itself names no place. */
    const addressOf = (month) => {
        const asked = new URLSearchParams(query);
        asked.set("from", month.from);
        asked.set("to", month.to);
        if (isCity()) return `${root}api/series?by=area&kind=${encodeURIComponent(levels.kind)}&${asked}`;
        if (levels) asked.set("polygon", toText(viewOf(map, covered())));
        return `${root}api/circles?${asked}`;
    };
    const answerOf = (month) => {
        const address = addressOf(month);
        if (!answers.has(address)) {
            answers.set(address, fetch(address).then((answer) => {
                if (!answer.ok) throw new Error(String(answer.status));
                return answer.json();
            }).catch((error) => { answers.delete(address); throw error; }));
        }
        return answers.get(address);
    };

    const slider = element("input", { type: "range", min: 0, max: all.length - 1, value: at });
    slider.setAttribute("aria-label", words.slider);
    const said = element("p", { className: "months-said" });
    said.setAttribute("role", "status");
    const alone = element("a", { textContent: words.alone, className: "months-alone" });
    alone.dataset.stay = "answer";
    const button = (name, label, text, onclick) => {
        const made = element("button", { type: "button", className: "months-" + name, textContent: text, title: label, onclick });
        made.setAttribute("aria-label", label);
        return made;
    };
    const before = button("before", words.before, "‹", () => { pause(); go(at - 1); });
    const play = button("play", words.play, "▶", () => (playing === null ? start() : pause()));
    const after = button("after", words.after, "›", () => { pause(); go(at + 1); });
    const strip = element("div", { className: "months" }, before, ...(calm() ? [] : [play]), after, slider,
        button("close", words.close, "×", () => onClose()), said, alone);
    strip.setAttribute("role", "group");
    strip.setAttribute("aria-label", words.open);

    /* Circles of the month stand in for those of the filter; so do the colours and numbers of areas. */
    const circles = mapStyle.layers(names, null, 0).filter((layer) => layer.source === "incidents").map((layer) => {
        const own = { ...layer, id: "month-" + layer.id, source: "month" };
        delete own["source-layer"];
        delete own.minzoom;
        return own;
    });
    map.addSource("month", { type: "geojson", data: NONE });
    circles.forEach((layer) => map.addLayer(layer, "place"));
    const show = (isShown) => ["incidents", "counts"].forEach((id) => map.getLayer(id) && map.setLayoutProperty(id, "visibility", isShown ? "visible" : "none"));
    show(false);
    const paintAreas = (areas) => {
        if (!map.getLayer("city")) return;
        map.setPaintProperty("city", "fill-color", mapStyle.cityLayers({ ...levels, areas })[0].paint["fill-color"]);
        map.getSource("city-name").setData(mapStyle.namePoints(areas));
    };

    function drawAreas(month, { series }) {
        const counted = new Map(series.map((row) => [row.area_id, row.incidents || 0]));
        const inside = new Map(series.map((row) => [row.area_id, (row.incidents || 0) - (row.outside || 0)])); // the ground is that of the city
        const inAreas = levels.areas.reduce((sum, area) => sum + (inside.get(area.id) || 0), 0);
        const levelOf = (n, share) => (n ? 1 + levels.breaks.filter((one) => n / (inAreas * share) >= one).length : 0);
        paintAreas(levels.areas.map((area) => {
            const n = counted.get(area.id) || 0;
            return { ...area, n, said: number(n), level: levelOf(inside.get(area.id) || 0, area.share) };
        }));
        map.getSource("month").setData(NONE);
        said.textContent = say(words.city, { month: nameOf(month), n: number(series.reduce((sum, row) => sum + (row.incidents || 0), 0)) });
    }
    function drawCircles(month, { points }) {
        map.getSource("month").setData({ type: "FeatureCollection", features: points.map(([id, lon, lat, n, groups]) => ({
            type: "Feature", id, geometry: { type: "Point", coordinates: [lon, lat] },
            properties: { n, anchors: 1, ...Object.fromEntries(Object.entries(groups).map(([group, some]) => ["n_" + group, some])) },
        })) });
        said.textContent = say(words.points, { month: nameOf(month), n: number(points.reduce((sum, one) => sum + one[3], 0)) });
    }

    async function go(wanted) {
        if (wanted < 0 || wanted >= all.length) return;
        at = wanted;
        const month = all[at];
        left = month.from;
        slider.value = at;
        slider.setAttribute("aria-valuetext", nameOf(month));
        [before.disabled, after.disabled] = [at === 0, at === all.length - 1];
        const here = new URLSearchParams(window.location.search);
        here.set("from", month.from);
        here.set("to", month.to);
        alone.setAttribute("href", "?" + here);
        try {
            const answer = await answerOf(month);
            if (closed || all[at] !== month) return;
            (answer.series ? drawAreas : drawCircles)(month, answer);
            if (!answer.coverage.days) said.textContent = say(words.unknown, { month: nameOf(month) });
            strip.dataset.month = month.from.slice(0, 7);
            for (let n = 1; n <= AHEAD; n += 1) if (all[at + n]) answerOf(all[at + n]).catch(() => {});
        } catch {
            if (!closed && all[at] === month) { said.textContent = words.failed; pause(); }
        }
    }
    const name = (label, text) => { Object.assign(play, { textContent: text, title: label }); play.setAttribute("aria-label", label); };
    const pause = () => { clearTimeout(playing); playing = null; name(words.play, "▶"); };
    const step = async () => {
        await go(at + 1 < all.length ? at + 1 : 0);
        if (playing === null || closed) return;
        if (at === all.length - 1) pause(); else playing = setTimeout(step, STEP_MS);
    };
    const start = () => { name(words.pause, "❚❚"); playing = setTimeout(step, 0); };
    slider.addEventListener("input", () => { pause(); go(Number(slider.value)); });
    const moved = () => { if (levels) go(at); }; // elsewhere in the city are other points
    map.on("moveend", moved);
    room.append(strip);
    slider.focus({ preventScroll: true });
    go(at);

    return {
        close() {
            closed = true;
            pause();
            map.off("moveend", moved);
            strip.remove();
            circles.forEach((layer) => map.getLayer(layer.id) && map.removeLayer(layer.id));
            if (map.getSource("month")) map.removeSource("month");
            show(true);
            if (levels) paintAreas(levels.areas);
        },
    };
}
