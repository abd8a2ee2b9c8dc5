"""The caveats of the numbers, and their source."""

from __future__ import annotations

from dash import html
from dash.development.base_component import Component

from hotspots.domain.incident_filter import IncidentFilter
from hotspots.domain.public_answer import Choices, City, Vintage
from hotspots.domain.public_counts import Counts
from hotspots_dashboard.components.take_away import taken_sentence
from hotspots_dashboard.words import sentences
from hotspots_dashboard.words.formats import day
from hotspots_dashboard.words.language import _


def number_caveats(question: IncidentFilter, counts: Counts, choices: Choices) -> list[Component]:
    """Where the incidents of the answer are, what it leaves out, and the protected reports."""
    said = [sentences.reconciliation(counts), *sentences.not_in_answer(question, counts, choices)]
    sensitive = sentences.sensitive(counts)
    return [
        *[taken_sentence(one) for one in said if one],
        *([taken_sentence(sensitive, className="sensitive")] if sensitive else []),
    ]


def source_line(city: City, vintage: Vintage) -> str:
    """Source and vintage, for captions."""
    return _(
        "Source: {source}. {data_to}, as delivered on {day}.",
        source=city.attribution,
        data_to=sentences.data_to(vintage),
        day=day(vintage.known_on, short=True),
    )


def licence_line(city: City) -> list[Component]:
    """The agency's licence with its address, where the city names one."""
    if not city.licence:
        return []
    name = html.A(city.licence, href=city.licence_url, rel="license") if city.licence_url else city.licence
    return [html.P([_("Licence of the data:"), " ", name])]


def disclaimer(city: City) -> Component:
    """The words that the agency wants beside its data, as it words them where the city file has none in the page's language."""
    return html.P(city.disclaimer, lang=city.disclaimer_lang)


def page_foot(city: City, vintage: Vintage) -> Component:
    """Attribution and disclaimer, on every page."""
    unproven = _(
        "Reported incidents are unproven, and reports depend on who reports. A circle stands for its surroundings, "
        "never for a house or a person."
    )
    return html.Details(
        [
            html.Summary([_("Sources and limits of use"), html.Span(city.attribution, className="quiet")]),
            html.Div(
                [
                    html.P(source_line(city, vintage)),
                    *licence_line(city),
                    disclaimer(city),
                    html.P(unproven),
                    *[html.P(one) for one in (sentences.withheld(vintage),) if one],
                ],
                className="foot-words",
            ),
        ]
    )
