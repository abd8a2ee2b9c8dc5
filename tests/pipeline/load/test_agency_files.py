"""Files as agencies send them: what is read of each, and what is refused because nearly all of it would be lost."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from hotspots.errors import CityFileError, InputError
from hotspots.pipeline.load.city import load
from hotspots.pipeline.load.summary import IncidentSummary
from hotspots.settings import Settings
from hotspots.sources.city_file import CityFile
from hotspots.sources.city_file_reading import read_city_file
from tests.database import TestDatabase, cloned_database
from tests.pipeline.ledger_questions import ask
from tests.pipeline.load_city import TODAY

CITY = """
[city]
name = "Harbourton"
service = "Harbourton incidents"
timezone = "America/Chicago"
crs = "EPSG:26916"
study_area = ["ward"]
attribution = "nobody"
disclaimer = "Invented for tests."

[incidents]
files = "sent.*"
supply = "increment"
id = "no"
occurred = { column = "at", format = "%Y-%m-%d %H:%M" }
location = { x = "east", y = "north" }
precision = "block"
source_type = "what"

[[crime_type]]
name = "theft"
label = "Theft"
group = "theft"
when = { what = ["THEFT", "0600"] }
initiated_by = "public"

[[crime_type]]
name = "assault"
label = "Assault"
group = "violence"
when = { what = "ASSAULT" }
initiated_by = "public"
sensitive = true

[[area]]
kind = "ward"
label = "Ward"
file = "wards.csv"
code = "code"
name = "name"
location = { wkt = "shape" }

[public]
sensitive_kind = "ward"
"""
WARDS = """code,name,shape
N,North Side,"POLYGON((-87.7 41.8,-87.6 41.8,-87.6 41.9,-87.7 41.9,-87.7 41.8))"
S,South Side,"POLYGON((-87.6 41.8,-87.5 41.8,-87.5 41.9,-87.6 41.9,-87.6 41.8))"
"""
HEADER = "no,at,what,east,north"
ONE = "7,2024-03-05 21:30,THEFT,-87.65,41.85"
READ = [("7", datetime(2024, 3, 5, 21, 30), "minute", "theft", True)]


def city_file(folder: Path, replace: dict[str, str]) -> CityFile:
    text = CITY
    for old, new in replace.items():
        assert old in text
        text = text.replace(old, new, 1)
    (folder / "city.toml").write_text(text)
    (folder / "wards.csv").write_text(WARDS)
    return read_city_file(folder / "city.toml")


def load_text(
    database: TestDatabase,
    folder: Path,
    content: str | bytes,
    replace: dict[str, str] | None = None,
    *,
    name: str = "sent.csv",
) -> IncidentSummary:
    (folder / name).write_bytes(content if isinstance(content, bytes) else content.encode())
    summary = load(database.owner, city_file(folder, replace or {}), folder, today=TODAY).incidents
    assert summary is not None
    return summary


def incidents(database: TestDatabase) -> list[tuple[Any, ...]]:
    return ask(
        database.owner,
        "select incident_key, occurred_from, time_precision, t.name, l.geom is not null from core.incident_version "
        "join core.crime_type t using (crime_type_id) join core.location l using (location_id) where known_to is null order by 1",
    )


@pytest.fixture(scope="module")
def shared_empty(cluster: Settings) -> Iterator[TestDatabase]:
    """An empty database for loads that are refused: it stays empty."""
    with cloned_database(cluster, "test_refused_loads") as cloned:
        yield cloned


OCCURRED = 'occurred = { column = "at", format = "%Y-%m-%d %H:%M" }'
LOCATION = 'location = { x = "east", y = "north" }'
FORMS: dict[str, tuple[dict[str, str], str | bytes]] = {
    "a mark before a name": ({}, f"\ufeff{HEADER}\n{ONE}\n"),
    "a mark under another encoding": ({LOCATION: f'{LOCATION}\nencoding = "latin-1"'}, f"\ufeff{HEADER}\n{ONE}\n"),
    "UTF-16 that says so": ({}, f"{HEADER}\n{ONE}\n".encode("utf-16")),
    "names in other case, with blanks": ({}, f" No,AT ,What,East, NORTH\n{ONE}\n"),
    "names of another year": (
        {LOCATION: f'{LOCATION}\nother_names = {{ what = ["crime"], at = ["date", "when"] }}'},
        f"no,when,crime,east,north\n{ONE}\n",
    ),
    "a title and totals": ({LOCATION: f"{LOCATION}\ntitle_rows = 1\nfooter_rows = 1"}, f"Report,,,,\n{HEADER}\n{ONE}\nAll,1,,,\n"),
    "a decimal comma": (
        {LOCATION: 'location = { x = "east", y = "north", decimal = "," }\ndelimiter = ";"'},
        "no;at;what;east;north\n7;2024-03-05 21:30;THEFT;-87,65;41,85\n",
    ),
    "thousands": (
        {LOCATION: 'location = { x = "east", y = "north", crs = "EPSG:26916", thousands = "," }'},
        f'{HEADER}\n7,2024-03-05 21:30,THEFT,"446,069.5","4,633,340"\n',
    ),
    "a reading of its own": (
        {"[[crime_type]]": '[[incidents.reading]]\nfiles = "s*.csv"\ndelimiter = "|"\noccurred = { column = "at", format = "%d/%m/%Y %H:%M" }\n\n[[crime_type]]'},
        "no|at|what|east|north\n7|05/03/2024 21:30|THEFT|-87.65|41.85\n",
    ),
    "a point in a cell": ({LOCATION: 'location = { lat_lon = "place" }'}, 'no,at,what,place\n7,2024-03-05 21:30,THEFT,"12 QUAY\nHARBOURTON\n(41.85, -87.65)"\n'),
    "longitude first": ({LOCATION: 'location = { lon_lat = "place" }'}, "no,at,what,place\n7,2024-03-05 21:30,THEFT,-87.65 41.85\n"),
    "text of a shape with its system": ({LOCATION: 'location = { wkt = "place" }'}, "no,at,what,place\n7,2024-03-05 21:30,THEFT,SRID=4326;POINT (-87.65 41.85)\n"),
    "binary of a shape": (
        {LOCATION: 'location = { wkt = "place" }'},
        "no,at,what,place\n7,2024-03-05 21:30,THEFT,0101000020E61000009A99999999E955C0CDCCCCCCCCEC4440\n",
    ),
    "JSON": (
        {},
        '[{"no": 7, "at": "2024-03-05T21:30:00.000", "what": "THEFT", "east": "-87.65", "north": 41.85, "victim": "JANE"}]',
    ),
    "GeoJSON": (
        {LOCATION: 'location = { x = "longitude", y = "latitude" }', OCCURRED: 'occurred = { column = "at", format = "%s" }'},
        '{"type": "FeatureCollection", "features": [{"type": "Feature", "properties": {"no": "7", "at": 1709695800000, "what": "THEFT"}, '
        '"geometry": {"type": "Point", "coordinates": [-87.65, 41.85]}}]}',
    ),
}  # fmt: skip


@pytest.mark.parametrize("form", FORMS)
def test_each_form_of_a_file_gives_the_same_incident(database: TestDatabase, tmp_path: Path, form: str) -> None:
    replace, content = FORMS[form]
    name = "sent.json" if "JSON" in form else "sent.csv"
    counts = load_text(database, tmp_path, content, replace, name=name).counts
    assert incidents(database) == READ
    assert counts["read"] == counts["new"] + counts["changed"] + counts["unchanged"] == 1


def test_only_the_columns_that_the_city_file_names_are_kept_anywhere(empty: TestDatabase, tmp_path: Path) -> None:
    content = (
        "no,at,what,east,north,victim_name,dob\n7,2024-03-05 21:30,THEFT,-87.65,41.85,JANE EXAMPLE,1970-01-01\n"
        "8,nonsense,THEFT,-87.65,41.85,JOHN EXAMPLE,1980-01-01\n9,2024-03-05 21:30,THEFT,-87.65,41.85,JIM EXAMPLE\n"
        '10,2024-03-05 21:30,THEFT,-87.65,41.85,"JO EXAMPLE,1990-01-01\n'
    )
    summary = load_text(empty, tmp_path, content)
    assert summary.columns_left_out == ["victim_name", "dob"]
    assert (summary.counts["new"], summary.counts["rejected"]) == (1, 3)
    everything = [
        *ask(empty.owner, "select d::text from raw.delivery d"),
        *ask(empty.owner, "select r::text from raw.incident_row r"),
        *ask(empty.owner, "select r::text from raw.reject r"),
        *ask(empty.owner, "select v::text from core.incident_version v"),
        *summary.rejects,
    ]
    assert "EXAMPLE" not in str(everything)
    assert "1970" not in str(everything)
    assert "victim" not in str(everything)
    assert ask(empty.owner, "select record from raw.incident_row where line = 2") == [(ONE,)]


def test_rows_that_are_no_incidents_are_left_out_and_counted(empty: TestDatabase, tmp_path: Path) -> None:
    rows = f"{HEADER}\n{ONE}\n8,2024-03-06 10:00,PERMIT,,\n9,2024-03-06 10:00,permit ,,\n"
    where = {OCCURRED: f'{OCCURRED}\nwhere = {{ what = {{ pattern = "^(?!PERMIT)" }} }}'}
    for fate in ("new", "unchanged"):
        counts = load_text(empty, tmp_path, rows, where).counts
        assert (counts["read"], counts[fate], counts["left_out"], counts["rejected"]) == (3, 1, 2, 0)
    assert ask(empty.owner, "select count(*) from raw.incident_row") == [(1,)]


OFFENCES = f"""{HEADER}
7,2024-03-05 21:30,BURGLARY,-87.65,41.85
7,2024-03-05 21:31,THEFT,-87.65,41.85
7,2024-03-05 21:32,ARSON,-87.65,41.85
8,2024-03-06 10:00,THEFT,-87.65,41.85
"""


@pytest.mark.parametrize(
    ("rule", "what", "minute"),
    [
        ('keep = "first"', "other", 30),
        ('keep = "last"', "other", 32),
        ('keep = "most serious", order = ["assault", "theft"]', "theft", 31),
    ],
)
def test_rows_of_one_incident_are_one_by_the_citys_rule_and_none_is_lost(
    empty: TestDatabase, tmp_path: Path, rule: str, what: str, minute: int
) -> None:
    replace = {'id = "no"': f'id = "no"\nrepeated_id = {{ {rule} }}'}
    for fate in ("new", "unchanged"):
        counts = load_text(empty, tmp_path, OFFENCES, replace).counts
        assert (counts["read"], counts[fate], counts["merged"], counts["rejected"]) == (4, 2, 2, 0)
    assert incidents(empty) == [
        ("7", datetime(2024, 3, 5, 21, minute), "minute", what, True),
        ("8", datetime(2024, 3, 6, 10), "minute", "theft", True),
    ]


def test_an_incident_is_sensitive_where_any_of_its_rows_is(empty: TestDatabase, tmp_path: Path) -> None:
    rows = OFFENCES.replace("ARSON", "ASSAULT")
    load_text(empty, tmp_path, rows, {'id = "no"': 'id = "no"\nrepeated_id = { keep = "first" }'})
    assert ask(empty.owner, "select incident_key, sensitive from core.incident_version order by 1") == [
        ("7", True),
        ("8", False),
    ]


def test_each_row_of_an_incident_may_count_as_one(empty: TestDatabase, tmp_path: Path) -> None:
    counts = load_text(empty, tmp_path, OFFENCES, {'id = "no"': 'id = "no"\noccurrence_number = true'}).counts
    assert (counts["new"], counts["merged"]) == (4, 0)


RECORDED = 'areas = { ward = "ward" }'


def test_names_of_areas_are_mapped_to_the_maps_codes(empty: TestDatabase, tmp_path: Path) -> None:
    rows = f"{HEADER},ward\n7,2024-03-05 21:30,THEFT,,,Northside\n8,2024-03-05 21:30,THEFT,,,s\n"
    codes = 'areas = { ward = { column = "ward", codes = { "NORTHSIDE" = "N" } } }'
    summary = load_text(empty, tmp_path, rows, {OCCURRED: f"{OCCURRED}\n{codes}"})
    assert summary.unknown_codes == {}
    labelled = "select incident_key, a.name from core.incident_version join core.location using (location_id) join core.label_set s using (label_set_id) join core.area a on a.area_id = s.area_ids[1] order by 1"
    assert ask(empty.owner, labelled) == [("7", "North Side"), ("8", "South Side")]


def test_unknown_areas_are_listed_by_value_and_count_with_the_nearest_name(empty: TestDatabase, tmp_path: Path) -> None:
    rows = "".join(f"{no},2024-03-05 21:30,THEFT,,,{'Northside' if no % 3 else 'N'}\n" for no in range(9))
    summary = load_text(empty, tmp_path, f"{HEADER},ward\n{rows}", {OCCURRED: f"{OCCURRED}\n{RECORDED}"})
    assert summary.unknown_codes == {"ward": {"Northside": 6}}
    (line,) = summary.suspicions
    assert "6 of 9 records have a ward that the map does not have: 'Northside' 6 times (nearest: 'North Side')" in line


def many(row: str, n: int = 24) -> str:
    return "".join(row.format(no=no, day=no % 28 + 1) + "\n" for no in range(n))


REFUSED: dict[str, tuple[dict[str, str], str, list[str]]] = {
    "a decimal comma": (
        {LOCATION: f'{LOCATION}\ndelimiter = ";"'},
        "no;at;what;east;north\n7;2024-03-05 21:30;THEFT;-87,65;41,85\n",
        ["1 of 1 records give a location that is none", "'-87,65': a decimal comma?", 'decimal = ","'],
    ),
    "axes swapped": ({}, f"{HEADER}\n7,2024-03-05 21:30,THEFT,41.85,-87.65\n", ["axes swapped? exchange x and y"]),
    "degrees taken for metres": (
        {LOCATION: 'location = { x = "east", y = "north", crs = "EPSG:26916" }'},
        f"{HEADER}\n{ONE}\n",
        ["the numbers are degrees"],
    ),
    "metres taken for degrees": ({}, f"{HEADER}\n7,2024-03-05 21:30,THEFT,446069,4633340\n", ['crs = "EPSG:26916"']),
    "day before month": (
        {OCCURRED: OCCURRED.replace("%Y-%m-%d", "%m/%d/%Y")},
        f"{HEADER}\n7,05/03/2024 21:30,THEFT,-87.65,41.85\n8,25/03/2024 21:30,THEFT,-87.65,41.85\n",
        ["1 of 2 records have no time", "'25/03/2024 21:30'", 'format = "%d/%m/%Y %H:%M" reads them all'],
    ),
    "a longitude without its sign": ({}, f"{HEADER}\n7,2024-03-05 21:30,THEFT,87.65,41.85\n", ["the other sign of the longitude"]),
    "a latitude with a sign too much": ({}, f"{HEADER}\n7,2024-03-05 21:30,THEFT,-87.65,-41.85\n", ["the other sign of the latitude"]),
    "a separator too much on every row": ({}, f"{HEADER}\n{ONE},\n", ["1 of 1 records do not have as many columns as the header"]),
    "day first, in slashes": (
        {},
        f"{HEADER}\n7,05/03/2024 21:30,THEFT,-87.65,41.85\n8,25/03/2024 21:30,THEFT,-87.65,41.85\n",
        ['format = "%d/%m/%Y %H:%M" would read them'],
    ),
    "day or month first": (
        {},
        f"{HEADER}\n7,05/03/2024 21:30,THEFT,-87.65,41.85\n",
        ['"%m/%d/%Y %H:%M" would read them, and so would "%d/%m/%Y %H:%M"'],
    ),
    "months in French": ({}, f"{HEADER}\n7,5 mars 2024,THEFT,-87.65,41.85\n", ["'5 mars 2024'", "names of months?"]),
    "another format": ({}, f"{HEADER}\n7,05.03.2024 21:30,THEFT,-87.65,41.85\n", ['format = "%d.%m.%Y %H:%M" would read them']),
    "no word of a crime type": ({}, f"{HEADER}\n7,2024-03-05 21:30,LARCENY,-87.65,41.85\n", ["1 of 1 records have words", "'LARCENY'"]),
    "no known area": (
        {OCCURRED: f"{OCCURRED}\n{RECORDED}"},
        f"{HEADER},ward\n7,2024-03-05 21:30,THEFT,,,Northside\n",
        ["'Northside' 1 times (nearest: 'North Side')", "codes = {"],
    ),
    "outside the study area": ({}, f"{HEADER}\n7,2024-03-05 21:30,THEFT,-87.95,41.85\n", ["lie outside the study area (ward)"]),
    "hours that cannot be read": ({}, f"{HEADER}\n7,2024-03-05 half past nine,THEFT,-87.65,41.85\n", ["the hour is written but cannot be read"]),
    "offences of one incident": ({}, OFFENCES.replace("ARSON", "THEFT"), ["repeated_id = {", "occurrence_number = true"]),
    "points of houses": (
        {},
        f"{HEADER}\n" + "".join(f"{no},2024-03-05 21:30,THEFT,-87.65{no:03}17,41.85{no:03}29\n" for no in range(24)),
        ["24 of 24 points differ and are written to the centimetre", 'precision = "exact"'],
    ),
    "addresses of houses": (
        {OCCURRED: f'{OCCURRED}\naddress = "street"'},
        f"{HEADER},street\n" + many("{no},2024-03-{day:02} 21:30,THEFT,-87.65,41.85,17{no:02}1 N QUAY ST"),
        ["24 of 24 records have the number of a house"],
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", REFUSED)
def test_a_load_that_would_lose_nearly_all_refuses_and_says_why(
    shared_empty: TestDatabase, tmp_path: Path, case: str
) -> None:
    replace, content, words = REFUSED[case]
    with pytest.raises(InputError) as error:
        load_text(shared_empty, tmp_path, content, replace)
    for word in words:
        assert word in str(error.value)
    assert "--anyway" in str(error.value)
    counts = (
        "select (select count(*) from core.city), (select count(*) from raw.delivery), (select count(*) from core.area)"
    )
    assert ask(shared_empty.owner, counts) == [(0, 0, 0)]


def test_a_load_that_is_told_to_go_on_loses_it_and_says_so(empty: TestDatabase, tmp_path: Path) -> None:
    replace, content, words = REFUSED["a decimal comma"]
    (tmp_path / "sent.csv").write_text(content)
    summary = load(empty.owner, city_file(tmp_path, replace), tmp_path, anyway=True, today=TODAY).incidents
    assert summary is not None
    assert (summary.counts["new"], summary.counts["without_location"]) == (1, 1)
    assert words[0] in summary.suspicions[0]


@pytest.mark.parametrize(
    ("point", "said"),
    [
        ("0,0", "none has a point, and 6 are at 0, 0"),
        ("0.0,0.000", "none has a point, and 6 are at 0, 0"),
        ("-87.65,41.85", "all 6 points are one and the same"),
    ],
)
def test_one_point_for_all_is_said(empty: TestDatabase, tmp_path: Path, point: str, said: str) -> None:
    summary = load_text(empty, tmp_path, f"{HEADER}\n" + many("{no},2024-03-{day:02} 21:30,THEFT," + point, 6))
    assert [line for line in summary.suspicions if said in line]


def test_blocks_are_believed(empty: TestDatabase, tmp_path: Path) -> None:
    rows = many("{no},2024-03-{day:02} 21:30,THEFT,-87.65{day:03}17,41.85{day:03}29,17XX N QUAY ST") + many(
        "b{no},2024-03-{day:02} 21:30,THEFT,-87.65{day:03}17,41.85{day:03}29,1700 BLOCK OF QUAY ST"
    )
    summary = load_text(empty, tmp_path, f"{HEADER},street\n{rows}", {OCCURRED: f'{OCCURRED}\naddress = "street"'})
    assert summary.suspicions == []


def test_one_odd_record_on_top_of_others_is_no_reason_to_refuse(empty: TestDatabase, tmp_path: Path) -> None:
    load_text(empty, tmp_path, f"{HEADER}\n{ONE}\n")
    counts = load_text(empty, tmp_path, f"{HEADER}\n8,2024-03-06 10:00,LARCENY,0.1,99\n").counts
    assert (counts["new"], counts["without_location"]) == (1, 1)


def test_doubts_are_told_and_do_not_refuse(empty: TestDatabase, tmp_path: Path) -> None:
    rows = many("{no},2024-03-01 00:00,0600,-87.65,41.85") + "x,2024-03-01 00:00,600,-87.65,41.85\n"
    told = "\n".join(load_text(empty, tmp_path, f"{HEADER}\n{rows}").suspicions)
    assert "all 25 times are at 00:00" in told
    assert "all 25 days are the first of a month" in told
    assert "'600' (1 records) is no word of a crime type, but '0600' of 'theft' is" in told


def test_a_record_without_a_point_or_with_an_address_alone_counts(empty: TestDatabase, tmp_path: Path) -> None:
    counts = load_text(
        empty, tmp_path, "no,at,what,street\n7,2024-03-05 21:30,THEFT,1700 QUAY\n", {LOCATION: 'address = "street"'}
    ).counts
    assert (counts["new"], counts["without_location"]) == (1, 1)
    with pytest.raises(CityFileError, match="nothing says where"):
        city_file(tmp_path, {LOCATION: ""})


WINDOWS = [
    ("2024-03-05 21:00", "2024-03-05 21:30", "2024-03-05 21:00", "2024-03-05 21:30", "window"),
    ("2024-03-05 21:00", "2024-03-05 21:00", "2024-03-05 21:00", "2024-03-05 21:00", "minute"),
    ("2024-03-05 21:00", "2024-03-05 20:00", "2024-03-05 21:00", None, "minute"),
    ("2024-03-05 21:00", "unknown", "2024-03-05 21:00", None, "minute"),
    ("2024-03-05 21:00", "", "2024-03-05 21:00", None, "minute"),
    ("2024-03-05", "", "2024-03-05 00:00", "2024-03-05 23:59", "day"),
    ("2024-03-05", "2024-03-05", "2024-03-05 00:00", "2024-03-05 23:59", "day"),
    ("2024-03-05", "2024-03-07", "2024-03-05 00:00", "2024-03-07 23:59", "window"),
    ("2024-03-05 21:00", "2024-03-05", "2024-03-05 21:00", "2024-03-05 23:59", "window"),
    ("", "2024-03-05 21:30", "2024-03-05 00:00", "2024-03-05 21:30", "window"),
    ("", "2024-03-05", "2024-03-05 00:00", "2024-03-05 23:59", "day"),
]


def test_a_garbled_end_of_a_window_leaves_its_start(empty: TestDatabase, tmp_path: Path) -> None:
    time = 'format = "%Y-%m-%d %H:%M"'
    window = f'occurred = {{ from = {{ column = "at", {time} }}, to = {{ column = "until", {time} }} }}'
    rows = "".join(f"{no:02},{start},{end},THEFT,-87.65,41.85\n" for no, (start, end, *_) in enumerate(WINDOWS))
    summary = load_text(empty, tmp_path, f"no,at,until,what,east,north\n{rows}", {OCCURRED: window})
    found = ask(
        empty.owner,
        "select occurred_from, occurred_to, time_precision from core.incident_version order by incident_key",
    )
    expected = [
        (datetime.fromisoformat(start), None if end is None else datetime.fromisoformat(end), precision)
        for *_, start, end, precision in WINDOWS
    ]
    assert found == expected
    assert summary.notes["unread_window_ends"] == 2


def test_months_are_kept_from_their_first_day_to_their_last(empty: TestDatabase, tmp_path: Path) -> None:
    load_text(
        empty,
        tmp_path,
        f"{HEADER}\n7,2024-02,THEFT,-87.65,41.85\n",
        {OCCURRED: OCCURRED.replace("%Y-%m-%d %H:%M", "%Y-%m")},
    )
    assert ask(empty.owner, "select occurred_from, occurred_to, time_precision from core.incident_version") == [
        (datetime(2024, 2, 1), datetime(2024, 2, 29, 23, 59), "month")
    ]


@pytest.mark.parametrize(
    ("replace", "content", "words"),
    [
        ({}, "no;at;what;east;north\n7;x;y;1;2\n", ["a semicolon separates its columns", 'delimiter = ";"']),
        ({}, f"Report,,,,\n\n{HEADER}\n{ONE}\n", ["line 3 looks like its header", "title_rows = 2"]),
    ],
)
def test_a_file_of_another_layout_says_what_to_write(
    empty: TestDatabase, tmp_path: Path, replace: dict[str, str], content: str, words: list[str]
) -> None:
    with pytest.raises(CityFileError) as error:
        load_text(empty, tmp_path, content, replace)
    for word in words:
        assert word in str(error.value)


def test_residents_are_read_by_census_and_by_group(database: TestDatabase, tmp_path: Path) -> None:
    """Numbers with commas, a word for a number that is not known, an area that there is not; a second load writes the same."""
    (tmp_path / "people.csv").write_text(
        'ward,all_2010,all_2020,young,old\nN,"1,200",1300,400,n/a\nS,800,900,100,250\nX,5,5,5,5\n'
    )
    more = (
        '[population]\nfile = "people.csv"\nkind = "ward"\ncode = "ward"\nresidents = { 2010 = "all_2010", 2020 = "all_2020" }\n'
        'groups = { "under 18" = "young", "65 and over" = "old" }\n\n[public]'
    )
    for _ in range(2):
        load_text(database, tmp_path, f"{HEADER}\n{ONE}\n", {"[public]": more})
        assert ask(
            database.owner, "select code, year::int, residents from core.population join core.area using (area_id) order by 1, 2"
        ) == [("N", 2010, 1200), ("N", 2020, 1300), ("S", 2010, 800), ("S", 2020, 900)]  # fmt: skip
        assert ask(
            database.owner,
            "select code, label, position::int, year::int, residents from core.population_group join core.area using (area_id) order by 1, 3",
        ) == [("N", "under 18", 1, 2020, 400), ("S", "under 18", 1, 2020, 100), ("S", "65 and over", 2, 2020, 250)]
