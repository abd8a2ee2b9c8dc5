/* The map begins before the page that it belongs to: its threads, its programs and its first tiles need not wait for Dash. */
(function () {
    const { mapStyle } = window.hotspots;
    const corners = (box) => [[box[0], box[1]], [box[2], box[3]]];
    const padding = () => (window.innerHeight <= 480 && window.innerWidth >= 768 ? { top: 8, bottom: 8, left: 8, right: 56 } : window.innerWidth < 768 ? { top: window.innerHeight < 700 ? 64 : 108, bottom: Math.round(Math.min(300, window.innerHeight * 0.42)), left: 16, right: 16 }
        : { top: 60, bottom: 48, right: 64, left: window.innerWidth > 1200 ? 280 : 48 });

    /* A map that answers `query`, in a new container inside `room`. */
    function begin({ base_url, query, box, levels, groups, words, tiles, library }, room) {
        const container = document.createElement("div");
        container.className = "map-canvas";
        container.dataset.idle = "false";
        room.append(container);
        return import(library).then((maplibre) => {
            const map = new maplibre.Map({
                container, style: mapStyle.style(window.location.origin + base_url, query, groups.map((group) => group.name), tiles, levels ? mapStyle.CITY_ZOOM : 0),
                bounds: corners(box), fitBoundsOptions: { padding: padding() }, locale: words.controls,
                attributionControl: false, dragRotate: false, pitchWithRotate: false, touchPitch: false, maxZoom: 18, minZoom: 7, fadeDuration: 0,
                maxBounds: [[box[0] - 1, box[1] - 0.7], [box[2] + 1, box[3] + 0.7]],
            });
            container.hotspotsMap = map; // tests ask what is drawn
            map.on("dataloading", () => { container.dataset.idle = "false"; });
            map.on("error", ({ error }) => { if (error && error.status === 410) window.hotspots.renew(); });
            map.on("idle", () => { container.dataset.idle = "true"; });
            return { maplibre, map, container, query };
        });
    }

    /* What the server wrote into the page: the same properties that the component will have, and the room that it will have. */
    const written = document.getElementById("map-start");
    const painted = document.getElementById("first-paint");
    let early = null;
    if (written && painted && painted.querySelector(".map-holder")) {
        // Nothing answers yet but the map.
        painted.querySelectorAll("header, .search-room, .panel, .drawer, .embed-words, footer").forEach((part) => { part.inert = true; });
        const room = painted.querySelector(".map-holder");
        early = { room, size: [room.clientWidth, room.clientHeight], begun: begin(JSON.parse(written.textContent), room) };
        early.begun.catch(() => {}); // whoever takes it says what is wrong
    }

    /* A page without a map gives way to the one that answers as soon as that is there. */
    const entry = document.getElementById("react-entry-point");
    if (painted && entry && !painted.querySelector(".map-holder")) {
        const arriving = new MutationObserver(() => {
            if (!entry.querySelector("main")) return;
            arriving.disconnect();
            painted.remove();
        });
        arriving.observe(entry, { childList: true, subtree: true });
    }

    /* The map that was begun, moved into `room`; a new one where there is none. */
    function take(properties, room) {
        if (!early) return begin(properties, room);
        const { begun, size, room: before } = early;
        early = null;
        room.append(...before.childNodes);
        painted.remove();
        const isSame = size[0] === room.clientWidth && size[1] === room.clientHeight;
        return begun.then((taken) => {
            if (!isSame) taken.map.resize().fitBounds(corners(properties.box), { padding: padding(), animate: false });
            return taken;
        });
    }

    window.hotspots.mapStart = { take, corners, padding };
})();
