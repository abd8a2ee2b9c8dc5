"""The public role can lock, but not out: what a client with its key can do to others, by trying."""

from __future__ import annotations

from contextlib import ExitStack

import psycopg
import pytest

from hotspots.settings import Settings
from hotspots.store.server.connection import open_alerts, open_owner
from hotspots.store.server.roles import CONNECTIONS, create_roles
from tests.database import TestDatabase

WAITED_FOR = [
    "select pg_advisory_lock(hashtext('hotspots load'))",
    "select pg_advisory_lock(x'686f7473706f7473'::bigint)",
    "select pg_try_advisory_lock(hashtext('hotspots fetch'))",
    "select pg_advisory_xact_lock_shared(1)",
    "select pg_try_advisory_xact_lock(1, 2)",
]
STATISTICS = [
    "select n_live_tup from pg_stat_all_tables",
    "select * from pg_stat_user_tables",
    "select * from pg_stat_activity",
    "select * from pg_statio_all_tables",
    "select pg_stat_get_live_tuples('pg_class'::regclass)",
    "select pg_stat_get_activity(null)",
    "select pg_total_relation_size('pg_class'::regclass)",
    "select pg_relation_size('pg_class'::regclass)",
    "select pg_database_size(current_database())",
]


@pytest.mark.parametrize("statement", [*WAITED_FOR, *STATISTICS])
def test_the_public_role_is_refused(database: TestDatabase, statement: str) -> None:
    with database.public.connect(autocommit=True) as connection, pytest.raises(psycopg.errors.InsufficientPrivilege):
        connection.execute(statement.encode())


@pytest.mark.parametrize("statement", WAITED_FOR)
def test_no_lock_that_others_wait_for_is_the_staffs_either(database: TestDatabase, statement: str) -> None:
    with database.staff.connect(autocommit=True) as connection, pytest.raises(psycopg.errors.InsufficientPrivilege):
        connection.execute(statement.encode())


@pytest.mark.parametrize("room", ["public", "staff", "desk"])
def test_no_room_can_hold_the_lock_of_loading(database: TestDatabase, room: str) -> None:
    with getattr(database, room).connect() as connection, pytest.raises(psycopg.errors.InsufficientPrivilege):
        connection.execute("lock table core.load_lock in row share mode")


def test_what_a_session_may_sort_on_disk_is_limited_and_not_its_own_to_raise(database: TestDatabase) -> None:
    with database.public.connect(autocommit=True) as connection:
        assert connection.execute("show temp_file_limit").fetchone() == ("256MB",)
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            connection.execute("set temp_file_limit = -1")
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            connection.execute("alter role hotspots_public set temp_file_limit = -1")


def test_connections_are_limited_and_the_limit_is_not_its_own_to_raise(
    database: TestDatabase, cluster: Settings
) -> None:
    with database.public.connect(autocommit=True) as connection, pytest.raises(psycopg.errors.InsufficientPrivilege):
        connection.execute("alter role hotspots_public connection limit 1000")
    alerts = open_alerts(cluster).dsn
    with ExitStack() as open_ones:
        for _ in range(CONNECTIONS["alerts"]):
            open_ones.enter_context(psycopg.connect(alerts))
        with pytest.raises(psycopg.OperationalError, match="too many connections for role"):
            psycopg.connect(alerts)
        open_ones.enter_context(database.owner.connect())  # and everybody else still gets in


def test_a_password_and_time_outs_that_the_role_changed_for_itself_are_put_right_by_the_next_migration(
    database: TestDatabase, cluster: Settings
) -> None:
    try:
        with database.public.connect(autocommit=True) as connection:
            connection.execute("alter role hotspots_public password 'mine'")
            connection.execute("alter role hotspots_public set statement_timeout = 0")
            connection.execute("alter role hotspots_public set search_path = nowhere")
    finally:
        create_roles(open_owner(cluster), settings=cluster)
    with database.public.connect(autocommit=True) as connection:  # with the word that the file holds
        assert connection.execute("show statement_timeout").fetchone() == ("15s",)
        assert connection.execute("show search_path").fetchone() == ('"$user", public',)


def test_a_statement_of_a_client_that_left_ends(database: TestDatabase) -> None:
    with database.owner.connect() as connection:
        assert connection.execute("show client_connection_check_interval").fetchone() == ("5s",)
