"""Answers of the Open311 interface: a request as its row, errors, JSON and XML."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any
from xml.etree import ElementTree as Xml

from starlette.responses import JSONResponse, Response

from hotspots.store.concerns import SystemRequest
from hotspots.words.concerns import categories
from hotspots.words.language import LANGUAGES

Row = Mapping[str, Any]


def row_of(one: SystemRequest) -> dict[str, Any]:
    """Return a request as a row of the interface."""
    due = None if one.due is None else datetime.combine(one.due, datetime.min.time(), UTC)
    notes = f"{one.answer}: {one.answer_words}" if one.answer else one.state
    return {
        "service_request_id": one.reference,
        "status": "closed" if one.state == "answered" else "open",
        "status_notes": notes,
        "service_name": categories(LANGUAGES["en"]).get(one.category, one.category),  # pyright: ignore[reportCallIssue, reportArgumentType]
        "service_code": one.category,
        "description": None,
        "agency_responsible": None,
        "service_notice": None,
        "requested_datetime": _written(one.received_at),
        "updated_datetime": _written(one.changed_at),
        "expected_datetime": None if due is None else _written(due),
        "address": one.place,
        "address_id": None,
        "zipcode": None,
        "lat": round(one.lat, 6),
        "long": round(one.lon, 6),
        "media_url": None,
    }


def _written(moment: datetime) -> str:
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def errors(form: str, status: int, description: str) -> Response:
    """Return an error in the form that was asked for."""
    found: list[Row] = [{"code": status, "description": description}]
    return as_xml(found, "errors", "error", status) if form == "xml" else JSONResponse(found, status)


def as_xml(found: Any, root: str, item: str, status: int) -> Response:
    """Return rows as XML, each under its name."""
    top = Xml.Element(root)
    _fill(top, found, item)
    text = Xml.tostring(top, encoding="utf-8", xml_declaration=True)
    return Response(text, status, media_type="text/xml", headers={"Cache-Control": "no-store"})


SINGLE = {"endpoints": "endpoint", "formats": "format", "attributes": "attribute"}


def _fill(element: Xml.Element, value: Any, item: str) -> None:
    if isinstance(value, Mapping):
        for name, inner in value.items():
            _fill(Xml.SubElement(element, str(name)), inner, SINGLE.get(str(name), ""))
    elif isinstance(value, Sequence) and not isinstance(value, str):
        for one in value:
            _fill(Xml.SubElement(element, item), one, "")
    elif value is not None:
        element.text = "".join(letter for letter in str(value) if letter.isprintable() or letter in "\n\t")
