"""Features of the open data: every one once, along any number of pages, at its public point, in three formats."""

import csv
import io
import json
import os
import shutil
import subprocess
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit
from zoneinfo import ZoneInfo

import httpx
import pyarrow.parquet as pq
import pytest
import shapely
from fastapi import FastAPI
from hypothesis import given, settings
from hypothesis import strategies as st
from pyproj import Transformer

from hotspots.api.app import create_api, mount_api
from hotspots.api.openapi import as_openapi_3_0
from hotspots.domain.incident_filter import IncidentFilter
from hotspots.domain.period import Period
from hotspots.store.public.reader import OpenReader
from hotspots.store.server.connection import open_public
from tests.database import TestDatabase
from tests.incident_oracle import matching
from tests.live_server import served
from tests.open_city_builder import BEATS, FIRST_DAY, NEWEST_DAY, SOUTH_M, SRID, WEST_M, SmallIncident

TO_DEGREES = Transformer.from_crs(SRID, 4326, always_xy=True)
ALL_DAYS = Period.from_days(FIRST_DAY, NEWEST_DAY)
ITEMS = "/collections/incidents/items"


def all_pages(client: httpx.Client, path: str, **asked: Any) -> list[dict[str, Any]]:
    """Features of every page, following the links."""
    features: list[dict[str, Any]] = []
    address: str | None = str(httpx.URL(path, params=asked))
    while address:
        answer = client.get(address)
        assert answer.status_code == 200, answer.text
        assert answer.headers["content-type"] == "application/geo+json"
        page = answer.json()
        assert page["numberReturned"] == len(page["features"]) <= int(asked.get("limit", 1000))
        features += page["features"]
        assert page["numberMatched"] >= len(features)
        address = next((link["href"] for link in page["links"] if link["rel"] == "next"), None)
    return features


def degrees(incident: SmallIncident) -> tuple[float, float]:
    assert incident.anchor.x is not None and incident.anchor.y is not None
    return TO_DEGREES.transform(WEST_M + incident.anchor.x, SOUTH_M + incident.anchor.y)


@pytest.mark.parametrize("limit", [7, 100, 400, 100_000])
def test_pages_hold_every_incident_once_and_newest_first(
    client: httpx.Client, city: list[SmallIncident], limit: int
) -> None:
    features = all_pages(client, ITEMS, limit=limit)
    assert sorted(feature["id"] for feature in features) == sorted(str(incident.public_id) for incident in city)
    keys = [(feature["properties"]["day"], feature["id"]) for feature in features]
    assert keys == sorted(keys, key=lambda key: (-int(key[0].replace("-", "")), key[1]))


def test_an_incident_lies_at_its_public_point_and_one_without_has_no_geometry(
    client: httpx.Client, city: list[SmallIncident]
) -> None:
    by_id = {str(incident.public_id): incident for incident in city}
    for feature in all_pages(client, ITEMS):
        incident = by_id[feature["id"]]
        properties = feature["properties"]
        if incident.anchor.status == "located":
            assert feature["geometry"]["type"] == "Point"
            assert feature["geometry"]["coordinates"] == pytest.approx(degrees(incident), abs=1e-6)
        else:
            assert feature["geometry"] is None
        assert properties["day"] == incident.day.isoformat()
        assert (properties["hour"], properties["crime_type"]) == (incident.hour, incident.crime_type)
        assert (properties["location_type"], properties["arrest"]) == (incident.location_type, incident.arrest)
        assert (properties["anchor_id"], properties["status"]) == (incident.anchor.anchor_id, incident.anchor.status)
        beat = next((code for code, area in BEATS.items() if area in incident.anchor.areas), None)
        assert properties["beat"] == beat


@settings(max_examples=20, deadline=None)
@given(
    types=st.sets(st.sampled_from(["theft", "burglary", "robbery"]), max_size=2),
    weekdays=st.sets(st.sampled_from(range(1, 8)), max_size=3),
    areas=st.sets(st.sampled_from([1, 2, 5, 7]), max_size=2),
    days=st.sets(st.dates(FIRST_DAY, NEWEST_DAY), min_size=2, max_size=2),
    by_interval=st.booleans(),
)
def test_a_filter_leaves_what_the_oracle_leaves(
    client: httpx.Client,
    city: list[SmallIncident],
    types: set[str],
    weekdays: set[int],
    areas: set[int],
    days: set[Any],
    by_interval: bool,
) -> None:
    period = Period.from_days(*sorted(days))
    question = IncidentFilter(period, tuple(types), tuple(areas), weekdays=tuple(weekdays))
    asked = question.to_query()
    if by_interval:
        asked["datetime"] = f"{asked.pop('from')}/{asked.pop('to')}"
    found = all_pages(client, ITEMS, limit=50, **asked)
    assert {feature["id"] for feature in found} == {str(one.public_id) for one in matching(city, question)}


@pytest.mark.parametrize(
    ("datetime", "first", "last"),
    [
        ("2017-12-24", "2017-12-24", "2017-12-24"),
        ("2017-12-24/..", "2017-12-24", "2017-12-31"),
        ("../2017-10-01", "2017-01-01", "2017-10-01"),
        ("2017-10-01T00:00:00-05:00/2017-10-02T23:59:59-05:00", "2017-10-01", "2017-10-02"),
        ("2017-10-01T00:00/2017-10-02", "2017-10-01", "2017-10-02"),
        ("../..", "2017-01-01", "2017-12-31"),
        ("2031-01-01/..", "2031-01-01", "2031-01-01"),
        ("../1999-01-01", "1999-01-01", "1999-01-01"),
    ],
)
def test_an_interval_is_read_as_local_days(
    client: httpx.Client, city: list[SmallIncident], datetime: str, first: str, last: str
) -> None:
    found = {feature["id"] for feature in all_pages(client, ITEMS, datetime=datetime)}
    assert found == {str(one.public_id) for one in city if first <= one.day.isoformat() <= last}


@settings(max_examples=40, deadline=None)
@given(
    ends=st.tuples(
        st.datetimes(datetime(2017, 9, 3), datetime(2017, 12, 31, 23, 59)),
        st.datetimes(datetime(2017, 9, 3), datetime(2017, 12, 31, 23, 59)),
    ),
    opened=st.sampled_from(["", "first", "last", "instant"]),
    in_utc=st.booleans(),
    types=st.sets(st.sampled_from(["theft", "burglary", "battery"])),
)
def test_hours_of_an_interval_leave_what_they_touch_and_say_what_is_not_known(
    client: httpx.Client,
    city: list[SmallIncident],
    ends: tuple[datetime, datetime],
    opened: str,
    in_utc: bool,
    types: set[str],
) -> None:
    """An hour is touched from its first minute to its last, ends inside; of a day inside in part the hour must be known."""
    zone = ZoneInfo("America/Chicago")
    first, last = sorted(ends)
    if opened == "instant":
        last = first
    texts = [
        end.replace(tzinfo=zone).astimezone(UTC).isoformat().replace("+00:00", "Z") if in_utc else end.isoformat()
        for end in (first, last)
    ]
    text = {"first": f"../{texts[1]}", "last": f"{texts[0]}/..", "instant": texts[0]}.get(opened, "/".join(texts))
    first = datetime(1, 1, 1) if opened == "first" else first
    last = datetime(9999, 1, 1) if opened == "last" else last
    asked = {"datetime": text, **({"types": ",".join(sorted(types))} if types else {})}
    inside, unknown = set(), 0
    for one in city:
        if types and one.crime_type not in types:
            continue
        hours = range(24) if one.hour is None else [one.hour]
        touches = [(first.date(), first.hour) <= (one.day, hour) <= (last.date(), last.hour) for hour in hours]
        if all(touches):
            inside.add(str(one.public_id))
        elif any(touches):
            unknown += 1
    page = client.get(ITEMS, params={**asked, "limit": 60}).json()
    assert {feature["id"] for feature in all_pages(client, ITEMS, limit=60, **asked)} == inside
    assert page["numberMatched"] == len(inside)
    assert page.get("hour_unknown", 0) == unknown
    headers = client.get(ITEMS, params={**asked, "f": "csv", "limit": 1}).headers
    assert int(headers.get("number-hour-unknown", 0)) == unknown


def test_an_hour_that_is_known_is_an_instant_with_an_offset(client: httpx.Client) -> None:
    """The clock of Chicago is five hours behind until 5 November 2017, then six."""
    for feature in all_pages(client, ITEMS):
        day, hour, occurred = (feature["properties"][name] for name in ("day", "hour", "occurred"))
        offset = "-05:00" if day < "2017-11-05" or (day == "2017-11-05" and (hour or 0) < 2) else "-06:00"
        assert occurred == (None if hour is None else f"{day}T{hour:02}:00:00{offset}")


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ({"datetime": "2017-12-01T22:00/..", "hours": "22-06"}, "datetime: it stands in place of hours; give one or the other"),
        ({"datetime": "2017-12-01T22:00/..", "from": "2017-12-01"}, "datetime: it stands in place of from; give one"),
        ({"datetime": "2017-12-01T22:00/2017-12-01T20:00"}, "datetime: 2017-12-01T20:00 is before 2017-12-01T22:00"),
        ({"datetime": "2017-12-01T25:00"}, "datetime: give a day, an instant or an interval"),
    ],
)  # fmt: skip
def test_hours_that_cannot_be_asked_are_refused_in_words(
    client: httpx.Client, asked: dict[str, str], said: str
) -> None:
    answer = client.get(ITEMS, params=asked)
    assert answer.status_code == 400
    assert answer.json()["detail"].startswith(said)


def test_hours_are_refused_where_the_records_tell_months_only(database: TestDatabase, client: httpx.Client) -> None:
    with database.owner.connect() as connection:
        connection.execute("update open.city set by_month = true")
        try:
            connection.commit()
            server = FastAPI()
            with (
                open_public(database.settings).open_pool() as pool,
                served(server) as url,
                httpx.Client(base_url=f"{url}/api", timeout=60) as asking,
            ):
                mount_api(server, create_api(OpenReader(pool)))
                answer = asking.get(ITEMS, params={"datetime": "2017-12-01T22:00/.."})
                days = asking.get(ITEMS, params={"datetime": "2017-12-10/2017-12-12", "limit": 1}).json()
        finally:
            connection.execute("update open.city set by_month = false")
    assert answer.status_code == 400
    assert (
        answer.json()["detail"]
        == "datetime: the records here tell months only; give days, such as 2017-10-01/2017-12-31"
    )
    assert (days["question"]["from"], days["question"]["to"]) == ("2017-12-01", "2017-12-31")


@settings(max_examples=30, deadline=None)
@given(
    corner=st.tuples(st.integers(-100, 2000), st.integers(-100, 2000)),
    size=st.tuples(st.integers(0, 1500), st.integers(0, 1500)),
)
def test_a_box_leaves_the_points_inside(
    client: httpx.Client, city: list[SmallIncident], corner: tuple[int, int], size: tuple[int, int]
) -> None:
    west, south = TO_DEGREES.transform(WEST_M + corner[0] + 0.5, SOUTH_M + corner[1] + 0.5)
    east, north = TO_DEGREES.transform(WEST_M + corner[0] + size[0] + 0.5, SOUTH_M + corner[1] + size[1] + 0.5)
    east, north = max(west, east), max(south, north)
    inside = {
        str(one.public_id)
        for one in city
        if one.anchor.status == "located" and west <= degrees(one)[0] <= east and south <= degrees(one)[1] <= north
    }
    found = all_pages(client, ITEMS, bbox=f"{west:.9f},{south:.9f},{east:.9f},{north:.9f}")
    assert {feature["id"] for feature in found} == inside


def test_a_box_over_the_antimeridian_and_one_of_the_world_hold_what_they_should(client: httpx.Client) -> None:
    assert len(all_pages(client, "/collections/areas/items", bbox="-180,-90,180,90")) == 8
    assert all_pages(client, "/collections/areas/items", bbox="170,-90,-170,90") == []
    assert len(all_pages(client, "/collections/areas/items", bbox="-88,41,0,-87,42,0")) == 8
    point = all_pages(client, "/collections/incidents/items", limit=1000)[-1]["geometry"]["coordinates"]
    assert all_pages(client, ITEMS, bbox="{0},{1},{0},{1}".format(*point))


def test_areas_places_and_forecasts_are_features_with_their_shapes(client: httpx.Client) -> None:
    areas = all_pages(client, "/collections/areas/items", limit=3)
    assert [feature["id"] for feature in areas] == list(range(1, 9))
    wanted = shapely.box(WEST_M, SOUTH_M, WEST_M + 1000, SOUTH_M + 1000)
    shape = shapely.transform(shapely.geometry.shape(areas[0]["geometry"]), _metres)
    assert shape.symmetric_difference(wanted).area < 400  # square metres: six decimals are 10 cm, along 4 km
    assert areas[4]["properties"]["residents"] == 1000
    wards = all_pages(client, "/collections/areas/items", kind="ward")
    assert [feature["properties"]["name"] for feature in wards] == ["1", "2"]
    places = all_pages(client, "/collections/places/items")
    assert [feature["geometry"]["type"] for feature in places] == ["Point", "Point", "Point"]
    cells = all_pages(client, "/collections/forecasts/items", limit=5, forecast=1)
    assert [feature["id"] for feature in cells] == [f"1-{cell}" for cell in range(16)]
    assert cells[1]["properties"] == {
        "cell": "1-1", "forecast_id": 1, "cell_id": 1, "crime_types": "burglary", "model": "kde 1",
        "first_day": "2018-01-01", "last_day": "2018-01-28", "expected": pytest.approx(0.1), "level": 2,
    }  # fmt: skip
    assert all_pages(client, "/collections/forecasts/items", datetime="2018-01-29/..") == []
    assert len(all_pages(client, "/collections/forecasts/items", datetime="2018-01-28")) == 16


def _metres(points: Any) -> Any:
    import numpy as np

    return np.column_stack(TO_DEGREES.transform(points[:, 0], points[:, 1], direction="INVERSE"))


def test_actions_say_what_was_done_null_results_included(client: httpx.Client) -> None:
    found, small = all_pages(client, "/collections/actions/items", limit=1)
    assert found["geometry"]["type"] == "MultiPoint"
    assert (found["properties"]["remedy"], found["properties"]["ratio"]) == ("street lighting", 0.61)
    assert small["geometry"] is None
    assert (small["properties"]["verdict"], small["properties"]["ratio"]) == ("pooled only", None)
    for interval, ids in (
        ("2017-05-23/2017-05-31", [1]),
        ("../2017-02-28", []),
        ("2017-05-23/2017-06-01", [1, 2]),
        ("2017-08-24/..", []),
    ):
        page = client.get("/collections/actions/items", params={"datetime": interval}).json()
        assert [feature["properties"]["effect_id"] for feature in page["features"]] == ids


@pytest.mark.parametrize("collection", ["incidents", "areas", "places", "forecasts", "actions"])
def test_a_feature_by_its_id_is_the_one_of_the_page(client: httpx.Client, collection: str) -> None:
    listed = client.get(f"/collections/{collection}/items", params={"limit": 1}).json()["features"][0]
    alone = client.get(f"/collections/{collection}/items/{listed['id']}").json()
    assert {part: alone[part] for part in ("type", "id", "geometry", "properties")} == listed
    assert {link["rel"] for link in alone["links"]} >= {"self", "collection", "license", "describedby"}


@pytest.mark.parametrize("collection", ["incidents", "areas", "places", "forecasts", "actions"])
def test_three_formats_say_the_same(client: httpx.Client, collection: str) -> None:
    address = f"/collections/{collection}/items"
    features = client.get(address, params={"limit": 60}).json()["features"]
    lines = client.get(address, params={"limit": 60, "f": "csv"})
    assert lines.headers["content-type"] == "text/csv; charset=utf-8"
    rows = list(csv.DictReader(io.StringIO(lines.text)))
    file = client.get(address, params={"limit": 60}, headers={"Accept": "application/vnd.apache.parquet"})
    table = pq.read_table(io.BytesIO(file.content))
    shapes = shapely.from_wkb(table["geometry"].to_pylist())
    assert len(features) == len(rows) == table.num_rows
    for feature, row, record, shape in zip(features, rows, table.to_pylist(), shapes, strict=True):
        words = {name: "" if value is None else str(value) for name, value in feature["properties"].items()}
        assert {name: row[name].replace("true", "True").replace("false", "False") for name in words} == words
        if record.get("occurred"):
            assert record["occurred"] == datetime.fromisoformat(words["occurred"])
            record["occurred"] = words["occurred"]
        assert {name: "" if record[name] is None else str(record[name]) for name in words} == words
        if feature["geometry"] is None:
            assert shape is None and row.get("longitude", row.get("geometry")) == ""
        else:
            published: Any = shapely.geometry.shape(feature["geometry"])
            assert shapely.equals_exact(shape, published, 2e-6)
            if collection == "incidents":
                assert (float(row["longitude"]), float(row["latitude"])) == (published.x, published.y)
            else:
                assert shapely.equals_exact(shapely.from_wkt(row["geometry"]), published, 2e-6)


def test_geoparquet_says_what_its_geometry_is_and_carries_licence_and_vintage(client: httpx.Client) -> None:
    file = client.get(ITEMS, params={"f": "parquet"})
    metadata = {
        name.decode(): json.loads(value) for name, value in pq.read_schema(io.BytesIO(file.content)).metadata.items()
    }
    assert metadata["geo"]["primary_column"] == "geometry"
    assert metadata["geo"]["columns"]["geometry"] == {"encoding": "WKB", "geometry_types": ["Point"]}
    assert metadata["source"] == "Nobody" and metadata["licence"].endswith("/api/licence")
    assert metadata["data_licence"]["name"] == "Open for tests 1.0"
    assert metadata["vintage"]["known_on"] == "2018-01-07"


@pytest.mark.parametrize("f", ["csv", "parquet"])
def test_pages_without_room_for_links_carry_them_as_a_header(client: httpx.Client, f: str) -> None:
    first = client.get(ITEMS, params={"f": f, "limit": 300})
    assert first.headers["number-matched"] == "400" and first.headers["number-returned"] == "300"
    assert "license" in first.links and first.headers["data-source"] == "Nobody"
    assert first.headers["data-licence"] == "Open for tests 1.0 https://city.example/licence"
    second = client.get(first.links["next"]["url"])
    assert second.headers["number-returned"] == "100" and "next" not in second.links


def test_a_token_is_of_one_collection_and_any_other_word_is_an_error(client: httpx.Client) -> None:
    page = client.get("/collections/areas/items", params={"limit": 1}).json()
    following = next(link["href"] for link in page["links"] if link["rel"] == "next")
    token = parse_qs(urlsplit(following).query)["token"][0]
    for collection, word in (("incidents", token), ("areas", token[:-1]), ("areas", f"{token}A"), ("areas", "☃")):
        answer = client.get(f"/collections/{collection}/items", params={"token": word})
        assert answer.status_code == 400
        assert answer.headers["content-type"] == "application/problem+json"
        assert answer.json()["detail"].startswith("token: this is not the token of a next page")


@pytest.mark.parametrize("collection", ["incidents", "areas", "places", "forecasts", "actions"])
def test_gdal_reads_every_collection(client: httpx.Client, collection: str) -> None:
    ogrinfo = shutil.which("ogrinfo")
    assert ogrinfo, "ogrinfo is missing: scripts/system_packages.sh gdal"
    found = subprocess.run(
        [ogrinfo, "-ro", "-so", f"OAPIF:{client.base_url}", collection, "--config", "GDAL_HTTP_TIMEOUT", "60"],
        capture_output=True,
        text=True,
        env={**os.environ, "no_proxy": "127.0.0.1"},
        check=True,
    )
    counts = {"incidents": 400, "areas": 8, "places": 3, "forecasts": 16, "actions": 2}
    assert f"Feature Count: {counts[collection]}\n" in found.stdout
    assert "Extent: (-87.63" in found.stdout
    assert not [line for line in found.stderr.splitlines() if "ERROR" in line]


def test_gdal_reads_what_lies_in_a_box(client: httpx.Client, city: list[SmallIncident]) -> None:
    box = ["-87.6389", "41.8741", "-87.6268", "41.8832"]  # about the south-western quarter
    found = subprocess.run(
        [
            "ogrinfo",
            "-ro",
            "-q",
            f"OAPIF:{client.base_url}",
            "incidents",
            "-spat",
            *box,
            "-where",
            "crime_type = 'theft'",
        ],
        capture_output=True,
        text=True,
        env={**os.environ, "no_proxy": "127.0.0.1"},
        check=True,
    )
    wanted = [
        one for one in city
        if one.crime_type == "theft" and one.anchor.status == "located"
        and float(box[0]) <= degrees(one)[0] <= float(box[2]) and float(box[1]) <= degrees(one)[1] <= float(box[3])
    ]  # fmt: skip
    assert found.stdout.count("OGRFeature(incidents)") == len(wanted) > 0
    assert "ERROR" not in found.stderr


GEOMETRIES = {
    "incidents": "Point", "areas": "MultiPolygon", "places": "Point", "forecasts": "MultiPolygon", "actions": "MultiPoint",
}  # fmt: skip


@pytest.mark.parametrize("collection", GEOMETRIES)
def test_a_collection_has_one_type_of_geometry_with_outer_rings_against_the_clock(
    client: httpx.Client, collection: str
) -> None:
    shapes = [
        shapely.geometry.shape(feature["geometry"])
        for feature in all_pages(client, f"/collections/{collection}/items", limit=1000)
        if feature["geometry"]
    ]
    assert {shape.geom_type for shape in shapes} == {GEOMETRIES[collection]}
    polygons = [part for shape in shapes for part in shapely.get_parts(shape) if part.geom_type == "Polygon"]
    assert all(part.exterior.is_ccw and not any(hole.is_ccw for hole in part.interiors) for part in polygons)


@pytest.mark.parametrize("collection", GEOMETRIES)
def test_a_schema_names_every_property_with_the_type_that_the_features_have(
    client: httpx.Client, collection: str
) -> None:
    described = client.get(f"/collections/{collection}").json()
    (href,) = {one["href"] for one in described["links"] if one["rel"].endswith("/schema")}
    answer = client.get(href)
    assert answer.headers["content-type"].startswith("application/schema+json")
    properties = answer.json()["properties"]
    assert properties.pop("geometry")["format"] == f"geometry-{GEOMETRIES[collection].lower()}"
    assert next(iter(properties.values()))["x-ogc-role"] == "id"
    types = {"string": str, "integer": int, "number": (int, float), "boolean": bool}
    for feature in all_pages(client, f"/collections/{collection}/items", limit=1000):
        assert list(feature["properties"]) == list(properties)
        for name, value in feature["properties"].items():
            assert value is None or isinstance(value, types[properties[name]["type"]]), name


WRITTEN = {
    "string": "object", "integer": ("int", "float"), "number": "float", "boolean": ("bool", "int"), "date": "datetime64", "date-time": "datetime64",
}  # fmt: skip
NOTHING_KNOWN = (  # of what may be unknown, in the rows that a client reads first
    "update open.incident set hour = null, location_type_id = null, arrest = null where day >= '2017-12-01'",
    "update open.area set residents = null, residents_year = null",
    "update open.done_action set ratio = null, low = null, high = null",
)


@pytest.fixture
def nothing_known(database: TestDatabase, client: httpx.Client) -> Iterator[None]:
    """The first rows of every collection hold nothing that may be unknown; afterwards they do again."""
    kept = {
        "incident": "hour, location_type_id, arrest",
        "area": "residents, residents_year",
        "done_action": "ratio, low, high",
    }
    keys = {"incident": "public_id", "area": "area_id", "done_action": "effect_id"}
    with database.owner.connect(autocommit=True) as connection:
        for table, columns in kept.items():
            copy = f"create temporary table was_{table} as select {keys[table]}, {columns} from open.{table}"
            connection.execute(copy.encode())
        for statement in NOTHING_KNOWN:
            connection.execute(statement.encode())
        yield
        for table, columns in kept.items():
            names = ", ".join(f"{name} = w.{name}" for name in columns.split(", "))
            connection.execute(
                f"update open.{table} o set {names} from was_{table} w where w.{keys[table]} = o.{keys[table]}".encode()
            )


@pytest.mark.usefixtures("nothing_known")
@pytest.mark.parametrize("form", ["ESRI Shapefile", "GPKG"])
@pytest.mark.parametrize("collection", GEOMETRIES)
def test_ogr2ogr_writes_every_collection_without_options_by_the_types_of_its_schema(
    client: httpx.Client, tmp_path: Path, collection: str, form: str
) -> None:
    import pyogrio

    out = tmp_path / ("layer.shp" if form == "ESRI Shapefile" else "layer.gpkg")
    done = subprocess.run(
        ["ogr2ogr", "-f", form, str(out), f"OAPIF:{client.base_url}", collection],
        capture_output=True,
        text=True,
        env={**os.environ, "no_proxy": "127.0.0.1", "GDAL_HTTP_TIMEOUT": "60"},
        check=True,
    )
    assert not [line for line in done.stderr.splitlines() if "ERROR" in line]
    info = pyogrio.read_info(out)
    count = len(all_pages(client, f"/collections/{collection}/items", limit=1000))
    assert info["features"] == count
    written = dict(zip(info["fields"].tolist(), info["dtypes"].tolist(), strict=True))
    properties = client.get(f"/collections/{collection}/schema").json()["properties"]
    properties.pop("geometry")
    for name, described in properties.items():
        kind = described.get("format") if described.get("format") in ("date", "date-time") else described["type"]
        got = written.get(name) or written[name[:10]]
        assert got.startswith(WRITTEN[kind]), (name, got, described)


def test_owslib_finds_the_collections_their_schemas_and_the_description(client: httpx.Client) -> None:
    from owslib.ogcapi.features import Features

    service: Any = Features(str(client.base_url))
    assert set(service.feature_collections()) == set(GEOMETRIES)
    assert service.api()["openapi"] == "3.0.3"
    assert service.collection_items("areas", limit=3)["numberReturned"] == 3
    landing = client.get("/").json()
    (link,) = [one for one in landing["links"] if one["rel"] == "service-desc"]
    answer = client.get(link["href"])
    assert link["type"] == answer.headers["content-type"] == "application/vnd.oai.openapi+json;version=3.0"
    assert answer.json()["paths"].keys() == client.get("/openapi.json").json()["paths"].keys()
    assert '"const":' not in answer.text and '"null"' not in answer.text


def test_a_description_of_3_1_says_the_same_in_3_0() -> None:
    named = as_openapi_3_0({"type": ["string", "null"], "const": "a"})
    assert named == {"type": "string", "nullable": True, "enum": ["a"]}
    either = as_openapi_3_0({"anyOf": [{"type": "integer"}, {"type": "null"}]})
    assert either == {"anyOf": [{"type": "integer"}], "nullable": True}
    assert as_openapi_3_0({"type": ["integer", "string", "null"]}) == {"nullable": True}
