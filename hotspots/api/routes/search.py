"""Address search. A POST, so that what is typed stands in no address bar, no history and no log."""

from __future__ import annotations

from dataclasses import asdict
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request, Response
from pydantic import BaseModel, ConfigDict, Field

from hotspots.api import schemas
from hotspots.api.errors import problems
from hotspots.api.http_caching import fresh
from hotspots.api.json_text import json_answer
from hotspots.store.public.reader import OpenReader
from hotspots.words.language import language_of

POINT_CELL_M = 300


class SearchText(BaseModel):
    """The typed text."""

    model_config = ConfigDict(extra="forbid")

    text: str = Field(max_length=200, description="House number and street, block, crossing, place or area.")
    limit: int = Field(8, ge=1, le=20, description="The most matches to answer with.")


class SearchMatch(BaseModel):
    """One thing that it may mean."""

    gazetteer_id: int
    kind: str
    name: str
    detail: str
    lon: float
    lat: float
    score: float
    sure: bool
    area_id: int | None = Field(None, description="Of an area: ask for it as `areas=`.")


class SearchAnswer(BaseModel):
    """Best first; empty where nothing is like it."""

    matches: list[SearchMatch]


class NamedPoints(BaseModel):
    """Named public points spread over the whole city: a device that knows where it is finds the nearest one by itself."""

    cell_m: int = Field(description="At most one point for each square of so many metres.")
    # A list: OpenAPI 3.0, which GDAL reads, has no word for a tuple.
    points: list[Annotated[list[float], Field(min_length=3, max_length=3)]] = Field(
        description="Number of the gazetteer entry (`at=`), longitude, latitude in degrees."
    )


def make_router(reader: OpenReader) -> APIRouter:
    """Route of the search."""
    router = APIRouter(tags=["search"], responses=problems(400, 410, 413, 429, 503))

    @router.post("/search", response_model=SearchAnswer)
    def search(
        typed: SearchText,
        response: Response,
        lang: Annotated[str, Query(description="en or es: language of the kinds in names of areas.")] = "en",
    ) -> Any:
        """Match a text with the city's gazetteer. Nothing typed is kept or leaves the server."""
        response.headers["Cache-Control"] = "no-store"
        spoken = reader.in_language(language_of(lang).code)
        return {"matches": [asdict(match) for match in spoken.suggest(typed.text, limit=typed.limit)]}

    @router.get("/points", response_model=NamedPoints, responses={**schemas.NOT_MODIFIED})
    def points(request: Request) -> Response:
        """Every named public point, the same for whoever asks: the answer says nothing of where the asker is."""
        return fresh(
            request,
            reader,
            lambda: json_answer({"cell_m": POINT_CELL_M, "points": reader.named_points(cell_m=POINT_CELL_M)}),
        )

    return router
