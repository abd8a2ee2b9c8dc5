"""The page of an action: its steps, its frozen designs, what was delivered, what was judged, who signed."""

from __future__ import annotations

from typing import Any

from starlette.responses import Response

from hotspots.domain.act.action import ACTION_STEPS, ActionState
from hotspots.domain.act.plan import TAKEN_BACK_REASONS
from hotspots.errors import InputError
from hotspots.pipeline import undo
from hotspots.pipeline.act import actions as act
from hotspots.pipeline.act.overlaps import overlaps
from hotspots.store.staff import actions as store
from hotspots.store.staff import effects
from hotspots.store.staff import problem_files as file_store
from hotspots.store.staff.desk.reader import DeskReader
from hotspots_dashboard.staff.desk import Asked, Desk, see_other
from hotspots_dashboard.staff.plans.words import page_words, read_day, whole
from hotspots_dashboard.staff.today import desk_day

BY_HAND: tuple[ActionState, ...] = (
    "under way",
    "done",
    "abandoned",
)  # agreeing freezes, judging and signing do the rest


def register(desk: Desk, reader: DeskReader) -> None:
    """Register the page of an action and its steps."""
    door = desk.door

    @desk.page("/actions/{action_id:int}", needs="problem.read")
    def one(asked: Asked) -> Response:
        number = asked.path["action_id"]
        with page_words(), door.acting(asked.who) as connection:
            action = store.read_action(connection, number)
            designs = effects.read_designs(connection, action_id=number)
            evaluation = effects.read_evaluation(connection, action_id=number)
            values: dict[str, Any] = {
                "terms": file_store.read_terms(connection)[number],
                "places": store.read_action_places(connection, number),
                "dose": store.read_dose(connection, number),
                "doses": store.read_doses(connection, number),
                "history": store.read_changes(connection, "action", number),
                "warnings": overlaps(connection, number),
            }
        return desk.render(
            asked, "problems/action.html", action=action, designs=designs, evaluation=evaluation,
            steps=[step for step in ACTION_STEPS[action.state] if step in BY_HAND], today=desk_day(reader), may=asked.who.may,
            whys=TAKEN_BACK_REASONS, **values,
        )  # fmt: skip

    @desk.page("/actions/{action_id:int}/agree", needs="design.freeze", methods=("POST",))
    def agree(asked: Asked) -> Response:
        number = asked.path["action_id"]
        with page_words(), door.acting(asked.who) as connection:
            act.freeze_design(
                connection, number, person=asked.who.name, today=desk_day(reader), draw=bool(asked.one("draw")), seed=number,
                without_comparison=asked.one("without") or None, why=asked.one("why") or None,
            )  # fmt: skip
        return _back(asked)

    @desk.page("/actions/{action_id:int}/step", needs="problem.write", methods=("POST",))
    def step(asked: Asked) -> Response:
        to: ActionState | None = next((one for one in BY_HAND if one == asked.one("to")), None)
        if to is None:
            raise InputError(f"to: {asked.one('to')[:20]!r} is not one of {', '.join(BY_HAND)}.")
        number = asked.path["action_id"]
        with page_words(), door.acting(asked.who) as connection:
            undo.keep(
                connection, thing=f"action {number}", words=f"Action {number} is {to}.", path=f"/actions/{number}", needs="problem.write"
            )  # fmt: skip
            act.move(connection, asked.path["action_id"], to, person=asked.who.name, reason=asked.one("reason") or None)
        return _back(asked)

    @desk.page("/actions/{action_id:int}/dose", needs="problem.write", methods=("POST",))
    def dose(asked: Asked) -> Response:
        day = read_day(asked.one("day"), field="day")
        with page_words(), door.acting(asked.who) as connection:
            act.enter_dose(
                connection, asked.path["action_id"], day=day, amount=float(whole(asked, "amount")), unit=asked.one("unit"),
                person=asked.who.name,
            )  # fmt: skip
        return _back(asked)

    @desk.page("/actions/{action_id:int}/dose/back", needs="problem.write", methods=("POST",))
    def dose_back(asked: Asked) -> Response:
        with page_words(), door.acting(asked.who) as connection:
            act.take_back_dose(
                connection, asked.path["action_id"], whole(asked, "entry"), why=asked.one("why"), person=asked.who.name
            )
        return _back(asked)

    @desk.page("/actions/{action_id:int}/effect", needs="effect.sign", methods=("POST",))
    def effect(asked: Asked) -> Response:
        verb = asked.one_of("do", {"judge": act.judge, "sign": act.sign, "publish": act.publish})
        with page_words(), door.acting(asked.who) as connection:
            verb(connection, asked.path["action_id"], person=asked.who.name)
        return _back(asked)


def _back(asked: Asked) -> Response:
    return see_other(f"/actions/{asked.path['action_id']}")
