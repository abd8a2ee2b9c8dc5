/* Keeps the log form's own files, so that a phone without a network can load it again. Nothing of a shift passes through here: its key
   stands in the fragment of the address, and what is asked and entered is sent by POST, which this leaves alone. */
const KEPT = "log-form-2";
const FILES = ["/log", "/static/desk/log.js", "/static/desk/log.css", "/static/shared/tokens.css", "/static/desk/icon.svg"];

self.addEventListener("install", (event) => {
    event.waitUntil(caches.open(KEPT).then((cache) => cache.addAll(FILES)).then(() => self.skipWaiting()));
});
self.addEventListener("activate", (event) => {
    const old = (names) => Promise.all(names.filter((name) => name.startsWith("log-form-") && name !== KEPT).map((name) => caches.delete(name)));
    event.waitUntil(caches.keys().then(old).then(() => self.clients.claim()));
});
self.addEventListener("fetch", (event) => {
    const asked = new URL(event.request.url);
    if (event.request.method !== "GET" || asked.origin !== location.origin || !FILES.includes(asked.pathname)) return;
    event.respondWith(fetch(event.request).then(async (answer) => {
        if (answer.ok) await (await caches.open(KEPT)).put(asked.pathname, answer.clone());
        return answer;
    }).catch(async (error) => {
        const kept = await caches.match(asked.pathname);
        if (kept) return kept;
        throw error;
    }));
});
