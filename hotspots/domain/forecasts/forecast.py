"""The request for a forecast, and a stored forecast."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

from hotspots.domain.forecasts.settings import ForecastSettings

Basis = Literal["true points", "anchors"]
"""True points are for staff; anchors are what is public already, so a forecast from them can give nothing away."""


SMALLEST_PUBLIC_CELL_M = 500.0
LONGEST_HORIZON_DAYS = 366


@dataclass(frozen=True, slots=True, kw_only=True)
class ForecastRequest:
    """A forecast to make.

    Attributes
    ----------
    crime_types : names; several are forecast as one.
    as_of : the first day that is forecast. Nothing that happened on it or later is seen.
    horizon_days : length of the forecast period.
    model : a name of the registry of models; None serves what the city's own backtest supports.
    cell_size_m : side of a cell for staff, metres.
    public_cell_size_m : side of a cell for the public, metres; 500 at least.
    police_initiated_reason : why a type that the police initiate is forecast all the same; stored and shown.
    """

    crime_types: tuple[str, ...]
    as_of: date
    horizon_days: int
    model: str | None
    cell_size_m: float
    public_cell_size_m: float = SMALLEST_PUBLIC_CELL_M
    police_initiated_reason: str | None = None

    @property
    def until(self) -> date:
        """The day after the last forecast day."""
        return self.as_of + timedelta(days=self.horizon_days)


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredForecast:
    """A forecast as stored, without its cells."""

    forecast_id: int
    grid_id: int
    basis: Basis
    crime_types: tuple[str, ...]
    model: str
    model_version: str
    settings: ForecastSettings
    trained_from: date
    trained_to: date
    horizon_days: int
    known_on: date
    police_initiated_reason: str | None = None

    @property
    def until(self) -> date:
        """The day after the last forecast day."""
        return self.trained_to + timedelta(days=self.horizon_days)

    @property
    def review_date(self) -> date:
        """When the forecast has run out and a list made from it must be looked at anew."""
        return self.until
