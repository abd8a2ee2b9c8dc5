"""A mail server that speaks the real protocol and keeps what it is given."""

import socket
from collections.abc import Iterator
from contextlib import contextmanager
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any, cast

from aiosmtpd.controller import Controller


class Mailbox:
    """The mails that arrived; addresses in `refused` are turned away."""

    def __init__(self) -> None:
        self.mails: list[EmailMessage] = []
        self.newest = b""  # as it arrived
        self.refused: set[str] = set()
        self.url = ""

    async def handle_RCPT(self, _server: Any, _session: Any, envelope: Any, address: str, _options: Any) -> str:
        if address in self.refused:
            return "550 no such mailbox"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, _server: Any, _session: Any, envelope: Any) -> str:
        self.newest = envelope.content
        self.mails.append(cast("EmailMessage", message_from_bytes(envelope.content, policy=policy.default)))
        return "250 OK"

    def take(self) -> list[EmailMessage]:
        """The mails since the last time."""
        taken, self.mails = self.mails, []
        return taken


@contextmanager
def mail_server() -> Iterator[Mailbox]:
    """Serve on a port of its own until the block ends."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    box = Mailbox()
    controller = Controller(box, hostname="127.0.0.1", port=port)
    controller.start()
    box.url = f"smtp://127.0.0.1:{port}"
    try:
        yield box
    finally:
        controller.stop()
