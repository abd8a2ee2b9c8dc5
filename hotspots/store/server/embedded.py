"""The embedded database: a private PostgreSQL cluster with PostGIS in the user's data folder, on a socket of its own.

::

    HOME/postgres/    the cluster                     HOME/passwords/   one file a room, 0600
    HOME/run/         the socket, 0700                HOME/lock         held while starting and stopping
    HOME/postgres.log what the server says
"""

import fcntl
import os
import re
import shutil
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import structlog

from hotspots.errors import DatabaseError
from hotspots.store.server.binaries import ServerBinaries, find_binaries
from hotspots.store.server.config import server_config_here
from hotspots.store.server.passwords import ROOMS, keep_password

DATABASE_NAME = "hotspots"
OWNER = "hotspots_owner"
PORT = 5432  # only part of the socket's name
ASIDE = "postgres.aside"  # a cluster while another one takes its place
LONGEST_SOCKET_PATH = 107  # bytes, sun_path less its closing zero (man 7 unix)

log = structlog.get_logger()


@dataclass(frozen=True)
class Embedded:
    """The embedded cluster of one home folder.

    Parameters
    ----------
    home : Path
        Data folder of the deployment; each home has a cluster of its own.
    bin_folder : Path, optional
        Binaries to use in place of the newest with PostGIS.
    """

    home: Path
    bin_folder: Path | None = None

    @property
    def data(self) -> Path:
        """Folder of the cluster."""
        return self.home / "postgres"

    @property
    def log_file(self) -> Path:
        """The server's own messages."""
        return self.home / "postgres.log"

    def socket_folder(self) -> Path | None:
        """Folder of the socket; None where the path is too long and there is no short one of ours."""
        if _fits(self.home / "run"):
            return self.home / "run"
        try:
            short = (self.home / "run-short").readlink()
            found, ours = short.lstat(), self.data.stat().st_uid
        except FileNotFoundError:
            return None
        # /tmp is everybody's: another user may have made a folder of this name after ours was cleared away.
        private = short.is_dir() and not short.is_symlink() and found.st_uid == ours and found.st_mode & 0o077 == 0
        return short if private else None

    def binaries(self) -> ServerBinaries:
        """The programs that fit this cluster."""
        return find_binaries(bin_folder=self.bin_folder, version=self._version())

    def is_running(self) -> bool:
        """Whether the server answers on our socket."""
        return self._version() is not None and self._answers(self.binaries())

    def start(self, *, patience_s: float = 60) -> None:
        """Make the cluster where there is none, and start it where it does not run. Safe from several processes at once.

        Parameters
        ----------
        patience_s : float
            Seconds to wait for another process that starts or stops it, and for the remains of a killed server to go.
        """
        binaries = self.binaries()
        if self._version() is not None and self._answers(binaries):
            return
        self._make_home(binaries)
        with self._lock(patience_s):
            if (
                self._version() is None and (self.home / ASIDE).exists()
            ):  # the exchange was killed between its two moves
                (self.home / ASIDE).rename(self.data)
            binaries = self.binaries()  # another process may have exchanged the cluster meanwhile
            if self._version() is None:
                self._initialise(binaries)
            if not self._answers(binaries):
                self._start_server(binaries, patience_s)

    def stop(self, *, patience_s: float = 60) -> bool:
        """Stop the server; return whether it was running."""
        if self._version() is None:
            return False
        with self._lock(patience_s):
            return self._stop_server(patience_s)

    def replace(self, new: Path, *, patience_s: float = 60) -> Path:
        """Stop the server, put another cluster, whole and stopped, in the place of its own, and return where its own is kept.

        A process that is killed on the way leaves one of the two in place, or the old one where the next start takes it back.
        The server is stopped at once: a stop that ends sessions one after the other lets go of a lock before it sends away who waits for
        it, and a write would be said to be done in a cluster that is put aside. The kept one recovers when it is started.
        """
        with self._lock(patience_s):
            self._stop_server(patience_s, at_once=True)
            kept = self.home / f"{self.data.name}.{self._version()}"
            kept = next(
                path for n in range(1, 1000) if not (path := kept.with_name(f"{kept.name}{f'-{n}' * (n > 1)}")).exists()
            )
            self.data.rename(self.home / ASIDE)
            new.rename(self.data)
            (self.home / ASIDE).rename(kept)
        return kept

    def version(self) -> int | None:
        """The major version of PostgreSQL that made the cluster; None where there is no cluster yet."""
        return self._version()

    def _stop_server(self, patience_s: float, *, at_once: bool = False) -> bool:
        binaries = self.binaries()
        if not self._answers(binaries):
            return False
        mode = "immediate" if at_once else "fast"
        stopped = binaries.run("pg_ctl", "stop", "-D", str(self.data), "-m", mode, "-w", "-t", str(int(patience_s)))
        if stopped.returncode != 0 and self._answers(binaries):
            raise DatabaseError(f"The embedded database did not stop: {_last_line(stopped.stderr)}")
        log.info("embedded database stopped", home=str(self.home))
        return True

    def _version(self) -> int | None:
        """The server's version that made the cluster; None where there is no cluster yet."""
        try:
            return int((self.data / "PG_VERSION").read_text())
        except (FileNotFoundError, NotADirectoryError):
            return None
        except PermissionError:
            raise DatabaseError(
                f"HOTSPOTS_HOME={self.home} belongs to another user. Set it to a folder of yours."
            ) from None

    def _answers(self, binaries: ServerBinaries) -> bool:
        # A killed postmaster may linger as a zombie, which fools `pg_ctl status`: ask on the socket.
        folder = self.socket_folder()
        if folder is None:
            return False
        return binaries.run("pg_isready", "-q", "-h", str(folder), "-p", str(PORT)).returncode == 0

    def _make_home(self, binaries: ServerBinaries) -> None:
        try:
            # The server's user must pass through the home folder, and may not list it.
            self.home.mkdir(mode=0o711 if binaries.run_as else 0o700, parents=True, exist_ok=True)
            if not os.access(self.home, os.W_OK):
                raise PermissionError("no permission to write")
        except OSError as error:
            raise DatabaseError(
                f"HOTSPOTS_HOME={self.home} cannot be used: {error.strerror or error}. Set it to a folder of yours."
            ) from None
        if not binaries.can_enter(self.home):
            raise DatabaseError(
                f"HOTSPOTS_HOME={self.home} cannot be reached by the user {binaries.run_as}, who runs the database for root. "
                "Set it to a folder outside of private ones, such as /var/lib/hotspots."
            )

    @contextmanager
    def _lock(self, patience_s: float) -> Iterator[None]:
        with open(self.home / "lock", "a") as stream:
            deadline = time.monotonic() + patience_s
            while True:
                try:
                    fcntl.flock(stream, fcntl.LOCK_EX | fcntl.LOCK_NB)
                    break
                except BlockingIOError:
                    if time.monotonic() > deadline:
                        raise DatabaseError(
                            f"Another process has been starting or stopping the database in {self.home} for "
                            f"{patience_s:.0f} s. Look into {self.log_file}, then try again."
                        ) from None
                    time.sleep(0.05)
            yield

    def _initialise(self, binaries: ServerBinaries) -> None:
        """Make the cluster beside its place and move it in when whole, so that a killed attempt leaves nothing."""
        log.info("making the embedded database", home=str(self.home), postgresql=binaries.version)
        passwords = {room: keep_password(self.home, room) for room in ROOMS}
        workshop = self.home / "postgres.new"
        shutil.rmtree(workshop, ignore_errors=True)
        workshop.mkdir(mode=0o700)
        password_file = workshop / "password"
        password_file.touch(mode=0o600)
        password_file.write_text(passwords["owner"])
        binaries.give(password_file)
        binaries.give(workshop)
        cluster = workshop / "cluster"
        made = binaries.run(
            "initdb", "-D", str(cluster), "--username", OWNER, "--pwfile", str(password_file),
            "--auth", "scram-sha-256", "--encoding", "UTF8", "--locale", "C.UTF-8",
        )  # fmt: skip
        if made.returncode != 0:
            raise DatabaseError(f"The embedded database could not be made in {self.home}: {_last_line(made.stderr)}")
        password_file.unlink()
        with open(cluster / "postgresql.conf", "a") as stream:
            stream.write("\ninclude_if_exists 'hotspots.conf'\n")
        made = binaries.run(
            "postgres", "--single", "-D", str(cluster), "template1", stdin=f"create database {DATABASE_NAME};\n"
        )
        if made.returncode != 0:
            raise DatabaseError(f"The database {DATABASE_NAME} could not be made: {_last_line(made.stderr)}")
        cluster.rename(self.data)
        workshop.rmdir()

    def _start_server(self, binaries: ServerBinaries, patience_s: float) -> None:
        folder = self._make_socket_folder(binaries)
        config = self.data / "hotspots.conf"
        config.write_text(server_config_here())
        binaries.give(config)
        self.log_file.touch(mode=0o600)
        binaries.give(self.log_file)
        deadline = time.monotonic() + patience_s
        while True:
            started = binaries.run(
                "pg_ctl", "start", "-D", str(self.data), "-l", str(self.log_file), "-w", "-t", str(int(patience_s)),
                "-o", f"-k {folder} -p {PORT}",
            )  # fmt: skip
            if self._answers(binaries):
                log.info("embedded database started", home=str(self.home), postgresql=binaries.version)
                return
            # After kill -9 the old server's children hold its memory for a moment, and postmaster.pid looks alive.
            # The file guards the data, so it is never removed here: try again until the remains are gone.
            if time.monotonic() > deadline:
                said = _last_line(self.log_file.read_text(errors="replace")) or _last_line(started.stderr)
                raise DatabaseError(
                    f"The embedded database did not start within {patience_s:.0f} s: {said} The whole story is in {self.log_file}."
                )
            time.sleep(0.2)

    def _make_socket_folder(self, binaries: ServerBinaries) -> Path:
        folder = self.socket_folder()
        if folder is None:
            folder = Path(tempfile.mkdtemp(prefix="hotspots-", dir="/tmp"))
            link = self.home / "run-short"
            link.unlink(missing_ok=True)
            link.symlink_to(folder)
        folder.mkdir(exist_ok=True)
        folder.chmod(0o700)
        binaries.give(folder)
        return folder


def _fits(folder: Path) -> bool:
    # The server reads the folder as a list between commas and quotes: an odd name takes the short way too.
    socket = folder / f".s.PGSQL.{PORT}"
    return len(os.fsencode(socket)) < LONGEST_SOCKET_PATH and re.fullmatch(r"[\w./+-]+", str(socket)) is not None


def _last_line(text: str) -> str:
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    return lines[-1] if lines else ""
