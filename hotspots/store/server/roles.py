"""The login roles of the rooms, made where they are missing, and their grants.

``hotspots_public`` reads schema ``open`` and nothing else; ``hotspots_staff`` reads ``core`` and ``open`` and adds to ``audit``;
``hotspots_desk``, the desk's server, reads true points only for a live session and an opened view, and keeps what stands in ``desk``;
``hotspots_alerts`` and ``hotspots_mailer`` reach schema ``alerts`` only, the first without its addresses; ``hotspots_concerns`` calls
functions of schema ``intake`` that give no text; ``hotspots_partners`` sees the rows of ``share`` that are its session's partner's;
``hotspots_worker`` learns from points without an address or a record's words, and keeps forecasts, backtests and its jobs.
The owner is whoever runs the migrations. Roles belong to the whole server: one that exists keeps its password.
"""

from typing import Any

import psycopg
import structlog
from psycopg import conninfo, sql

from hotspots.errors import DatabaseError
from hotspots.settings import Settings
from hotspots.store.server.connection import ROLE_NAMES, Database, url_of_room
from hotspots.store.server.passwords import Room, keep_password
from hotspots.store.sql.files import load_queries

# A guard against an expensive question, not a lock: a role may lift its own time-outs.
STATEMENT_TIMEOUT: dict[Room, str] = {
    "public": "15s",
    "staff": "120s",
    "desk": "30s",
    "alerts": "5s",
    "mailer": "60s",
    "concerns": "5s",
    "partners": "10s",
    "worker": "30min",
}

# A transaction that does nothing for so long ends; the worker's waits while a model is fitted.
IDLE: dict[Room, str] = {"worker": "6h"}

# Of the server's 100: the rest is left for loading, publishing and the desk.
CONNECTIONS: dict[Room, int] = {"public": 60, "alerts": 10, "concerns": 10, "partners": 10, "worker": 20}
# What one session may sort on disk. Only a superuser can raise it, the role itself cannot.
DISK: dict[Room, str] = {"public": "256MB", "alerts": "16MB", "concerns": "16MB"}

log = structlog.get_logger()


def make_roles(owner: Database, *, settings: Settings) -> None:
    """Make the rooms' roles where they are missing, without any grant: what a restored schema may name."""
    with owner.connect() as connection:
        load_queries("server/roles").lock_roles(connection)
        for room in STATEMENT_TIMEOUT:
            _create_role(connection, room, settings)


def create_roles(owner: Database, *, settings: Settings) -> None:
    """Make the rooms' roles where they are missing and apply their grants to this database.

    A new role's password is the one in its room's address (``HOTSPOTS_PUBLIC_DATABASE_URL``), else a generated one
    that is kept in ``HOTSPOTS_HOME/passwords``.

    Raises
    ------
    DatabaseError
        Where the owner may not create roles, or an existing role has powers that the room must not have.
    """
    queries = load_queries("server/roles")
    try:
        with owner.connect() as connection:
            queries.lock_roles(connection)
            for room in STATEMENT_TIMEOUT:
                _create_role(connection, room, settings)
            _grant(connection)
    except psycopg.errors.InsufficientPrivilege as error:
        made = " ".join(f"create role {ROLE_NAMES[room]} login;" for room in STATEMENT_TIMEOUT)
        addresses = ", ".join(f"HOTSPOTS_{room.upper()}_DATABASE_URL" for room in STATEMENT_TIMEOUT)
        raise DatabaseError(
            f"The owner of the database may not set up the roles: {error.diag.message_primary}. "
            f"Let an administrator run `{made}` with passwords, and set {addresses}."
        ) from None


def _create_role(connection: psycopg.Connection[Any], room: Room, settings: Settings) -> None:
    queries = load_queries("server/roles")
    name = ROLE_NAMES[room]
    role = sql.Identifier(name)
    embedded = settings.database_url is None
    exists = queries.role_exists(connection, role=name)
    if not exists:
        connection.execute(sql.SQL("create role {} login").format(role))
        log.info("role created", role=name)
    if embedded or not exists:
        # The server gets a verifier, so that the word itself stands in no log of its own.
        verifier = connection.pgconn.encrypt_password(
            _password(settings, room).encode(), name.encode(), b"scram-sha-256"
        )
        connection.execute(sql.SQL("alter role {} password {}").format(role, verifier.decode()))
    has_power, member_of = queries.role_power(connection, role=name)
    if has_power or member_of:
        powers = f"is a member of {', '.join(member_of)}" if member_of else "has powers over the server"
        raise DatabaseError(
            f"The role {name} {powers}, so the {room} process could reach more than its room. "
            f"Take that from it, or drop the role, and run `hotspots db migrate` again."
        )
    if embedded or not exists:
        # First what the role may have set for itself: no role can be kept from that, only from keeping it.
        connection.execute(sql.SQL("alter role {} reset all").format(role))
        connection.execute(sql.SQL("alter role {} set statement_timeout = {}").format(role, STATEMENT_TIMEOUT[room]))
        connection.execute(
            sql.SQL("alter role {} set idle_in_transaction_session_timeout = {}").format(role, IDLE.get(room, "60s"))
        )
        if room in CONNECTIONS:
            connection.execute(
                sql.SQL("alter role {} connection limit {}").format(role, sql.Literal(CONNECTIONS[room]))
            )
        if room in DISK and queries.is_superuser(connection):
            connection.execute(sql.SQL("alter role {} set temp_file_limit = {}").format(role, DISK[room]))


def _grant(connection: psycopg.Connection[Any]) -> None:
    queries = load_queries("server/roles")
    database = sql.Identifier(queries.current_database(connection))
    # Temporary tables are everyone's by default.
    connection.execute(sql.SQL("revoke all on database {} from public").format(database))
    for room in STATEMENT_TIMEOUT:
        role = sql.Identifier(ROLE_NAMES[room])
        connection.execute(sql.SQL("revoke all on database {} from {}").format(database, role))
        connection.execute(sql.SQL("grant connect on database {} to {}").format(database, role))
    queries.revoke_from_everyone(connection)
    if queries.is_superuser(connection):
        queries.revoke_large_objects(connection)
        queries.revoke_waiting_and_statistics(connection)
    queries.grant_public(connection)
    queries.grant_staff(connection)
    queries.grant_desk(connection)
    queries.grant_alerts(connection)
    queries.grant_mailer(connection)
    queries.grant_concerns(connection)
    queries.grant_desk_concerns(connection)
    queries.grant_share(connection)
    queries.grant_worker(connection)


def _password(settings: Settings, room: Room) -> str:
    url = url_of_room(settings, room)
    if url is not None:
        given = conninfo.conninfo_to_dict(url.get_secret_value())
        if given.get("user") == ROLE_NAMES[room] and given.get("password"):
            return str(given["password"])
    return keep_password(settings.home, room)
