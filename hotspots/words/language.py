"""The languages of feeds, sheets and mails: words from a catalogue, numbers and days as they are written.

Words stand in English where they are used, as ``language.say("Find a place")``; ``translations/<code>.po`` holds the others, and
``tests/contracts/test_translations.py`` holds every catalogue complete.
"""

from __future__ import annotations

from dataclasses import astuple
from datetime import date
from typing import Any

from babel import Locale
from babel.dates import format_date
from babel.lists import format_list
from babel.numbers import format_decimal

from hotspots.domain import language
from hotspots.errors import InputError
from hotspots.words.catalogue import catalogue


class Language(language.Language):
    """A language with the words of feeds, sheets and mails."""

    __slots__ = ()

    def say(self, text: str, **values: Any) -> str:
        """The text in this language, its ``{names}`` filled in."""
        said = catalogue(self.code).gettext(text)
        return said.format(**values) if values else said

    def text(self, text: str) -> str:
        """A text that stands elsewhere, marked there with ``phrase``, in this language."""
        return catalogue(self.code).gettext(text)

    def number(self, value: float) -> str:
        """1234 -> 1,234."""
        return format_decimal(value, format="#,##0", locale=self.locale)

    def decimal(self, value: float) -> str:
        """-1.25 -> −1.2."""
        return format_decimal(value, format="#,##0.0", locale=self.locale).replace("-", "\N{MINUS SIGN}")

    def day(self, value: date) -> str:
        """31 December 2017, 31 de diciembre de 2017."""
        return format_date(value, self.long_day, locale=self.locale)

    def short_day(self, value: date) -> str:
        """31 Dec 2017."""
        return format_date(value, "d MMM y", locale=self.locale)

    def month(self, value: date) -> str:
        """Dec 2017."""
        return format_date(value, "LLL y", locale=self.locale)

    def weekday(self, iso: int) -> str:
        """1 -> Monday, lunes."""
        return Locale.parse(self.locale).days["format"]["wide"][iso - 1]

    def either(self, names: list[str]) -> str:
        """A, b or c."""
        return format_list(names, style="or", locale=self.locale)

    def both(self, names: list[str]) -> str:
        """A, b and c."""
        return format_list(names, style="standard", locale=self.locale)


LANGUAGES = {code: Language(*astuple(one)) for code, one in language.LANGUAGES.items()}


def language_of(code: str) -> Language:
    """The language of an address or a subscription. Raises InputError naming those there are."""
    if code not in LANGUAGES:
        raise InputError(f"lang: {code!r} is not one of {', '.join(LANGUAGES)}")
    return LANGUAGES[code]
