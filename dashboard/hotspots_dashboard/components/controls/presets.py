"""Questions that many people ask, a press each."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from dash.development.base_component import Component

from hotspots.domain.incident_filter import HourRange, IncidentFilter
from hotspots.domain.public_answer import Choices
from hotspots_dashboard.components.links import stay_link
from hotspots_dashboard.state import ids
from hotspots_dashboard.state.page_state import PageState
from hotspots_dashboard.words.language import _

WORKDAYS = (1, 2, 3, 4, 5)


def presets(state: PageState, choices: Choices) -> list[Component]:
    """A chip each; one that is asked already takes its part away again."""
    chips = []
    for name, asked, without in _offered(state.question, choices):
        is_on = asked == state.question
        look = "preset preset-on" if is_on else "preset"
        chips.append(
            stay_link(name, state.link(question=without if is_on else asked), focus=ids.PRESETS, className=look)
        )
    return chips


def _offered(question: IncidentFilter, choices: Choices) -> Iterator[tuple[str, IncidentFilter, IncidentFilter]]:
    """Name, the question with it, and the question without it."""
    violent = tuple(one.name for one in choices.crime_types if one.group == "violence")
    if violent:
        yield _("Violence"), replace(question, crime_types=violent), replace(question, crime_types=())
    at_any_time = replace(question, hours=None, weekdays=())
    yield _("School hours"), replace(question, hours=HourRange(7, 16), weekdays=WORKDAYS), at_any_time
    yield _("Way home"), replace(question, hours=HourRange(16, 20), weekdays=WORKDAYS), at_any_time
    yield _("Night"), replace(question, hours=HourRange(22, 6), weekdays=()), at_any_time
