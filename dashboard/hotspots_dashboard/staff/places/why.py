"""Why here: factors that tell this place from comparable ones, and what is new in it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import shapely

from hotspots.pipeline.desk.recent_patterns import Burst, NearRepeats
from hotspots.store.staff.desk import place_evidence as evidence
from hotspots.store.staff.desk.reader import DeskReader
from hotspots_dashboard.staff import acting
from hotspots_dashboard.staff.desk import Desk
from hotspots_dashboard.staff.recent import bursts_of, near_repeats_of

MOST_ELSEWHERE = 0.5  # a factor that half of comparable places have tells nothing of this one


@dataclass(frozen=True, slots=True)
class Why:
    """The reasons that tell a place from others.

    Attributes
    ----------
    telling, common : factors that are here; common ones stand at more than half of comparable places, so they explain nothing.
    bursts : in the place.
    near_repeats : of the place's most frequent type, with the zones that touch it only; None where they cannot be told.
    """

    telling: tuple[evidence.FactorHere, ...]
    common: tuple[evidence.FactorHere, ...]
    has_factors: bool
    bursts: tuple[Burst, ...]
    near_repeats: NearRepeats | None
    zones: int


def read_why(desk: Desk, reader: DeskReader, place_id: int, *, until: date, main_type: str | None) -> Why:
    """The factors on the day after the newest one, and the newest patterns, of a place."""
    with desk.door.acting(acting.current().person) as connection:
        factors = evidence.read_factors(connection, place_id, on_day=until)
        shape = evidence.read_shape(connection, place_id)
    here = [one for one in factors if one.here]
    telling = tuple(one for one in here if one.elsewhere is not None and one.elsewhere <= MOST_ELSEWHERE)
    near = near_repeats_of(desk, reader, main_type, until=until) if main_type else None
    touching = [zone for zone in near.zones if shapely.intersects(zone.shape, shape)] if near else []
    return Why(
        telling,
        tuple(one for one in here if one not in telling),
        bool(factors),
        tuple(one for one in bursts_of(desk, reader, until=until).named if shapely.contains_xy(shape, one.x, one.y)),
        near,
        len(touching),
    )
