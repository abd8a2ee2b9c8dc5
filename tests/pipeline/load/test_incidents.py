"""The incident ledger: what a delivery changes, and what it leaves alone."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from hotspots.errors import CityFileError, InputError
from hotspots.pipeline.load.city import load
from tests.database import TestDatabase
from tests.pipeline.ledger_questions import TABLES, ask, contents
from tests.pipeline.load_city import (
    TODAY,
    counts_of,
    deliver,
    load_incidents_only,
    row,
    write_city_file,
    write_zones,
)


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
        "read": 4, "new": 3, "changed": 0, "unchanged": 0, "withdrawn": 0, "merged": 0, "left_out": 0, "rejected": 1,
        "without_location": 1,
    }  # fmt: skip
    assert first.incidents is not None and first.incidents.other == {"LOITERING": 1}
    before = contents(empty.owner)
    again = counts_of(load(empty.owner, city, tmp_path, today=TODAY))
    assert again == {
        "read": 4, "new": 0, "changed": 0, "unchanged": 3, "withdrawn": 0, "merged": 0, "left_out": 0, "rejected": 1,
        "without_location": 1,
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


def test_a_reading_that_is_taken_back_is_read_again(empty: TestDatabase, tmp_path: Path) -> None:
    located = "select count(*) from core.incident_version join core.location using (location_id) where known_to is null and geom is not null"
    deliver(tmp_path, "2026-01-31", [row("1"), row("2")])
    load_incidents_only(empty.owner, write_city_file(tmp_path), tmp_path)
    swapped = write_city_file(tmp_path, replace={'x = "x", y = "y"': 'x = "y", y = "x"'})
    load_incidents_only(empty.owner, swapped, tmp_path)
    assert ask(empty.owner, located) == [(0,)]  # two implausible points
    counts = counts_of(load_incidents_only(empty.owner, write_city_file(tmp_path), tmp_path))
    assert (counts["changed"], counts["unchanged"]) == (2, 0)
    assert ask(empty.owner, located) == [(2,)]
    again = load_incidents_only(empty.owner, write_city_file(tmp_path), tmp_path)
    assert counts_of(again)["unchanged"] == 2


def test_blocks_of_incidents_enter_the_gazetteer_by_their_numbers(empty: TestDatabase, tmp_path: Path) -> None:
    rows = [row(str(north), place="008XX N OAK AVE", at=(0, north)) for north in (0, 10, 90)]
    rows += [row("4", place="12 N OAK AVE"), row("5", place="009XX N OAK AVE", at=None)]
    deliver(tmp_path, "2026-01-31", rows)
    load_incidents_only(empty.owner, write_city_file(tmp_path), tmp_path)
    entries = ask(
        empty.owner, "select kind, name, street, number_from, number_to, st_y(geom) - 4630000 from core.gazetteer"
    )
    assert entries == [("block", "008XX N OAK AVE", "N OAK AVE", 800, 899, 10.0)]
    # A later delivery adds its own blocks, and a block that is there stays where it is.
    deliver(
        tmp_path,
        "2026-02-28",
        [row("6", place="008XX N OAK AVE", at=(0, 95)), row("7", place="010XX N OAK AVE", at=(0, 200))],
    )
    load_incidents_only(empty.owner, write_city_file(tmp_path), tmp_path)
    assert ask(empty.owner, "select name, st_y(geom) - 4630000 from core.gazetteer order by name") == [
        ("008XX N OAK AVE", 10.0),
        ("010XX N OAK AVE", 200.0),
    ]


def test_incidents_of_a_type_that_becomes_sensitive_do_so_at_the_next_load(empty: TestDatabase, tmp_path: Path) -> None:
    deliver(tmp_path, "2026-01-31", [row("1", offence="STALKING"), row("2")])
    open_city = write_city_file(
        tmp_path, replace={'initiated_by = "public"\nsensitive = true': 'initiated_by = "public"'}
    )
    load_incidents_only(empty.owner, open_city, tmp_path)
    sensitive = "select incident_key from core.incident_version where sensitive"
    assert ask(empty.owner, sensitive) == []
    load_incidents_only(empty.owner, write_city_file(tmp_path), tmp_path)
    assert ask(empty.owner, sensitive) == [("1",)]


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


def test_a_days_incidents_at_as_many_blocks_are_believed_once_the_city_has_repeated_its_points(
    empty: TestDatabase, tmp_path: Path
) -> None:
    def at_block(key: str, block: int) -> tuple[str, ...]:
        record = list(row(key))
        record[2] = f"{float(record[2]) + 7 * block:.1f}23"  # to the centimetre, as a block's middle is computed
        return tuple(record)

    city = write_city_file(tmp_path)
    deliver(tmp_path, "2026-01-31", [at_block(f"{n}", n % 20) for n in range(200)])
    load_incidents_only(empty.owner, city, tmp_path, anyway=False)
    # Forty incidents, each in a block of its own, like a quiet day of a large city.
    deliver(tmp_path, "2026-02-01", [at_block(f"later {n}", n) for n in range(40)])
    load_incidents_only(empty.owner, city, tmp_path, anyway=False)
    assert ask(empty.owner, "select count(*) from core.incident_version") == [(240,)]
