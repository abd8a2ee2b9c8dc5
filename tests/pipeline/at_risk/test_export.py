"""Lists of places as files that a person takes away."""

import csv
import json
from pathlib import Path

import pytest

from hotspots.domain.place_list import SAYS_NOT, ListRequest
from hotspots.domain.spreadsheet import guarded
from hotspots.errors import InputError
from hotspots.pipeline.at_risk.at_risk import at_risk
from hotspots.pipeline.at_risk.export import write_list
from hotspots.store.staff.at_risk import read_backdrop
from tests.core_city_builder import CELL_M, SRID
from tests.database import TestDatabase
from tests.pipeline.listed_city import build_listed_city, store_risk_terrain


@pytest.fixture(scope="module")
def city(database: TestDatabase) -> TestDatabase:
    build_listed_city(database)
    return database


@pytest.fixture(scope="module")
def exports(city: TestDatabase, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("lists")
    with city.owner.connect() as connection:
        store_risk_terrain(connection)
    with city.staff.connect() as connection:
        places = at_risk(connection, ListRequest(crime_types=("burglary",), share=2 / 64))
        backdrop = read_backdrop(connection, srid=SRID, kind="beat")
        for ending in ("csv", "geojson", "gpkg", "xlsx", "html"):
            write_list(places, folder / f"list.{ending}", srid=SRID, backdrop=backdrop)
    return folder


def test_the_csv_holds_every_place_with_what_it_does_not_say(exports: Path) -> None:
    rows = list(csv.DictReader((exports / "list.csv").read_text("utf-8-sig").splitlines()))
    assert [row["rank"] for row in rows] == ["1", "2"]
    assert {row["does_not_say"] for row in rows} == {SAYS_NOT}
    assert rows[0]["bars within 150 m"] == "2"
    assert float(rows[0]["count_low"]) < float(rows[0]["expected_incidents"]) < float(rows[0]["count_high"])
    assert "bars" in rows[0]["risk_factors"] and rows[0]["chosen_by"] == "expected incidents"


def test_the_geojson_is_in_degrees_and_on_the_spot(exports: Path) -> None:
    collection = json.loads((exports / "list.geojson").read_text())
    longitude, latitude = collection["features"][0]["geometry"]["coordinates"][0][0]
    # UTM zone 16 has its central meridian at 87 degrees west, where easting is 500,000 m
    assert -87.0 <= longitude <= -86.99 and 36.1 < latitude < 36.2
    assert collection["review_date"] == "2025-01-29" and "residents" in collection["exposure"]
    assert collection["features"][0]["properties"]["relative_risk_values"]


def test_the_workbook_and_the_geopackage_open_with_other_software(exports: Path) -> None:
    import openpyxl
    import pyogrio

    sheet = openpyxl.load_workbook(exports / "list.xlsx")["places at risk"]
    assert sheet.max_row == 3
    frame = pyogrio.read_dataframe(exports / "list.gpkg")
    assert frame["rank"].tolist() == [1, 2]
    assert frame.geometry.area.tolist() == pytest.approx([CELL_M**2, CELL_M**2])


def test_the_page_is_whole_in_itself(exports: Path) -> None:
    page = (exports / "list.html").read_text()
    assert SAYS_NOT in page and "near =FIRST ST &amp; MAIN ST" in page
    assert "http" not in page  # no outside request
    assert page.count('<tr id="place-') == 2
    assert "of the city&#39;s 1,000 residents" in page and "rank 1 to" in page


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@sum", "\t=1", "\r=1"])
def test_a_text_that_a_spreadsheet_would_run_is_made_harmless(text: str) -> None:
    assert guarded(text) == f"'{text}"


def test_numbers_are_not_touched() -> None:
    assert guarded(-1.5) == -1.5


def test_an_unknown_ending_is_refused_and_nothing_is_written(city: TestDatabase, tmp_path: Path) -> None:
    with city.staff.connect() as connection:
        places = at_risk(connection, ListRequest(crime_types=("burglary",)))
    with pytest.raises(InputError, match=r"\.docx.*\.csv"):
        write_list(places, tmp_path / "list.docx", srid=SRID, backdrop={})
    assert list(tmp_path.iterdir()) == []
