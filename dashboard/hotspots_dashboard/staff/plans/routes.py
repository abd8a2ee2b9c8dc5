"""Pages of patrol plans: all of them, a draft, one plan from approval to its published effect."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from secrets import token_bytes
from typing import Any

from starlette.responses import Response

from hotspots.domain.act.plan import Plan, PlanBox
from hotspots.errors import NotFoundError
from hotspots.pipeline import undo
from hotspots.pipeline.act import plans as act
from hotspots.pipeline.act.overlaps import overlaps
from hotspots.pipeline.act.plan_exposure import plan_exposure
from hotspots.pipeline.act.plan_outlook import Outlook
from hotspots.pipeline.act.remedies import remedies
from hotspots.pipeline.act.visits import change_box, close
from hotspots.store.server.connection import Connection
from hotspots.store.staff import actions, effects
from hotspots.store.staff import plans as store
from hotspots.store.staff.desk.reader import DeskReader
from hotspots.store.staff.forecasts import stored_forecasts
from hotspots_dashboard.staff.desk import Asked, Desk, see_other
from hotspots_dashboard.staff.plans.words import need, own_plan, page_words, read_day, whole
from hotspots_dashboard.staff.today import desk_day


def register(desk: Desk, reader: DeskReader, home: Path | None) -> None:
    """Register the pages of plans."""
    door = desk.door

    @desk.page("/plans", needs="plan.read")
    def plans(asked: Asked) -> Response:
        today = desk_day(reader)
        with door.acting(asked.who) as connection:
            found = [
                (one, _delivered(connection, one, today))
                for one in reversed(store.read_plans(connection, areas=asked.who.ground))
            ]
        running = [given for one, given in found if one.state in ("approved", "running")]
        total = (sum(made for made, _ in running), sum(planned for _, planned in running))
        return desk.render(asked, "plans/list.html", plans=found, total=total, today=today, may=asked.who.may)

    @desk.page("/plans/new", needs="plan.draft")
    def new(asked: Asked) -> Response:
        with door.acting(asked.who) as connection:
            kept = stored_forecasts(connection)
        names = {name for basis, types, *_ in kept if basis == "true points" for name in types}
        choices = reader.choices()
        return desk.render(
            asked, "plans/new.html",
            types=[(one.name, one.label) for one in choices.crime_types if one.name in names],
            kinds=choices.area_kinds, tactics=[one for one in remedies(home).values() if _is_police(one.owner)],
            first=desk_day(reader) + timedelta(days=1), most=act.MOST_BLOCKS, shifts=reader.calendar().shifts,
        )  # fmt: skip

    @desk.page("/plans/new", needs="plan.draft", methods=("POST",))
    def draft(asked: Asked) -> Response:
        kind, _, code = asked.one("within").partition(":")
        share = {"0.5": 0.5, "0.8": 0.8}.get(asked.one("share"), 1.0)
        request = act.PlanRequest(
            title=asked.one("title"), tactic=asked.one("tactic"), crime_types=tuple(dict.fromkeys(asked.form.get("types") or ())),
            hours=asked.one("hours") or asked.one("shift"), units=whole(asked, "units"), minutes=whole(asked, "minutes"),
            starts_on=read_day(asked.one("from"), field="first day"), n_boxes=whole(asked, "boxes"), n_blocks=whole(asked, "weeks"),
            on_share=share, no_hold_out_reason=asked.one("why") or None, area=(kind, code) if code else None,
            seed=int.from_bytes(token_bytes(4), "big"),
        )  # fmt: skip
        with page_words(), door.acting(asked.who) as connection:
            plan_id, _outlook = act.draft(connection, request, person=asked.who.name, home=home)
        return see_other(f"/plans/{plan_id}")

    @desk.page("/plans/{plan_id:int}", needs="plan.read")
    def one(asked: Asked) -> Response:
        today = desk_day(reader)
        with page_words(), door.acting(asked.who) as connection:
            plan = own_plan(connection, asked)
            shown_day = min(max(today, plan.starts_on), plan.ends_on - timedelta(days=1))
            boxes, on = store.read_plan_boxes(connection, plan.plan_id), _on(connection, plan, shown_day)
            sees_off = asked.who.may("plan.boxes")
            seen = boxes if sees_off else [box for box in boxes if box.box_no in on]
            until = min(today, plan.ends_on)
            by_box = store.read_delivery(connection, plan.plan_id, until=until)
            letters = {box.letter for box in seen}
            values: dict[str, Any] = {
                "outlook": _outlook_words(store.read_outlook(connection, plan.plan_id)),
                "drawing": store.read_drawing(connection, plan.plan_id, [box.box_no for box in seen]),
                "days": store.read_delivery_by_day(connection, plan.plan_id, until=until),
                "designs": effects.read_designs(connection, plan_id=plan.plan_id),
                "evaluation": effects.read_evaluation(connection, plan_id=plan.plan_id),
                "history": actions.read_changes(connection, "plan", plan.plan_id),
                "warnings": overlaps(connection, plan.plan_id, kind="plan"),
                "exposed": plan_exposure(connection, plan, until=until),
            }
        return desk.render(
            asked, "plans/plan.html", plan=plan, today=today, shown_day=shown_day, boxes=seen, n_boxes=len(boxes), on=on,
            sees_off=sees_off, by_box=[given for given in by_box if given.letter in letters],
            made=sum(given.minutes for given in by_box), planned=sum(given.planned for given in by_box) * 15, may=asked.who.may,
            other=asked.who.name != plan.drafted_by, shift_name=reader.calendar().name_of(plan.shift), **values,
        )  # fmt: skip

    @desk.page("/plans/{plan_id:int}/approve", needs="plan.approve", methods=("POST",))
    def approve(asked: Asked) -> Response:
        with page_words(), door.acting(asked.who) as connection:
            act.approve(connection, own_plan(connection, asked).plan_id, person=asked.who.name, today=desk_day(reader))
        return _back(asked)

    @desk.page("/plans/{plan_id:int}/box", needs="visits.log", methods=("POST",))
    def change(asked: Asked) -> Response:
        kind = "added" if asked.one("kind") == "added" else "suppressed"
        if kind == "added":
            need(asked, "plan.draft")
        day = read_day(asked.one("day"), field="day")
        with page_words(), door.acting(asked.who) as connection:
            plan = own_plan(connection, asked)
            if not asked.who.may("plan.boxes"):  # says nothing of a box that this person does not see
                on = _on(connection, plan, day)
                known = {box.letter for box in store.read_plan_boxes(connection, plan.plan_id) if box.box_no in on}
                if asked.one("letter").upper() not in known:
                    raise NotFoundError(f"There is no box {asked.one('letter')[:4]} on the sheet of {day}.")
            change_box(
                connection, plan.plan_id, letters=asked.one("letter"), day=day, kind=kind, reason=asked.one("reason"),
                person=asked.who.name,
            )  # fmt: skip
        return _back(asked)

    @desk.page("/plans/{plan_id:int}/close", needs="plan.approve", methods=("POST",))
    def end(asked: Asked) -> Response:
        with page_words(), door.acting(asked.who) as connection:
            number = own_plan(connection, asked).plan_id
            undo.keep(
                connection, thing=f"plan {number}", words=f"Plan {number} is closed.", path=f"/plans/{number}", needs="plan.approve"
            )  # fmt: skip
            close(connection, number, reason=asked.one("reason"), person=asked.who.name)
        return _back(asked)

    @desk.page("/plans/{plan_id:int}/effect", needs="effect.sign", methods=("POST",))
    def effect(asked: Asked) -> Response:
        verb = asked.one_of("do", {"judge": act.judge, "sign": act.sign, "publish": act.publish})
        with page_words(), door.acting(asked.who) as connection:
            verb(connection, own_plan(connection, asked).plan_id, person=asked.who.name)
        return _back(asked)


def _back(asked: Asked) -> Response:
    return see_other(f"/plans/{asked.path['plan_id']}")


def _is_police(owner: str) -> bool:
    return "police" in owner.lower()


def _on(connection: Connection, plan: Plan, day: Any) -> set[int]:
    """The boxes to be visited on a day."""
    from hotspots.pipeline.act.plan_sheet import boxes_of_day

    return {box.box_no for box, _ in boxes_of_day(connection, plan, day)}


def _delivered(connection: Connection, plan: Plan, today: Any) -> tuple[int, int]:
    """Minutes made and planned until today."""
    given = store.read_delivery(connection, plan.plan_id, until=min(today, plan.ends_on))
    return sum(one.minutes for one in given), sum(one.planned for one in given) * 15


def _outlook_words(kept: Any) -> tuple[str, ...]:
    return Outlook(**kept).words if kept else ()


def plans_today(connection: Connection, asked: Asked, day: Any) -> list[tuple[Plan, list[tuple[PlanBox, int]]]]:
    """The plans with a sheet on a day, each with its boxes to be visited: those that this person may open."""
    from hotspots.pipeline.act.plan_sheet import boxes_of_day

    return [
        (plan, boxes_of_day(connection, plan, day))
        for plan in store.plans_of_day(connection, day, areas=asked.who.ground)
    ]
