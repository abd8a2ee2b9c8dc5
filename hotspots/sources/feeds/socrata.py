"""Socrata (SODA 2 and 3): pages of 50,000 rows in the order of their row ids, since the newest change of the last run.

Rows are ordered by ``:id``, which an update does not change. Each page begins with the last rows of the page before, and all are
counted before and after: rows that moved while they were read are found. Where a run begins follows the portal's own clock and
stamps, never ours.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from hotspots.sources.feeds.named_columns import PortalColumn, find_columns
from hotspots.sources.feeds.portal import BusyError, Portal, PortalError
from hotspots.sources.feeds.sections import DATASET_ID, FeedSource
from hotspots.sources.feeds.unfinished import Fetched, write_records

PAGE_ROWS = 50_000
OVERLAP_ROWS = 100  # a page begins so many rows before the end of the last: rows that moved a little are still met once
ROUNDS = 3  # how often all is read anew because rows moved meanwhile
ROW_ID, UPDATED = ":id", ":updated_at"


class MovedError(Exception):
    """Rows changed places while they were read."""


def fetch_socrata(
    feed: FeedSource,
    portal: Portal,
    wanted: Mapping[str, str],
    cursor: dict[str, Any],
    to: Path,
    *,
    page_rows: int = PAGE_ROWS,
) -> Fetched:
    """Write the rows since the cursor, or all of them, into a file.

    Parameters
    ----------
    wanted : mapping
        Columns that the city file names, with the key that names each; no other column is asked for.
    cursor : dict
        ``updated_at`` of the last run; empty: everything.

    Raises
    ------
    PortalError
        It refuses, lacks a column, or its rows do not hold still.
    """
    reader = _Reader(feed, portal, page_rows)
    names, server_time = reader.columns(wanted)
    since = _since(feed, cursor)
    for _ in range(ROUNDS):
        newest = [str(cursor.get("updated_at", ""))]
        try:
            rows = reader.rows(list(dict.fromkeys(names.values())), since, newest)
            count = write_records(
                to, list(names), ({column: row.get(name) for column, name in names.items()} for row in rows)
            )
        except MovedError:
            continue
        # A stamp beyond the portal's own clock is a slip of its clock: taken as it is, later changes would be missed.
        least = min(newest[0], server_time.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.000Z"))
        after = {"updated_at": least} if newest[0] else cursor
        return Fetched(".csv" if count or feed.is_whole else None, count, {} if feed.is_whole else after)
    raise PortalError(f"{feed.name}: rows moved while they were read, {ROUNDS} times. Nothing was written.")


def _since(feed: FeedSource, cursor: dict[str, Any]) -> str | None:
    if feed.is_whole or "updated_at" not in cursor:
        return None
    newest = datetime.fromisoformat(cursor["updated_at"].replace("Z", "+00:00"))
    return (newest - timedelta(days=feed.overlap_days)).strftime("%Y-%m-%dT%H:%M:%S.000Z")


class _Reader:
    """Asks one data set, by either version of the interface."""

    def __init__(self, feed: FeedSource, portal: Portal, page_rows: int) -> None:
        self._feed, self._portal, self._page_rows = feed, portal, page_rows
        address = urlsplit(feed.address)
        self._base = f"{address.scheme}://{address.netloc}"
        found = DATASET_ID.findall(feed.address)
        self._id = found[-1]

    def columns(self, wanted: Mapping[str, str]) -> tuple[dict[str, str], datetime]:
        """The portal's names of the wanted columns, and its clock."""
        try:
            answer = self._portal.json(f"{self._base}/api/views/{self._id}.json")
        except PortalError as error:
            if error.status != 404 or self._feed.version == 3:
                raise
            # Without a description the first row's headers still name every field.
            answer = self._portal.json(f"{self._base}/resource/{self._id}.json", params={"$limit": 1})
            fields = json.loads(answer.headers.get("x-soda2-fields", "null"))
            columns = [PortalColumn(str(name)) for name in fields or dict(*answer.content[:1])]
        else:
            columns = [
                PortalColumn(str(column["fieldName"]), (str(column.get("name", "")),))
                for column in answer.content.get("columns", [])
                if isinstance(column, dict) and "fieldName" in column
            ]
        return find_columns(self._feed.name, wanted, columns), answer.server_time

    def rows(self, names: list[str], since: str | None, newest: list[str]) -> Iterator[dict[str, Any]]:
        """Every matching row once; `newest` becomes the newest change among them."""
        conditions = [f"({self._feed.where})"] if self._feed.where else []
        conditions += [f"{UPDATED} >= '{since}'"] if since else []
        where = " AND ".join(conditions)
        before, read, end, last = self._count(where), 0, 0, None
        while True:
            start = max(0, end - min(OVERLAP_ROWS, self._page_rows // 2))
            page = self._ask([ROW_ID, UPDATED, *names], where, start=start)
            ids = [row.get(ROW_ID) for row in page]
            if last is not None and last not in ids:
                raise MovedError
            for row in page[ids.index(last) + 1 if last is not None else 0 :]:
                newest[0] = max(newest[0], str(row.get(UPDATED, "")))
                read += 1
                yield row
            if len(page) < self._page_rows:
                break
            end, last = start + len(page), ids[-1]
        if read < min(before, self._count(where)):
            raise MovedError

    def _count(self, where: str) -> int:
        rows = self._ask(["count(*) AS n"], where, start=None)
        try:
            return int(rows[0]["n"])
        except (IndexError, KeyError, ValueError):
            raise BusyError(f"{self._feed.name}: the portal does not count its rows.") from None

    def _ask(self, names: list[str], where: str, *, start: int | None) -> list[dict[str, Any]]:
        if self._feed.version == 3:
            rows = self._ask_3(names, where, start)
        else:
            asked: dict[str, Any] = {"$select": ",".join(names), **({"$where": where} if where else {})}
            if start is not None:
                asked |= {"$order": ROW_ID, "$limit": self._page_rows, "$offset": start}
            rows = self._portal.json(f"{self._base}/resource/{self._id}.json", params=asked).content
        if not isinstance(rows, list):
            raise PortalError(f"{self._feed.name}: the answer is no list of rows.")
        return rows

    def _ask_3(self, names: list[str], where: str, start: int | None) -> Any:
        query = f"SELECT {', '.join(f'`{name}`' if name.isidentifier() else name for name in names)}"
        query += f" WHERE {where}" if where else ""
        body: dict[str, Any] = {"query": query, "includeSynthetic": False}
        if start is not None:
            body["query"] = f"{query} ORDER BY `{ROW_ID}` LIMIT {self._page_rows} OFFSET {start}"
            body["page"] = {"pageNumber": 1, "pageSize": self._page_rows}
        return self._portal.json(f"{self._base}/api/v3/views/{self._id}/query.json", json=body).content
