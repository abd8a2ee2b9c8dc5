"""Places to compare, as the address bar names them.

``12r800`` is 800 m around gazetteer entry 12, ``a5`` is area 5, ``p-87.65_41.88~-87.64_41.88~-87.64_41.87`` an outline drawn on the map,
with ``~~`` between its rings.
"""

from __future__ import annotations

import re
from dataclasses import replace

from hotspots.domain.incident_filter import Around, IncidentFilter
from hotspots.domain.places.polygon import MAX_VERTICES, Polygon
from hotspots.domain.public_answer import Choices
from hotspots.errors import FilterError

MOST_PLACES = 5
CORNER = r"-?\d{1,3}(?:\.\d{1,5})?_-?\d{1,2}(?:\.\d{1,5})?"
PLACE = re.compile(
    r"a(?P<area>\d{1,9})|(?P<entry>\d{1,15})r(?P<radius>\d{3,4})"
    rf"|p(?P<outline>{CORNER}(?:~~?{CORNER}){{2,{MAX_VERTICES - 1}}})",
    re.ASCII,
)
# A comma parts places, and a space or a semicolon in an address is a percent sign and two digits.
TO_ADDRESS, FROM_ADDRESS = str.maketrans({" ": "_", ",": "~", ";": "~~"}), str.maketrans("_~", " ,")


def read_places(text: str | None) -> tuple[str, ...]:
    """The places that an address names, each once; what is none is left out."""
    named = dict.fromkeys(word for word in (text or "").split(",") if PLACE.fullmatch(word))
    return tuple(named)[:MOST_PLACES]


def place_of(question: IncidentFilter) -> str | None:
    """The question's own place, where it is one that can be compared: a circle, a drawn outline or one area, and nothing else."""
    if question.near or sum(map(bool, (question.around, question.polygon, question.areas))) != 1:
        return None
    if question.around:
        return f"{question.around.gazetteer_id}r{question.around.radius_m}"
    if question.polygon:
        return "p" + str(question.polygon).translate(TO_ADDRESS)
    return f"a{question.areas[0]}" if len(question.areas) == 1 else None


def question_at(place: str, question: IncidentFilter, choices: Choices) -> IncidentFilter | None:
    """The same question asked of another place; None where the city knows no such area, or the radius or outline is not allowed."""
    found = PLACE.fullmatch(place)
    if found is None:
        return None
    anywhere = question.anywhere()
    if found["area"]:
        area_id = int(found["area"])
        return replace(anywhere, areas=(area_id,)) if area_id in choices.areas else None
    try:
        if found["outline"]:
            return replace(anywhere, polygon=Polygon.parse(found["outline"].replace("~~", ";").translate(FROM_ADDRESS)))
        return replace(anywhere, around=Around(int(found["entry"]), int(found["radius"])))
    except FilterError:
        return None
