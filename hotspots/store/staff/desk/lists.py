"""Lists of boxes as the desk keeps them: tried, issued until a review date, withdrawn; sheets and ticks."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import shapely
from psycopg.types.json import Jsonb

from hotspots.domain.act.plan import MISSED_REASONS, TAKEN_BACK_REASONS
from hotspots.errors import InputError, NotFoundError
from hotspots.store.sql.compose import Connection
from hotspots.store.sql.files import load_queries

REASONS = MISSED_REASONS


@dataclass(frozen=True, slots=True)
class DeskList:
    """A list. Before it is issued it is a try: it has no owner and no review date."""

    list_id: int
    code: str
    title: str
    question: Mapping[str, Any]
    evidence: Mapping[str, Any]
    made_by: str
    made_at: datetime
    owner: str | None
    issued_at: datetime | None
    review_date: date | None
    withdrawn_at: datetime | None
    withdrawn_reason: str | None
    renews: str | None

    def state(self, today: date) -> str:
        """One of: tried, issued, expired, withdrawn."""
        if self.withdrawn_at:
            return "withdrawn"
        if self.review_date is None:
            return "tried"
        return "issued" if today < self.review_date else "expired"


@dataclass(frozen=True, slots=True)
class ListedBox:
    """A box of a list: where it is, and what is known of it."""

    position: int
    code: str
    words: str
    detail: Mapping[str, Any]

    @property
    def letter(self) -> str:
        """A to Z: letters, since ranks say more than is known."""
        return chr(ord("A") + (self.position - 1) % 26)


@dataclass(frozen=True, slots=True)
class ListDrawing:
    """SVG paths in metres from the middle; `marks` are position, x, y of each box's middle."""

    half_x_m: float
    half_y_m: float
    main_streets: str
    streets: str
    marks: Sequence[Sequence[float]]


@dataclass(frozen=True, slots=True)
class Sheet:
    """A list's boxes for one shift of one day."""

    sheet_id: int
    code: str
    list_id: int
    shift: str
    day: date
    visits: int
    made_by: str


@dataclass(frozen=True, slots=True)
class Tick:
    """A planned visit: done, or the reason why not."""

    position: int
    visit: int
    done: bool
    reason: str | None

    @property
    def words(self) -> str:
        """The same in words."""
        return "done" if self.done else f"not done: {self.reason}"


@dataclass(frozen=True, slots=True)
class TickBefore(Tick):
    """A tick that was taken back: who had entered it, and who took it back for what reason."""

    entered_by: str
    why: str
    by: str


def add_list(
    connection: Connection,
    *,
    title: str,
    question: Mapping[str, Any],
    evidence: Mapping[str, Any],
    boxes: Sequence[tuple[str, str, Mapping[str, Any], int, int]],
    size_m: float,
    srid: int,
    person: str,
    renews: int | None,
) -> str:
    """Keep a tried list; `boxes` are code, words, detail, row and column on the lattice. Its code."""
    queries = load_queries("staff/desk/lists")
    list_id = queries.add_list(
        connection,
        title=title,
        question=Jsonb(dict(question)),
        evidence=Jsonb(dict(evidence)),
        person=person,
        renews=renews,
    )
    for position, (code, words, detail, row, col) in enumerate(boxes, start=1):
        queries.add_listed(
            connection,
            list_id=list_id,
            position=position,
            code=code,
            words=words,
            detail=Jsonb(dict(detail)),
            row_no=row,
            col_no=col,
            size_m=size_m,
            srid=srid,
        )
    return f"L-{list_id:04d}"


def read_lists(connection: Connection, *, area_id: int | None = None) -> list[DeskList]:
    """The newest lists first: those with a box in an area or within 500 m of it, or all."""
    return [DeskList(*row) for row in load_queries("staff/desk/lists").read_lists(connection, area_id=area_id)]


def read_list(connection: Connection, code: str) -> DeskList:
    """The list of a code. Raises NotFoundError."""
    row = load_queries("staff/desk/lists").read_list(connection, code=code)
    if row is None:
        raise NotFoundError(f"There is no list {code[:12]}: the page Lists shows those there are.")
    return DeskList(*row)


def read_boxes(connection: Connection, list_id: int, *, area_id: int | None = None) -> list[ListedBox]:
    """The boxes of a list, in order: those in an area or within 500 m of it, or all."""
    rows = load_queries("staff/desk/lists").read_listed(connection, list_id=list_id, area_id=area_id)
    return [ListedBox(*row) for row in rows]


def issue(connection: Connection, found: DeskList, *, person: str, review_date: date) -> None:
    """Put a tried list to use until its review date. Raises InputError where it was issued already."""
    if not load_queries("staff/desk/lists").issue(
        connection, list_id=found.list_id, person=person, review_date=review_date
    ):
        raise InputError(f"{found.code} was issued already.")


def withdraw(connection: Connection, found: DeskList, *, person: str, reason: str) -> None:
    """Take an issued list back, with the reason. Raises InputError where it is not in use."""
    if not load_queries("staff/desk/lists").withdraw(connection, list_id=found.list_id, person=person, reason=reason):
        raise InputError(f"{found.code} is not in use, so it cannot be withdrawn.")


def read_box_hours(
    connection: Connection, *, crime_types: Sequence[str], since: date, until: date, size_m: float
) -> list[tuple[int, int, int | None, int]]:
    """Row, column, hour and incidents of every box in [since, until); needs an opened view."""
    return list(
        load_queries("staff/desk/lists").box_hours(
            connection, crime_types=list(crime_types), since=since, until=until, size_m=size_m
        )
    )


def read_nearest_names(connection: Connection, xs: Sequence[float], ys: Sequence[float]) -> list[str | None]:
    """The nearest crossing, block or street of each point, metres in the city's CRS."""
    rows = load_queries("staff/desk/lists").nearest_names(connection, xs=list(xs), ys=list(ys))
    return [name for _, name in rows]


def read_area(connection: Connection, area: str) -> tuple[Any, str]:
    """Shape and name of an area given as ``kind:code``. Raises NotFoundError."""
    kind, _, code = area.partition(":")
    row = load_queries("staff/desk/lists").read_area(connection, kind=kind, code=code)
    if row is None:
        raise NotFoundError(f"area: there is no {area[:40]!r} here.")
    return shapely.from_wkb(bytes(row[0])), row[1]


def read_drawing(connection: Connection, list_id: int) -> ListDrawing | None:
    """Boxes among main streets, to be drawn; None for a list without boxes."""
    row = load_queries("staff/desk/lists").drawing(connection, list_id=list_id)
    return None if row is None else ListDrawing(float(row[0]), float(row[1]), row[2] or "", row[3] or "", row[4] or [])


def make_sheet(connection: Connection, list_id: int, *, shift: str, day: date, visits: int, person: str) -> Sheet:
    """The sheet of a list for a shift of a day: made now, or the one that there is."""
    queries = load_queries("staff/desk/lists")
    queries.add_sheet(connection, list_id=list_id, shift=shift, day=day, visits=visits, person=person)
    found = find_sheet(connection, list_id, shift=shift, day=day)
    assert found is not None
    return found


def find_sheet(connection: Connection, list_id: int, *, shift: str, day: date) -> Sheet | None:
    """The sheet of a list for a shift of a day, None where none was made."""
    row = load_queries("staff/desk/lists").find_sheet(connection, list_id=list_id, shift=shift, day=day)
    return None if row is None else Sheet(*row)


def read_sheet(connection: Connection, code: str) -> tuple[Sheet, str]:
    """A sheet by its code, and the code of its list. Raises NotFoundError."""
    queries = load_queries("staff/desk/lists")
    row = queries.read_sheet(connection, code=code)
    if row is None:
        raise NotFoundError(f"There is no sheet {code[:12]}.")
    return Sheet(*row), queries.list_of_sheet(connection, sheet_id=row[0])


def sheet_before(connection: Connection, list_id: int, *, shift: str, day: date) -> Sheet | None:
    """The last sheet of a list and shift before a day."""
    row = load_queries("staff/desk/lists").sheet_before(connection, list_id=list_id, shift=shift, day=day)
    return None if row is None else Sheet(*row)


def write_ticks(
    connection: Connection, sheet: Sheet, ticks: Sequence[Tick], *, person: str, why: str | None = None
) -> int:
    """Keep the ticks of a sheet; return how many that were entered before are changed or taken back, which needs `why`.

    A tick as it was before is kept beside. Raises InputError where one would change without a reason.
    """
    queries = load_queries("staff/desk/lists")
    queries.lock_ticks(connection)
    new = {(one.position, one.visit): one for one in ticks}
    before = {(one.position, one.visit): one for one in read_ticks(connection, sheet)}
    changed = [place for place, one in before.items() if new.get(place) != one]
    if changed and why not in TAKEN_BACK_REASONS:
        raise InputError(
            f"{len(changed)} ticks that were entered before would change: say why, by one of {', '.join(TAKEN_BACK_REASONS)}. "
            "Nothing was kept."
        )
    for position, visit in changed:
        queries.take_back_tick(
            connection, sheet_id=sheet.sheet_id, position=position, visit=visit, why=why, person=person
        )
    for place, one in new.items():
        if before.get(place) != one:
            queries.add_tick(
                connection,
                sheet_id=sheet.sheet_id,
                position=one.position,
                visit=one.visit,
                done=one.done,
                reason=one.reason,
                person=person,
            )
    return len(changed)


def read_ticks_before(connection: Connection, sheet: Sheet) -> list[TickBefore]:
    """The ticks of a sheet that were taken back, oldest first."""
    found = load_queries("staff/desk/lists").read_ticks_before(connection, sheet_id=sheet.sheet_id)
    return [TickBefore(*row) for row in found]


def read_ticks(connection: Connection, sheet: Sheet) -> list[Tick]:
    """The ticks that were entered for a sheet."""
    return [Tick(*row) for row in load_queries("staff/desk/lists").read_ticks(connection, sheet_id=sheet.sheet_id)]
