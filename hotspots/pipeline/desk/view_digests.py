"""Digests of saved views by mail: how many of the views that somebody follows have new records, and a link, never a place or a name."""

from __future__ import annotations

from email.message import EmailMessage

from hotspots.pipeline.follow.counted_mail import counted_mail, send_each
from hotspots.pipeline.follow.smtp import Post
from hotspots.store import audit
from hotspots.store.server.connection import Connection, Database
from hotspots.store.staff import saved_views as store

WHY = "It comes as often as you asked for at a view, and only when records came in since the last one."


def send_digests(owner: Database, post: Post, *, sender: str, service: str, url: str) -> tuple[int, list[str]]:
    """Send every digest that is due; how many left, and what went wrong with the others, without an address."""
    with owner.connect() as connection:
        due = store.due_digests(connection)

    def mail(one: store.DueDigest) -> EmailMessage:
        views = "1 view that you follow has" if one.views == 1 else f"{one.views} views that you follow have"
        lines = [f"{views} new records.", "What they say stands on the page Watched."]
        return counted_mail(
            lines, to=one.email, subject=f"{one.views} of your views", sender=sender, service=service, url=url,
            stop_key=one.stop_key, why=WHY,
        )  # fmt: skip

    def note(connection: Connection, one: store.DueDigest) -> None:
        store.mark_told(connection, one.name)
        audit.write_line(connection, "view digest", {"name": one.name})

    return send_each(owner, post, due, mail=mail, name=lambda one: one.name, note=note)
