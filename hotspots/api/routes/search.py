"""Address search. A POST, so that what is typed stands in no address bar, no history and no log."""

from __future__ import annotations

from dataclasses import asdict
from typing import Annotated, Any

from fastapi import APIRouter, Query, Response
from pydantic import BaseModel, ConfigDict, Field

from hotspots.api.errors import problems
from hotspots.store.public.reader import OpenReader
from hotspots.words.language import language_of


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


def make_router(reader: OpenReader) -> APIRouter:
    """Route of the search."""
    router = APIRouter(tags=["search"], responses=problems(400, 413, 429, 503))

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

    return router
