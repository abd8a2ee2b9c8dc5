"""Errors of the verbs in the words of a page: a command's options are its fields."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date

from hotspots.domain.act.plan import Plan
from hotspots.errors import InputError, NotFoundError
from hotspots.store.server.connection import Connection
from hotspots.store.staff import plans as store
from hotspots.store.staff.door import RefusedError
from hotspots_dashboard.staff.desk import Asked, read_whole

_COMMAND = re.compile(r"(?::| \(| with)? ?hotspots [a-z]+(?: [a-z-]+)?(?: \d+)?(?: --[a-z-]+(?: [A-Z]+)?)*\)?")


@contextmanager
def page_words() -> Iterator[None]:
    """Say an error of a verb without the command line's options and commands."""
    try:
        yield
    except NotFoundError as error:
        raise NotFoundError(_said(error)) from None
    except RefusedError:
        raise
    except InputError as error:
        raise InputError(_said(error)) from None


def _said(error: Exception) -> str:
    without = _COMMAND.sub("", str(error))
    return re.sub(r"--([a-z-]+)", lambda found: found[1].replace("-", " "), without)


def own_plan(connection: Connection, asked: Asked) -> Plan:
    """The plan that an address names, where this person may open it. Raises NotFoundError, in the same words where there is none."""
    return store.read_plan(connection, asked.path["plan_id"], areas=asked.who.ground)


def read_day(text: str, *, field: str) -> date:
    """A day of a form. Raises InputError."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise InputError(f"{field}: {text[:20]!r} is not a day, such as 2026-03-01.") from None


def whole(asked: Asked, name: str) -> int:
    """A whole number of a form. Raises InputError."""
    return read_whole(asked.one(name), field=name)


def need(asked: Asked, permission: str) -> None:
    """Refuse an act that the page's own permission does not cover. Raises RefusedError, which becomes 403."""
    if not asked.who.may(permission):  # pyright: ignore[reportArgumentType]
        raise RefusedError(f"The role {asked.who.role} does not do this.")
