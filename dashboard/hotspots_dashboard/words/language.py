"""The language of the page that is being made: chosen from the address or the browser, kept for one request.

Words stand in English where they are used, as ``_("Find a place")``; ``hotspots/words/translations/<language>.po`` holds the others, and
``tests/contracts/test_translations.py`` holds every catalogue complete.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import replace
from functools import cache
from typing import Any

from babel import Locale, negotiate_locale

from hotspots.domain.units import METRIC, Units
from hotspots.words.catalogue import catalogue
from hotspots.words.language import LANGUAGES, Language

DEFAULT = LANGUAGES["en"]
_chosen: ContextVar[Language] = ContextVar("language", default=DEFAULT)


def current() -> Language:
    """The language of this request, with the city's units."""
    return _chosen.get()


def locale() -> Locale:
    """How this language writes numbers, dates and lists."""
    return _locale(current().locale)


def choose(asked: str | None, accepted: list[str], units: Units = METRIC) -> Language:
    """Set the language of this request: the one in the address, else the best of those the browser accepts, best first."""
    code = asked if asked in LANGUAGES else negotiate_locale(accepted, list(LANGUAGES), sep="-")
    language = replace(LANGUAGES.get(code or "", DEFAULT), units=units)
    _chosen.set(language)
    return language


@contextmanager
def speaking(code: str, units: Units = METRIC) -> Iterator[None]:
    """A language for the length of a block."""
    before = _chosen.set(replace(LANGUAGES[code], units=units))
    try:
        yield
    finally:
        _chosen.reset(before)


def _(text: str, **values: Any) -> str:
    """The text in this language, its ``{names}`` filled in."""
    return translated(text, **values)


def translated(text: str, **values: Any) -> str:
    """The same for a text that stands in a declaration, marked there with ``phrase``."""
    said = catalogue(current().code).gettext(text)
    return said.format(**values) if values else said


def ngettext(one: str, many: str, n: int, **values: Any) -> str:
    """One of two texts by a number; ``{n}`` and other names are filled in by the caller's own words."""
    said = catalogue(current().code).ngettext(one, many, n)
    return said.format(**values) if values else said


@cache
def _locale(name: str) -> Locale:
    return Locale.parse(name)
