"""Kinds of concern in words, for pages and for city systems."""

from __future__ import annotations

from hotspots.domain.act.concern import Category
from hotspots.words.language import Language


def categories(language: Language) -> dict[Category, str]:
    """Return the kinds of concern as the form names them."""
    return {
        "lighting": language.say("A dark place, or lights that are out"),
        "building": language.say("An empty or neglected building or lot"),
        "vehicles": language.say("Vehicles: thefts, damage, abandoned cars"),
        "disorder": language.say("Noise, litter, damage, drinking in the street"),
        "drugs": language.say("Drugs sold or used in the open"),
        "venue": language.say("A shop, bar or other venue that draws trouble"),
        "avoided": language.say("A path, stop or station that people avoid"),
        "other": language.say("Something else about a place"),
    }
