"""Whole years as files: every incident once, of one publication."""

import csv
import io
import json
from collections import Counter

import httpx
import pyarrow.parquet as pq
import pytest

from hotspots.domain.feature import AREAS
from hotspots.errors import DatabaseError
from hotspots.store.public import feature_reader
from hotspots.store.public.features import FeatureQuestion
from hotspots.store.public.reader import OpenReader
from hotspots.store.server.connection import open_public
from tests.database import TestDatabase
from tests.open_city_builder import BEATS, COMMUNITY_AREAS, FIRST_DAY, NEWEST_DAY, WARDS, SmallIncident

EVERYTHING = {"from": FIRST_DAY.isoformat(), "to": NEWEST_DAY.isoformat()}


def test_a_year_holds_every_incident_of_it_once_in_both_formats(
    client: httpx.Client, city: list[SmallIncident], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(feature_reader, "ROWS_OF_A_STEP", 60)  # several steps
    (listed,) = client.get("/downloads").json()["downloads"]
    assert listed["year"] == 2017
    text = client.get(listed["csv"])
    assert text.headers["content-disposition"] == 'attachment; filename="incidents_2017.csv"'
    rows = list(csv.DictReader(io.StringIO(text.text)))
    file = client.get(listed["parquet"])
    table = pq.ParquetFile(io.BytesIO(file.content))
    assert table.num_row_groups == 7  # 400 by 60
    everybody = sorted(str(incident.public_id) for incident in city)
    assert sorted(row["public_id"] for row in rows) == everybody
    assert sorted(table.read()["public_id"].to_pylist()) == everybody
    assert json.loads(table.schema_arrow.metadata[b"disclaimer"]) == text.headers["data-disclaimer"] == "Invented."


def test_a_publication_in_between_breaks_a_download_off(
    database: TestDatabase, city: list[SmallIncident], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(feature_reader, "ROWS_OF_A_STEP", 3)
    with open_public(database.settings).open_pool() as pool:
        pages = OpenReader(pool).features.pages(FeatureQuestion(AREAS), shape="wkt")
        assert len(next(pages).rows) == 3
        with database.owner.connect() as owner:
            owner.execute(
                "insert into open.vintage (known_on, first_day, newest_day, incidents, labels_version)"
                " select known_on, first_day, newest_day, incidents, labels_version from open.vintage limit 1"
            )
        with pytest.raises(DatabaseError, match="New data were published"):
            next(pages)


def test_a_series_sums_to_the_count_and_months_are_cut_at_the_ends(
    client: httpx.Client, city: list[SmallIncident]
) -> None:
    asked = {"from": "2017-10-10", "to": "2017-12-05", "types": "theft,robbery"}
    expected = [
        incident for incident in city
        if "2017-10-10" <= incident.day.isoformat() <= "2017-12-05" and incident.crime_type in ("theft", "robbery")
    ]  # fmt: skip
    by_month = Counter(incident.day.isoformat()[:7] for incident in expected)
    months = client.get("/series", params={**asked, "by": "month"}).json()["series"]
    assert [(row["first_day"], row["last_day"]) for row in months] == [
        ("2017-10-10", "2017-10-31"), ("2017-11-01", "2017-11-30"), ("2017-12-01", "2017-12-05"),
    ]  # fmt: skip
    assert {row["first_day"][:7]: row["incidents"] for row in months} == dict(by_month)
    for by in ({"by": "day"}, {"by": "week"}, {"by": "type"}, {"by": "area", "kind": "ward"}):
        rows = list(csv.DictReader(io.StringIO(client.get("/series", params={**asked, **by, "f": "csv"}).text)))
        assert sum(int(row["incidents"]) for row in rows) == len(expected)


def test_a_series_by_area_tells_apart_what_no_rate_counts(client: httpx.Client, city: list[SmallIncident]) -> None:
    for kind, codes in (("beat", BEATS), ("community_area", COMMUNITY_AREAS), ("ward", WARDS)):
        rows = client.get("/series", params={**EVERYTHING, "by": "area", "kind": kind}).json()["series"]
        for code, area_id in codes.items():
            here = [incident.anchor.status for incident in city if area_id in incident.anchor.areas]
            (row,) = (row for row in rows if row["code"] == code)
            assert (row["incidents"], row["outside"]) == (len(here), here.count("outside"))
            own = client.get("/counts", params={**EVERYTHING, "areas": area_id}).json()["counts"]
            assert row["incidents"] - row["outside"] == own["located"] + own["no_location"] > 0
        assert sum(row["outside"] for row in rows) > 0
