"""May I trust today? Deliveries, completeness, rejects, backtests; people for an admin, the audit for everybody's own lines."""

from __future__ import annotations

from starlette.responses import Response

from hotspots.domain.account import ROLES
from hotspots.errors import InputError, NotFoundError
from hotspots.pipeline.door.secrets import hash_token, new_token
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
        return _people(asked)

    @desk.page("/data/people/propose", needs="people.write", methods=("POST",))
    def propose(asked: Asked) -> Response:
        kind, role = asked.one("kind"), asked.one("role") or None
        areas = [one.strip() for one in asked.one("areas").split(",") if one.strip()]
        all_areas = asked.one("all_areas") == "yes"
        if kind not in ("add", "role", "reset", "enable"):
            raise InputError(f"kind: {kind[:20]!r} is not one of add, role, reset, enable.")
        if kind in ("reset", "enable"):
            role, areas, all_areas = None, [], False
        elif role not in ROLES:
            raise InputError(f"role: {(role or '')[:20]!r} is not one of {', '.join(ROLES)}.")
        if areas and all_areas:
            raise InputError("areas: name areas, or tick the whole city, not both.")
        door.propose(asked.who, kind, asked.one("name").lower(), role=role, all_areas=all_areas, areas=areas)
        return see_other("/data/people")

    @desk.page("/data/people/decide", needs="people.write", methods=("POST",))
    def decide(asked: Asked) -> Response:
        number = read_whole(asked.one("proposal"), field="proposal")
        accept, token = asked.one_of("accept", {"yes": True, "no": False}), new_token()
        kind = door.decide(asked.who, number, accept=accept, link_hash=hash_token(token))
        if accept and kind in ("add", "reset"):  # shown once, to who confirmed: the one who proposed never sees it
            return _people(asked, invitation=f"{str(asked.request.base_url).rstrip('/')}/invitation?t={token}")
        return see_other("/data/people")

    @desk.page("/data/people/disable", needs="people.write", methods=("POST",))
    def disable(asked: Asked) -> Response:
        if not door.disable_account(asked.who, read_whole(asked.one("account"), field="account")):
            raise NotFoundError("There is no such account that could be disabled.")
        return see_other("/data/people")

    @desk.page("/data/people/end", needs="people.write", methods=("POST",))
    def end(asked: Asked) -> Response:
        number = read_whole(asked.one("account"), field="account")
        ended = door.end_sessions_of(asked.who, number)
        door.note(asked.who, "sessions end", {"of": number, "of_account": number, "ended": ended})
        return see_other("/data/people")

    def _people(asked: Asked, invitation: str | None = None) -> Response:
        return desk.render(
            asked,
            "data/people.html",
            people=door.people(asked.who),
            proposals=door.proposals(asked.who),
            acts=door.account_acts(asked.who),
            roles=ROLES,
            invitation=invitation,
        )

    @desk.page("/data/audit", needs="audit.read")
    def audit(asked: Asked) -> Response:
        return desk.render(asked, "data/audit.html", lines=door.audit_lines(asked.who, newest=LINES), most=LINES)
