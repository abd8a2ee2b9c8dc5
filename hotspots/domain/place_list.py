"""A list of places at risk: what is asked, and what each place says."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Literal

from hotspots.domain.incident_filter import HourRange

SAYS_NOT = (
    "This list ranks places by reported incidents that a model expects. It does not establish suspicion of anybody, "
    "says nothing of the people who live, work or pass there, and is no ground for stopping, searching or questioning a person."
)


@dataclass(frozen=True, slots=True, kw_only=True)
class ListRequest:
    """A list to make.

    Attributes
    ----------
    crime_types : names; each has a stored forecast of its own, or one for all of them together.
    unit : ``cell`` or a kind of area.
    share : of the study area that the list may cover, above 0 and at most 1.
    hours, weekdays : a shift; hours past midnight belong to the evening's date. ISO weekdays, Monday is 1.
    model : of the forecasts; the newest of any model unless one is named.
    random_share : of the places of the list, drawn blindly from all others, so that what the list finds can be compared with chance.
    """

    crime_types: tuple[str, ...]
    unit: str = "cell"
    share: float = 0.01
    hours: HourRange | None = None
    weekdays: tuple[int, ...] = ()
    model: str | None = None
    random_share: float = 0.03


@dataclass(frozen=True, slots=True, kw_only=True)
class FactorNear:
    """One risk factor as seen from a place, against the city's median over all units."""

    name: str
    within_150_m: int
    nearest_m: float | None
    city_median_within_150_m: float
    city_median_nearest_m: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class RiskValue:
    """One risk factor that holds at a place: how many times as many incidents the risk terrain gives a cell with it.

    `share` of the place's expected incidents are in cells where it holds: 1 for a cell.
    """

    words: str
    relative_risk_value: float
    share: float


@dataclass(frozen=True, slots=True, kw_only=True)
class RankedPlace:
    """One place of the list. `geometry` is a shapely polygon in the city's CRS, metres; counts of a shift may be fractions of incidents.

    Attributes
    ----------
    count_low, count_high : interval of the count, 90 %.
    chance_on_list : that its lasting rate belongs on a list of this size.
    rank_low, rank_high : range of its rank, 90 %.
    shares : of its expected incidents, by family of evidence; empty where the forecast has none stored.
    risk_values : of the risk terrain, strongest first.
    listed_since, lists_before : the first day of a list that held it, and how many lists did, made before this one.
    """

    rank: int
    chosen_by: Literal["expected incidents", "random"]
    unit_id: int
    code: str
    words: str
    area_name: str | None
    geometry: Any
    longitude: float
    latitude: float
    area_m2: float
    expected: float
    share_of_city: float
    count_last_year: float
    count_low: int
    count_high: int
    chance_on_list: float
    rank_low: int
    rank_high: int
    shares: Mapping[str, float]
    risk_values: tuple[RiskValue, ...]
    listed_since: date | None
    lists_before: int
    factors: tuple[FactorNear, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Exposure:
    """Who lives where the list points: a population group's number inside and in the city, living in its places."""

    group: str
    inside: float
    city: float

    @property
    def share(self) -> float:
        """Part of the group that lives inside."""
        return self.inside / self.city if self.city else 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class PlaceList:
    """The list with everything that must stand beside it."""

    city: str
    invented: bool
    request: ListRequest
    unit_label: str
    places: tuple[RankedPlace, ...]
    model: str
    forecast_from: date
    forecast_until: date
    known_on: date
    review_date: date
    expected_city: float
    expected_share: float
    area_share: float
    n_units: int
    seed: int
    exposure: tuple[Exposure, ...]
    exposure_words: str
    notes: tuple[str, ...]
    attribution: str
    disclaimer: str
    says_not: str = SAYS_NOT
