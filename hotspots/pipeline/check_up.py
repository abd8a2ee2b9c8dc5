"""Look at a deployment from the outside in: each finding says what is, and where something is wrong, what to do."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Literal

from hotspots.domain.city_clock import today
from hotspots.errors import HotspotsError
from hotspots.settings import Settings
from hotspots.store.concerns import count_waiting
from hotspots.store.ledger.status import read_status
from hotspots.store.server.connection import Database, embedded_database, open_owner, open_public
from hotspots.store.server.migrate import missing_migrations

LITTLE_ROOM_BYTES = 2 * 1024**3
OLD_DAYS = 14
PRIVATE = 0o077


@dataclass(frozen=True)
class Finding:
    """One thing that was looked at.

    Attributes
    ----------
    state : well; a note, which nobody needs to act on; or wrong.
    remedy : what to do where something is wrong.
    """

    subject: str
    state: Literal["well", "note", "wrong"]
    said: str
    remedy: str = ""


def check_up(settings: Settings) -> Iterator[Finding]:
    """Look at everything in order; what cannot be looked at because of something before it is left out."""
    yield from _folder(settings)
    yield from _mail(settings)
    database = yield from _database(settings)
    if database is None:
        return
    yield from _roles(settings)
    yield from _data(database)
    yield from _concerns(database)


def _folder(settings: Settings) -> Iterator[Finding]:
    home = settings.home
    if not home.exists():
        yield Finding("home", "note", f"{home} is not there yet; the first command that needs it makes it")
        return
    free = shutil.disk_usage(home).free
    said = f"{free / 1e9:,.1f} GB free at {home}"
    if free < LITTLE_ROOM_BYTES:
        yield Finding("disk", "wrong", said, "Make room: a load needs about three times the size of its files.")
    else:
        yield Finding("disk", "well", said)
    passwords = home / "passwords"
    readable = [one for one in (passwords, *passwords.glob("*")) if one.exists() and one.stat().st_mode & PRIVATE]
    if readable:
        named = ", ".join(str(one) for one in readable[:3])
        yield Finding("passwords", "wrong", f"others can read {named}", f"chmod -R go= {passwords}")
    elif settings.database_url is None and os.path.isdir(home / "postgres") and not passwords.is_dir():
        yield Finding(
            "passwords",
            "wrong",
            f"{passwords} is gone, the database is not",
            "Restore the folder, or the newest backup into a new home.",
        )


def _mail(settings: Settings) -> Iterator[Finding]:
    named = {
        "HOTSPOTS_SMTP_URL": settings.smtp_url,
        "HOTSPOTS_MAIL_FROM": settings.mail_from,
        "HOTSPOTS_PUBLIC_URL": settings.public_url,
    }
    missing = [name for name, value in named.items() if not value]
    if not settings.smtp_url and not settings.mail_from:
        yield Finding("mail", "note", "no e-mail alerts are set up")
    elif missing:
        yield Finding("mail", "wrong", "e-mail alerts are set up by half", f"Set {', '.join(missing)} too.")
    else:
        yield Finding("mail", "well", "e-mail alerts are set up")


def _database(settings: Settings) -> Iterator[Finding]:
    """Yields findings; its value is the owner's key, or None where nothing can be asked."""
    try:
        if settings.database_url is None:
            embedded = embedded_database(settings)
            binaries = embedded.binaries()
            if not embedded.is_running():
                made = (settings.home / "postgres").is_dir()
                said = "is not running" if made else "is not made yet"
                yield Finding("database", "wrong" if made else "note", said, "hotspots db start")
                return None
            yield Finding("database", "well", f"embedded PostgreSQL {binaries.version} in {settings.home} runs")
        owner = open_owner(settings)
        lacking = missing_migrations(owner)
    except HotspotsError as error:
        yield Finding("database", "wrong", str(error), "Follow the message; `hotspots db status` says whether it runs.")
        return None
    if lacking:
        yield Finding(
            "schema", "wrong", f"lacks {len(lacking)} migrations", "hotspots backup FILE, then hotspots db migrate"
        )
        return None
    yield Finding("schema", "well", "is of this version")
    return owner


def _roles(settings: Settings) -> Iterator[Finding]:
    try:
        with open_public(settings).connect() as connection:
            connection.execute("select 1")
    except HotspotsError as error:
        yield Finding(
            "public role", "wrong", str(error), "hotspots db migrate sets the roles of the embedded database anew."
        )
    else:
        yield Finding("public role", "well", "may log in")


def _data(database: Database) -> Iterator[Finding]:
    with database.connect() as connection:
        status = read_status(connection)
    if status["city"] is None:
        yield Finding("data", "note", "nothing is loaded yet", "hotspots load CITY.toml --data DIR, or hotspots demo")
        return
    since = today(status["city"]["timezone"])
    yield _age("data", "newest delivery", status["deliveries"]["known_on"], since, "hotspots fetch, or hotspots load")
    published = status["published"]
    if published is None:
        yield Finding("publication", "wrong", "nothing is published", "hotspots publish")
        return
    if published["known_on"] < status["deliveries"]["known_on"]:
        said = f"shows what was known on {published['known_on']}; there is a delivery of {status['deliveries']['known_on']}"
        yield Finding("publication", "wrong", said, "hotspots publish")
        return
    yield Finding("publication", "well", f"{published['incidents']:,} incidents up to {published['newest_day']}")


def _concerns(database: Database) -> Iterator[Finding]:
    with database.connect() as connection:
        status = read_status(connection)
        if status["city"] is None:
            return
        waiting = count_waiting(connection, today=today(status["city"]["timezone"]))
    if waiting.open or waiting.held:
        said = f"{waiting.open} open, {waiting.unread} not read, {waiting.overdue} overdue, {waiting.held} held back"
        state = "wrong" if waiting.overdue else "note"
        yield Finding("concerns", state, said, "hotspots concern list --overdue" if waiting.overdue else "")


def _age(subject: str, what: str, day: date | None, since: date, remedy: str) -> Finding:
    if day is None:
        return Finding(subject, "note", f"no {what} yet", remedy)
    days = (since - day).days
    said = f"{what} of {day}, {days} days ago"
    return Finding(subject, "note", said, remedy) if days > OLD_DAYS else Finding(subject, "well", said)
