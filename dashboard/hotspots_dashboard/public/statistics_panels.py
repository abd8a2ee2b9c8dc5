"""What a number stands on: asks the reader for changes, rates, completeness and sums, and hands them to the words."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from dash import html
from dash.development.base_component import Component

from hotspots.domain.honest_number import Freshness
from hotspots.pipeline.comparison import change_from_last_year
from hotspots_dashboard.components import caveats, change_and_rates
from hotspots_dashboard.state.page_state import PageState


def stands_on(reader: Any, state: PageState) -> tuple[list[Component]]:
    """Changes, rate, where the incidents are, what is not known yet, and how everything adds up."""
    question, counts = state.question, reader.count(state.question)
    change = change_from_last_year(reader, question)
    period = question.period
    said = [
        change_and_rates.change_sentence(change) if change else None,
        change_and_rates.located_share_sentence(change) if change else None,
        change_and_rates.rate_sentence(reader.honest.rate(question)) if counts.total else None,
        change_and_rates.completeness_sentence(freshness(reader), period.start, period.last_day),
    ]
    kinds = {kind.kind: kind.label for kind in reader.choices().area_kinds}
    sums = change_and_rates.reconciliation_list(reader.honest.reconcile(question), kinds)
    return ([*[html.P(one) for one in said if one], *caveats.number_caveats(question, counts, reader.choices()), sums],)


def freshness(reader: Any) -> Freshness:
    """How late the feed is, by the city's own day."""
    return reader.honest.freshness(datetime.now(ZoneInfo(reader.city().timezone)).date())
