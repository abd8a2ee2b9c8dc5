"""Pages of saved views: those there are, a new one, one with its sharing and history; opening one leads to its page."""

from __future__ import annotations

from starlette.responses import Response

from hotspots.domain.account import PERMISSIONS, Permission
from hotspots.domain.act.free_text import checked_needed
from hotspots.errors import InputError
from hotspots.pipeline import undo
from hotspots.store.sql.compose import Connection
from hotspots.store.staff import saved_views as store
from hotspots.store.staff.desk.reader import DeskReader
from hotspots_dashboard.staff.desk import Asked, Desk, read_whole, see_other
from hotspots_dashboard.staff.districts import districts_of
from hotspots_dashboard.staff.views.addresses import PAGES, address_of, kept_query, moving_days, page_of

LONGEST_NAME = 80
SHARED_ROLES = ("analyst", "commander", "prevention")
EVERY = {"daily": 1, "weekly": 7, "never": None}
NEEDS: Permission = "place.read"


def register(desk: Desk, reader: DeskReader) -> None:
    """Register the pages of saved views."""
    door = desk.door

    @desk.page("/views", needs=NEEDS)
    def views(asked: Asked) -> Response:
        with door.acting(asked.who) as connection:
            found = store.read_views(connection, asked.who.name)
        return desk.render(asked, "views.html", views=found, pages=PAGES)

    @desk.page("/views/new", needs=NEEDS)
    def new(asked: Asked) -> Response:
        page, query = asked.query.get("page", ""), asked.query.get("query", "").removeprefix("?")
        _check_page(asked, page)
        kept = kept_query(reader, page, query)
        return desk.render(
            asked,
            "view_new.html",
            page=page,
            label=PAGES[page].label,
            query=kept,
            newest_days=moving_days(reader, page, kept),
            roles=_roles_of(page),
            districts=districts_of(reader, asked.who, {}),
        )

    @desk.page("/views/new", needs=NEEDS, methods=("POST",))
    def save(asked: Asked) -> Response:
        page = asked.one("page")
        _check_page(asked, page)
        kept = kept_query(reader, page, asked.one("query").removeprefix("?"))
        name = checked_needed(asked.one("name"), field="name", longest=LONGEST_NAME)
        days = moving_days(reader, page, kept) if asked.one("dates") == "newest" else None
        roles, districts = _shared(asked, page)
        with door.acting(asked.who) as connection:
            code = store.add_view(
                connection, name=name, page=page, query=kept, newest_days=days, owner=asked.who.name, roles=roles,
                districts=districts,
            )  # fmt: skip
        door.note(asked.who, "view save", {"view": code, "roles": roles, "districts": districts})
        return see_other(f"/views/{code}/about")

    @desk.page("/views/{code}", needs=NEEDS)
    def go(asked: Asked) -> Response:
        return see_other(address_of(reader, _view(asked)))

    @desk.page("/views/{code}/about", needs=NEEDS)
    def about(asked: Asked) -> Response:
        with door.acting(asked.who) as connection:
            found = store.read_view(connection, asked.path["code"], asked.who.name)
            versions = store.read_versions(connection, found.view_id)
        return desk.render(
            asked,
            "view.html",
            view=found,
            label=PAGES[found.page].label,
            versions=versions,
            roles=_roles_of(found.page),
            districts=districts_of(reader, asked.who, {}),
            is_own=found.owner == asked.who.name,
            can_open=asked.who.may(PAGES[found.page].needs),
        )

    @desk.page("/views/{code}/change", needs=NEEDS, methods=("POST",))
    def change(asked: Asked) -> Response:
        name = checked_needed(asked.one("name"), field="name", longest=LONGEST_NAME)
        version = read_whole(asked.one("version"), field="version")
        with door.acting(asked.who) as connection:
            found = store.read_view(connection, asked.path["code"], asked.who.name)
            roles, districts = _shared(asked, found.page)
            _keep(connection, found, f"{found.code} saved.")
            store.change_view(
                connection, found, version=version, name=name, roles=roles, districts=districts, person=asked.who.name
            )
        door.note(asked.who, "view change", {"view": found.code, "roles": roles, "districts": districts})
        return see_other(f"/views/{found.code}/about")

    @desk.page("/views/{code}/follow", needs=NEEDS, methods=("POST",))
    def follow(asked: Asked) -> Response:
        every = asked.one("every")
        days = asked.one_of("every", EVERY)
        with door.acting(asked.who) as connection:
            found = store.read_view(connection, asked.path["code"], asked.who.name)
            _keep(connection, found, f"You follow {found.code}{' no more' if days is None else f', {every}'}.")
            store.subscribe(connection, found, asked.who.name, every_days=days)
        return see_other(f"/views/{found.code}/about")

    @desk.page("/views/{code}/withdraw", needs=NEEDS, methods=("POST",))
    def withdraw(asked: Asked) -> Response:
        is_wanted = asked.one_of("wanted", {"yes": True, "no": False})
        with door.acting(asked.who) as connection:
            found = store.read_view(connection, asked.path["code"], asked.who.name)
            _keep(connection, found, f"{found.code} {'withdrawn' if is_wanted else 'brought back'}.")
            store.withdraw_view(connection, found, is_wanted=is_wanted, person=asked.who.name)
        return see_other(f"/views/{found.code}/about")

    def _view(asked: Asked) -> store.SavedView:
        with door.acting(asked.who) as connection:
            return store.read_view(connection, asked.path["code"], asked.who.name)

    def _shared(asked: Asked, page: str) -> tuple[list[str], list[str]]:
        roles, wanted = asked.form.get("roles") or [], asked.form.get("districts") or []
        wrong = next((one for one in roles if one not in _roles_of(page)), None)
        if wrong is not None:
            raise InputError(
                f"roles: {wrong[:20]!r} is not one of {', '.join(_roles_of(page))}, who open {PAGES[page].label}."
            )
        known = {f"{area.kind}:{area.code}" for area in districts_of(reader, asked.who, {}).choices}
        unknown = next((one for one in wanted if one not in known), None)
        if unknown is not None:
            raise InputError(f"districts: there is no {unknown[:30]!r}.")
        return roles, wanted if roles else []


def _roles_of(page: str) -> tuple[str, ...]:
    """The roles that open a page: with others it cannot be shared."""
    return tuple(role for role in SHARED_ROLES if PAGES[page].needs in PERMISSIONS[role])


def _check_page(asked: Asked, page: str) -> None:
    if not asked.who.may(page_of(page).needs):
        raise InputError(f"page: your role does not open {PAGES[page].label}.")


def _keep(connection: Connection, view: store.SavedView, words: str) -> None:
    """Announce a change of a view, so that it can be taken back."""
    undo.keep(connection, thing=f"view {view.view_id}", words=words, path=f"/views/{view.code}/about", needs=NEEDS)
