"""What an attacker with a full dump of `open` learns: no true address, minute, agency id or sensitive incident, in any column."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime
from itertools import pairwise

import pytest

from hotspots.pipeline.publish.publish import publish
from hotspots.settings import Settings
from tests.builders import Precision, Report, SmallCity, random_reports
from tests.database import TestDatabase, cloned_database
from tests.pipeline.publish_city import FIRST, PRECISIONS, TODAY, ask

CITY_LAYERS = ("area", "area_kind", "base", "place", "street", "gazetteer")  # copies of what the city itself publishes


@pytest.fixture(scope="module", params=PRECISIONS)
def published(cluster: Settings, request: pytest.FixtureRequest) -> Iterator[tuple[TestDatabase, Precision]]:
    """A city published in two steps, with changes, withdrawals, and a clinic that only sensitive reports name."""
    precision: Precision = request.param
    with cloned_database(cluster, f"test_privacy_{precision}") as database:
        with database.owner.connect() as connection:
            city = SmallCity(connection, precision).build()
            reports = random_reports(900, precision=precision, first_day=FIRST, n_days=120)
            x, y = (
                966.0,
                950.0,
            )  # a door of its own: only a sensitive report names it, so nothing may stand for it alone
            secret = Report(
                "S00001", datetime(2024, 2, 3, 4, 5), x, y, "9XX SECRET LN", "stalking", location_type="clinic"
            )
            moved = replace(secret, key="S00002", crime_type="theft")
            city.deliver([*reports, secret, moved], known_on=date(2024, 5, 1))
        publish(database.owner, today=TODAY)
        with database.owner.connect() as connection:
            city.connection = connection
            later = random_reports(100, precision=precision, first_day=date(2024, 4, 20), n_days=30, seed=3, key="B")
            # S00002 turns out to be sensitive: what was public of it must be gone.
            city.deliver(
                [*later, replace(moved, crime_type="stalking")],
                known_on=date(2024, 5, 20),
                withdrawn=[f"A{n:05}" for n in range(50)],
            )
        publish(database.owner, today=TODAY)
        yield database, precision


def columns(database: TestDatabase, *types: str) -> list[tuple[str, str]]:
    """Table and column of every column of `open` of these types, arrays and jsonb as text among them."""
    found = ask(
        database,
        """select table_name::text, column_name::text, udt_name::text
           from information_schema.columns where table_schema = 'open' order by 1, 2""",
    )
    return [(table, column) for table, column, kind in found if kind in types]


def test_the_schema_holds_tables_only(published: tuple[TestDatabase, Precision]) -> None:
    database, _ = published
    assert (
        ask(
            database,
            "select relname, relkind from pg_class where relnamespace = 'open'::regnamespace and relkind not in ('r', 'i', 'S')",
        )
        == []
    )
    assert ask(database, "select proname from pg_proc where pronamespace = 'open'::regnamespace") == []


def test_no_text_holds_an_incidents_address_or_id(published: tuple[TestDatabase, Precision]) -> None:
    database, precision = published
    for table, column in columns(database, "text", "_text", "jsonb", "varchar"):
        if (table, column) in {("gazetteer", "name"), ("gazetteer", "key")}:
            continue  # the address list itself: see the test of the city's own layers
        for secret in (
            "(select distinct incident_key as word from core.incident_version)",
            "(select distinct address as word from core.location)",
        ):
            if precision == "block" and "address" in secret:
                continue  # the agency's own block names
            found = ask(
                database,
                f"""select s.word, o.{column} from open.{table} o
                    join {secret} s on s.word is not null and strpos(lower(o.{column}::text), lower(s.word)) > 0""",
            )
            assert found == [], f"open.{table}.{column}"


def test_no_geometry_is_the_true_point_of_an_exact_incident(published: tuple[TestDatabase, Precision]) -> None:
    database, precision = published
    if precision == "block":
        # The agency publishes block points itself; still nothing but anchors and its own blocks may stand on one.
        return
    checked = []
    for table, column in columns(database, "geometry"):
        if table in CITY_LAYERS:
            continue
        checked.append((table, column))
        found = ask(
            database,
            f"""select 1 from open.{table} o cross join core.city c join core.location l on l.geom is not null
                and st_dwithin(st_transform(st_setsrid(o.{column}, st_srid(o.{column})), c.srid), l.geom, 0.05) limit 1""",
        )
        assert found == [], f"open.{table}.{column}"
    assert ("anchor", "geom") in checked
    assert ("anchor", "geom_3857") in checked


def test_the_citys_own_layers_are_the_same_without_any_incident(
    published: tuple[TestDatabase, Precision], cluster: Settings
) -> None:
    database, precision = published
    with cloned_database(cluster, f"test_privacy_empty_{precision}") as empty:
        with empty.owner.connect() as connection:
            SmallCity(connection, precision).build()
            connection.commit()
        publish(empty.owner, today=TODAY)
        for table in CITY_LAYERS:
            if precision == "block" and table == "street":
                continue  # blocks bring their own streets
            where = "where kind <> 'block'" if table == "gazetteer" else ""
            leave_out = " - 'street_id' - 'other_street_id'" if precision == "block" else ""
            content = f"select (to_jsonb(o){leave_out} - 'base_id')::text from open.{table} o {where} order by 1"
            assert ask(database, content) == ask(empty, content), table


def test_a_block_is_searchable_only_where_a_published_incident_stands(
    published: tuple[TestDatabase, Precision],
) -> None:
    database, precision = published
    blocks = ask(database, "select name from open.gazetteer where kind = 'block' order by 1")
    shown = ask(
        database,
        "select distinct a.name from open.anchor a join open.incident using (anchor_id) where a.kind = 'block' order by 1",
    )
    assert blocks == (shown if precision == "block" else [])
    assert "Secret" not in str(blocks)


def test_no_uuid_is_made_of_anything_the_agency_knows(published: tuple[TestDatabase, Precision]) -> None:
    database, _ = published
    assert columns(database, "uuid") == [("incident", "public_id")]
    assert ask(database, "select 1 from open.incident i join core.location l on l.key = i.public_id") == []
    assert (
        ask(
            database,
            "select 1 from open.incident i join core.incident_version v on md5(v.incident_key)::uuid = i.public_id",
        )
        == []
    )
    # Version 4: random, but for the six bits that say so.
    assert ask(database, "select 1 from open.incident where public_id::text !~ '^.{14}4.{4}[89ab]'") == []


def test_no_column_holds_a_minute(published: tuple[TestDatabase, Precision]) -> None:
    database, _ = published
    assert columns(database, "timestamp", "timestamptz", "time", "timetz", "interval") == [
        ("feed", "failing_since"), ("feed", "last_success"), ("vintage", "published_at"),
    ]  # fmt: skip
    assert columns(database, "date") == [
        ("done_action", "ends_on"), ("done_action", "starts_on"), ("forecast", "trained_from"), ("forecast", "trained_to"), ("incident", "day"), ("incident", "public_since"), ("known_change", "known_on"),
        ("known_change", "month"), ("record_count", "month"), ("sensitive_count", "month"), ("vintage", "data_from"), ("vintage", "first_day"), ("vintage", "known_on"), ("vintage", "newest_day"),
    ]  # fmt: skip
    assert ask(database, "select 1 from open.sensitive_count where extract(day from month) <> 1") == []
    assert ask(database, "select 1 from open.known_change where extract(day from month) <> 1") == []


def test_the_order_of_rows_tells_no_time_and_no_number(published: tuple[TestDatabase, Precision]) -> None:
    database, _ = published
    stored = ask(database, "select day, public_id from open.incident order by ctid")
    first = [row for row in stored if row[0] < date(2024, 4, 1)]
    in_order = sum(later >= earlier for earlier, later in pairwise(first))
    assert (
        in_order >= len(first) * 0.95
    )  # day and random id; what the second publication filled in stands where there was room


def test_no_sensitive_incident_leaves_a_row_an_anchor_or_a_word(published: tuple[TestDatabase, Precision]) -> None:
    database, _ = published
    sensitive = """select public_id from core.incident_version v join core.crime_type t using (crime_type_id)
        where v.known_to is null and (v.sensitive or t.sensitive)"""
    assert ask(database, f"select 1 from open.incident where public_id in ({sensitive})") == []
    assert ask(database, "select 1 from open.crime_type where name = 'stalking'") == []
    assert ask(database, "select 1 from open.location_type where name = 'clinic'") == []
    assert (
        ask(
            database,
            "select 1 from open.anchor a where not exists (select from open.incident i where i.anchor_id = a.anchor_id)",
        )
        == []
    )
    assert (
        ask(
            database,
            "select 1 from open.anchor_area a where not exists (select from open.anchor o where o.anchor_id = a.anchor_id)",
        )
        == []
    )
    assert (
        ask(
            database,
            "select 1 from open.anchor_place a where not exists (select from open.anchor o where o.anchor_id = a.anchor_id)",
        )
        == []
    )


def test_the_running_month_of_sensitive_incidents_is_not_counted_yet(published: tuple[TestDatabase, Precision]) -> None:
    database, _ = published
    ((newest_day,),) = ask(database, "select newest_day from open.vintage order by vintage_id desc limit 1")
    ((month,),) = ask(database, "select max(month) from open.sensitive_count")
    assert newest_day == date(2024, 5, 18)  # the only report of the day after is hidden
    assert month == date(2024, 4, 1)


@pytest.mark.parametrize("precision", ["addresses", "lattice"])
def test_every_anchor_with_its_areas_stands_for_at_least_eight_addresses(
    cluster: Settings, precision: Precision
) -> None:
    """An incident at every door of the city: whoever sees an anchor and its areas is left with eight doors or more."""
    with cloned_database(cluster, f"test_privacy_k_{precision}") as database:
        with database.owner.connect() as connection:
            city = SmallCity(connection, precision, public={"lattice_m": 300.0}).build()
            doors = city.addresses()
            reports = [
                Report(f"D{n}", datetime(2024, 2, 1, 13), x, y, address) for n, (address, x, y) in enumerate(doors)
            ]
            city.deliver([*reports, Report("last", datetime(2024, 4, 1, 13))], known_on=date(2024, 4, 2))
        publish(database.owner, today=TODAY)
        behind = ask(
            database,
            """select a.status, a.anchor_id, array(select area_id from open.anchor_area aa where aa.anchor_id = a.anchor_id order by 1),
                   count(distinct l.address), min(a.addresses)
               from open.incident i join open.anchor a using (anchor_id) join core.incident_version using (public_id)
                   join core.location l using (location_id)
               where l.address is not null group by 1, 2, 3""",
        )
        assert sum(n for *_, n, _ in behind) == len(doors)
        assert {status for status, *_ in behind} == {"located"}
        assert min(n for *_, n, _ in behind) >= 8
        if precision == "addresses":
            assert all(n == stated for *_, n, stated in behind)
        # and the labels are worth having: most doors keep both of their areas
        assert sum(n for _, _, areas, n, _ in behind if len(areas) == 2) > 0.8 * len(doors)
