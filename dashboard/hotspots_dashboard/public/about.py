"""The page about the numbers: what they are, how places are protected, what they do not say."""

from __future__ import annotations

from dash import html
from dash.development.base_component import Component

from hotspots.domain.public_answer import City, Vintage
from hotspots_dashboard.components.caveats import source_line
from hotspots_dashboard.public import ids, words


def about_page(city: City, vintage: Vintage, *, url_base: str) -> Component:
    """A page of plain text."""
    sections = [part for title, text in words.ABOUT_SECTIONS for part in (html.H3(title), html.P(text))]
    return html.Main(
        html.Article(
            [
                html.H2(words.ABOUT),
                html.P(words.published(city, vintage)),
                *sections,
                html.H3(words.SOURCES),
                html.P(source_line(city, vintage)),
                html.P(city.disclaimer),
                html.P(html.A(words.BACK_TO_MAP, href=url_base)),
            ],
            className="about-text",
            id=ids.ANSWER,  # where the link to skip leads
            tabIndex=-1,
        ),
        className="about",
    )
