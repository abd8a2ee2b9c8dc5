"""What was known on the day of each delivery: written as it comes, it is what counting the whole ledger gives, of today's public incidents."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from hotspots.pipeline.publish.erase import erase
from hotspots.pipeline.publish.publish import publish
from hotspots.settings import Settings
from tests.builders import SmallCity, random_reports
from tests.database import TestDatabase, cloned_database

TODAY = date(2024, 12, 1)
DELIVERIES = (date(2024, 4, 3), date(2024, 4, 10), date(2024, 5, 1), date(2024, 5, 8))

# Each current public incident, once for each of its versions on each delivery's day: counted without the table's own arithmetic.
BY_HAND = """
    select d.known_on, date_trunc('month', v.occurred_from)::date, a.area_id, {type}, count(*)
    from (select distinct known_on from raw.delivery) d
    join core.incident_version v on v.known_from <= d.known_on and (v.known_to is null or v.known_to > d.known_on)
    join core.incident_version c0 on c0.incident_key = v.incident_key and c0.known_to is null
    join open.incident i on i.public_id = c0.public_id
    join core.crime_type t on t.crime_type_id = v.crime_type_id
    join core.location_anchor la on la.location_id = v.location_id
    join core.anchor c on c.anchor_id = la.anchor_id
    cross join lateral (values {areas}) as a (area_id)
    where not v.sensitive and not t.sensitive and a.area_id is not null
        and v.occurred_from < (select newest_day + 1 from open.vintage order by vintage_id desc limit 1)
    group by 1, 2, 3, 4
    order by 1, 2, 3, 4
"""
FROM_TABLE = """
    select d.known_on, k.month, k.area_id, k.crime_type_id, sum(k.change)
    from (select distinct known_on from raw.delivery) d
    join open.known_change k on k.known_on <= d.known_on
    where (k.area_id = 0) = {is_city}
    group by 1, 2, 3, 4 having sum(k.change) <> 0
    order by 1, 2, 3, 4
"""


def ask(database: TestDatabase, question: str) -> list[tuple[Any, ...]]:
    with database.owner.connect() as connection:
        return connection.execute(question.encode()).fetchall()


def check(database: TestDatabase) -> None:
    by_type = ask(database, BY_HAND.format(type="v.crime_type_id", areas="(0)"))
    assert ask(database, FROM_TABLE.format(is_city="true")) == by_type
    by_area = ask(database, BY_HAND.format(type="0", areas="(c.label_ids[2])"))  # the district, the second kind
    assert ask(database, FROM_TABLE.format(is_city="false")) == by_area
    assert len(by_type) >= 10
    assert len(by_area) >= 4


@pytest.fixture(scope="module")
def deliveries(cluster: Settings) -> Iterator[tuple[TestDatabase, SmallCity]]:
    """Four deliveries with late reports, corrections of day, place and type, some turned sensitive, withdrawals and returns; each published."""
    with cloned_database(cluster, "test_known_counts") as database:
        with database.owner.connect() as connection:
            city = SmallCity(connection).build()
            connection.execute("""update core.city set config = jsonb_set(config, '{incidents}',
                config -> 'incidents' || '{"id": ["ID"], "delimiter": ",", "occurrence_number": false}')""")
            connection.commit()
        rng = random.Random(4)
        reports = random_reports(400, precision="block", first_day=date(2024, 1, 1), n_days=120)
        told: list[Any] = []
        for known_on in DELIVERIES:
            new = [r for r in reports if r.when.date() < known_on and r not in told and rng.random() < 0.8]
            others = random_reports(40, precision="block", first_day=date(2024, 1, 1), n_days=80, seed=known_on.day)
            changed = [
                replace(old, **change)
                for old, other in zip(rng.sample(told, min(len(told), 40)), others, strict=False)
                for change in [
                    rng.choice(
                        [
                            {"when": other.when},
                            {"crime_type": other.crime_type},
                            {"sensitive": True},
                            {"sensitive": False},
                            {"x": other.x, "y": other.y, "address": other.address},
                        ]
                    )
                ]
            ]
            withdrawn = [report.key for report in rng.sample(told, min(len(told), 10))]
            with database.owner.connect() as connection:
                city.connection = connection
                city.deliver([*new, *changed], known_on=known_on, withdrawn=withdrawn)
            told += new
            publish(database.owner, today=TODAY)
            check(database)
        yield database, city


def test_each_delivery_adds_what_counting_the_ledger_gives(deliveries: tuple[TestDatabase, SmallCity]) -> None:
    database, _ = deliveries  # every publication was checked
    assert ask(database, "select count(distinct known_on) from open.known_change") == [(len(DELIVERIES),)]
    assert ask(database, "select 1 from open.known_change where change = 0") == []


def test_written_anew_it_is_the_same(deliveries: tuple[TestDatabase, SmallCity]) -> None:
    database, _ = deliveries
    before = ask(database, "select * from open.known_change order by 1, 2, 3, 4")
    publish(database.owner, today=TODAY, everything=True)
    assert ask(database, "select * from open.known_change order by 1, 2, 3, 4") == before


def test_days_that_are_taken_back_and_released_again_leave_no_trace(
    deliveries: tuple[TestDatabase, SmallCity],
) -> None:
    database, _ = deliveries
    before = ask(database, "select * from open.known_change order by 1, 2, 3, 4")
    publish(database.owner, today=TODAY, newest_day=date(2024, 3, 15))
    check(database)
    assert ask(database, "select max(month) from open.known_change") == [(date(2024, 3, 1),)]
    rows = ask(database, "select count(*) from open.incident")
    publish(database.owner, today=TODAY)
    check(database)
    assert ask(database, "select * from open.known_change order by 1, 2, 3, 4") == before
    assert ask(database, "select sum(change) from open.known_change where area_id = 0") == ask(
        database, "select count(*) from open.incident"
    )
    assert ask(database, "select count(*) from open.incident") > rows


def test_an_erased_incident_is_in_no_vintage(deliveries: tuple[TestDatabase, SmallCity]) -> None:
    database, _ = deliveries
    ((key,),) = ask(
        database,
        """select incident_key from core.incident_version v join open.incident using (public_id)
           group by 1 having count(*) > 1 and bool_or(not withdrawn and known_to is not null and not sensitive) limit 1""",
    )
    before = ask(database, "select sum(change) from open.known_change where area_id = 0")
    erase(database.owner, source_id=key, reason="a court order")
    check(database)
    assert ask(database, "select sum(change) + 1 from open.known_change where area_id = 0") == before
