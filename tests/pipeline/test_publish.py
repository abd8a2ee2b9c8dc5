"""Publish: everything is accounted for, changes arrive alone, readers never wait."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any

import psycopg
import pytest
from psycopg import conninfo

from hotspots.errors import InputError
from hotspots.pipeline.publish import publish
from hotspots.settings import Settings
from hotspots.store.connection import Database
from tests.builders import Precision, Report, SmallCity, random_reports
from tests.database import TestDatabase, cloned_database

TODAY = date(2024, 6, 1)
FIRST = date(2024, 1, 1)
PRECISIONS: tuple[Precision, ...] = ("block", "addresses", "lattice")


@pytest.fixture
def fresh(cluster: Settings) -> Iterator[TestDatabase]:
    with cloned_database(cluster, "test_publish_fresh") as cloned:
        yield cloned


def build(
    database: TestDatabase, precision: Precision = "block", *, n: int = 400, n_days: int = 120, **public: Any
) -> SmallCity:
    with database.owner.connect() as connection:
        city = SmallCity(connection, precision, public=public).build()
        first_day = date(2024, 4, 30) - timedelta(days=n_days)
        city.deliver(
            random_reports(n, precision=precision, first_day=first_day, n_days=n_days), known_on=date(2024, 5, 1)
        )
    return city


def deliver(
    database: TestDatabase, city: SmallCity, reports: list[Report], *, known_on: date, withdrawn: tuple[str, ...] = ()
) -> None:
    with database.owner.connect() as connection:
        city.connection = connection
        city.deliver(reports, known_on=known_on, withdrawn=withdrawn)


def ask(database: TestDatabase, question: str) -> list[tuple[Any, ...]]:
    with database.owner.connect() as connection:
        return connection.execute(question.encode()).fetchall()


ROWS = """
    select i.public_id, i.day, i.hour, t.name, l.name, i.arrest, a.status, a.kind, a.name, a.addresses,
        array(select area_id from open.anchor_area aa where aa.anchor_id = a.anchor_id order by 1)
    from open.incident i join open.anchor a using (anchor_id) join open.crime_type t using (crime_type_id)
    left join open.location_type l using (location_type_id) order by 1"""


def test_without_a_city_there_is_nothing_to_publish(fresh: TestDatabase) -> None:
    with pytest.raises(InputError, match="hotspots load"):
        publish(fresh.owner, today=TODAY)


def test_the_agencys_licence_stands_in_the_public_city_once_its_file_names_one(fresh: TestDatabase) -> None:
    build(fresh, n=20)
    publish(fresh.owner, today=TODAY)
    assert ask(fresh, "select licence, licence_url from open.city") == [(None, None)]
    given = '{"licence": "CC BY 4.0", "licence_url": "https://city.example/terms"}'
    with fresh.owner.connect() as owner:
        config = f"jsonb_set(config, '{{city}}', config->'city' || '{given}')"
        owner.execute(f"update core.city set config = {config}".encode())
    publish(fresh.owner, today=TODAY)
    assert ask(fresh, "select licence, licence_url from open.city") == [("CC BY 4.0", "https://city.example/terms")]


@pytest.mark.parametrize("precision", PRECISIONS)
def test_every_current_incident_is_a_row_or_sensitive_or_held_back(fresh: TestDatabase, precision: Precision) -> None:
    build(fresh, precision)
    done = publish(fresh.owner, today=TODAY)
    ((current, sensitive, held_back),) = ask(
        fresh,
        f"""select count(*), count(*) filter (where sensitive),
                count(*) filter (where not sensitive and occurred_from::date > '{done.newest_day}')
            from core.incident_version where known_to is null""",
    )
    by_status = dict(
        ask(fresh, "select status, count(*) from open.incident join open.anchor using (anchor_id) group by 1")
    )
    assert sum(by_status.values()) == current - sensitive - held_back == done.incidents
    assert held_back > 0
    assert sensitive > 0
    ((outside, unlocated),) = ask(
        fresh,
        f"""select count(*) filter (where not in_study_area), count(*) filter (where geom is null)
            from core.incident_version join core.location using (location_id)
            where known_to is null and not sensitive and occurred_from::date <= '{done.newest_day}'""",
    )
    assert by_status["outside"] == outside
    if precision == "block":
        assert by_status["no_location"] == unlocated
    else:  # located ones whose record and map disagree too far are shown without a place
        assert by_status["no_location"] >= unlocated


def test_an_incident_keeps_its_own_areas_wherever_it_is_shown(fresh: TestDatabase) -> None:
    build(fresh, "addresses")
    publish(fresh.owner, today=TODAY)
    wrong = ask(
        fresh,
        """select 1 from open.incident i join core.incident_version v using (public_id) join core.location using (location_id)
               join core.label_set s using (label_set_id) join open.anchor_area a on a.anchor_id = i.anchor_id
           where v.known_to is null and a.area_id <> all(s.area_ids)""",
    )
    assert wrong == []


def test_an_hour_is_shown_only_where_the_window_is_at_most_an_hour(fresh: TestDatabase) -> None:
    with fresh.owner.connect() as connection:
        city = SmallCity(connection).build()
        noon = datetime(2024, 3, 1, 12, 59)
        windows = {
            "point": None,
            "hour": timedelta(minutes=60),
            "longer": timedelta(minutes=61),
            "day": timedelta(hours=24),
        }
        city.deliver(
            [
                Report(key, noon, 30, 50, "001XX E 1TH ST", until=noon + length if length else None)
                for key, length in windows.items()
            ]
            + [Report("last", datetime(2024, 4, 1, 13), 30, 50, "001XX E 1TH ST")],
            known_on=date(2024, 4, 1),
        )
    publish(fresh.owner, today=TODAY)
    hours = dict(
        ask(fresh, "select incident_key, hour from open.incident join core.incident_version using (public_id)")
    )
    assert hours == {"point": 12, "hour": 12, "longer": None, "day": None, "last": 13}


@pytest.mark.parametrize(
    ("last_record", "today", "asked", "newest"),
    [
        (datetime(2024, 4, 10, 23, 0), date(2024, 6, 1), None, date(2024, 4, 10)),
        (datetime(2024, 4, 10, 12, 0), date(2024, 6, 1), None, date(2024, 4, 10)),
        (datetime(2024, 4, 10, 11, 59), date(2024, 6, 1), None, date(2024, 4, 9)),
        (datetime(2024, 4, 10, 23, 0), date(2024, 4, 12), None, date(2024, 4, 5)),
        (datetime(2024, 4, 10, 23, 0), date(2024, 6, 1), date(2024, 3, 1), date(2024, 3, 1)),
        (datetime(2024, 4, 10, 23, 0), date(2024, 4, 12), date(2024, 4, 11), date(2024, 4, 5)),
    ],
)
def test_the_newest_day_is_complete_delayed_and_not_later_than_asked(
    fresh: TestDatabase, last_record: datetime, today: date, asked: date | None, newest: date
) -> None:
    with fresh.owner.connect() as connection:
        SmallCity(connection).build().deliver(
            [Report("A", last_record, 30, 50, "001XX E 1TH ST")], known_on=date(2024, 4, 11)
        )
    assert publish(fresh.owner, today=today, newest_day=asked).newest_day == newest


@pytest.mark.parametrize("precision", PRECISIONS)
def test_publishing_deliveries_one_by_one_ends_like_publishing_all_anew(
    fresh: TestDatabase, precision: Precision
) -> None:
    city = build(fresh, precision, n=300)
    publish(fresh.owner, today=TODAY)
    later = random_reports(60, precision=precision, first_day=date(2024, 4, 1), n_days=50, seed=7, key="B")
    changed = [
        replace(report, crime_type="stalking" if number % 3 == 0 else "assault", x=500.0 if report.x else None)
        for number, report in enumerate(random_reports(30, precision=precision, first_day=FIRST, n_days=120))
    ]
    withdrawn = tuple(f"A{number:05}" for number in range(100, 140))
    deliver(fresh, city, [*later, *changed], known_on=date(2024, 5, 22), withdrawn=withdrawn)
    step = publish(fresh.owner, today=TODAY)
    assert not step.everything
    assert step.removed > 0
    deliver(fresh, city, later[:5], known_on=date(2024, 5, 23))
    publish(fresh.owner, today=TODAY)
    stepwise = (
        ask(fresh, ROWS),
        ask(fresh, "select * from open.sensitive_count order by 1, 2"),
        ask(fresh, "select count(*) from open.anchor"),
    )
    vintage = ask(fresh, "select incidents, first_day, newest_day from open.vintage order by vintage_id desc limit 1")
    assert publish(fresh.owner, today=TODAY, everything=True).everything
    anew = (
        ask(fresh, ROWS),
        ask(fresh, "select * from open.sensitive_count order by 1, 2"),
        ask(fresh, "select count(*) from open.anchor"),
    )
    assert stepwise == anew
    assert vintage == ask(
        fresh, "select count(*), min(day), (select max(newest_day) from open.vintage) from open.incident"
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


def impatient(database: Database) -> Database:
    """The same key, for which waiting for a lock is an error."""
    return replace(database, dsn=conninfo.make_conninfo(database.dsn, options="-c lock_timeout=2s"))


@pytest.mark.parametrize("everything", [False, True])
def test_a_reader_neither_waits_nor_makes_the_publisher_wait(fresh: TestDatabase, everything: bool) -> None:
    city = build(fresh)
    publish(fresh.owner, today=TODAY)
    deliver(
        fresh,
        city,
        random_reports(20, precision="block", first_day=date(2024, 4, 1), n_days=10, key="B"),
        known_on=date(2024, 5, 2),
    )
    tables = [
        name
        for (name,) in ask(
            fresh, "select quote_ident(table_name) from information_schema.tables where table_schema = 'open'"
        )
    ]
    seen_meanwhile: list[int] = []

    def read_all(connection: psycopg.Connection[Any]) -> int:
        for table in tables:
            connection.execute(f"select count(*) from open.{table}".encode())
        return count(connection)

    def count(connection: psycopg.Connection[Any]) -> int:
        row = connection.execute("select count(*) from open.incident").fetchone()
        assert row is not None
        return row[0]

    def look(_: str) -> None:  # in the middle of the publication
        with impatient(fresh.public).connect() as newcomer:
            seen_meanwhile.append(read_all(newcomer))

    with fresh.public.connect() as reader:
        reader.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ
        before = read_all(reader)  # holds its locks on every table until the end
        done = publish(impatient(fresh.owner), today=TODAY, everything=everything, progress=look)
        assert read_all(reader) == before
    assert done.everything == everything
    assert done.incidents > before
    assert len(seen_meanwhile) >= 2
    assert set(seen_meanwhile) == {before}
    with fresh.public.connect() as reader:
        assert count(reader) == done.incidents


def test_a_publication_that_fails_leaves_what_was_public(fresh: TestDatabase) -> None:
    city = build(fresh)
    publish(fresh.owner, today=TODAY)
    before = ask(fresh, ROWS)
    deliver(
        fresh,
        city,
        random_reports(20, precision="block", first_day=date(2024, 4, 1), n_days=10, key="B"),
        known_on=date(2024, 5, 2),
    )

    def fail(line: str) -> None:
        if "written" in line:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        publish(fresh.owner, today=TODAY, progress=fail)
    assert ask(fresh, ROWS) == before
    assert publish(fresh.owner, today=TODAY).written > 0


def test_the_first_publication_leaves_the_same_indexes_as_the_migration(fresh: TestDatabase) -> None:
    indexes = "select indexdef from pg_indexes where schemaname = 'open' order by 1"
    before = ask(fresh, indexes)
    build(fresh)
    publish(fresh.owner, today=TODAY)
    assert ask(fresh, indexes) == before


def test_changed_rules_make_everything_anew(fresh: TestDatabase) -> None:
    build(fresh)
    publish(fresh.owner, today=TODAY)
    with fresh.owner.connect() as connection:
        connection.execute("""update core.city set config = jsonb_set(config, '{public,withhold}', '["drugs"]')""")
    assert publish(fresh.owner, today=TODAY).everything
    assert ask(fresh, "select name from open.crime_type order by 1") == [("assault",), ("theft",)]
    assert ask(
        fresh,
        "select count(*) from open.incident i where not exists (select from open.crime_type t where t.crime_type_id = i.crime_type_id)",
    ) == [(0,)]


def test_another_length_of_the_map_or_delay_is_no_reason_to_write_everything(fresh: TestDatabase) -> None:
    build(fresh)
    publish(fresh.owner, today=TODAY)
    with fresh.owner.connect() as connection:
        connection.execute("update core.city set config = jsonb_set(config, '{public,days}', '30')")
    assert not publish(fresh.owner, today=TODAY).everything
    assert ask(fresh, "select map_days from open.city") == [(30,)]


def test_new_places_change_the_distances_and_the_search_and_no_incident(fresh: TestDatabase) -> None:
    build(fresh)
    publish(fresh.owner, today=TODAY)
    with fresh.owner.connect() as connection:
        connection.execute(
            "insert into core.place (kind, kind_label, name, geom) values ('station', 'Station', 'Central', %s)",
            [SmallCity.point(SmallCity(connection), 500, 500)],
        )
    done = publish(fresh.owner, today=TODAY)
    assert (done.everything, done.written, done.removed) == (False, 0, 0)
    assert ask(fresh, "select name from open.gazetteer where kind = 'place' order by 1") == [
        ("Central",),
        ("Green Park",),
        ("North School",),
    ]
    wrong = ask(
        fresh,
        """select a.anchor_id from open.anchor a cross join (select distinct kind from open.place) k
               left join open.anchor_place p on p.anchor_id = a.anchor_id and p.kind = k.kind
           where a.geom is not null
               and abs(p.distance_m - (select min(st_distance(a.geom, o.geom)) from open.place o where o.kind = k.kind)) is distinct from 0
               and not abs(p.distance_m - (select min(st_distance(a.geom, o.geom)) from open.place o where o.kind = k.kind)) <= 0.051""",
    )
    assert wrong == []


def test_successive_intersections_of_a_street_are_joined_and_no_others(fresh: TestDatabase) -> None:
    with fresh.owner.connect() as connection:
        city = SmallCity(connection).build()
        connection.execute("delete from core.gazetteer")
        for x in (0, 100, 200, 900, 1000):  # a gap of 700 m between two parts
            connection.execute(
                "insert into core.gazetteer (kind, name, street, other_street, geom) values ('intersection', 'x', 'E LONG ST', %s, %s)",
                [f"N {x} AVE", city.point(x, 10)],
            )
    publish(fresh.owner, today=TODAY)
    streets = ask(
        fresh,
        """select name, st_numgeometries(geom_3857), round(st_length(st_transform(geom_3857, 26916)))
           from open.base where layer = 'street'""",
    )
    assert streets == [("E LONG ST", 2, 300)]


def test_the_search_finds_streets_by_one_spelling(fresh: TestDatabase) -> None:
    build(fresh, "addresses")
    publish(fresh.owner, today=TODAY)
    assert ask(fresh, "select name from open.street where key = 'e 3th st'") == [("E 3th St",)]
    found = """select g.name, g.kind, g.key from open.gazetteer g join open.street s using (street_id)
        where s.key = 'e 3th st' and number_from = 104"""
    assert ask(fresh, found) == [("104 E 3th St", "address", "104 e 3th st")]
    assert ask(fresh, "select count(*) from open.gazetteer where kind = 'address'") == [(830,)]
    assert ask(fresh, "select count(*) from open.gazetteer where kind = 'intersection'") == [(100,)]
