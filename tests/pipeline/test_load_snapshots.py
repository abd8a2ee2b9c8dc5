"""A snapshot withdraws what it no longer has, and only that."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from tests.database import TestDatabase
from tests.pipeline.ledger_questions import contents, current
from tests.pipeline.load_city import (
    counts_of,
    deliver,
    load_incidents_only,
    row,
    text_of,
    write_city_file,
)


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
