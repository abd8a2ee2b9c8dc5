"""`create_app`: the public pages as one Dash app over a reader."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from typing import Any, cast

import dash
import structlog
from dash import html, set_props
from flask import Flask, Request, Response, g, request

from hotspots.domain.units import METRIC
from hotspots.domain.whole_number import read_whole_number
from hotspots.errors import DatabaseAwayError, HotspotsError
from hotspots.store.public.newest_vintage import ask_for
from hotspots.store.public.reader import OpenReader
from hotspots.store.public.work import LongerError
from hotspots.words.units import units_of
from hotspots_dashboard.public import callbacks, layout, pages, result_panels, shell
from hotspots_dashboard.public.downloads import csv_file
from hotspots_dashboard.public.page_values import Ask
from hotspots_dashboard.public.pages import PAGES, Head
from hotspots_dashboard.state import ids
from hotspots_dashboard.state.page_state import as_mapping, read_state
from hotspots_dashboard.words import language
from hotspots_dashboard.words.language import _

log = structlog.get_logger()


@dataclass(frozen=True)
class DeskParts:
    """Where the map stands in the staff desk: its head, and what can be done with an answer."""

    head: Head
    actions: Ask
    stylesheets: tuple[str, ...] = ()


def create_app(
    reader: OpenReader,
    *,
    url_base: str = "/",
    mounted_at: str | None = None,
    online_tiles: dict[str, str] | None = None,
    alerts: bool = False,
    desk: DeskParts | None = None,
) -> dash.Dash:
    """Make the public pages.

    Parameters
    ----------
    reader : hotspots.store.public.reader.OpenReader
        Answers every question; the pages hold no SQL.
    url_base : str
        Where browsers find the pages; starts and ends with a slash.
    mounted_at : str, optional
        Where this server is asked for them, if whoever asks it takes a part of `url_base` off.
    online_tiles : mapping, optional
        ``tiles`` and ``attribution`` of an online base map; the city's own layers where it is left out.
    alerts : bool
        Whether this server takes subscriptions to mails.
    desk : DeskParts, optional
        What the staff desk shows in place of the public head and actions; there are then no downloads by address.
    """
    mounted_at = mounted_at or url_base
    app = shell.PublicDash(
        "hotspots_dashboard",
        server=_Pages("hotspots_dashboard", static_folder=None),  # pyright: ignore[reportArgumentType]  (Dash takes it, and says bool)
        assets_folder=str(shell.ASSETS),
        assets_path_ignore=["vendor", "later"],
        requests_pathname_prefix=url_base,
        routes_pathname_prefix=mounted_at,
        update_title=None,  # pyright: ignore[reportArgumentType]  (None: the title stays)
        suppress_callback_exceptions=True,
        serve_locally=True,
        on_error=_answer_error,
        # Under no-referrer a form sends no origin, and the desk takes a form from its own pages only.
        meta_tags=[one for one in shell.META if not (desk and one["name"] == "referrer")],
        external_stylesheets=list(desk.stylesheets) if desk else [],
    )
    app.layout = layout.frame()
    recorded, reader = reader, cast("OpenReader", _Spoken(reader))  # it answers for every attribute of the reader
    actions = desk.actions if desk else partial(result_panels.actions_of, url_base=url_base, alerts=alerts)
    head = desk.head if desk else partial(pages.public_head, reader, url_base=url_base)
    parts = {"head": head, "actions": actions, "url_base": url_base, "online_tiles": online_tiles}
    page, answered = (partial(make, reader, **parts) for make in (pages.page, pages.answered_page))
    callbacks.register(app, reader, page=page, actions=actions)

    def pinned() -> int | None:
        return None if desk else recorded.vintage().vintage_id  # the desk's data change with every load

    def first_paint() -> shell.FirstPaint | None:
        path, search = request.path.removeprefix(mounted_at), request.query_string.decode("ascii", "replace")
        with suppress(HotspotsError):  # then the page itself says what is wrong
            if not pages.is_page(reader, path):
                return None
            title, state = pages.page_title(reader, path, search), read_state(reader, search)
            if path not in ("", "embed"):
                return shell.FirstPaint(answered(path, search), {}, title, pinned())
            told = layout.map_properties(reader, state, url_base=url_base, online_tiles=online_tiles)
            return shell.FirstPaint(answered(path, search), told, title, pinned())
        if reader.is_away:
            g.is_away = True
            return shell.FirstPaint(pages.away_page(url_base=url_base), {}, None)
        return None

    app.first_paint = first_paint

    files = tuple(
        f"{mounted_at}{name}" for name in ("assets/", "_dash-component-suites/", "_dash-dependencies", "_dash-layout")
    )

    @app.server.before_request
    def choose_language() -> None:
        units = METRIC
        with suppress(HotspotsError):  # then the page says what is wrong
            if not request.path.startswith(files):  # these are in no language, and wait for no database
                units = units_of(recorded.city())
        language.choose(as_mapping(_address_of(request)).get("lang"), list(request.accept_languages.values()), units)

    def download() -> Response:
        if (vintage_id := read_whole_number(request.args.get("vintage", ""))) is not None:
            ask_for(vintage_id)
        state = read_state(recorded, request.query_string.decode("ascii", "replace"))
        if state.problem:
            return Response(f"{state.problem}\n", status=400, mimetype="text/plain")
        headers = {"Content-Disposition": 'attachment; filename="incidents.csv"'}
        if licence := recorded.city().licence_url:
            headers["Link"] = f'<{licence}>; rel="license"'
        return Response(csv_file(recorded, state), mimetype="text/csv; charset=utf-8", headers=headers)

    if desk is None:
        app.server.add_url_rule(f"{mounted_at}download/incidents.csv", view_func=download)

    def _is_page(path: str) -> bool:
        with suppress(HotspotsError):
            return pages.is_page(reader, path)
        return path in PAGES

    @app.server.after_request
    def say_missing(response: Response) -> Response:
        """Dash answers every address with its page; one that is none of ours is a 404 all the same."""
        if response.mimetype == "text/html" and request.method == "GET":
            response.vary.add("Accept-Language")
            response.headers["Cache-Control"] = "private, no-cache"  # it holds the answer, and what was asked
            if not g.get("is_away") and not _is_page(request.path.removeprefix(mounted_at)):
                response.status_code = 404
            elif g.get("is_away"):
                response.status_code = 503
                response.headers["Retry-After"] = "10"
        return response

    return app


class _Pages(Flask):
    """Flask that logs a failure without the address, which says what was asked for."""

    def log_exception(self, exc_info: Any) -> None:
        if not isinstance(exc_info[1], LongerError):  # the server begins it anew
            log.error("page failed", exc_info=exc_info[1])


class _Spoken:
    """The reader in the language of the page that is being made."""

    def __init__(self, reader: OpenReader) -> None:
        self._reader = reader

    def __getattr__(self, name: str) -> Any:
        return getattr(self._reader.in_language(language.current().code), name)


def _address_of(asked: Request) -> str:
    """The search part of the page's address; a callback carries it among its inputs."""
    body = asked.get_json(silent=True) if asked.path.endswith("/_dash-update-component") else None
    for one in [*(body or {}).get("inputs", []), *(body or {}).get("state", [])]:
        if isinstance(one, dict) and one.get("property") == "search":
            return str(one.get("value") or "")
    return asked.query_string.decode("ascii", "replace")


def _answer_error(error: Exception) -> None:
    if isinstance(error, LongerError):
        return  # the server begins it anew
    if isinstance(error, DatabaseAwayError):
        said = _("The database does not answer at the moment. What you see still holds; try again in a minute.")
        set_props(ids.PROBLEM, {"children": html.P(said, className="problem")})
        return
    log.error("callback failed", exc_info=error)
    said = _(
        "Something went wrong with the last change. The map and the other filters still work; go back one step or reload the page."
    )
    set_props(ids.PROBLEM, {"children": html.P(said, className="problem")})
