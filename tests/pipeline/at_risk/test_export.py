"""Lists of places as files that a person takes away, and the question that each of them carries."""

import csv
import json
import re
import shlex
from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path
from xml.etree import ElementTree as Xml

import openpyxl
import pyogrio
import pytest

from hotspots.domain.incident_filter import HourRange
from hotspots.domain.place_list import SAYS_NOT, ListRequest, PlaceList
from hotspots.domain.spreadsheet import guarded
from hotspots.errors import InputError
from hotspots.pipeline.at_risk.at_risk import at_risk
from hotspots.pipeline.at_risk.export import ENDINGS, write_list
from hotspots.pipeline.at_risk.gpx import gpx
from hotspots.store.staff.at_risk import read_backdrop
from hotspots.words.language import LANGUAGES
from tests.core_city_builder import CELL_M, SRID
from tests.database import TestDatabase
from tests.pdf import pdf_strings, pdf_text
from tests.pipeline.listed_city import AS_OF, build_listed_city, store_risk_terrain

ASKED = ListRequest(
    crime_types=("burglary",),
    unit="cell",
    share=2 / 64,
    hours=HourRange(10, 2),
    weekdays=(5, 6),
    within="district:A",
    model="long_run_count",
    as_of=date(2025, 1, 10),
    person="A. Analyst",
    purpose="the weekend's cars",
)


@pytest.fixture(scope="module")
def city(database: TestDatabase) -> TestDatabase:
    build_listed_city(database)
    with database.owner.connect() as connection:
        store_risk_terrain(connection)
    return database


@pytest.fixture(scope="module")
def made(city: TestDatabase) -> PlaceList:
    with city.staff.connect() as connection:
        return at_risk(connection, ASKED, today=date(2025, 2, 20))


@pytest.fixture(scope="module")
def exports(city: TestDatabase, made: PlaceList, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("lists")
    with city.staff.connect() as connection:
        backdrop = read_backdrop(connection, srid=SRID, kind="beat")
    for ending in ENDINGS:
        write_list(made, folder / f"list{ending}", srid=SRID, backdrop=backdrop)
    return folder


def of_csv(path: Path) -> dict[str, str]:
    return json.loads(next(csv.DictReader(path.read_text("utf-8-sig").splitlines()))["question"])


def of_geojson(path: Path) -> dict[str, str]:
    return json.loads(path.read_text())["question"]


def of_geopackage(path: Path) -> dict[str, str]:
    table = pyogrio.read_dataframe(path, layer="question")
    return dict(zip(table["label"], table["value"], strict=True))


def of_gpx(path: Path) -> dict[str, str]:
    return json.loads(str(Xml.parse(path).findtext(".//{urn:hotspots:question}question")))


def of_workbook(path: Path) -> dict[str, str]:
    rows = openpyxl.load_workbook(path).worksheets[2].iter_rows(max_col=2, values_only=True)
    return {str(label): f"{value:%Y-%m-%d}" if isinstance(value, datetime) else str(value) for label, value in rows}


def of_page(path: Path) -> dict[str, str]:
    found = re.search(r'<script type="application/json" id="question">(.*?)</script>', path.read_text(), re.DOTALL)
    assert found
    return json.loads(found[1])


READERS: dict[str, Callable[[Path], dict[str, str]]] = {
    ".csv": of_csv,
    ".geojson": of_geojson,
    ".gpkg": of_geopackage,
    ".gpx": of_gpx,
    ".xlsx": of_workbook,
    ".html": of_page,
}


def test_every_format_has_its_reader_here() -> None:
    assert {*READERS, ".pdf"} == set(ENDINGS)  # a sheet is read below


@pytest.mark.parametrize("ending", READERS)
def test_the_question_is_read_back_from_the_file_alone(exports: Path, ending: str) -> None:
    question = READERS[ending](exports / f"list{ending}")
    assert question["Crime types"] == "Burglary"
    assert question["Period"] == "2025-01-01 to 2025-01-28"
    assert question["Hours"].startswith("10-02 ") and question["Weekdays"] == "Friday, Saturday"
    assert (question["Unit"], question["Within"]) == ("cell of 150 m", "District A")
    assert question["Budget"] == "2 places, 3.12% of the city's area (3.12% of the area asked for)"
    assert (question["Ranked by"], question["Model"]) == ("expected per km²", "long run count, version 2")
    assert (question["Data known on"], question["Review date"]) == ("2025-01-01", "2025-01-29")
    assert question["As of"] == "2025-01-10: a list of the past" and question["Status"] == "a try, not issued"
    assert (question["Made by"], question["Purpose"]) == ("A. Analyst", "the weekend's cars")
    assert question["Measured"].startswith("No list within one area has been backtested")
    assert question["The model's claim"].startswith("hold ")
    words = shlex.split(question["Made again by"])
    assert words[:2] == ["hotspots", "at-risk"] and words[-2:] == ["--out", f"list{ending}"]
    given = dict(zip(words[2::2], words[3::2], strict=True))
    assert given["--hours"] == "10-02" and given["--weekdays"] == "fri,sat" and given["--within"] == "district:A"
    assert given["--as-of"] == "2025-01-10" and given["--unit"] == "cell"


def test_a_navigation_device_reads_the_places_of_gpx_in_their_order(exports: Path, made: PlaceList) -> None:
    """GDAL is the oracle: waypoints at the centres, with code and review date; words that XML cannot hold do no harm."""
    read = pyogrio.read_dataframe(exports / "list.gpx", layer="waypoints")
    assert list(read["name"]) == [f"{one.rank}. {one.code}" for one in made.places]
    at = [(one.longitude, one.latitude) for one in made.places]
    assert [(point.x, point.y) for point in read.geometry] == [pytest.approx(one, abs=1e-6) for one in at]
    assert all(words.endswith("Review on 2025-01-29. Not to be used after it.") for words in read["desc"])
    odd = replace(made, places=tuple(replace(one, words="A & B <bar> \x0b") for one in made.places))
    assert Xml.fromstring(gpx(odd, {})).findtext("./{*}wpt/{*}desc", "").startswith("A & B <bar>  . Review on")


def test_the_briefing_sheet_carries_the_question_in_its_description(exports: Path) -> None:
    text = pdf_text((exports / "list.pdf").read_bytes())
    (described,) = [words for words in pdf_strings(text, "Subject") if "Crime types: Burglary" in words]
    for part in (
        "Hours: 10-02",
        "Weekdays: Friday, Saturday",
        "Review on 2025-01-29",
        "No list within one area",
        "hotspots at-risk --crime-type",
    ):
        assert part in described
    assert text.count("/Type /Page\n") == 1 or len(re.findall(r"/Type\s*/Page\b(?!s)", text)) == 1


def test_the_command_in_a_file_makes_the_same_list_again(city: TestDatabase, made: PlaceList) -> None:
    from hotspots.cli.at_risk import at_risk_command  # the options of the command are those of the request

    names = set(at_risk_command.__annotations__)
    assert {"unit", "share", "rank_by", "within", "hours", "weekdays", "model", "random_share", "as_of", "out"} <= names
    with city.staff.connect() as connection:
        again = at_risk(connection, ASKED, today=date(2025, 3, 1))
    assert [place.code for place in again.places] == [place.code for place in made.places]


def test_a_list_speaks_the_language_that_was_asked_for_in_every_format(
    city: TestDatabase, exports: Path, tmp_path: Path
) -> None:
    with city.owner.connect() as connection:
        words = {"es": {"labels": {"Burglary": "Robo en inmuebles", "Police beat": "Sector policial"}}}
        connection.execute(
            "update core.city set config = config || jsonb_build_object('words', %s::jsonb)", [json.dumps(words)]
        )
    try:
        with city.staff.connect() as connection:
            made = at_risk(connection, replace(ASKED, language="es"), today=date(2025, 2, 20))
            backdrop = read_backdrop(connection, srid=SRID, kind="beat")
    finally:
        with city.owner.connect() as connection:
            connection.execute("update core.city set config = config - 'words'")
    for ending in ENDINGS:
        write_list(made, tmp_path / f"list{ending}", srid=SRID, backdrop=backdrop)
    for ending, read in READERS.items():
        english, question = read(exports / f"list{ending}"), read(tmp_path / f"list{ending}")
        label = LANGUAGES["es"].text if ending == ".xlsx" else str  # people read a workbook, programs the others
        assert set(question) >= {label(one) for one in english if not one.startswith("Note ")}, ending
        assert question[label("Crime types")] == "Robo en inmuebles"
        assert question[label("Weekdays")] == "viernes, sábado"
        assert question[label("Period")] == "2025-01-01 a 2025-01-28"
        assert question[label("Status")] == "una prueba, no emitida"
        assert question[label("Measured")].startswith("No se probó ninguna lista dentro de un área")
        assert "--language es" in question[label("Made again by")]
    page = (tmp_path / "list.html").read_text()
    assert '<html lang="es' in page and "<summary>La pregunta completa</summary>" in page
    assert "un lugar comparable" in page and "Esta lista ordena lugares" in page
    for english in ("Ranked by", "Review on", "Why here", "comparable place", "This list ranks", "drawn blindly"):
        assert english not in re.sub(r'<script type="application/json".*?</script>', "", page, flags=re.DOTALL), english
    book = openpyxl.load_workbook(tmp_path / "list.xlsx")
    assert book.sheetnames == ["Lugares", "Todas las columnas", "Sobre"]
    text = pdf_text((tmp_path / "list.pdf").read_bytes())
    assert any("Tipos de delito: Robo en inmuebles" in words for words in pdf_strings(text, "Subject"))
    assert re.search(r"/Lang ?\(es\)", text)
    with city.staff.connect() as connection, pytest.raises(InputError, match="--language xx is not one of: en, es"):
        at_risk(connection, replace(ASKED, language="xx"), today=date(2025, 2, 20))


def test_people_get_at_most_twelve_columns_and_the_rest_behind(city: TestDatabase, tmp_path: Path) -> None:
    with city.staff.connect() as connection:
        boxes = at_risk(connection, ListRequest(crime_types=("burglary",), places=2), today=AS_OF)
        backdrop = read_backdrop(connection, srid=SRID, kind="beat")
    for ending in (".csv", ".xlsx"):
        write_list(boxes, tmp_path / f"boxes{ending}", srid=SRID, backdrop=backdrop)
    head = next(csv.reader((tmp_path / "boxes.csv").read_text("utf-8-sig").splitlines()))
    assert len(head) <= 12 and head[:4] == ["rank", "place", "expected_incidents", "expected_per_km2"]
    book = openpyxl.load_workbook(tmp_path / "boxes.xlsx")
    assert book.sheetnames == ["Places", "All columns", "About"]
    few, many = ([cell.value for cell in book[name][row]] for name, row in (("Places", 5), ("All columns", 1)))
    assert len(few) <= 12 and len(many) > 20 and set(few) <= set(many)
    assert "Expected per km² (ranked by)" in few


def test_the_csv_of_cells_holds_every_column(exports: Path) -> None:
    rows = list(csv.DictReader((exports / "list.csv").read_text("utf-8-sig").splitlines()))
    assert [row["rank_number"] for row in rows] == ["1", "2"]
    assert {json.loads(row["question"])["Does not say"] for row in rows} == {SAYS_NOT}
    assert rows[0]["bars within 150 m"] == "2" and rows[0]["bars, comparable places without"]
    assert float(rows[0]["count_low"]) < float(rows[0]["expected_incidents"]) < float(rows[0]["count_high"])
    assert "bars" in rows[0]["risk_factors"] and rows[0]["chosen_by"] == "expected incidents"


def test_the_geojson_is_in_degrees_and_on_the_spot(exports: Path) -> None:
    collection = json.loads((exports / "list.geojson").read_text())
    longitude, latitude = collection["features"][0]["geometry"]["coordinates"][0][0]
    # UTM zone 16 has its central meridian at 87 degrees west, where easting is 500,000 m
    assert -87.0 <= longitude <= -86.99 and 36.1 < latitude < 36.2
    assert collection["review_date"] == "2025-01-29" and "residents" in collection["exposure"]
    assert collection["features"][0]["properties"]["relative_risk_values"]


def test_the_workbook_has_dates_numbers_and_texts_and_no_guard(exports: Path) -> None:
    book = openpyxl.load_workbook(exports / "list.xlsx")
    sheet = book["Places"]
    assert sheet.max_row == 7 and sheet.freeze_panes == "C6" and sheet.page_setup.orientation == "landscape"
    about = {row[0].value: row[1].value for row in book["About"].iter_rows()}
    assert about["Review date"] == datetime(2025, 1, 29) and isinstance(sheet["C6"].value, float)
    words = {cell.value for row in sheet.iter_rows() for cell in row if isinstance(cell.value, str)}
    assert any(word.startswith("near =FIRST ST") for word in words)
    assert not any(word.startswith("'") for word in words)
    assert not any(cell.data_type == "f" for row in sheet.iter_rows() for cell in row)


def test_the_geopackage_opens_with_other_software(exports: Path) -> None:
    frame = pyogrio.read_dataframe(exports / "list.gpkg", layer="places_at_risk")
    assert frame["rank_number"].tolist() == [1, 2]
    assert frame.geometry.area.tolist() == pytest.approx([CELL_M**2, CELL_M**2])


def test_the_page_is_whole_in_itself(exports: Path) -> None:
    page = (exports / "list.html").read_text()
    assert SAYS_NOT in page and "near =FIRST ST &amp; MAIN ST" in page
    assert "http" not in page  # no outside request
    assert page.count('<tr id="place-') == 2
    assert "of the city&#39;s 1,000 residents" in page
    assert (
        "<h1>Places at risk: Burglary, Friday, Saturday 10-02" in page
        and "A list of the past, as of 2025-01-10" in page
    )


def test_a_reason_that_most_comparable_places_have_too_is_none(made: PlaceList) -> None:
    from dataclasses import replace

    from hotspots.pipeline.at_risk.columns import reasons

    (bars,) = made.places[0].factors
    first = replace(made.places[0], factors=(replace(bars, absent_share=0.5),))
    assert any(one.startswith("bars within 150 m: 2") for one in reasons(first))
    usual = replace(
        first,
        factors=(replace(bars, absent_share=0.49),),
        risk_values=(replace(first.risk_values[0], absent_share=0.2),),
    )
    assert not any("bars" in one for one in reasons(usual))
    assert reasons(usual)[0].startswith(f"{first.count_last_year:g} in the last 12 months, a comparable place")


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@sum", "\t=1", "\r=1"])
def test_a_text_that_a_spreadsheet_would_run_is_made_harmless(text: str) -> None:
    assert guarded(text) == f"'{text}"


def test_numbers_are_not_touched() -> None:
    assert guarded(-1.5) == -1.5


def test_an_unknown_ending_is_refused_and_nothing_is_written(made: PlaceList, tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"\.docx.*\.csv"):
        write_list(made, tmp_path / "list.docx", srid=SRID, backdrop={})
    assert list(tmp_path.iterdir()) == []
