"""Publish: changes arrive alone, and what stayed is not written."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime

import pytest

from hotspots.pipeline.publish.publish import publish
from hotspots.settings import Settings
from tests.builders import Precision, Report, random_reports
from tests.database import TestDatabase, cloned_database
from tests.pipeline.publish_city import FIRST, PRECISIONS, ROWS, TODAY, ask, build, deliver


@pytest.mark.parametrize("precision", PRECISIONS)
def test_publishing_deliveries_one_by_one_ends_like_publishing_all_anew(
    empty: TestDatabase, precision: Precision
) -> None:
    city = build(empty, precision, n=300)
    publish(empty.owner, today=TODAY)
    later = random_reports(60, precision=precision, first_day=date(2024, 4, 1), n_days=50, seed=7, key="B")
    changed = [
        replace(report, crime_type="stalking" if number % 3 == 0 else "assault", x=500.0 if report.x else None)
        for number, report in enumerate(random_reports(30, precision=precision, first_day=FIRST, n_days=120))
    ]
    withdrawn = tuple(f"A{number:05}" for number in range(100, 140))
    deliver(empty, city, [*later, *changed], known_on=date(2024, 5, 22), withdrawn=withdrawn)
    step = publish(empty.owner, today=TODAY)
    assert not step.everything
    assert step.removed > 0
    deliver(empty, city, later[:5], known_on=date(2024, 5, 23))
    publish(empty.owner, today=TODAY)
    stepwise = (
        ask(empty, ROWS),
        ask(empty, "select * from open.sensitive_count order by 1, 2"),
        ask(empty, "select count(*) from open.anchor"),
        ask(empty, "select gazetteer_id, kind, name from open.gazetteer order by 1"),
        ask(empty, "select day, incidents from core.published_day order by 1"),
    )
    assert stepwise[-1] == ask(empty, "select day, count(*) from open.incident group by 1 order by 1")
    vintage = ask(empty, "select incidents, first_day, newest_day from open.vintage order by vintage_id desc limit 1")
    assert publish(empty.owner, today=TODAY, everything=True).everything
    anew = (
        ask(empty, ROWS),
        ask(empty, "select * from open.sensitive_count order by 1, 2"),
        ask(empty, "select count(*) from open.anchor"),
        ask(empty, "select gazetteer_id, kind, name from open.gazetteer order by 1"),
        ask(empty, "select day, incidents from core.published_day order by 1"),
    )
    assert stepwise == anew
    assert vintage == ask(
        empty, "select count(*), min(day), (select max(newest_day) from open.vintage) from open.incident"
    )


def test_a_small_delivery_writes_its_own_rows_and_reads_no_more_of_a_longer_history(cluster: Settings) -> None:
    work = []
    for n, n_days in ((1_500, 120), (6_000, 480)):  # as many a day, four times as long
        with cloned_database(cluster, f"test_publish_work_{n}") as database:
            city = build(database, n=n, n_days=n_days)
            publish(database.owner, today=TODAY)
            with database.owner.connect(autocommit=True) as connection:
                connection.execute("vacuum analyze")
            reports = [Report(f"N{i}", datetime(2024, 4, 2, 9), 30, 50, "001XX E 1TH ST") for i in range(20)]
            deliver(database, city, reports, known_on=date(2024, 5, 2), withdrawn=("A00001", "A00002", "A00003"))
            before = activity(database)
            done = publish(
                database.owner, today=TODAY, newest_day=ask(database, "select max(newest_day) from open.vintage")[0][0]
            )
            after = activity(database)
            assert (done.everything, done.written) == (False, 20)
            work.append({table: after[table][0] - before[table][0] for table in after})
            written = {table: after[table][1] - before[table][1] for table in after}
            assert written["open.incident"] == done.written + done.removed
            assert written["open.anchor"] <= 3
            assert (
                written["open.area"] == written["open.place"] == written["open.gazetteer"] == written["open.base"] == 0
            )
    short, long = work
    # The month of a withdrawn sensitive report is counted anew; nothing else grows with the history.
    assert long["open.incident"] <= short["open.incident"] + 50
    assert long["open.gazetteer"] <= short["open.gazetteer"] + 50
    assert long["core.location"] <= short["core.location"] + 50


def activity(database: TestDatabase) -> dict[str, tuple[int, int]]:
    """Rows read from and written to each table so far."""
    with database.owner.connect() as connection:
        connection.execute("select pg_stat_force_next_flush()")
    return {
        name: (int(read), int(written))
        for name, read, written in ask(
            database,
            """select schemaname || '.' || relname, coalesce(seq_tup_read, 0) + coalesce(idx_tup_fetch, 0),
                   n_tup_ins + n_tup_upd + n_tup_del
               from pg_stat_user_tables where schemaname in ('core', 'open')""",
        )
    }


def test_changed_rules_make_everything_anew(empty: TestDatabase) -> None:
    build(empty)
    publish(empty.owner, today=TODAY)
    with empty.owner.connect() as connection:
        connection.execute("""update core.city set config = jsonb_set(config, '{public,withhold}', '["drugs"]')""")
    assert publish(empty.owner, today=TODAY).everything
    assert ask(empty, "select name from open.crime_type order by 1") == [("assault",), ("theft",)]
    assert ask(
        empty,
        "select count(*) from open.incident i where not exists (select from open.crime_type t where t.crime_type_id = i.crime_type_id)",
    ) == [(0,)]


@pytest.mark.parametrize("precision", PRECISIONS)
def test_everything_anew_touches_only_the_rows_that_differ(empty: TestDatabase, precision: Precision) -> None:
    build(empty, precision, n=300)
    publish(empty.owner, today=TODAY)
    rows = "select i.public_id, i.xmin::text, t.name from open.incident i join open.crime_type t using (crime_type_id) order by 1"
    before = ask(empty, rows)
    drugs = {public_id for public_id, _, name in before if name == "drugs"}
    same = publish(empty.owner, today=TODAY, everything=True)
    assert (same.everything, same.incidents, same.written, same.removed) == (True, len(before), 0, 0)
    with empty.owner.connect() as connection:
        connection.execute("""update core.city set config = jsonb_set(config, '{public,withhold}', '["drugs"]')""")
    fewer = publish(empty.owner, today=TODAY)
    assert (fewer.everything, fewer.written, fewer.removed) == (True, 0, len(drugs)) and drugs
    assert fewer.incidents == len(before) - len(drugs)
    assert ask(empty, rows) == [row for row in before if row[0] not in drugs]


def test_another_length_of_the_map_or_delay_is_no_reason_to_write_everything(empty: TestDatabase) -> None:
    build(empty)
    publish(empty.owner, today=TODAY)
    with empty.owner.connect() as connection:
        connection.execute("update core.city set config = jsonb_set(config, '{public,days}', '30')")
    assert not publish(empty.owner, today=TODAY).everything
    assert ask(empty, "select map_days from open.city") == [(30,)]
