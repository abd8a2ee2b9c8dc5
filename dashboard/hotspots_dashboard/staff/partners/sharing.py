"""The desk's page of what is shared with partners: share a redacted copy, read the answers, withdraw."""

from __future__ import annotations

from datetime import date

from starlette.responses import Response

from hotspots.domain.whole_number import read_whole_number
from hotspots.errors import InputError
from hotspots.pipeline.partners import sharing
from hotspots.store import share
from hotspots_dashboard.staff.desk import Asked, Desk, see_other


def register(desk: Desk) -> None:
    """Register the desk's pages of sharing."""
    door = desk.door

    @desk.page("/shared", needs="share.write")
    def shared(asked: Asked) -> Response:
        with door.acting(asked.who) as connection:
            items, partners = share.read_items(connection), share.partners(connection)
            replies = {item.item_id: share.read_replies(connection, item.item_id) for item in items if item.replies}
        kind, number = asked.query.get("kind", "problem"), asked.query.get("number", "")
        return desk.render(
            asked,
            "partners/shared.html",
            items=items,
            partners=partners,
            replies=replies,
            kinds=share.KINDS,
            kind=kind,
            number=number,
        )

    @desk.page("/shared", needs="share.write", methods=("POST",))
    def add(asked: Asked) -> Response:
        number = read_whole_number(asked.one("number"))
        if number is None:
            raise InputError("Number: give the number of the concern, problem or action.")
        try:
            due = date.fromisoformat(asked.one("due")) if asked.one("due") else None
        except ValueError:
            raise InputError("Due: give a day, such as 2026-12-24, or leave it empty.") from None
        sharing.share_copy(
            door,
            asked.who,
            partner=asked.one("partner"),
            kind=asked.one("kind"),
            number=number,
            title=asked.one("title"),
            words=asked.one("words"),
            due=due,
        )
        return see_other("/shared")

    @desk.page("/shared/{number:int}/withdraw", needs="share.write", methods=("POST",))
    def withdraw(asked: Asked) -> Response:
        sharing.withdraw(door, asked.who, asked.path["number"])
        return see_other("/shared")
