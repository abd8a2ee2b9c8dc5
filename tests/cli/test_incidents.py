"""``hotspots incidents``: the map's filters at the shell, the same numbers in four formats."""

import csv
import io
import json
from pathlib import Path
from typing import Any

import pytest
import shapely
from typer.testing import CliRunner, Result

from hotspots.cli.main import app
from hotspots.domain.feature import INCIDENTS
from hotspots.domain.feature_file import csv_lines
from hotspots.domain.incident_filter import Around, HourRange, IncidentFilter, Near
from hotspots.domain.period import Period
from hotspots.store.public.features import FeatureQuestion
from hotspots.store.public.reader import OpenReader
from hotspots.store.server.connection import open_public
from tests.database import TestDatabase
from tests.drawn_polygons import square_at
from tests.incident_oracle import matching
from tests.open_city_builder import BEATS, NEWEST_DAY, SmallIncident, build_small_city

LAST_90_DAYS = Period.last_days(NEWEST_DAY, 90)
DECEMBER = Period.from_days(NEWEST_DAY.replace(day=1), NEWEST_DAY.replace(day=24))


@pytest.fixture(scope="module")
def city(database: TestDatabase) -> list[SmallIncident]:
    with database.owner.connect() as connection:
        incidents = build_small_city(connection, seed=4, n_incidents=600)
        connection.execute("update open.anchor set name = '=cmd()' where anchor_id = 1")
    return incidents


@pytest.fixture
def run(database: TestDatabase, city: list[SmallIncident], monkeypatch: pytest.MonkeyPatch) -> Any:
    monkeypatch.setenv("HOTSPOTS_HOME", str(database.settings.home))
    monkeypatch.setenv("HOTSPOTS_PUBLIC_DATABASE_URL", database.public.dsn)
    monkeypatch.setenv("HOTSPOTS_STAFF_DATABASE_URL", database.staff.dsn)
    # The command must do without the owner's key.
    monkeypatch.setenv("HOTSPOTS_DATABASE_URL", "postgresql://nobody:word@127.0.0.1:1/none")

    def invoke(*arguments: str) -> Result:
        return CliRunner().invoke(app, ["incidents", *arguments])

    return invoke


SQUARE = square_at(500, 900, half_m=350)
FILTERS = [
    ((), IncidentFilter(LAST_90_DAYS)),
    (("--from", "2017-12-01", "--to", "2017-12-24"), IncidentFilter(DECEMBER)),
    (("--days", "7"), IncidentFilter(Period.last_days(NEWEST_DAY, 7))),
    (("--type", "burglary", "--type", "Criminal damage"), IncidentFilter(LAST_90_DAYS, crime_types=("burglary", "criminal damage"))),
    (("--area", "beat:11", "--area", "beat:22"), IncidentFilter(LAST_90_DAYS, areas=(BEATS["11"], BEATS["22"]))),
    (("--area", "community_area:west", "--area", "ward:2"), IncidentFilter(LAST_90_DAYS, areas=(5, 8))),
    (("--at", "1200 block of N State St", "--radius", "500"), IncidentFilter(LAST_90_DAYS, around=Around(9, 500))),
    (("--at", "9", "--radius", "500"), IncidentFilter(LAST_90_DAYS, around=Around(9, 500))),
    (("--near", "school:300", "--near", "park:1500"), IncidentFilter(LAST_90_DAYS, near=(Near("school", 300), Near("park", 1500)))),
    (("--hours", "18-02", "--weekdays", "fri,Saturday"), IncidentFilter(LAST_90_DAYS, hours=HourRange(18, 2), weekdays=(5, 6))),
    (("--location-type", "street"), IncidentFilter(LAST_90_DAYS, location_types=("STREET",))),
    (("--group", "violence", "--weekdays", "sat"), IncidentFilter(LAST_90_DAYS, group="violence", weekdays=(6,))),
    (("--initiated", "police", "--hours", "08-20"), IncidentFilter(LAST_90_DAYS, initiated_by="police", hours=HourRange(8, 20))),
    (("--polygon", str(SQUARE), "--arrest", "Yes"), IncidentFilter(LAST_90_DAYS, polygon=SQUARE, arrest=True)),
]  # fmt: skip


@pytest.mark.parametrize(("arguments", "question"), FILTERS, ids=[" ".join(words) or "none" for words, _ in FILTERS])
def test_four_formats_hold_the_incidents_of_the_filter(
    run: Any, city: list[SmallIncident], arguments: tuple[str, ...], question: IncidentFilter
) -> None:
    expected = {str(incident.public_id) for incident in matching(city, question)}
    assert expected
    as_json = json.loads(run(*arguments, "--format", "json").stdout)
    assert {row["public_id"] for row in as_json["incidents"]} == expected
    assert as_json["counts"]["total"] == len(expected) == sum(row["incidents"] for row in as_json["by_type"])
    as_geojson = json.loads(run(*arguments, "--format", "geojson").stdout)
    assert {feature["id"] for feature in as_geojson["features"]} == expected
    assert sum(feature["geometry"] is not None for feature in as_geojson["features"]) == as_json["counts"]["located"]
    as_csv = list(csv.DictReader(io.StringIO(run(*arguments, "--format", "csv").stdout)))
    assert {row["public_id"] for row in as_csv} == expected
    table = run(*arguments)
    assert table.exit_code == 0
    assert table.stdout.startswith(f"Smallville (invented): {len(expected):,} reported incidents from ")


def test_the_summary_says_what_is_in_no_row(run: Any, city: list[SmallIncident]) -> None:
    said = run("--area", "beat:11", "--hours", "8-16").stdout
    counts = json.loads(run("--area", "beat:11", "--hours", "8-16", "--format", "json").stdout)["counts"]
    assert f"{counts['located']:,} on the map, {counts['no_location']:,} without location, 0 outside" in said
    assert f"In the whole city {counts['city_no_location']:,} of these have no location." in said
    assert f"{counts['hour_unknown']:,} more have no known hour" in said
    assert "Sensitive reports, in no other number: 42 in the city in December 2017." in said


def test_csv_is_guarded_against_formulas_and_has_one_shape(run: Any) -> None:
    rows = list(csv.DictReader(io.StringIO(run("--format", "csv").stdout)))
    assert "'=cmd()" in {row["place"] for row in rows}
    assert not any(value.startswith(("=", "+", "@")) for row in rows for value in row.values() if value)
    assert list(rows[0])[-5:] == ["beat", "community_area", "ward", "longitude", "latitude"]


def test_csv_is_the_file_of_page_and_data_interface(run: Any, database: TestDatabase) -> None:
    with open_public(database.settings).open_pool() as pool:
        reader = OpenReader(pool)
        question = IncidentFilter(reader.default_period(), crime_types=("theft",))
        pages = list(reader.features.pages(FeatureQuestion(INCIDENTS, question), shape="geojson"))
    written = b"".join(csv_lines(page.collection, page.rows) for page in pages[:1])
    shown = run("--type", "theft", "--format", "csv").stdout_bytes
    assert (
        sorted(shown.splitlines()) == sorted(written.splitlines()) and shown.splitlines()[0] == written.splitlines()[0]
    )
    assert len(pages) == 1 and len(written.splitlines()) > 1


def test_csv_keeps_its_summary_out_of_the_rows(run: Any) -> None:
    result = run("--format", "csv")
    assert "reported incidents from" in result.stderr
    assert "reported incidents from" not in result.stdout


def test_a_limit_and_a_file(run: Any, tmp_path: Path) -> None:
    file = tmp_path / "rows.geojson"
    assert run("--format", "geojson", "--limit", "3", "--out", str(file)).stdout == ""
    assert len(json.loads(file.read_text())["features"]) == 3
    assert run("--limit", "0").stdout.count("N State St") == 0


def test_a_boundary_comes_from_a_file(run: Any, city: list[SmallIncident], tmp_path: Path) -> None:
    outline = shapely.geometry.shape(SQUARE.to_geojson())
    (tmp_path / "ward.geojson").write_text(shapely.to_geojson(shapely.segmentize(outline, 1e-5)))
    made = run("--polygon", str(tmp_path / "ward.geojson"), "--format", "json")
    expected = {str(one.public_id) for one in matching(city, IncidentFilter(LAST_90_DAYS, polygon=SQUARE))}
    assert {row["public_id"] for row in json.loads(made.stdout)["incidents"]} == expected
    assert made.stderr == ""
    rough = shapely.segmentize(outline.buffer(0.001, quad_segs=2000), 1e-5)
    (tmp_path / "shore.json").write_text(
        shapely.to_geojson(shapely.MultiPolygon([rough, shapely.box(-87.7, 41.7, -87.69, 41.71)]))
    )
    assert run("--polygon", str(tmp_path / "shore.json")).exit_code == 0
    (tmp_path / "words.json").write_text("no json")
    refused = run("--polygon", str(tmp_path / "words.json"))
    assert (refused.exit_code, refused.output.count("\n")) == (2, 1)
    assert "is no JSON; give a file of GeoJSON" in refused.output


def test_no_incident_is_an_empty_answer(run: Any) -> None:
    nothing = ("--area", "beat:11", "--area", "community_area:East")
    assert json.loads(run(*nothing, "--format", "json").stdout)["incidents"] == []
    assert json.loads(run(*nothing, "--format", "geojson").stdout)["features"] == []
    assert ": 0 reported incidents" in run(*nothing).stdout


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("--type", "burglery"), "--type 'burglery' is not on record here; did you mean 'burglary'?"),
        (("--area", "1834"), "--area '1834' is not a kind and a code such as beat:12"),
        (("--area", "parish:1"), "--area 'parish' is not on record here. It is one of beat, community_area, ward."),
        (("--area", "beat:99"), "there is no beat '99'"),
        (("--at", "xyzzy"), "--at 'xyzzy' is like nothing in the gazetteer"),
        (
            ("--at", "1250 state st"),
            "may mean several things. Give the number of one: 28 = 1200 block of S State St (block); 9 = 1200 block of N State St (block).",
        ),
        (("--at", "424242"), "--at 424242 is not in the gazetteer"),
        (("--at", "9", "--radius", "5"), "--radius 5 m is not between 100 and 5000"),
        (("--near", "school"), "--near 'school' is not a kind of place and metres"),
        (("--near", "zoo:300"), "--near 'zoo' is not one of park, school, station"),
        (("--hours", "late"), "--hours 'late' is not a range"),
        (("--weekdays", "fri,someday"), "--weekdays 'someday' is not one of mon"),
        (("--polygon", "-87.6 41.8,-87.5"), "--polygon '-87.5' is not a longitude and a latitude"),
        (("--polygon", "nowhere.geojson"), "--polygon nowhere.geojson: cannot be read (No such file or directory)."),
        (("--arrest", "perhaps"), "--arrest 'perhaps' is not on record here"),
        (("--initiated", "nobody"), "--initiated 'nobody' is not on record here. It is one of public, police."),
        (("--location-type", "MOON"), "--location-type 'MOON' is not on record"),
        (("--from", "2017-12-31", "--to", "2017-12-01"), "--to 2017-12-01 is before --from 2017-12-31"),
        (("--from", "2017-12-01", "--days", "3"), "--from and --days say the same thing twice"),
        (("--days", "9999999"), "--days 9999999 reaches back before the calendar begins"),
        (("--to", "9999-12-31"), "--to 9999-12-31 is the calendar's last day"),
        (("--out", "/nowhere/rows.csv"), "--out /nowhere/rows.csv: the folder /nowhere is not there"),
        (("--known-on", "2017-01-01"), "Nothing is loaded yet"),
    ],
)
def test_what_cannot_be_asked_is_one_line_and_exit_code_2(run: Any, arguments: tuple[str, ...], said: str) -> None:
    result = run(*arguments)
    assert result.exit_code == 2
    assert said in result.stderr
    assert result.stderr.count("\n") == 1
    assert result.stdout == ""
