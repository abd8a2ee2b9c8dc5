"""Names of public points and searched places, in the language of the reader.

A publication names a point once, in English: "1200 block of N State St", "near N State St & W Elm St", "in Lakeview".
`read_place` is the only reader of these names; pages, feeds, sheets and mails write its parts in their own language.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

from hotspots.domain.places.anchor_site import LATTICE_POINT, UNNAMED_BLOCK
from hotspots.domain.places.place_words import NOT_TOLD_APART
from hotspots.domain.public_answer import AnchorStatus
from hotspots.words.language import Language

_BLOCK = re.compile(r"(\d+) block of (.+)", re.DOTALL)
AROUND = " and around"


@dataclass(frozen=True, slots=True)
class PlaceName:
    """The parts of a name.

    Attributes
    ----------
    kind : a block of a street, a point in an area or near a crossing, a street and what is around it, a point of the lattice, a block
        that no record names, or a name of its own.
    name : of the street, the area, the crossing or the place; empty for the lattice and a block without a name.
    number : the block's.
    """

    kind: Literal["block", "in", "near", "around", "lattice", "unnamed", "own"]
    name: str
    number: str = ""


def read_place(text: str) -> PlaceName:
    """Return the parts of a name as a publication writes it."""
    if block := _BLOCK.fullmatch(text):
        return PlaceName("block", block[2], block[1])
    if text.startswith("in "):
        return PlaceName("in", text.removeprefix("in "))
    if text.startswith("near "):
        return PlaceName("near", text.removeprefix("near "))
    if text.endswith(AROUND):
        return PlaceName("around", text.removesuffix(AROUND))
    if text in (LATTICE_POINT, UNNAMED_BLOCK):
        return PlaceName("lattice" if text == LATTICE_POINT else "unnamed", "")
    return PlaceName("own", text)


def place_words(text: str, *, language: Language) -> str:
    """Return a name as it stands at the head of a line; a name of its own as it is."""
    place = read_place(text)
    match place.kind:
        case "block":
            return language.say("{number} block of {street}", number=place.number, street=place.name)
        case "in":
            return language.say("In {place}", place=place.name)
        case "near":
            return language.say("Near {place}", place=place.name)
        case "around":
            return language.say("{place} and around", place=place.name)
        case "lattice":
            return language.say("Point of the public lattice")
        case "unnamed":
            return language.say("Block without a name")
        case "own":
            return place.name


def the_place(text: str, *, language: Language) -> str:
    """Return a name inside a sentence: the 1200 block of N State St; a name of its own takes no article."""
    place = read_place(text)
    if place.kind != "block":
        return text
    return language.say("the {number} block of {street}", number=place.number, street=place.name)


def surroundings(text: str, *, language: Language) -> str:
    """Return where a cell lies by the point nearest to its middle: round the 1200 block of N State St, in Downtown."""
    place = read_place(text)
    if place.kind == "lattice":
        return language.say("Round a point of the public lattice")
    if place.kind == "unnamed":
        return language.say("Round a block without a name")
    if place.kind in ("in", "near"):
        return place_words(text, language=language)
    named = place.name if place.kind == "around" else text
    return language.say("Round {place}", place=the_place(named, language=language))


def place_sort(name: str, *, language: Language) -> str:
    """Return a sort of place as the city file says it; the group that no city file names is ours."""
    return language.text(name) if name == NOT_TOLD_APART else name


def point_words(text: str, status: AnchorStatus, *, language: Language) -> str:
    """Return the name of a public point, or why it is none."""
    if status == "no_location":
        return language.say("Location not known")
    if status == "outside":
        return language.say("Outside the study area")
    return place_words(text, language=language)
