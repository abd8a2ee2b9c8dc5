"""Real records as daily counts of boxes, cells and areas: what do-nothing actions are tried on."""
# pyright: reportArgumentType=false, reportAttributeAccessIssue=false, reportCallIssue=false
# (tables of pandas, whose types say less than they are)

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from hotspots_models.quick_forecast import quick_forecast

US_FOOT_M = 1200 / 3937
OUTCOMES = ("robbery and aggravated assault", "burglary", "vehicle theft")
HELD_OUT = ("theft", "simple assault", "damage to property")  # no rule or constant was chosen on these


@dataclass(frozen=True, eq=False)
class Records:
    """Located incidents: points (metres), days since the first day, outcome (0, 1, 2), recorded area."""

    city: str
    xy_m: np.ndarray
    day: np.ndarray
    outcome: np.ndarray
    area: np.ndarray
    n_days: int


@dataclass(frozen=True, eq=False)
class UnitCounts:
    """Daily counts of one kind of unit: (n_outcomes, n_units, n_days), centres and side in metres (None for areas)."""

    counts: np.ndarray
    centres_m: np.ndarray | None
    side_m: float | None
    row: np.ndarray | None
    col: np.ndarray | None


def read_chicago(folder: Path, *, held_out: bool = False) -> Records:
    """Four years of Chicago."""
    columns = ["Date", "Primary Type", "FBI Code", "X Coordinate", "Y Coordinate", "Beat"]
    rows = pd.concat(
        [
            pd.read_csv(file, usecols=columns, dtype={"FBI Code": str})
            for file in sorted(folder.glob("incidents_*.csv.gz"))
        ]
    ).dropna(subset=["X Coordinate", "Y Coordinate"])
    kind = np.select(
        [rows["FBI Code"] == "06", rows["FBI Code"].isin(["08A", "08B"]), rows["Primary Type"] == "CRIMINAL DAMAGE"]
        if held_out
        else [
            (rows["Primary Type"] == "ROBBERY") | rows["FBI Code"].isin(["04A", "04B"]),
            rows["Primary Type"] == "BURGLARY",
            rows["Primary Type"] == "MOTOR VEHICLE THEFT",
        ],
        [0, 1, 2],
        default=-1,
    )
    rows, kind = rows[kind >= 0], kind[kind >= 0]
    times = pd.to_datetime(rows["Date"], format="%m/%d/%Y %I:%M:%S %p")
    xy = rows[["X Coordinate", "Y Coordinate"]].to_numpy(float) * US_FOOT_M
    return _records("Chicago", times, xy, kind, rows["Beat"].to_numpy(), "2014-01-01", "2018-01-01")


def read_st_louis(folder: Path, *, held_out: bool = False) -> Records:
    """Two years of St. Louis; one row an incident and type, without those that were later unfounded."""
    columns = ["Complaint", "DateOccur", "Count", "Crime", "Neighborhood", "XCoord", "YCoord"]
    rows = pd.concat(
        [
            pd.read_csv(file, usecols=columns, encoding="latin-1", dtype=str)
            for file in sorted((folder / "incidents").glob("*.csv.gz"))
        ]
    )
    for name in ("Count", "Crime", "XCoord", "YCoord"):
        rows[name] = pd.to_numeric(rows[name], errors="coerce")
    taken_back = rows[rows["Count"] == -1].set_index(["Complaint", "Crime"]).index
    rows = rows[(rows["Count"] == 1) & (rows["XCoord"] > 0)].drop_duplicates(["Complaint", "Crime"])
    rows = rows[~rows.set_index(["Complaint", "Crime"]).index.isin(taken_back)]
    group = (rows["Crime"] // 10000).to_numpy()
    chosen = ((6,), (9,), (14,)) if held_out else ((3, 4), (5,), (7,))
    kind = np.select([np.isin(group, one) for one in chosen], [0, 1, 2], default=-1)
    rows, kind = rows[kind >= 0], kind[kind >= 0]
    times = pd.to_datetime(rows["DateOccur"], format="%m/%d/%Y %H:%M", errors="coerce")
    xy = rows[["XCoord", "YCoord"]].to_numpy(float) * US_FOOT_M
    return _records("St. Louis", times, xy, kind, rows["Neighborhood"].to_numpy(), "2015-01-01", "2017-01-01")


def _records(
    city: str, times: pd.Series, xy_m: np.ndarray, kind: np.ndarray, area: np.ndarray, first: str, end: str
) -> Records:
    start = pd.Timestamp(first)
    kept = ((times >= start) & (times < pd.Timestamp(end))).to_numpy()
    day = (times[kept] - start).dt.days.to_numpy()
    return Records(city, xy_m[kept], day, kind[kept], np.asarray(area)[kept], (pd.Timestamp(end) - start).days)


def square_counts(records: Records, *, side_m: float) -> UnitCounts:
    """Daily counts of the squares in which anything was ever reported."""
    place = np.floor(records.xy_m / side_m).astype(np.int64)
    place -= place.min(axis=0)
    found, unit = np.unique(place[:, 1] * 100_000 + place[:, 0], return_inverse=True)
    row, col = found // 100_000, found % 100_000
    return UnitCounts(_count(records, unit, found.size), np.column_stack([col, row]) * side_m, side_m, row, col)


def area_counts(records: Records) -> UnitCounts:
    """Daily counts of the recorded areas: beats in Chicago, neighbourhoods in St. Louis."""
    found, unit = np.unique(records.area.astype(str), return_inverse=True)
    return UnitCounts(_count(records, unit, found.size), None, None, None, None)


def _count(records: Records, unit: np.ndarray, n_units: int) -> np.ndarray:
    counts = np.zeros((len(OUTCOMES), n_units, records.n_days), dtype=np.uint8)
    np.add.at(counts, (records.outcome, unit, records.day), 1)
    return counts


def forecast(units: UnitCounts, outcome: int, day: int, horizon_days: int) -> np.ndarray:
    """The quick forecast before `day`, which stands for the blend: that would take hours here."""
    return quick_forecast(
        units.counts[outcome, :, :day], horizon_days=horizon_days, row=units.row, col=units.col, side_m=units.side_m
    )
