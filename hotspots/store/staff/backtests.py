"""Backtests as stored."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from psycopg.types.json import Jsonb

from hotspots.domain.forecast import Basis
from hotspots.store.server.connection import Connection
from hotspots.store.sql.files import load_queries


@dataclass(frozen=True, slots=True)
class StoredBacktest:
    """Settings and result of a backtest, as JSON."""

    backtest_id: int
    created_at: datetime
    settings: Mapping[str, Any]
    result: Mapping[str, Any]


def write_backtest(
    connection: Connection, *, crime_types: Sequence[str], settings: Mapping[str, Any], result: Mapping[str, Any]
) -> int:
    """Store a backtest of crime types that were forecast as one; return its id."""
    return load_queries("staff/backtests").insert_backtest(
        connection, crime_types=sorted(crime_types), settings=Jsonb(dict(settings)), result=Jsonb(dict(result))
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
    return StoredBacktest(*row) if row else None


def list_evidence(
    connection: Connection,
    *,
    crime_types: Sequence[str],
    cell_size_m: float,
    horizon_days: int,
    model: str,
    unit: str,
    shift: str,
    rank_by: str,
) -> list[tuple[str, Mapping[str, Any]]]:
    """Return the end day and the evidence of lists of one model, unit, shift and rank key on true points, the newest backtest first."""
    rows = load_queries("staff/backtests").list_evidence(
        connection,
        crime_types=sorted(crime_types),
        cell_size_m=cell_size_m,
        horizon_days=horizon_days,
        model=model,
        unit=unit,
        shift=shift,
        rank_by=rank_by,
    )
    return [(end, row) for end, row in rows]
