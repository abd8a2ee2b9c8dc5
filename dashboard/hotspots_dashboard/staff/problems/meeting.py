"""The list of problems, and what goes to the meeting: agenda on paper, tracker as a workbook, due days as a calendar file."""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from starlette.responses import Response

from hotspots.domain.act.action import Action
from hotspots.domain.spreadsheet import XLSX_TYPE, guarded
from hotspots.pipeline.typeset import typeset
from hotspots.store.staff import actions as store
from hotspots.store.staff import problem_files as file_store
from hotspots.store.staff.actions import Problem
from hotspots.store.staff.desk.reader import DeskReader
from hotspots.store.staff.problem_files import Terms
from hotspots_dashboard.staff.day_events import DayEvent, calendar_file
from hotspots_dashboard.staff.desk import Asked, Desk, attachment
from hotspots_dashboard.staff.problems.routes import LIVE, lateness
from hotspots_dashboard.staff.today import desk_day

REMIND_DAYS = 2
HEADS = (
    "Problem",
    "What",
    "State",
    "Action",
    "What is done",
    "State of the action",
    "Who",
    "Owner",
    "Due",
    "Late",
    "Cost",
)


@dataclass(frozen=True, slots=True)
class Line:
    """A problem with its actions: each with who does it until when, and `late` or `soon`."""

    problem: Problem
    actions: Sequence[tuple[Action, Terms, str]]


def register(desk: Desk, reader: DeskReader) -> None:
    """Register the list of problems and its files."""
    door = desk.door

    def lines(asked: Asked, today: date) -> list[Line]:
        """Every problem with its actions, those that are closed last."""
        with door.acting(asked.who) as connection:
            terms, every = file_store.read_terms(connection), store.read_actions(connection)
            problems = store.read_problems(connection)
        found = [
            Line(
                problem,
                [
                    (one, terms[one.action_id], lateness(one, terms, today))
                    for one in every
                    if one.problem_id == problem.problem_id
                ],
            )
            for problem in problems
        ]
        return sorted(found, key=lambda one: (one.problem.state == "closed", -one.problem.problem_id))

    @desk.page("/problems", needs="problem.read")
    def problems(asked: Asked) -> Response:
        today = desk_day(reader)
        found = lines(asked, today)
        due = {
            how: [(line, action, terms) for line in found for action, terms, late in line.actions if late == how]
            for how in ("late", "soon")
        }
        return desk.render(asked, "problems/list.html", lines=found, due=due, today=today, may=asked.who.may)

    @desk.page("/problems/agenda.pdf", needs="problem.read")
    def agenda(asked: Asked) -> Response:
        today = desk_day(reader)
        content = agenda_pdf(lines(asked, today), today=today, service=desk.service)
        return _file(desk, asked, content, "application/pdf", "agenda.pdf")

    @desk.page("/problems/tracker.xlsx", needs="problem.read")
    def tracker(asked: Asked) -> Response:
        today = desk_day(reader)
        return _file(desk, asked, tracker_workbook(lines(asked, today), today=today), XLSX_TYPE, "tracker.xlsx")

    @desk.page("/problems/due.ics", needs="problem.read")
    def calendar(asked: Asked) -> Response:
        events = due_events(lines(asked, desk_day(reader)))
        content = calendar_file(events, address=str(asked.request.base_url), remind_days=REMIND_DAYS)
        return _file(desk, asked, content, "text/calendar", "due.ics")


def due_events(lines: Sequence[Line]) -> list[DayEvent]:
    """The due days of open problems and live actions."""
    events = []
    for line in lines:
        number = line.problem.problem_id
        if line.problem.due and line.problem.state != "closed":
            events.append(
                DayEvent(f"problem-{number}", line.problem.due, f"Problem {number} due", f"/problems/{number}")
            )
        events += [
            DayEvent(f"action-{one.action_id}", terms.due, f"Action {one.action_id} due", f"/actions/{one.action_id}")
            for one, terms, _ in line.actions
            if one.state in LIVE
        ]
    return events


def agenda_pdf(lines: Sequence[Line], *, today: date, service: str) -> bytes:
    """The agenda: open problems, what is late first, a line for what is decided."""
    open_ones = [one for one in lines if one.problem.state != "closed"]
    late = sum(how == "late" for one in open_ones for *_, how in one.actions)
    page = {
        "title": f"Agenda, {today:%a %-d %b %Y}",
        "service": service,
        "lead": f"{len(open_ones)} open problems, {late} actions late",
        "problems": [
            {
                "head": f"{one.problem.problem_id} {one.problem.title}",
                "lead": f"{one.problem.state} · owner {one.problem.owner}"
                + (f" · due {one.problem.due:%-d %b %Y}" if one.problem.due else ""),
                "words": one.problem.statement,
                "actions": [
                    [f"A{action.action_id}", action.title, terms.done_by or action.owner, f"{terms.due:%-d %b %Y}", action.state, how]
                    for action, terms, how in sorted(one.actions, key=lambda found: found[2] != "late")
                ],
            }
            for one in open_ones
        ],
    }  # fmt: skip
    return typeset(Path(__file__).with_name("agenda.typ"), page, name="agenda")


def tracker_workbook(lines: Sequence[Line], *, today: date) -> bytes:
    """Every action of every problem, one a row, with real dates; the second sheet says what it is."""
    import xlsxwriter

    spool = io.BytesIO()
    book = xlsxwriter.Workbook(spool, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False})
    bold, day = book.add_format({"bold": True}), book.add_format({"num_format": "yyyy-mm-dd"})
    sheet = book.add_worksheet("Tracker")
    sheet.write_row(0, 0, HEADS, bold)
    row = 0
    for line in lines:
        problem = line.problem
        for action, terms, how in line.actions or [(None, None, "")]:
            row += 1
            cells = [problem.problem_id, problem.title, problem.state]
            if action and terms:
                cells += [action.action_id, action.title, action.state, terms.done_by, action.owner]
            for column, cell in enumerate(cells):
                sheet.write(row, column, guarded(cell))
            due = terms.due if terms else problem.due
            if due:
                sheet.write_datetime(row, 8, due, day)  # pyright: ignore[reportArgumentType]
            sheet.write(row, 9, how)
            if action and action.cost is not None:
                sheet.write_number(row, 10, action.cost)
    sheet.set_column(1, 1, 40)
    sheet.set_column(4, 4, 40)
    sheet.freeze_panes(1, 0)
    about = book.add_worksheet("What this is")
    about.write(
        0, 0, f"Problems and actions on {today}. An action is late when its due day is past and it is not done."
    )
    about.write(1, 0, "About places and conditions, not people.")
    book.close()
    return spool.getvalue()


def _file(desk: Desk, asked: Asked, content: bytes, kind: str, name: str) -> Response:
    desk.door.note(asked.who, "problem file", {"file": name})
    return attachment(content, kind, name)
