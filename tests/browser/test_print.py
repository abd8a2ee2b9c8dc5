"""On paper the map is light, whatever the screen is."""

import re
import zlib
from collections.abc import Callable

import numpy as np
import pytest
from playwright.sync_api import BrowserContext, Page, expect

from tests.browser.reading import Site, open_map

IMAGE = re.compile(
    rb"<<[^>]*?/Subtype /Image\s+/Width (\d+)\s+/Height (\d+)\s+/ColorSpace \[?/(?:ICCBased|DeviceRGB).*?stream\r?\n",
    re.DOTALL,
)


def lightness(page: Page) -> float:
    """Of the largest picture in the printed page: 0 black, 1 white."""
    printed = page.pdf(print_background=True)
    largest = max(IMAGE.finditer(printed), key=lambda one: int(one[1]) * int(one[2]))
    pixels = np.frombuffer(zlib.decompressobj().decompress(printed[largest.end() :]), np.uint8)
    return float(np.median(pixels[pixels > 0])) / 255  # 0 is where the picture is transparent


@pytest.mark.parametrize("scheme", ["dark", "light"])
def test_the_map_on_paper_is_light_and_the_screen_stays_as_it_was(
    open_context: Callable[..., BrowserContext], site: Site, scheme: str
) -> None:
    page = open_context(color_scheme=scheme).new_page()
    open_map(page, site)
    land = "() => document.querySelector('.map-canvas').hotspotsMap.getPaintProperty('land', 'fill-color')"
    screen = page.evaluate(land)
    assert (screen == "#202832") == (scheme == "dark")
    assert lightness(page) > 0.85
    assert page.evaluate(land) == screen
    expect(page.locator(".map-copy")).to_have_count(0)
