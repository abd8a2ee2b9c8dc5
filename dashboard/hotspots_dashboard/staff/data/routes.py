"""May I trust today? Deliveries, completeness, rejects, backtests; people for an admin, the audit for everybody's own lines."""

from __future__ import annotations

from starlette.responses import Response

from hotspots.errors import NotFoundError
from hotspots.store.staff.desk import change as store
from hotspots.store.staff.desk.reader import DeskReader
from hotspots_dashboard.staff.data import models
from hotspots_dashboard.staff.desk import Asked, Desk, read_whole, see_other
from hotspots_dashboard.staff.today import desk_day

LINES = 200


def register(desk: Desk, reader: DeskReader) -> None:
    """Register the tabs of Data."""
    door = desk.door
    models.register(desk, reader)

    @desk.page("/data", needs="audit.read")
    def data(asked: Asked) -> Response:
        if not asked.who.may("data.read"):
            return see_other("/data/people" if asked.who.may("people.read") else "/data/audit")
        with door.acting(asked.who) as connection:
            deliveries = store.read_deliveries(connection)
        try:
            freshness = reader.honest.freshness(desk_day(reader))
        except NotFoundError:
            freshness = None
        return desk.render(asked, "data/data.html", deliveries=deliveries, freshness=freshness)

    @desk.page("/data/rejects", needs="rows.export")
    def rejects(asked: Asked) -> Response:
        view = door.open_view(asked.who, "rejects", {})
        with door.acting(asked.who, view=view) as connection:
            rows = store.read_rejects(connection)
        return desk.render(asked, "data/rejects.html", rows=rows)

    @desk.page("/data/people", needs="people.read")
    def people(asked: Asked) -> Response:
        return desk.render(asked, "data/people.html", people=door.people(asked.who))

    @desk.page("/data/people/end", needs="people.write", methods=("POST",))
    def end(asked: Asked) -> Response:
        number = read_whole(asked.one("account"), field="account")
        ended = door.end_sessions_of(asked.who, number)
        door.note(asked.who, "sessions end", {"of": number, "ended": ended})
        return see_other("/data/people")

    @desk.page("/data/audit", needs="audit.read")
    def audit(asked: Asked) -> Response:
        return desk.render(asked, "data/audit.html", lines=door.audit_lines(asked.who, newest=LINES), most=LINES)
