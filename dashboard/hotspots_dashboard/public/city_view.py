"""The city as a whole: areas coloured by their reports per ground, for where single points are too many to read."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from typing import Any

from hotspots.domain.honest_number import AreaChange
from hotspots.domain.incident_filter import IncidentFilter
from hotspots.domain.public_answer import AreaKind, Choices
from hotspots.pipeline.change_tables import changes_by_area
from hotspots.store.public.reader import OpenReader
from hotspots_dashboard.components.change_tables import certainty
from hotspots_dashboard.words import sentences
from hotspots_dashboard.words.formats import number

LEAST_AREAS, MOST_AREAS = 12, 120  # fewer say little of a city; more are no better to read than its points
CHANGES = {"lower": 1, "within": 2, "higher": 3}
BREAKS = (0.5, 1, 2, 4)  # times the city's average, between the five levels


def shown_kind(choices: Choices) -> AreaKind | None:
    """The kind of area that the city is shown by: one with residents first, then the one with most areas."""
    kinds = [kind for kind in choices.area_kinds if LEAST_AREAS <= _current(kind) <= MOST_AREAS]
    if not kinds:
        return None
    return max(kinds, key=lambda kind: (any(area.residents for area in kind.areas), _current(kind)))


def city_view(reader: OpenReader, question: IncidentFilter, *, change: bool = False) -> dict[str, Any] | None:
    """Every current area that is whole on record, with its number, name, point, words and level.

    None where the question names a place, and where nothing is known of its days.

    Parameters
    ----------
    change : level 1 (fewer than last year), 2 (within chance), 3 (more) in place of 0 (no reports) to 5 by reports per ground.
    """
    kind = None if question.is_spatial else shown_kind(reader.choices())
    if kind is None or not reader.count(question).is_known:
        return None
    if change and (changed := changes_by_area(reader, question, kind.kind)):
        return {"kind": kind.kind, "measure": "change", "areas": _changed(reader, kind.kind, changed)}
    counted = ((row, row.area) for row in reader.by_area(question, kind.kind))
    rows = [(row, area) for row, area in counted if area and area.is_current and area.km2 > 0 and not row.unknown_days]
    km2 = sum(area.km2 for _, area in rows)
    average = sum(row.of_rate for row, _ in rows) / km2 if km2 else 0
    frames = reader.area_frames(kind.kind)
    areas = [
        {
            "id": area.area_id,
            "name": sentences.area_name(area, reader.choices()),
            "at": frames[area.area_id].at,
            "n": row.incidents,
            "said": number(row.incidents),
            "level": level_of(row.of_rate, average * area.km2),
            "share": round(area.km2 / km2, 6),
        }
        for row, area in rows
        if area.area_id in frames
    ]
    return {"kind": kind.kind, "measure": "count", "areas": areas, "breaks": BREAKS}


def _changed(reader: OpenReader, kind: str, changes: Sequence[AreaChange]) -> list[dict[str, Any]]:
    frames = reader.area_frames(kind)
    return [
        {
            "id": one.area.area_id,
            "name": sentences.area_name(one.area, reader.choices()),
            "at": frames[one.area.area_id].at,
            "n": one.change.now,
            "said": "" if one.change.category == "within" else certainty(one.change).partition(" (")[0],
            "level": CHANGES[one.change.category],
        }
        for one in changes
        if one.area.area_id in frames
    ]


def level_of(incidents: int, expected: float) -> int:
    """0 where nothing was reported, else 1 to 5 by how many times the expected it is."""
    return 0 if not incidents or not expected else 1 + bisect_right(BREAKS, incidents / expected)


def _current(kind: AreaKind) -> int:
    return sum(area.is_current for area in kind.areas)
