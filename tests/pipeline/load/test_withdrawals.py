"""Rows that withdraw an earlier record, and incidents that come back."""

from __future__ import annotations

from pathlib import Path

from tests.database import TestDatabase
from tests.pipeline.ledger_questions import ask, current, known_on
from tests.pipeline.load_city import (
    BY_MATCH,
    BY_STATUS,
    counts_of,
    deliver,
    load_incidents_only,
    row,
    write_city_file,
)


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
