"""The languages of feeds, sheets and mails: words from a catalogue, numbers and days as they are written.

Words stand in English where they are used, as ``language.say("Find a place")``; ``translations/<code>.po`` holds the others, and
``tests/contracts/test_translations.py`` holds every catalogue complete.
"""

from __future__ import annotations

from dataclasses import fields, replace
from datetime import date
from typing import Any

from babel import Locale
from babel.dates import format_date
from babel.lists import format_list
from babel.numbers import format_decimal

from hotspots.domain import language
from hotspots.domain.units import METRIC, Units
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

    # Measures -----------------------------------------------------------------------------------------------------

    def distance(self, metres: float) -> str:
        """800 -> 800 m, or ½ mile: a round part of a mile where that is within one in a hundred."""
        if not self.units.miles:
            if metres < M_PER_KM:
                return f"{format_decimal(metres, format='0', locale=self.locale)} m"
            return f"{format_decimal(metres / M_PER_KM, format='#,##0.###', locale=self.locale)} km"
        miles = metres / M_PER_MILE
        quarters = round(4 * miles)
        if quarters and abs(4 * miles - quarters) <= ALIKE * quarters:
            whole, part = divmod(quarters, 4)
            return self._miles(f"{whole or ''}{QUARTERS[part]}", is_one=quarters <= 4)
        if miles < FEET_UNDER_MILES:
            return self.say("{n} ft", n=self.number(round(metres / M_PER_FOOT, -1)))
        pattern = "0.0" if miles >= 1 else "0.00"
        return self._miles(format_decimal(miles, format=pattern, locale=self.locale), is_one=False)

    def _miles(self, said: str, *, is_one: bool) -> str:
        return self.say("{n} mile", n=said) if is_one else self.say("{n} miles", n=said)

    def ground(self, km2: float) -> float:
        """Square kilometres as square kilometres, or as square miles."""
        return km2 / KM2_PER_SQUARE_MILE if self.units.miles else km2

    def hour(self, hour: int) -> str:
        """18 -> 18:00, or 6 pm; 0 and 24 are midnight, 12 is noon."""
        if not self.units.twelve_hours:
            return f"{hour:02}:00"
        if hour % 12 == 0:
            return self.say("noon") if hour == NOON else self.say("midnight")
        return self.say("{n} am", n=hour) if hour < NOON else self.say("{n} pm", n=hour - NOON)

    def hours(self, start: int, end: int) -> str:
        """18:00–02:00, or 6 pm–2 am; half a day is said once: 6–7 pm."""
        first, last = self.hour(start), self.hour(end)
        if self.units.twelve_hours and start % 12 and end % 12 and (start < NOON) == (end < NOON) and start < end:
            first = str(start % 12)
        return f"{first}–{last}"

    def short_hour(self, hour: int) -> str:
        """18 -> 18, or 6p: the head of a narrow column."""
        return f"{hour % 12 or 12}{'a' if hour % 24 < NOON else 'p'}" if self.units.twelve_hours else f"{hour:02}"


M_PER_KM, M_PER_MILE, M_PER_FOOT = 1000, 1609.344, 0.3048
KM2_PER_SQUARE_MILE = 2.589988110336
QUARTERS = ("", "¼", "½", "¾")
ALIKE = 0.01  # 800 m is half a mile to within one in a hundred
FEET_UNDER_MILES = 0.2
NOON = 12

LANGUAGES = {
    code: Language(**{field.name: getattr(one, field.name) for field in fields(one)})
    for code, one in language.LANGUAGES.items()
}


def language_of(code: str, units: Units = METRIC) -> Language:
    """The language of an address or a subscription, with a city's units. Raises InputError naming those there are."""
    if code not in LANGUAGES:
        raise InputError(f"lang: {code!r} is not one of {', '.join(LANGUAGES)}")
    return replace(LANGUAGES[code], units=units)
