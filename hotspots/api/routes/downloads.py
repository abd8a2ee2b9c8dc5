"""Whole years of reported incidents as one file each, sent as they are read."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from itertools import chain
from typing import Literal

from fastapi import APIRouter, Request, Response
from fastapi.responses import StreamingResponse

from hotspots.api import schemas
from hotspots.api.cross_origin import is_head
from hotspots.api.formats import MEDIA_TYPES, SHAPES, parquet
from hotspots.api.http_caching import fresh
from hotspots.api.json_text import json_answer, json_text
from hotspots.api.links import address
from hotspots.api.provenance import provenance, provenance_headers
from hotspots.domain.feature import INCIDENTS
from hotspots.domain.feature_file import csv_lines
from hotspots.domain.incident_filter import IncidentFilter
from hotspots.domain.period import Period
from hotspots.errors import NotFoundError
from hotspots.store.public.features import FeaturePage, FeatureQuestion
from hotspots.store.public.reader import OpenReader
from hotspots.store.public.work import begin

ROWS_AT_ONCE = 250  # written until others come first: some milliseconds


def make_router(reader: OpenReader) -> APIRouter:
    """Routes of the downloads."""
    router = APIRouter(prefix="/downloads", tags=["downloads"])

    @router.get("", responses=schemas.answers("Downloads"))
    def downloads(request: Request) -> Response:
        """The years that there are, with the address of each file."""
        content = {
            "downloads": [
                {"year": year, **{f: address(request, f"/downloads/incidents/{year}.{f}") for f in ("csv", "parquet")}}
                for year in _years(reader)
            ]
        }
        return fresh(request, reader, lambda: json_answer({**content, **provenance(request, reader)}))

    @router.get("/incidents/{year}.{form}", responses=schemas.files())
    def year(request: Request, year: int, form: Literal["csv", "parquet"]) -> Response:
        """Every reported incident of a year, newest first: the fields of the collection `incidents`."""
        if year not in _years(reader):
            raise NotFoundError(f"downloads: there are no data of {year}")

        def make() -> Response:
            return StreamingResponse(
                iter(()) if is_head(request) else _file(request, reader, year, form),
                media_type=MEDIA_TYPES[form],
                headers={
                    "Content-Disposition": f'attachment; filename="incidents_{year}.{form}"',
                    **provenance_headers(request, reader),
                },
            )

        return fresh(request, reader, make)

    return router


def _years(reader: OpenReader) -> range:
    vintage = reader.vintage()
    if not (vintage.first_day and vintage.newest_day):
        return range(0)
    return range(vintage.first_day.year, vintage.newest_day.year + 1)


def _file(request: Request, reader: OpenReader, year: int, form: Literal["csv", "parquet"]) -> Iterator[bytes]:
    """The file in steps; the first is made at once, so that an error is answered as one."""
    days = Period.from_days(date(year, 1, 1), date(year, 12, 31))
    pages = reader.features.pages(FeatureQuestion(INCIDENTS, IncidentFilter(days)), shape=SHAPES[form])
    if form == "csv":
        steps = _csv(pages)
    else:
        steps = parquet(pages, {name: json_text(value) for name, value in provenance(request, reader).items()})
    return chain([next(steps)], steps)


def _csv(pages: Iterator[FeaturePage]) -> Iterator[bytes]:
    is_first = True
    for page in pages:
        for start in range(0, max(1, len(page.rows)), ROWS_AT_ONCE):
            begin("file")
            yield csv_lines(page.collection, page.rows[start : start + ROWS_AT_ONCE], head=is_first)
            is_first = False
