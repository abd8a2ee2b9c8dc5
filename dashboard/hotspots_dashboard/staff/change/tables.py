"""The tables of Change, read once for everybody until the data change."""

from __future__ import annotations

from datetime import date

from hotspots.domain.account import Person
from hotspots.domain.calendar import Calendar
from hotspots.pipeline.desk.change import ChangeTables, broken_periods, change_tables
from hotspots.store.staff.desk.reader import DeskReader
from hotspots.store.staff.door import Door


def tables_of(
    door: Door,
    reader: DeskReader,
    person: Person,
    *,
    calendar: Calendar,
    until: date,
    kind: str,
    code: str | None = None,
    known_on: date | None = None,
) -> ChangeTables:
    """Change of one area, or of the whole city with each area of a kind; open to every role, so it is kept for all."""

    def ask() -> ChangeTables:
        with door.acting(person) as connection:
            return change_tables(
                connection, calendar=calendar, until=until, kind=kind, code=code, known_on=known_on, broken=broken,
                broken_areas=broken_areas,
            )  # fmt: skip

    periods = calendar.periods(until)
    vintage = reader.vintage()
    broken = broken_periods(periods, vintage)
    broken_areas = {
        area.code: broken_periods(periods, vintage, (area.area_id,))
        for area in reader.choices().areas.values()
        if area.kind == kind and area.area_id in vintage.area_gaps
    }
    return reader.remember(("change", kind, code, known_on, tuple(periods.values())), ask)
