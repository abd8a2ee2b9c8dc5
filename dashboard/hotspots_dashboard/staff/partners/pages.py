"""The pages of a partner: what was shared, one of it, its answer."""

from __future__ import annotations

from starlette.responses import Response

from hotspots.domain.city_clock import today
from hotspots.errors import NotFoundError
from hotspots.pipeline.partners import sharing
from hotspots.store import share
from hotspots.store.public.city import read_city
from hotspots_dashboard.staff.desk import Asked, Desk, see_other


def register(desk: Desk) -> None:
    """Register the pages of the partners' server."""
    door = desk.door

    @desk.page("/shared", needs="share.read")
    def shared(asked: Asked) -> Response:
        with door.acting(asked.who) as connection:
            items = share.read_items(connection)
            try:
                timezone = read_city(connection).timezone
            except NotFoundError:
                timezone = "UTC"
        return desk.render(asked, "partners/list.html", items=items, today=today(timezone))

    @desk.page("/shared/{number:int}", needs="share.read")
    def one(asked: Asked) -> Response:
        item, replies = sharing.read_shared(door, asked.who, asked.path["number"])
        return desk.render(asked, "partners/item.html", item=item, replies=replies)

    @desk.page("/shared/{number:int}", needs="share.answer", methods=("POST",))
    def answer(asked: Asked) -> Response:
        sharing.answer(door, asked.who, asked.path["number"], words=asked.one("words"))
        return see_other(f"/shared/{asked.path['number']}")
