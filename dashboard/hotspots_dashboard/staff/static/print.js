/* The button that prints, and the key p. */
(function () {
    const button = document.getElementById("print");
    if (button) button.addEventListener("click", () => window.print());
    document.addEventListener("keydown", (event) => {
        const typing = /^(INPUT|SELECT|TEXTAREA)$/.test(event.target.tagName);
        if (event.key === "p" && !typing && !event.ctrlKey && !event.metaKey && !event.altKey) window.print();
    });
})();
