"""Real cities, attacked in the same way: Chicago 2017 (block points of the agency) and St. Louis 2015–2016 (exact addresses, no address list)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from hotspots.pipeline.load.city import load
from hotspots.pipeline.publish.publish import Published, publish
from hotspots.settings import Settings
from hotspots.sources.city_file_reading import find_city_file, read_city_file
from tests.database import TestDatabase, cloned_database

TODAY = date(2018, 12, 31)


@pytest.fixture(scope="module", params=["chicago", "st_louis"])
def published(
    cluster: Settings, real_data: Path, tmp_path_factory: pytest.TempPathFactory, request: pytest.FixtureRequest
) -> Iterator[tuple[TestDatabase, str, Published]]:
    city = read_city_file(find_city_file(request.param))
    folder = tmp_path_factory.mktemp(request.param)
    for file in (real_data / request.param.replace("_", "")).iterdir():
        if not file.name.startswith("incidents_201") or "2017" in file.name:
            (folder / file.name).symlink_to(file, target_is_directory=file.is_dir())
    with cloned_database(cluster, f"test_real_{request.param}") as database:
        load(database.owner, city, folder, today=TODAY)
        yield database, request.param, publish(database.owner, today=TODAY)


def ask(database: TestDatabase, question: str) -> list[tuple[Any, ...]]:
    with database.owner.connect() as connection:
        return connection.execute(question.encode()).fetchall()


def test_every_current_incident_is_a_row_or_sensitive_or_held_back(
    published: tuple[TestDatabase, str, Published],
) -> None:
    database, _, done = published
    ((current, sensitive, held_back),) = ask(
        database,
        f"""select count(*), count(*) filter (where v.sensitive or t.sensitive),
                count(*) filter (where not v.sensitive and not t.sensitive and (
                    v.occurred_from >= date '{done.newest_day}' + 1 or t.name = 'other'  -- words that the city file does not name
                ))
            from core.incident_version v join core.crime_type t using (crime_type_id) where v.known_to is null""",
    )
    by_status = dict(
        ask(database, "select status, count(*) from open.incident join open.anchor using (anchor_id) group by 1")
    )
    assert sum(by_status.values()) == done.incidents == current - sensitive - held_back
    assert by_status["located"] > 0.9 * done.incidents
    assert by_status["no_location"] > 0


def test_no_sensitive_incident_is_a_row(published: tuple[TestDatabase, str, Published]) -> None:
    database, _, _ = published
    found = ask(
        database,
        """select 1 from open.incident join core.incident_version v using (public_id) join core.crime_type t on t.crime_type_id = v.crime_type_id
           where v.sensitive or t.sensitive limit 1""",
    )
    assert found == []


def test_no_text_holds_an_agencys_id_or_an_exact_address(published: tuple[TestDatabase, str, Published]) -> None:
    database, city, _ = published
    columns = ask(
        database,
        """select table_name::text, column_name::text from information_schema.columns
           where table_schema = 'open' and udt_name in ('text', '_text', 'jsonb')""",
    )
    union = " union ".join(f"select lower({column}::text) as words from open.{table}" for table, column in columns)
    with database.owner.connect() as connection:
        connection.execute(f"create temporary table public_text as {union}".encode())
        connection.execute(
            b"""create temporary table secret as
                select distinct lower(part) as word
                from core.incident_version cross join unnest(regexp_split_to_array(incident_key, '[|#]')) as part
                where length(part) >= 6"""
        )
        connection.execute(
            b"create temporary table token as select distinct regexp_split_to_table(words, '[^a-z0-9-]+') as word from public_text"
        )
        connection.execute("analyze secret, token")
        found = connection.execute("select word from token join secret using (word) limit 3").fetchall()
        assert found == []
        if city == "st_louis":
            found = connection.execute(
                b"""select address, words from (select distinct words from public_text where words ~ '[0-9]+ [a-z]') t
                    join (select distinct lower(address) as address from core.location where address is not null) l
                        on strpos(t.words, l.address) > 0 limit 3"""
            ).fetchall()
            assert found == []


def test_no_geometry_is_an_exact_incidents_point(published: tuple[TestDatabase, str, Published]) -> None:
    database, city, _ = published
    if city == "chicago":
        return  # the agency publishes these block points itself
    for table in ("anchor", "gazetteer", "base", "place", "area"):
        column = "geom_3857" if table == "base" else "geom"
        found = ask(
            database,
            f"""select 1 from open.{table} o cross join core.city c
                join core.location l on st_dwithin(st_transform(o.{column}, c.srid), l.geom, 0.05)
                where st_dimension(o.{column}) = 0 limit 1""",
        )
        assert found == [], table


def test_a_public_day_and_hour_are_those_of_the_record(published: tuple[TestDatabase, str, Published]) -> None:
    database, _, _ = published
    found = ask(
        database,
        """select 1 from open.incident i join core.incident_version v using (public_id)
           where v.known_to is null and (i.day <> v.occurred_from::date or i.hour <> extract(hour from v.occurred_from)) limit 1""",
    )
    assert found == []
