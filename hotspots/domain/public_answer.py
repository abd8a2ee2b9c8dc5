"""The answers that the public tables give: what the map, the charts, the table, the API and the shell show."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from itertools import pairwise
from typing import Literal
from uuid import UUID

from hotspots.domain.period import Period

AnchorStatus = Literal["located", "no_location", "outside"]


@dataclass(frozen=True, slots=True)
class City:
    """The city that this deployment serves. The box is longitude and latitude in degrees.

    Attributes
    ----------
    licence, licence_url : terms of the agency's data and where they stand; None where the city file names none.
    by_month : the records tell months only: periods are whole months, and there are no days, weeks, weekdays or hours.
    disclaimer_lang : language of the disclaimer, where it is another one than was asked for.
    distances, clock : units that the city file names, "metres" or "miles" and 12 or 24; None: those of the time zone's country.
    """

    name: str
    service: str
    timezone: str
    srid: int
    invented: bool
    attribution: str
    disclaimer: str
    map_days: int
    west: float
    south: float
    east: float
    north: float
    licence: str | None = None
    licence_url: str | None = None
    disclaimer_lang: str | None = None
    by_month: bool = False
    distances: str | None = None
    clock: int | None = None

    @property
    def source(self) -> str:
        """Whose data they are, with their licence in brackets where there is one."""
        return f"{self.attribution} ({self.licence})" if self.licence else self.attribution


@dataclass(frozen=True, slots=True)
class Coverage:
    """The days of a period for which there are data; on the others nothing is known, which is not the same as no incidents.

    Attributes
    ----------
    first_day, last_day : both inside; None where no day of the period has data.
    days, of_days : how many days there are data for, and how many the period has.
    gaps : between first and last day, stretches without data: nothing was delivered, or hardly anything; oldest first.
    """

    first_day: date | None
    last_day: date | None
    days: int
    of_days: int
    gaps: tuple[Period, ...] = ()

    @property
    def is_whole(self) -> bool:
        """Whether there are data for every day."""
        return self.days == self.of_days

    @property
    def period(self) -> Period | None:
        """From the first to the last covered day, gaps among them; None where there are none."""
        return Period.from_days(self.first_day, self.last_day) if self.first_day and self.last_day else None

    @property
    def stretches(self) -> tuple[Period, ...]:
        """The covered days as runs without a gap, oldest first."""
        return self.period.without(self.gaps) if self.period else ()


def coverage_of(period: Period, *, first: date | None, last: date | None, gaps: Sequence[Period]) -> Coverage:
    """Which days of a period lie between the first and the last day of data, both inside, and in no gap."""
    if first is None or last is None or period.last_day < first or period.start > last:
        return Coverage(None, None, 0, period.n_days)
    held = Period.from_days(max(first, period.start), min(last, period.last_day)).without(gaps)
    if not held:
        return Coverage(None, None, 0, period.n_days)
    between = tuple(Period(before.end, after.start) for before, after in pairwise(held))
    return Coverage(held[0].start, held[-1].last_day, sum(one.n_days for one in held), period.n_days, between)


@dataclass(frozen=True, slots=True)
class Vintage:
    """One publication.

    Attributes
    ----------
    known_on : day of the newest delivery inside.
    first_day, newest_day : oldest and newest public day.
    data_from : first day of whole data; what is older was reported years late. None where it is not known.
    delivery_interval_days : usual days between deliveries, None where too few are known.
    withheld : reports that are in no row and no number, because nobody has decided about their kind of offence or the city withholds
        it; rounded down to fives, or what the city says. None in publications from before this was counted.
    gaps : stretches inside the data of which nothing is known, oldest first; strays in them count, but tell nothing of the days.
    area_gaps : by number of an area, stretches of which nothing is known of it alone.
    """

    vintage_id: int
    published_at: datetime
    known_on: date
    first_day: date | None
    newest_day: date | None
    incidents: int
    labels_version: int
    data_from: date | None = None
    delivery_interval_days: float | None = None
    withheld: int | None = None
    gaps: tuple[Period, ...] = ()
    area_gaps: Mapping[int, tuple[Period, ...]] = field(default_factory=dict)

    def coverage(self, period: Period, areas: Iterable[int] = ()) -> Coverage:
        """Which days of a period there are data for: from the first whole month to the newest public day, without the gaps.

        Parameters
        ----------
        areas : numbers of the areas that are asked for; a day is covered where something is known of each of them.
        """
        alone = [gap for area_id in areas for gap in self.area_gaps.get(area_id, ())]
        return coverage_of(
            period, first=self.data_from or self.first_day, last=self.newest_day, gaps=sorted([*self.gaps, *alone])
        )


@dataclass(frozen=True, slots=True)
class FeedHealth:
    """When a live feed last answered.

    Attributes
    ----------
    last_success : None where it never did.
    failing_since : None where its newest run went well.
    """

    feed: str
    last_success: datetime | None
    failing_since: datetime | None


@dataclass(frozen=True, slots=True)
class CrimeType:
    """A crime type that may be shown as rows; `group` is its colour and shape on the map.

    `hidden`: about how many of its reports are no rows, in the whole months of all data; None where none is.
    """

    crime_type_id: int
    name: str
    label: str
    group: str
    initiated_by: str
    hidden: int | None = None


@dataclass(frozen=True, slots=True)
class Area:
    """A published area. `residents` are of the census year, or None where none is known; not `is_current`: a boundary of the past."""

    area_id: int
    kind: str
    code: str
    name: str
    residents: int | None
    residents_year: int | None
    residents_source: str | None = None
    km2: float = 0.0
    is_current: bool = True


@dataclass(frozen=True, slots=True)
class AreaFrame:
    """A point inside an area and its box (west, south, east, north), in degrees."""

    at: tuple[float, float]
    box: tuple[float, float, float, float]


@dataclass(frozen=True, slots=True)
class AreaKind:
    """A kind of area with its areas, in natural order of their codes or names."""

    kind: str
    label: str
    areas: tuple[Area, ...]


@dataclass(frozen=True, slots=True)
class PlaceKind:
    """A kind of place, and how many there are."""

    kind: str
    label: str
    places: int


@dataclass(frozen=True, slots=True)
class Choices:
    """Everything that a filter can name, in the order and the language in which it is shown.

    Attributes
    ----------
    location_types : by name, as it is recorded, what is shown.
    location_groups : by the name of a group among them, the recorded words that it stands for, each with what is shown.
    arrest : whether a filter can ask for arrests.
    by_month : the records tell months only, so that no filter can ask for hours or weekdays.
    month_kinds : kinds of area that count sensitive reports only; no filter can name one of their areas.
    street_kinds : what a search finds on streets, of `address`, `block` and `intersection`.
    """

    crime_types: tuple[CrimeType, ...]
    groups: tuple[str, ...]
    area_kinds: tuple[AreaKind, ...]
    place_kinds: tuple[PlaceKind, ...]
    location_types: Mapping[str, str]
    areas: Mapping[int, Area] = field(repr=False)
    arrest: bool = False
    street_kinds: tuple[str, ...] = ()
    month_kinds: frozenset[str] = frozenset()
    by_month: bool = False
    location_groups: Mapping[str, Mapping[str, str]] = field(default_factory=dict)

    @property
    def labels(self) -> dict[str, str]:
        """The words of each crime type, by name."""
        return {crime_type.name: crime_type.label for crime_type in self.crime_types}


@dataclass(frozen=True, slots=True)
class IncidentRow:
    """One reported incident as the public sees it.

    Attributes
    ----------
    public_id : random, stable, never the agency's.
    day, hour : local wall clock as reported; no hour where it is not known.
    crime_type, group : label of the type, and its group.
    anchor_id, anchor, status : the public point that stands for its surroundings, its words, and whether it has a location.
    areas : label by kind of area, e.g. ``{"beat": "1834"}``.
    lon, lat : of the anchor in degrees, None where it has no location.
    """

    public_id: UUID
    day: date
    hour: int | None
    crime_type: str
    group: str
    location_type: str | None
    arrest: bool | None
    anchor_id: int
    anchor: str
    status: AnchorStatus
    areas: Mapping[str, str]
    lon: float | None
    lat: float | None


@dataclass(frozen=True, slots=True)
class Anchor:
    """A public point. `addresses` is how many addresses it stands for, where known."""

    anchor_id: int
    kind: Literal["block", "addresses", "lattice", "area"]
    status: AnchorStatus
    name: str
    addresses: int | None
    areas: Mapping[str, str]
    lon: float | None
    lat: float | None
