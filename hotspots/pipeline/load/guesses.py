"""Guess what would have been right, by trying other readings on the values that could not be read."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np

from hotspots.sources.drafting.calendars import calendar_of, year_of
from hotspots.sources.drafting.written_times import CLOCKS, formats_of
from hotspots.sources.points import coordinates, project, read_points
from hotspots.sources.time_values import Time
from hotspots.sources.times import HOUR, MONTHS, UNREAD, joined, read_times

if TYPE_CHECKING:
    import pyarrow as pa

    from hotspots.sources.city_file import CityFile
    from hotspots.sources.city_values import Location

NEARLY_ALL = 0.9
SAMPLES = 200  # values that a guess is tried on
SHOWN = 5
LONGEST = 80  # letters of a value that is looked at or shown
SHORT_CLOCKS = tuple(
    clock for clock in CLOCKS if clock != "%H%M%S"
)  # which would read any number as seconds after midnight
ALONE: dict[str, Any] = {"unknown_hours": [], "clock": None, "clock_format": None, "day_zone": None}
EXCEL_DAY = re.compile(r"[2-6]\d{4}(\.\d+)?")  # from 1954 to 2091
# Month first; each is tried with the day first too.
USUAL_FORMATS = (
    "%Y-%m-%d %H:%M:%S", "%Y-%m-%d", "%m/%d/%Y %I:%M:%S %p", "%m/%d/%Y %I:%M %p", "%m/%d/%Y %H:%M", "%m/%d/%Y",
    "%d.%m.%Y %H:%M", "%Y-%m", "%s",
)  # fmt: skip


def guess_time(time: Time, words: list[str], rows: pa.Table, timezone: str) -> list[str]:
    """Formats that would read what the given ones do not."""
    import pyarrow as pa

    def reads(formats: list[str], of: list[str], *, whole: bool = False) -> bool:
        column = pa.table({"word": pa.array(of, pa.string())})
        tried = time.model_copy(update={"column": ["word"], "format": formats, **ALONE})
        found = read_times(tried, column, timezone=timezone)
        return bool((found.precision != UNREAD).all()) and not (whole and found.clock_unread.any())

    given = [word for word in words if word]
    every = [word for word in joined(rows, time.column or []).unique().to_pylist() if word][: SAMPLES * 10]
    exchange = str.maketrans("md", "dm")
    exchanged = [
        format_.translate(exchange) if {"%m", "%d"} <= set(re.findall("%[md]", format_)) else ""
        for format_ in time.format or []
    ]
    swapped = [format_ for format_ in exchanged if format_]
    if swapped and reads(swapped, every):
        return [f'does the day stand before the month, or after it? format = "{swapped[0]}" reads them all']
    if all(EXCEL_DAY.fullmatch(word) for word in given):
        return ['are they days since 1900, as a workbook counts them? format = "%E" would read them']
    if (other_years := _other_years(given)) is not None:
        return [other_years]
    prefers_day = any(re.search("%d.*%m", format_) for format_ in time.format or [])
    # A format that reads only the day of a time is the second choice.
    usual = dict.fromkeys([*USUAL_FORMATS, *formats_of(given[:SAMPLES])])
    for format_, whole in [(format_, whole) for whole in (True, False) for format_ in usual]:
        twin = format_.translate(exchange) if "%m/%d" in format_ else format_
        tried = [one for one in dict.fromkeys([format_, twin]) if one not in (time.format or [])]
        fits = [one for one in tried if reads([one], given, whole=whole)]
        if len(fits) > 1:
            first, second = reversed(fits) if prefers_day else fits
            return [
                f'format = "{first}" would read them, and so would "{second}": no day is over 12, ask which comes first'
            ]
        if fits:
            return [f'format = "{fits[0]}" would read them']
    if any(name.casefold() not in MONTHS for word in given[:SHOWN] for name in re.findall(r"[^\W\d_]{3,}", word)):
        return [
            "are they names of months? those of English and Spanish are read (%b, %B); have others written as numbers"
        ]
    return []


def guess_clock(time: Time, words: list[str], timezone: str) -> list[str]:
    """Formats that would read the hour of words whose day alone is read."""
    import pyarrow as pa

    column = pa.table({"word": pa.array(words, pa.string())})
    if time.clock is not None:
        clocks = pa.table({"day": pa.array(["2026-01-02"] * len(words)), "word": pa.array(words, pa.string())})
        for clock in SHORT_CLOCKS:
            tried = Time.model_validate({"column": "day", "format": "%Y-%m-%d", "clock": "word", "clock_format": clock})
            if (read_times(tried, clocks, timezone=timezone).precision >= HOUR).all():
                return [f'clock_format = "{clock}" would read them']
        return []
    for format_ in time.format or []:
        day = format_[: found.start()].rstrip(" T") if (found := re.search("%[HIMSp]", format_)) else format_
        for clock in SHORT_CLOCKS:
            tried = time.model_copy(update={"column": ["word"], "format": [f"{day} {clock}"], **ALONE})
            read = read_times(tried, column, timezone=timezone)
            if (read.precision >= HOUR).all():
                return [f'format = "{day} {clock}" would read them']
    return []


def _other_years(words: list[str]) -> str | None:
    """Say which calendar the years of all words are of, where it is not the common one."""
    years = [year_of(word) for word in words]
    if any(year is None for year in years):
        return None
    found = calendar_of([year for year in years if year is not None])
    return None if found is None else found.words


def guess_location(city: CityFile, bad: pa.Table) -> list[str]:
    """The readings that would put points from elsewhere into this part of the world."""
    location = city.incidents.location
    if location is None or not bad.num_rows:
        return []
    words = [word for record in bad.to_pylist() for word in record.values()]
    first = words[0]

    def places(changed: Mapping[str, Any]) -> bool:
        tried = read_points(location.model_copy(update=dict(changed)), bad, city_crs=city.city.crs)
        return bool((~np.isnan(tried.xy_m[:, 0])).mean() >= NEARLY_ALL)

    if location.decimal == "." and any("," in word for word in words):
        if places({"decimal": ",", "thousands": None}) or places({"decimal": ",", "thousands": "."}):
            return [f'{first[:LONGEST]!r}: a decimal comma? give location = {{ …, decimal = "," }}']
        if places({"thousands": ","}):
            return [f'{first[:LONGEST]!r}: commas between thousands? give location = {{ …, thousands = "," }}']
    swapped: dict[str, Any] = {"x": location.y, "y": location.x}
    if location.lat_lon or location.lon_lat:
        swapped = {"lat_lon": location.lon_lat, "lon_lat": location.lat_lon}
    if location.wkt is None and places(swapped):
        return [
            "are the axes swapped? exchange x and y"
            if location.x
            else "are the axes swapped? lat_lon has the latitude first, lon_lat the longitude"
        ]
    if location.wkt is not None and places({"wkt": None, "lat_lon": location.wkt}):
        return [f'are the axes swapped? location = {{ lat_lon = "{location.wkt}" }} reads the latitude first']
    if is_in_degrees(location.crs) and (missing := _missing_sign(location, bad, city.city.crs)):
        return [missing]
    if not is_in_degrees(location.crs) and places({"crs": "EPSG:4326"}):
        return ['the numbers are degrees: give location = { …, crs = "EPSG:4326" }']
    if places({"crs": city.city.crs}) and not all(_is_small(word) for word in words):
        return [f'the numbers are metres of the city\'s own system: give location = {{ …, crs = "{city.city.crs}" }}']
    return []


def _is_small(word: str) -> bool:
    """Whether a word is a number that a degree may have: metres of a city are larger, but for a corner of few hundred metres."""
    try:
        return abs(float(word.replace(",", "."))) <= 180
    except ValueError:
        return False


def _missing_sign(location: Location, bad: pa.Table, city_crs: str) -> str | None:
    """Say which sign is wrong, where the points would lie here with the other one."""
    x, y, _ = coordinates(location, bad)
    known = np.isfinite(x) & np.isfinite(y)
    for axes, by_x, by_y in (("longitude", -1, 1), ("latitude", 1, -1), ("longitude and the latitude", -1, -1)):
        inside = project(by_x * x[known], by_y * y[known], crs=location.crs, city_crs=city_crs)[1]
        if inside.sum() >= NEARLY_ALL * bad.num_rows:
            return (
                f"is a sign missing or too much? with the other sign of the {axes} they lie here: west longitudes and "
                "south latitudes need a minus in the file"
            )
    return None


def is_in_degrees(crs: str) -> bool:
    """Whether a CRS counts in degrees."""
    from hotspots.sources.city_values import find_crs

    return find_crs(crs).is_geographic
