"""A round of mails that a timer starts: reminders to staff, digests of partners."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from typing import Any

import typer


@dataclass(frozen=True, slots=True)
class MailRound:
    """The owner's database, an open mail server, who sends, the service's name, the city's day, and the settings."""

    owner: Any
    post: Any
    sender: str
    service: str
    today: date
    settings: Any


@contextmanager
def mail_round(what: str) -> Iterator[MailRound]:
    """Open the mail server for a round of mails. Raises SettingsError where none is set, naming what needs it."""
    from hotspots.cli.session import begin_session
    from hotspots.domain.city_clock import today
    from hotspots.errors import NotFoundError, SettingsError
    from hotspots.pipeline.follow.smtp import post_office
    from hotspots.store.public.city import read_city
    from hotspots.store.server.setup import prepare_database

    settings = begin_session()
    if settings.smtp_url is None or settings.mail_from is None:
        raise SettingsError(f"{what} need HOTSPOTS_SMTP_URL and HOTSPOTS_MAIL_FROM: docs/operations.md.")
    owner = prepare_database(settings)
    service, timezone = "hotspots", "UTC"
    with owner.connect() as connection:
        try:
            city = read_city(connection)
            service, timezone = city.service, city.timezone
        except NotFoundError:
            pass
    with post_office(settings.smtp_url.get_secret_value()) as post:
        yield MailRound(owner, post, settings.mail_from, service, today(timezone), settings)


def say(what: str, sent: int, problems: list[str]) -> None:
    """Say how many left. Raises MailError for those that did not."""
    from hotspots.errors import MailError

    typer.echo(f"{what} sent: {sent}.")
    if problems:
        raise MailError("; ".join(problems))
