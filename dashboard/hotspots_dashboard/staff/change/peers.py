"""Areas like the one asked for, beside a funnel of all areas of its kind: one crime type at a time."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from math import sqrt

from hotspots.domain.account import Person
from hotspots.errors import InputError
from hotspots.pipeline.desk.change import FEWEST, Row, Table
from hotspots.pipeline.desk.peers import PeersOfArea, peers_of, read_traits
from hotspots.store.staff.desk.reader import DeskReader
from hotspots.store.staff.door import Door

WIDTH, HEIGHT, LEFT, BELOW = 640, 320, 44, 34


@dataclass(frozen=True, slots=True)
class Mark:
    """A point of the funnel on the drawing: the area, where it stands, what it is, and its figures in words."""

    name: str
    x: float
    y: float
    role: str
    words: str


@dataclass(frozen=True, slots=True)
class PeersPanel:
    """The panel: the peers, the crime type, the types to choose among, and the drawing of the funnel."""

    found: PeersOfArea
    crime_type: str
    label: str
    types: tuple[tuple[str, str], ...]
    marks: tuple[Mark, ...]
    band: str
    line_y: float
    ticks: tuple[tuple[float, str], ...]
    foot: tuple[tuple[float, str], ...]


def peers_panel(
    door: Door,
    reader: DeskReader,
    person: Person,
    *,
    areas: Table,
    whole: Sequence[Row],
    kind: str,
    code: str,
    asked: str,
) -> PeersPanel | None:
    """The panel of an area; None where it holds no report or is no current area. Raises InputError for a type that there is not.

    Parameters
    ----------
    areas, whole : Change by area of the kind, and of the area itself; its first line is the type shown where none is asked.
    """
    types = tuple((row.crime_type, row.label) for row in whole)
    if not types:
        return None
    labels = dict(types)
    if asked and asked not in labels:
        raise InputError(f"of: {asked[:30]!r} is not a type with reports in this area.")
    crime_type = asked or next((row.crime_type for row in whole if row.recent >= FEWEST), types[0][0])

    def read() -> list:
        with door.acting(person) as connection:
            found = read_traits(connection, kind, areas.days)
        names = {area.code: area.name for area in reader.choices().areas.values() if area.kind == kind}
        return [replace(one, name=names.get(one.code, one.name)) for one in found]

    traits = reader.remember(("area traits", kind, areas.days["year_recent"]), read)
    found = peers_of(traits, areas, code, crime_type=crime_type)
    if found is None:
        return None
    return _drawn(found, crime_type, labels[crime_type], types)


def _drawn(found: PeersOfArea, crime_type: str, label: str, types: tuple[tuple[str, str], ...]) -> PeersPanel:
    points = [one for one in found.points if one.expected > 0]
    widest = max((one.expected for one in points), default=1.0)
    ratios = [one.incidents / one.expected for one in points]
    top = max(2.0, *(ratios or [2.0])) * 1.05

    def x(expected: float) -> float:
        return round(LEFT + (WIDTH - LEFT - 12) * sqrt(expected / widest), 1)

    def y(ratio: float) -> float:
        return round((HEIGHT - BELOW) * (1 - min(ratio, top) / top) + 6, 1)

    limits = [one for one in found.limits if one[0] > 0]
    upper = [f"{x(expected)},{y(high / expected)}" for expected, _, high in limits]
    lower = [f"{x(expected)},{y(low / expected)}" for expected, low, _ in reversed(limits)]
    marks = sorted(
        (
            Mark(
                one.name, x(one.expected), y(ratio), one.role,
                f"{one.name}: {one.incidents:,} reported, {one.expected:,.1f} expected at the city's rate",
            )
            for one, ratio in zip(points, ratios, strict=True)
        ),
        key=lambda mark: ("other", "peer", "own").index(mark.role),
    )  # fmt: skip
    steps = [step for step in (0.0, 0.5, 1.0, 1.5, 2.0, 3.0, 4.0, 6.0, 8.0) if step <= top]
    if len(steps) > 6:
        steps = [step for step in steps if step == int(step)]
    foot = [widest * share for share in (0.04, 0.25, 1.0)]
    return PeersPanel(
        found,
        crime_type,
        label,
        types,
        tuple(marks),
        " ".join(upper + lower),
        y(1.0),
        tuple((y(step), f"{step:g}") for step in steps),
        tuple((x(size), f"{size:,.1f}" if size < 10 else f"{size:,.0f}") for size in foot),
    )
