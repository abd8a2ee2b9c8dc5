"""What a filter means, counted row by row in plain Python: the oracle of the SQL."""

from __future__ import annotations

import math
from collections.abc import Iterable
from datetime import timedelta

from pyproj import Transformer

from hotspots.domain.incident_filter import IncidentFilter
from tests.open_city_builder import (
    BEATS,
    COMMUNITY_AREAS,
    CRIME_TYPES,
    FOUND_BY_POLICE,
    PARK,
    SCHOOL_AT,
    SOUTH_M,
    SRID,
    STATION_AT,
    WARDS,
    WEST_M,
    SmallAnchor,
    SmallIncident,
    small_anchors,
)  # fmt: skip

KIND_OF = {
    **dict.fromkeys(BEATS.values(), "beat"),
    **dict.fromkeys(COMMUNITY_AREAS.values(), "community_area"),
    **dict.fromkeys(WARDS.values(), "ward"),
}

_TO_MAP = Transformer.from_crs(SRID, 3857, always_xy=True)


def matching(incidents: Iterable[SmallIncident], question: IncidentFilter) -> list[SmallIncident]:
    """The incidents that a filter leaves."""
    return [incident for incident in incidents if _matches(incident, question)]


def _matches(incident: SmallIncident, question: IncidentFilter) -> bool:
    return (
        _in_time(incident, question)
        and (not question.crime_types or incident.crime_type in question.crime_types)
        and (not question.location_types or incident.location_type in question.location_types)
        and _in_areas(incident.anchor, question)
        and _is_around(incident.anchor, question)
        and _is_inside(incident.anchor, question)
        and question.initiated_by in (None, "police" if incident.crime_type in FOUND_BY_POLICE else "public")
        and question.group in (None, CRIME_TYPES[incident.crime_type][2])
        and (question.arrest is None or incident.arrest == question.arrest)
        and all(_distance_to(incident.anchor, near.kind) <= near.distance_m for near in question.near)
    )


def _in_time(incident: SmallIncident, question: IncidentFilter) -> bool:
    day, hours = incident.day, question.hours
    if hours is not None:
        if incident.hour is None:
            return False
        # Walk the clock from the first hour to the last; past midnight the evening's date counts.
        clock, on_the_next_day = hours.start, False
        hour_is_inside = False
        while True:
            if clock == incident.hour:
                hour_is_inside = True
                if on_the_next_day:
                    day -= timedelta(days=1)
                break
            clock += 1
            if clock == hours.end:
                break
            if clock == 24:
                clock, on_the_next_day = 0, True
                if hours.end == 0:
                    break
        if not hour_is_inside:
            return False
    return question.period.start <= day < question.period.end and (
        not question.weekdays or day.isoweekday() in question.weekdays
    )


def _in_areas(anchor: SmallAnchor, question: IncidentFilter) -> bool:
    kinds = {KIND_OF[area] for area in question.areas}
    return all(any(KIND_OF[area] == kind and area in anchor.areas for area in question.areas) for kind in kinds)


def _is_around(anchor: SmallAnchor, question: IncidentFilter) -> bool:
    if question.around is None:
        return True
    if anchor.x is None or anchor.y is None:
        return False
    centre = small_anchors()[question.around.gazetteer_id - 1]  # block entries are numbered as the anchors
    assert centre.x is not None and centre.y is not None
    return math.dist((anchor.x, anchor.y), (centre.x, centre.y)) <= question.around.radius_m


def _is_inside(anchor: SmallAnchor, question: IncidentFilter) -> bool:
    """Count the sides that a ray to the east crosses, on the plane of the map."""
    if question.polygon is None:
        return True
    if anchor.x is None or anchor.y is None:
        return False
    x, y = _TO_MAP.transform(WEST_M + anchor.x, SOUTH_M + anchor.y)
    crossed = 0
    for ring in question.polygon.rings:
        corners = [
            (lon * 20037508.342789244 / 18_000_000, math.asinh(math.tan(math.radians(lat / 100_000))) * 6378137)
            for lon, lat in ring
        ]
        for (x1, y1), (x2, y2) in zip(corners, [*corners[1:], corners[0]], strict=True):
            if (y1 > y) != (y2 > y) and x < x1 + (y - y1) * (x2 - x1) / (y2 - y1):
                crossed += 1
    return crossed % 2 == 1


def _distance_to(anchor: SmallAnchor, kind: str) -> float:
    if anchor.x is None or anchor.y is None:
        return math.inf
    if kind == "park":
        west, south, east, north = PARK
        return math.hypot(max(west - anchor.x, 0, anchor.x - east), max(south - anchor.y, 0, anchor.y - north))
    return math.dist((anchor.x, anchor.y), {"school": SCHOOL_AT, "station": STATION_AT}[kind])
