"""The data that forecasts learn from, and stored forecasts."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

import numpy as np
import shapely
from psycopg.types.json import Jsonb

from hotspots.domain.forecasts.forecast import Basis, StoredForecast
from hotspots.domain.forecasts.settings import ForecastSettings
from hotspots.domain.incident_filter import HourRange
from hotspots.domain.period import Period
from hotspots.domain.public_answer import Coverage, coverage_of
from hotspots.store.ledger.incidents import newest_record
from hotspots.store.public.city import find_vintage
from hotspots.store.server.connection import Connection
from hotspots.store.sql.copy import copy_in, copy_out
from hotspots.store.sql.files import load_queries

if TYPE_CHECKING:
    from numpy.typing import NDArray


@dataclass(frozen=True, slots=True)
class CrimeType:
    """A crime type as stored."""

    crime_type_id: int
    name: str
    label: str
    initiated_by: str
    sensitive: bool


@dataclass(frozen=True, slots=True)
class Span:
    """First and last day of what is loaded, and the newest delivery; None in an empty database."""

    first_day: date | None
    last_day: date | None
    known_on: date | None


@dataclass(frozen=True, slots=True)
class WholeDays:
    """First and last day of whole data, and the gaps between them. A record with a mistyped date years before is no first day."""

    first_day: date | None
    last_day: date | None
    gaps: tuple[Period, ...]

    def coverage(self, period: Period) -> Coverage:
        """Which days of a period are on record."""
        return coverage_of(period, first=self.first_day, last=self.last_day, gaps=self.gaps)

    def __str__(self) -> str:
        """Say from when to when."""
        return f"the record goes from {self.first_day} to {self.last_day}"


@dataclass(frozen=True, eq=False)
class Events:
    """Events to learn from: points (metres, city CRS), days since 1970-01-01 of the local wall clock, crime type ids.

    `windows_h` (n, 2) is the reported window of each, hours since 1970, and `delivered_days` (n,) the day of its first delivery; None on
    anchors, whose windows and deliveries are not public.
    """

    xy_m: NDArray[np.float64]
    t_days: NDArray[np.float64]
    crime_type: NDArray[np.int64]
    n_records: int
    windows_h: NDArray[np.float64] | None = None
    delivered_days: NDArray[np.float64] | None = None


@dataclass(frozen=True, eq=False)
class StoredFactor:
    """Risk factor with the half-open days for which it holds (None: no bound) and its shapes, metres in the city's CRS."""

    name: str
    valid_from: date | None
    valid_to: date | None
    geometry: NDArray[np.object_]


def read_crime_types(connection: Connection) -> list[CrimeType]:
    """Every crime type of the city, in the order of its file."""
    return [CrimeType(*row) for row in load_queries("staff/forecasts").read_crime_types(connection)]


def read_span(connection: Connection) -> Span:
    """The days that the current incidents cover."""
    first_day, known_on = load_queries("staff/forecasts").read_span(connection)
    newest = newest_record(connection)
    return Span(first_day, newest.date() if newest else None, known_on)


def read_whole_days(connection: Connection) -> WholeDays:
    """The days on which the record is whole, by the newest publication; before the first one, those of all records."""
    span, vintage = read_span(connection), find_vintage(connection)
    if vintage is None:
        return WholeDays(span.first_day, span.last_day, ())
    return WholeDays(vintage.data_from or vintage.first_day or span.first_day, span.last_day, vintage.gaps)


def read_events(
    connection: Connection, *, basis: Basis, start: date, end: date, crime_type_ids: Sequence[int]
) -> Events:
    """Read the located events of [start, end): what the public reports, and the crime types asked for.

    Types that the police initiate stay out unless they are among `crime_type_ids`.
    """
    queries = load_queries("staff/forecasts")
    sql = (queries.copy_true_points if basis == "true points" else queries.copy_anchors).sql
    table = copy_out(connection, sql, {"start": start, "end": end, "crime_types": list(crime_type_ids)})
    x, y, t, kind, records = (table[name].to_numpy() for name in ("x", "y", "t_days", "crime_type_id", "records"))
    if table.num_rows == 0:
        return Events(np.empty((0, 2)), np.empty(0), np.empty(0, dtype=np.int64), 0)
    windows = [table[name].to_numpy().astype(float) for name in ("from_h", "to_h") if name in table.column_names]
    return Events(
        np.column_stack([x, y]),
        t.astype(float),
        kind.astype(np.int64),
        int(records.sum()),
        np.column_stack(windows) if windows else None,
        table["delivered"].to_numpy().astype(float) if "delivered" in table.column_names else None,
    )


def read_box_days(
    connection: Connection,
    *,
    crime_type_ids: Sequence[int],
    start: date,
    end: date,
    size_m: float,
    hours: HourRange | None = None,
) -> list[tuple[int, int, date, int]]:
    """Row, column, day and events of every box of the fixed lattice in [start, end); days without any are left out.

    With `hours` only events that are known to lie in them, each on the day on which its shift began; None is all events.
    """
    rows = load_queries("staff/forecasts").box_days(
        connection, crime_type_ids=list(crime_type_ids), start=start, end=end, size_m=size_m,
        first_hour=hours.start if hours else None, n_hours=len(hours.hours) if hours else 24,
    )  # fmt: skip
    return list(rows)


def read_risk_factors(connection: Connection) -> list[StoredFactor]:
    """Every risk factor with the days for which it holds, in the city file's order."""
    factors: dict[tuple[str, date | None, date | None], list[Any]] = {}
    for name, valid_from, valid_to, wkb in load_queries("staff/forecasts").read_risk_factors(connection):
        factors.setdefault((name, valid_from, valid_to), []).append(wkb)
    return [StoredFactor(*key, shapely.from_wkb(np.array(wkb, dtype=object))) for key, wkb in factors.items()]


def write_forecast(
    connection: Connection,
    forecast: StoredForecast,
    expected: NDArray[np.floating[Any]],
    details: Mapping[int, Mapping[str, Any]] | None = None,
) -> int:
    """Store a forecast; the same forecast made before is replaced. Return its id.

    Parameters
    ----------
    expected : (n_cells,) expected incidents, cells in the order of their ids.
    details : a cell's interval, chance of being in the top and shares by family of evidence, for the cells that lists are made of.
    """
    import pyarrow as pa

    queries = load_queries("staff/forecasts")
    same = {
        "basis": forecast.basis,
        "crime_types": sorted(forecast.crime_types),
        "model": forecast.model,
        "trained_to": forecast.trained_to,
        "horizon_days": forecast.horizon_days,
    }
    queries.delete_same_forecast(connection, **same)
    forecast_id = queries.insert_forecast(
        connection,
        **same,
        grid_id=forecast.grid_id,
        model_version=forecast.model_version,
        settings=Jsonb(forecast.settings.as_json()),
        trained_from=forecast.trained_from,
        known_on=forecast.known_on,
        police_initiated_reason=forecast.police_initiated_reason,
    )
    n = len(expected)
    detail = pa.array(
        [json.dumps(details[cell]) if details and cell in details else None for cell in range(n)], pa.string()
    )
    table = pa.table(
        {"forecast_id": np.full(n, forecast_id), "cell_id": np.arange(n), "expected": expected, "detail": detail}
    )
    copy_in(connection, queries.copy_forecast_cells.sql, table)
    return forecast_id


def latest_forecast(
    connection: Connection,
    *,
    crime_types: Sequence[str],
    basis: Basis = "true points",
    model: str | None = None,
    as_of: date | None = None,
) -> StoredForecast | None:
    """The newest stored forecast of exactly these crime types, the one that is served unless a model is named.

    Of those that cover the day `as_of` where one is given.
    """
    row = load_queries("staff/forecasts").latest_forecast(
        connection, basis=basis, crime_types=sorted(crime_types), model=model, as_of=as_of
    )
    if row is None:
        return None
    return StoredForecast(
        forecast_id=row[0], grid_id=row[1], basis=basis, crime_types=tuple(row[2]), model=row[3], model_version=row[4],
        settings=ForecastSettings.from_json(row[5]), trained_from=row[6], trained_to=row[7], horizon_days=row[8], known_on=row[9],
        police_initiated_reason=row[10],
    )  # fmt: skip


def stored_forecasts(connection: Connection) -> list[tuple[Basis, tuple[str, ...], str, date, int, date]]:
    """Basis, crime types, model, trained to, horizon and the day on which the data were known, of everything stored."""
    return [
        (basis, tuple(types), *rest)
        for basis, types, *rest in load_queries("staff/forecasts").stored_forecasts(connection)
    ]


def read_expected(connection: Connection, forecast_id: int) -> tuple[NDArray[np.float64], dict[int, dict[str, Any]]]:
    """Return (n_cells,) expected incidents of a stored forecast in the order of cell ids, and the details of the cells that have some."""
    rows = list(load_queries("staff/forecasts").read_forecast_cells(connection, forecast_id=forecast_id))
    return np.array([row[1] for row in rows]), {row[0]: row[2] for row in rows if row[2]}


def read_open_vintage(connection: Connection) -> tuple[int, date, date | None, date | None] | None:
    """Id, newest delivery, first and newest public day of what is published now; None before the first publication."""
    return load_queries("staff/forecasts").read_open_vintage(connection)


def read_gaps(connection: Connection) -> list[tuple[date, date]]:
    """First day, and the day after the last, of each stretch of which nothing is known, oldest first; none before a publication."""
    return list(load_queries("staff/forecasts").read_gaps(connection))


def publish_forecast(connection: Connection, forecast: StoredForecast, *, words: str, backtest_id: int | None) -> None:
    """Put a stored forecast on the public basis into `open`, with its backtest, in place of the one of the same crime types."""
    if forecast.basis != "anchors":
        raise ValueError(f"a forecast on {forecast.basis} may not be published")
    queries = load_queries("staff/forecasts")
    queries.delete_open_forecasts(connection, crime_types=sorted(forecast.crime_types))
    number = queries.number_forecast(connection, forecast_id=forecast.forecast_id)
    queries.insert_open_forecast(
        connection,
        forecast_id=number,
        crime_types=sorted(forecast.crime_types),
        model=forecast.model,
        model_version=forecast.model_version,
        settings=Jsonb(forecast.settings.as_json()),
        trained_from=forecast.trained_from,
        trained_to=forecast.trained_to,
        horizon_days=forecast.horizon_days,
        words=words,
        backtest_id=backtest_id,
    )
    queries.insert_open_forecast_cells(
        connection, forecast_id=forecast.forecast_id, number=number, grid_id=forecast.grid_id
    )
