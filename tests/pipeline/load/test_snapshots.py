"""A snapshot withdraws what it no longer has, and only that."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from hotspots.pipeline.load.summary import LoadSummary
from hotspots.settings import Settings
from tests.database import TestDatabase, cloned_database
from tests.pipeline.ledger_questions import contents, current
from tests.pipeline.load_city import (
    BY_MATCH,
    COLUMNS,
    counts_of,
    deliver,
    load_incidents_only,
    row,
    text_of,
    write_city_file,
)

ALL = {'supply = "increment"': 'supply = "snapshot"\nscope = "all"'}
HEADER = ",".join(COLUMNS)
UNREADABLE = {
    "too few columns": b"2,2026-01-02 10:30",
    "a comma that splits the address": ",".join(row("2", place="001XX N MAIN ST, REAR")).encode(),
    "an open quote": b'2,"2026-01-02 10:30',
    "another encoding": ",".join(row("2", place="CAFÉ")).encode("latin-1"),
}


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
    city = write_city_file(tmp_path, replace=ALL)
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


def note_of(summary: LoadSummary, file: str) -> str:
    assert summary.incidents is not None
    return next(entry.get("note", "") for entry in summary.incidents.files if entry["file"] == file)


def test_a_snapshot_with_a_line_that_tells_no_id_withdraws_nothing_until_it_comes_mended(
    empty: TestDatabase, tmp_path: Path
) -> None:
    city = write_city_file(tmp_path, replace=ALL)
    deliver(tmp_path, "2026-03-01", [row("1"), row("2"), row("3")])
    load_incidents_only(empty.owner, city, tmp_path)
    before = contents(empty.owner)["core.incident_version"]
    for day, (what, line) in enumerate(UNREADABLE.items(), start=2):
        name = f"incidents_2026-03-{day:02}.csv"
        (tmp_path / name).write_bytes(text_of([row("1")]).encode() + line + b"\n")
        summary = load_incidents_only(empty.owner, city, tmp_path)
        counts_of(summary)
        assert summary.incidents is not None and summary.incidents.withdrawn_by_absence == 0, what
        assert note_of(summary, name) == "1 line tells no id, so nothing is withdrawn by absence", what
        assert contents(empty.owner)["core.incident_version"] == before, what
    deliver(tmp_path, "2026-04-01", [row("1"), row("2")])
    summary = load_incidents_only(empty.owner, city, tmp_path)
    assert summary.incidents is not None and summary.incidents.withdrawn_by_absence == 1
    assert note_of(summary, "incidents_2026-04-01.csv") == ""
    assert set(current(empty.owner)) == {"1", "2"}


@pytest.mark.parametrize("text", [f"{HEADER}\n", f"{HEADER}\ntoo,few\n", "\n"])
def test_a_snapshot_without_a_single_incident_withdraws_nothing(empty: TestDatabase, tmp_path: Path, text: str) -> None:
    city = write_city_file(tmp_path, replace=ALL)
    deliver(tmp_path, "2026-03-01", [row("1"), row("2")])
    (tmp_path / "incidents_2026-03-02.csv").write_text(text)
    summary = load_incidents_only(empty.owner, city, tmp_path)
    counts_of(summary)
    assert summary.incidents is not None and summary.incidents.withdrawn_by_absence == 0
    assert "so nothing is withdrawn by absence" in note_of(summary, "incidents_2026-03-02.csv")
    assert set(current(empty.owner)) == {"1", "2"}


def test_a_line_that_tells_no_id_holds_back_the_files_of_its_day_and_of_a_file_name_only_itself(
    cluster: Settings, tmp_path: Path
) -> None:
    ragged = text_of([row("1")]) + "too,few\n"
    for scope, left in (("all", {"1", "2", "3", "4"}), ("file", {"1", "2", "3"})):
        folder = tmp_path / scope
        folder.mkdir()
        city = write_city_file(folder, replace={'supply = "increment"': f'supply = "snapshot"\nscope = "{scope}"'})
        north, south = folder / "incidents_north_2026-03-01.csv", folder / "incidents_south_2026-03-01.csv"
        with cloned_database(cluster, f"test_snapshot_{scope}") as database:
            north.write_text(text_of([row("1"), row("2")]))
            south.write_text(text_of([row("3"), row("4")]))
            load_incidents_only(database.owner, city, folder, known_on=date(2026, 3, 1))
            north.write_text(ragged)
            south.write_text(text_of([row("3")]))
            load_incidents_only(database.owner, city, folder, known_on=date(2026, 3, 2))
            assert set(current(database.owner)) == left


def test_a_rejected_row_keeps_its_number_among_the_rows_of_its_id(empty: TestDatabase, tmp_path: Path) -> None:
    city = write_city_file(tmp_path, withdrawal=BY_MATCH, replace=ALL)
    first, second, third = (row("7", when=f"2026-01-0{day} 10:00") for day in (1, 2, 3))
    deliver(tmp_path, "2026-03-01", [first, second, third])
    load_incidents_only(empty.owner, city, tmp_path)
    before = contents(empty.owner)["core.incident_version"]
    deliver(tmp_path, "2026-03-02", [row("7", when="never"), second, third])
    summary = load_incidents_only(empty.owner, city, tmp_path)
    assert counts_of(summary)["rejected"] == 1
    assert summary.incidents is not None and summary.incidents.withdrawn_by_absence == 0
    assert contents(empty.owner)["core.incident_version"] == before
