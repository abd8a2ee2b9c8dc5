"""Which page an address names: its head, the page, its foot."""

from __future__ import annotations

from collections.abc import Callable

from dash import html
from dash.development.base_component import Component

from hotspots.domain.public_answer import City, Vintage
from hotspots.errors import DatabaseAwayError, NotFoundError
from hotspots.store.public.reader import OpenReader
from hotspots_dashboard.components.caveats import page_foot
from hotspots_dashboard.components.change_and_rates import stale_banner
from hotspots_dashboard.public import about, area_page, embed, layout, result_panels
from hotspots_dashboard.public.page_values import Ask, fill
from hotspots_dashboard.public.statistics_panels import freshness
from hotspots_dashboard.state.page_state import PageState, read_state
from hotspots_dashboard.words import sentences
from hotspots_dashboard.words.formats import number
from hotspots_dashboard.words.language import _

LONGEST_TITLE = 160
# What stands above a page; and what is seen there, too, and comes after it in the order of reading.
Head = Callable[[City, Vintage, PageState], tuple[list[Component], list[Component]]]
PAGES = ("", "about", "embed")  # and those of areas; every other address is a 404


def page(
    reader: OpenReader,
    path: str,
    search: str | None,
    *,
    head: Head,
    actions: Ask,
    url_base: str,
    online_tiles: dict[str, str] | None,
) -> list[Component]:
    """Head, page and foot of an address: its path as browsers know it, and its search part. All at once: no part of it asks for another."""
    try:
        return answered_page(
            reader,
            below(path, url_base),
            search,
            head=head,
            actions=actions,
            url_base=url_base,
            online_tiles=online_tiles,
        )
    except NotFoundError:
        nothing = _("Nothing is published yet. Whoever runs this service publishes with: hotspots publish")
        return [_room(html.Main(html.P(nothing), className="about"))]
    except DatabaseAwayError:
        return away_page(url_base=url_base)


def away_page(*, url_base: str) -> list[Component]:
    """The page where the database does not answer and nothing that was asked before helps."""
    said = [
        html.H1(_("The database does not answer at the moment")),
        html.P(
            _(
                "Your question is fine, and nothing is lost: this address works again when the database does. Try again in a minute."
            )
        ),
        html.P(
            [
                _("What still works:"),
                " ",
                html.A(_("the description of the data interface"), href=f"{url_base}api/docs"),
                _(", and links, files and pages of paper that you have already."),
            ]
        ),
    ]
    return [_room(html.Main(said, className="about"))]


def away_banner(reader: OpenReader) -> list[Component]:
    """A line over a page that was made from what was asked before."""
    if not reader.is_away:
        return []
    said = _(
        "The database does not answer at the moment. What was asked before is shown as it was; new questions have to wait."
    )
    return [html.P(said, className="stale")]


def answered_page(
    reader: OpenReader,
    path: str,
    search: str | None,
    *,
    head: Head,
    actions: Ask,
    url_base: str,
    online_tiles: dict[str, str] | None,
) -> list[Component]:
    """The page of a path below the pages' own address. Raises NotFoundError before a publication, DatabaseAwayError without an answer."""
    city, vintage, state = reader.city(), reader.vintage(), read_state(reader, search)
    match path:
        case "":
            shown = layout.map_page(reader, state, search or "", url_base=url_base, online_tiles=online_tiles)
        case "embed":
            return [_room(embed.embedded_map(reader, state, url_base=url_base, online_tiles=online_tiles))]
        case "about":
            shown = about.about_page(city, vintage, reader.feeds(), url_base=url_base)
        case _ if (area := area_page.area_of(path, reader.choices())) is not None:
            state = area_page.at_area(state, area)
            shown = area_page.area_page(reader, state, area, actions=actions, url_base=url_base)
        case _:
            missing = [_("There is no such page."), " ", html.A(_("Back to the map"), href=url_base)]
            shown = html.Main(html.P(missing), className="about")
    above, links = head(city, vintage, state)
    if path == "":
        fill([*above, *links, shown], reader, state, actions)
    return [html.Header(above), _room(shown), *links, html.Footer(page_foot(city, vintage), className="foot")]


def below(path: str, url_base: str) -> str:
    """A path without the pages' own address. Whoever asks the server itself, past the proxy that adds a path, has none to take off."""
    return path.removeprefix(url_base) if path.startswith(url_base) else path.removeprefix("/")


def is_page(reader: OpenReader, path: str) -> bool:
    """Whether a path below the pages' own address is one of them."""
    return path in PAGES or (path.startswith(area_page.PATH) and area_page.area_of(path, reader.choices()) is not None)


def page_title(reader: OpenReader, path: str, search: str | None) -> str:
    """The title of a page's tab before any script has run: the answer, or the area, and the service."""
    service = reader.city().service
    state = read_state(reader, search)
    area = area_page.area_of(path, reader.choices())
    if area is not None:
        return f"{area_page.title(area, reader.choices())} – {service}"
    if path in ("", "embed"):
        counts = reader.count(state.question)
        said = sentences.sentence(
            state.question, counts, reader.choices(), result_panels.place_name(reader, state.question)
        )
        return f"{number(counts.total) if counts.is_known else '–'} {said} – {service}"[:LONGEST_TITLE]
    return service


def public_head(
    reader: OpenReader, city: City, vintage: Vintage, state: PageState, *, url_base: str
) -> tuple[list[Component], list[Component]]:
    """The head of the public pages with a word where the feed is late, and the links to others."""
    banners = [*stale_banner(freshness(reader)), *away_banner(reader)]
    return [*layout.head(city, vintage, state, url_base=url_base), *banners], layout.site_links(
        state, url_base=url_base
    )


def _room(shown: Component) -> Component:
    return html.Div(shown, className="page")
