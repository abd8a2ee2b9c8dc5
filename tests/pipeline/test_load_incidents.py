"""The incident ledger: what a delivery changes, and what it leaves alone."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from hotspots.errors import CityFileError, InputError
from hotspots.pipeline.load import load
from hotspots.settings import Settings
from hotspots.store.connection import Database
from tests.database import TestDatabase, cloned_database
from tests.pipeline.load_city import (
    BY_MATCH,
    BY_STATUS,
    TODAY,
    counts_of,
    deliver,
    load_incidents_only,
    row,
    square,
    text_of,
    write_city_file,
    write_zones,
)

TABLES = (
    "raw.delivery", "raw.incident_row", "raw.reject", "core.city", "core.crime_type", "core.source_type", "core.location_type",
    "core.area_kind", "core.area", "core.study_area", "core.place", "core.risk_factor", "core.population", "core.gazetteer",
    "core.label_set", "core.location", "core.incident_version",
)  # fmt: skip


@pytest.fixture
def empty(cluster: Settings) -> Iterator[TestDatabase]:
    with cloned_database(cluster, "test_load_incidents") as database:
        yield database


def ask(database: Database, question: str) -> list[tuple[Any, ...]]:
    with database.connect() as connection:
        return connection.execute(question.encode()).fetchall()


def contents(database: Database) -> dict[str, Any]:
    """Every row of every table that a load writes, its hidden version stamp included, so that a rewritten row shows."""
    return {table: ask(database, f"select xmin::text, t::text from {table} t order by 2") for table in TABLES}


def current(database: Database) -> dict[str, str]:
    """Words of the offence of each current incident."""
    return dict(
        ask(
            database,
            "select incident_key, words from core.incident_version join core.source_type using (source_type_id) where known_to is null",
        )
    )


def known_on(database: Database, day: str) -> set[str]:
    versions = ask(
        database,
        f"select incident_key from core.incident_version where known_from <= '{day}' and (known_to is null or known_to > '{day}')",
    )
    return {key for (key,) in versions}


def test_records_are_kept_word_for_word_with_their_lines(empty: TestDatabase, tmp_path: Path) -> None:
    records = [
        '1,2026-01-02 10:30,440500,4630500,1,BURGLARY,"001XX  N ""OLD"" ST",',
        "2,2026-01-02 10:31,,,1,THEFT,001XX N MAIN ST ,",
    ]
    (tmp_path / "incidents_2026-01-31.csv").write_text(
        "id,when,x,y,zone,offence,place,status\n" + "\n".join(records) + "\n"
    )
    load_incidents_only(empty.owner, write_city_file(tmp_path), tmp_path)
    assert ask(empty.owner, "select line, record from raw.incident_row order by line") == [
        (2, records[0]),
        (3, records[1]),
    ]
    assert ask(empty.owner, "select header, known_on from raw.delivery") == [
        ("id,when,x,y,zone,offence,place,status", date(2026, 1, 31))
    ]


def test_a_first_delivery_is_all_new_and_the_same_again_changes_nothing(empty: TestDatabase, tmp_path: Path) -> None:
    write_zones(tmp_path)
    deliver(
        tmp_path, "2026-01-31", [row("1"), row("2", at=None), row("3", when="nonsense"), row("4", offence="LOITERING")]
    )
    city = write_city_file(tmp_path)
    first = load(empty.owner, city, tmp_path, today=TODAY)
    assert counts_of(first) == {
        "read": 4, "new": 3, "changed": 0, "unchanged": 0, "withdrawn": 0, "rejected": 1, "without_location": 1,
    }  # fmt: skip
    assert first.incidents is not None and first.incidents.other == {"LOITERING": 1}
    before = contents(empty.owner)
    again = counts_of(load(empty.owner, city, tmp_path, today=TODAY))
    assert again == {
        "read": 4, "new": 0, "changed": 0, "unchanged": 3, "withdrawn": 0, "rejected": 1, "without_location": 1,
    }  # fmt: skip
    after = contents(empty.owner)
    for table in TABLES:
        if table in ("core.city", "core.study_area", "core.area_kind", "core.population"):
            continue  # written again with the same content, compared below
        assert after[table] == before[table], table
    for table in ("core.city", "core.study_area", "core.area_kind"):
        assert [content for _, content in after[table]] == [content for _, content in before[table]]


def test_a_changed_row_becomes_a_new_version_of_the_same_incident(empty: TestDatabase, tmp_path: Path) -> None:
    city = write_city_file(tmp_path)
    deliver(tmp_path, "2026-01-31", [row("1"), row("2")])
    deliver(tmp_path, "2026-02-28", [row("1", offence="STALKING"), row("2"), row("3")])
    counts = counts_of(load_incidents_only(empty.owner, city, tmp_path))
    assert (counts["new"], counts["changed"], counts["unchanged"]) == (3, 1, 1)
    versions = ask(
        empty.owner,
        "select known_from, known_to, withdrawn, sensitive, public_id from core.incident_version where incident_key = '1' order by 1",
    )
    old, new = versions
    assert old[:4] == (date(2026, 1, 31), date(2026, 2, 28), False, False)
    assert new[:4] == (date(2026, 2, 28), None, False, True)
    assert old[4] == new[4]
    assert ask(
        empty.owner, "select count(*) from core.incident_version where public_id is null or closed_by = delivery_id"
    ) == [(0,)]


def test_a_withdrawal_with_the_incidents_own_id_closes_it(empty: TestDatabase, tmp_path: Path) -> None:
    city = write_city_file(tmp_path, withdrawal=BY_STATUS)
    deliver(tmp_path, "2026-01-31", [row("1"), row("2")])
    deliver(tmp_path, "2026-02-28", [row("1", status="Unfounded "), row("9", status="unfounded")])
    summary = load_incidents_only(empty.owner, city, tmp_path)
    counts = counts_of(summary)
    assert (counts["new"], counts["withdrawn"], counts["rejected"]) == (2, 1, 1)
    assert summary.incidents is not None
    assert [(file, line, reason) for file, line, reason, _ in summary.incidents.rejects] == [
        ("incidents_2026-02-28.csv", 3, "withdraws nothing: no current record matches")
    ]
    assert known_on(empty.owner, "2026-02-27") == {"1", "2"}
    assert known_on(empty.owner, "2026-02-28") == {"2"}
    # Said again, it is no news.
    deliver(tmp_path, "2026-03-31", [row("1", status="unfounded")])
    assert counts_of(load_incidents_only(empty.owner, city, tmp_path))["unchanged"] == 2 + 1 + 1


def test_an_incident_that_comes_back_is_the_same_incident(empty: TestDatabase, tmp_path: Path) -> None:
    city = write_city_file(tmp_path)
    deliver(tmp_path, "2026-01-31", [row("1")])
    deliver(tmp_path, "2026-02-28", [row("1", status="unfounded")])
    deliver(tmp_path, "2026-03-31", [row("1")])
    counts = counts_of(load_incidents_only(empty.owner, city, tmp_path))
    assert (counts["new"], counts["withdrawn"], counts["changed"]) == (1, 1, 1)
    assert ask(empty.owner, "select count(*), count(distinct public_id) from core.incident_version") == [(2, 1)]
    assert known_on(empty.owner, "2026-03-01") == set()
    assert known_on(empty.owner, "2026-03-31") == {"1"}


def test_withdrawals_by_other_columns_take_one_record_each_and_the_one_of_the_same_time_first(
    empty: TestDatabase, tmp_path: Path
) -> None:
    city = write_city_file(tmp_path, withdrawal=BY_MATCH)
    deliver(
        tmp_path,
        "2026-01-31",
        [
            row("7", when="2026-01-02 10:00"),
            row("7", when="2026-01-03 10:00"),
            row("7", when="2026-01-04 10:00"),
            row("8"),
        ],
    )
    deliver(
        tmp_path, "2026-02-28", [row("7", when="2026-01-03 10:00", status="-1"), row("8", offence="THEFT", status="-1")]
    )
    counts = counts_of(load_incidents_only(empty.owner, city, tmp_path))
    assert (counts["new"], counts["withdrawn"], counts["rejected"]) == (4, 1, 1)
    withdrawn = ask(empty.owner, "select incident_key, occurred_from::text from core.incident_version where withdrawn")
    assert withdrawn == [("7#2", "2026-01-03 10:00:00")]
    # Of no known time, two more take the oldest first; a third finds nothing.
    deliver(tmp_path, "2026-03-31", [row("7", when="2025-01-01 00:00", status="-1")] * 3)
    counts = counts_of(load_incidents_only(empty.owner, city, tmp_path))
    assert (counts["withdrawn"], counts["rejected"]) == (2, 1 + 1)
    assert set(current(empty.owner)) == {"8#1"}


def test_a_record_that_is_new_and_withdrawn_in_one_delivery_counts_as_both_rows_that_it_is(
    empty: TestDatabase, tmp_path: Path
) -> None:
    city = write_city_file(tmp_path, withdrawal=BY_MATCH)
    deliver(tmp_path, "2026-01-31", [row("7", status="-1"), row("7")])
    counts = counts_of(load_incidents_only(empty.owner, city, tmp_path))
    assert (counts["read"], counts["new"], counts["withdrawn"]) == (2, 1, 1)
    assert known_on(empty.owner, "2026-01-31") == set()


def test_a_snapshot_withdraws_what_it_no_longer_has_inside_its_scope(empty: TestDatabase, tmp_path: Path) -> None:
    snapshot = {'supply = "increment"': 'supply = "snapshot"\nscope = "period"'}
    city = write_city_file(tmp_path, replace=snapshot)
    january, february = "2026-01-05 12:00", "2026-02-05 12:00"
    deliver(tmp_path, "2026-03-01", [row("1", when=january), row("2", when=january), row("3", when=february)])
    deliver(tmp_path, "2026-03-02", [row("1", when=january), row("4", when="2026-01-20 12:00")])
    summary = load_incidents_only(empty.owner, city, tmp_path)
    counts_of(summary)
    # 2 is absent but no occurrence between the 5th and the 20th is missing without a reason: it is withdrawn; 3 is out of scope.
    assert summary.incidents is not None and summary.incidents.withdrawn_by_absence == 1
    assert set(current(empty.owner)) == {"1", "3", "4"}
    before = contents(empty.owner)["core.incident_version"]
    again = load_incidents_only(empty.owner, city, tmp_path)
    counts_of(again)
    assert again.incidents is not None and again.incidents.withdrawn_by_absence == 0
    assert contents(empty.owner)["core.incident_version"] == before


def test_a_snapshot_of_all_in_two_files_is_one_snapshot_and_a_rejected_row_is_not_absent(
    empty: TestDatabase, tmp_path: Path
) -> None:
    city = write_city_file(tmp_path, replace={'supply = "increment"': 'supply = "snapshot"\nscope = "all"'})
    (tmp_path / "incidents_a_2026-03-01.csv").write_text(text_of([row("1"), row("2")]))
    (tmp_path / "incidents_b_2026-03-01.csv").write_text(text_of([row("3"), row("4")]))
    load_incidents_only(empty.owner, city, tmp_path)
    assert set(current(empty.owner)) == {"1", "2", "3", "4"}
    deliver(tmp_path, "2026-04-01", [row("1"), row("3", when="unreadable")])
    summary = load_incidents_only(empty.owner, city, tmp_path)
    assert summary.incidents is not None and summary.incidents.withdrawn_by_absence == 2
    assert set(current(empty.owner)) == {"1", "3"}


def test_a_snapshot_of_a_file_speaks_for_that_file_name_only(empty: TestDatabase, tmp_path: Path) -> None:
    replace = {
        'supply = "increment"': 'supply = "snapshot"\nscope = "file"',
        "known_on = { file_name = '(\\d{4}-\\d{2}-\\d{2})', format = \"%Y-%m-%d\" }": "",
    }
    city = write_city_file(tmp_path, replace=replace)
    (tmp_path / "incidents_january.csv").write_text(text_of([row("1"), row("2")]))
    (tmp_path / "incidents_february.csv").write_text(text_of([row("3")]))
    load_incidents_only(empty.owner, city, tmp_path, known_on=date(2026, 3, 1))
    (tmp_path / "incidents_january.csv").write_text(text_of([row("2")]))
    summary = load_incidents_only(empty.owner, city, tmp_path, known_on=date(2026, 3, 8))
    assert summary.incidents is not None and summary.incidents.withdrawn_by_absence == 1
    assert set(current(empty.owner)) == {"2", "3"}


def test_deliveries_go_in_by_the_day_they_were_known(empty: TestDatabase, tmp_path: Path) -> None:
    city = write_city_file(tmp_path)
    deliver(tmp_path, "2026-02-28", [row("1")])
    load_incidents_only(empty.owner, city, tmp_path)
    deliver(tmp_path, "2026-01-31", [row("2")])
    with pytest.raises(
        InputError, match=r"incidents_2026-01-31\.csv, known on 2026-01-31, is new.*--known-on 2026-02-28"
    ):
        load_incidents_only(empty.owner, city, tmp_path)
    with pytest.raises(InputError, match="later than today"):
        load_incidents_only(empty.owner, city, tmp_path, known_on=date(2030, 1, 1))
    assert counts_of(load_incidents_only(empty.owner, city, tmp_path, known_on=date(2026, 3, 1)))["new"] == 1


def test_a_failed_load_leaves_nothing(empty: TestDatabase, tmp_path: Path) -> None:
    city = write_city_file(tmp_path)
    deliver(tmp_path, "2026-01-31", [row("1")])
    (tmp_path / "incidents_2026-02-28.csv").write_text("id,when\n1,2026-01-01 10:00\n")
    before = contents(empty.owner)
    with pytest.raises(CityFileError, match="incidents_2026-02-28.csv has no column"):
        load_incidents_only(empty.owner, city, tmp_path)
    assert contents(empty.owner) == before
    indexes = ask(empty.owner, "select count(*) from pg_indexes where tablename = 'incident_version'")
    assert indexes[0][0] >= 7


def test_loading_incidents_before_the_areas_ends_with_the_same_labels(cluster: Settings, tmp_path: Path) -> None:
    write_zones(tmp_path)
    rows = [
        row("1"),
        row("2", at=(500, 1500), zone="4"),
        row("3", at=(1500, 200), zone=""),
        row("4", at=(-50, 10), zone=""),
    ]
    deliver(tmp_path, "2026-01-31", [*rows, row("5", at=None, zone="2"), row("6", at=(1000, 1000), zone="77")])
    city = write_city_file(tmp_path)
    question = """
        select v.incident_key, a.code, l.in_study_area from core.incident_version v join core.location l using (location_id)
        left join core.label_set s using (label_set_id) left join core.area a on a.area_id = s.area_ids[1] order by 1"""
    expected = [
        ("1", "001", True),
        ("2", "004", True),  # the recorded zone wins over the point, which lies in 002
        ("3", "003", True),
        ("4", None, False),
        ("5", "002", None),
        ("6", "001", True),  # no zone 77; the corner of all four goes to the lowest number
    ]
    with cloned_database(cluster, "test_load_areas_first") as database:
        summary = load(database.owner, city, tmp_path, today=TODAY)
        assert ask(database.owner, question) == expected
        assert summary.incidents is not None
        assert dict(summary.incidents.agreement["zone"]) == {
            "recorded": 3, "recorded_with_point": 2, "point_agrees": 1, "joined": 2,
        }  # fmt: skip
        assert ask(database.owner, "select labels_version from core.city") == [(1,)]
    with cloned_database(cluster, "test_load_areas_later") as database:
        load_incidents_only(database.owner, city, tmp_path)
        assert ask(
            database.owner,
            "select count(*) from core.location where label_set_id is not null or in_study_area is not null",
        ) == [(0,)]
        later = load(database.owner, city, tmp_path, only=["areas"], today=TODAY)
        assert ask(database.owner, question) == expected
        assert dict(later.agreement["zone"]) == {
            "recorded": 3,
            "recorded_with_point": 2,
            "point_agrees": 1,
            "joined": 2,
        }
        assert ask(database.owner, "select labels_version from core.city") == [(2,)]


def test_areas_keep_their_numbers_when_their_shapes_change_and_locations_are_labelled_anew(
    empty: TestDatabase, tmp_path: Path
) -> None:
    write_zones(tmp_path)
    deliver(tmp_path, "2026-01-31", [row("1", zone="", at=(500, 1500))])
    city = write_city_file(tmp_path)
    load(empty.owner, city, tmp_path, today=TODAY)
    numbers = dict(ask(empty.owner, "select code, area_id from core.area"))
    # 002 and 004 change places; 003 goes.
    write_zones(tmp_path, {"001": square(0, 0), "002": square(1, 1), "004": square(0, 1)})
    summary = load(empty.owner, city, tmp_path, today=TODAY)
    assert dict(ask(empty.owner, "select code, area_id from core.area")) == {
        code: numbers[code] for code in ("001", "002", "004")
    }
    assert summary.relabelled == 1
    labelled = ask(empty.owner, "select area_ids from core.location join core.label_set using (label_set_id)")
    assert labelled == [([numbers["004"]],)]
    assert ask(empty.owner, "select labels_version, st_area(geom) from core.city, core.study_area") == [
        (2, 3_000_000.0)
    ]


def test_a_boundary_vintage_labels_the_incidents_of_its_days(empty: TestDatabase, tmp_path: Path) -> None:
    write_zones(tmp_path, {"1": square(0, 0), "2": square(0, 1)})
    (tmp_path / "zones.geojson").rename(tmp_path / "old.geojson")
    write_zones(tmp_path, {"1": square(0, 1), "2": square(0, 0)})
    city = write_city_file(
        tmp_path,
        replace={
            'file = "zones.geojson"\ncode = "code"\nname = "name"\n': 'file = "zones.geojson"\ncode = "code"\n'
            "valid = { from = 2026-01-10 }\n"
            '[[area]]\nkind = "zone"\nlabel = "Zone"\nfile = "old.geojson"\ncode = "code"\nvalid = { to = 2026-01-10 }\n'
        },
    )
    days = {"before": "2026-01-09 23:59", "after": "2026-01-10 00:00"}
    deliver(tmp_path, "2026-01-31", [row(key, when=when, zone="", at=(500, 500)) for key, when in days.items()])
    load(empty.owner, city, tmp_path, today=TODAY)
    labels = ask(
        empty.owner,
        """select v.incident_key, a.code, l.era::text from core.incident_version v join core.location l using (location_id)
        join core.label_set s using (label_set_id) join core.area a on a.area_id = s.area_ids[1]""",
    )
    assert set(labels) == {("before", "1", None), ("after", "2", "2026-01-10")}


def test_another_reading_of_the_agencys_words_makes_no_new_version(empty: TestDatabase, tmp_path: Path) -> None:
    deliver(tmp_path, "2026-01-31", [row("1", offence="LOITERING"), row("2")])
    load_incidents_only(empty.owner, write_city_file(tmp_path), tmp_path)
    city = write_city_file(tmp_path, replace={'"BREAK-IN"]': '"BREAK-IN", "LOITERING"]'})
    counts = counts_of(load_incidents_only(empty.owner, city, tmp_path))
    assert (counts["unchanged"], counts["changed"]) == (2, 0)
    assert ask(
        empty.owner,
        "select v.incident_key, c.name from core.incident_version v join core.crime_type c using (crime_type_id) order by 1",
    ) == [("1", "burglary"), ("2", "burglary")]


def test_blocks_of_incidents_enter_the_gazetteer_by_their_numbers(empty: TestDatabase, tmp_path: Path) -> None:
    rows = [row(str(north), place="008XX N OAK AVE", at=(0, north)) for north in (0, 10, 90)]
    rows += [row("4", place="12 N OAK AVE"), row("5", place="009XX N OAK AVE", at=None)]
    deliver(tmp_path, "2026-01-31", rows)
    load_incidents_only(empty.owner, write_city_file(tmp_path), tmp_path)
    entries = ask(
        empty.owner, "select kind, name, street, number_from, number_to, st_y(geom) - 4630000 from core.gazetteer"
    )
    assert entries == [("block", "008XX N OAK AVE", "N OAK AVE", 800, 899, 10.0)]


def test_times_at_clock_changes_are_kept_and_flagged(empty: TestDatabase, tmp_path: Path) -> None:
    # America/Chicago: 2 o'clock did not exist on 2026-03-08, 1 o'clock came twice on 2025-11-02.
    rows = [
        row("gap", when="2026-03-08 02:30"),
        row("twice", when="2025-11-02 01:30"),
        row("plain", when="2026-03-08 03:00"),
    ]
    deliver(tmp_path, "2026-03-31", rows)
    summary = load_incidents_only(empty.owner, write_city_file(tmp_path), tmp_path)
    notes = dict(ask(empty.owner, "select incident_key, time_note from core.incident_version"))
    assert notes == {"gap": "nonexistent", "twice": "ambiguous", "plain": None}
    assert summary.incidents is not None
    assert (summary.incidents.notes["nonexistent_times"], summary.incidents.notes["ambiguous_times"]) == (1, 1)
