"""An Atom feed of any filter."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query, Request, Response

from hotspots.api.base_url import own_address, with_query
from hotspots.api.errors import PROBLEMS
from hotspots.api.filter_parameters import filter_parameters, read_question
from hotspots.api.http_caching import fresh
from hotspots.pipeline.follow.feed import draw_feed
from hotspots.store.public.reader import OpenReader
from hotspots.words.language import language_of
from hotspots.words.units import units_of

MEDIA_TYPE = "application/atom+xml"
DESCRIBED: dict[int | str, dict[str, Any]] = {
    200: {"description": "An Atom feed.", "content": {MEDIA_TYPE: {}}},
    304: {"description": "Nothing was published since."},
    **PROBLEMS,
}


def make_router(reader: OpenReader, *, public_url: str | None = None) -> APIRouter:
    """Route of the feed. `public_url` is the service's own address; without it the one that the request came to."""
    router = APIRouter(tags=["follow"], default_response_class=Response, responses=DESCRIBED)

    @router.get("/feed", dependencies=[Depends(filter_parameters)])
    def feed(
        request: Request, lang: Annotated[str, Query(description="en or es: language of the words between.")] = "en"
    ) -> Response:
        """The newest hundred reported incidents of a filter as an Atom feed. Without `from` and `to` it follows the data."""
        question = read_question(request, reader)
        language = language_of(lang, units_of(reader.city()))
        moves = {"from", "to"} - set(request.query_params)
        asked = {name: value for name, value in question.to_query().items() if name not in moves}
        shown = {**asked, **({"lang": lang} if lang != "en" else {})}
        own = own_address(request, public_url)

        def make() -> Response:
            body = draw_feed(
                reader.in_language(language.code),
                question,
                asked=asked,
                self_url=with_query(f"{own}/api/feed", shown),
                page_url=with_query(f"{own}/", shown),
                language=language,
            )
            return Response(body, media_type=MEDIA_TYPE)

        return fresh(request, reader, make)

    return router
