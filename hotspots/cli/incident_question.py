"""Turn the words of ``hotspots incidents`` into a filter: names as people write them, checked against the city."""

from __future__ import annotations

import difflib
import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import typer

from hotspots.domain.filters.declaration import ColumnField
from hotspots.domain.filters.fields import COLUMN_FIELDS
from hotspots.domain.incident_filter import IncidentFilter
from hotspots.domain.period import Period
from hotspots.domain.places.boundary import read_boundary
from hotspots.domain.public_answer import Choices, City, Vintage
from hotspots.errors import InputError
from hotspots.store.public.city import check_filter, default_period
from hotspots.store.public.search import suggest
from hotspots.store.server.connection import Connection
from hotspots.words.boundary import boundary_words
from hotspots.words.language import LANGUAGES


@dataclass(frozen=True)
class PeriodWords:
    """The options of the period as written."""

    first_day: date | None = None
    last_day: date | None = None
    days: int | None = None


@dataclass(frozen=True)
class _Asked:
    """Where the names that people write are looked up."""

    connection: Connection
    choices: Choices


def read_question(
    connection: Connection,
    period: PeriodWords,
    words: Mapping[str, Any],
    *,
    city: City,
    vintage: Vintage,
    choices: Choices,
) -> IncidentFilter:
    """Return the filter that the options ask for.

    Parameters
    ----------
    words : what each option of ``filters.fields.OPTIONS`` was given, by its parameter; None or empty where it was left out.

    Raises
    ------
    InputError
        An option that cannot be asked; the message names it, its value and what is allowed.
    """
    days = _period(period, default_period(city, vintage))
    asked = _Asked(connection, choices)
    query = {name: _text(asked, name, given) for name, given in words.items() if given not in (None, "", [])}
    question = IncidentFilter.from_query(query, default_period=days.whole_months() if city.by_month else days)
    check_filter(connection, question, choices=choices)
    return question


def _text(asked: _Asked, name: str, given: Any) -> str:
    """Return the text that an address would hold for what an option was given."""
    words = list(given) if isinstance(given, (list, tuple)) else [str(given)]
    if name in READERS:
        words = [READERS[name](asked, word) for word in words]
    for field in COLUMN_FIELDS:
        if field.parameter.name == name:
            return field.separator.join(_value(field, word, asked.choices) for word in words)
    return ",".join(words)


def _period(words: PeriodWords, default: Period) -> Period:
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


def _value(field: ColumnField, word: str, choices: Choices) -> str:
    """Return the value that a word or a label names. Raises InputError."""
    allowed = field.choices(choices)
    by_label = {choice.label.casefold(): choice.value for choice in allowed}
    if not allowed:
        return word  # the check of the filter says why it cannot be asked
    return by_label.get(word.strip().casefold()) or _one_of(field.option.flag, word, [one.value for one in allowed])


def _areas(asked: _Asked, word: str) -> str:
    kind, colon, code = word.partition(":")
    kinds = {area_kind.kind: area_kind.areas for area_kind in asked.choices.area_kinds}
    if not colon or not code.strip():
        raise InputError(f"--area {word!r} is not a kind and a code such as {next(iter(kinds), 'beat')}:12.")
    areas = kinds[_one_of("--area", kind, list(kinds))]
    wanted = code.strip().casefold()
    # A code may have lost its leading zeros on its way here; vintages of an area are the same area to whoever asks.
    found = [area.area_id for area in areas if wanted in (area.code.casefold(), area.name.casefold())]
    found = found or [area.area_id for area in areas if wanted.lstrip("0") == area.code.casefold().lstrip("0")]
    if not found:
        raise InputError(f"--area {word!r}: there is no {kind} {code!r}{_alike(code, [area.name for area in areas])}.")
    return ",".join(map(str, found))


def _entry(asked: _Asked, text: str) -> str:
    if text.isascii() and text.isdigit():
        return text[:18]
    matches = suggest(asked.connection, text)
    if not matches:
        raise InputError(
            f"--at {text!r} is like nothing in the gazetteer. Try a street with a house number, or a crossing."
        )
    exact = [match for match in matches if match.name.casefold() == text.casefold()]
    if matches[0].sure or len(exact) == 1:
        return str((exact or matches)[0].gazetteer_id)
    choices = "; ".join(f"{match.gazetteer_id} = {match.name} ({match.kind})" for match in matches[:5])
    raise InputError(f"--at {text!r} may mean several things. Give the number of one: {choices}.")


def _outline(_: _Asked, text: str) -> str:
    """Return the polygon of a file of GeoJSON; what is no file is read as corners."""
    if not text.lower().endswith((".json", ".geojson")):
        return text
    try:
        document = json.loads(Path(text).read_text(encoding="utf-8-sig"))
    except OSError as error:
        raise InputError(f"--polygon {text}: cannot be read ({error.strerror}).") from None
    except (ValueError, RecursionError):
        raise InputError(
            f"--polygon {text}: is no JSON; give a file of GeoJSON, or corners such as '-87.63 41.88,…'."
        ) from None
    boundary = read_boundary(document)
    if boundary.is_simplified or boundary.mended:
        typer.echo(f"{text}: {boundary_words(boundary, LANGUAGES['en'])}", err=True)
    return str(boundary.polygon)


def _one_of(option: str, word: str, allowed: Iterable[str]) -> str:
    names = {name.casefold(): name for name in allowed}
    if word.strip().casefold() in names:
        return names[word.strip().casefold()]
    listed = f" It is one of {', '.join(names.values())}." if len(names) <= 30 else ""
    raise InputError(f"{option} {word!r} is not on record here{_alike(word, list(names.values()))}.{listed}")


def _alike(word: str, names: list[str]) -> str:
    close = difflib.get_close_matches(word.upper(), [name.upper() for name in names], n=1)
    return f"; did you mean {next(name for name in names if name.upper() == close[0])!r}?" if close else ""


# Options whose names stand for numbers of an address.
READERS: dict[str, Callable[[_Asked, str], str]] = {"areas": _areas, "at": _entry, "polygon": _outline}
