"""The city as published: its words, its vintages, and everything that a filter can name."""

from __future__ import annotations

import re
from datetime import date, timedelta

from hotspots.domain.filters.fields import FIELDS, asked
from hotspots.domain.forecasts.backtest import read_summary
from hotspots.domain.forecasts.published import PublicForecast
from hotspots.domain.forecasts.settings import ForecastSettings
from hotspots.domain.incident_filter import FilterError, IncidentFilter
from hotspots.domain.language import DEFAULT
from hotspots.domain.period import Period
from hotspots.domain.places.street_name import name_key
from hotspots.domain.public_answer import (
    Area,
    AreaFrame,
    AreaKind,
    Choices,
    City,
    CrimeType,
    FeedHealth,
    PlaceKind,
    Vintage,
)
from hotspots.errors import NotFoundError
from hotspots.store.sql.compose import Connection
from hotspots.store.sql.files import load_queries

DAYS_A_MONTH = 30.44
NOT_PUBLISHED = "Nothing has been published yet: run `hotspots publish`."


def read_city(connection: Connection, *, language: str = DEFAULT.code) -> City:
    """The city, in a language where it has the words. Raises NotFoundError before the first publication."""
    row = load_queries("public/city").read_city(connection, language=language)
    if row is None:
        raise NotFoundError(NOT_PUBLISHED)
    return City(*row)


def find_vintage(connection: Connection) -> Vintage | None:
    """The newest publication, None before the first."""
    row = load_queries("public/city").read_vintage(connection)
    if row is None:
        return None
    *known, gaps, area_gaps = row
    return Vintage(
        *known,
        gaps=tuple(Period(gap.lower, gap.upper) for gap in gaps),
        area_gaps={
            int(area_id): tuple(Period(date.fromisoformat(first), date.fromisoformat(end)) for first, end in stretches)
            for area_id, stretches in area_gaps.items()
        },
    )


def read_vintage(connection: Connection) -> Vintage:
    """The newest publication. Raises NotFoundError before the first."""
    vintage = find_vintage(connection)
    if vintage is None:
        raise NotFoundError(NOT_PUBLISHED)
    return vintage


def read_vintage_id(connection: Connection) -> int | None:
    """Number of the newest publication, None before the first."""
    return load_queries("public/city").read_vintage_id(connection)


def newest_incident(connection: Connection) -> date | None:
    """The newest public day on which anything happened; None where nothing is published."""
    return load_queries("public/city").newest_incident(connection)


def read_feeds(connection: Connection) -> tuple[FeedHealth, ...]:
    """When each live feed last answered; empty where the city has none."""
    return tuple(FeedHealth(*row) for row in load_queries("public/city").read_feeds(connection))


def read_choices(connection: Connection, *, language: str = DEFAULT.code) -> Choices:
    """Everything that a filter can name, each list in the order it is shown in; in a language, where the city has the words."""
    queries = load_queries("public/city")
    areas = sorted((Area(*row) for row in queries.read_areas(connection, language=language)), key=_natural_order)
    crime_types = [CrimeType(*row) for row in queries.read_crime_types(connection, language=language)]
    place_kinds = [PlaceKind(*row) for row in queries.read_place_kinds(connection, language=language)]
    words = list(queries.read_location_types(connection, language=language))
    location_types = [(name, shown) for name, shown, _, _ in words]
    return Choices(
        crime_types=tuple(sorted(crime_types, key=lambda one: (name_key(one.label), one.name))),
        groups=tuple(
            sorted({crime_type.group for crime_type in crime_types}, key=lambda group: (group == "other", group))
        ),
        area_kinds=tuple(
            AreaKind(kind, label, tuple(area for area in areas if area.kind == kind))
            for kind, label in queries.read_area_kinds(connection, language=language)
        ),
        place_kinds=tuple(sorted(place_kinds, key=lambda one: (name_key(one.label), one.kind))),
        location_types=dict(sorted(location_types, key=lambda one: (name_key(one[1]), one[0]))),
        areas={area.area_id: area for area in areas},
        arrest=queries.has_arrest(connection),
        by_month=queries.is_by_month(connection),
        location_groups={name: dict(zip(members, shown, strict=True)) for name, _, members, shown in words if members},
        month_kinds=frozenset(kind for (kind,) in queries.read_kinds_by_month_only(connection)),
        street_kinds=tuple(kind for (kind,) in queries.read_street_kinds(connection)),
    )


def read_forecasts(connection: Connection) -> tuple[PublicForecast, ...]:
    """Published forecasts, newest first."""
    rows = load_queries("public/city").read_forecasts(connection)
    return tuple(
        PublicForecast(
            forecast_id=row[0],
            crime_types=tuple(row[1]),
            model=row[2],
            model_version=row[3],
            settings=ForecastSettings.from_json(row[4]),
            trained_from=row[5],
            trained_to=row[6],
            horizon_days=row[7],
            vintage_id=row[8],
            words=row[9],
            backtest=None if row[10] is None else read_summary(row[10]),
        )
        for row in rows
    )


def default_period(city: City, vintage: Vintage) -> Period:
    """The days that the public map shows unless asked otherwise."""
    if vintage.newest_day is None:
        raise NotFoundError("The publication holds no incident: load a delivery and run `hotspots publish`.")
    if city.by_month:
        first = vintage.newest_day
        for _ in range(max(1, round(city.map_days / DAYS_A_MONTH)) - 1):
            first = first.replace(day=1) - timedelta(days=1)
        return Period.from_days(first, vintage.newest_day).whole_months()
    return Period.last_days(vintage.newest_day, city.map_days)


def read_area_frames(connection: Connection, *, kind: str) -> dict[int, AreaFrame]:
    """Where the name of each area of a kind stands, and its box."""
    rows = load_queries("public/city").read_area_frames(connection, kind=kind)
    return {
        area_id: AreaFrame((lon, lat), (west, south, east, north))
        for area_id, lon, lat, west, south, east, north in rows
    }


def check_filter(connection: Connection, question: IncidentFilter, *, choices: Choices) -> None:
    """Hold a filter against the city.

    Raises
    ------
    FilterError
        It names a value, area, place kind or gazetteer entry that is not there.
    """
    for field, value in asked(question, FIELDS):
        field.check(value, choices)
    around = question.around
    if around and not load_queries("public/city").has_gazetteer_entry(connection, gazetteer_id=around.gazetteer_id):
        raise FilterError("at", f"{around.gazetteer_id} is not in the gazetteer; search for the address anew")


def _natural_order(area: Area) -> list[tuple[int, int, str]]:
    """Names as people sort them: 2 before 11, words by letter."""
    shown = area.name or area.code
    return [
        (0, int(part), "") if part.isascii() and part.isdigit() else (1, 0, part.lower())
        for part in re.findall(r"[0-9]+|[^0-9]+", shown)
    ]
