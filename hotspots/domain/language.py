"""The languages that pages, feeds, sheets and mails speak.

Words stand in English where they are used; catalogues and the ``[words]`` of city files hold the others. A language is one more line
in `LANGUAGES`, one more catalogue in `hotspots/words/translations`, and words in the shipped city files.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from hotspots.domain.units import METRIC, Units


@dataclass(frozen=True, slots=True)
class Language:
    """A language.

    Attributes
    ----------
    code : as addresses, city files and the database carry it.
    name : in the language itself.
    tag : BCP 47, for documents and the numbers of the browser's scripts.
    locale : how Babel writes numbers, days and lists. Spanish as in the Americas: 1,234.5.
    long_day, long_month : patterns of a day and of a month in a sentence.
    units : of the city that is spoken of, whatever the language.
    """

    code: str
    name: str
    tag: str
    locale: str
    long_day: str
    long_month: str
    units: Units = METRIC


LANGUAGES: Mapping[str, Language] = {
    "en": Language("en", "English", "en", "en_GB", "d MMMM y", "MMMM y"),
    "es": Language("es", "Español", "es-419", "es_419", "d 'de' MMMM 'de' y", "MMMM 'de' y"),
}
DEFAULT = LANGUAGES["en"]
TRANSLATED = tuple(code for code in LANGUAGES if code != DEFAULT.code)
