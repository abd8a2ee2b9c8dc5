"""The question that a list answers, as pairs of label and value: every exported file carries it whole."""

from __future__ import annotations

import shlex
from datetime import timedelta

from hotspots.domain.incident_filter import WEEKDAYS
from hotspots.domain.place_list import BOX, RANK_WORDS, USUAL_PLACES, Harm, ListRequest, PlaceList

WEEKDAY_NAMES = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")


def question_of(places: PlaceList, *, out: str) -> dict[str, str]:
    """Return the whole question and what was measured of such lists, by label, in the order in which it is read.

    Parameters
    ----------
    out : name of the file, for the command that makes it again.
    """
    asked = places.request
    return {
        "City": places.city + (" (invented: nothing here happened)" if places.invented else ""),
        "Crime types": ", ".join(places.type_labels),
        "Period": f"{places.forecast_from} to {places.forecast_until - timedelta(days=1)}",
        "Hours": hours_in_words(asked),
        "Weekdays": weekdays_in_words(asked),
        "Unit": places.unit_label + (", neighbours merged" if asked.unit == BOX else ""),
        "Within": places.within_label or "the whole city",
        "Budget": budget_in_words(places),
        "Ranked by": RANK_WORDS[asked.rank_by],
        **({"Harm weights": harm_in_words(places.harm)} if places.harm else {}),
        "Model": places.model,
        "Data known on": str(places.known_on),
        "Made on": str(places.made_on),
        "As of": f"{places.past}: a list of the past" if places.past else "the day it was made",
        "Status": "issued" if asked.issue else "a try, not issued",
        "Review date": str(places.review_date),
        "Measured": places.evidence_words,
        "The model's claim": claim_in_words(places),
        "Made by": asked.person or "not said",
        "Purpose": asked.purpose or "not said",
        "Made again by": command(places, out=out),
        "Does not say": places.says_not,
    }


def title_of(places: PlaceList) -> str:
    """Return what the list is, in one line: places at risk of what, in which hours, when."""
    when = " ".join(
        part for part in (weekdays_in_words(places.request), hours_in_words(places.request)) if "all" not in part
    )
    return (
        f"Places at risk: {', '.join(places.type_labels)}"
        + (f", {when}" if when else "")
        + (f", {places.within_label}" if places.within_label else "")
        + f", {places.forecast_from} to {places.forecast_until - timedelta(days=1)}"
    )


def hours_in_words(request: ListRequest) -> str:
    """``18-02 (after midnight counts to the evening's date)``, or all hours."""
    if request.hours is None:
        return "all hours"
    return f"{request.hours}" + (
        " (after midnight counts to the evening's date)" if request.hours.after_midnight else ""
    )


def weekdays_in_words(request: ListRequest) -> str:
    """``Friday, Saturday``, or all days."""
    return ", ".join(WEEKDAY_NAMES[day - 1] for day in sorted(request.weekdays)) or "all days"


def budget_in_words(places: PlaceList) -> str:
    """How many places, from how many units, and how much of the city they are."""
    asked = places.request
    of = f"{len(places.places)} places"
    if asked.unit == BOX:
        of += f" of {sum(place.boxes for place in places.places)} boxes"
    limit = (
        f"{asked.share:.2%} of the area asked for"
        if asked.share is not None
        else f"{asked.places or USUAL_PLACES} places asked for"
    )
    return f"{of}, {places.area_share:.2%} of the city's area ({limit})"


def harm_in_words(harm: Harm) -> str:
    """``Robbery 300, Burglary 20 (days an incident); whose weights they are``."""
    weights = ", ".join(f"{label} {weight:g}" for label, weight in harm.weights.items())
    return f"{weights} ({harm.unit} an incident); {harm.source}"


def claim_in_words(places: PlaceList) -> str:
    """The model's own expectation of the list: a claim, to be read beside what was measured."""
    if not places.expected_city:
        return "nothing expected"
    of_harm = f"{100 * places.harm_share:.1f} % of the harm, and " if places.harm_share is not None else ""
    return f"hold {of_harm}{100 * places.expected_share:.1f} % of the {places.expected_city:,.1f} incidents that it expects"


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
    words += ["--out", out]
    return shlex.join(words)
