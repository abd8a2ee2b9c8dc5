"""The map of a briefing sheet: every path can be read, and no mark covers another mark or a place."""

import re
from types import SimpleNamespace
from xml.etree import ElementTree

import shapely

from hotspots.pipeline.at_risk.briefing_map import draw_places

MARK = re.compile(r'<text x="([0-9.-]+)" y="([0-9.-]+)" text-anchor="middle" font-size="11"[^>]*>(\d+)</text>')


def place(east: float, north: float, size: float = 250.0) -> SimpleNamespace:
    return SimpleNamespace(geometry=shapely.box(east, north, east + size, north + size), chosen_by="expected incidents")


def drawn(places: list[SimpleNamespace], areas: list[shapely.Geometry]) -> str:
    ground = shapely.box(-20_000, -20_000, 20_000, 20_000)
    backdrop = {"study area": [ground], "street": [], "minor street": [], "area": areas}
    return draw_places(places, backdrop, marks=[str(n + 1) for n in range(len(places))])  # type: ignore[arg-type]


def test_an_area_outside_of_the_frame_leaves_the_others_on_the_map() -> None:
    far, here = shapely.box(18_000, 18_000, 19_000, 19_000), shapely.box(-500, -500, 500, 500)
    picture = drawn([place(0, 0), place(3000, 1000)], [far, here])
    assert all(
        re.fullmatch(r"(M[0-9.L -]+Z?)*", one.get("d", ""))
        for one in ElementTree.fromstring(picture).iter("{http://www.w3.org/2000/svg}path")
        if "H" not in one.get("d", "")
    )
    assert "MZ" not in picture


def test_marks_of_a_clump_of_places_stand_beside_them_and_apart() -> None:
    clump = [place(250 * x, 250 * y) for x, y in ((0, 0), (1, 0), (2, 0), (1, 1), (1, -1), (8, 3), (9, 3))]
    picture = drawn([*clump, place(9000, 9000), place(-9000, -9000)], [])
    marks = {name: (float(x), float(y)) for x, y, name in MARK.findall(picture)}
    assert set(marks) == {str(n) for n in range(1, 10)}
    spots = list(marks.values())
    assert all(abs(a[0] - b[0]) >= 8 or abs(a[1] - b[1]) >= 10 for n, a in enumerate(spots) for b in spots[:n])
    squares = re.findall(r'<path d="M([0-9.-]+) ([0-9.-]+)L', picture)
    assert len(squares) >= 9
