"""The numbers and rows of the map as JSON."""

from __future__ import annotations

from dataclasses import asdict
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query, Request, Response

from hotspots.api.errors import PROBLEMS
from hotspots.api.freshness import ASK_EVERY_TIME, etag, is_known, not_modified
from hotspots.api.questions import filter_parameters, read_question
from hotspots.store.open_incidents import MOST_ROWS, SORTS
from hotspots.store.open_reader import OpenReader


def make_router(reader: OpenReader) -> APIRouter:
    """Routes of counts and rows."""
    described: dict[int | str, dict[str, Any]] = {304: {"description": "Nothing was published since."}, **PROBLEMS}
    router = APIRouter(tags=["incidents"], dependencies=[Depends(filter_parameters)], responses=described)

    @router.get("/counts")
    def counts(request: Request, response: Response) -> Any:
        """How many reported incidents match, on the map and off it, by day, by crime type and by type of location."""
        question = read_question(request, reader)
        tag = etag(reader, request)
        if is_known(request, tag):
            return not_modified(tag, ASK_EVERY_TIME)
        response.headers.update({"ETag": tag, "Cache-Control": ASK_EVERY_TIME})
        return {
            "question": question.to_query(),
            "known_on": reader.vintage().known_on,
            "counts": asdict(reader.count(question)),
            "by_day": [asdict(row) for row in reader.by_day(question)],
            "by_type": [asdict(row) for row in reader.by_type(question)],
            "by_location_type": [asdict(row) for row in reader.by_location_type(question)],
        }

    @router.get("/incidents")
    def incidents(
        request: Request,
        response: Response,
        sort: Annotated[str, Query(description=f"One of {', '.join(SORTS)}.")] = "day",
        descending: bool = True,
        limit: Annotated[int, Query(description=f"Rows of one page, at most {MOST_ROWS}.")] = 100,
        offset: Annotated[int, Query(description="Rows to leave out before.")] = 0,
    ) -> Any:
        """Reported incidents, one a row, sorted."""
        question = read_question(request, reader, besides=("sort", "descending", "limit", "offset"))
        tag = etag(reader, request)
        if is_known(request, tag):
            return not_modified(tag, ASK_EVERY_TIME)
        rows = reader.page(question, sort=sort, descending=descending, limit=limit, offset=offset)
        response.headers.update({"ETag": tag, "Cache-Control": ASK_EVERY_TIME})
        return {
            "question": question.to_query(),
            "known_on": reader.vintage().known_on,
            "total": reader.count(question).total,
            "incidents": [asdict(row) for row in rows],
        }

    return router
