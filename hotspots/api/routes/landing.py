"""Where the interface begins: what there is, which standard it keeps, whose the data are and what the words mean."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from fastapi import APIRouter, Request, Response

from hotspots.api import schemas
from hotspots.api.http_caching import fresh
from hotspots.api.json_text import json_answer
from hotspots.api.links import OPENAPI, address, link
from hotspots.api.provenance import provenance, provenance_links
from hotspots.domain.feature import COLLECTIONS, of_city
from hotspots.store.public.reader import OpenReader

CONFORMANCE = (
    "http://www.opengis.net/spec/ogcapi-features-1/1.0/conf/core",
    "http://www.opengis.net/spec/ogcapi-features-1/1.0/conf/geojson",
    "http://www.opengis.net/spec/ogcapi-features-5/1.0/conf/schemas",
    "http://www.opengis.net/spec/ogcapi-features-5/1.0/conf/core-roles-features",
)
LICENCE = (
    "The data are those of the source named here, under its own terms. Whoever runs this service adds none: use, change and "
    "pass on what it answers, name the source and the day the data were known, and keep the disclaimer. A reported incident "
    "is unproven; a public point stands for its surroundings; sensitive reports are counted by month and area only."
)


def make_router(reader: OpenReader) -> APIRouter:
    """Routes of the landing page, the conformance declaration, the licence and the data dictionary."""
    router = APIRouter(tags=["about"])

    @router.get("/", responses=schemas.answers("Landing"))
    def landing(request: Request) -> Response:
        """All collections, as links."""
        return fresh(request, reader, lambda: json_answer(_landing(request, reader)))

    @router.get("/conformance", responses=schemas.answers("Conformance"))
    def conformance(request: Request) -> Response:
        """The classes of OGC API – Features that this interface keeps."""
        content = {"conformsTo": CONFORMANCE}
        return fresh(request, reader, lambda: json_answer({**content, **provenance(request, reader)}))

    @router.get("/licence", responses=schemas.answers("Licence"))
    def licence(request: Request) -> Response:
        """Whose the data are and how they may be used."""
        content = {"city": reader.city().name, "words": LICENCE}
        return fresh(request, reader, lambda: json_answer({**content, **provenance(request, reader)}))

    @router.get("/dictionary", responses=schemas.answers("Dictionary"))
    def dictionary(request: Request) -> Response:
        """Every field of every collection, and every name that a filter can take."""
        return fresh(request, reader, lambda: json_answer(_dictionary(request, reader)))

    return router


def _landing(request: Request, reader: OpenReader) -> dict[str, Any]:
    city = reader.city()
    json = "application/json"
    return {
        "title": city.service,
        "description": f"Reported incidents of {city.name}, as the public map shows them. A report is not proof.",
        "links": [
            link(address(request, "/"), "self", json, "This page"),
            link(address(request, "/openapi-3.0.json"), "service-desc", OPENAPI, "The interface for programs"),
            link(address(request, "/openapi.json"), "alternate", json, "The same as OpenAPI 3.1"),
            link(address(request, "/docs"), "service-doc", "text/html", "The interface for people"),
            link(address(request, "/conformance"), "conformance", json, "Standards kept"),
            link(address(request, "/collections"), "data", json, "Collections of features"),
            link(address(request, "/counts"), "related", json, "Counts"),
            link(address(request, "/series", by="day"), "related", json, "Time series"),
            link(address(request, "/tiles/incidents.json"), "related", json, "Vector tiles"),
            link(address(request, "/downloads"), "enclosure", json, "Whole years"),
            *provenance_links(request, reader),
        ],
        **provenance(request, reader),
    }


def _dictionary(request: Request, reader: OpenReader) -> dict[str, Any]:
    choices = reader.choices()
    return {
        "collections": [
            {
                "id": collection.name,
                "title": collection.title,
                "description": collection.words,
                "fields": [
                    {"name": field.name, "kind": field.kind, "description": field.words}
                    for field in of_city(collection, choices.area_kinds).fields
                ],
            }
            for collection in COLLECTIONS.values()
        ],
        "crime_types": [
            {"name": one.name, "label": one.label, "group": one.group, "initiated_by": one.initiated_by}
            for one in choices.crime_types
        ],
        "area_kinds": [{"kind": one.kind, "label": one.label, "areas": len(one.areas)} for one in choices.area_kinds],
        "place_kinds": [asdict(one) for one in choices.place_kinds],
        "location_types": list(choices.location_types),
        "location_groups": [{"name": name, "members": list(words)} for name, words in choices.location_groups.items()],
        **provenance(request, reader),
    }
