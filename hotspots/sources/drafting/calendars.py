"""Years that are not of the common era: Buddhist ones and years of the Hijri calendars, and years that lost their century."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

YEAR = re.compile(r"(?<!\d)(\d{4})(?!\d)")
COMMON = range(1900, 2101)


@dataclass(frozen=True, slots=True)
class OtherYears:
    """The calendar that years seem to be of; `offset` from the common era, None where months and days differ too."""

    words: str
    offset: int | None


BUDDHIST = OtherYears("are these Buddhist years, such as 2567 for 2024? year_offset = 543 reads them", 543)
NO_CENTURY = OtherYears(
    "are these years without their century, such as 0024 for 2024? year_offset = -2000 reads them", -2000
)
HIJRI = OtherYears(
    "are these years of a Hijri calendar (1445 or 1403 is 2024)? its months are not read; have the dates written in the common era",
    None,
)
CALENDARS = ((range(2440, 2601), BUDDHIST), (range(1340, 1501), HIJRI), (range(100), NO_CENTURY))


def year_of(word: str) -> int | None:
    """The only number of four digits in a word, in the digits of any script; None where there is none, or several."""
    plain = "".join(str(unicodedata.decimal(sign, sign)) for sign in word)
    found = YEAR.findall(plain)
    return int(found[0]) if len(found) == 1 else None


def calendar_of(years: Sequence[int]) -> OtherYears | None:
    """The calendar in which all years lie; None where it is the common one, or none that is known."""
    if not years or any(year in COMMON for year in years):
        return None
    return next((other for span, other in CALENDARS if all(year in span for year in years)), None)
