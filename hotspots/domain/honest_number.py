"""Numbers that say what they stand on: sums that add up, changes judged by chance, rates with their denominator, what is not known yet."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Literal

from hotspots.domain.period import Period
from hotspots.domain.public_answer import Area, CrimeType
from hotspots.domain.public_counts import AreaCount, WeekCount

ChangeCategory = Literal["within", "higher", "lower"]
NoRate = Literal["place", "no_population", "several_kinds", "no_data"]


@dataclass(frozen=True, slots=True)
class Reconciliation:
    """Where the incidents of a period are counted, in the city (`area` is None) or in one recorded area.

    Attributes
    ----------
    located, no_location, outside : on the map, without location, outside the study area.
    by_area_only : sensitive reports, published as monthly counts: those of `months`. None where a question for crime types or
        the kind of area leaves no such count: sensitive reports have no type, and areas of one kind only.
    months : first days of the whole months of the period whose count is published.
    hidden_months : whole months whose count is too small to publish; their reports are in no number.
    days_left : days of the period in no whole complete month; their sensitive reports are not counted yet.
    """

    area: Area | None
    period: Period
    located: int
    no_location: int
    outside: int
    by_area_only: int | None
    months: tuple[date, ...]
    hidden_months: tuple[date, ...]
    days_left: int

    @property
    def all(self) -> int:
        """All that is counted: the sum of the parts."""
        return self.located + self.no_location + self.outside + (self.by_area_only or 0)

    @property
    def is_whole(self) -> bool:
        """Whether nothing is left out: every day of the period is in a month whose sensitive reports are published."""
        return self.by_area_only is not None and not self.hidden_months and self.days_left == 0


@dataclass(frozen=True, slots=True)
class Change:
    """A count beside that of the same days last year.

    Attributes
    ----------
    expected : the past count at the length of the present period and, where a place holds only reports with a location, at the
        present share of those.
    z : how far the two are apart, in standard deviations of the place's own weeks.
    category : "within" what is normal here, "higher" or "lower" than chance explains (|z| > 3).
    ratio, ratio_interval : now over expected, with its interval, as sure as the category (99.7 %); None where nothing was expected.
    located_shares : shares of the city's reports with a location then and now, where the place holds no others; else None.
    """

    period: Period
    past_period: Period
    now: int
    past: int
    expected: float
    z: float
    category: ChangeCategory
    ratio: float | None = None
    ratio_interval: tuple[float | None, float | None] = (None, None)
    located_shares: tuple[float, float] | None = None


@dataclass(frozen=True, slots=True)
class TypeChange:
    """A crime type against last year.

    `incidents` of the period asked for are None where nothing is known of its days, a change where whole data do not reach so far.
    """

    name: str
    label: str
    group: str
    incidents: int | None
    recent: Change | None
    to_date: Change | None


@dataclass(frozen=True, slots=True)
class AreaChange:
    """An area against the same days last year."""

    area: Area
    change: Change


@dataclass(frozen=True, slots=True)
class PlaceStanding:
    """Where a place stands among places like it.

    Attributes
    ----------
    of : "circles" of the same radius round points spread over the city, or "areas" of the same kind.
    per : what areas are divided by, "residents" or "km2"; None for circles, which are counts.
    number, others : of this place and of each other one: incidents, or incidents per unit of `per`.
    middle : of the others.
    ratio : number over middle; None where the middle is 0.
    share_below : share of the others that have less, 0 to 1.
    category : of an area, whether it is higher or lower than chance and the spread of such areas explain; None for circles.
    """

    of: Literal["circles", "areas"]
    per: Literal["residents", "km2"] | None
    number: float
    others: tuple[float, ...]
    middle: float
    ratio: float | None
    share_below: float
    category: ChangeCategory | None


@dataclass(frozen=True, slots=True)
class UsualWeek:
    """A week beside what was to be expected of it from the weeks before.

    Attributes
    ----------
    expected : by the place's level and the city's season.
    lowest, highest : the ends of the usual band, both inside: about 98 of 100 ordinary weeks lie there.
    overdispersion : variance over mean of the place's weeks.
    """

    week: WeekCount
    expected: float
    lowest: int
    highest: int
    overdispersion: float
    category: ChangeCategory

    @property
    def incidents(self) -> int:
        """Incidents of the week; only one that the data hold whole is judged."""
        if self.week.incidents is None:
            raise ValueError(f"nothing is known of the week from {self.week.first_day}")
        return self.week.incidents


@dataclass(frozen=True, slots=True)
class Rate:
    """A count over what it can fairly be divided by.

    Attributes
    ----------
    incidents : located or recorded in the place; what is outside the study area is not among them.
    residents, residents_year, residents_source, per_1000 : of the census, None where `no_rate` says why.
    days : of the period, those that there are data for; incidents of other days are in no rate.
    no_rate : "no_data" (for no day of the period), "place" (a circle, an outline or places have no census), "no_population" (nor has
        this kind of area), "several_kinds" (areas of several kinds together).
    km2, per_km2 : ground inside the city's areas; None where the question has several kinds of area or nearness to places.
    """

    incidents: int
    residents: int | None
    residents_year: int | None
    residents_source: str | None
    per_1000: float | None
    no_rate: NoRate | None
    km2: float | None
    per_km2: float | None
    days: int = 0


@dataclass(frozen=True, slots=True)
class DayCompleteness:
    """The share of a day's incidents that is known by now; None where too few deliveries tell."""

    day: date
    share: float | None


@dataclass(frozen=True, slots=True)
class Freshness:
    """How late the feed is and how complete the newest days are.

    Attributes
    ----------
    known_on : day of the newest delivery.
    days_since : days from it to today.
    usual_interval_days : median days between deliveries; None: fewer than five are known.
    is_stale : more than twice the usual interval has passed; None where that is not known.
    newest_days : the last 14 public days, oldest first.
    newest_incident : the newest public day on which anything happened; None where nothing is published.
    today : the day of the question.
    """

    known_on: date
    days_since: int
    usual_interval_days: float | None
    is_stale: bool | None
    newest_days: tuple[DayCompleteness, ...]
    newest_incident: date | None = None
    today: date | None = None

    @property
    def days_since_incident(self) -> int | None:
        """Days from the newest incident to today; None where there is none."""
        return (self.today - self.newest_incident).days if self.today and self.newest_incident else None


@dataclass(frozen=True, slots=True)
class KnownCounts:
    """Whole months as known on the day of a delivery and as known now, of today's public incidents only."""

    known_on: date
    months: tuple[date, ...]
    then: int
    now: int
    by_area: tuple[tuple[Area, int, int], ...]
    by_type: tuple[tuple[CrimeType, int, int], ...]


@dataclass(frozen=True, slots=True)
class AreaAverage:
    """The areas of one kind, beside which a place can be seen: their counts per area, per 1,000 residents and per km².

    What is outside the study area is in none of them.
    """

    kind: str
    label: str
    areas: int
    mean: float
    median: float
    per_1000: float | None
    per_km2: float | None


@dataclass(frozen=True, slots=True)
class FunnelArea:
    """One area of a funnel plot.

    Attributes
    ----------
    incidents, outside : located or recorded in the area; recorded in it, but outside the study area and so in no rate.
    exposure : residents, or km² where the kind has no population.
    expected : incidents at the rate of all areas together.
    limits : counts at 2 and 3 standard deviations of chance below and above: (-3, -2, 2, 3).
    wide_limits : the same, widened by how much these areas differ anyway.
    category : by the wide limits at 3.
    """

    area: Area
    incidents: int
    outside: int
    exposure: float
    expected: float
    limits: tuple[float, float, float, float]
    wide_limits: tuple[float, float, float, float]
    category: ChangeCategory


@dataclass(frozen=True, slots=True)
class Funnel:
    """Areas of one kind against what their residents (or ground) would let expect.

    Attributes
    ----------
    per : "residents" or "km2".
    overdispersion : how many times the variance of chance these areas vary; 1 where chance alone explains it.
    left_out : areas without residents on record.
    not_whole : areas of which nothing is known on some of the days; they are not compared.
    """

    kind: str
    per: Literal["residents", "km2"]
    rate: float
    overdispersion: float
    areas: tuple[FunnelArea, ...]
    left_out: tuple[Area, ...]
    not_whole: tuple[AreaCount, ...] = ()


@dataclass(frozen=True, slots=True)
class RecordMonth:
    """Records beside the incidents, such as calls for service, of one whole month in the city (`area` is None) or in one area.

    Attributes
    ----------
    from_public, from_police, not_known : begun by citizens, by officers, not known by whom; None: too few to publish. No sum is made.
    """

    kind: str
    label: str
    month: date
    area: Area | None
    from_public: int | None
    from_police: int | None
    not_known: int | None
