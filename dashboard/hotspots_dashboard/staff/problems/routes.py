"""Pages of problems: a new one, one file with its sections, and every step of it."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

from starlette.responses import Response

from hotspots.domain.act.action import PROBLEM_STATES, PROBLEM_STEPS, Action
from hotspots.domain.act.free_text import checked_needed
from hotspots.errors import NotFoundError
from hotspots.pipeline import undo
from hotspots.pipeline.act import problem_files as files
from hotspots.pipeline.act.actions import Proposal, propose
from hotspots.pipeline.act.overlaps import overlaps, overlaps_of_problem
from hotspots.pipeline.act.problems import move_problem, open_problem
from hotspots.pipeline.act.remedies import remedies
from hotspots.store.server.connection import Connection
from hotspots.store.staff import actions as store
from hotspots.store.staff import effects
from hotspots.store.staff import problem_files as file_store
from hotspots.store.staff.desk import places as desk_places
from hotspots.store.staff.desk.reader import DeskReader
from hotspots.store.staff.forecasts import stored_forecasts
from hotspots_dashboard.staff.desk import Asked, Desk, see_other
from hotspots_dashboard.staff.plans.words import page_words, read_day, whole
from hotspots_dashboard.staff.today import desk_day

DUE_DAYS = 7
LIVE = ("proposed", "agreed", "under way")


def register(desk: Desk, reader: DeskReader, home: Path | None) -> None:
    """Register the pages of one problem."""
    door = desk.door

    @desk.page("/problems/new", needs="problem.write")
    def new(asked: Asked) -> Response:
        return desk.render(asked, "problems/new.html", place=asked.query.get("place", "")[:12])

    @desk.page("/problems/new", needs="problem.write", methods=("POST",))
    def opened(asked: Asked) -> Response:
        me = asked.who.name
        with page_words(), door.acting(asked.who) as connection:
            number = open_problem(
                connection, title=asked.one("title"), statement=asked.one("statement"), owner=asked.one("owner") or me,
                partners=_several(asked.one("partners")), due=_day(asked, "due"), person=me,
            )  # fmt: skip
            if asked.one("place"):
                files.add_place(connection, number, asked.one("place"), person=me)
        return see_other(f"/problems/{number}")

    @desk.page("/problems/{problem_id:int}", needs="problem.read")
    def one(asked: Asked) -> Response:
        today, number = desk_day(reader), asked.path["problem_id"]
        with page_words(), door.acting(asked.who) as connection:
            problem = store.read_problem(connection, number)
            terms = file_store.read_terms(connection)
            actions = store.read_actions(connection, problem_id=number)
            names = {
                name for basis, types, *_ in stored_forecasts(connection) if basis == "true points" for name in types
            }
            values = {
                "file": file_store.read_file(connection, number),
                "places": file_store.read_places(connection, number),
                "hypotheses": file_store.read_hypotheses(connection, number),
                "fitting": files.remedies_that_fit(connection, number, home),
                "actions": [
                    (
                        action, terms[action.action_id], lateness(action, terms, today),
                        store.read_dose(connection, action.action_id), effects.read_designs(connection, action_id=action.action_id),
                        effects.read_evaluation(connection, action_id=action.action_id),
                    )
                    for action in actions
                ],
                "warnings": list(
                    dict.fromkeys(words for action in actions for words in overlaps(connection, action.action_id))
                ),
                "near": [] if problem.state == "closed" else overlaps_of_problem(connection, number, today=today),
                "history": store.read_changes(connection, "problem", number),
                "comments": desk_places.read_comments(connection, f"problem {number}"),
            }  # fmt: skip
        try:
            types = [(one.name, one.label) for one in reader.choices().crime_types if one.name in names]
        except NotFoundError:
            types = []  # nothing is published yet
        return desk.render(
            asked, "problems/problem.html", problem=problem, tests=files.TESTS, states=PROBLEM_STATES, today=today,
            steps=PROBLEM_STEPS[problem.state], remedies=list(remedies(home).values()), types=types, may=asked.who.may, **values,
        )  # fmt: skip

    @desk.page("/problems/{problem_id:int}/save", needs="problem.write", methods=("POST",))
    def save(asked: Asked) -> Response:
        with page_words(), door.acting(asked.who) as connection:
            _keep(connection, asked, "words saved")
            files.save_problem(
                connection, asked.path["problem_id"], version=whole(asked, "version"), title=asked.one("title"),
                statement=asked.one("statement"), tests=asked.form.get("tests") or (), owner=asked.one("owner"),
                partners=_several(asked.one("partners")), due=_day(asked, "due"), person=asked.who.name,
            )  # fmt: skip
        return _back(asked)

    @desk.page("/problems/{problem_id:int}/move", needs="problem.write", methods=("POST",))
    def move(asked: Asked) -> Response:
        reason = asked.one("reason") or None
        with page_words(), door.acting(asked.who) as connection:
            _keep(connection, asked, f"is {asked.one('to')[:20]}")
            move_problem(connection, asked.path["problem_id"], asked.one("to"), person=asked.who.name, reason=reason)
        return _back(asked)

    @desk.page("/problems/{problem_id:int}/place", needs="problem.write", methods=("POST",))
    def place(asked: Asked) -> Response:
        with page_words(), door.acting(asked.who) as connection:
            _keep(connection, asked, "place added")
            files.add_place(connection, asked.path["problem_id"], asked.one("place"), person=asked.who.name)
        return _back(asked)

    @desk.page("/problems/{problem_id:int}/hypothesis", needs="problem.write", methods=("POST",))
    def hypothesis(asked: Asked) -> Response:
        number, me = asked.path["problem_id"], asked.who.name
        with page_words(), door.acting(asked.who) as connection:
            _keep(connection, asked, "hypothesis settled" if asked.one("settle") else "hypothesis written")
            if asked.one("settle"):
                files.settle_hypothesis(connection, number, whole(asked, "settle"), asked.one("found"), person=me)
            else:
                files.add_hypothesis(
                    connection, number, thought=asked.one("thought"), said=asked.one("said"),
                    wrong_if=asked.one("wrong_if"), factor=asked.one("factor"), person=me,
                )  # fmt: skip
        return _back(asked)

    @desk.page("/problems/{problem_id:int}/comment", needs="problem.write", methods=("POST",))
    def comment(asked: Asked) -> Response:
        words, number = checked_needed(asked.one("words"), field="comment", longest=1000), asked.path["problem_id"]
        with page_words(), door.acting(asked.who) as connection:
            store.read_problem(connection, number)
            desk_places.add_comment(connection, on=f"problem {number}", person=asked.who.name, words=words)
        return _back(asked)

    @desk.page("/problems/{problem_id:int}/action", needs="problem.write", methods=("POST",))
    def action(asked: Asked) -> Response:
        number, where = asked.path["problem_id"], asked.one("where")
        types = tuple(dict.fromkeys(asked.form.get("types") or ()))
        done_by = checked_needed(asked.one("done_by") or asked.who.name, field="who does it", longest=60)
        with page_words(), door.acting(asked.who) as connection:
            boxes = tuple(_several(asked.one("boxes"))) if where == "boxes" else ()
            if where == "places":
                boxes = files.boxes_of_places(connection, number, types)
            proposal = Proposal(
                title=asked.one("title"), remedy=asked.one("remedy"), owner=asked.one("owner") or asked.who.name, crime_types=types,
                starts_on=read_day(asked.one("from"), field="first day"), ends_on=read_day(asked.one("to"), field="day after the last"),
                boxes=boxes, worst=whole(asked, "worst") if where == "worst" else 0, problem_id=number, patrol=bool(asked.one("patrol")),
                cost=float(whole(asked, "cost")) if asked.one("cost") else None,
            )  # fmt: skip
            made = propose(connection, proposal, person=asked.who.name, home=home)
            file_store.set_terms(connection, made, done_by=done_by, due=_day(asked, "due"))
        return see_other(f"/actions/{made}")


def lateness(action: Action, terms: dict[int, file_store.Terms], today: date) -> str:
    """`late` or `soon` of a live action by its due day; empty otherwise."""
    if action.state not in LIVE:
        return ""
    due = terms[action.action_id].due
    return "late" if due < today else "soon" if due <= today + timedelta(days=DUE_DAYS) else ""


def _keep(connection: Connection, asked: Asked, words: str) -> None:
    number = asked.path["problem_id"]
    undo.keep(
        connection, thing=f"problem {number}", words=f"Problem {number}: {words}.", path=f"/problems/{number}", needs="problem.write"
    )  # fmt: skip


def _back(asked: Asked) -> Response:
    return see_other(f"/problems/{asked.path['problem_id']}")


def _several(text: str) -> list[str]:
    return [one.strip() for one in text.split(",") if one.strip()]


def _day(asked: Asked, name: str) -> date | None:
    return read_day(asked.one(name), field=name) if asked.one(name) else None
