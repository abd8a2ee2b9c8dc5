"""The digest of partners, every two weeks: a count and a link, never a place."""

from __future__ import annotations

from email.message import EmailMessage

from hotspots.errors import MailError
from hotspots.pipeline.follow.counted_mail import counted_mail
from hotspots.pipeline.follow.smtp import Post
from hotspots.store import audit, share
from hotspots.store.server.connection import Database

DIGEST_DAYS = 14


def send_digests(owner: Database, post: Post, *, sender: str, service: str, url: str) -> tuple[int, list[str]]:
    """Send every digest that is due; how many left, and what went wrong with the others, without an address.

    Each is noted in a transaction of its own once it has left: a run that is killed sends at most one twice.
    """
    with owner.connect() as connection:
        due = share.due_digests(connection, days=DIGEST_DAYS)
    sent, problems = 0, []
    for one in due:
        try:
            post.send(digest(one, sender=sender, service=service, url=url))
        except MailError as error:
            problems.append(f"{one.partner}: {error}")
            continue
        with owner.connect() as connection:
            share.mark_told(connection, one.partner)
            audit.write_line(connection, "partner digest", {"partner": one.partner})
        sent += 1
    return sent, problems


def digest(due: share.DueDigest, *, sender: str, service: str, url: str) -> EmailMessage:
    """The mail of one partner."""
    return counted_mail(
        [f"{due.shared} items are shared with you, {due.unanswered} of them have no answer yet."],
        to=due.email, subject=f"{due.unanswered} of {due.shared} shared items wait for your answer", sender=sender, service=service,
        url=url, stop_key=due.stop_key, why="It comes every two weeks while something is shared with you.",
    )  # fmt: skip
