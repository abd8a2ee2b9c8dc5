"""The page about the numbers: what they are, how places are protected, what they do not say."""

from __future__ import annotations

from collections.abc import Sequence

from dash import html
from dash.development.base_component import Component

from hotspots.domain.public_answer import City, FeedHealth, Vintage
from hotspots_dashboard.components.caveats import disclaimer, licence_line, source_line
from hotspots_dashboard.state import ids
from hotspots_dashboard.words import sentences
from hotspots_dashboard.words.language import _


def about_page(city: City, vintage: Vintage, feeds: Sequence[FeedHealth], *, url_base: str) -> Component:
    """A page of plain text."""
    sections = [part for title, text in _sections() for part in (html.H3(title), html.P(text))]
    return html.Main(
        html.Article(
            [
                html.H2(_("About these numbers")),
                html.P(sentences.published(city, vintage)),
                *sections,
                html.H3(_("Sources")),
                html.P(source_line(city, vintage)),
                *[html.P(sentences.feed(feed, timezone=city.timezone)) for feed in feeds],
                *licence_line(city),
                disclaimer(city),
                html.P(html.A(_("Back to the map"), href=url_base)),
            ],
            className="about-text",
            id=ids.ANSWER,  # where the link to skip leads
            tabIndex=-1,
        ),
        className="about",
    )


def _sections() -> tuple[tuple[str, str], ...]:
    return (
        (
            _("What is counted"),
            _(
                "A reported incident is something that somebody told the police, or that the police found. It is not proof that "
                "a crime happened, and it says nothing about who did it. Many things are never reported, more in some places and "
                "for some types than others."
            ),
        ),
        (
            _("Where a circle stands"),
            _(
                "No incident is shown at its own address. Each stands at a fixed public point that serves a whole block or several "
                "addresses. The area of a circle grows with the number of incidents at its point. Zoom in to "
                "split large circles into their points."
            ),
        ),
        (
            _("What is not shown as single incidents"),
            _(
                "Sexual and domestic incidents, those against children and others that could give somebody away are counted by area "
                "and month only. Times are given by the hour. Incidents without a location are counted in the area that the "
                "report names."
            ),
        ),
        (
            _("When numbers differ"),
            _(
                "Map, sentence, table, charts and download are one answer and agree to the last incident. They change when the "
                "police correct or withdraw a report: the date of the newest delivery stands at the top of the page."
            ),
        ),
        (
            _("What a normal week is"),
            _(
                "A week's band is made of the weeks before it, of the time of year in the whole city and of how much this place "
                "varies anyway: about 98 of 100 ordinary weeks lie inside. A bar outside its band is unusual, and still no explanation."
            ),
        ),
        (
            _("What a forecast says"),
            _(
                "A forecast layer shows how many incidents are expected in each cell if the coming weeks are like those before. "
                "It is about places, never about persons, and does not establish suspicion of anybody."
            ),
        ),
    )
