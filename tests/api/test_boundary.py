"""A boundary in GeoJSON sent to the interface: the polygon that comes back gives the same answer at every door."""

import json
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest
import shapely

from hotspots.api.limits.bodies import MAX_BODY_BYTES
from hotspots.domain.incident_filter import IncidentFilter
from hotspots.domain.places.polygon import Polygon
from tests.api.test_features import ALL_DAYS, ITEMS, all_pages
from tests.drawn_polygons import drawn
from tests.incident_oracle import matching
from tests.open_city_builder import SmallIncident

STAR: list[tuple[float, float]] = [
    (50, 50),
    (950, 300),
    (1950, 60),
    (1500, 1000),
    (1900, 1900),
    (1000, 1500),
    (60, 1800),
    (400, 1000),
]
HOLE: list[tuple[float, float]] = [(600, 600), (1300, 700), (1200, 1300), (650, 1200)]


def boundary_of_many_corners() -> dict[str, Any]:
    """The star with its hole, each side cut into 200, as a Feature."""
    outline, hole = (drawn(corners).to_geojson()["coordinates"][0] for corners in (STAR, HOLE))
    dense = shapely.segmentize(shapely.Polygon(outline, [hole]), 1e-4)
    return {"type": "Feature", "properties": {}, "geometry": json.loads(shapely.to_geojson(dense))}


def test_a_boundary_is_asked_for_at_every_door_with_one_answer(client: httpx.Client, city: list[SmallIncident]) -> None:
    answer = client.post("/polygon", json=boundary_of_many_corners())
    assert answer.status_code == 200, answer.text
    assert answer.headers["cache-control"] == "no-store"
    made = answer.json()
    assert (made["simplified"], made["mended"], made["corners"]) == (False, False, 12)
    assert made["corners_given"] > 300
    assert made["said"] == "The boundary is used as it is, rounded to about a metre."
    shape: Any = shapely.geometry.shape(made["geometry"])
    assert shape.is_valid and shape.exterior.is_ccw and not shape.interiors[0].is_ccw
    inside = matching(city, IncidentFilter(ALL_DAYS, polygon=Polygon.parse(made["polygon"])))
    wanted = {str(one.public_id) for one in inside}
    assert 20 < len(wanted) < len(city) - 20
    asked = {"polygon": made["polygon"]}
    assert {feature["id"] for feature in all_pages(client, ITEMS, limit=50, **asked)} == wanted
    days = {"from": ALL_DAYS.start.isoformat(), "to": ALL_DAYS.last_day.isoformat()}
    assert client.get("/counts", params={**asked, **days}).json()["counts"]["total"] == len(wanted)
    series = client.get("/series", params={**asked, **days, "by": "month"}).json()["series"]
    assert sum(month["incidents"] for month in series) == len(wanted)
    for link in made["links"]:
        assert parse_qs(urlsplit(link["href"]).query) == {"polygon": [made["polygon"]]}


def test_a_boundary_too_long_for_an_address_is_simplified_and_says_so_in_the_readers_language(
    client: httpx.Client,
) -> None:
    outline = shapely.geometry.shape(drawn(STAR).to_geojson()).buffer(0.0004, quad_segs=400)
    rough = json.loads(shapely.to_geojson(shapely.segmentize(outline, 2e-5)))
    assert len(json.dumps(rough)) > MAX_BODY_BYTES
    made = client.post("/polygon", params={"lang": "es"}, json=rough).json()
    assert made["corners"] <= 300 < made["corners_given"]
    if made["simplified"]:
        assert made["said"].startswith("El límite se simplificó: ")
    assert client.get(ITEMS, params={"polygon": made["polygon"]}).status_code == 200


@pytest.mark.parametrize(
    ("body", "status", "said"),
    [
        ({"type": "Point", "coordinates": [1, 2]}, 400, "polygon: 'Point' has no inside to ask for"),
        ({"type": "Polygon", "coordinates": [[[41.88, -87.65], [41.88, -87.64], [41.89, -87.64], [41.88, -87.65]]]}, 400, "[41.88, -87.65] is not a longitude"),
        ({"type": "Polygon", "coordinates": [[[1, 2], [2, 2], [2, 3], [1, 2]]]}, 400, "give longitude before latitude"),
    ],
)  # fmt: skip
def test_what_cannot_be_asked_is_one_clear_problem(client: httpx.Client, body: Any, status: int, said: str) -> None:
    answer = client.post("/polygon", json=body)
    assert answer.status_code == status
    assert said in answer.json()["detail"]


@pytest.mark.parametrize(
    "body", [b"", b"{", b"\x00", b"[1]", b"[" * 60_000, b'{"type": ["a"]}', b'{"a":' * 50_000, b"1"]
)
@pytest.mark.parametrize("content_type", ["application/geo+json", "application/json", "text/plain", ""])
def test_a_body_of_garbage_is_no_failure(client: httpx.Client, body: bytes, content_type: str) -> None:
    answer = client.post("/polygon", content=body, headers={"Content-Type": content_type})
    assert answer.status_code == 400
    assert answer.json()["detail"]
