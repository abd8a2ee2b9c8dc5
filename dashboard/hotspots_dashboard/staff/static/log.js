/* The log form of a shift: box, what, keep. Three taps. Entries wait in this browser until the desk has taken them. */
(function () {
    const key = location.hash.slice(1);
    const waiting = `log-waiting-${key.slice(0, 12)}`, kept = `log-shift-${key.slice(0, 12)}`;
    const [title, said, boxes, what] = ["title", "said", "boxes", "what"].map((id) => document.getElementById(id));
    let shift = read(kept, null), minutes = 15, chosen = null, sending = false;

    function read(name, otherwise) {
        try { return JSON.parse(localStorage.getItem(name)) ?? otherwise; } catch { return otherwise; }
    }
    function keep(name, value) {
        try { localStorage.setItem(name, JSON.stringify(value)); } catch { /* private windows: this page keeps it */ }
    }
    let entries = read(waiting, []);

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
            const count = `${box.made} of ${box.planned} made${here ? `, ${here} waiting on this phone` : ""}`;
            return button([element("strong", box.box), box.where, element("small", count)], () => { chosen = box; minutes = shift.minutes; draw(); });
        }));
        if (chosen === null) return;
        what.replaceChildren(
            element("h2", `Box ${chosen.box}, ${chosen.where}`),
            button(`Done, ${shift.minutes} minutes, just now`, () => add({ box: chosen.box, at: before(minutes), minutes }), true),
            ...shift.reasons.map((reason) => button(`Not done: ${reason}`, () => add({ box: chosen.box, reason }))),
            button("Back", () => { chosen = null; draw(); }),
        );
        what.querySelector("button").focus();
    }
    function before(n) {
        const begun = new Date(new Date(now() + "Z").getTime() - n * 60000).toISOString().slice(0, 19);
        return begun < shift.start ? shift.start.slice(0, 19) : begun;
    }
    function add(entry) {
        entries.push(entry);
        keep(waiting, entries);
        chosen = null;
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
        shift = { ...found, readAt: Date.now() };
        keep(kept, shift);
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
            keep(waiting, entries);
            again = entries.length > 0;
            if (!again) said.textContent = refused.length ? words(refused) : part.length ? "Everything you entered is kept." : "Choose a box.";
        } catch (error) {
            if (error.status === 404) { shift = null; boxes.hidden = what.hidden = true; said.textContent = error.message; sending = false; return; }
            if (error.status === 400 && part.length) {
                if (part.length === 1) { entries = entries.slice(1); keep(waiting, entries); refused = [...refused, error.message]; }
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

    window.addEventListener("online", () => send());
    setInterval(() => { if (entries.length) send(); }, 20000);
    draw();
    if (!key) said.textContent = "This page needs the code of a sheet: scan it.";
    else send();
})();
