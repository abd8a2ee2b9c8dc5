"""The digest of partners, every two weeks: a count and a link, never a place."""

from __future__ import annotations

from email.message import EmailMessage

from hotspots.pipeline.follow.counted_mail import counted_mail, send_each
from hotspots.pipeline.follow.smtp import Post
from hotspots.store import audit, share
from hotspots.store.server.connection import Connection, Database
from hotspots.store.staff import accounts

DIGEST_DAYS = 14


def send_digests(owner: Database, post: Post, *, sender: str, service: str, url: str) -> tuple[int, list[str]]:
    """Send every digest that is due; how many left, and what went wrong with the others, without an address."""
    with owner.connect() as connection:
        due = share.due_digests(connection, days=DIGEST_DAYS)

    def note(connection: Connection, one: share.DueDigest) -> None:
        accounts.mark_told(connection, one.partner, process="partners")
        audit.write_line(connection, "partner digest", {"partner": one.partner})

    return send_each(
        owner,
        post,
        due,
        mail=lambda one: digest(one, sender=sender, service=service, url=url),
        name=lambda one: one.partner,
        note=note,
    )


def digest(due: share.DueDigest, *, sender: str, service: str, url: str) -> EmailMessage:
    """The mail of one partner."""
    return counted_mail(
        [f"{due.shared} items are shared with you, {due.unanswered} of them have no answer yet."],
        to=due.email, subject=f"{due.unanswered} of {due.shared} shared items wait for your answer", sender=sender, service=service,
        url=url, stop_key=due.stop_key, why="It comes every two weeks while something is shared with you.",
    )  # fmt: skip
