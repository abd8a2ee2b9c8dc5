"""The page of hot spots."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any
from urllib.parse import urlencode

from starlette.responses import Response

from hotspots.errors import InputError
from hotspots.pipeline.desk.layers import LAYERS, Layer, make_layer
from hotspots.pipeline.statistics.reading import Question
from hotspots.store.staff.desk import points as store
from hotspots.store.staff.desk.reader import DeskReader
from hotspots_dashboard.staff import acting
from hotspots_dashboard.staff.desk import Asked, Desk
from hotspots_dashboard.staff.districts import districts_of
from hotspots_dashboard.staff.layers.drawing import draw_layer
from hotspots_dashboard.staff.today import newest_day

PERIODS = {"28": "4 weeks", "91": "13 weeks", "182": "half a year", "364": "a year"}
MARGIN_M = 500.0
NEAR_RANK, FAR_RANK = 2, 1  # streets of a district, and of the whole city


def register(desk: Desk, reader: DeskReader) -> None:
    """Register the page of hot spots."""
    door = desk.door

    @desk.page("/map/layers", needs="points.read")
    def layers(asked: Asked) -> Response:
        newest, districts = newest_day(reader), districts_of(reader, asked.who, asked.query)
        types = () if newest is None else reader.choices().crime_types
        chosen = _types(asked, {one.name: one.label for one in types})
        days, name = asked.query.get("days", "364"), asked.query.get("layer", "gi-star")
        if days not in PERIODS:
            raise InputError(f"days: {days[:10]!r} is not one of {', '.join(PERIODS)}.")
        layer = drawing = None
        problem = ""
        if newest is not None and chosen:
            question = Question(crime_types=chosen, first_day=newest - timedelta(days=int(days) - 1), last_day=newest)
            try:
                layer = _layer(name, question, types, districts.area_id)
                drawing = _drawing(layer, districts.area_id, districts.kind.kind if districts.kind else "")
            except InputError as error:
                problem = str(error)
        return desk.render(
            asked,
            "layers.html",
            layers={key: title for key, (title, _) in LAYERS.items()},
            name=name,
            layer=layer,
            drawing=drawing,
            problem=problem,
            types=types,
            chosen=chosen,
            periods=PERIODS,
            days=days,
            districts=districts,
            newest=newest,
            links=_links(layer, chosen, newest, int(days)) if layer and newest else (),
        )

    def _layer(name: str, question: Question, types: Any, area_id: int | None) -> Layer:
        me = acting.current()
        asked = {
            "layer": name,
            "types": ",".join(question.crime_types),
            "from": question.first_day.isoformat(),
            "to": question.last_day.isoformat(),
        }
        me.view = door.open_view(me.person, "layer", asked)

        ground = me.person.ground

        def make() -> Layer:
            with door.acting(me.person, view=me.view) as connection:
                return make_layer(connection, name, question, types=types, area_id=area_id, ground=ground)

        return reader.remember(("layer", ground, area_id, *asked.values()), make)

    def _drawing(layer: Layer, area_id: int | None, kind: str) -> Any:
        with door.acting(acting.current().person) as connection:
            frame = store.read_frame(connection, area_id=area_id, margin_m=MARGIN_M)
            assert frame is not None  # a layer has ground
            rank = FAR_RANK if area_id is None else NEAR_RANK
            srid = reader.city().srid
            streets, areas = store.read_base(connection, frame, srid=srid, kind=kind, least_rank=rank)
        return draw_layer(layer, frame, streets=streets, areas=areas)


def _types(asked: Asked, known: Mapping[str, str]) -> tuple[str, ...]:
    named = tuple(one for one in asked.query.get("types", "").split(",") if one)
    unknown = [one for one in named if one not in known]
    if unknown and known:
        raise InputError(f"types: {unknown[0][:40]!r} is not a crime type of this city.")
    usual = next((one for one in ("burglary", "robbery") if one in known), next(iter(known), None))
    return named or ((usual,) if usual else ())


def _links(layer: Layer, types: tuple[str, ...], newest: date, days: int) -> list[tuple[str, str]]:
    """For each zone: its incidents on the map, and a saved place of it."""
    found = []
    for zone in layer.zones:
        query = {
            "from": (newest - timedelta(days=days - 1)).isoformat(),
            "to": newest.isoformat(),
            "types": ",".join(types),
            "polygon": zone.polygon,
        }
        found.append((f"/map/?{urlencode(query)}", f"/places/new?{urlencode(query)}"))
    return found
