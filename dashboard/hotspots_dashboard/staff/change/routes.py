"""Change and its packets."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

from starlette.responses import Response

from hotspots.domain.calendar import YEAR_DAYS, Calendar
from hotspots.domain.spreadsheet import XLSX_TYPE
from hotspots.errors import InputError
from hotspots.pipeline.desk.change import Table
from hotspots.sources.packet_style import read_packet_style
from hotspots.store.staff.desk import change as store
from hotspots.store.staff.desk.reader import DeskReader
from hotspots_dashboard.staff.change.packet import finding, packet_pdf, packet_question, packet_workbook, period_days
from hotspots_dashboard.staff.change.peers import PeersPanel, peers_panel
from hotspots_dashboard.staff.change.slides import packet_slides
from hotspots_dashboard.staff.change.tables import tables_of
from hotspots_dashboard.staff.desk import Asked, Desk, attachment, see_other
from hotspots_dashboard.staff.districts import districts_of
from hotspots_dashboard.staff.today import newest_day

PPTX = "application/vnd.openxmlformats-officedocument.presentationml.presentation"


def register(desk: Desk, reader: DeskReader, home: Path | None) -> None:
    """Register Change and its packets; `home` is the data folder, where the agency may keep their look."""
    door = desk.door

    @desk.page("/change", needs="statistics.read")
    def change(asked: Asked) -> Response:
        newest = newest_day(reader)
        if newest is None:
            return desk.render(
                asked, "change.html", table=None, areas=None, kinds=(), where="", packets=(), view_query=None
            )
        calendar = reader.calendar()
        query = {**asked.query}
        if "area" not in query and "district" not in query:
            query["area"] = districts_of(reader, asked.who, query).asked  # a commander's own
        kind, code, known_on, until, where = _question(query, calendar, newest)
        own = _own_period(query.get("since", ""), until, calendar)
        tables = tables_of(
            door, reader, asked.who, calendar=own or calendar, kind=kind, code=code, until=until, known_on=known_on
        )
        with door.acting(asked.who) as connection:
            packets = store.read_packets(connection)
        return desk.render(
            asked,
            "change.html",
            table=tables.whole,
            areas=tables.areas,
            kinds=reader.choices().area_kinds,
            where=where,
            kind=kind,
            code=code,
            known_on=known_on,
            until=until,
            last=until - timedelta(days=1),
            newest=newest,
            finding=finding(tables.whole.to_json()),
            n_days=(own or calendar).period_days,
            usual_days=calendar.period_days,
            since=until - timedelta(days=own.period_days) if own else None,
            packets=packets,
            area_id=_area_ids(reader),
            view_query=asked.request.url.query,
            peers=None if code is None else _peers(asked, tables.whole, own or calendar, kind, code, until, known_on),
        )

    @desk.page("/change/packet", needs="packet.make", methods=("POST",))
    def make(asked: Asked) -> Response:
        newest = newest_day(reader)
        if newest is None:
            raise InputError("Nothing is published yet: there is nothing to compare.")
        query = {name: asked.one(name) for name in ("area", "kind", "known", "since", "until")}
        calendar = reader.calendar()
        kind, code, known_on, until, where = _question(query, calendar, newest)
        own = _own_period(query.get("since", ""), until, calendar)
        tables = tables_of(
            door, reader, asked.who, calendar=own or calendar, kind=kind, code=code, until=until, known_on=known_on
        )
        kept = {"where": where, "known_on": known_on.isoformat() if known_on else None, "until": until.isoformat()}
        with door.acting(asked.who) as connection:
            made = store.add_packet(connection, asked=kept, content=tables.whole.to_json(), person=asked.who.name)
        door.note(asked.who, "packet", {"packet": made})
        return see_other(f"/packets/{made}")

    @desk.page("/packets/{code}", needs="statistics.read")
    def packet(asked: Asked) -> Response:
        with door.acting(asked.who) as connection:
            found = store.read_packet(connection, asked.path["code"])
        return desk.render(
            asked,
            "packet.html",
            packet=found,
            finding=finding(found.content),
            question=packet_question(found),
            n_days=period_days(found.content),
        )

    @desk.page("/packets/{code}/packet.xlsx", needs="statistics.read")
    def workbook(asked: Asked) -> Response:
        with door.acting(asked.who) as connection:
            found = store.read_packet(connection, asked.path["code"])
        return attachment(packet_workbook(found), XLSX_TYPE, f"{found.code}.xlsx")

    @desk.page("/packets/{code}/packet.pdf", needs="statistics.read")
    def pdf(asked: Asked) -> Response:
        with door.acting(asked.who) as connection:
            found = store.read_packet(connection, asked.path["code"])
        paper = "us-letter" if asked.query.get("paper") == "letter" else "a4"
        return attachment(
            packet_pdf(found, service=desk.service, paper=paper, style=read_packet_style(home)),
            "application/pdf",
            f"{found.code}.pdf",
        )

    @desk.page("/packets/{code}/packet.pptx", needs="statistics.read")
    def slides(asked: Asked) -> Response:
        with door.acting(asked.who) as connection:
            found = store.read_packet(connection, asked.path["code"])
        return attachment(
            packet_slides(found, service=desk.service, style=read_packet_style(home)), PPTX, f"{found.code}.pptx"
        )

    def _peers(
        asked: Asked, own: Table, calendar: Calendar, kind: str, code: str, until: date, known_on: date | None
    ) -> PeersPanel | None:
        every = tables_of(door, reader, asked.who, calendar=calendar, kind=kind, until=until, known_on=known_on).areas
        if every is None:
            return None
        return peers_panel(
            door, reader, asked.who, areas=every, whole=own.rows, kind=kind, code=code, asked=asked.query.get("of", "")
        )

    def _question(
        asked: Mapping[str, str], calendar: Calendar, newest: date
    ) -> tuple[str, str | None, date | None, date, str]:
        kinds = {one.kind: one for one in reader.choices().area_kinds}
        if not kinds:
            raise InputError("This city has no areas: Change compares by area.")
        kind, _, code = asked.get("area", "").partition(":")
        kind = kind or asked.get("kind", "") or calendar.districts or next(iter(kinds))
        if kind not in kinds:
            raise InputError(f"area: {kind[:30]!r} is not one of {', '.join(kinds)}.")
        named = {area.code: area.name for area in kinds[kind].areas}
        if code and code not in named:
            raise InputError(f"area: there is no {kinds[kind].label} {code[:30]!r}.")
        known_on = _day("known", asked.get("known", ""))
        last = _day("until", asked.get("until", "")) or calendar.last_whole_week(newest)
        if last > newest:
            raise InputError(f"until: {last} is after the newest day with data, {newest}.")
        where = f"{kinds[kind].label} {named[code]}" if code else "the whole city"
        return kind, code or None, known_on, last + timedelta(days=1), where


def _own_period(text: str, until: date, calendar: Calendar) -> Calendar | None:
    """The calendar with a period of one's own, from a first day; None where none is named."""
    since = _day("since", text)
    if since is None:
        return None
    n_days = (until - since).days
    if not 1 <= n_days <= YEAR_DAYS:
        raise InputError(
            f"since: {since} is {n_days} days before the day after the last one; a period has 1 to {YEAR_DAYS}."
        )
    return replace(calendar, period_days=n_days)


def _day(name: str, text: str) -> date | None:
    if not text:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise InputError(f"{name}: {text[:20]!r} is not a day such as 2017-12-31.") from None


def _area_ids(reader: DeskReader) -> dict[tuple[str, str], int]:
    return {(area.kind, area.code): area.area_id for area in reader.choices().areas.values() if area.is_current}
