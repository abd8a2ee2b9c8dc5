"""A list of places at risk: what is asked, and what each place says."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Literal

from hotspots.domain.incident_filter import HourRange
from hotspots.domain.language import DEFAULT
from hotspots.domain.phrase import phrase

SAYS_NOT = phrase(
    "This list ranks places by reported incidents that a model expects. It does not establish suspicion of anybody, "
    "says nothing of the people who live, work or pass there, and is no ground for stopping, searching or questioning a person."
)


BOX, CELL = "box", "cell"
RankKey = Literal["density", "expected", "harm"]
RANK_WORDS: Mapping[RankKey, str] = {
    "density": phrase("expected per km²"),
    "expected": phrase("expected"),
    "harm": phrase("expected harm per km²"),
}
USUAL_PLACES = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class ListRequest:
    """A list to make.

    Attributes
    ----------
    crime_types : names; each has a stored forecast of its own, or one for all of them together.
    unit : ``box`` (250 m, neighbours merged), ``cell`` or a kind of area.
    places : how many places; 20 where neither this nor `share` is given.
    share : of the study area (or of the area that `within` names) that the list may cover, above 0 and at most 1.
    rank_by : ``density`` (expected incidents a square kilometre), ``expected``, or ``harm`` (the same density, each incident with the
        weight that the city file gives its type).
    within : kind and code of one area, such as ``district:18``.
    hours, weekdays : a shift; hours past midnight belong to the evening's date. ISO weekdays, Monday is 1.
    model : of the forecasts; the one that is served unless another is named.
    as_of : a past day: the list as it would have stood then. None is today.
    issue : whether the list is put to use; else it is a try, which leaves no trace on later lists.
    random_share : of the places of the list, drawn blindly from all others, so that what the list finds can be compared with chance.
    person, purpose : who makes it and what for; None where not said.
    language : code of the language of the list's texts.
    """

    crime_types: tuple[str, ...]
    unit: str = BOX
    places: int | None = None
    share: float | None = None
    rank_by: RankKey = "density"
    within: str | None = None
    hours: HourRange | None = None
    weekdays: tuple[int, ...] = ()
    model: str | None = None
    as_of: date | None = None
    issue: bool = False
    random_share: float = 0.03
    person: str | None = None
    purpose: str | None = None
    language: str = DEFAULT.code


@dataclass(frozen=True, slots=True, kw_only=True)
class Harm:
    """The weights of a list that ranks by harm: what they count, whose they are, and one an incident, by label of its type."""

    unit: str
    source: str
    weights: Mapping[str, float]


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """The result of lists like this one in the city's backtest: the share of incidents, its 95 % interval, and how much it rests on.

    `claimed` is the share that the model expected of those lists on average. `held` is how many incidents came for each one expected, with
    its interval; None where it was not measured.
    """

    units: int
    found: float
    low: float
    high: float
    claimed: float
    windows: int
    incidents: float
    held: tuple[float, float, float] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class FactorNear:
    """One risk factor as seen from a place, against the city's median over all units.

    `absent_share` is the part of the comparable places that have none within 150 m.
    """

    name: str
    within_150_m: int
    nearest_m: float | None
    city_median_within_150_m: float
    city_median_nearest_m: float | None
    absent_share: float


@dataclass(frozen=True, slots=True, kw_only=True)
class RiskValue:
    """One risk factor that holds at a place: how many times as many incidents the risk terrain gives a cell with it.

    `share` of the place's expected incidents are in cells where it holds: 1 for a cell. `absent_share` of the comparable places lack it.
    """

    words: str
    relative_risk_value: float
    share: float
    absent_share: float

    @property
    def discriminates(self) -> bool:
        """Whether it tells this place from comparable ones: a factor that most of them have is no reason."""
        return self.absent_share >= 0.5


@dataclass(frozen=True, slots=True, kw_only=True)
class RankedPlace:
    """One place of the list. `geometry` is a shapely polygon in the city's CRS, metres; counts of a shift may be fractions of incidents.

    Attributes
    ----------
    letter : places with one letter cannot be told apart by rank; None where each rank stands alone, or for a place drawn blindly.
    boxes : how many boxes of 250 m it is made of; 1 for a cell or an area.
    typical_count : of the last year, the median of comparable places, as many boxes large as this one.
    others : share of its expected incidents that other offences bring, by label, largest first.
    usual_others : the same at a comparable place, the median.
    count_low, count_high : interval of the count, 90 %.
    harm : expected incidents, each with its weight; the expected incidents themselves where the list has no weights.
    chance_on_list : that its lasting rate belongs on a list of this size.
    rank_low, rank_high : range of its rank, 90 %.
    shares : of its expected incidents, by family of evidence; empty where the forecast has none stored.
    risk_values : of the risk terrain, strongest first.
    listed_since, lists_before : the first day of a list that held it, and how many lists did, made before this one.
    """

    rank: int
    letter: str | None
    boxes: int
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
    harm: float
    share_of_city: float
    count_last_year: float
    typical_count: float
    others: Mapping[str, float]
    usual_others: Mapping[str, float]
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
    """The list with everything that must stand beside it.

    Attributes
    ----------
    type_labels : of the crime types, as the city says them.
    within_label : the one area that it was made for; None is the whole city.
    chosen_units : cells, boxes or areas on it by rank, before neighbours were merged and without those drawn blindly.
    past : the day as of which it was made, where that is not today.
    evidence : what lists like this found; None with `evidence_words` saying why.
    harm_share : of the harm that is expected in the city, on the places of the list; None where the list does not rank by harm.
    """

    city: str
    invented: bool
    request: ListRequest
    type_labels: tuple[str, ...]
    unit_label: str
    within_label: str | None
    places: tuple[RankedPlace, ...]
    model: str
    forecast_from: date
    forecast_until: date
    known_on: date
    review_date: date
    past: date | None
    made_on: date
    expected_city: float
    expected_share: float
    area_share: float
    n_units: int
    chosen_units: int
    seed: int
    evidence: Evidence | None
    evidence_words: str
    exposure: tuple[Exposure, ...]
    exposure_words: str
    notes: tuple[str, ...]
    attribution: str
    disclaimer: str
    harm: Harm | None = None
    harm_share: float | None = None
    says_not: str = SAYS_NOT
