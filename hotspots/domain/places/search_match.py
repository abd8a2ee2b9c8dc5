"""A match of the address search."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, slots=True)
class Match:
    """Something that a typed text may mean.

    Attributes
    ----------
    gazetteer_id : what the URL carries in place of the typed text.
    kind : address, block, intersection, place or area.
    name : as shown.
    detail : what was matched and how, in words, e.g. "nearest address on record to 1204"; of a place or area its kind.
    lon, lat : in degrees; of a place or area a point on it.
    score : 0 to 1; how much of the text was matched.
    sure : whether this is what was typed; otherwise offer the others as well.
    area_id : of an area, to filter by it; None for anything else.
    """

    gazetteer_id: int
    kind: Literal["address", "block", "intersection", "place", "area"]
    name: str
    detail: str
    lon: float
    lat: float
    score: float
    sure: bool
    area_id: int | None = None
