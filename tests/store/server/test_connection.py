"""Each room's key: on the embedded database, and on a server of somebody else's."""

from pathlib import Path

import psycopg
import pytest
from psycopg import conninfo, sql

from hotspots.errors import DatabaseError, SettingsError
from hotspots.settings import Settings
from hotspots.store.server.connection import (
    ROLE_NAMES,
    Database,
    open_owner,
    open_public,
    open_staff,
    url_of_room,
    with_database,
)
from hotspots.store.server.setup import prepare_database
from tests.database import TestDatabase, settings_for


def who(database: Database) -> tuple[object, ...] | None:
    with database.connect() as connection:
        return connection.execute("select session_user::text, current_database()::text").fetchone()


def test_each_room_logs_in_as_its_own_role(cluster: Settings) -> None:
    assert who(open_owner(cluster)) == ("hotspots_owner", "hotspots")
    assert who(open_public(cluster)) == ("hotspots_public", "hotspots")
    assert who(open_staff(cluster)) == ("hotspots_staff", "hotspots")


def test_the_public_room_uses_its_own_address_and_needs_no_owner(database: TestDatabase, tmp_path: Path) -> None:
    settings = settings_for(tmp_path / "nothing here", public_database_url=database.public.dsn)
    assert who(open_public(settings)) == who(database.public)


def test_the_public_rooms_key_does_not_hold_the_owners_password(cluster: Settings, database: TestDatabase) -> None:
    secret = (cluster.home / "passwords" / "owner").read_text()
    on_a_server = settings_for(cluster.home, database_url=database.owner.dsn)
    for settings in (cluster, on_a_server):
        assert secret in open_owner(settings).dsn
        assert secret not in open_public(settings).dsn
        assert secret not in open_staff(settings).dsn


def test_a_key_does_not_show_its_password_when_printed(cluster: Settings) -> None:
    assert (cluster.home / "passwords" / "owner").read_text() not in repr(open_owner(cluster))


def test_an_address_that_is_none_is_a_clear_error_without_the_password(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="HOTSPOTS_DATABASE_URL is not an address such as") as error:
        open_owner(settings_for(tmp_path, database_url="user:geheim@host"))
    assert "geheim" not in str(error.value)


def test_a_server_that_is_not_there_is_one_clear_line(tmp_path: Path) -> None:
    owner = open_owner(settings_for(tmp_path, database_url="postgresql://nobody:word@127.0.0.1:1/none"))
    with pytest.raises(DatabaseError, match="does not let owner in: .*refused") as error, owner.connect():
        pass
    assert "\n" not in str(error.value)


def test_a_room_without_password_or_address_says_what_to_do(tmp_path: Path) -> None:
    settings = settings_for(tmp_path, database_url="postgresql://nobody:word@127.0.0.1:1/none")
    with pytest.raises(DatabaseError, match="set HOTSPOTS_PUBLIC_DATABASE_URL"):
        open_public(settings)


def test_what_a_block_wrote_is_kept_at_its_end_and_dropped_on_an_error(database: TestDatabase) -> None:
    with database.owner.connect() as connection:
        connection.execute("create table public.kept (i int)")
    with pytest.raises(psycopg.errors.DivisionByZero), database.owner.connect() as connection:
        connection.execute("insert into public.kept values (1); select 1 / 0")
    with database.owner.connect() as connection:
        assert connection.execute("select count(*) from public.kept").fetchone() == (0,)


def test_a_pool_survives_the_loss_of_its_connections(database: TestDatabase) -> None:
    with database.public.open_pool(max_size=2) as pool:
        with pool.connection() as connection:
            assert connection.execute("select 1").fetchone() == (1,)
        with database.owner.connect() as owner:
            owner.execute("select pg_terminate_backend(pid) from pg_stat_activity where usename = 'hotspots_public'")
        with pool.connection() as connection:
            assert connection.execute("select 1").fetchone() == (1,)


def test_another_server_is_prepared_by_an_owner_who_is_no_superuser(cluster: Settings, tmp_path: Path) -> None:
    """A server of somebody else's: an administrator made the roles and the extensions, we own only the database."""
    administrator = with_database(open_owner(cluster), "postgres")
    with administrator.connect(autocommit=True) as connection:
        connection.execute("create role city_owner login password 'word'")
        connection.execute("create database test_city owner city_owner template template0")
    city = with_database(administrator, "test_city")
    with city.connect() as connection:
        connection.execute("create extension postgis; create extension pg_trgm")
        connection.execute("alter schema public owner to city_owner")
    address = conninfo.make_conninfo(city.dsn, user="city_owner", password="word")
    settings = settings_for(
        tmp_path,
        database_url=address,
        public_database_url=with_database(open_public(cluster), "test_city").dsn,
        staff_database_url=with_database(open_staff(cluster), "test_city").dsn,
    )
    try:
        prepare_database(settings)
        prepare_database(settings)
        assert not (tmp_path / "passwords").exists()
        with open_public(settings).connect(autocommit=True) as connection:
            assert connection.execute("select count(*) from open.vintage").fetchone() == (0,)
            for statement in (
                "select * from core.incident_version",
                "create temporary table t ()",
                "set role city_owner",
            ):
                with pytest.raises(psycopg.errors.InsufficientPrivilege):
                    connection.execute(statement.encode())
    finally:
        with administrator.connect(autocommit=True) as connection:
            connection.execute(sql.SQL("drop database test_city with (force)"))
            connection.execute("drop role city_owner")


def ask_after_the_end(database: TestDatabase) -> None:
    """Work on a connection that the server has ended meanwhile."""
    with database.owner.connect() as connection, database.owner.connect(autocommit=True) as other:
        other.execute("select pg_terminate_backend(%s)", [connection.info.backend_pid])
        connection.execute("select 1")


def test_a_database_that_goes_away_during_the_work_is_said(database: TestDatabase) -> None:
    said = r"The database went away during the work: .* is undone\. Look at `hotspots db status`"
    with pytest.raises(DatabaseError, match=said):
        ask_after_the_end(database)


def test_a_database_without_room_is_said(database: TestDatabase) -> None:
    full = "raise 'could not extend file \"base/1/2\": No space left on device' using errcode = 'disk_full'"
    with (
        pytest.raises(
            DatabaseError, match="The database has no room left: could not extend file.* Make room on its disk"
        ),
        database.owner.connect() as connection,
    ):
        connection.execute(f"do $$ begin {full}; end $$".encode())


def test_each_room_has_its_own_address_and_no_other_ones() -> None:
    names = {room: f"{'' if room == 'owner' else room + '_'}database_url" for room in ROLE_NAMES}
    given = Settings.model_validate({name: f"postgresql://127.0.0.1/{room}" for room, name in names.items()})
    for room in ROLE_NAMES:
        own = url_of_room(given, room)
        assert own is not None and own.get_secret_value() == f"postgresql://127.0.0.1/{room}"
        assert url_of_room(given.model_copy(update={names[room]: None}), room) is None
