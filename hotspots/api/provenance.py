"""The words beside every number: source, licence, disclaimer, data vintage, and where the words are explained."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

from fastapi import Request

from hotspots.api.links import address, link, link_header
from hotspots.store.public.reader import OpenReader

NOT_ENCODED = " ,.;:'()/-&"


def provenance(request: Request, reader: OpenReader) -> dict[str, Any]:
    """Members of a JSON answer."""
    city, vintage = reader.city(), reader.vintage()
    return {
        "source": city.attribution,
        "invented": city.invented,
        "disclaimer": city.disclaimer,
        "licence": address(request, "/licence"),
        "data_licence": {"name": city.licence, "url": city.licence_url} if city.licence else None,
        "dictionary": address(request, "/dictionary"),
        "vintage": {
            "number": vintage.vintage_id,
            "published_at": vintage.published_at,
            "known_on": vintage.known_on,
            "newest_day": vintage.newest_day,
        },
    }


def provenance_links(request: Request, reader: OpenReader) -> list[dict[str, str]]:
    """Links to the licence, ours and the agency's where it names one, and to the data dictionary."""
    city = reader.city()
    return [
        link(address(request, "/licence"), "license", "application/json", "Source, licence and disclaimer"),
        *([link(city.licence_url, "license", "text/html", city.licence)] if city.licence and city.licence_url else []),
        link(address(request, "/dictionary"), "describedby", "application/json", "Data dictionary"),
    ]


def provenance_headers(request: Request, reader: OpenReader, *more: dict[str, str]) -> dict[str, str]:
    """Headers of an answer in a format without room for words; what is not ASCII is percent-encoded."""
    city, vintage = reader.city(), reader.vintage()
    licence = " ".join(filter(None, (city.licence, city.licence_url)))
    return {
        "Link": link_header([*provenance_links(request, reader), *more]),
        **({"Data-Licence": quote(" ".join(licence.split()), safe=NOT_ENCODED)} if licence else {}),
        "Data-Source": quote(" ".join(city.attribution.split()), safe=NOT_ENCODED),
        "Data-Disclaimer": quote(" ".join(city.disclaimer.split()), safe=NOT_ENCODED),
        "Data-Vintage": f"{vintage.vintage_id}; known-on={vintage.known_on}",
    }
