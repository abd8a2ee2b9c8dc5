"""The page of balanced beats: a question in the address, a division drawn on the ground, and what was given up for it."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

import shapely
from starlette.responses import Response

from hotspots.errors import InputError
from hotspots.pipeline.act.beats import BalancedBeats, BeatsRequest, as_features, balance, read_ground
from hotspots.pipeline.svg import outline
from hotspots.store.staff.desk import points as desk_points
from hotspots.store.staff.desk.reader import DeskReader
from hotspots.store.staff.forecasts import stored_forecasts
from hotspots_dashboard.staff.desk import Asked, Desk, attachment, read_whole
from hotspots_dashboard.staff.plans.words import page_words

LIMITS_S = (5, 10, 20)
MARGIN_M = 300.0


@dataclass(frozen=True, slots=True)
class Mark:
    """The number of a beat on the drawing, and its outline as an SVG path."""

    number: int
    x: float
    y: float
    path: str


def register(desk: Desk, reader: DeskReader) -> None:
    """Register the page and its file."""
    door = desk.door

    @desk.page("/plans/beats", needs="plan.draft")
    def page(asked: Asked) -> Response:
        with door.acting(asked.who) as connection:
            names = {
                name for basis, types, *_ in stored_forecasts(connection) if basis == "true points" for name in types
            }
        choices = reader.choices()
        found = drawing = None
        if "beats" in asked.query:
            found = _answer(asked)
            with door.acting(asked.who) as connection:
                drawing = _drawing(connection, found, srid=reader.city().srid)
        return desk.render(
            asked, "plans/beats.html", types=[(one.name, one.label) for one in choices.crime_types if one.name in names],
            kinds=choices.area_kinds, found=found, drawing=drawing, limits=LIMITS_S, query=asked.query,
        )  # fmt: skip

    @desk.page("/plans/beats.geojson", needs="plan.draft")
    def file(asked: Asked) -> Response:
        found, types = _answer(asked), _types(asked)
        door.note(asked.who, "plan beats", {"beats": len(found.beats), "area": asked.query.get("within") or None})
        body = json.dumps(as_features(found, srid=reader.city().srid, crime_types=types))
        return attachment(body, "application/geo+json", "beats.geojson")

    def _answer(asked: Asked) -> BalancedBeats:
        kind, _, code = asked.query.get("within", "").partition(":")
        seconds, n_beats = asked.query.get("seconds", ""), asked.query.get("beats", "")
        if seconds not in map(str, LIMITS_S):
            raise InputError(f"seconds: {seconds[:10]!r} is not one of {', '.join(map(str, LIMITS_S))}.")
        request = BeatsRequest(
            crime_types=_types(asked),
            n_beats=read_whole(n_beats, field="beats", most=999),
            area=(kind, code) if code else None,
            seconds=int(seconds),
        )
        with page_words(), door.acting(asked.who) as connection:
            ground = read_ground(connection, request)
        key = ("beats", request, tuple(ground.source["forecast_ids"]))
        return reader.remember(key, lambda: balance(ground, request))


def _types(asked: Asked) -> tuple[str, ...]:
    return (asked.query.get("type", ""),)


def _drawing(connection: Any, found: BalancedBeats, *, srid: int) -> dict[str, Any]:
    west, south, east, north = shapely.bounds(shapely.union_all([one.shape for one in found.beats])).tolist()
    frame = desk_points.Frame(west - MARGIN_M, south - MARGIN_M, east + MARGIN_M, north + MARGIN_M)
    streets, _ = desk_points.read_base(connection, frame, srid=srid, kind="", least_rank=1)
    (x, y), (half_x, half_y) = frame.middle, frame.half
    marks = []
    for one in found.beats:
        inside = shapely.point_on_surface(one.shape)
        marks.append(Mark(one.number, inside.x - x, y - inside.y, outline([one.shape], west=x, north=y)))
    return {"half_x": half_x, "half_y": half_y, "streets": streets, "marks": marks}
