"""A database of every version that was given out is brought to this one, with its records, and publishes what a new one would."""

from __future__ import annotations

import re
import shutil
from datetime import date
from pathlib import Path

import pytest
from psycopg import sql

from hotspots.pipeline.publish.publish import publish
from hotspots.settings import Settings
from hotspots.store.server.connection import Database, open_owner, with_database
from hotspots.store.server.migrate import migrate, read_migrations
from hotspots.store.server.roles import create_roles
from hotspots.store.sql.files import sql_folder
from tests.builders import SmallCity, random_reports
from tests.database import cloned_database
from tests.pipeline.publish_city import FIRST, TODAY

NEWEST_MIGRATION = {"0.1.0": 27}
CHANGELOG = Path(__file__).parents[3] / "CHANGELOG.md"
WHAT_IS_PUBLIC = """
    select i.day, i.hour, t.name, l.name, i.arrest, a.status, a.kind, a.name
    from open.incident i join open.anchor a using (anchor_id) join open.crime_type t using (crime_type_id)
    left join open.location_type l using (location_type_id) order by i, t.name, a.name"""


def test_every_version_of_the_changelog_is_tried() -> None:
    assert set(re.findall(r"^## (\d+\.\d+\.\d+)", CHANGELOG.read_text(), flags=re.MULTILINE)) == set(NEWEST_MIGRATION)


def fill(owner: Database) -> None:
    with owner.connect() as connection:
        city = SmallCity(connection, "block").build()
        city.deliver(random_reports(120, precision="block", first_day=FIRST, n_days=90), known_on=date(2024, 5, 1))


def public(owner: Database) -> list[tuple[object, ...]]:
    with owner.connect() as connection:
        return sorted(connection.execute(WHAT_IS_PUBLIC).fetchall(), key=str)


@pytest.mark.parametrize("version", NEWEST_MIGRATION)
def test_an_older_database_ends_like_a_new_one(cluster: Settings, tmp_path: Path, version: str) -> None:
    for migration in sorted((sql_folder() / "migrations").glob("*.sql"))[: NEWEST_MIGRATION[version]]:
        shutil.copy(migration, tmp_path)
    server = with_database(open_owner(cluster), "postgres")
    name = f"test_of_{version.replace('.', '_')}"
    with server.connect(autocommit=True) as connection:
        connection.execute(sql.SQL("create database {} template template0").format(sql.Identifier(name)))
    try:
        owner = with_database(server, name)
        assert len(migrate(owner, folder=tmp_path)) == NEWEST_MIGRATION[version]
        fill(owner)
        assert len(migrate(owner)) == len(read_migrations()) - NEWEST_MIGRATION[version]
        create_roles(owner, settings=cluster)
        publish(owner, today=TODAY)
        found = public(owner)
    finally:
        with server.connect(autocommit=True) as connection:
            connection.execute(sql.SQL("drop database {} with (force)").format(sql.Identifier(name)))
    with cloned_database(cluster, "test_of_today") as today:
        fill(today.owner)
        publish(today.owner, today=TODAY)
        assert found == public(today.owner)
    assert len(found) > 50
