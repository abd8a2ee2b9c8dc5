"""A city of three kilometres by three in which burglaries are drawn, for tests of actions and plans."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime, timedelta
from typing import Any

import numpy as np
import psycopg

from hotspots.domain.forecasts.forecast import ForecastRequest
from hotspots.pipeline.forecast.forecast import forecast
from tests.core_city_builder import SRID, X0, Y0, build_city
from tests.database import TestDatabase

SIDE_BOXES, BOX_M = 12, 250.0
FIRST, START, END = date(2016, 1, 1), date(2017, 6, 1), date(2017, 8, 24)
TODAY = date(2017, 5, 30)


def build_acting_city(connection: psycopg.Connection[Any]) -> None:
    """A year and a half of burglaries in boxes that differ, known until two days before the start, and their forecast."""
    rng = np.random.default_rng(4)
    build_city(connection)
    west, south = np.floor(np.array([X0, Y0]) / BOX_M) * BOX_M
    side = SIDE_BOXES * BOX_M
    connection.execute(
        "update core.area set geom = st_multi(st_makeenvelope(%s, %s, %s, %s, %s)) where kind = 'district'",
        [west, south, west + side / 2, south + side, SRID],
    )
    connection.execute(
        "update core.study_area set geom = st_multi(st_makeenvelope(%s, %s, %s, %s, %s))",
        [west, south, west + side, south + side, SRID],
    )
    rate = rng.lognormal(-2.2, 0.5, (SIDE_BOXES, SIDE_BOXES))
    rows = []
    for row, col in np.ndindex(rate.shape):
        n = rng.poisson(rate[row, col] * 75)
        days = rng.integers(0, (START - FIRST).days - 1, n)
        rows += [(col, row, FIRST + timedelta(days=int(day))) for day in days]
    add(connection, rows, west, south, rng)
    forecast(
        connection,
        ForecastRequest(
            crime_types=("burglary",),
            as_of=START - timedelta(days=1),
            horizon_days=28,
            model="long_run_count",
            cell_size_m=125.0,
        ),
    )


@contextmanager
def taken_back(database: TestDatabase) -> Iterator[psycopg.Connection[Any]]:
    """A transaction that is taken back, with deliveries that end on the day before the start."""
    with database.owner.connect() as opened:
        opened.execute("update raw.delivery set known_on = '2017-05-31'")
        opened.commit()
        yield opened
        opened.rollback()


def add(
    connection: psycopg.Connection[Any],
    rows: list[tuple[int, int, date]],
    west: float,
    south: float,
    rng: np.random.Generator,
    *,
    at_hour: int = 20,
) -> None:
    """Incidents at random points of their boxes, written straight into the ledger; by default within the hour after eight in the evening."""
    xs = [west + (col + float(rng.uniform(0.05, 0.95))) * BOX_M for col, _, _ in rows]
    ys = [south + (row + float(rng.uniform(0.05, 0.95))) * BOX_M for _, row, _ in rows]
    at = [
        datetime(day.year, day.month, day.day, at_hour) + timedelta(seconds=i % 3000)
        for i, (_, _, day) in enumerate(rows)
    ]
    connection.execute(
        """
        with given as (
            select x, y, at, md5(x::text || y || at)::uuid as key from unnest(%s::float8[], %s::float8[], %s::timestamp[]) as g (x, y, at)
        ), placed as (
            insert into core.location (key, geom, precision, recorded, in_study_area)
            select key, st_setsrid(st_makepoint(x, y), %s), 'exact', '{}', true from given returning location_id, key
        )
        insert into core.incident_version (incident_key, delivery_id, line, known_from, occurred_from, crime_type_id, source_type_id, location_id, sensitive)
        select key::text, (select max(delivery_id) from raw.delivery), 1, '2017-05-31', at, crime_type_id, source_type_id, location_id, false
        from given join placed using (key) cross join core.crime_type join core.source_type using (crime_type_id) where name = 'burglary'
        """,
        [xs, ys, at, SRID],
    )
