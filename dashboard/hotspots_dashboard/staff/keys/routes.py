"""Make, list and end read keys, and answer counts to whoever holds one."""

from __future__ import annotations

import base64
import binascii
import csv
import io
from collections.abc import Mapping, Sequence
from dataclasses import fields
from datetime import date, timedelta

from starlette.responses import PlainTextResponse, Response

from hotspots.domain.act.free_text import checked_needed
from hotspots.domain.spreadsheet import guarded
from hotspots.errors import InputError
from hotspots.pipeline.door.secrets import hash_token, new_token
from hotspots.store.staff import read_keys as store
from hotspots.store.staff.desk.reader import DeskReader
from hotspots_dashboard.staff.desk import OPEN, Asked, Desk, read_whole, see_other
from hotspots_dashboard.staff.today import NobodysClock, desk_day

COUNTS = "/counts.csv"
DAYS = (30, 90, 180, 366)  # that a key may live
MOST_YEARS = 20
LONGEST_LABEL = 60


def register(desk: Desk, reader: DeskReader) -> None:
    """Register the page of keys, and the counts that they read."""
    door = desk.door
    clock = NobodysClock(reader, door.pool)

    def page(asked: Asked, *, token: str | None = None) -> Response:
        example = f"{str(asked.request.base_url).rstrip('/')}{COUNTS}"
        kinds = store.area_kinds(door)
        return desk.render(
            asked, "keys.html", keys=store.read_keys(door, asked.who), token=token, address=example, kinds=kinds, steps=store.steps(door),
            lives=DAYS, longest=LONGEST_LABEL,
        )  # fmt: skip

    @desk.page("/keys", needs="session")
    def keys(asked: Asked) -> Response:
        return page(asked)

    @desk.page("/keys/new", needs="statistics.read", methods=("POST",))
    def new(asked: Asked) -> Response:
        label = asked.one("label")
        if not 1 <= len(label) <= LONGEST_LABEL:
            raise InputError(
                f"label: say in 1 to {LONGEST_LABEL} letters where the key is used, such as “CompStat workbook”."
            )
        label = checked_needed(label, field="label", longest=LONGEST_LABEL)
        days = asked.one("days", "90")
        if days not in map(str, DAYS):
            raise InputError(f"days: {days!r} cannot be chosen; there are {', '.join(map(str, DAYS))}.")
        token = new_token()
        store.add_read_key(door, asked.who, token_hash=hash_token(token), label=label, days=int(days))
        return page(asked, token=token)

    @desk.page("/keys/end", needs="session", methods=("POST",))
    def end(asked: Asked) -> Response:
        store.end_read_key(door, asked.who, read_whole(asked.one("key"), field="key"))
        return see_other("/keys")

    @desk.page(COUNTS, needs=OPEN)
    def counts(asked: Asked) -> Response:
        token = key_of(asked.request.headers.get("authorization", ""))
        if token is None:
            return _wants_key("Give a read key: as the password of Basic authentication, or as a Bearer token.\n")
        question = read_question(
            asked.query, kinds=store.area_kinds(door), steps=store.steps(door), today=desk_day(clock)
        )
        rows = store.tidy_counts(door, hash_token(token), question)
        if rows is None:
            return _wants_key("This read key is not good, or not any more. Make a new one at the desk, under Keys.\n")
        return Response(_csv(rows), media_type="text/csv; charset=utf-8")


def key_of(header: str) -> str | None:
    """Read the key from a header: the password of Basic authentication, by whatever name, or a Bearer token."""
    scheme, _, rest = header.partition(" ")
    if scheme.lower() == "bearer":
        return rest.strip() or None
    if scheme.lower() != "basic":
        return None
    try:
        name, _, password = base64.b64decode(rest.strip(), validate=True).decode().partition(":")
    except (binascii.Error, UnicodeDecodeError):
        return None
    return password or name or None


def read_question(
    query: Mapping[str, str], *, kinds: Sequence[str], steps: Sequence[str], today: date
) -> store.CountsAsked:
    """Read an address's parameters. Raises InputError with the parameter, the value and what would do."""
    unknown = set(query) - {"kind", "by", "from", "until"}
    if unknown:
        raise InputError(f"{min(unknown)}: is not asked for here; there are kind, by, from and until.")
    kind = query.get("kind", kinds[0] if kinds else "")
    if kind not in kinds:
        raise InputError(f"kind: {kind!r} is no kind of area of this city; there are {', '.join(kinds) or 'none'}.")
    step = query.get("by", "month")
    if step not in steps:
        why = "" if "week" in steps else ": the records of this city tell the month only"
        raise InputError(f"by: {step!r} is not {' or '.join(steps)}{why}.")
    until = _day(query, "until", today)
    since = _day(query, "from", date(until.year - 2, 1, 1))
    if not since < until:
        raise InputError(f"from: {since} is not before until, {until}.")
    if until - since > timedelta(days=366 * MOST_YEARS):
        raise InputError(f"from: {since} is more than {MOST_YEARS} years before {until}.")
    return store.CountsAsked(kind, step, _begin(since, step), _begin(until - timedelta(days=1), step, next_one=True))


def _begin(day: date, step: str, *, next_one: bool = False) -> date:
    """Return the first day of the month or week (from Monday) that holds a day, or of the next one.

    Whole periods alone are counted: two questions whose ends lie a day apart would give the counts of that day.
    """
    if step == "week":
        return day - timedelta(days=day.weekday() - 7 * next_one)
    first = day.replace(day=1)
    return (first + timedelta(days=31)).replace(day=1) if next_one else first


def _day(query: Mapping[str, str], name: str, default: date) -> date:
    text = query.get(name)
    try:
        return default if text is None else date.fromisoformat(text)
    except ValueError:
        raise InputError(f"{name}: {text!r} is no day; write it as 2025-01-31.") from None


def _csv(rows: Sequence[store.TidyCount]) -> bytes:
    """Counts under names that stay; nothing starts a formula."""
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    names = [field.name for field in fields(store.TidyCount)]
    writer.writerow(names)
    writer.writerows([guarded(getattr(row, name)) for name in names] for row in rows)
    return text.getvalue().encode()


def _wants_key(words: str) -> Response:
    return PlainTextResponse(words, 401, headers={"WWW-Authenticate": 'Basic realm="Read key", charset="UTF-8"'})
