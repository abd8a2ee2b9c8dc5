"""A mail to staff or partners: counts and a link, never a place or a text; and the address of a page on which such mails end."""

from __future__ import annotations

from collections.abc import Sequence
from email.message import EmailMessage
from email.utils import formatdate, make_msgid
from uuid import UUID

from hotspots.pipeline.follow.alert_emails import UNSUBSCRIBE, BareAddresses

STOP_PATH = "mails/stop"


def counted_mail(
    lines: Sequence[str], *, to: str, subject: str, sender: str, service: str, url: str, stop_key: UUID, why: str
) -> EmailMessage:
    """The mail. Its `List-Unsubscribe` leads to a page that asks once more (RFC 2369): nothing changes by what another site could send.

    Parameters
    ----------
    url : root of the server that the mail is about
    why : why this mail comes, in a sentence
    """
    stop = f"{url}{STOP_PATH}?key={stop_key}"
    message = EmailMessage(policy=BareAddresses())
    message["From"], message["To"] = sender, to
    message["Subject"] = f"{service.splitlines()[0]}: {subject}"
    message["Date"] = formatdate()
    message["Message-ID"] = make_msgid(domain=sender.partition("@")[2])
    message["Auto-Submitted"] = "auto-generated"
    message[UNSUBSCRIBE] = f"<{stop}>"
    message.set_content(
        "\n".join([*lines, "", url, "", f"This mail names no place. {why}", f"No more of them: {stop}"]) + "\n"
    )
    return message
