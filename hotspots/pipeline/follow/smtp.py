"""The mail server: one connection for a run, opened when the first mail leaves and anew where it was lost."""

from __future__ import annotations

import smtplib
import ssl
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from email.message import EmailMessage
from urllib.parse import unquote, urlsplit

from hotspots.errors import MailError, SettingsError

TIMEOUT_S = 30
THIS_MACHINE = ("localhost", "127.0.0.1", "::1")


@dataclass(frozen=True)
class MailServer:
    """Where mails are handed in; `wrapped`: TLS from the first byte, else STARTTLS, except on this machine."""

    host: str
    port: int
    user: str | None
    password: str | None = field(repr=False)
    wrapped: bool

    @classmethod
    def parse(cls, url: str) -> MailServer:
        """Read `smtp://user:password@host:587` or `smtps://…`. Raises SettingsError, which does not repeat it."""
        wrong = SettingsError(
            "HOTSPOTS_SMTP_URL is not an address such as smtp://user:password@mail.example.org:587 or smtps://…"
        )
        try:
            parts = urlsplit(url)
            host, port = parts.hostname, parts.port
        except ValueError:
            raise wrong from None
        if parts.scheme not in ("smtp", "smtps") or not host:
            raise wrong
        wrapped = parts.scheme == "smtps"
        return cls(
            host,
            port or (465 if wrapped else 587),
            unquote(parts.username) if parts.username else None,
            unquote(parts.password) if parts.password else None,
            wrapped,
        )


class Post:
    """Hands in mails."""

    def __init__(self, server: MailServer) -> None:
        self._server = server
        self._smtp: smtplib.SMTP | None = None

    def send(self, message: EmailMessage) -> None:
        """Hand in one mail.

        Raises
        ------
        MailError
            It did not leave; the message says why, and does not say to whom.
        """
        try:
            if self._smtp is None:
                self._smtp = self._connect()
            self._smtp.send_message(message)
        except smtplib.SMTPRecipientsRefused as error:
            ((code, _),) = error.recipients.values()
            raise MailError(f"the mail server refuses the address ({code})") from None
        except smtplib.SMTPResponseException as error:
            self.close()
            raise MailError(f"the mail server answers {error.smtp_code}") from None
        except (smtplib.SMTPException, OSError) as error:
            self.close()
            raise MailError(f"no connection to the mail server ({type(error).__name__})") from None

    def close(self) -> None:
        """Say goodbye."""
        smtp, self._smtp = self._smtp, None
        if smtp is not None:
            with suppress(smtplib.SMTPException, OSError):
                smtp.quit()

    def _connect(self) -> smtplib.SMTP:
        server = self._server
        safe = ssl.create_default_context()
        if server.wrapped:
            smtp: smtplib.SMTP = smtplib.SMTP_SSL(server.host, server.port, timeout=TIMEOUT_S, context=safe)
        else:
            smtp = smtplib.SMTP(server.host, server.port, timeout=TIMEOUT_S)
        try:
            if not server.wrapped and server.host not in THIS_MACHINE:
                smtp.starttls(
                    context=safe
                )  # asked for whatever the server says: who stands between may say that it has none
            if server.user is not None:
                smtp.login(server.user, server.password or "")
        except BaseException:
            smtp.close()
            raise
        return smtp


@contextmanager
def post_office(url: str) -> Iterator[Post]:
    """A post for the length of a block."""
    post = Post(MailServer.parse(url))
    try:
        yield post
    finally:
        post.close()
