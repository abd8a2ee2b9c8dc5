"""What the numbers leave out, and where they come from."""

from __future__ import annotations

from dash import html
from dash.development.base_component import Component

from hotspots.domain.incident_filter import IncidentFilter
from hotspots.domain.public_answer import City, Counts, Vintage
from hotspots_dashboard.public import words


def number_caveats(question: IncidentFilter, counts: Counts) -> list[Component]:
    """Where the incidents of the answer are, what it leaves out, and the protected reports."""
    said = [words.reconciliation(counts), *words.not_in_answer(question, counts)]
    sensitive = words.sensitive(counts)
    return [
        *[html.P(one) for one in said if one],
        *([html.P(sensitive, className="sensitive")] if sensitive else []),
    ]


def source_line(city: City, vintage: Vintage) -> str:
    """Source and vintage, for captions."""
    return f"Source: {city.attribution}. {words.data_to(vintage)}, as delivered on {words.day(vintage.known_on, short=True)}."


def page_foot(city: City, vintage: Vintage) -> Component:
    """Attribution and disclaimer, on every page."""
    return html.Footer(
        html.Details(
            [
                html.Summary([words.LIMITS, html.Span(city.attribution, className="quiet")]),
                html.Div(
                    [
                        html.P(source_line(city, vintage)),
                        html.P(city.disclaimer),
                        html.P(words.UNPROVEN),
                    ],
                    className="foot-words",
                ),
            ]
        ),
        className="foot",
    )
