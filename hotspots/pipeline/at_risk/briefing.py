"""A briefing sheet: one printed page with a map and up to 20 places, what they rest on, and until when they hold."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any, Literal

from hotspots.domain.place_list import RANK_WORDS, PlaceList
from hotspots.errors import InputError
from hotspots.pipeline.at_risk.briefing_map import draw_places
from hotspots.pipeline.at_risk.columns import range_in_words, reasons
from hotspots.pipeline.at_risk.question import for_reading, language_of_list, title_of
from hotspots.pipeline.typeset import typeset

TEMPLATE = Path(__file__).with_name("briefing.typ")
MOST_PLACES = 20
ON_SHEET = (
    "Crime types", "Period", "Hours", "Weekdays", "Unit", "Within", "Budget", "Ranked by", "Harm weights", "Model", "Data known on",
    "As of", "Status", "Made by", "Purpose",
)  # fmt: skip


def briefing(
    places: PlaceList, *, question: Mapping[str, str], backdrop: Mapping[str, list[Any]], paper: Literal["a4", "letter"]
) -> bytes:
    """Return the sheet as PDF/UA-1.

    Raises
    ------
    InputError
        More places than one page holds.
    """
    if len(places.places) > MOST_PLACES:
        raise InputError(
            f"A briefing sheet holds {MOST_PLACES} places, and this list has {len(places.places)}: give --places {MOST_PLACES} or less, "
            "or another ending."
        )
    marks = [str(place.rank) for place in places.places]
    language = language_of_list(places)
    read = for_reading({label: question[label] for label in ON_SHEET if label in question}, language)
    words = {
        "paper": "us-letter" if paper == "letter" else "a4",
        "lang": language.code,
        "title": title_of(places),
        "city": places.city,
        "invented": language.say("Invented city: nothing here happened.") if places.invented else None,
        "past": language.say("A list of the past, as of {day}.", day=places.past) if places.past else None,
        "review": language.say("Review on {day}. Not to be used after it.", day=places.review_date),
        "question": [list(pair) for pair in read.items()],
        "measured": question["Measured"],
        "claim": language.say("The model's own claim: {claim}.", claim=question["The model's claim"]),
        "map": draw_places(places.places, backdrop, marks=marks),
        "map_words": language.say(
            "Map of the {n} places; the table names each. Numbers are those of the table.", n=len(places.places)
        ),
        "heads": [
            language.say("No."),
            language.say("Rank"),
            language.say("Place"),
            _expected_head(places),
            language.say("Range"),
            language.say("Last 12 months (comparable)"),
            language.say("Why here"),
        ],
        "rows": [_row(places, n) for n in range(len(places.places))],
        "letters": language.say(
            "Places with the same letter cannot be told apart by rank; blind ones were drawn from all others to compare with."
        )
        if any(place.letter for place in places.places)
        else language.say("Blind places were drawn from all others to compare with."),
        "notes": [places.notes[0], places.says_not],
        "again": language.say("Made again by: {command}", command=question["Made again by"]),
        "attribution": " ".join(part for part in (places.attribution, places.disclaimer) if part),
    }  # fmt: skip
    return typeset(TEMPLATE, words, name="sheet")


def _expected_head(places: PlaceList) -> str:
    language = language_of_list(places)
    return language.say("{key} (ranked by)", key=language.text(RANK_WORDS[places.request.rank_by]).capitalize())


def _row(places: PlaceList, n: int) -> list[str]:
    place, language = places.places[n], language_of_list(places)
    ranked_by = place.expected if places.request.rank_by == "expected" else place.harm / place.area_m2 * 1e6
    why = reasons(place, language)[1:]
    return [
        str(place.rank),
        language.say("blind") if place.chosen_by == "random" else place.letter or str(place.rank),
        place.words,
        f"{ranked_by:.2f}" if ranked_by < 10 else f"{ranked_by:.1f}",
        range_in_words(place, language),
        f"{place.count_last_year:g} ({place.typical_count:g})",
        "; ".join(why) or language.say("its own record"),
    ]
