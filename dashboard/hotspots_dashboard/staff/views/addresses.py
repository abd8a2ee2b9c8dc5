"""The address of a saved view: what of it is kept, and where it leads with the data of the day."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from urllib.parse import parse_qsl, quote, urlencode

from hotspots.domain.account import Permission
from hotspots.errors import FilterError, InputError
from hotspots.store.staff.desk.reader import DeskReader
from hotspots.store.staff.saved_views import SavedView
from hotspots_dashboard.staff.today import newest_day
from hotspots_dashboard.state.page_state import View

LONGEST_QUERY = 4000
LONGEST_VALUE = 60


@dataclass(frozen=True, slots=True)
class SavedPage:
    """A page that can be saved: its path, the permission that it needs, and its parameters; None where a filter reads them."""

    label: str
    path: str
    needs: Permission
    parameters: tuple[str, ...] | None


PAGES = {
    "map": SavedPage("Map", "/map/", "points.read", None),
    "change": SavedPage(
        "Change", "/change", "statistics.read", ("area", "kind", "district", "known", "of", "since", "until")
    ),
    "places": SavedPage("Places", "/places", "place.read", ("district",)),
}


def page_of(name: str) -> SavedPage:
    """The page of a name. Raises InputError."""
    if name not in PAGES:
        raise InputError(f"page: {name[:20]!r} is not one of {', '.join(PAGES)}.")
    return PAGES[name]


def as_mapping(query: str) -> dict[str, str]:
    """The parameters of a kept address; empty ones say nothing."""
    return {name: value for name, value in parse_qsl(query) if value}


def kept_query(reader: DeskReader, page: str, query: str) -> str:
    """The part of an address that a view keeps.

    Raises
    ------
    InputError
        The address is too long, or names what its page does not read.
    """
    asked, wanted = as_mapping(query), page_of(page).parameters
    if wanted is None:
        try:
            question = reader.read_tile_question(asked)  # opens no view: nothing is counted here
        except FilterError as error:
            raise InputError(f"This address cannot be saved: {error}") from None
        kept = question.to_query() | View.from_query(asked).to_query()
    else:
        unknown = next(
            (name for name, value in asked.items() if name not in wanted or len(value) > LONGEST_VALUE), None
        )
        if unknown is not None:
            raise InputError(
                f"This address cannot be saved: {page_of(page).label} reads no {unknown[:20]!r} of this kind."
            )
        kept = asked
        area_of(reader, asked)
    text = urlencode(kept, safe=",:|", quote_via=quote)
    if len(text) > LONGEST_QUERY:
        raise InputError("This address is too long to be saved: draw a simpler outline.")
    return text


def area_of(reader: DeskReader, asked: Mapping[str, str]) -> tuple[str, str] | None:
    """Kind and code of the area that an address of Change names; None where it names none. Raises InputError for one that there is not."""
    kind, _, code = asked.get("area", "").partition(":")
    kinds = {one.kind: {area.code for area in one.areas} for one in reader.choices().area_kinds}
    if "area" not in asked or not code:
        return None
    if code not in kinds.get(kind, ()):
        raise InputError(f"area: there is no {asked['area'][:30]!r} in this city.")
    return kind, code


def moving_days(reader: DeskReader, page: str, query: str) -> int | None:
    """How many newest days an address asks for; None where its days are not the newest ones, or it has none."""
    newest, asked = newest_day(reader), as_mapping(query)
    if newest is None or page == "places":
        return None
    if page == "change":
        calendar = reader.calendar()
        last = calendar.last_whole_week(newest)
        if "known" in asked or asked.get("until", last.isoformat()) != last.isoformat():
            return None
        since = _day(asked.get("since"))
        return calendar.period_days if since is None else (last - since).days + 1
    period = reader.read_tile_question(asked).period
    return period.n_days if period.last_day == newest else None


def address_of(reader: DeskReader, view: SavedView) -> str:
    """Where a view leads today: one that moves with the data ends on their newest day."""
    return _address(PAGES[view.page].path, query_of(reader, view))


def query_of(reader: DeskReader, view: SavedView) -> dict[str, str]:
    """The parameters of a view today."""
    asked, newest = as_mapping(view.query), newest_day(reader)
    if view.newest_days is not None and newest is not None:
        if view.page == "map":
            first = newest - timedelta(days=view.newest_days - 1)
            asked |= {"from": first.isoformat(), "to": newest.isoformat()}
        elif view.page == "change":
            calendar = reader.calendar()
            asked = {name: value for name, value in asked.items() if name not in ("until", "since")}
            if view.newest_days != calendar.period_days:
                first = calendar.last_whole_week(newest) - timedelta(days=view.newest_days - 1)
                asked["since"] = first.isoformat()
    return asked


def _day(text: str | None) -> date | None:
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        raise InputError(f"since: {(text or '')[:20]!r} is not a day such as 2017-12-31.") from None


def _address(path: str, query: Mapping[str, str]) -> str:
    return f"{path}?{urlencode(query, safe=',:|', quote_via=quote)}" if query else path
