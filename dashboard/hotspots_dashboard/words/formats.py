"""Numbers, days, distances and lists as the language of the page writes them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from functools import lru_cache
from typing import Literal

from babel.dates import format_date, get_day_names
from babel.lists import format_list
from babel.numbers import format_decimal

from hotspots.domain.incident_filter import HourRange
from hotspots.domain.period import Period
from hotspots.domain.places.place_words import NOT_TOLD_APART
from hotspots_dashboard.words.language import _, current, locale, translated

# A page writes the same numbers and days again and again, and Babel reads its pattern anew each time.
_decimal = lru_cache(20_000)(lambda value, pattern, locale: format_decimal(value, format=pattern, locale=locale))
_date = lru_cache(20_000)(lambda value, pattern, locale: format_date(value, pattern, locale=locale))


def number(value: float, *, decimals: int = 0) -> str:
    """1234 -> 1,234."""
    return _decimal(value, "#,##0" + ("." + "0" * decimals if decimals else ""), locale())


def day(value: date, *, short: bool = False) -> str:
    """31 December 2017, or 31 Dec 2017; in Spanish 31 de diciembre de 2017."""
    return _date(value, "d MMM y" if short else current().long_day, locale())


def month(value: date) -> str:
    """December 2017."""
    return _date(value, current().long_month, locale())


def month_name(value: date, *, year: bool) -> str:
    """Dec, or Dec 2017: the name of a month under an axis."""
    return _date(value, "LLL y" if year else "LLL", locale())


def weekday(iso: int) -> str:
    """1 -> Mon."""
    return get_day_names("abbreviated", locale=locale())[iso - 1]


def weekdays() -> tuple[str, ...]:
    """Mon to Sun."""
    return tuple(weekday(iso) for iso in range(1, 8))


def period(value: Period) -> str:
    """In the 90 days to 31 December 2017."""
    if value.n_days == 1:
        return _("on {day}", day=day(value.start))
    return _("in the {n} days to {day}", n=number(value.n_days), day=day(value.last_day))


def short_period(value: Period) -> str:
    """30 days to 31 Dec 2017, or the one day."""
    last = day(value.last_day, short=True)
    return last if value.n_days == 1 else _("{n} days to {day}", n=number(value.n_days), day=last)


def distance(metres: float) -> str:
    """800 m, 1.6 km; ½ mile where the city measures in miles."""
    return current().distance(metres)


def square_kilometres(km2: float, *, decimals: int) -> str:
    """12.14 km², or 4.69 square miles."""
    ground = number(current().ground(km2), decimals=decimals)
    return _("{n} square miles", n=ground) if current().units.miles else f"{ground} km²"


def per_ground(per_km2: float, *, decimals: int = 1) -> str:
    """3.2 per square kilometre, or 8.3 per square mile."""
    rate = number(per_km2 / current().ground(1), decimals=decimals)
    if current().units.miles:
        return _("{rate} per square mile", rate=rate)
    return _("{rate} per square kilometre", rate=rate)


def either(names: Sequence[str]) -> str:
    """a, b or c."""
    return _listed(names, "or")


def both(names: Sequence[str]) -> str:
    """a, b and c."""
    return _listed(names, "standard")


def _listed(names: Sequence[str], style: Literal["or", "standard"]) -> str:
    return format_list(list(names), style=style, locale=locale())


def hours(value: HourRange) -> str:
    """18:00–02:00, or 6 pm–2 am."""
    return current().hours(value.start, value.end)


def hour_band(hour: int | None) -> str:
    """18:00–19:00, or 6–7 pm."""
    return _("hour not known") if hour is None else current().hours(hour, hour + 1)


def location(name: str) -> str:
    """STREET -> Street; names that are already written for people stay. The group that no city file names is ours."""
    if name == NOT_TOLD_APART:
        return translated(name)
    return name.capitalize() if name.isupper() else name
