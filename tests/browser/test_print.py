"""On paper the map is light, whatever the screen is."""

from collections.abc import Callable

import pytest
from playwright.sync_api import BrowserContext

from tests.browser.reading import IDLE, Site, open_map

# How light the middle of the map is: 0 black, 1 white. A corner of the frame buffer is read before the browser takes it away.
LIGHTNESS = """(event) => {
    const map = document.querySelector(".map-canvas").hotspotsMap;
    if (event) window.dispatchEvent(new Event(event)); else map.redraw();
    const gl = map.painter.context.gl, n = gl.drawingBufferWidth * gl.drawingBufferHeight;
    const pixels = new Uint8Array(4 * n);
    gl.readPixels(0, 0, gl.drawingBufferWidth, gl.drawingBufferHeight, gl.RGBA, gl.UNSIGNED_BYTE, pixels);
    const light = [];
    for (let at = 0; at < 4 * n; at += 4 * 97) if (pixels[at + 3] === 255) light.push(pixels[at] + pixels[at + 1] + pixels[at + 2]);
    return light.sort((one, other) => one - other)[Math.floor(light.length / 2)] / 765;
}"""


@pytest.mark.parametrize("scheme", ["dark", "light"])
def test_the_map_on_paper_is_light_and_the_screen_stays_as_it_was(
    open_context: Callable[..., BrowserContext], site: Site, scheme: str
) -> None:
    page = open_context(color_scheme=scheme).new_page()
    open_map(page, site)
    screen = page.evaluate(LIGHTNESS)
    assert (screen < 0.3) == (scheme == "dark")
    assert page.evaluate(LIGHTNESS, "beforeprint") > 0.85
    assert page.evaluate(LIGHTNESS, "afterprint") == screen
    page.wait_for_selector(IDLE, state="attached")
