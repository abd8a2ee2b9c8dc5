"""The one catalogue of a language: every text of pages, feeds, sheets and mails that stands in English in the code."""

from __future__ import annotations

import gettext
import io
from functools import cache
from pathlib import Path

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

from hotspots.domain.language import LANGUAGES

CATALOGUES = Path(__file__).parent / "translations"


@cache
def catalogue(code: str) -> gettext.NullTranslations:
    """Return the texts of ``translations/<code>.po``; English, which stands in the code, has none."""
    source = CATALOGUES / f"{code}.po"
    if not source.exists():
        return gettext.NullTranslations()
    with source.open("rb") as file:
        messages = read_po(file, locale=LANGUAGES[code].locale)
    compiled = io.BytesIO()
    write_mo(compiled, messages)
    compiled.seek(0)
    return gettext.GNUTranslations(compiled)
