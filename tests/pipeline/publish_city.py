"""A small city for tests of publishing, and what they ask of it."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from tests.builders import Precision, Report, SmallCity, random_reports
from tests.database import TestDatabase

TODAY = date(2024, 6, 1)

FIRST = date(2024, 1, 1)

PRECISIONS: tuple[Precision, ...] = ("block", "addresses", "lattice")

ROWS = """
    select i.public_id, i.day, i.hour, t.name, l.name, i.arrest, a.status, a.kind, a.name, a.addresses,
        array(select area_id from open.anchor_area aa where aa.anchor_id = a.anchor_id order by 1)
    from open.incident i join open.anchor a using (anchor_id) join open.crime_type t using (crime_type_id)
    left join open.location_type l using (location_type_id) order by 1"""


def build(
    database: TestDatabase, precision: Precision = "block", *, n: int = 400, n_days: int = 120, **public: Any
) -> SmallCity:
    with database.owner.connect() as connection:
        city = SmallCity(connection, precision, public=public).build()
        first_day = date(2024, 4, 30) - timedelta(days=n_days)
        city.deliver(
            random_reports(n, precision=precision, first_day=first_day, n_days=n_days), known_on=date(2024, 5, 1)
        )
    return city


def deliver(
    database: TestDatabase, city: SmallCity, reports: list[Report], *, known_on: date, withdrawn: tuple[str, ...] = ()
) -> None:
    with database.owner.connect() as connection:
        city.connection = connection
        city.deliver(reports, known_on=known_on, withdrawn=withdrawn)


def ask(database: TestDatabase, question: str) -> list[tuple[Any, ...]]:
    with database.owner.connect() as connection:
        return connection.execute(question.encode()).fetchall()
