"""Two drawings of a printed sheet as SVG: the map of a place, and its weeks. Vectors only, no outside request."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any
from xml.sax.saxutils import escape

import shapely

from hotspots.domain.places.street_name import title_case
from hotspots.domain.public_counts import WeekCount
from hotspots.pipeline.street_names import names_along
from hotspots.pipeline.svg import outline, round_length_m

if TYPE_CHECKING:
    from hotspots.store.public.place_sheet import SheetMap
    from hotspots.words.language import Language

WIDTH, HEIGHT = 720.0, 430.0  # of the map, in units of the drawing
LARGEST = 17.0  # radius of the largest circle
FONT = "Public Sans, Public Sans Extended, DejaVu Sans"
# As the page's style sheet has them; a test holds the two alike.
PAPER, WATER, LAND, PARK, STREET, MAIN_STREET = "#e9e9e6", "#cddfea", "#f7f6f3", "#e4ebdd", "#e2e1dc", "#d3d2cc"
NAME = f'fill="#5b6470" stroke="{LAND}" stroke-width="1.6" paint-order="stroke" font-family="{FONT}"'
ACCENT, MARK, TEXT, BAND = "#1f4e8c", "#1f4e8c", "#17212e", "#c9d8ec"
# Of the groups of types, as the page's style sheet has them (assets/tokens.css); a test holds the two alike.
GROUP_COLOURS = {
    "violence": "#cc79a7",
    "burglary": "#0072b2",
    "vehicle": "#009e73",
    "theft": "#e69f00",
    "damage": "#56b4e9",
    "other": "#8c8c8c",
}
MIXED = "#b7c6da"
EDGES = {
    "violence": "#8a3a67",
    "burglary": "#00507d",
    "vehicle": "#006549",
    "theft": "#8f6300",
    "damage": "#1c6c9c",
    "other": "#4d4d4d",
}
MIXED_EDGE = "#3d5a80"
ROUND_MILES_M = (30.48, 60.96, 152.4, 304.8, *(1609.344 * n for n in (0.25, 0.5, 1, 2, 5, 10, 20)))
WEEKS_WIDTH, WEEKS_HEIGHT = 340.0, 120.0


def draw_map(drawn: SheetMap, *, language: Language) -> str:
    """Return the map; the area of a circle grows with its incidents."""
    west, _, east, north = drawn.box
    scale = WIDTH / (east - west)

    def path(shapes: Sequence[Any]) -> str:
        return outline(shapes, west=west, north=north, scale=scale, decimals=1)

    streets = 1.2 if (east - west) < 3000 else 0.7
    most = max((n for n, *_ in drawn.circles), default=1)
    circles = "".join(
        f'<circle cx="{(x - west) * scale:.1f}" cy="{(north - y) * scale:.1f}" r="{max(1.6, LARGEST * (n / most) ** 0.5):.1f}"'
        f' fill="{GROUP_COLOURS.get(group or "", MIXED)}" stroke="{EDGES.get(group or "", MIXED_EDGE)}"/>'
        for n, x, y, group in drawn.circles
    )
    frame = shapely.box(*drawn.box)
    # A name is written where no circle is that it would hide.
    large = [(x, y, LARGEST * (n / most) ** 0.5) for n, x, y, _ in drawn.circles if n > most / 12]
    taken = [
        ((x - west) * scale - r, (north - y) * scale - r, (x - west) * scale + r, (north - y) * scale + r)
        for x, y, r in large
    ]
    shown = [(title_case(name), shape) for name, shape in drawn.names]
    names = names_along(shown, frame, west=west, north=north, scale=scale, taken=taken, look=NAME)
    place = ""
    if drawn.place is not None and drawn.place.geom_type == "Point":
        x, y = (drawn.place.x - west) * scale, (north - drawn.place.y) * scale
        place = f'<path d="M{x - 7:.1f} {y:.1f}H{x + 7:.1f}M{x:.1f} {y - 7:.1f}V{y + 7:.1f}" stroke="{TEXT}" stroke-width="2.2"/>'
    elif drawn.place is not None:
        place = f'<path d="{path([drawn.place])}" fill="none" stroke="{TEXT}" stroke-width="1.6"/>'
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH:g} {HEIGHT:g}" width="{WIDTH:g}" height="{HEIGHT:g}">'
        f'<clipPath id="sheet"><rect width="{WIDTH:g}" height="{HEIGHT:g}"/></clipPath><g clip-path="url(#sheet)">'
        f'<rect width="{WIDTH:g}" height="{HEIGHT:g}" fill="{PAPER}"/>'
        f'<path d="{path(drawn.base["water"])}" fill="{WATER}" fill-rule="evenodd"/>'
        f'<path d="{path(drawn.base["land"])}" fill="{LAND}" fill-rule="evenodd"/>'
        f'<path d="{path(drawn.base["park"])}" fill="{PARK}" fill-rule="evenodd"/>'
        f'<path d="{path(drawn.base["street"])}" fill="none" stroke="{STREET}" stroke-width="{streets}"/>'
        f'<path d="{path(drawn.base["main street"])}" fill="none" stroke="{MAIN_STREET}" stroke-width="{streets * 2}"/>'
        f'<path d="{path(drawn.asked)}" fill="{ACCENT}" fill-opacity="0.05" stroke="{ACCENT}" stroke-width="1.6" stroke-dasharray="5 3"/>'
        f'<g fill-opacity="0.78" stroke-width="0.8">{circles}</g>{"".join(names)}{place}'
        f"{_scale_bar(east - west, scale, language)}</g></svg>"
    )


def draw_weeks(
    weeks: Sequence[WeekCount], bands: dict[object, tuple[float, float]], *, most: str, ends: tuple[str, str]
) -> str:
    """Return bars a week over the band of what is normal, none where nothing is known; `most` and `ends` are the words at the axes."""
    top = max([*(week.incidents or 0 for week in weeks), *(high for _, high in bands.values()), 1])
    step, plot = WEEKS_WIDTH / len(weeks), WEEKS_HEIGHT - 36

    def y(value: float) -> float:
        return 19 + plot * (1 - value / top)

    drawn: list[str] = []
    for n, week in enumerate(weeks):
        if week.first_day in bands:
            low, high = bands[week.first_day]
            drawn.append(
                f'<rect x="{n * step:.2f}" y="{y(high):.2f}" width="{step:.2f}" height="{y(low) - y(high):.2f}" fill="{BAND}"/>'
            )
    for n, week in enumerate(weeks):
        if week.incidents is None:
            continue
        gap = step * 0.18
        drawn.append(
            f'<rect x="{n * step + gap:.2f}" y="{y(week.incidents):.2f}" width="{step - 2 * gap:.2f}"'
            f' height="{y(0) - y(week.incidents):.2f}" fill="{MARK}"/>'
        )
    words = f'font-family="{FONT}" font-size="9.5" fill="{TEXT}"'
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WEEKS_WIDTH:g} {WEEKS_HEIGHT:g}" width="{WEEKS_WIDTH:g}"'
        f' height="{WEEKS_HEIGHT:g}">{"".join(drawn)}<path d="M0 {y(0):.1f}H{WEEKS_WIDTH:g}" stroke="{TEXT}" stroke-width="0.8"/>'
        f'<text x="0" y="9" {words}>{escape(most)}</text><text x="0" y="{WEEKS_HEIGHT - 3:g}" {words}>{escape(ends[0])}</text>'
        f'<text x="{WEEKS_WIDTH:g}" y="{WEEKS_HEIGHT - 3:g}" text-anchor="end" {words}>{escape(ends[1])}</text></svg>'
    )


def _scale_bar(width_m: float, scale: float, language: Language) -> str:
    """A round length of at most a fifth of the map, with its length in words."""
    if language.units.miles:
        length_m = max([one for one in ROUND_MILES_M if one <= width_m / 5], default=ROUND_MILES_M[0])
    else:
        length_m = round_length_m(width_m)
    words = language.distance(length_m)
    x, y = 12.0, HEIGHT - 12
    return (
        f'<path d="M{x} {y - 5}V{y}H{x + length_m * scale:.1f}V{y - 5}" fill="none" stroke="{TEXT}" stroke-width="1.4"/>'
        f'<text x="{x + 4}" y="{y - 5}" font-family="{FONT}" font-size="11" fill="{TEXT}">{words}</text>'
    )
