"""One page about a place, to print or to send: map, numbers, change and source as an accessible PDF (PDF/UA-1)."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

from hotspots.domain.city_clock import day_of
from hotspots.domain.incident_filter import IncidentFilter
from hotspots.domain.period import Period
from hotspots.domain.public_counts import Counts, WeekCount
from hotspots.pipeline.comparison import change_from_last_year, usual_weeks
from hotspots.pipeline.follow import place_sheet_drawings
from hotspots.pipeline.follow.place_sheet_drawings import GROUP_COLOURS, MIXED
from hotspots.pipeline.typeset import typeset
from hotspots.words.done_actions import effect_words, when_words
from hotspots.words.language import Language
from hotspots.words.question import coverage_words, hidden_words, other_words, period_words, shortened, where_words

if TYPE_CHECKING:
    from hotspots.store.public.reader import OpenReader

MOST_WEEKS = 53
MOST_TYPES = 9
MOST_MONTHS = 3
MOST_ACTIONS = 2
MOVED = 0.01  # a share of reports with a location that changed less is not told
LONGEST_TEXT = 600  # letters of what a city says in its own words
TEMPLATE = Path(__file__).with_name("place_sheet.typ")


def draw_sheet(reader: OpenReader, question: IncidentFilter, *, permalink: str, language: Language) -> bytes:
    """Return the page as PDF.

    Parameters
    ----------
    permalink : address of the page that shows the same, with the number of the vintage.
    """
    words = sheet_words(reader, question, permalink=permalink, language=language)
    return typeset(TEMPLATE, words, name="sheet")


def sheet_words(reader: OpenReader, question: IncidentFilter, *, permalink: str, language: Language) -> dict[str, Any]:
    """Everything that stands on the page, in words and drawings."""
    city, vintage, choices, counts = reader.city(), reader.vintage(), reader.choices(), reader.count(question)
    place = reader.find(question.around.gazetteer_id).name if question.around else None
    where = where_words(question, choices, place, language=language)
    drawn = reader.sheet_map(question, aspect=place_sheet_drawings.WIDTH / place_sheet_drawings.HEIGHT)
    largest = max((n for n, *_ in drawn.circles), default=0)
    published = day_of(vintage.published_at, city.timezone)
    weeks, bands, week_said = _weeks(reader, question, language=language)
    listed = [one for one in reader.by_type(question) if one.incidents]
    types = [(shortened(one.label), one.incidents, GROUP_COLOURS[one.group]) for one in listed[:MOST_TYPES]]
    if len(listed) > MOST_TYPES:
        types.append((language.say("other types"), sum(one.incidents for one in listed[MOST_TYPES:]), MIXED))
    return {
        "lang": language.code,
        "service": city.service,
        "title": language.say("Reported incidents {where}", where=where),
        "period": period_words(question.period, language=language),
        "narrowed": other_words(question, choices, language=language),
        "total": language.number(counts.total) if counts.is_known else "–",
        "sentence": _sum_sentence(question, counts, language=language),
        "map": place_sheet_drawings.draw_map(drawn, language=language),
        "map_words": language.say(
            "Map, {where}: {located} reported incidents at {circles} public points or groups of points, the largest with {largest}.",
            where=where,
            located=language.number(counts.located),
            circles=language.number(len(drawn.circles)),
            largest=language.number(largest),
        ),
        "map_caption": language.say(
            "A circle stands for its surroundings, never for a house or a person. Its area grows with the reported incidents; the "
            "largest stands for {largest}.",
            largest=language.number(largest),
        ),
        "change_title": language.say("Change"),
        "change": change_sentences(reader, question, language=language),
        "types_title": language.say("By type"),
        "types_heads": [language.say("Type"), language.say("Reported incidents"), language.say("Share of the largest")],
        "types": [[label, language.number(n), n / max(types[0][1], 1), colour] for label, n, colour in types],
        "weeks_title": language.say("By week"),
        "weeks": place_sheet_drawings.draw_weeks(
            weeks,
            bands,
            most=language.say("most in a week: {n}", n=language.number(max(week.incidents or 0 for week in weeks))),
            ends=(language.short_day(weeks[0].first_day), language.short_day(weeks[-1].last_day)),
        )
        if weeks
        else None,
        "weeks_words": language.say(
            "Reported incidents a week, oldest first: {numbers}.", numbers=", ".join(_known(w, language) for w in weeks)
        ),
        "weeks_caption": week_said,
        "notes": [
            *_sensitive(counts, language=language),
            *filter(None, [hidden_words(question, choices, language=language)]),
            *_done(reader, question, language=language),
            _unproven(language),
        ],
        "source_lang": city.disclaimer_lang or language.code,
        "source": f"{_cut(city.source)} {_cut(city.disclaimer)}",
        "invented": language.say("This city is invented.") if city.invented else None,
        "vintage": language.say(
            "As published on {day}, publication {number}; newest delivery of {known_on}, newest public day {newest_day}.",
            day=language.day(published),
            number=vintage.vintage_id,
            known_on=language.day(vintage.known_on),
            newest_day=language.day(vintage.newest_day) if vintage.newest_day else "–",
        ),
        "published": [published.year, published.month, published.day],
        "link_words": language.say("The same on the map, as of this publication"),
        "link": permalink,
    }  # fmt: skip


def change_sentences(reader: OpenReader, question: IncidentFilter, *, language: Language) -> list[str]:
    """The change against the same days last year, judged by the place's own weeks; or why it cannot be said."""
    name = language.say("Against the same days last year")
    if question.period.n_days == 1:
        name = language.say("Against the same day last year")
    change = change_from_last_year(reader, question)
    if change is None:
        return [language.say("{name}: the data do not cover these days in both years.", name=name)]
    verdict = {
        "within": language.say("within what is normal here"),
        "higher": language.say("higher than chance explains"),
        "lower": language.say("lower than chance explains"),
    }[change.category]
    said = [
        language.say(
            "{name} ({period}): {then} then, {now} now: {verdict}.",
            name=name,
            period=period_words(change.past_period, language=language),
            then=language.number(change.past),
            now=language.number(change.now),
            verdict=verdict,
        )
    ]
    if change.located_shares and abs(change.located_shares[1] - change.located_shares[0]) >= MOVED:
        said.append(
            language.say(
                "In the whole city {now} % of reports have a location, {then} % then: the comparison allows for that.",
                then=language.decimal(100 * change.located_shares[0]),
                now=language.decimal(100 * change.located_shares[1]),
            )
        )
    return said


def _sum_sentence(question: IncidentFilter, counts: Counts, *, language: Language) -> str:
    numbers = {
        name: language.number(value)
        for name, value in (
            ("located", counts.located),
            ("no_location", counts.no_location),
            ("outside", counts.outside),
            ("city_no_location", counts.city_no_location),
            ("hour_unknown", counts.hour_unknown),
        )
    }
    covered = coverage_words(counts.coverage, language=language)
    if not counts.is_known and covered:
        return covered
    said = [
        language.say(
            "{located} on the map + {no_location} without a location, counted in the recorded area + {outside} outside the study area.",
            **numbers,
        )
    ]
    if question.around or question.polygon or question.near:
        said.append(
            language.say(
                "In the whole city {city_no_location} have no location, so they are in no radius and no outline.",
                **numbers,
            )
        )
    if covered:
        said.append(covered)
    if counts.hour_unknown:
        said.append(
            language.say(
                "{hour_unknown} more match everything but the hours, because their hour is not known.", **numbers
            )
        )
    return " ".join(said)


def _weeks(
    reader: OpenReader, question: IncidentFilter, *, language: Language
) -> tuple[tuple[WeekCount, ...], dict[object, tuple[float, float]], str]:
    """The weeks of the period, at most a year of them, with the band of usual ones, and what is said of them."""
    earliest = question.period.end - timedelta(days=7 * MOST_WEEKS)
    shown = question.with_period(Period(max(question.period.start, earliest), question.period.end))
    weeks, judged = reader.by_week(shown), usual_weeks(reader, shown)
    if not weeks:
        return weeks, {}, ""
    if all(week.incidents is None for week in weeks):
        return (), {}, ""
    if not judged:
        return weeks, {}, language.say("There are not yet eight weeks before to say what is normal.")
    said = {
        "within": language.say("The last week is within the band, which holds about 98 of 100 ordinary weeks here."),
        "higher": language.say("The last week is above the band, which holds about 98 of 100 ordinary weeks here."),
        "lower": language.say("The last week is below the band, which holds about 98 of 100 ordinary weeks here."),
    }
    bands: dict[object, tuple[float, float]] = {
        one.week.first_day: (float(one.lowest), float(one.highest)) for one in judged
    }
    return weeks, bands, said[judged[-1].category] if judged[-1].week == weeks[-1] else ""


def _known(week: WeekCount, language: Language) -> str:
    return language.say("not known") if week.incidents is None else language.number(week.incidents)


def _sensitive(counts: Counts, *, language: Language) -> list[str]:
    if not counts.sensitive:
        return []
    few = language.say("too few to publish")
    months: list[str] = []
    for one in counts.sensitive[-MOST_MONTHS:]:
        area = f" {shortened(one.area.name)}" if one.area else ""
        number = few if one.incidents is None else language.number(one.incidents)
        months.append(f"{language.month(one.month)}{area}: {number}")
    return [
        language.say(
            "Sexual, domestic and other sensitive reports are in no number above. They are counted by month and {place} only: {months}.",
            place=language.say("area") if counts.sensitive[-1].area else language.say("city"),
            months="; ".join(months),
        )
    ]


def _done(reader: OpenReader, question: IncidentFilter, *, language: Language) -> list[str]:
    """The newest past actions at the place; that there are none, where a place is asked for."""
    done = reader.done_here(question)
    told = [
        language.say(
            "What was done here: {remedy}, {when}. {sentence}",
            remedy=one.remedy,
            when=when_words(one, language=language),
            sentence=effect_words(one, language=language),
        )
        for one in done[:MOST_ACTIONS]
    ]
    if len(done) > MOST_ACTIONS:
        told.append(language.say("{n} older actions are on the map.", n=language.number(len(done) - MOST_ACTIONS)))
    if not done and (question.areas or question.around or question.polygon or question.near):
        told.append(
            language.say("What was done here: no past action with a published effect is on record for this place.")
        )
    return told


def _unproven(language: Language) -> str:
    return language.say(
        "Reported incidents are unproven, and reports depend on who reports. The newest days may still grow."
    )


def _cut(text: str) -> str:
    return text if len(text) <= LONGEST_TEXT else f"{text[: LONGEST_TEXT - 1]}…"
