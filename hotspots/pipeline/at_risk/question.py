"""The question that a list answers, as pairs of label and value: every exported file carries it whole."""

from __future__ import annotations

import shlex
from collections.abc import Mapping
from datetime import timedelta

from hotspots.domain.incident_filter import WEEKDAYS
from hotspots.domain.language import DEFAULT
from hotspots.domain.phrase import phrase
from hotspots.domain.place_list import BOX, RANK_WORDS, USUAL_PLACES, Harm, ListRequest, PlaceList
from hotspots.words.language import LANGUAGES, Language

LABELS = (
    phrase("City"), phrase("Crime types"), phrase("Period"), phrase("Hours"), phrase("Weekdays"), phrase("Unit"), phrase("Within"),
    phrase("Budget"), phrase("Ranked by"), phrase("Harm weights"), phrase("Model"), phrase("Data known on"), phrase("Made on"),
    phrase("As of"), phrase("Status"), phrase("Review date"), phrase("Measured"), phrase("The model's claim"), phrase("Made by"),
    phrase("Purpose"), phrase("Made again by"), phrase("Does not say"),
)  # fmt: skip


def language_of_list(places: PlaceList) -> Language:
    """Return the language that a list was asked for in."""
    return LANGUAGES[places.request.language]


def question_of(places: PlaceList, *, out: str) -> dict[str, str]:
    """Return the whole question and what was measured of such lists, by label, in the order in which it is read.

    The labels are the same in every language, so that programs find them; `for_reading` has them in the reader's.

    Parameters
    ----------
    out : name of the file, for the command that makes it again.
    """
    asked, language = places.request, language_of_list(places)
    invented = language.say(" (invented: nothing here happened)") if places.invented else ""
    return {
        "City": places.city + invented,
        "Crime types": ", ".join(places.type_labels),
        "Period": language.say(
            "{first} to {last}", first=places.forecast_from, last=places.forecast_until - timedelta(days=1)
        ),
        "Hours": hours_in_words(asked),
        "Weekdays": weekdays_in_words(asked),
        "Unit": places.unit_label + (language.say(", neighbours merged") if asked.unit == BOX else ""),
        "Within": places.within_label or language.say("the whole city"),
        "Budget": budget_in_words(places),
        "Ranked by": language.text(RANK_WORDS[asked.rank_by]),
        **({"Harm weights": harm_in_words(places.harm, language)} if places.harm else {}),
        "Model": places.model,
        "Data known on": str(places.known_on),
        "Made on": str(places.made_on),
        "As of": language.say("{day}: a list of the past", day=places.past)
        if places.past
        else language.say("the day it was made"),
        "Status": language.say("issued") if asked.issue else language.say("a try, not issued"),
        "Review date": str(places.review_date),
        "Measured": places.evidence_words,
        "The model's claim": claim_in_words(places),
        "Made by": asked.person or language.say("not said"),
        "Purpose": asked.purpose or language.say("not said"),
        "Made again by": command(places, out=out),
        "Does not say": places.says_not,
    }


def for_reading(question: Mapping[str, str], language: Language) -> dict[str, str]:
    """Return the question with its labels in a language."""
    return {language.text(label): value for label, value in question.items()}


def title_of(places: PlaceList) -> str:
    """Return what the list is, in one line: places at risk of what, in which hours, when."""
    asked, language = places.request, language_of_list(places)
    when = " ".join(
        [
            *([weekdays_in_words(asked)] if asked.weekdays else []),
            *([hours_in_words(asked)] if asked.hours else []),
        ]
    )
    return (
        language.say("Places at risk: {types}", types=", ".join(places.type_labels))
        + (f", {when}" if when else "")
        + (f", {places.within_label}" if places.within_label else "")
        + ", "
        + language.say("{first} to {last}", first=places.forecast_from, last=places.forecast_until - timedelta(days=1))
    )


def hours_in_words(request: ListRequest) -> str:
    """``18-02 (after midnight counts to the evening's date)``, or all hours."""
    language = LANGUAGES[request.language]
    if request.hours is None:
        return language.say("all hours")
    return f"{request.hours}" + (
        language.say(" (after midnight counts to the evening's date)") if request.hours.after_midnight else ""
    )


def weekdays_in_words(request: ListRequest) -> str:
    """``Friday, Saturday``, or all days."""
    language = LANGUAGES[request.language]
    return ", ".join(language.weekday(day) for day in sorted(request.weekdays)) or language.say("all days")


def budget_in_words(places: PlaceList) -> str:
    """How many places, from how many units, and how much of the city they are."""
    asked, language = places.request, language_of_list(places)
    of = language.say("{n} places", n=len(places.places))
    if asked.unit == BOX:
        boxes = sum(place.boxes for place in places.places)
        of = language.say("{n} places of {boxes} boxes", n=len(places.places), boxes=boxes)
    limit = (
        language.say("{share} of the area asked for", share=f"{asked.share:.2%}")
        if asked.share is not None
        else language.say("{n} places asked for", n=asked.places or USUAL_PLACES)
    )
    return language.say(
        "{places}, {share} of the city's area ({limit})", places=of, share=f"{places.area_share:.2%}", limit=limit
    )


def harm_in_words(harm: Harm, language: Language = LANGUAGES[DEFAULT.code]) -> str:
    """``Robbery 300, Burglary 20 (days an incident); whose weights they are``."""
    weights = ", ".join(f"{label} {weight:g}" for label, weight in harm.weights.items())
    return language.say("{weights} ({unit} an incident); {source}", weights=weights, unit=harm.unit, source=harm.source)


def claim_in_words(places: PlaceList) -> str:
    """The model's own expectation of the list: a claim, to be read beside what was measured."""
    language = language_of_list(places)
    if not places.expected_city:
        return language.say("nothing expected")
    share, city = f"{100 * places.expected_share:.1f}", f"{places.expected_city:,.1f}"
    if places.harm_share is None:
        return language.say("hold {share} % of the {city} incidents that it expects", share=share, city=city)
    return language.say(
        "hold {harm} % of the harm, and {share} % of the {city} incidents that it expects",
        harm=f"{100 * places.harm_share:.1f}",
        share=share,
        city=city,
    )


def command(places: PlaceList, *, out: str) -> str:
    """Return the command that makes the list again; later than today it is marked as one of the past."""
    asked = places.request
    words = ["hotspots", "at-risk"]
    for name in asked.crime_types:
        words += ["--crime-type", name]
    words += ["--unit", asked.unit]
    words += (
        ["--share", f"{asked.share:g}"] if asked.share is not None else ["--places", str(asked.places or USUAL_PLACES)]
    )
    words += ["--rank-by", asked.rank_by]
    words += ["--within", asked.within] if asked.within else []
    words += ["--hours", str(asked.hours)] if asked.hours else []
    words += ["--weekdays", ",".join(WEEKDAYS[day - 1] for day in sorted(asked.weekdays))] if asked.weekdays else []
    words += ["--model", asked.model] if asked.model else []
    words += ["--random-share", f"{asked.random_share:g}"]
    words += ["--as-of", str(asked.as_of or places.made_on)]
    words += ["--language", asked.language] if asked.language != DEFAULT.code else []
    words += ["--out", out]
    return shlex.join(words)
