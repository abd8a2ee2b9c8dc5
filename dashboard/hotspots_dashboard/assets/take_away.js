/* A press on "Cite" or "Save or cite" loads what it needs: few readers take something away, and the first view stays light. */
document.addEventListener("click", (event) => {
    const button = event.target.closest && event.target.closest(".take");
    const source = document.querySelector(".take-source");
    if (button && source) import(source.dataset.script).then(({ open }) => open(button, source.dataset));
    const map = event.target.closest && event.target.closest(".take-map");
    if (map && source) import(source.dataset.map).then(({ take }) => take(source.dataset, map.nextElementSibling));
});
