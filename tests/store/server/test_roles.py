"""What the rooms' roles cannot do, by trying."""

import psycopg
import pytest

from tests.database import TestDatabase

FORBIDDEN_TO_PUBLIC = [
    "select * from core.incident_version",
    "select * from raw.incident_row",
    "select * from audit.migration",
    "select * from audit.event",
    "set role hotspots_owner",
    "set role hotspots_staff",
    "set session authorization hotspots_owner",
    "create temporary table t (i int)",
    "select 1 as i into temporary t",
    "create schema mine",
    "create table open.t (i int)",
    "create table public.t (i int)",
    "create function public.f() returns int language sql as 'select 1'",
    "create database other",
    "create role other",
    "select lo_from_bytea(0, 'x')",
    "select lo_create(0)",
    "select lo_creat(-1)",
    "insert into open.city default values",
    "update open.vintage set incidents = 0",
    "delete from open.vintage",
    "truncate open.vintage",
    "select pg_read_file('/etc/passwd')",
    "copy (select 1) to program 'true'",
    "alter role hotspots_public superuser",
    "create extension dblink",
    "select rolpassword from pg_authid",
]


@pytest.mark.parametrize("statement", FORBIDDEN_TO_PUBLIC)
def test_public_role_is_refused(database: TestDatabase, statement: str) -> None:
    with database.public.connect(autocommit=True) as connection, pytest.raises(psycopg.errors.InsufficientPrivilege):
        connection.execute(statement.encode())


def test_public_role_stays_itself_after_reset_role(database: TestDatabase) -> None:
    with database.public.connect(autocommit=True) as connection:
        connection.execute("reset role")
        connection.execute("reset session authorization")
        who = connection.execute("select session_user, current_user").fetchone()
        assert who == ("hotspots_public", "hotspots_public")
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            connection.execute("select * from core.incident_version")


def test_public_role_reads_every_table_of_schema_open_and_no_other(database: TestDatabase) -> None:
    with database.owner.connect() as connection:
        rows = connection.execute(
            "select n.nspname, c.relname, has_table_privilege('hotspots_public', c.oid, 'select')"
            " from pg_class c join pg_namespace n on n.oid = c.relnamespace"
            " where c.relkind in ('r', 'p', 'v', 'm', 'f') and n.nspname in ('raw', 'core', 'open', 'audit')"
        ).fetchall()
    readable = {(schema, table) for schema, table, may_read in rows if may_read}
    assert readable == {(schema, table) for schema, table, _ in rows if schema == "open"}
    assert {schema for schema, _, _ in rows} == {"raw", "core", "open", "audit"}


def test_public_role_is_a_member_of_no_role(database: TestDatabase) -> None:
    with database.owner.connect() as connection:
        memberships = connection.execute(
            "select count(*) from pg_auth_members where member = 'hotspots_public'::regrole"
        ).fetchone()
    assert memberships == (0,)


def test_public_role_has_a_statement_timeout(database: TestDatabase) -> None:
    with database.public.connect() as connection:
        assert connection.execute("show statement_timeout").fetchone() == ("15s",)


def test_public_role_uses_postgis(database: TestDatabase) -> None:
    with database.public.connect() as connection:
        assert connection.execute("select st_astext(st_transform(st_point(0, 0, 4326), 3857))").fetchone() == (
            "POINT(0 0)",
        )


def test_a_table_made_later_in_schema_open_is_readable_at_once_and_one_in_core_is_not(database: TestDatabase) -> None:
    with database.owner.connect() as connection:
        connection.execute("create table open.made_later (i int)")
        connection.execute("create table core.made_later (i int)")
    with database.public.connect(autocommit=True) as connection:
        assert connection.execute("select count(*) from open.made_later").fetchone() == (0,)
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            connection.execute("select count(*) from core.made_later")


FORBIDDEN_TO_STAFF = [
    "set role hotspots_owner",
    "select * from raw.incident_row",
    "insert into audit.migration values (99, 'x', 'x')",
    "insert into audit.event (verb, actor) values ('at_risk', 'someone else')",
    "insert into audit.event (verb, at) values ('at_risk', now() - interval '1 year')",
    "insert into audit.event (event_id, verb) overriding system value values (1, 'at_risk')",
    "select * from audit.event",
    "update audit.event set actor = 'someone else'",
    "delete from audit.event",
    "truncate audit.event",
    "delete from core.incident_version",
    "update open.vintage set incidents = 0",
    "create table core.t (i int)",
    "create temporary table t (i int)",
]


@pytest.mark.parametrize("statement", FORBIDDEN_TO_STAFF)
def test_staff_role_is_refused(database: TestDatabase, statement: str) -> None:
    with database.staff.connect() as connection, pytest.raises(psycopg.errors.InsufficientPrivilege):
        connection.execute(statement.encode())


def test_staff_role_reads_core_and_open(database: TestDatabase) -> None:
    with database.staff.connect() as connection:
        assert connection.execute("select count(*) from core.city").fetchone() == (0,)
        assert connection.execute("select count(*) from open.vintage").fetchone() == (0,)


def test_staff_role_adds_to_the_audit(database: TestDatabase) -> None:
    with database.staff.connect() as connection:
        connection.execute("insert into audit.event (verb) values ('at_risk')")
    with database.owner.connect() as connection:
        assert connection.execute("select actor, verb from audit.event").fetchall() == [("hotspots_staff", "at_risk")]


def test_a_line_of_the_audit_bears_the_time_of_its_writing_not_that_of_its_transaction(database: TestDatabase) -> None:
    with database.staff.connect() as connection:
        begun = connection.execute("select now()").fetchone()
        connection.execute("insert into audit.event (verb) values ('written late')")
    with database.owner.connect() as connection:
        row = connection.execute("select at > %s from audit.event where verb = 'written late'", begun).fetchone()
    assert row == (True,)
