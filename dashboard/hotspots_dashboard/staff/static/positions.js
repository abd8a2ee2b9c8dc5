/* A file of positions is packed in the browser: a shift of cars fits into one request. */
(function () {
    const form = document.getElementById("positions");
    if (!form) return;
    form.addEventListener("submit", async (event) => {
        event.preventDefault();
        const said = document.getElementById("positions-said");
        said.textContent = "Reading …";
        try {
            const packed = form.elements.file.files[0].stream().pipeThrough(new CompressionStream("gzip"));
            const answer = await fetch(form.dataset.to, {
                method: "POST",
                headers: { "Content-Type": "application/gzip" },
                body: await new Response(packed).arrayBuffer(),
            });
            const text = await answer.text();
            said.textContent = text.startsWith("{") ? JSON.parse(text).words : text;
        } catch {
            said.textContent = "The file was not sent: try again.";
        }
    });
})();
