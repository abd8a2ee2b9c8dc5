"""Take a sentence or a chart away: its words, a picture of it, and a citation whose address names the publication."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from typing import Any

from dash import html
from dash.development.base_component import Component

from hotspots_dashboard.components.html_attributes import aria, data
from hotspots_dashboard.words.language import _

LABEL_LETTERS = 60  # of a sentence, in the name that a screen reader says


def taken_sentence(content: Any, **properties: Any) -> Component:
    """A paragraph that can be copied and cited."""
    parts = content if isinstance(content, list) else [content]
    said = "".join(_texts(parts))
    return html.P([*parts, " ", _button(_("Cite"), said)], **data(taken="words"), **properties)


def taken_chart(
    content: Sequence[Component], title: str, *, part: Callable[..., Component] = html.Div, **properties: Any
) -> Component:
    """A chart that can be copied as numbers, saved as a picture and cited; its button stands after it."""
    return part([*content, _button(_("Save or cite"), title)], **data(taken="chart", title=title), **properties)


def answer_button(answer_id: str) -> Component:
    """The button for the answer itself, which is a live region and so holds no button."""
    return html.Button(
        _("Cite"), type="button", className="take", **data(take=answer_id), **aria(label=_("Cite: the answer"))
    )


def map_button() -> list[Component]:
    """The button that saves the map as it is seen, and the line that says so."""
    return [
        html.Button(_("Picture of the map (PNG)"), type="button", className="button take-map"),
        html.P(role="status", className="quiet"),
    ]


def take_source(*, link: str, source: str, service: str, script: str, map_script: str) -> Component:
    """The words of every citation on the page: address with publication, source, service. Without it no button shows."""
    words = {
        "title": _("Take this away"),
        "words": _("Words, with where they come from"),
        "address": _("Link to this answer, with its dates"),
        "copy_words": _("Copy the words"),
        "copy_link": _("Copy the link"),
        "png": _("Picture (PNG)"),
        "svg": _("Drawing (SVG)"),
        "close": _("Close"),
        "copied": _("Copied."),
        "selected": _("Selected: copy it with your keyboard."),
        "saved": _("Saved."),
    }
    scripts = {"script": script, "map": map_script}
    told = {"link": link, "source": source, "service": service, **scripts, "words": json.dumps(words)}
    return html.Div(className="take-source", hidden=True, **data(**told))


def _button(label: str, said: str) -> Component:
    short = said.strip() if len(said.strip()) <= LABEL_LETTERS else said.strip()[:LABEL_LETTERS].rstrip() + "…"
    return html.Button(label, type="button", className="take", **aria(label=f"{label}: {short}"))


def _texts(content: Any) -> list[str]:
    if isinstance(content, list | tuple):
        return [text for one in content for text in _texts(one)]
    if isinstance(content, Component):
        return _texts(getattr(content, "children", None))
    return [] if content is None else [str(content)]
