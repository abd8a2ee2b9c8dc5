"""The page on which reminders and digests end, by the key in the mail: it asks once more, for programs follow links.

A mail program that posts to the address itself has asked already (RFC 8058): that ends them, without a session.
"""

from __future__ import annotations

from uuid import UUID

from starlette.responses import Response

from hotspots.errors import InputError
from hotspots.pipeline.follow.counted_mail import STOP_PATH
from hotspots_dashboard.staff.desk import OPEN, Asked, Desk


def register(desk: Desk) -> None:
    """Register the page and its act; both answer alike whether the key was ever good."""

    @desk.page(f"/{STOP_PATH}", needs=OPEN)
    def show(asked: Asked) -> Response:
        return desk.render(asked, "door/mails_stop.html", key=_key(asked.query.get("key", "")), done=False)

    @desk.page(f"/{STOP_PATH}", needs=OPEN, methods=("POST",), is_keyed=True)
    def stop(asked: Asked) -> Response:
        key = _key(asked.one("key") or asked.query.get("key", ""))
        desk.door.stop_mails(key)
        return desk.render(asked, "door/mails_stop.html", key=key, done=True)


def _key(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError:
        raise InputError("This link is not whole: use the one at the foot of the mail.") from None
