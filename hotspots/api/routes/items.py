"""Features of the collections, in pages and one by one, as GeoJSON, CSV or GeoParquet (OGC API – Features, part 1)."""

from __future__ import annotations

from typing import Annotated, Any
from zoneinfo import ZoneInfo

from fastapi import APIRouter, Depends, Query, Request, Response

from hotspots.api import schemas
from hotspots.api.filter_parameters import filter_parameters, read_question, whole_number_between
from hotspots.api.formats import MEDIA_TYPES, SHAPES, Format, choose_format, feature_text, geojson, parquet
from hotspots.api.http_caching import fresh
from hotspots.api.json_text import json_text
from hotspots.api.links import address, link
from hotspots.api.page_token import read_token, write_token
from hotspots.api.provenance import provenance, provenance_headers, provenance_links
from hotspots.domain.feature import AREAS, COLLECTIONS, FORECASTS, INCIDENTS, PLACES, Collection
from hotspots.domain.feature_file import csv_lines
from hotspots.domain.incident_filter import IncidentFilter
from hotspots.domain.places.extent import ALWAYS, Box, Interval, parse_interval
from hotspots.errors import FilterError, NotFoundError
from hotspots.store.public.features import FeaturePage, FeatureQuestion
from hotspots.store.public.reader import OpenReader

DEFAULT_ROWS, MOST_ROWS = 1_000, 10_000  # of a page


def kind_parameter(kind: Annotated[str, Query(description="Only features of this kind.")] = "") -> None:
    """Say that features can be asked for by kind."""


def forecast_parameter(
    forecast: Annotated[str, Query(description="Number of a forecast; only its cells.")] = "",
) -> None:
    """Say that cells can be asked for by forecast."""


OWN_PARAMETERS = {
    INCIDENTS.name: filter_parameters,
    AREAS.name: kind_parameter,
    PLACES.name: kind_parameter,
    FORECASTS.name: forecast_parameter,
}


def make_router(reader: OpenReader) -> APIRouter:
    """Routes of the features of each collection."""
    router = APIRouter(tags=["features"])
    for collection in COLLECTIONS.values():
        _add_routes(router, reader, collection)
    return router


def _add_routes(router: APIRouter, reader: OpenReader, collection: Collection) -> None:
    path = f"/collections/{collection.name}/items"

    def items(
        request: Request,
        f: Annotated[str, Query(description="Format: json (GeoJSON), csv or parquet (GeoParquet).")] = "",
        limit: Annotated[
            str,
            Query(
                description=f"Features of one page, {DEFAULT_ROWS} unless said; more than {MOST_ROWS} is {MOST_ROWS}."
            ),
        ] = "",
        token: Annotated[
            str, Query(description="Where the page starts, from the link `next` of the page before.")
        ] = "",
        bbox: Annotated[str, Query(description="Only what touches this box: west,south,east,north in degrees.")] = "",
        datetime: Annotated[
            str,
            Query(
                description="A day, an instant or an interval such as 2017-10-01/2017-12-31, 2017-10-01/.. or "
                "2017-10-01T22:00/2017-10-02T01:59; hours are the city's unless an offset is written."
            ),
        ] = "",
    ) -> Response:
        form = choose_format(request, f)
        question = read_feature_question(request, reader, collection, bbox=bbox, datetime=datetime)
        rows = min(whole_number_between("limit", limit, least=1, most=10**18), MOST_ROWS) if limit else DEFAULT_ROWS
        after = read_token(collection, token) if token else None

        def make() -> Response:
            page = reader.features.page(question, limit=rows, after=after, shape=SHAPES[form])
            return _page_answer(request, reader, question, page, form)

        return fresh(request, reader, make, form=form)

    def item(
        request: Request, feature_id: str, f: Annotated[str, Query(description="Format: json, csv or parquet.")] = ""
    ) -> Response:
        form = choose_format(request, f)

        def make() -> Response:
            page = reader.features.one(collection, feature_id, shape=SHAPES[form])
            return _item_answer(request, reader, page, form)

        return fresh(request, reader, make, form=form)

    own = [Depends(OWN_PARAMETERS[collection.name])] if collection.name in OWN_PARAMETERS else []
    for route, endpoint, schema, words in (
        (path, items, "FeatureCollection", f"{collection.words} A page; the link `next` leads on."),
        (f"{path}/{{feature_id}}", item, "Feature", f"One feature of the collection {collection.name}."),
    ):
        router.add_api_route(
            route,
            endpoint,
            name=f"{endpoint.__name__}_{collection.name}",
            description=words,
            dependencies=own if endpoint is items else [],
            responses=schemas.features(schema),
        )


def read_feature_question(
    request: Request, reader: OpenReader, collection: Collection, *, bbox: str, datetime: str
) -> FeatureQuestion:
    """The question of a request to a collection. All days of the data where it names none."""
    given = request.query_params
    interval = parse_interval(datetime, ZoneInfo(reader.city().timezone)) if datetime else ALWAYS
    return FeatureQuestion(
        collection,
        incidents=_incident_filter(request, reader, interval) if collection.name == INCIDENTS.name else None,
        box=Box.parse(bbox) if bbox else None,
        kind=given.get("kind") or None,
        forecast=whole_number_between("forecast", given["forecast"]) if given.get("forecast") else None,
        interval=interval,
    )


def _incident_filter(request: Request, reader: OpenReader, interval: Interval) -> IncidentFilter:
    instead = ("from", "to", "hours") if interval.has_hours else ("from", "to")
    given = [name for name in instead if request.query_params.get(name)]
    if interval and given:
        raise FilterError("datetime", f"it stands in place of {' and '.join(given)}; give one or the other")
    if interval.has_hours and reader.city().by_month:
        raise FilterError("datetime", "the records here tell months only; give days, such as 2017-10-01/2017-12-31")
    vintage = reader.vintage()
    if not (vintage.first_day and vintage.newest_day):
        raise NotFoundError("The publication holds no incident.")
    # An open end reaches as far as the data, or holds nothing where the other end lies beyond them.
    first = interval.first or (min(vintage.first_day, interval.last) if interval.last else vintage.first_day)
    last = interval.last or max(vintage.newest_day, first)
    ends = {"from": first.isoformat(), "to": last.isoformat()}
    return read_question(request, reader, **{name: end for name, end in ends.items() if name not in given})


def _page_answer(
    request: Request, reader: OpenReader, question: FeatureQuestion, page: FeaturePage, form: Format
) -> Response:
    path = f"/collections/{page.collection.name}/items"
    asked = dict(request.query_params)
    links = [link(address(request, path, **asked), "self", MEDIA_TYPES[form], "This page")]
    if page.after:
        further = {**asked, "token": write_token(page.collection, page.after)}
        links.append(link(address(request, path, **further), "next", MEDIA_TYPES[form], "Next page"))
    if form == "json":
        links += [
            link(
                address(request, path, **{**asked, "f": other}), "alternate", MEDIA_TYPES[other], f"This page ({other})"
            )
            for other in ("csv", "parquet")
        ]
        members = {
            "links": [*links, *provenance_links(request, reader)],
            "numberMatched": reader.features.count(question),
            "numberReturned": len(page.rows),
            **_question_member(reader, question),
            **provenance(request, reader),
        }
        return Response(geojson(page, members), media_type=MEDIA_TYPES[form])
    headers = {"Number-Matched": str(reader.features.count(question)), "Number-Returned": str(len(page.rows))}
    if question.hours_at_ends:
        headers["Number-Hour-Unknown"] = str(reader.features.count_hour_unknown(question))
    return _rows_answer(request, reader, page, form, {**headers, **provenance_headers(request, reader, *links)})


def _item_answer(request: Request, reader: OpenReader, page: FeaturePage, form: Format) -> Response:
    here = f"/collections/{page.collection.name}"
    (row,) = page.rows
    links = [
        link(address(request, f"{here}/items/{row[0]}"), "self", MEDIA_TYPES[form], "This feature"),
        link(address(request, here), "collection", "application/json", page.collection.title),
    ]
    if form != "json":
        return _rows_answer(request, reader, page, form, provenance_headers(request, reader, *links))
    members = json_text({"links": [*links, *provenance_links(request, reader)], **provenance(request, reader)})
    return Response(f"{feature_text(page, row)[:-1]},{members[1:]}", media_type=MEDIA_TYPES[form])


def _rows_answer(
    request: Request, reader: OpenReader, page: FeaturePage, form: Format, headers: dict[str, str]
) -> Response:
    if form == "csv":
        return Response(csv_lines(page.collection, page.rows), media_type=MEDIA_TYPES[form], headers=headers)
    beside = {name: json_text(value) for name, value in provenance(request, reader).items()}
    return Response(b"".join(parquet([page], beside)), media_type=MEDIA_TYPES[form], headers=headers)


def _question_member(reader: OpenReader, question: FeatureQuestion) -> dict[str, Any]:
    if question.incidents is None:
        return {}
    unknown = {"hour_unknown": reader.features.count_hour_unknown(question)} if question.hours_at_ends else {}
    return {"question": question.incidents.to_query(), **unknown}
