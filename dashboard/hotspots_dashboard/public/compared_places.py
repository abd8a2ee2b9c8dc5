"""Places to compare, as the address bar names them: ``12r800`` is 800 m around gazetteer entry 12, ``a5`` is area 5."""

from __future__ import annotations

import re
from dataclasses import replace

from hotspots.domain.incident_filter import Around, IncidentFilter
from hotspots.domain.public_answer import Choices
from hotspots.errors import FilterError

MOST_PLACES = 5
PLACE = re.compile(r"a(?P<area>\d{1,9})|(?P<entry>\d{1,15})r(?P<radius>\d{3,4})")


def read_places(text: str | None) -> tuple[str, ...]:
    """The places that an address names, each once; what is none is left out."""
    named = dict.fromkeys(word for word in (text or "").split(",") if PLACE.fullmatch(word))
    return tuple(named)[:MOST_PLACES]


def place_of(question: IncidentFilter) -> str | None:
    """The question's own place, where it is one that can be compared: a circle or one area, and nothing else."""
    if question.polygon or question.near:
        return None
    if question.around and not question.areas:
        return f"{question.around.gazetteer_id}r{question.around.radius_m}"
    return f"a{question.areas[0]}" if len(question.areas) == 1 and not question.around else None


def question_at(place: str, question: IncidentFilter, choices: Choices) -> IncidentFilter | None:
    """The same question asked of another place; None where the city knows no such area or the radius is not allowed."""
    found = PLACE.fullmatch(place)
    if found is None:
        return None
    anywhere = question.anywhere()
    if found["area"]:
        area_id = int(found["area"])
        return replace(anywhere, areas=(area_id,)) if area_id in choices.areas else None
    try:
        return replace(anywhere, around=Around(int(found["entry"]), int(found["radius"])))
    except FilterError:
        return None
