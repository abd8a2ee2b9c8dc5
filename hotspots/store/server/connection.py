"""One role's key to the database: an `open_…` for each returns a `Database`.

A process opens the room that it serves and never holds another one's key: with a single powerful connection,
``set role`` is undone by ``reset role``.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from typing import Any, TypeAlias

import psycopg
from psycopg import conninfo
from psycopg_pool import ConnectionPool
from pydantic import SecretStr

from hotspots.errors import DatabaseError, SettingsError
from hotspots.settings import Settings
from hotspots.store.server.embedded import DATABASE_NAME, OWNER, PORT, Embedded
from hotspots.store.server.passwords import Room, password_file, read_password

OUT_OF_ROOM = (psycopg.errors.DiskFull, psycopg.errors.OutOfMemory)
GONE = (psycopg.errors.AdminShutdown, psycopg.errors.CrashShutdown, psycopg.errors.CannotConnectNow)
CONNECT_S = 3  # libpq waits at least two
RECONNECT_S = 5  # a pool tries anew at the next question
# A server that is cut off, not stopped, is noticed within some seconds.
KEEP_ALIVE = {"keepalives_idle": 5, "keepalives_interval": 2, "keepalives_count": 2, "tcp_user_timeout": 10_000}

# What the layers above pass on without importing the driver.
Connection: TypeAlias = psycopg.Connection[Any]

ROLE_NAMES: dict[Room, str] = {
    "owner": OWNER,
    "public": "hotspots_public",
    "staff": "hotspots_staff",
    "desk": "hotspots_desk",
    "alerts": "hotspots_alerts",
    "mailer": "hotspots_mailer",
    "concerns": "hotspots_concerns",
    "partners": "hotspots_partners",
    "worker": "hotspots_worker",
}


@dataclass(frozen=True)
class Database:
    """The key of one room: where the database is and who logs in."""

    room: Room
    dsn: str = field(repr=False)  # holds a password

    @contextmanager
    def connect(self, *, autocommit: bool = False) -> Iterator[Connection]:
        """Open one connection; commit at the end of the block, roll back where it raises.

        Parameters
        ----------
        autocommit : bool
            Each statement stands alone; needed by ``vacuum`` and ``create database``.
        """
        try:
            connection = psycopg.connect(self.dsn, autocommit=autocommit)
        except psycopg.OperationalError as error:
            raise DatabaseError(f"The database does not let {self.room} in: {_first_line(error)}") from None
        try:
            with connection:
                yield connection
        except OUT_OF_ROOM as error:
            raise DatabaseError(
                f"The database has no room left: {_first_line(error)}. What was not committed is undone. "
                "Make room on its disk, then run the command again; `hotspots doctor` says how much is free."
            ) from None
        except psycopg.OperationalError as error:
            if not connection.broken and not isinstance(error, GONE):
                raise
            raise DatabaseError(
                f"The database went away during the work: {_first_line(error)}. What was not committed is undone. "
                "Look at `hotspots db status`, then run the command again."
            ) from None

    def open_pool(self, *, min_size: int = 1, max_size: int = 8, wait_s: float = 30) -> ConnectionPool:
        """Open a pool for a server's lifetime; the caller closes it (``with`` does). Connections are autocommit, for short reads.

        Parameters
        ----------
        wait_s : float
            Seconds that a question waits for a connection.
        """
        return ConnectionPool(
            self.dsn,
            min_size=min_size,
            max_size=max_size,
            timeout=wait_s,
            reconnect_timeout=RECONNECT_S,
            kwargs={"autocommit": True, "connect_timeout": CONNECT_S, **KEEP_ALIVE},
            check=ConnectionPool.check_connection,  # else the first requests after a restart of the database fail
            name=f"hotspots {self.room}",
            open=True,
        )


def open_owner(settings: Settings) -> Database:
    """The key of the owner, who migrates, loads and publishes; starts the embedded database where it serves."""
    return _open(settings, "owner")


def open_public(settings: Settings) -> Database:
    """The key of the public process, which reads schema ``open`` and nothing else."""
    return _open(settings, "public")


def open_staff(settings: Settings) -> Database:
    """The key of the staff process, which reads ``core`` and ``open`` and adds to ``audit``."""
    return _open(settings, "staff")


def open_desk(settings: Settings) -> Database:
    """The key of the staff desk's server: it keeps what stands in ``desk`` and reads true points through guarded views only."""
    return _open(settings, "desk")


def open_alerts(settings: Settings) -> Database:
    """The public process's second key: it adds, confirms and deletes subscriptions and reads no address."""
    return _open(settings, "alerts")


def open_mailer(settings: Settings) -> Database:
    """The key of the command that sends the alerts, the only one that reads addresses."""
    return _open(settings, "mailer")


def open_concerns(settings: Settings) -> Database:
    """The public process's third key: it adds concerns and asks for their state by functions, and reads no text."""
    return _open(settings, "concerns")


def open_partners(settings: Settings) -> Database:
    """The key of the partners' server: it sees what was shared with the partner whose session a transaction carries."""
    return _open(settings, "partners")


def open_worker(settings: Settings) -> Database:
    """The key of `hotspots work`: it learns from points without addresses or words, and keeps forecasts, backtests and its jobs."""
    return _open(settings, "worker")


def embedded_database(settings: Settings) -> Embedded:
    """The embedded cluster of these settings, running or not."""
    return Embedded(home=settings.home, bin_folder=settings.postgres_bin)


def with_database(database: Database, name: str) -> Database:
    """The same key for another database of the server."""
    return replace(database, dsn=conninfo.make_conninfo(database.dsn, dbname=name))


def url_of_room(settings: Settings, room: Room) -> SecretStr | None:
    """The address that the settings give a room of its own; None where they give it none."""
    urls: dict[Room, SecretStr | None] = {
        "owner": settings.database_url,
        "public": settings.public_database_url,
        "staff": settings.staff_database_url,
        "desk": settings.desk_database_url,
        "alerts": settings.alerts_database_url,
        "mailer": settings.mailer_database_url,
        "concerns": settings.concerns_database_url,
        "partners": settings.partners_database_url,
        "worker": settings.worker_database_url,
    }
    return urls[room]


def _open(settings: Settings, room: Room) -> Database:
    own_url = url_of_room(settings, room)
    if own_url is not None:
        return Database(
            room,
            _checked(
                f"HOTSPOTS_{'' if room == 'owner' else room.upper() + '_'}DATABASE_URL",
                own_url.get_secret_value(),
                room,
            ),
        )
    if settings.database_url is not None:
        owner = _checked("HOTSPOTS_DATABASE_URL", settings.database_url.get_secret_value(), room)
        return Database(room, conninfo.make_conninfo(owner, user=ROLE_NAMES[room], password=_password(settings, room)))
    embedded = embedded_database(settings)
    embedded.start()
    return Database(
        room,
        conninfo.make_conninfo(
            host=str(embedded.socket_folder()),
            port=PORT,
            dbname=DATABASE_NAME,
            user=ROLE_NAMES[room],
            password=_password(settings, room),
            application_name=f"hotspots {room}",
        ),
    )


def _password(settings: Settings, room: Room) -> str:
    password = read_password(settings.home, room)
    if password is None:
        raise DatabaseError(
            f"There is no password of the room {room} in {password_file(settings.home, room)}. "
            f"Run `hotspots db migrate`, or set HOTSPOTS_{room.upper()}_DATABASE_URL."
        )
    return password


def _checked(variable: str, url: str, room: Room) -> str:
    try:
        given = conninfo.conninfo_to_dict(url)
    except psycopg.ProgrammingError:
        # The value may hold a password: it is not repeated.
        raise SettingsError(
            f"{variable} is not an address such as postgresql://user:password@host:5432/database."
        ) from None
    return conninfo.make_conninfo(url, application_name=given.get("application_name") or f"hotspots {room}")


def _first_line(error: Exception) -> str:
    lines = str(error).splitlines()
    return lines[0] if lines else type(error).__name__
