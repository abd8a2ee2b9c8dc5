"""ArcGIS feature layers: pages along the object id, edits since the last run, or the whole layer.

A page begins after the last object id of the page before, so that features which come or go meanwhile move nothing. Errors arrive with
status 200 and an `error` member, as the servers of this kind send them.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from hotspots.sources.feeds.named_columns import PortalColumn, find_columns
from hotspots.sources.feeds.portal import BusyError, Portal, PortalError
from hotspots.sources.feeds.sections import FeedSource
from hotspots.sources.feeds.unfinished import Fetched, write_records

MOST_ROWS = 2_000  # of a page; the layer may allow fewer
POINT = ("longitude", "latitude")  # where a feature's point goes, in degrees
BUSY_CODES = (429, 500, 502, 503, 504)


def fetch_arcgis(
    feed: FeedSource, portal: Portal, wanted: Mapping[str, str], cursor: dict[str, Any], to: Path
) -> Fetched:
    """Write the features since the cursor, or all of them, into a file.

    Dates stay what the layer holds, milliseconds since 1970. A point is written as ``longitude`` and ``latitude``.

    Raises
    ------
    PortalError
        It refuses, lacks a column, or has no edit date to go by.
    """
    layer = _Layer(feed, portal)
    server_ms = int(layer.server_time.timestamp() * 1000)
    points = [column for column in wanted if column in POINT and column not in layer.names]
    names = find_columns(
        feed.name, {column: key for column, key in wanted.items() if column not in points}, layer.columns
    )
    edited = None if feed.is_whole else layer.edit_field()
    conditions = [f"({feed.where})"] if feed.where else []
    if edited and "edited_ms" in cursor:
        since = datetime.fromtimestamp(cursor["edited_ms"] / 1000, UTC) - timedelta(days=feed.overlap_days)
        conditions.append(f"{edited} >= timestamp '{since:%Y-%m-%d %H:%M:%S}'")
    where = " AND ".join(conditions) or "1=1"
    newest = [int(cursor.get("edited_ms", 0))]
    before = layer.count(where)
    asked = [layer.object_id, *names.values(), *([edited] if edited else [])]
    fields = list(dict.fromkeys(asked))
    features = layer.features(where, fields, edited, newest, with_points=bool(points))
    columns = list(wanted)
    count = write_records(to, columns, (_record(feature, names, points) for feature in features))
    if count < min(before, layer.count(where)):
        raise BusyError(f"{feed.name}: {count:,} features came, {before:,} were counted. Nothing was written.")
    after = {"edited_ms": min(newest[0], server_ms)} if edited and newest[0] else {}
    return Fetched(".csv" if count or feed.is_whole else None, count, after)


def _record(feature: dict[str, Any], names: dict[str, str], points: list[str]) -> dict[str, Any]:
    attributes, geometry = feature.get("attributes", {}), feature.get("geometry") or {}
    record = {column: attributes.get(name) for column, name in names.items()}
    place = {"longitude": geometry.get("x"), "latitude": geometry.get("y")}
    return record | {column: None if place[column] in ("NaN", None) else place[column] for column in points}


class _Layer:
    """One layer and its fields."""

    def __init__(self, feed: FeedSource, portal: Portal) -> None:
        self._feed, self._portal = feed, portal
        answer = self._get(feed.address, {})
        self._layer, self.server_time = answer.content, answer.server_time
        fields = [field for field in self._layer.get("fields") or [] if isinstance(field, dict) and "name" in field]
        self.columns = [PortalColumn(str(field["name"]), (str(field.get("alias") or ""),)) for field in fields]
        self.names = {column.name for column in self.columns}
        ids = [field["name"] for field in fields if field.get("type") == "esriFieldTypeOID"]
        self.object_id = str(self._layer.get("objectIdField") or (ids or [""])[0])
        if not self.object_id:
            raise PortalError(f"{feed.name}: the layer has no object id, so its pages cannot be told apart.")
        self._page_rows = min(MOST_ROWS, int(self._layer.get("maxRecordCount") or MOST_ROWS))

    def edit_field(self) -> str:
        """The field with the time of the last edit."""
        field = self._feed.edited or (self._layer.get("editFieldsInfo") or {}).get("editDateField")
        if not field or field not in self.names:
            raise PortalError(
                f"{self._feed.name}: the layer does not say when a feature was edited; "
                'name the field as edited, or write reads = "whole".'
            )
        return str(field)

    def count(self, where: str) -> int:
        """How many features match."""
        return int(self._query({"where": where, "returnCountOnly": "true"}).get("count", 0))

    def features(
        self, where: str, fields: list[str], edited: str | None, newest: list[int], *, with_points: bool
    ) -> Iterator[dict[str, Any]]:
        """Every matching feature once, by object id; `newest` becomes the newest edit among them."""
        last: int | None = None
        while True:
            after = "" if last is None else f" AND {self.object_id} > {last}"
            asked = {
                "where": f"({where}){after}",
                "outFields": ",".join(fields),
                "orderByFields": f"{self.object_id} ASC",
                "resultRecordCount": self._page_rows,
                "returnGeometry": str(with_points).lower(),
                "outSR": 4326,
            }
            page = self._query(asked)
            features = page.get("features") or []
            for feature in features:
                attributes = feature.get("attributes", {})
                if edited:
                    newest[0] = max(newest[0], int(attributes.get(edited) or 0))
                yield feature
            ids = [int(feature["attributes"][self.object_id]) for feature in features]
            if not ids or (len(ids) < self._page_rows and not page.get("exceededTransferLimit")):
                return
            if last is not None and max(ids) <= last:
                raise PortalError(f"{self._feed.name}: the layer does not order its pages by {self.object_id}.")
            last = max(ids)

    def _query(self, asked: dict[str, Any]) -> dict[str, Any]:
        return self._get(f"{self._feed.address}/query", asked).content

    def _get(self, url: str, asked: dict[str, Any]) -> Any:
        return self._portal.json(url, params={**asked, "f": "json"}, check=self._check)

    def _check(self, content: Any) -> None:
        if not isinstance(content, dict):
            raise PortalError(f"{self._feed.name}: the answer is no layer.")
        error = content.get("error")
        if isinstance(error, dict):
            code = int(error.get("code") or 0)
            words = " ".join([str(error.get("message") or ""), *map(str, error.get("details") or [])]).strip()[:300]
            said = f"{self._feed.name}: the layer answers {code}: {words or 'without a reason'}."
            raise BusyError(said, status=code) if code in BUSY_CODES else PortalError(said)
