"""The panels of what a number stands on: ask the reader for changes, rates, completeness and sums, and hands them to the words."""

from __future__ import annotations

from dash.development.base_component import Component

from hotspots.domain.city_clock import today
from hotspots.domain.honest_number import Freshness
from hotspots.domain.incident_filter import IncidentFilter
from hotspots.domain.public_answer import Area
from hotspots.pipeline.comparison import change_from_last_year, place_standing
from hotspots.store.public.reader import OpenReader
from hotspots_dashboard.components import caveats, change_and_rates
from hotspots_dashboard.components.take_away import taken_sentence
from hotspots_dashboard.components.verdict import verdict
from hotspots_dashboard.state.page_state import PageState


def stands_on(reader: OpenReader, state: PageState) -> tuple[list[Component]]:
    """Changes, rate, where the incidents are, what is not known yet, and how everything adds up."""
    question, counts = state.question, reader.count(state.question)
    change = change_from_last_year(reader, question)
    period = question.period
    said = [
        change_and_rates.change_sentence(change) if change else None,
        change_and_rates.located_share_sentence(change) if change else None,
        change_and_rates.rate_sentence(reader.honest.rate(question), n_days=period.n_days) if counts.total else None,
        change_and_rates.completeness_sentence(freshness(reader), period.start, period.last_day),
    ]
    kinds = {kind.kind: kind.label for kind in reader.choices().area_kinds}
    sums = change_and_rates.reconciliation_list(reader.honest.reconcile(question), kinds)
    return (
        [
            *[taken_sentence(one) for one in said if one],
            *caveats.number_caveats(question, counts, reader.choices()),
            sums,
        ],
    )


def verdict_of(reader: OpenReader, state: PageState, *, own_page: bool = False) -> tuple[list[Component]]:
    """The verdict on the question's place; none where nothing was reported. `own_page`: on the page of that place."""
    question, choices = state.question, reader.choices()
    if not reader.count(question).total:
        return ([],)
    return (
        verdict(
            state,
            place=place_standing(reader, question),
            change=change_from_last_year(reader, question),
            types=reader.by_type(question),
            holders=_holders(reader, question),
            choices=choices,
            own_page=own_page,
        ),
    )


def _holders(reader: OpenReader, question: IncidentFilter) -> list[Area]:
    """The current areas that hold the searched place, in the order of their kinds."""
    if not question.around:
        return []
    numbers = set(reader.areas_of_place(question.around.gazetteer_id))
    return [
        area
        for kind in reader.choices().area_kinds
        for area in kind.areas
        if area.area_id in numbers and area.is_current
    ]


def freshness(reader: OpenReader) -> Freshness:
    """How late the feed is, by the city's own day."""
    return reader.honest.freshness(today(reader.city().timezone))
