"""The briefing of a list for a shift, the sheet to print, and the sergeant's screen of ticks."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from starlette.responses import Response

from hotspots.domain.act.plan import TAKEN_BACK_REASONS
from hotspots.domain.incident_filter import HourRange
from hotspots.errors import InputError
from hotspots.store.staff.desk import lists as store
from hotspots.store.staff.desk.reader import DeskReader
from hotspots_dashboard.staff.briefing.news import read_news
from hotspots_dashboard.staff.desk import Asked, Desk, see_other
from hotspots_dashboard.staff.districts import districts_of
from hotspots_dashboard.staff.plans.routes import plans_today
from hotspots_dashboard.staff.today import BURSTS_DAYS, desk_day, newest_day

MOST_BOXES = 6
VISITS = 2
VISIT_MINUTES = 15  # Koper (1995): 10 to 16 minutes


@dataclass(frozen=True, slots=True)
class Delivered:
    """The return of a sheet: planned visits, done ones, reasons, and those nobody entered yet."""

    day: date
    planned: int
    done: int
    reasons: tuple[tuple[str, int], ...]
    missing: int


def register(desk: Desk, reader: DeskReader) -> None:
    """Register the briefing, its sheets and ticks."""
    door = desk.door

    @desk.page("/briefing", needs="briefing.read")
    def briefing(asked: Asked) -> Response:
        today, newest, districts = desk_day(reader), newest_day(reader), districts_of(reader, asked.who, asked.query)
        shift, shifts = _shift(asked.query.get("shift", ""))
        with door.acting(asked.who) as connection:
            near = store.read_lists(connection, area_id=districts.area_id)
            usable = [one for one in near if one.state(today) == "issued"]
            chosen = next((one for one in usable if one.code == asked.query.get("list")), usable[0] if usable else None)
            boxes: list[store.ListedBox] = []
            drawing = sheet = last = None
            if chosen:
                boxes = store.read_boxes(connection, chosen.list_id, area_id=districts.area_id)[:MOST_BOXES]
                drawing = store.read_drawing(connection, chosen.list_id)
                sheet = store.find_sheet(connection, chosen.list_id, shift=shift, day=today)
                before = store.sheet_before(connection, chosen.list_id, shift=shift, day=today)
                if before:
                    n_boxes = min(MOST_BOXES, len(store.read_boxes(connection, chosen.list_id)))
                    last = delivered(before, store.read_ticks(connection, before), n_boxes=n_boxes)
            plans = plans_today(connection, asked, today)
        due = [one for one in usable if one.review_date and one.review_date <= today + timedelta(days=7)]
        age = (today - newest).days - 1 if newest else None
        types = tuple(chosen.question["crime_types"]) if chosen else ()
        news = (
            read_news(desk, reader, districts, crime_types=types, newest=newest, age_days=age or 0)
            if newest and chosen
            else None
        )
        return desk.render(
            asked,
            "briefing.html",
            list=chosen,
            lists=usable,
            boxes=boxes,
            drawing=drawing,
            sheet=sheet,
            last=last,
            shift=shift,
            shifts=shifts,
            districts=districts,
            today=today,
            newest=newest,
            is_old=age is None or age > BURSTS_DAYS,
            due=due,
            news=news,
            labels=reader.choices().labels if newest else {},
            plans=plans,
            visits=VISITS,
            minutes=VISIT_MINUTES,
            may=asked.who.may,
            reasons=store.REASONS,
        )

    @desk.page("/briefing/sheet", needs="visits.log", methods=("POST",))
    def make_sheet(asked: Asked) -> Response:
        today, (shift, _) = desk_day(reader), _shift(asked.one("shift"))
        with door.acting(asked.who) as connection:
            found = store.read_list(connection, asked.one("list"))
            if found.state(today) != "issued":
                raise InputError(
                    f"{found.code} is {found.state(today)}: a sheet needs a list that is issued and not expired."
                )
            sheet = store.make_sheet(
                connection, found.list_id, shift=shift, day=today, visits=VISITS, person=asked.who.name
            )
        door.note(asked.who, "sheet", {"sheet": sheet.code, "list": found.code})
        return see_other(f"/briefing?list={found.code}&shift={shift}")

    @desk.page("/sheets/{code}", needs="visits.log")
    def ticks(asked: Asked) -> Response:
        with door.acting(asked.who) as connection:
            sheet, list_code = store.read_sheet(connection, asked.path["code"])
            boxes = store.read_boxes(connection, sheet.list_id)[:MOST_BOXES]
            entered = {(one.position, one.visit): one for one in store.read_ticks(connection, sheet)}
            before = store.read_ticks_before(connection, sheet)
        return desk.render(
            asked, "ticks.html", sheet=sheet, list_code=list_code, boxes=boxes, entered=entered, reasons=store.REASONS,
            before=before, whys=TAKEN_BACK_REASONS,
        )  # fmt: skip

    @desk.page("/sheets/{code}", needs="visits.log", methods=("POST",))
    def enter(asked: Asked) -> Response:
        with door.acting(asked.who) as connection:
            sheet, list_code = store.read_sheet(connection, asked.path["code"])
            boxes = store.read_boxes(connection, sheet.list_id)[:MOST_BOXES]
            wanted = [(box.position, visit) for box in boxes for visit in range(1, sheet.visits + 1)]
            found = [_tick(asked.one(f"v{position}-{visit}"), position, visit) for position, visit in wanted]
            taken_back = store.write_ticks(
                connection, sheet, [one for one in found if one], person=asked.who.name, why=asked.one("why") or None
            )
        door.note(asked.who, "ticks", {"sheet": sheet.code, "taken_back": taken_back})
        return see_other(
            f"/briefing?list={list_code}&shift={sheet.shift}" if not asked.one("stay") else f"/sheets/{sheet.code}"
        )

    def _shift(name: str) -> tuple[str, Mapping[str, HourRange]]:
        shifts = reader.calendar().shifts
        if name and name not in shifts:
            raise InputError(f"shift: {name[:20]!r} is not one of {', '.join(shifts)}.")
        return name or list(shifts)[-1], shifts


def delivered(sheet: store.Sheet, ticks: Sequence[store.Tick], *, n_boxes: int) -> Delivered:
    """The ticks of a sheet. A visit that nobody entered is neither done nor missed."""
    planned = n_boxes * sheet.visits
    reasons = [one.reason for one in ticks if one.reason]
    return Delivered(
        day=sheet.day,
        planned=planned,
        done=sum(one.done for one in ticks),
        reasons=tuple((reason, reasons.count(reason)) for reason in store.REASONS if reason in reasons),
        missing=planned - len(ticks),
    )


def _tick(value: str, position: int, visit: int) -> store.Tick | None:
    if value == "":
        return None
    if value == "done":
        return store.Tick(position, visit, True, None)
    if value not in store.REASONS:
        raise InputError(f"{value[:20]!r} is not done, nor one of the reasons {', '.join(store.REASONS)}.")
    return store.Tick(position, visit, False, value)
