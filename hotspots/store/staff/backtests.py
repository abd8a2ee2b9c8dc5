"""Store backtests and read them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from psycopg.types.json import Jsonb

from hotspots.domain.forecasts.backtest import (
    BacktestSettings,
    ListsFound,
    StoredBacktest,
    read_lists_found,
    read_stored_backtest,
)
from hotspots.domain.forecasts.forecast import Basis
from hotspots.errors import NotFoundError
from hotspots.store.server.connection import Connection
from hotspots.store.sql.files import load_queries


def write_backtest(
    connection: Connection, *, crime_types: Sequence[str], settings: BacktestSettings, result: Mapping[str, Any]
) -> int:
    """Store a backtest of crime types that were forecast as one; return its id."""
    return load_queries("staff/backtests").insert_backtest(
        connection, crime_types=sorted(crime_types), settings=Jsonb(settings.as_json()), result=Jsonb(dict(result))
    )


def latest_backtest(
    connection: Connection, *, crime_types: Sequence[str], basis: Basis, cell_size_m: float, horizon_days: int
) -> StoredBacktest | None:
    """The backtest of exactly these crime types, points, cells and windows that reaches the newest day, the last one made; or None.

    Parameters
    ----------
    cell_size_m : side of a cell, metres.
    horizon_days : length of a window, days.
    """
    row = load_queries("staff/backtests").latest_backtest(
        connection, crime_types=sorted(crime_types), basis=basis, cell_size_m=cell_size_m, horizon_days=horizon_days
    )
    return _stored(row) if row else None


def read_backtest(connection: Connection, backtest_id: int) -> StoredBacktest:
    """A backtest by its number. Raises NotFoundError."""
    row = load_queries("staff/backtests").read_backtest(connection, backtest_id=backtest_id)
    if row is None:
        raise NotFoundError(f"There is no backtest {backtest_id}.")
    return _stored(row)


def list_evidence(
    connection: Connection,
    *,
    crime_types: Sequence[str],
    cell_size_m: float | None,
    horizon_days: int,
    model: str,
    unit: str,
    shift: str,
    rank_by: str,
    forecasts: int = 1,
) -> list[tuple[str, ListsFound]]:
    """Return the end day and the evidence of lists of one model, unit, shift and rank key on true points, the newest backtest first.

    Parameters
    ----------
    forecasts : from how many forecasts, one a crime type, the lists were made.
    """
    rows = load_queries("staff/backtests").list_evidence(
        connection,
        crime_types=sorted(crime_types),
        cell_size_m=cell_size_m,
        horizon_days=horizon_days,
        model=model,
        unit=unit,
        shift=shift,
        rank_by=rank_by,
        forecasts=forecasts,
    )
    return [(end, read_lists_found(row)) for end, row in rows]


def _stored(row: tuple[Any, ...]) -> StoredBacktest:
    backtest_id, crime_types, created_at, settings, result = row
    return read_stored_backtest(
        backtest_id=backtest_id, crime_types=crime_types, created_at=created_at, settings=settings, **result
    )
