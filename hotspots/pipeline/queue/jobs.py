"""The kinds of job, their checked arguments, and what doing them means."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, timedelta
from typing import Any

from hotspots.domain.forecasts.backtest import BacktestRequest
from hotspots.domain.forecasts.forecast import ForecastRequest
from hotspots.errors import InputError
from hotspots.pipeline.forecast.backtest import run_backtest
from hotspots.pipeline.forecast.forecast import forecast
from hotspots.store.server.connection import Connection
from hotspots.store.staff.at_risk import read_city
from hotspots.store.staff.forecasts import read_crime_types, read_span

Progress = Callable[[float, str], None]
KINDS = ("forecast", "backtest")
MODELS = ("blend", "mixture", "kde", "long_run_count")
HORIZONS = (7, 14, 28)
MOST_ORIGINS = 24


def checked(kind: str, arguments: Mapping[str, Any], *, known: Mapping[str, str]) -> dict[str, Any]:
    """The arguments of a job as they are kept. They are checked when they are asked, and again by the worker.

    Parameters
    ----------
    known : who mostly brings each crime type to notice, by name.

    Raises
    ------
    InputError
        A kind, crime type, model or number that there is not, or a type that the police bring to notice.
    """
    if kind not in KINDS:
        raise InputError(f"kind: {kind[:20]!r} is not one of {', '.join(KINDS)}.")
    crime_type, model = str(arguments.get("crime_type", "")), str(arguments.get("model", ""))
    if crime_type not in known:
        raise InputError(f"crime type: this city has none of the name {crime_type[:40]!r}.")
    if known[crime_type] == "police":
        raise InputError(
            f"crime type: {crime_type} is mostly found by the police, so its counts follow patrols; hotspots {kind} takes a reason."
        )
    if model not in MODELS:
        raise InputError(f"model: {model[:20]!r} is not one of {', '.join(MODELS)}.")
    horizon = _whole(arguments.get("horizon_days"), "horizon")
    if horizon not in HORIZONS:
        raise InputError(f"horizon: {horizon} days is not one of {', '.join(map(str, HORIZONS))}.")
    kept: dict[str, Any] = {"crime_type": crime_type, "model": model, "horizon_days": horizon}
    if kind == "backtest":
        kept["origins"] = _whole(arguments.get("origins"), "windows")
        if not 2 <= kept["origins"] <= MOST_ORIGINS:
            raise InputError(f"windows: {kept['origins']} is not between 2 and {MOST_ORIGINS}.")
    return kept


def do(connection: Connection, kind: str, arguments: Mapping[str, Any], *, progress: Progress) -> None:
    """Do a job with the worker's key, on data up to the newest incident. Raises as the commands of the same name do."""
    known = {one.name: one.initiated_by for one in read_crime_types(connection)}
    kept = checked(kind, arguments, known=known)
    last_day = read_span(connection).last_day
    if last_day is None:
        raise InputError("No incident is loaded yet: hotspots load.")
    following: date = last_day + timedelta(days=1)
    cell_size_m = read_city(connection).cell_size_m
    if kind == "forecast":
        forecast(
            connection,
            ForecastRequest(
                crime_types=(kept["crime_type"],), as_of=following, horizon_days=kept["horizon_days"], model=kept["model"],
                cell_size_m=cell_size_m,
            ),
            progress=lambda line: progress(0.5, line),
        )  # fmt: skip
        return
    run_backtest(
        connection,
        BacktestRequest(
            crime_types=(kept["crime_type"],), models=(kept["model"],), origins=kept["origins"],
            horizons_days=(kept["horizon_days"],), end=following, cell_size_m=cell_size_m, workers=1,
        ),
        on_fold=lambda _, done, total: progress(done / total, f"{done} of {total} windows"),
    )  # fmt: skip


def _whole(value: Any, name: str) -> int:
    text = str(value)
    if not (text.isascii() and text.isdigit() and len(text) < 4):
        raise InputError(f"{name}: {text[:20]!r} is not a whole number.")
    return int(text)
