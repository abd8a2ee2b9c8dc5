"""Incoming: concerns of residents with their dates, one with its text, its owner and its answer."""

from __future__ import annotations

from datetime import date, timedelta

from starlette.responses import Response

from hotspots.domain.act.concern import ANSWERS
from hotspots.domain.city_clock import today as today_in
from hotspots.errors import InputError, NotFoundError, SettingsError
from hotspots.pipeline.act.overlaps import overlaps_of_point
from hotspots.pipeline.concerns import inbox
from hotspots.pipeline.concerns.seal import ConcernKey
from hotspots.store.staff import concerns as store
from hotspots.store.staff.desk.reader import DeskReader
from hotspots_dashboard.public.concerns import words
from hotspots_dashboard.staff.desk import Asked, Desk, see_other
from hotspots_dashboard.staff.today import desk_day

DEFAULT_DAYS = 14


def register(desk: Desk, reader: DeskReader, key: ConcernKey | None) -> None:
    """Register the inbox; without a key its texts stay closed."""
    door = desk.door

    @desk.page("/concerns", needs="concern.read")
    def concerns(asked: Asked) -> Response:
        today = _today()
        with door.acting(asked.who) as connection:
            found, rules = store.read_concerns(connection), store.read_rules(connection)
        shown = asked.query.get("show", "open")
        chosen = {
            "open": [one for one in found if one.state != "answered" and not one.held],
            "held": [one for one in found if one.held],
            "answered": [one for one in found if one.state == "answered"],
        }
        shown = shown if shown in chosen else "open"
        return desk.render(
            asked,
            "concerns/concerns.html",
            concerns=chosen[shown],
            shown=shown,
            counts={name: len(some) for name, some in chosen.items()},
            overdue=sum(one.is_overdue(today) for one in found),
            unread=sum(one.state == "received" for one in chosen["open"]),
            categories=words.categories(),
            rules=rules[0] if rules else None,
            today=today,
        )

    @desk.page("/concerns/{number:int}", needs="concern.read")
    def concern(asked: Asked) -> Response:
        return _shown(asked)

    @desk.page("/concerns/{number:int}/take", needs="concern.write", methods=("POST",))
    def take(asked: Asked) -> Response:
        try:
            due = date.fromisoformat(asked.one("due"))
        except ValueError:
            raise InputError("Due: give a day, such as 2026-12-24.") from None
        inbox.take(door, asked.who, asked.path["number"], owner=asked.one("owner"), due=due, today=_today())
        return _back(asked)

    @desk.page("/concerns/{number:int}/answer", needs="concern.write", methods=("POST",))
    def answer(asked: Asked) -> Response:
        inbox.give_answer(door, asked.who, asked.path["number"], answer=asked.one("answer"), words=asked.one("words"))
        return _back(asked)

    @desk.page("/concerns/{number:int}/redact", needs="concern.write", methods=("POST",))
    def redact(asked: Asked) -> Response:
        again = asked.one("again") if "again" in asked.form else None
        inbox.redact(door, asked.who, asked.path["number"], _key(), words=asked.one("words"), again=again)
        return _back(asked)

    @desk.page("/concerns/{number:int}/let-in", needs="concern.write", methods=("POST",))
    def let_in(asked: Asked) -> Response:
        inbox.let_in(door, asked.who, asked.path["number"])
        return _back(asked)

    @desk.page("/concerns/{number:int}/problem", needs="concern.write", methods=("POST",))
    def problem(asked: Asked) -> Response:
        number = inbox.make_problem(door, asked.who, asked.path["number"], title=asked.one("title"))
        page = desk.rule_of("GET", f"/problems/{number}")
        return see_other(f"/problems/{number}") if page else _back(asked)

    def _shown(asked: Asked) -> Response:
        number = asked.path["number"]
        text = inbox.read_text(door, asked.who, number, _key())
        with door.acting(asked.who) as connection:
            found, history = store.read_concern(connection, number), store.history_of(connection, number)
            rules = store.read_rules(connection)
            near = (
                overlaps_of_point(connection, found.lon, found.lat, today=desk_day(reader), problem_id=found.problem_id)
                if asked.who.may("problem.read")
                else []
            )
        days = rules[0].answer_days if rules else DEFAULT_DAYS
        templates = inbox.templates(found.lang)
        return desk.render(
            asked,
            "concerns/concern.html",
            concern=found,
            text=text,
            history=history,
            near=near,
            category=words.categories()[found.category],
            when=f"{words.parts_of_day()[found.part_of_day]}, {words.days()[found.days].lower()}",
            answers=[(name, words.answers()[name], templates[name]) for name in ANSWERS],
            due=_today() + timedelta(days=days),
            today=_today(),
            has_problems=desk.rule_of("GET", f"/problems/{found.problem_id or 1}") is not None,
        )

    def _key() -> ConcernKey:
        if key is None:
            raise SettingsError("This desk was started without the key for concerns, so their texts cannot be opened.")
        return key

    def _today() -> date:
        """The city's day: concerns come by the calendar, also where an invented city stands still."""
        try:
            return reader.fixed_day or today_in(reader.city().timezone)
        except NotFoundError:
            return today_in("UTC")

    def _back(asked: Asked) -> Response:
        return see_other(f"/concerns/{asked.path['number']}")
