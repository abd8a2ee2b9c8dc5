"""Whole files: one that is downloaded, or those that another program puts into a folder."""

from __future__ import annotations

import hashlib
import time
from pathlib import Path
from typing import Any

from hotspots.private_files import open_private
from hotspots.sources.feeds.portal import CHUNK_BYTES, Portal, PortalError
from hotspots.sources.feeds.sections import FeedSource, ending_of
from hotspots.sources.feeds.unfinished import Fetched

SETTLED_S = 60.0  # a file that was written to more recently may still be half written


def fetch_https(feed: FeedSource, portal: Portal, cursor: dict[str, Any], to: Path) -> Fetched:
    """Download one file; nothing where it is the one of the last run."""
    headers = {}
    if cursor.get("etag"):
        headers["If-None-Match"] = cursor["etag"]
    elif cursor.get("modified"):
        headers["If-Modified-Since"] = cursor["modified"]
    answer = portal.download(feed.address, to, headers=headers)
    if answer is None:
        return Fetched(None, None, cursor)
    if to.stat().st_size == 0:
        raise PortalError(f"{feed.name}: the file is empty. Nothing was written.")
    after = {
        "etag": answer.headers.get("etag", ""),
        "modified": answer.headers.get("last-modified", ""),
        "sha256": answer.content,
    }
    ending = None if answer.content == cursor.get("sha256") else feed.ending
    return Fetched(ending, None, after)


def fetch_folder(feed: FeedSource, cursor: dict[str, Any], to: Path, *, now_s: float | None = None) -> Fetched:
    """Copy the oldest file of a folder that no earlier run has read, once nobody writes to it any more.

    Raises
    ------
    PortalError
        There is no such folder.
    """
    folder = Path(feed.path or "")
    if not folder.is_dir():
        raise PortalError(f"{feed.name}: the folder {str(folder)!r} does not exist.")
    now_s = time.time() if now_s is None else now_s
    seen = set(cursor.get("sha256s", []))
    files = [path for path in folder.glob(feed.pattern) if path.is_file() and not path.name.startswith(".")]
    for path in sorted(files, key=lambda path: (path.stat().st_mtime_ns, path.name)):
        before = path.stat()
        if abs(now_s - before.st_mtime) < SETTLED_S:
            continue
        sha256 = _copy(path, to)
        if path.stat().st_mtime_ns != before.st_mtime_ns or path.stat().st_size != before.st_size:
            continue
        if sha256 in seen:
            continue
        return Fetched(ending_of(path.name), None, {"sha256s": sorted(seen | {sha256})})
    return Fetched(None, None, cursor)


def _copy(path: Path, to: Path) -> str:
    digest = hashlib.sha256()
    try:
        with open(path, "rb") as source, open_private(to) as target:
            while chunk := source.read(CHUNK_BYTES):
                digest.update(chunk)
                target.write(chunk)
    except OSError as error:
        raise PortalError(f"{path.name} cannot be copied: {error.strerror}.") from None
    return digest.hexdigest()
