/* The log form of a shift: box, what, keep. Three taps. Entries wait in this browser until the desk has taken them. */
(function () {
    const key = location.hash.slice(1), PREFIX = "log-";
    const [title, said, boxes, what] = ["title", "said", "boxes", "what"].map((id) => document.getElementById(id));
    let shift = null, entries = [], place = null, minutes = 15, chosen = null, taking = null, sending = false;

    // What this phone keeps of a shift: its boxes and the entries that wait, under a hash of the key, until the key is dead.
    async function placeOf(words) {
        if (!crypto.subtle) return null; // a page without https: it keeps nothing beyond itself
        const hash = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(words));
        return PREFIX + [...new Uint8Array(hash)].map((one) => one.toString(16).padStart(2, "0")).join("");
    }
    function read(name) {
        try { return JSON.parse(localStorage.getItem(name)); } catch { return null; }
    }
    function keep() {
        if (!place || !shift) return;
        try { localStorage.setItem(place, JSON.stringify({ shift, entries })); } catch { /* a private window: this page keeps it */ }
    }
    function forgetDead() {
        try {
            for (const name of Object.keys(localStorage)) {
                if (name.startsWith(PREFIX) && !(read(name)?.shift?.dies > Date.now())) localStorage.removeItem(name);
            }
        } catch { /* nothing is kept here */ }
        if (shift && shift.dies <= Date.now()) end("This code is dead: it lives until 12 hours after its shift.");
    }
    function end(words) {
        shift = null;
        entries = [];
        if (place) localStorage.removeItem(place);
        boxes.hidden = what.hidden = true;
        said.textContent = words;
    }

    // The desk's clock: a phone's may be wrong, and the desk may stand on another day.
    function now() {
        const at = new Date(new Date(shift.now + "Z").getTime() + Date.now() - shift.readAt);
        return at.toISOString().slice(0, 19);
    }
    function element(tag, text, options = {}) {
        const made = Object.assign(document.createElement(tag), options);
        made.append(...[].concat(text));
        return made;
    }
    function button(text, act, primary) {
        const made = element("button", text, { type: "button", className: primary ? "primary" : "" });
        made.addEventListener("click", act);
        return made;
    }

    function draw() {
        if (!shift) return;
        title.textContent = `Log ${shift.title}`;
        what.hidden = chosen === null;
        boxes.hidden = chosen !== null;
        boxes.replaceChildren(...shift.boxes.map((box) => {
            const here = entries.filter((one) => one.box === box.box).length;
            const missed = Object.entries(box.missed || {}).map(([reason, n]) => `, ${reason} ${n}`).join("");
            const count = `${box.made} of ${box.planned} made${missed}${here ? `, ${here} waiting on this phone` : ""}`;
            return button([element("strong", box.box), box.where, element("small", count)], () => { chosen = box; minutes = shift.minutes; draw(); });
        }));
        if (chosen === null) return;
        if (taking !== null) {
            what.replaceChildren(
                element("h2", `Why is this taken back? Box ${chosen.box}: ${taking.words}`),
                ...shift.whys.map((why) => button(why, () => add({ box: chosen.box, take_back: taking.name, why }))),
                button("Back", () => { taking = null; draw(); }),
            );
            what.querySelector("button").focus();
            return;
        }
        const asked = new Set(entries.map((one) => one.take_back));
        const kept = [...(chosen.entries || []), ...entries.filter((one) => one.box === chosen.box && !one.take_back).map(named)];
        what.replaceChildren(
            element("h2", `Box ${chosen.box}, ${chosen.where}`),
            button(`Done, ${shift.minutes} minutes, just now`, () => add({ box: chosen.box, at: before(minutes), minutes }), true),
            ...shift.reasons.map((reason) => button(`Not done: ${reason}`, () => add({ box: chosen.box, reason }))),
            ...kept.filter((one) => !asked.has(one.name)).map((one) => button(`Take back: ${one.words}`, () => { taking = one; draw(); })),
            button("Back", () => { chosen = null; draw(); }),
        );
        what.querySelector("button").focus();
    }
    // An entry that waits here, under the name that the desk will give it: it may be taken back before it was sent.
    function named(entry) {
        if (entry.reason) return { name: `${entry.box} ${entry.reason}`, words: `not made: ${entry.reason}, waiting on this phone` };
        return { name: `${entry.box} ${entry.at} form`, words: `${entry.at.slice(11, 16)}, waiting on this phone` };
    }
    function before(n) {
        const begun = new Date(new Date(now() + "Z").getTime() - n * 60000).toISOString().slice(0, 19);
        if (begun >= shift.start) return begun;
        // Before the shift was so long: at its beginning, by the second of the press, for the same visit twice is once.
        return new Date(new Date(shift.start.slice(0, 19) + "Z").getTime() + (Math.floor(Date.now() / 1000) % 60) * 1000).toISOString().slice(0, 19);
    }
    function add(entry) {
        entries.push(entry);
        keep();
        chosen = taking = null;
        draw();
        send();
    }

    async function ask(path, body) {
        const answer = await fetch(path, { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify({ key, ...body }) });
        const found = await answer.json();
        if (!answer.ok) throw Object.assign(new Error(found.words), { status: answer.status });
        return found;
    }
    function take(found) {
        shift = { ...found, readAt: Date.now(), dies: Date.now() + found.lives_s * 1000 };
        if (chosen) chosen = shift.boxes.find((one) => one.box === chosen.box) || null;
        keep();
        draw();
    }
    // A refusal is of all that was sent: they then go one by one, and only the entry that is refused alone is dropped.
    async function send(most = 50, refused = []) {
        if (sending) return;
        sending = true;
        let again = false;
        const part = entries.slice(0, most);
        try {
            take(await ask(part.length ? "/log/visits" : "/log/shift", part.length ? { entries: part } : {}));
            entries = entries.slice(part.length);
            keep();
            again = entries.length > 0;
            if (!again) said.textContent = refused.length ? words(refused) : part.length ? "Everything you entered is kept." : "Choose a box.";
        } catch (error) {
            if (error.status === 404) { end(error.message); sending = false; return; }
            if (error.status === 400 && part.length) {
                if (part.length === 1) { entries = entries.slice(1); keep(); refused = [...refused, error.message]; }
                most = 1;
                again = entries.length > 0;
                said.textContent = words(refused);
            } else said.textContent = error.status ? error.message : `No network: ${entries.length} waiting on this phone.`;
        }
        sending = false;
        draw();
        if (again) await send(most, refused);
    }
    function words(refused) {
        return refused.length ? `${refused.length} ${refused.length > 1 ? "entries were" : "entry was"} refused and not kept. ${[...new Set(refused)].join(" ")}` : "";
    }

    async function begin() {
        forgetDead();
        if (!key) { said.textContent = "This page needs the code of a sheet: scan it."; return; }
        navigator.serviceWorker?.register("/log-worker.js", { scope: "/log" }).catch(() => { /* the form works without: it is then not loaded again offline */ });
        place = await placeOf(key);
        const found = place && read(place);
        if (found) { shift = found.shift; entries = found.entries; draw(); }
        window.addEventListener("online", () => send());
        setInterval(() => { forgetDead(); if (entries.length) send(); }, 20000);
        send();
    }
    begin();
})();
