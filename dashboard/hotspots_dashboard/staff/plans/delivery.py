"""Pages of a plan's delivery: the sheet with its log form, the sergeant's screen of ticks, positions of vehicles, and the form itself."""

from __future__ import annotations

import gzip
import tempfile
import zlib
from collections.abc import Callable, Sequence
from datetime import datetime
from io import BytesIO
from pathlib import Path

from starlette.responses import FileResponse, JSONResponse, Response

from hotspots.domain.act.plan import MISSED_REASONS, TAKEN_BACK_REASONS, VISIT_MINUTES, Entry
from hotspots.domain.city_clock import instant
from hotspots.errors import HotspotsError, InputError, NotFoundError
from hotspots.pipeline.act.log_form import LinkedShift, form_entries, log_entries, make_key, open_shift
from hotspots.pipeline.act.plan_sheet import plan_sheet
from hotspots.pipeline.act.visits import (
    log_visits,
    shift_entries,
    shift_log,
    shift_times,
    take_back,
    tick,
    visits_of_positions,
)
from hotspots.private_files import open_private
from hotspots.store.staff.desk.reader import DeskReader
from hotspots_dashboard.staff.desk import OPEN, Asked, Desk, attachment, read_whole, see_other
from hotspots_dashboard.staff.door.routes import network_of
from hotspots_dashboard.staff.plans.words import own_plan, page_words, read_day
from hotspots_dashboard.staff.today import NobodysClock, desk_now

STATIC = Path(__file__).parent.parent / "static"
LARGEST_POSITIONS_BYTES = 4_000_000  # unpacked


def register(desk: Desk, reader: DeskReader, let_log: Callable[[str], bool]) -> None:
    """Register the pages of delivery, and the log form, which asks for its key and no account.

    Parameters
    ----------
    let_log : whether a network may ask the log form once more now
    """
    door = desk.door
    clock = NobodysClock(reader, door.pool)

    @desk.page("/plans/{plan_id:int}/sheet", needs="visits.log", methods=("POST",))
    def sheet(asked: Asked) -> Response:
        day = read_day(asked.one("day"), field="day")
        with page_words(), door.acting(asked.who) as connection:
            plan_id = own_plan(connection, asked).plan_id
            key = make_key(
                connection, plan_id, day=day, desk_now=desk_now(reader), now=instant(), person=asked.who.name
            )
            content = plan_sheet(connection, plan_id, day=day, log_form=f"{asked.request.base_url}log#{key}")
        door.note(asked.who, "plan sheet", {"plan_id": plan_id, "day": day.isoformat()})
        return attachment(content, "application/pdf", f"plan-{plan_id}-{day}.pdf")

    @desk.page("/plans/{plan_id:int}/ticks/{day}", needs="visits.log")
    def ticks(asked: Asked) -> Response:
        day = read_day(asked.path["day"], field="day")
        with page_words(), door.acting(asked.who) as connection:
            plan = own_plan(connection, asked)
            boxes, entries = shift_log(connection, plan, day), shift_entries(connection, plan, day)
        return desk.render(
            asked, "plans/ticks.html", plan=plan, day=day, boxes=boxes, reasons=MISSED_REASONS, whys=TAKEN_BACK_REASONS,
            entries={one.box.box_no: [entry for entry in entries if entry.box_no == one.box.box_no] for one in boxes},
        )  # fmt: skip

    @desk.page("/plans/{plan_id:int}/ticks/{day}", needs="visits.log", methods=("POST",))
    def enter(asked: Asked) -> Response:
        day, plan_id = read_day(asked.path["day"], field="day"), asked.path["plan_id"]
        given: dict[int, list[str]] = {}
        for name, values in asked.form.items():
            box, _, visit = name.removeprefix("v").partition("-")
            if visit and values[0]:
                given.setdefault(read_whole(box, field=name[:20], most=9999), []).append(values[0])
        with page_words(), door.acting(asked.who) as connection:
            tick(
                connection, own_plan(connection, asked).plan_id, day, given, person=asked.who.name, now=desk_now(reader)
            )
        return see_other(f"/plans/{plan_id}/ticks/{day}?kept=1")

    @desk.page("/plans/{plan_id:int}/ticks/{day}/back", needs="visits.log", methods=("POST",))
    def back(asked: Asked) -> Response:
        day, plan_id = read_day(asked.path["day"], field="day"), asked.path["plan_id"]
        with page_words(), door.acting(asked.who) as connection:
            plan = own_plan(connection, asked)
            on_sheet = {one.box.letter for one in shift_log(connection, plan, day)}
            name = asked.one("entry")
            if name.partition(" ")[0] not in on_sheet:  # says nothing of a box that this person does not see
                raise InputError("Choose an entry of this sheet.")
            take_back(connection, plan_id, day, [name], why=asked.one("why"), person=asked.who.name)
        return see_other(f"/plans/{plan_id}/ticks/{day}")

    @desk.page("/plans/{plan_id:int}/positions", needs="visits.log", methods=("POST",))
    def positions(asked: Asked) -> Response:
        plan_id = asked.path["plan_id"]
        with tempfile.TemporaryDirectory() as folder, door.acting(asked.who) as connection:
            file = Path(folder) / "positions.csv"
            with open_private(file) as opened:
                opened.write(_unpacked(asked.body))
            try:
                with page_words():
                    own_plan(connection, asked)
                    visits = visits_of_positions(connection, plan_id, file)
                    new = log_visits(
                        connection, plan_id, visits, source="positions", person=asked.who.name, now=desk_now(reader)
                    )
            except HotspotsError as error:
                return JSONResponse({"words": str(error)}, 404 if isinstance(error, NotFoundError) else 400)
        return JSONResponse({"words": f"{new} new visits, {len(visits) - new} known already."})

    @desk.page("/log", needs=OPEN)
    def form(_: Asked) -> Response:
        return FileResponse(STATIC / "log.html")

    @desk.page("/log-worker.js", needs=OPEN)
    def worker(_: Asked) -> Response:
        return FileResponse(STATIC / "log-worker.js", media_type="text/javascript")

    @desk.page("/log/shift", needs=OPEN, methods=("POST",))
    def shift(asked: Asked) -> Response:
        if not let_log(network_of(asked)):
            return _slow_down()
        try:
            with door.connection() as connection:
                found = open_shift(connection, str(asked.json.get("key", "")))
                entries = form_entries(connection, found)
        except NotFoundError as error:
            return JSONResponse({"words": str(error)}, 404)
        return JSONResponse(_shown(found, entries, desk_now(clock)))

    @desk.page("/log/visits", needs=OPEN, methods=("POST",))
    def log(asked: Asked) -> Response:
        if not let_log(network_of(asked)):
            return _slow_down()
        sent = asked.json.get("entries")
        entries = [one for one in sent if isinstance(one, dict)] if isinstance(sent, list) else []
        try:
            with door.connection() as connection, connection.transaction():
                log_entries(connection, str(asked.json.get("key", "")), entries)
                found = open_shift(connection, str(asked.json.get("key", "")))
                kept = form_entries(connection, found)
        except (InputError, NotFoundError) as error:
            return JSONResponse({"words": _page_words(error)}, 404 if isinstance(error, NotFoundError) else 400)
        return JSONResponse(_shown(found, kept, desk_now(clock)))


def _page_words(error: Exception) -> str:
    return str(error).replace("--why", "Why:")


def _shown(shift: LinkedShift, entries: Sequence[Entry], now: datetime) -> dict[str, object]:
    """The page's content: boxes of the sheet with what is entered, and the desk's clock, as a phone's may be wrong."""
    start, until = shift_times(shift.plan, shift.day)
    return {
        "title": f"{shift.day:%a %d %b}, {shift.plan.hours} h",
        "now": now.isoformat(timespec="seconds"),
        "start": start.isoformat(),
        "until": until.isoformat(),
        "lives_s": max(0, round((shift.expires_at - instant()).total_seconds())),
        "minutes": VISIT_MINUTES,
        "reasons": list(MISSED_REASONS),
        "boxes": [
            {
                "box": one.box.letter,
                "where": one.box.where,
                "planned": one.planned,
                "made": one.made,
                "left": one.left,
                "missed": one.missed,
                "entries": [
                    {"name": entry.name, "words": entry.words}
                    for entry in entries
                    if entry.box_no == one.box.box_no and entry.why is None
                ],
            }
            for one in shift.boxes
        ],
        "whys": list(TAKEN_BACK_REASONS),
    }


def _slow_down() -> Response:
    return JSONResponse(
        {"words": "Too many questions from this network: wait a minute. What you entered is kept here."}, 429
    )


def _unpacked(body: bytes) -> bytes:
    """The file that a browser packed. Raises InputError where it is none or unpacks to too much."""
    try:
        with gzip.GzipFile(fileobj=BytesIO(body)) as packed:
            content = packed.read(LARGEST_POSITIONS_BYTES + 1)
    except (OSError, EOFError, zlib.error):
        raise InputError("This is not a packed file of positions: choose the CSV on the page of the plan.") from None
    if len(content) > LARGEST_POSITIONS_BYTES:
        raise InputError("This file of positions is too large. Send one shift at a time.")
    return content
