"""What must stand beside every number: source, licence, disclaimer, data vintage, and where the words are explained."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

from fastapi import Request

from hotspots.api.links import address, link, link_header
from hotspots.store.open_reader import OpenReader

NOT_ENCODED = " ,.;:'()/-&"


def provenance(request: Request, reader: OpenReader) -> dict[str, Any]:
    """Members of a JSON answer."""
    city, vintage = reader.city(), reader.vintage()
    return {
        "source": city.attribution,
        "invented": city.invented,
        "disclaimer": city.disclaimer,
        "licence": address(request, "/licence"),
        "dictionary": address(request, "/dictionary"),
        "vintage": {
            "number": vintage.vintage_id,
            "published_at": vintage.published_at,
            "known_on": vintage.known_on,
            "newest_day": vintage.newest_day,
        },
    }


def provenance_links(request: Request) -> list[dict[str, str]]:
    """Links to the licence and to the data dictionary."""
    return [
        link(address(request, "/licence"), "license", "application/json", "Source, licence and disclaimer"),
        link(address(request, "/dictionary"), "describedby", "application/json", "Data dictionary"),
    ]


def provenance_headers(request: Request, reader: OpenReader, *more: dict[str, str]) -> dict[str, str]:
    """Headers of an answer in a format without room for words; what is not ASCII is percent-encoded."""
    city, vintage = reader.city(), reader.vintage()
    return {
        "Link": link_header([*provenance_links(request), *more]),
        "Data-Source": quote(" ".join(city.attribution.split()), safe=NOT_ENCODED),
        "Data-Disclaimer": quote(" ".join(city.disclaimer.split()), safe=NOT_ENCODED),
        "Data-Vintage": f"{vintage.vintage_id}; known-on={vintage.known_on}",
    }
