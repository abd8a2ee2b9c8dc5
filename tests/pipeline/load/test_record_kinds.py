"""Calls for service stand beside the incidents: told apart by who began them, hidden like sensitive months, and in nothing that incidents are in."""

from __future__ import annotations

import json
import re
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from hotspots.cli.main import app
from hotspots.errors import CityFileError, InputError, NotFoundError
from hotspots.pipeline.load.city import load
from hotspots.pipeline.load.preview import check_city
from hotspots.pipeline.publish.publish import publish
from hotspots.sources.city_file import CityFile
from hotspots.store.sql.files import sql_folder
from tests.database import TestDatabase
from tests.pipeline.load_city import EAST, NORTH, TODAY, deliver, row, text_of, write_city_file, write_zones

CALLS = """
[[record_kind]]
name = "calls"
label = "Calls for service"
files = "calls*.csv"
id = "number"
known_on = { file_name = '(\\d{4}-\\d{2}-\\d{2})', format = "%Y-%m-%d" }
occurred = { column = "time", format = "%Y-%m-%d %H:%M" }
location = { x = "x", y = "y", crs = "EPSG:26916" }
officer_initiated = { source = ["ON VIEW"] }
citizen_initiated = { source = ["911"] }
public = "months"
"""
COLUMNS = ("number", "time", "x", "y", "source", "caller name")
# January in zone 1 (south-west): 9 calls by citizens and 6 by officers; in zone 2 (north of it): 7 and 2; nowhere: 1 of nobody known.
JANUARY = [
    *[(500, 500, "911")] * 9,
    *[(500, 500, "ON VIEW")] * 6,
    *[(500, 1500, "911")] * 7,
    *[(500, 1500, "ON VIEW")] * 2,
]


def calls(month: int = 1) -> list[tuple[str, ...]]:
    """The calls of a month, the first on its first and the last on its last day."""
    rows = [
        (f"{month}-{n}", f"2026-{month:02}-{1 + n:02} 10:00", f"{EAST + x}", f"{NORTH + y}", source, "J. DOE")
        for n, (x, y, source) in enumerate(JANUARY)
    ]
    return [*rows, (f"{month}-last", f"2026-{month:02}-{28 if month == 2 else 31} 23:00", "", "", "", "J. DOE")]


@pytest.fixture(scope="module")
def city(tmp_path_factory: pytest.TempPathFactory) -> tuple[CityFile, CityFile, Path]:
    """A city with incidents, without and with calls in its city file, and the folder of both."""
    folder = tmp_path_factory.mktemp("calls")
    write_zones(folder)
    rows = [row(f"i{n}", when=f"2026-0{1 + n % 2}-{1 + n % 28:02} 10:30") for n in range(60)]
    deliver(folder, "2026-03-05", [*rows, row("last", when="2026-03-04 23:00")])
    (folder / "calls_2026-03-01.csv").write_text(text_of([*calls(1), *calls(2)], COLUMNS))
    without = write_city_file(folder)
    return without, write_city_file(folder, more="", replace={"[[gazetteer]]": f"{CALLS}\n[[gazetteer]]"}), folder


def rows_of(database: TestDatabase, sql: str) -> list[tuple[Any, ...]]:
    with database.owner.connect() as connection:
        return connection.execute(sql).fetchall()  # pyright: ignore[reportArgumentType, reportCallIssue]


def everything(database: TestDatabase) -> dict[str, str]:
    """A fingerprint of the rows of every table but those of records, of the city file itself, and of the books of publications."""
    ours = re.compile(r"record|core\.city$|core\.publication$|open\.vintage$|core\.load_lock")
    tables = [
        name
        for (name,) in rows_of(
            database,
            "select table_schema || '.' || table_name from information_schema.tables "
            "where table_schema in ('raw', 'core', 'open') and table_type = 'BASE TABLE'",
        )
        if not ours.search(name)
    ]
    return {
        name: rows_of(
            database, f"select md5(coalesce(string_agg(t::text, chr(10) order by t::text), '')) from {name} t"
        )[0][0]
        for name in tables
    }


@pytest.fixture(scope="module")
def before(database: TestDatabase, city: tuple[CityFile, CityFile, Path]) -> dict[str, str]:
    """What was there before calls were loaded and published."""
    without, with_calls, folder = city
    load(database.owner, without, folder, today=TODAY)
    publish(database.owner, today=TODAY)
    was = everything(database)
    done = load(database.owner, with_calls, folder, today=TODAY)
    assert done.record_kinds["calls"]["read"] == 50
    publish(database.owner, today=TODAY)
    return was


def test_nothing_that_incidents_are_counted_forecast_or_fed_from_changes(
    database: TestDatabase, before: dict[str, str]
) -> None:
    assert "core.incident_version" in before and "open.incident" in before
    assert everything(database) == before


def test_no_other_query_reads_a_record() -> None:
    """Forecasts, lists, counts, feeds and mails are made of queries; only those of records may name their tables."""
    naming = {
        file.relative_to(sql_folder() / "queries").as_posix()
        for file in (sql_folder() / "queries").rglob("*.sql")
        if re.search(r"\b(core|raw|open)\.(record\b|record_count|record_delivery)", file.read_text())
    }
    # publication.sql tells whether anything published has changed, the counts of records among it.
    assert naming == {
        "ledger/records.sql",
        "publication/record_counts.sql",
        "publication/publication.sql",
        "public/statistics.sql",
    }


@pytest.mark.usefixtures("before")
def test_citizens_and_officers_are_told_apart_and_the_rest_is_not_known(database: TestDatabase) -> None:
    found = rows_of(
        database,
        "select coalesce(a.code, '-'), initiated_by, count(*) from core.record r left join core.area a on a.area_id = r.area_ids[1] "
        "where occurred_from < '2026-02-01' group by 1, 2 order by 1, 2",
    )
    assert found == [
        ("-", "unknown", 1),
        ("001", "police", 6),
        ("001", "public", 9),
        ("002", "police", 2),
        ("002", "public", 7),
    ]


@pytest.mark.usefixtures("before")
def test_whole_months_are_published_with_small_counts_hidden(database: TestDatabase) -> None:
    found = rows_of(
        database,
        "select coalesce(a.code, 'city'), initiated_by, records from open.record_count c left join open.area a using (area_id) "
        "where month = '2026-01-01' order by 1, 2",
    )
    # Threshold 5, a small count must be able to be 4. Citizens: 0 and 0 are small, the sum of the two tells it; with zone 1 hidden (9, room
    # 9 - 5 = 4) it no longer does. Officers: 2, 0, 0 are small (room 2), and with zone 1 (6, room 1) 3: the
    # city's count is hidden, and zone 1's tells nothing of others. No sum of both.
    shown = {(area, who): records for area, who, records in found}
    assert {at: records for at, records in shown.items() if records is not None} == {
        ("002", "public"): 7,
        ("city", "public"): 16,
        ("001", "police"): 6,
    }
    assert {who for _, who in shown} == {"public", "police", "unknown"} and len(shown) == 15
    # No call after 28 February: March is not counted as 0.
    assert {month for (month,) in rows_of(database, "select distinct month from open.record_count")} == {
        date(2026, 1, 1), date(2026, 2, 1),
    }  # fmt: skip


@pytest.mark.usefixtures("before")
def test_of_a_caller_nothing_is_kept(database: TestDatabase) -> None:
    for table in ("raw.record_delivery", "core.record", "raw.reject", "raw.incident_row", "open.record_count"):
        assert rows_of(database, f"select count(*) from {table} t where t::text like '%DOE%'") == [(0,)]


@pytest.mark.usefixtures("before")
def test_a_later_word_replaces_and_an_earlier_one_does_not(
    database: TestDatabase, city: tuple[CityFile, CityFile, Path]
) -> None:
    _, town, folder = city
    again = load(database.owner, town, folder, only=["record_kinds"], today=TODAY).record_kinds["calls"]
    assert (again["read"], again["unchanged"], again["new"]) == (50, 50, 0)
    later, earlier = folder / "calls_2026-03-02.csv", folder / "calls_2026-02-27.csv"
    later.write_text(text_of([("1-0", "2026-01-01 10:00", f"{EAST + 500}", f"{NORTH + 500}", "ON VIEW", "")], COLUMNS))
    earlier.write_text(
        text_of([("1-1", "2026-01-02 10:00", f"{EAST + 500}", f"{NORTH + 500}", "ON VIEW", "")], COLUMNS)
    )
    done = load(database.owner, town, folder, only=["record_kinds"], today=TODAY).record_kinds["calls"]
    assert (done["read"], done["changed"], done["unchanged"]) == (52, 1, 51)
    said = "select record_key, initiated_by from core.record where record_key in ('1-0', '1-1') order by 1"
    assert rows_of(database, said) == [("1-0", "police"), ("1-1", "public")]


def test_what_check_says_is_what_load_does(city: tuple[CityFile, CityFile, Path]) -> None:
    _, town, folder = city
    found = check_city(town, folder, today=TODAY).record_kinds["calls"]
    assert found["initiated_by"]["unknown"] == 2 and found["rejected"] == 0
    assert found["read"] == sum(found[part] for part in ("new", "changed", "unchanged", "left_out", "rejected"))


@pytest.mark.usefixtures("before")
def test_status_and_the_command_show_staff_the_counts(database: TestDatabase) -> None:
    where = {"HOTSPOTS_HOME": str(database.settings.home), "HOTSPOTS_DATABASE_URL": database.owner.dsn}
    status = CliRunner().invoke(app, ["status"], env=where)
    assert re.search(r"calls +50  from 2026-01-01 to 2026-02-28, beside the incidents", status.stdout), status.output
    asked = ["records", "calls", "--from", "2026-02-01", "--to", "2026-02-28", "--json"]
    told = CliRunner().invoke(app, asked, env={**where, "HOTSPOTS_STAFF_DATABASE_URL": database.staff.dsn})
    assert told.exit_code == 0, told.output
    found = {
        row["area"]: (row["from_public"], row["from_police"], row["not_known"])
        for row in json.loads(told.stdout)["by_area"]
    }
    assert found == {"001": (9, 6, 0), "002": (7, 2, 0), None: (0, 0, 1)}
    unknown = CliRunner().invoke(app, ["records", "call"], env=where)
    assert unknown.exit_code == 2 or "calls" in str(unknown.exception)


def test_a_file_of_incidents_is_not_read_as_calls_too(
    database: TestDatabase, city: tuple[CityFile, CityFile, Path], tmp_path: Path
) -> None:
    _, _, folder = city
    town = write_city_file(tmp_path, replace={"incidents*.csv": "*.csv", "[[gazetteer]]": f"{CALLS}\n[[gazetteer]]"})
    with pytest.raises(InputError, match=r"record_kind 'calls': calls_.*\.csv is a file of incidents\.files too"):
        load(database.owner, town, folder, only=["record_kinds"], today=TODAY)


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ('location = { x = "x", y = "y", crs = "EPSG:26916" }\nofficer', "officer", "nothing says where"),
        ('name = "calls"', 'name = "calls"\narea = 1', "record_kind.*area is not a key"),
        ('public = "months"', 'public = "rows"', "record_kind.*'rows'"),
        ('public = "months"', 'areas = { zine = "z" }', r"record_kind\[1\].areas: 'zine' is not a kind"),
    ],
)
def test_what_cannot_be_is_refused_by_name(tmp_path: Path, old: str, new: str, said: str) -> None:
    assert old in CALLS
    with pytest.raises(CityFileError, match=said):
        write_city_file(tmp_path, replace={"[[gazetteer]]": f"{CALLS.replace(old, new)}\n[[gazetteer]]"})


@pytest.mark.usefixtures("before")
def test_a_call_is_erased_by_its_id_and_does_not_come_back(
    database: TestDatabase, city: tuple[CityFile, CityFile, Path]
) -> None:
    _, town, folder = city
    where = {"HOTSPOTS_HOME": str(database.settings.home), "HOTSPOTS_DATABASE_URL": database.owner.dsn}
    asked = ["erase", "--record-kind", "calls", "--source-id", "2-3", "--reason", "court order"]
    assert rows_of(database, "select count(*) from core.record where record_key = '2-3'") == [(1,)]
    told = CliRunner().invoke(app, asked, env=where)
    assert told.exit_code == 0, told.output
    (folder / "calls_2026-03-04.csv").write_text((folder / "calls_2026-03-01.csv").read_text() + "\n")
    done = load(database.owner, town, folder, only=["record_kinds"], today=TODAY).record_kinds["calls"]
    assert done["rejects"] == {"erased": 1}
    assert done["read"] == sum(done[part] for part in ("new", "changed", "unchanged", "left_out", "rejected"))
    assert rows_of(database, "select count(*) from core.record where record_key = '2-3'") == [(0,)]
    assert rows_of(database, "select count(*) from core.incident_version where incident_key = '2-3'") == [(0,)]
    again = CliRunner().invoke(app, asked, env=where)
    assert isinstance(again.exception, NotFoundError) or again.exit_code == 2
