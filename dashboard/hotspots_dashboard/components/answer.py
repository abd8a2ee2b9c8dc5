"""The answer: the number, its sentence, and what to do when nothing matches."""

from __future__ import annotations

from dataclasses import replace

from dash import html
from dash.development.base_component import Component

from hotspots.domain.incident_filter import MAX_RADIUS_M, IncidentFilter
from hotspots.domain.period import Period
from hotspots.domain.public_answer import Choices, Vintage
from hotspots.domain.public_counts import Counts
from hotspots.words.question import coverage_words
from hotspots_dashboard.components.links import stay_link
from hotspots_dashboard.state import ids
from hotspots_dashboard.state.page_state import PageState
from hotspots_dashboard.words import sentences
from hotspots_dashboard.words.formats import day, distance, number
from hotspots_dashboard.words.language import _, current


def answer_sentence(state: PageState, counts: Counts, choices: Choices, place: str | None) -> list[Component]:
    """The number and the sentence; the live region of the page."""
    if not counts.is_known:
        told = coverage_words(counts.coverage, language=current())
        return [html.Span(told, className="answer-none"), *_problem(state)]
    if counts.total == 0:
        asked = " ".join(sentences.parts(state.question, choices, place))
        none = _("No reported incidents match: none {asked}.", asked=asked)
        return [html.Span(none, className="answer-none"), *_problem(state)]
    said = sentences.sentence(state.question, counts, choices, place)
    return [html.Strong(number(counts.total), className="answer-number"), html.Span(" " + said), *_problem(state)]


def _problem(state: PageState) -> list[Component]:
    if not state.problem:
        return []
    said = _(
        "This address could not be read, because of “{part}”. Shown instead: all reported incidents of the last days.",
        part=state.problem,
    )
    return [html.Span(" " + said, className="answer-problem")]


def newer_data(state: PageState, vintage: Vintage) -> list[Component]:
    """The note where a shared address was made with an earlier publication."""
    if state.vintage is None or state.vintage == vintage.vintage_id:
        return []
    said = _(
        "This link was made with earlier data. Newer data came since, delivered on {day}, and may count differently.",
        day=day(vintage.known_on),
    )
    return [html.Span(" " + said, className="answer-problem")]


def beyond_data(question: IncidentFilter, vintage: Vintage) -> list[Component]:
    """A notice where the period asks for days that the data do not hold."""
    period, first, newest = question.period, vintage.data_from or vintage.first_day, vintage.newest_day
    if first is None or newest is None or period.is_within(first, newest):
        return []
    held = (min(period.last_day, newest) - max(period.start, first)).days + 1
    said = _(
        "There are data only from {first} to {last}: for {n} of these {total} days.",
        first=day(first),
        last=day(newest),
        n=number(max(held, 0)),
        total=number(period.n_days),
    )
    return [html.Span(" " + said, className="answer-problem")]


def ways_out(state: PageState) -> list[Component]:
    """The ways out of an empty answer: a wider radius, a longer period, no filter at all."""
    question = state.question
    links = []
    if question.around and question.around.radius_m < MAX_RADIUS_M:
        radius = min(question.around.radius_m * 2, MAX_RADIUS_M)
        wider = replace(question, around=replace(question.around, radius_m=radius))
        links.append((_("Search {radius} around", radius=distance(radius)), wider))
    n_days = max(question.period.n_days * 4, 90) if question.period.n_days < 365 else question.period.n_days * 2
    longer = question.with_period(Period.last_days(state.default_period.last_day, n_days))
    links.append((_("Look at the last {n} days", n=number(n_days)), longer))
    nothing = IncidentFilter(state.default_period)
    links.append((_("Clear all filters"), nothing))
    return [
        stay_link(name, state.link(question=asked), focus=ids.ANSWER, whole=asked == nothing, className="button")
        for name, asked in links
    ]
