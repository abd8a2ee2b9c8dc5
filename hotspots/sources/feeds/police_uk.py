"""police.uk: months of street-level crime, from the archive's files or from the interface; every month is supplied anew.

What is written holds all months from the oldest to the newest asked for, so that it speaks for the whole of that time: what an earlier
run had in these months and this one lacks is withdrawn by the ordinary rule of a snapshot.
"""

from __future__ import annotations

import csv
import io
import re
import zipfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from hotspots.sources.feeds.named_columns import PortalColumn, find_columns
from hotspots.sources.feeds.portal import BusyError, Portal, PortalError
from hotspots.sources.feeds.sections import FeedSource
from hotspots.sources.feeds.unfinished import Fetched, flat, write_records

PER_SECOND = 15  # requests that the interface allows
SMALLEST_DEGREES = 0.002
MEMBER = re.compile(r"(?:^|/)(\d{4}-\d{2})-(.+)-street\.csv$")
MONTH = re.compile(r"\d{4}-(0[1-9]|1[0-2])$")
ASKED_AT_ONCE = 2  # how often a question is asked that may only be too large


def fetch_police_uk_archive(
    feed: FeedSource, portal: Portal, wanted: Mapping[str, str], cursor: dict[str, Any], to: Path
) -> Fetched:
    """Write the newest months of the archive's forces into one file.

    Raises
    ------
    PortalError
        The archive lacks a month of a force that it had before, or a column.
    """
    archive_path = to.with_name(f"{to.name}.zip")
    try:
        headers = {"If-None-Match": cursor["etag"]} if cursor.get("etag") else {}
        answer = portal.download(feed.address, archive_path, headers=headers)
        if answer is None:
            return Fetched(None, None, cursor)
        with zipfile.ZipFile(archive_path) as archive:
            members = _members(feed, archive, cursor)
            rows = _archive_rows(feed, archive, members, wanted)
            count = write_records(to, list(wanted), rows)
    except (zipfile.BadZipFile, EOFError) as error:
        raise BusyError(f"{feed.name}: the archive is damaged ({error}).") from None
    finally:
        archive_path.unlink(missing_ok=True)
    return Fetched(".csv", count, {"etag": answer.headers.get("etag", ""), "members": sorted(members)})


def _members(feed: FeedSource, archive: zipfile.ZipFile, cursor: dict[str, Any]) -> dict[str, str]:
    """The members of the newest months, by month and force."""
    found = {}
    forces = set(feed.forces or [])
    for name in archive.namelist():
        match = MEMBER.search(name)
        if match and match[2] in forces:
            found[f"{match[1]} {match[2]}"] = name
    held = {key.split(" ", 1)[1] for key in found}
    if missing := sorted(forces - held):
        raise PortalError(f"{feed.name}: the archive has no file of {', '.join(missing)}. Nothing was written.")
    months = sorted({key[:7] for key in found})[-feed.months :]
    gone = [key for key in cursor.get("members", []) if months[0] <= key[:7] <= months[-1] and key not in found]
    if gone or months[-1] < max((key[:7] for key in cursor.get("members", [])), default=""):
        raise PortalError(
            f"{feed.name}: the archive lacks what it had before ({', '.join(gone[:3]) or 'its newest month'}): "
            "nothing was written, since its incidents would be withdrawn."
        )
    return {key: name for key, name in sorted(found.items()) if key[:7] in months}


def _archive_rows(
    feed: FeedSource, archive: zipfile.ZipFile, members: dict[str, str], wanted: Mapping[str, str]
) -> Iterator[dict[str, Any]]:
    for name in members.values():
        with archive.open(name) as file:
            reader = csv.DictReader(io.TextIOWrapper(file, "utf-8-sig", newline=""))
            portal_columns = [PortalColumn(column) for column in reader.fieldnames or []]
            names = find_columns(f"{feed.name}, {name}", wanted, portal_columns)
            for row in reader:
                yield {column: row[there] for column, there in names.items()}


def fetch_police_uk(
    feed: FeedSource, portal: Portal, wanted: Mapping[str, str], cursor: dict[str, Any], to: Path
) -> Fetched:
    """Write the newest months inside the outline into one file; nothing where no month was supplied since the last run.

    An area that holds too many crimes for one answer is asked for in quarters.
    """
    import shapely

    updated = _member(feed, portal.json(f"{feed.address}/crime-last-updated").content, "date")
    if cursor.get("updated") == updated:
        return Fetched(None, None, cursor)
    listed = portal.json(f"{feed.address}/crimes-street-dates").content
    months = sorted({_member(feed, entry, "date") for entry in listed} if isinstance(listed, list) else set())
    if not months or not all(MONTH.match(month) for month in months):
        raise PortalError(f"{feed.name}: the interface lists no months.")
    outline = shapely.polygons(feed.outline or [])
    rows: dict[Any, dict[str, Any]] = {}
    for month in months[-feed.months :]:
        for crime in _crimes(feed, portal, outline, month):
            rows.setdefault(crime.get("id"), flat(crime))
    known = list(dict.fromkeys(column for row in rows.values() for column in row))
    names = find_columns(feed.name, wanted, [PortalColumn(column) for column in known]) if rows else {}
    records = ({column: row.get(name) for column, name in names.items()} for row in rows.values())
    count = write_records(to, list(wanted), records)
    return Fetched(".csv", count, {"updated": updated})


def _crimes(feed: FeedSource, portal: Portal, shape: Any, month: str) -> Iterator[dict[str, Any]]:
    import shapely

    for part in shapely.get_parts(shape):
        if part.geom_type != "Polygon" or part.is_empty:
            continue
        corners = ":".join(f"{latitude:.6f},{longitude:.6f}" for longitude, latitude in part.exterior.coords[:-1])
        west, south, east, north = part.bounds
        may_split = max(east - west, north - south) > SMALLEST_DEGREES
        try:
            answer = portal.json(
                f"{feed.address}/crimes-street/all-crime",
                data={"poly": corners, "date": month},
                attempts=ASKED_AT_ONCE if may_split else None,
            )
        except BusyError as error:
            if error.status != 503 or not may_split:  # 503 is also its word for more than 10,000 crimes
                raise
            middle_x, middle_y = (west + east) / 2, (south + north) / 2
            for box in (
                (west, south, middle_x, middle_y),
                (middle_x, south, east, middle_y),
                (west, middle_y, middle_x, north),
                (middle_x, middle_y, east, north),
            ):
                yield from _crimes(feed, portal, shapely.clip_by_rect(part, *box), month)
            continue
        if not isinstance(answer.content, list):
            raise PortalError(f"{feed.name}: the answer is no list of crimes.")
        yield from answer.content


def _member(feed: FeedSource, content: Any, key: str) -> str:
    if not isinstance(content, dict) or not isinstance(content.get(key), str):
        raise PortalError(f"{feed.name}: the answer has no {key!r}.")
    return content[key]
