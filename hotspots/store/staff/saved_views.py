"""Views of the desk that somebody saved by name: a page and its filter, who sees them, who is told."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from hotspots.errors import InputError, NotFoundError
from hotspots.store.sql.compose import Connection
from hotspots.store.sql.files import load_queries


@dataclass(frozen=True, slots=True)
class SavedView:
    """A view.

    Attributes
    ----------
    page : map, change or places.
    query : of the page's address, without the question mark.
    newest_days : the view shows so many newest days, whenever it is opened; None: the days of its query.
    roles : who else sees it; empty is nobody.
    districts : of whose people it is shared with these only, as ``kind:code``; empty is of the whole city.
    every_days : how often whoever asks is told of it; None is never.
    """

    view_id: int
    code: str
    name: str
    page: str
    query: str
    newest_days: int | None
    owner: str
    roles: Sequence[str]
    districts: Sequence[str]
    made_at: datetime
    version: int
    withdrawn_at: datetime | None
    every_days: int | None


@dataclass(frozen=True, slots=True)
class ViewVersion:
    """One change of a view."""

    version: int
    at: datetime
    by: str
    change: str


@dataclass(frozen=True, slots=True)
class DueDigest:
    """An account that is to be told how many of its subscribed views have new records."""

    name: str
    email: str = field(repr=False)
    stop_key: UUID
    views: int


def _queries() -> Any:
    return load_queries("staff/saved_views")


def add_view(
    connection: Connection,
    *,
    name: str,
    page: str,
    query: str,
    newest_days: int | None,
    owner: str,
    roles: Sequence[str],
    districts: Sequence[str],
) -> str:
    """Save a view with its first version; its code."""
    view_id = _queries().add_view(
        connection, name=name, page=page, query=query, newest_days=newest_days, owner=owner, roles=list(roles),
        districts=list(districts),
    )  # fmt: skip
    add_version(connection, view_id, person=owner, words="saved")
    return f"V-{view_id:04d}"


def add_version(connection: Connection, view_id: int, *, person: str, words: str) -> None:
    """Write a line into the history of a view."""
    _queries().add_version(connection, view_id=view_id, person=person, change=words)


def read_views(connection: Connection, me: str) -> list[SavedView]:
    """The views that whoever asks sees, the own ones first; the own ones that were withdrawn last."""
    return [SavedView(*row) for row in _queries().read_views(connection, me=me)]


def read_view(connection: Connection, code: str, me: str) -> SavedView:
    """The view of a code. Raises NotFoundError, also where it is another person's draft."""
    row = _queries().read_view(connection, code=code.upper(), me=me)
    if row is None:
        raise NotFoundError(f"There is no view {code[:12]} that you may see: the page Views shows those there are.")
    return SavedView(*row)


def read_versions(connection: Connection, view_id: int) -> list[ViewVersion]:
    """The changes of a view, newest first."""
    return [ViewVersion(*row) for row in _queries().read_versions(connection, view_id=view_id)]


def change_view(
    connection: Connection,
    view: SavedView,
    *,
    version: int,
    name: str,
    roles: Sequence[str],
    districts: Sequence[str],
    person: str,
) -> None:
    """Rename an own view or share it otherwise.

    Raises
    ------
    InputError
        It is another person's, was withdrawn, or was changed since `version`; neither change is lost.
    """
    changed = _queries().change_view(
        connection, view_id=view.view_id, version=version, name=name, roles=list(roles), districts=list(districts)
    )
    if not changed:
        _only_own(view, person)
        raise InputError(
            f"{view.code} was changed meanwhile, in another window perhaps: it is now called {view.name!r}, shared "
            f"with {', '.join(view.roles) or 'nobody'}. You wanted {name!r}, shared with {', '.join(roles) or 'nobody'}. "
            "Open it again and decide."
        )
    said = [f"renamed from {view.name!r}"] if name != view.name else []
    if (set(roles), set(districts)) != (set(view.roles), set(view.districts)):
        of = f" of {', '.join(districts)}" if districts else ""
        said.append(f"shared with {', '.join(roles)}{of}" if roles else "shared with nobody")
    add_version(connection, view.view_id, person=person, words="; ".join(said) or "saved again")


def withdraw_view(connection: Connection, view: SavedView, *, is_wanted: bool, person: str) -> None:
    """Withdraw an own view, or bring it back. Raises InputError where it is another person's, or is so already."""
    done = (_queries().withdraw_view if is_wanted else _queries().bring_back_view)(connection, view_id=view.view_id)
    if not done:
        _only_own(view, person)
        raise InputError(f"{view.code} is {'withdrawn' if is_wanted else 'in use'} already.")
    add_version(connection, view.view_id, person=person, words="withdrawn" if is_wanted else "brought back")


def subscribe(connection: Connection, view: SavedView, name: str, *, every_days: int | None) -> None:
    """Be told of a view every so many days, or no more."""
    if every_days is None:
        _queries().unsubscribe(connection, view_id=view.view_id, name=name)
    else:
        _queries().subscribe(connection, view_id=view.view_id, name=name, every_days=every_days)


def due_digests(connection: Connection) -> list[DueDigest]:
    """Who is to be told now, with the owner's key."""
    return [DueDigest(*row) for row in _queries().due_digests(connection)]


def mark_told(connection: Connection, name: str) -> None:
    """Note that somebody was told of every view that was due."""
    _queries().mark_told(connection, name=name)


def _only_own(view: SavedView, person: str) -> None:
    if view.owner != person:
        raise InputError(f"{view.code} is {view.owner}'s: save the page under a name of your own instead.")
