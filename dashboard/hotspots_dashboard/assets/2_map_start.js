/* The map begins before the page that it belongs to: its threads, its programs and its first tiles need not wait for Dash. */
(function () {
    const { mapStyle } = window.hotspots;
    const corners = (box) => [[box[0], box[1]], [box[2], box[3]]];
    const padding = () => (window.innerWidth < 768 ? { top: 88, bottom: Math.round(window.innerHeight * 0.3), left: 24, right: 24 }
        : { top: 48, bottom: 48, right: 64, left: window.innerWidth > 1200 ? 280 : 48 });

    /* A map that answers `query`, in a new container inside `room`. */
    function begin({ base_url, query, box, groups, words, tiles, library }, room) {
        const container = document.createElement("div");
        container.className = "map-canvas";
        container.dataset.idle = "false";
        room.append(container);
        return import(library).then((maplibre) => {
            const map = new maplibre.Map({
                container, style: mapStyle.style(window.location.origin + base_url, query, groups.map((group) => group.name), tiles),
                bounds: corners(box), fitBoundsOptions: { padding: padding() }, locale: words.controls,
                attributionControl: false, dragRotate: false, pitchWithRotate: false, touchPitch: false, maxZoom: 18, minZoom: 7, fadeDuration: 0,
                maxBounds: [[box[0] - 1, box[1] - 0.7], [box[2] + 1, box[3] + 0.7]],
            });
            container.hotspotsMap = map; // tests ask what is drawn
            return { maplibre, map, container, query };
        });
    }

    /* What the server wrote into the page: the same properties that the component will have. */
    const written = document.getElementById("map-start");
    const skeleton = document.querySelector("#react-entry-point .map-room");
    let early = null;
    if (written && skeleton) {
        const { left, top, width, height } = skeleton.getBoundingClientRect();
        const room = document.createElement("div");
        room.className = "map-waiting";
        Object.assign(room.style, { left: left + "px", top: top + "px", width: width + "px", height: height + "px" });
        document.body.append(room);
        early = begin(JSON.parse(written.textContent), room);
        early.catch(() => {}); // whoever takes it says what is wrong
    }

    /* The map that was begun, moved into `room`; a new one where there is none. */
    function take(properties, room) {
        const begun = early || begin(properties, room);
        early = null;
        return begun.then((taken) => {
            const waiting = taken.container.parentElement;
            if (waiting !== room) {
                room.append(taken.container);
                waiting.remove();
                // The room is not the skeleton's: head, notices and tabs are there now.
                taken.map.resize().fitBounds(corners(properties.box), { padding: padding(), animate: false });
            }
            return taken;
        });
    }

    window.hotspots.mapStart = { take, corners, padding };
})();
