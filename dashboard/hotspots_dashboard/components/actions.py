"""The actions on an answer: share it, take it away, follow it."""

from __future__ import annotations

from urllib.parse import quote, urlencode

from dash import html
from dash.development.base_component import Component

from hotspots_dashboard.components.browser_components import Copy, Subscribe
from hotspots_dashboard.components.take_away import map_button
from hotspots_dashboard.state.page_state import PageState
from hotspots_dashboard.words.language import _, current


def actions(state: PageState, *, vintage_id: int, url_base: str, alerts: bool) -> list[Component]:
    """Three folded lists: share, download, follow.

    Parameters
    ----------
    vintage_id : the publication that a shared address and the files name.
    alerts : whether this server takes subscriptions to mails.
    """
    return [
        html.Details([html.Summary(_("Share")), *_share(state, vintage_id, url_base)], className="action"),
        html.Details([html.Summary(_("Download")), *_download(state, vintage_id, url_base)], className="action"),
        html.Details([html.Summary(_("Follow")), *_follow(state, url_base, alerts=alerts)], className="action"),
    ]


def dated_query(state: PageState, vintage_id: int) -> str:
    """The address of this answer with its days and its publication."""
    return _query({**state.question.to_query(), **state.view.to_query(), "lang": current().code, "vintage": vintage_id})


def _share(state: PageState, vintage_id: int, url_base: str) -> list[Component]:
    embedded = {**state.question.to_query(), "lang": current().code}
    if state.view.forecast is not None:
        embedded["forecast"] = str(state.view.forecast)
    words = {"copy": _("Copy"), "copied": _("Copied."), "selected": _("Selected: copy it with your keyboard.")}
    title = _("Reported incidents")
    frame = f'" title="{title}" width="100%" height="480" style="border:0" loading="lazy" referrerpolicy="no-referrer"></iframe>'
    return [
        Copy(
            id="permalink",
            label=_("Link to this answer, with its dates"),
            path=url_base + dated_query(state, vintage_id),
            words=words,
        ),
        Copy(
            id="embed-code",
            label=_("Code that shows the map in another page"),
            before='<iframe src="',
            path=f"{url_base}embed{_query(embedded)}",
            after=frame,
            words=words,
        ),
        *map_button(),
    ]


def _download(state: PageState, vintage_id: int, url_base: str) -> list[Component]:
    asked = {**state.question.to_query(), "vintage": str(vintage_id)}
    files = (
        (_("Table of incidents (CSV)"), f"{url_base}download/incidents.csv{_query(asked)}"),
        (
            _("Incidents for programs (GeoJSON, in pages)"),
            f"{url_base}api/collections/incidents/items{_query({**asked, 'f': 'json'})}",
        ),
        (_("One page to print (PDF)"), f"{url_base}api/place.pdf{_query({**asked, 'lang': current().code})}"),
    )
    links = [html.Li(html.A(name, href=address, download="")) for name, address in files]
    everything = html.A(_("All open data, for programs"), href=f"{url_base}api/docs")
    return [html.Ul([*links, html.Li(everything)])]


def _follow(state: PageState, url_base: str, *, alerts: bool) -> list[Component]:
    asked = state.question.to_query()
    if state.question.period == state.default_period:
        del asked["from"], asked["to"]  # the feed moves with the data
    feed = html.P(
        html.A(_("Atom feed of this selection"), href=f"{url_base}api/feed{_query({**asked, 'lang': current().code})}")
    )
    return [feed, *(_mails(state, url_base) if alerts else [])]


def _mails(state: PageState, url_base: str) -> list[Component]:
    question = state.question
    if question.around:
        place: dict[str, int] = {"at": question.around.gazetteer_id}
    elif len(question.areas) == 1:
        place = {"area": question.areas[0]}
    else:
        return [html.P(_("To be told by mail, search a place or choose one area."), className="quiet")]
    words = {
        "email": _("Tell me by e-mail at"),
        "when": _("Tell me of"),
        "every": _("every reported incident"),
        "unusual": _("only unusual weeks"),
        "subscribe": _("Ask for mails"),
        "note": _(
            "Your address is kept with a coarse cell of the map, never with the place you searched. Every mail has a link that deletes it."
        ),
        "asking": _("Asking …"),
        "refused": _("That was not taken."),
        "failed": _("The server did not answer. Please try again."),
    }
    return [
        Subscribe(
            id="subscribe",
            url=f"{url_base}api/subscriptions",
            place=place,
            types=list(question.crime_types),
            lang=current().code,
            words=words,
        )
    ]


def _query(values: dict[str, object] | dict[str, str]) -> str:
    return "?" + urlencode(values, safe=",:|", quote_via=quote)
