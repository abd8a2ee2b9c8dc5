"""Fetch one feed, whatever it speaks."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from hotspots.sources.feeds.arcgis import fetch_arcgis
from hotspots.sources.feeds.files import fetch_folder, fetch_https
from hotspots.sources.feeds.police_uk import PER_SECOND, fetch_police_uk, fetch_police_uk_archive
from hotspots.sources.feeds.portal import Pace, Patience, Portal, PortalError
from hotspots.sources.feeds.sections import FeedSource
from hotspots.sources.feeds.socrata import fetch_socrata
from hotspots.sources.feeds.unfinished import Fetched


def fetch(
    feed: FeedSource,
    *,
    wanted: Mapping[str, str],
    cursor: dict[str, Any],
    to: Path,
    environment: Mapping[str, str],
    patience: Patience | None = None,
) -> Fetched:
    """Write what is new since the cursor into an unfinished file.

    Parameters
    ----------
    wanted : mapping
        Columns that the city file names, with the key that names each.
    cursor : dict
        Where the last run ended; empty before the first.
    environment : mapping
        Where the token is.

    Raises
    ------
    PortalError
        Nothing of it may be used.
    """
    if feed.kind == "folder":
        return fetch_folder(feed, cursor, to)
    headers = _token_header(feed, environment)
    pace = Pace(PER_SECOND) if feed.kind == "police_uk" else None
    with Portal(feed.name, headers=headers, follow=not headers, patience=patience, pace=pace) as portal:
        if feed.kind == "socrata":
            return fetch_socrata(feed, portal, wanted, cursor, to)
        if feed.kind == "arcgis":
            return fetch_arcgis(feed, portal, wanted, cursor, to)
        if feed.kind == "police_uk_archive":
            return fetch_police_uk_archive(feed, portal, wanted, cursor, to)
        if feed.kind == "police_uk":
            return fetch_police_uk(feed, portal, wanted, cursor, to)
        return fetch_https(feed, portal, cursor, to)


def _token_header(feed: FeedSource, environment: Mapping[str, str]) -> dict[str, str]:
    if feed.token is None:
        return {}
    token = environment.get(feed.token, "").strip()
    if not token:
        raise PortalError(f"{feed.name}: the environment variable {feed.token}, which holds its token, is not set.")
    if feed.kind == "socrata":
        return {"X-App-Token": token}
    if feed.kind == "arcgis":
        return {"X-Esri-Authorization": f"Bearer {token}"}
    return {"Authorization": f"Bearer {token}"}
