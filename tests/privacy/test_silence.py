"""Between two ends of months nothing public moves with a report that may not be told: not a count, not a day, not the number of publications."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import date, datetime

import pytest

from hotspots.pipeline.publish.erase import erase
from hotspots.pipeline.publish.publish import publish
from hotspots.settings import Settings
from hotspots.store.ledger import feed_runs
from tests.builders import SmallCity
from tests.database import TestDatabase
from tests.privacy.attacks import differences, dump
from tests.privacy.differencing import HIDDEN, TODAY, deliver, report, small_town


@pytest.fixture
def town(cluster: Settings) -> Iterator[tuple[TestDatabase, SmallCity]]:
    with small_town(cluster, "town") as built:
        yield built


def test_hidden_reports_leave_no_trace_until_the_month_ends(town: tuple[TestDatabase, SmallCity]) -> None:
    database, city = town
    before = dump(database)
    assert before["sensitive_count"].total() > 4
    deliver(database, city, *HIDDEN.values())
    publish(database.owner, today=TODAY)
    assert differences(before, dump(database)) == {}
    erase(database.owner, source_id="S3", reason="a court order")
    publish(database.owner, today=TODAY, everything=True)
    assert set(differences(before, dump(database))) == {
        "vintage"
    }  # of the erasure and of the order to publish all; neither says more
    counts = "select incidents from open.sensitive_count where area_id = 0 and month = '2024-02-01'"
    with database.owner.connect() as connection:
        assert connection.execute(counts.encode()).fetchone() == (12,)
    deliver(database, city, *(report(f"J{n}", datetime(2024, 6, 10, 13)) for n in range(2)))
    publish(database.owner, today=date(2024, 6, 20))
    with database.owner.connect() as connection:
        assert connection.execute(counts.encode()).fetchone() == (12,)  # one more, one erased
        assert connection.execute("select withheld from open.vintage order by vintage_id desc limit 1").fetchone() == (
            15,
        )


def test_a_report_that_turns_out_to_be_sensitive_goes_and_no_count_rises_beside_it(
    town: tuple[TestDatabase, SmallCity],
) -> None:
    """Whoever keeps every dump sees a row go, as if it had been withdrawn."""
    database, city = town
    before = dump(database)
    deliver(database, city, report("P4", datetime(2024, 2, 13, 13), sensitive=True))
    publish(database.owner, today=TODAY)
    after = dump(database)
    assert differences(before, after)["incident"] == 1
    assert before["sensitive_count"] == after["sensitive_count"]
    assert before["crime_type"] == after["crime_type"]


def test_a_rule_that_decides_the_counts_renews_them_at_once(town: tuple[TestDatabase, SmallCity]) -> None:
    database, _ = town
    before = dump(database)["sensitive_count"]
    with database.owner.connect() as connection:
        connection.execute("update core.city set config = jsonb_set(config, '{public,suppress_below}', '20')")
    publish(database.owner, today=TODAY)
    after = dump(database)["sensitive_count"]
    assert before != after
    assert isinstance(after, Counter)


def test_the_public_is_told_that_a_feed_answers_and_not_when_it_brought_something(
    town: tuple[TestDatabase, SmallCity],
) -> None:
    """A file may hold nothing but what is hidden."""
    database, _ = town
    with database.owner.connect() as connection:
        columns = "select column_name from information_schema.columns where table_schema = 'open' and table_name = 'feed' order by 1"
        assert [name for (name,) in connection.execute(columns.encode())] == ["failing_since", "feed", "last_success"]
        assert feed_runs.read_feeds(connection) == []


def test_since_when_an_incident_is_public_is_what_a_keeper_of_dumps_knows(town: tuple[TestDatabase, SmallCity]) -> None:
    """Late, corrected, moved, withdrawn and back, sensitive and back, held back by a delay, written anew: of each the dumps tell the day."""
    database, city = town
    keeper: dict[str, date] = {}

    def look(today: date, *, everything: bool = False) -> None:
        publish(database.owner, today=today, everything=everything)
        with database.owner.connect() as connection:
            told = dict(connection.execute("select public_id::text, public_since from open.incident").fetchall())
        kept = {row: keeper.get(row, today) for row in told}
        keeper.clear()
        keeper.update(kept)
        assert told == kept

    with database.owner.connect() as connection:
        ids = connection.execute("select public_id::text, public_since from open.incident").fetchall()
    keeper.update(ids)
    assert set(keeper.values()) == {TODAY}
    late = report("LATE", datetime(2024, 2, 8, 13))
    moved = [
        ("a late report, and one whose minute is corrected", [late, report("P1", datetime(2024, 1, 13, 13, 40))], []),
        ("its type", [report("P1", datetime(2024, 1, 13, 13, 40), crime_type="assault")], []),
        ("two go", [report("P2", datetime(2024, 1, 23, 13), sensitive=True)], ["P4"]),
        ("both come back", [report("P2", datetime(2024, 1, 23, 13)), report("P4", datetime(2024, 2, 13, 13))], []),
    ]
    for n, (_, told, withdrawn) in enumerate(moved, start=1):
        with database.owner.connect() as connection:
            city.connection = connection
            city.deliver(told, known_on=date(2024, 5, 7), withdrawn=withdrawn)
        look(TODAY.replace(day=20 + n))
    assert sorted(keeper.values())[-3:] == [TODAY.replace(day=21), TODAY.replace(day=24), TODAY.replace(day=24)]
    look(TODAY.replace(day=26), everything=True)
    with database.owner.connect() as connection:
        connection.execute("update core.city set config = jsonb_set(config, '{public,delay_days}', '60')")
    look(TODAY.replace(day=27))
    with database.owner.connect() as connection:
        connection.execute("update core.city set config = jsonb_set(config, '{public,delay_days}', '7')")
    look(TODAY.replace(day=28))
    assert max(keeper.values()) == TODAY.replace(day=28)
