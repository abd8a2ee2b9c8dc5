"""Pages of lists: all of them, a new one, one with its boxes, issue, renew, withdraw, export."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from typing import Any

from starlette.responses import Response

from hotspots.domain.act.free_text import checked_needed
from hotspots.domain.incident_filter import HourRange
from hotspots.domain.spreadsheet import XLSX_TYPE
from hotspots.errors import InputError, NotFoundError
from hotspots.pipeline import undo
from hotspots.pipeline.desk.lists import MOST_BOXES, BoxQuestion, make_list
from hotspots.store.staff.desk import lists as store
from hotspots.store.staff.desk.reader import DeskReader
from hotspots.store.staff.forecasts import stored_forecasts
from hotspots_dashboard.staff.desk import Asked, Desk, attachment, read_whole, see_other
from hotspots_dashboard.staff.districts import districts_of
from hotspots_dashboard.staff.lists.agenda import list_agenda
from hotspots_dashboard.staff.lists.workbook import list_workbook, question_rows
from hotspots_dashboard.staff.today import desk_day

DUE_DAYS = 7


def register(desk: Desk, reader: DeskReader) -> None:
    """Register the pages of lists."""
    door = desk.door

    @desk.page("/lists", needs="list.read")
    def lists(asked: Asked) -> Response:
        today, districts = desk_day(reader), districts_of(reader, asked.who, asked.query)
        with door.acting(asked.who) as connection:
            found = store.read_lists(connection, area_id=districts.area_id)
        due = [
            one
            for one in found
            if one.state(today) == "issued" and one.review_date and one.review_date <= today + timedelta(days=DUE_DAYS)
        ]
        return desk.render(
            asked,
            "lists/lists.html",
            lists=found,
            today=today,
            due=len(due),
            can_make=asked.who.may("list.make"),
            districts=districts,
        )

    @desk.page("/lists/review.ics", needs="list.read")
    def agenda(asked: Asked) -> Response:
        today, districts = desk_day(reader), districts_of(reader, asked.who, asked.query)
        with door.acting(asked.who) as connection:
            found = store.read_lists(connection, area_id=districts.area_id)
        in_use = [one for one in found if one.state(today) == "issued"]
        file = list_agenda(in_use, address=str(asked.request.base_url))
        return attachment(file, "text/calendar", "review.ics")

    @desk.page("/lists/new", needs="list.make")
    def new(asked: Asked) -> Response:
        with door.acting(asked.who) as connection:
            kept = stored_forecasts(connection)
        names = {name for basis, types, *_ in kept if basis == "true points" and len(types) == 1 for name in types}
        choices = reader.choices()
        types = [(one.name, one.label) for one in choices.crime_types if one.name in names]
        return desk.render(
            asked,
            "lists/new.html",
            types=types,
            kinds=choices.area_kinds,
            shifts=reader.calendar().shifts,
            most=MOST_BOXES,
            within=asked.query.get("within", "") or districts_of(reader, asked.who, asked.query).asked,
        )

    @desk.page("/lists/new", needs="list.make", methods=("POST",))
    def make(asked: Asked) -> Response:
        hours = asked.one("hours")
        question = BoxQuestion(
            crime_types=tuple(asked.form.get("types") or ()),
            boxes=read_whole(asked.one("boxes"), field="boxes"),
            hours=HourRange.parse(hours) if hours else None,
            within=asked.one("within") or None,
        )
        return see_other(f"/lists/{_made(asked, question)}")

    @desk.page("/lists/{code}", needs="list.read")
    def one(asked: Asked) -> Response:
        today = desk_day(reader)
        with door.acting(asked.who) as connection:
            found = store.read_list(connection, asked.path["code"])
            boxes = store.read_boxes(connection, found.list_id)
            drawing = store.read_drawing(connection, found.list_id)
        return desk.render(
            asked,
            "lists/list.html",
            list=found,
            state=found.state(today),
            boxes=boxes,
            drawing=drawing,
            question=question_rows(found, today=today),
            review=_review_date(found),
            may=asked.who.may,
        )

    @desk.page("/lists/{code}/issue", needs="list.issue", methods=("POST",))
    def issue(asked: Asked) -> Response:
        today = desk_day(reader)
        with door.acting(asked.who) as connection:
            found = store.read_list(connection, asked.path["code"])
            if _review_date(found) <= today:
                raise InputError(f"The forecast of {found.code} has ended: make the list anew instead of issuing it.")
            store.issue(connection, found, person=asked.who.name, review_date=_review_date(found))
        door.note(asked.who, "list issue", {"list": found.code, "review_date": _review_date(found).isoformat()})
        return see_other(f"/lists/{found.code}")

    @desk.page("/lists/{code}/renew", needs="list.make", methods=("POST",))
    def renew(asked: Asked) -> Response:
        with door.acting(asked.who) as connection:
            found = store.read_list(connection, asked.path["code"])
        return see_other(f"/lists/{_made(asked, BoxQuestion.from_json(found.question), renews=found.list_id)}")

    @desk.page("/lists/{code}/withdraw", needs="list.issue", methods=("POST",))
    def withdraw(asked: Asked) -> Response:
        reason = checked_needed(asked.one("reason"), field="reason", longest=200)
        with door.acting(asked.who) as connection:
            found = store.read_list(connection, asked.path["code"])
            undo.keep(
                connection,
                thing=f"list {found.list_id}",
                words=f"{found.code} withdrawn.",
                path=f"/lists/{found.code}",
                needs="list.issue",
            )
            store.withdraw(connection, found, person=asked.who.name, reason=reason)
        door.note(asked.who, "list withdraw", {"list": found.code})
        return see_other(f"/lists/{found.code}")

    @desk.page("/lists/{code}/list.xlsx", needs="list.read")
    def export(asked: Asked) -> Response:
        with door.acting(asked.who) as connection:
            found = store.read_list(connection, asked.path["code"])
            boxes = store.read_boxes(connection, found.list_id)
        door.note(asked.who, "list export", {"list": found.code})
        file = list_workbook(found, boxes, today=desk_day(reader))
        return attachment(file, XLSX_TYPE, f"{found.code}.xlsx")

    def _made(asked: Asked, question: BoxQuestion, *, renews: int | None = None) -> str:
        view = door.open_view(asked.who, "list make", question.to_json())

        @contextmanager
        def reading() -> Iterator[Any]:
            with door.acting(asked.who, view=view) as connection:
                yield connection

        return make_list(
            reading,
            question,
            labels=reader.choices().labels,
            srid=reader.city().srid,
            today=desk_day(reader),
            person=asked.who.name,
            renews=renews,
        )


def _review_date(found: store.DeskList) -> date:
    """A list ends with its forecast."""
    try:
        return date.fromisoformat(found.evidence["until"])
    except KeyError:
        raise NotFoundError(f"{found.code} names no forecast.") from None
