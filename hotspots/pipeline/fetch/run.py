"""Run the feeds of a city: each run ends with a whole file in the folder of deliveries, with nothing new, or with its failure on record."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

from hotspots.errors import HotspotsError, InputError
from hotspots.sources.feeds.fetch import fetch
from hotspots.sources.feeds.portal import Patience, PortalError
from hotspots.sources.feeds.unfinished import finish
from hotspots.store.ledger import feed_runs

if TYPE_CHECKING:
    from hotspots.sources.city_file import CityFile
    from hotspots.sources.feeds.sections import FeedSource
    from hotspots.store.server.connection import Database

LEAST_SHARE = 0.5  # of the last file: a snapshot that is smaller would withdraw more than half of what is known
MOST_FILES = 1_000  # of a folder, in one run


@dataclass(frozen=True)
class FeedRun:
    """The result of one run.

    Attributes
    ----------
    file : name of the new file; None where there is nothing new, or it failed.
    failure : why nothing was written.
    """

    feed: str
    file: str | None = None
    rows: int | None = None
    failure: str | None = None


@dataclass(frozen=True)
class FetchOptions:
    """How feeds are run.

    Attributes
    ----------
    only : names of feeds; all where empty.
    accept_fewer : take a snapshot that is less than half of the last one.
    environment : where tokens are.
    """

    only: tuple[str, ...] = ()
    accept_fewer: bool = False
    environment: Mapping[str, str] | None = None
    patience: Patience | None = None


def run_feeds(
    database: Database, city: CityFile, folder: Path, *, today: date, options: FetchOptions | None = None
) -> list[FeedRun]:
    """Run the feeds of a city, one after the other; one that fails does not stop the others.

    Parameters
    ----------
    database : Database
        The owner's credentials; the schema is there.
    folder : Path
        Where deliveries are; new files appear there whole, readable by their owner only.
    today : date
        The day in the city: what is fetched was known on it.

    Raises
    ------
    InputError
        The city file names no such feed, another fetch is running, or the folder cannot be written.
    """
    options = options or FetchOptions()
    feeds = _chosen(city, options.only)
    with feed_runs.only_fetch(database) as is_ours:
        if not is_ours:
            raise InputError("Another `hotspots fetch` is running on this database; it is left to end.")
        runs: list[FeedRun] = []
        for feed in feeds:
            for _ in range(MOST_FILES if feed.kind == "folder" else 1):
                runs.append(_run(database, city, feed, _folder_of(city, feed, folder), today, options))
                if runs[-1].file is None:
                    break
        return runs


def _chosen(city: CityFile, only: tuple[str, ...]) -> list[FeedSource]:
    names = [feed.name for feed in city.feed]
    if not names:
        raise InputError("The city file has no [[feed]]; docs/city_file.md says how to write one.")
    for name in only:
        if name not in names:
            raise InputError(f"--feed {name} is not one of {', '.join(names)}.")
    return [feed for feed in city.feed if not only or feed.name in only]


def _folder_of(city: CityFile, feed: FeedSource, folder: Path) -> Path:
    place = folder / city.folder_of(feed)
    try:
        place.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise InputError(f"--data {folder}: the folder cannot be made: {error.strerror}.") from None
    return place


def _run(
    database: Database, city: CityFile, feed: FeedSource, folder: Path, today: date, options: FetchOptions
) -> FeedRun:
    wanted = city.incidents.columns
    definition = _definition(feed, wanted)
    last = feed_runs.last_success(database, feed=feed.name, definition=definition)
    number = feed_runs.begin(database, feed=feed.name, definition=definition)
    unfinished = folder / f".{feed.name}.unfinished"
    try:
        try:
            fetched = fetch(
                feed,
                wanted=wanted,
                cursor=last.cursor if last else {},
                to=unfinished,
                environment=options.environment or {},
                patience=options.patience,
            )
            done = _keep(city, feed, fetched, unfinished, last, today, options)
        except OSError as error:
            raise InputError(f"{feed.name}: {folder} cannot be written: {error.strerror}.") from None
        finally:
            unfinished.unlink(missing_ok=True)
    except HotspotsError as error:
        feed_runs.fail(database, number, feed=feed.name, failure=str(error))
        return FeedRun(feed.name, failure=str(error))
    except BaseException as error:
        feed_runs.fail(database, number, feed=feed.name, failure=type(error).__name__)
        raise
    feed_runs.succeed(database, number, feed=feed.name, done=done)
    return FeedRun(feed.name, done.file, done.rows)


def _keep(
    city: CityFile,
    feed: FeedSource,
    fetched: Any,
    unfinished: Path,
    last: feed_runs.Success | None,
    today: date,
    options: FetchOptions,
) -> feed_runs.Success:
    """Give the file its name, where it holds anything new."""
    before = last or feed_runs.Success(file=None, rows=None, size=0, sha256=None, cursor={})
    if fetched.ending is None:
        return replace(before, file=None, rows=0, cursor=fetched.cursor)
    sha256, size = _sha256(unfinished), unfinished.stat().st_size
    if sha256 == before.sha256:
        return replace(before, file=None, rows=0, cursor=fetched.cursor)
    if city.incidents.supply == "snapshot" and not options.accept_fewer and size < LEAST_SHARE * before.size:
        raise PortalError(
            f"{feed.name}: the whole is {size:,} bytes and was {before.size:,}: more than half would be withdrawn. "
            "Nothing was written; where that is right, run `hotspots fetch --accept-fewer`."
        )
    # A clock that was set back does not make a file older than those before it.
    day = max([today.isoformat(), *_days(feed, unfinished.parent)])
    path = finish(unfinished, lambda number: feed.file_name(day, number, fetched.ending))
    return feed_runs.Success(file=path.name, rows=fetched.rows, size=size, sha256=sha256, cursor=fetched.cursor)


def _days(feed: FeedSource, folder: Path) -> list[str]:
    found = (feed.file_day.match(path.name) for path in folder.glob(f"{feed.name}_*"))
    return [match[1] for match in found if match]


def _sha256(path: Path) -> str:
    with open(path, "rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _definition(feed: FeedSource, wanted: Mapping[str, str]) -> str:
    """A fingerprint of what is asked for: another question begins at the beginning."""
    asked = feed.model_dump_json(exclude={"overlap_days", "token"}) + "|".join(sorted(wanted))
    return hashlib.sha256(asked.encode()).hexdigest()
