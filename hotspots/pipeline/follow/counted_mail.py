"""A mail to staff or partners: counts and a link, never a place or a text; and the address of a page on which such mails end."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from email.message import EmailMessage
from email.utils import formatdate, make_msgid
from typing import TypeVar
from uuid import UUID

from hotspots.errors import MailError
from hotspots.pipeline.follow.one_click import BareAddresses, let_unsubscribe
from hotspots.pipeline.follow.smtp import Post
from hotspots.store.server.connection import Connection, Database

STOP_PATH = "mails/stop"

Due = TypeVar("Due")


def send_each(
    owner: Database,
    post: Post,
    due: Sequence[Due],
    *,
    mail: Callable[[Due], EmailMessage],
    name: Callable[[Due], str],
    note: Callable[[Connection, Due], None],
) -> tuple[int, list[str]]:
    """Send every mail that is due; how many left, and what went wrong with the others, without an address.

    Each is noted in a transaction of its own once it has left: a run that is killed sends at most one twice.
    """
    sent, problems = 0, []
    for one in due:
        try:
            post.send(mail(one))
        except MailError as error:
            problems.append(f"{name(one)}: {error}")
            continue
        with owner.connect() as connection:
            note(connection, one)
        sent += 1
    return sent, problems


def counted_mail(
    lines: Sequence[str], *, to: str, subject: str, sender: str, service: str, url: str, stop_key: UUID, why: str
) -> EmailMessage:
    """The mail. Its `List-Unsubscribe` ends such mails by one click of the mail program; whoever opens the address is asked once more.

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
    let_unsubscribe(message, stop)
    message.set_content(
        "\n".join([*lines, "", url, "", f"This mail names no place. {why}", f"No more of them: {stop}"]) + "\n"
    )
    return message
