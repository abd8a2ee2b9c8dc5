"""Find things of the desk by a word, and read what is new of what a person watches."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from hotspots.store.sql.compose import Connection
from hotspots.store.sql.files import load_queries


@dataclass(frozen=True, slots=True)
class Found:
    """A place, list or packet with its code and its page."""

    kind: str
    code: str
    words: str
    path: str


@dataclass(frozen=True, slots=True)
class Happened:
    """A change or comment on a place that a person watches."""

    code: str
    name: str
    at: datetime
    by: str
    words: str


def find(connection: Connection, words: str) -> list[Found]:
    """The things that a word is the code or a part of the name of; an exact code first."""
    return [Found(*row) for row in load_queries("staff/desk/find").find(connection, words=words)]


def read_watched(connection: Connection, name: str, *, since: datetime) -> list[Happened]:
    """The changes and comments of others on the places that a person watches, newest first."""
    return [Happened(*row) for row in load_queries("staff/desk/find").watched(connection, name=name, since=since)]


def read_watching(connection: Connection, name: str) -> list[tuple[str, str]]:
    """Code and name of the places that a person watches."""
    return list(load_queries("staff/desk/find").watching(connection, name=name))
