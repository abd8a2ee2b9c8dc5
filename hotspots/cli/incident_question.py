"""Turn the words of ``hotspots incidents`` into a filter: names as people write them, checked against the city."""

from __future__ import annotations

import difflib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from hotspots.domain.incident_filter import Around, HourRange, IncidentFilter, Near, parse_weekdays
from hotspots.domain.period import Period
from hotspots.domain.polygon import Polygon
from hotspots.domain.public_answer import Choices, City, Vintage
from hotspots.errors import InputError
from hotspots.store.public.city import check_filter, default_period
from hotspots.store.public.search import suggest
from hotspots.store.server.connection import Connection


@dataclass(frozen=True)
class Words:
    """The options as written."""

    first_day: date | None = None
    last_day: date | None = None
    days: int | None = None
    types: tuple[str, ...] = ()
    areas: tuple[str, ...] = ()
    at: str | None = None
    radius_m: int = 800
    near: tuple[str, ...] = ()
    hours: str | None = None
    weekdays: str | None = None
    location_types: tuple[str, ...] = ()
    polygon: str | None = None
    arrest: str | None = None


def read_question(
    connection: Connection, words: Words, *, city: City, vintage: Vintage, choices: Choices
) -> IncidentFilter:
    """The filter that the words ask for.

    Raises
    ------
    InputError
        An option that cannot be asked; the message names it, its value and what is allowed.
    """
    period = _period(words, default_period(city, vintage))
    question = IncidentFilter(
        period=period.whole_months() if city.by_month else period,
        crime_types=tuple(_crime_type(word, choices) for word in words.types),
        areas=tuple(area_id for word in words.areas for area_id in _areas(word, choices)),
        around=Around(_entry(connection, words.at), words.radius_m) if words.at else None,
        near=tuple(_near(word) for word in words.near),
        hours=HourRange.parse(words.hours) if words.hours else None,
        weekdays=parse_weekdays(words.weekdays),
        location_types=tuple(_one_of("--location-type", word, choices.location_types) for word in words.location_types),
        polygon=Polygon.parse(words.polygon) if words.polygon else None,
        arrest=_one_of("--arrest", words.arrest, ("yes", "no")) == "yes" if words.arrest else None,
    )
    check_filter(connection, question, choices=choices)
    return question


def _period(words: Words, default: Period) -> Period:
    if words.first_day and words.days:
        raise InputError("--from and --days say the same thing twice; give one of them.")
    last = words.last_day or default.last_day
    n_days = words.days or default.n_days
    try:
        first = words.first_day or last - timedelta(days=n_days - 1)
    except OverflowError:
        raise InputError(f"--days {n_days} reaches back before the calendar begins.") from None
    if last < first:
        raise InputError(f"--to {last} is before --from {first}.")
    if last == date.max:
        raise InputError(f"--to {last} is the calendar's last day; give an earlier one.")
    return Period.from_days(first, last)


def _crime_type(word: str, choices: Choices) -> str:
    by_label = {crime_type.label.casefold(): crime_type.name for crime_type in choices.crime_types}
    if word.casefold() in by_label:
        return by_label[word.casefold()]
    return _one_of("--type", word, [crime_type.name for crime_type in choices.crime_types])


def _areas(word: str, choices: Choices) -> list[int]:
    kind, colon, code = word.partition(":")
    kinds = {area_kind.kind: area_kind.areas for area_kind in choices.area_kinds}
    if not colon or not code.strip():
        raise InputError(f"--area {word!r} is not a kind and a code such as {next(iter(kinds), 'beat')}:12.")
    areas = kinds[_one_of("--area", kind, list(kinds))]
    wanted = code.strip().casefold()
    # A code may have lost its leading zeros on its way here; vintages of an area are the same area to whoever asks.
    found = [area.area_id for area in areas if wanted in (area.code.casefold(), area.name.casefold())]
    found = found or [area.area_id for area in areas if wanted.lstrip("0") == area.code.casefold().lstrip("0")]
    if not found:
        raise InputError(f"--area {word!r}: there is no {kind} {code!r}{_alike(code, [area.name for area in areas])}.")
    return found


def _entry(connection: Connection, text: str) -> int:
    if text.isascii() and text.isdigit():
        return int(text[:18])
    matches = suggest(connection, text)
    if not matches:
        raise InputError(
            f"--at {text!r} is like nothing in the gazetteer. Try a street with a house number, or a crossing."
        )
    exact = [match for match in matches if match.name.casefold() == text.casefold()]
    if matches[0].sure or len(exact) == 1:
        return (exact or matches)[0].gazetteer_id
    choices = "; ".join(f"{match.gazetteer_id} = {match.name} ({match.kind})" for match in matches[:5])
    raise InputError(f"--at {text!r} may mean several things. Give the number of one: {choices}.")


def _near(word: str) -> Near:
    kind, colon, distance = word.rpartition(":")
    if not colon or not (distance.isascii() and distance.isdigit()):
        raise InputError(f"--near {word!r} is not a kind of place and metres such as school:300.")
    return Near(kind, int(distance[:9]))


def _one_of(option: str, word: str, allowed: Iterable[str]) -> str:
    names = {name.casefold(): name for name in allowed}
    if word.strip().casefold() in names:
        return names[word.strip().casefold()]
    listed = f" It is one of {', '.join(names.values())}." if len(names) <= 30 else ""
    raise InputError(f"{option} {word!r} is not on record here{_alike(word, list(names.values()))}.{listed}")


def _alike(word: str, names: list[str]) -> str:
    close = difflib.get_close_matches(word.upper(), [name.upper() for name in names], n=1)
    return f"; did you mean {next(name for name in names if name.upper() == close[0])!r}?" if close else ""
