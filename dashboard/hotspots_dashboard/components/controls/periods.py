"""Other periods, a press away: the one before, and the same days last year."""

from __future__ import annotations

from dash.development.base_component import Component

from hotspots.domain.public_answer import Vintage
from hotspots_dashboard.components.links import stay_link
from hotspots_dashboard.state import ids
from hotspots_dashboard.state.page_state import PageState
from hotspots_dashboard.words.language import _


def other_periods(state: PageState, vintage: Vintage) -> list[Component]:
    """Links to those periods that the data cover wholly."""
    asked = state.question
    periods = (
        (_("The period before"), asked.period.before()),
        (_("Same days last year"), asked.period.year_before()),
    )
    first, last = vintage.first_day, vintage.newest_day
    return [
        stay_link(name, state.link(question=asked.with_period(period)), focus=ids.ANSWER)
        for name, period in periods
        if period and first and last and period.is_within(first, last)
    ]
