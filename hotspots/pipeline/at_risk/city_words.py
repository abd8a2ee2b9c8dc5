"""The city's own labels in the language of a list: crime types, kinds of area and places, as the city file gives them."""

from __future__ import annotations

from collections.abc import Callable

from hotspots.domain.language import DEFAULT
from hotspots.store.staff.at_risk import City
from hotspots.words.language import Language

Labelled = Callable[[str], str]


def labels_of(city: City, language: Language) -> Labelled:
    """Return a function that says a label in a language; one that the city file does not give stays as it is."""
    if language.code == DEFAULT.code:
        return str
    given = ((city.config.get("words") or {}).get(language.code) or {}).get("labels") or {}
    return lambda label: given.get(label, label)
