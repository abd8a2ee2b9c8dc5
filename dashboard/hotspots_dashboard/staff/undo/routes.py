"""The way back of a change, and the end of a comment, both of one's own alone."""

from __future__ import annotations

from starlette.responses import Response

from hotspots.pipeline import undo
from hotspots.store.staff.desk import places as store
from hotspots_dashboard.staff.desk import Asked, Desk, see_other


def register(desk: Desk) -> None:
    """Register both."""
    door = desk.door

    @desk.page("/undo/{change:int}", needs="session", methods=("POST",))
    def take_back(asked: Asked) -> Response:
        return see_other(undo.take_back(door, asked.who, asked.path["change"]).path)

    @desk.page("/comments/{comment:int}/delete", needs="session", methods=("POST",))
    def delete(asked: Asked) -> Response:
        me, number = asked.who, asked.path["comment"]
        with door.acting(me) as connection:
            on = store.own_comment(connection, number, person=me.name)
            kind, _, thing = on.partition(" ")
            path = f"/places/P-{int(thing):04d}" if kind == "place" else f"/{kind}s/{thing}"
            undo.keep(connection, thing=on, words="Comment deleted.", path=path, needs="session")
            store.drop_comment(connection, number, person=me.name)
        return see_other(path)
