"""A question in words: where, what and when, each from public names, never longer than a reader can take in."""

from __future__ import annotations

from collections.abc import Sequence

from hotspots.domain.filters.fields import column_values
from hotspots.domain.incident_filter import IncidentFilter
from hotspots.domain.period import Period
from hotspots.domain.public_answer import Choices, Coverage
from hotspots.words.language import Language
from hotspots.words.places import the_place

MOST_NAMED = 4
LONGEST = 80  # letters of one name


def where_words(question: IncidentFilter, choices: Choices, place: str | None, *, language: Language) -> str:
    """As it follows "reported incidents": within 800 m of …, in Ward 2, in the whole city. `place` is the searched one's name."""
    said: list[str] = []
    if question.around:
        around = the_place(shortened(place or ""), language=language)
        said.append(
            language.say(
                "within {distance} of {place}", distance=language.distance(question.around.radius_m), place=around
            )
        )
    if question.polygon:
        said.append(language.say("inside a drawn outline"))
    by_kind: dict[str, list[str]] = {}
    for area_id in question.areas:
        area = choices.areas[area_id]
        by_kind.setdefault(area.kind, []).append(area.name)
    labels = {kind.kind: kind.label for kind in choices.area_kinds}
    said += [
        language.say("in {areas}", areas=f"{labels[kind]} {_listed(names, language)}")
        for kind, names in by_kind.items()
    ]
    places = {kind.kind: kind.label for kind in choices.place_kinds}
    said += [
        language.say(
            "within {distance} of a place of the kind {kind}",
            distance=language.distance(near.distance_m),
            kind=places[near.kind],
        )
        for near in question.near
    ]
    return ", ".join(said) or language.say("in the whole city")


def other_words(question: IncidentFilter, choices: Choices, *, language: Language) -> list[tuple[str, str]]:
    """The other parts of the question: name and value, in words."""
    said: list[tuple[str, str]] = []
    for field, value in column_values(question):
        labels = {one.value: one.label for one in field.choices(choices)}
        names = [labels.get(word, word) for word in field.words_of(value)]
        # The labels of a city are in its language already; ours stand in the catalogue.
        shown = names if field.values is None else [language.text(name) for name in names]
        said.append((language.text(field.short_label or field.label), _listed(shown, language)))
    if question.hours:
        said.append((language.say("Hours"), language.hours(question.hours.start, question.hours.end)))
    if question.weekdays:
        days = [language.weekday(day) for day in sorted(question.weekdays)]
        said.append((language.say("Weekdays"), language.either(days)))
    return said


def period_words(period: Period, *, language: Language) -> str:
    """1 October 2017 to 31 December 2017, or the one day."""
    if period.n_days == 1:
        return language.day(period.start)
    return language.say("{first} to {last}", first=language.day(period.start), last=language.day(period.last_day))


def coverage_words(coverage: Coverage | None, *, language: Language) -> str | None:
    """For which days of a period there are data; None where there are for all."""
    if coverage is None or coverage.is_whole:
        return None
    if coverage.first_day is None or coverage.last_day is None:
        return language.say("There are no data for these days, so how many incidents they had is not known.")
    said = {
        "days": language.number(coverage.days),
        "of_days": language.number(coverage.of_days),
        "first": language.day(coverage.first_day),
        "last": language.day(coverage.last_day),
    }
    if coverage.gaps:
        return language.say(
            "There are data for {days} of these {of_days} days, from {first} to {last} but for {gaps}; of the others nothing is known.",
            gaps=gap_words(coverage.gaps, language=language),
            **said,
        )
    return language.say(
        "There are data for {days} of these {of_days} days, from {first} to {last}; of the others nothing is known.",
        **said,
    )


def gap_words(gaps: Sequence[Period], *, language: Language) -> str:
    """1 March 2024 to 31 March 2024 and 5 May 2024: the longest ones, in their order, and how many more there are."""
    longest = sorted(gaps, key=lambda gap: -gap.n_days)[:MOST_NAMED]
    said = [period_words(gap, language=language) for gap in sorted(longest)]
    if len(gaps) > MOST_NAMED:
        said.append(language.say("{n} more", n=len(gaps) - MOST_NAMED))
    return language.both(said)


def hidden_words(question: IncidentFilter, choices: Choices, *, language: Language) -> str | None:
    """Of which types reports are hidden, and about how many in all the data; None where of none that is asked for."""
    hidden = [
        (crime_type.hidden, crime_type.label)
        for crime_type in choices.crime_types
        if crime_type.hidden
        and question.asks_for_type(crime_type.name, group=crime_type.group, initiated_by=crime_type.initiated_by)
    ]
    if not hidden:
        return None
    most = sorted(hidden, key=lambda pair: (-pair[0], pair[1]))[:MOST_NAMED]
    types = [language.say("{label} about {n}", label=label, n=language.number(n)) for n, label in most]
    return language.say(
        "Protected reports of these types are in no number above; in all the data they are: {types}.",
        types=language.both(types),
    )


def shortened(name: str) -> str:
    """A name cut where it runs on."""
    return name if len(name) <= LONGEST else f"{name[: LONGEST - 1]}…"


def _listed(names: list[str], language: Language) -> str:
    shown = [shortened(name) for name in names[:MOST_NAMED]]
    if len(names) > MOST_NAMED:
        shown.append(language.say("{n} more", n=len(names) - MOST_NAMED))
    return language.either(shown)
