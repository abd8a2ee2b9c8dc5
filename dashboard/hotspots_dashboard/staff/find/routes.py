"""The pages Find and Watched."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from urllib.parse import urlencode

from starlette.responses import Response

from hotspots.errors import NotFoundError
from hotspots.pipeline import undo
from hotspots.store.staff import saved_views
from hotspots.store.staff.desk import find as store
from hotspots.store.staff.desk import lists as desk_lists
from hotspots.store.staff.desk.reader import DeskReader
from hotspots_dashboard.staff.desk import Asked, Desk
from hotspots_dashboard.staff.today import desk_day
from hotspots_dashboard.staff.views.news import news_of

WATCHED_DAYS = 30
DUE_DAYS = 7
LONGEST_TEXT = 100
MOST_VIEWS = 20
KEYS = (
    ("Ctrl K", "find"),
    ("j, k", "next and previous row of a table or list"),
    ("Enter", "open the row"),
    ("p", "print a briefing"),
    ("?", "this page"),
)


def register(desk: Desk, reader: DeskReader) -> None:
    """Register Find and Watched."""
    door = desk.door

    @desk.page("/find", needs="place.read")
    def ask(asked: Asked) -> Response:
        return desk.render(
            asked, "find/find.html", words="", found=(), addresses=(), pages=desk.menu(asked.who), keys=KEYS
        )

    @desk.page("/find", needs="place.read", methods=("POST",))
    def find(asked: Asked) -> Response:
        """Answer by POST: an address in a page's own address would stand in histories and logs."""
        words = asked.one("words")[:LONGEST_TEXT]
        with door.acting(asked.who) as connection:
            found = store.find(connection, words) if words else []
        addresses = []
        if words and asked.who.may("points.read"):
            addresses = [(one.name, f"/map/?{urlencode({'at': one.gazetteer_id})}") for one in _suggested(words)]
        pages = [(label, path) for label, path in desk.menu(asked.who) if words.casefold() in label.casefold()]
        return desk.render(
            asked, "find/find.html", words=words, found=found, addresses=addresses, pages=pages, keys=KEYS
        )

    @desk.page("/watched", needs="place.read")
    def watched(asked: Asked) -> Response:
        me, today = asked.who, desk_day(reader)
        with door.acting(me) as connection:
            happened = store.read_watched(connection, me.name, since=datetime.now(UTC) - timedelta(days=WATCHED_DAYS))
            watching = store.read_watching(connection, me.name)
            lists = desk_lists.read_lists(connection)
            views = saved_views.read_views(connection, me.name)
        due = [
            one
            for one in lists
            if one.owner == me.name
            and one.state(today) == "issued"
            and one.review_date
            and one.review_date <= today + timedelta(days=DUE_DAYS)
        ]
        followed = [one for one in views if one.every_days and not one.withdrawn_at][:MOST_VIEWS]
        news = sorted((news_of(door, reader, me, one) for one in followed), key=lambda one: not one.is_unusual)
        changes = undo.own_changes(door, me)
        return desk.render(
            asked,
            "find/watched.html",
            happened=happened,
            watching=watching,
            due=due,
            days=WATCHED_DAYS,
            news=news,
            changes=changes,
        )

    def _suggested(words: str) -> list:
        try:
            return list(reader.suggest(words))
        except NotFoundError:
            return []
