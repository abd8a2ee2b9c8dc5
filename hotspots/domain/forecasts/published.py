"""A forecast as the public sees it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from hotspots.domain.forecasts.backtest import BacktestSummary
from hotspots.domain.forecasts.settings import ForecastSettings


@dataclass(frozen=True, slots=True)
class PublicForecast:
    """A published forecast, on the public basis; `words` say what it says and does not say, `backtest` what backs its model."""

    forecast_id: int
    crime_types: tuple[str, ...]
    model: str
    model_version: str
    settings: ForecastSettings
    trained_from: date
    trained_to: date
    horizon_days: int
    vintage_id: int
    words: str
    backtest: BacktestSummary | None
