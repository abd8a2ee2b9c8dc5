"""Portals for tests: real HTTP servers that speak the protocols of Socrata, ArcGIS and police.uk, and misbehave when told to."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

Reply = tuple[int, Any, dict[str, str]]


@dataclass
class Asked:
    """One request."""

    path: str
    query: dict[str, str]
    headers: dict[str, str]
    body: bytes

    @property
    def form(self) -> dict[str, str]:
        return dict(parse_qsl(self.body.decode()))


@dataclass
class Portal:
    """A server: `answer` decides; `troubles` are taken first, one a request; a trouble of None answers as usual."""

    answer: Callable[[Asked], Reply]
    url: str = ""
    asked: list[Asked] = field(default_factory=list)
    troubles: list[Reply | str | None] = field(default_factory=list)
    date: str | None = None


@contextmanager
def serving(answer: Callable[[Asked], Reply]) -> Iterator[Portal]:
    """Serve on a port of its own until the block ends."""
    portal = Portal(answer)

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            parts = urlsplit(self.path)
            length = int(self.headers.get("Content-Length") or 0)
            asked = Asked(
                unquote(parts.path),
                dict(parse_qsl(parts.query, keep_blank_values=True)),
                {key.lower(): value for key, value in self.headers.items()},
                self.rfile.read(length),
            )
            portal.asked.append(asked)
            trouble = portal.troubles.pop(0) if portal.troubles else None
            if trouble == "cut":
                self._send((200, b"x" * 100, {"Content-Length": "5000"}))
                self.close_connection = True
            else:
                self._send(trouble if isinstance(trouble, tuple) else portal.answer(asked))

        do_POST = do_GET

        def _send(self, reply: Reply) -> None:
            status, content, headers = reply
            body = content if isinstance(content, bytes) else json.dumps(content).encode()
            self.send_response_only(status)
            self.send_header("Date", portal.date or self.date_time_string())
            for name, value in {"Content-Length": str(len(body)), **headers}.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: Any) -> None:
            del format, args

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    portal.url = f"http://127.0.0.1:{server.server_address[1]}"
    thread = Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    try:
        yield portal
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


class Socrata:
    """One data set `abcd-1234`, by SODA 2 and 3: rows with system fields, conditions on `:updated_at`, order, pages and counts."""

    def __init__(self, rows: list[dict[str, Any]], columns: dict[str, str]) -> None:
        self.rows, self.columns = rows, columns
        self.between_pages: Callable[[], None] = lambda: None
        self.described = True

    def __call__(self, asked: Asked) -> Reply:
        if asked.path == "/api/views/abcd-1234.json" and self.described:
            columns = [{"fieldName": name, "name": label} for name, label in self.columns.items()]
            return 200, {"id": "abcd-1234", "columns": columns}, {}
        if asked.path == "/resource/abcd-1234.json":
            select = [word.strip() for word in asked.query.get("$select", "*").split(",")]
            return self._rows(
                select,
                asked.query.get("$where", ""),
                order=asked.query.get("$order"),
                start=int(asked.query.get("$offset", 0)),
                limit=int(asked.query.get("$limit", 1000)),
            )
        if asked.path == "/api/v3/views/abcd-1234/query.json":
            if "x-app-token" not in asked.headers:
                return 403, {"message": "an app token is required"}, {}
            body = json.loads(asked.body)
            parts = re.fullmatch(
                r"SELECT (.+?)(?: WHERE (.+?))?(?: ORDER BY (\S+) LIMIT (\d+) OFFSET (\d+))?", body["query"]
            )
            assert parts is not None
            select = [word.strip(" `") for word in parts[1].split(",")]
            order = (parts[3] or "").strip("`") or None
            return self._rows(
                select, parts[2] or "", order=order, start=int(parts[5] or 0), limit=int(parts[4] or 1000)
            )
        return 404, {"message": "not found"}, {}

    def _rows(self, select: list[str], where: str, *, order: str | None, start: int, limit: int) -> Reply:
        rows = self.rows
        if since := re.search(r":updated_at >= '([^']+)'", where):
            rows = [row for row in rows if row[":updated_at"] >= since[1]]
        if equal := re.search(r"\((\w+) = '([^']*)'\)", where):
            rows = [row for row in rows if row.get(equal[1]) == equal[2]]
        if select == ["count(*) AS n"]:
            return 200, [{"n": str(len(rows))}], {}
        if select == ["*"]:
            select = list(self.columns)
        for name in select:
            if name not in self.columns and name not in (":id", ":updated_at"):
                return 400, {"message": f"No such column: {name}"}, {}
        if order:
            rows = sorted(rows, key=lambda row: row[order])
        page = [
            {name: row[name] for name in select if row.get(name) is not None} for row in rows[start : start + limit]
        ]
        self.between_pages()
        return 200, page, {"X-SODA2-Fields": json.dumps(list(self.columns))}


class ArcGis:
    """One layer `/FeatureServer/0`: features with object ids and points, dates in milliseconds, at most three a page."""

    def __init__(self, features: list[dict[str, Any]], fields: dict[str, str], *, edit_field: str | None) -> None:
        self.features, self.fields, self.edit_field = features, fields, edit_field
        self.between_pages: Callable[[], None] = lambda: None

    def __call__(self, asked: Asked) -> Reply:
        if asked.query.get("f") != "json":
            return 200, b"<html>", {}
        if asked.path == "/arcgis/FeatureServer/0":
            layer: dict[str, Any] = {
                "objectIdField": "OBJECTID",
                "maxRecordCount": 3,
                "fields": [{"name": name, "alias": name, "type": kind} for name, kind in self.fields.items()],
            }
            if self.edit_field:
                layer["editFieldsInfo"] = {"editDateField": self.edit_field}
            return 200, layer, {}
        if asked.path != "/arcgis/FeatureServer/0/query":
            return 200, {"error": {"code": 404, "message": "no such layer", "details": []}}, {}
        return 200, self._query(asked.query), {}

    def _query(self, query: dict[str, str]) -> dict[str, Any]:
        features = sorted(self.features, key=lambda one: one["attributes"]["OBJECTID"])
        if after := re.search(r"OBJECTID > (\d+)", query["where"]):
            features = [one for one in features if one["attributes"]["OBJECTID"] > int(after[1])]
        if since := re.search(r"(\w+) >= timestamp '([^']+)'", query["where"]):
            from datetime import UTC, datetime

            least = datetime.fromisoformat(since[2]).replace(tzinfo=UTC).timestamp() * 1000
            features = [one for one in features if (one["attributes"][since[1]] or 0) >= least]
        if query.get("returnCountOnly") == "true":
            return {"count": len(features)}
        names = query["outFields"].split(",")
        if unknown := [name for name in names if name not in self.fields]:
            return {
                "error": {"code": 400, "message": "Cannot perform query.", "details": [f"Invalid field: {unknown[0]}"]}
            }
        most = int(query["resultRecordCount"])
        page = [
            {
                "attributes": {name: one["attributes"].get(name) for name in names},
                **({"geometry": one["geometry"]} if query["returnGeometry"] == "true" and "geometry" in one else {}),
            }
            for one in features[:most]
        ]
        self.between_pages()
        return {"features": page, "exceededTransferLimit": len(features) > most}
