"""Reminders to staff by mail: how much of their own is overdue or due within a week, and a link, never a place or a text."""

from __future__ import annotations

from datetime import date
from email.message import EmailMessage

from hotspots.pipeline.follow.counted_mail import counted_mail, send_each
from hotspots.pipeline.follow.smtp import Post
from hotspots.store import audit
from hotspots.store.server.connection import Connection, Database
from hotspots.store.staff import accounts

AHEAD_DAYS = 7
REMIND_DAYS = 7
WHY = "It comes once a week at most, while something of yours is due."


def send_reminders(
    owner: Database, post: Post, *, today: date, sender: str, service: str, url: str
) -> tuple[int, list[str]]:
    """Send every reminder that is due; how many left, and what went wrong with the others, without an address.

    Problems that are open, actions that are not done and concerns without an answer count for the account that owns them.
    """
    with owner.connect() as connection:
        due = accounts.due_reminders(connection, today=today, ahead_days=AHEAD_DAYS, again_days=REMIND_DAYS)

    def mail(one: accounts.DueReminder) -> EmailMessage:
        lines = [
            f"Overdue: {one.overdue} of your problems, actions and concerns.",
            f"Due within {AHEAD_DAYS} days: {one.coming}.",
        ]
        return counted_mail(
            lines, to=one.email, subject=f"{one.overdue} overdue, {one.coming} due within a week", sender=sender, service=service,
            url=url, stop_key=one.stop_key, why=WHY,
        )  # fmt: skip

    def note(connection: Connection, one: accounts.DueReminder) -> None:
        accounts.mark_told(connection, one.name, process="staff")
        audit.write_line(connection, "reminder", {"name": one.name})

    return send_each(owner, post, due, mail=mail, name=lambda one: one.name, note=note)
