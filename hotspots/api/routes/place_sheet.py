"""One page about a place as an accessible PDF."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query, Request, Response

from hotspots.api.base_url import own_address, with_query
from hotspots.api.errors import PROBLEMS
from hotspots.api.filter_parameters import filter_parameters, read_question
from hotspots.api.http_caching import fresh
from hotspots.store.public.answer_cache import AnswerCache
from hotspots.store.public.reader import OpenReader
from hotspots.store.public.work import begin
from hotspots.words.language import language_of
from hotspots.words.units import units_of

MEDIA_TYPE = "application/pdf"
KEPT = 64
DESCRIBED: dict[int | str, dict[str, Any]] = {
    200: {"description": "One page, PDF/UA-1.", "content": {MEDIA_TYPE: {}}},
    304: {"description": "Nothing was published since."},
    **PROBLEMS,
}


def make_router(reader: OpenReader, *, public_url: str | None = None) -> APIRouter:
    """Route of the page. `public_url` is the service's own address; without it the one that the request came to."""
    router = APIRouter(tags=["share"], default_response_class=Response, responses=DESCRIBED)
    kept = AnswerCache(KEPT)

    @router.get("/place.pdf", dependencies=[Depends(filter_parameters)])
    def place_sheet(
        request: Request, lang: Annotated[str, Query(description="en or es: language of the page.")] = "en"
    ) -> Response:
        """One page to print or to send: map, numbers, change and weeks of a filter, with source, vintage and a link that names it."""
        from hotspots.pipeline.follow.place_sheet import draw_sheet  # brings scipy and the typesetter

        question = read_question(request, reader)
        language = language_of(lang, units_of(reader.city()))
        spoken = {"lang": lang} if lang != "en" else {}
        named = {**question.to_query(), **spoken, "vintage": str(reader.vintage().vintage_id)}
        permalink = with_query(f"{own_address(request, public_url)}/", named)

        def draw() -> bytes:
            return draw_sheet(reader.in_language(language.code), question, permalink=permalink, language=language)

        def make() -> Response:
            if permalink not in kept:
                begin("long")  # a sheet takes all of a core for a moment
            named_file = {"Content-Disposition": 'inline; filename="reported-incidents.pdf"'}
            return Response(kept.get(permalink, draw), media_type=MEDIA_TYPE, headers=named_file)

        return fresh(request, reader, make)

    return router
