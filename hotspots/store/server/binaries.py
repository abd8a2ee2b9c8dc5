"""Find the installed PostgreSQL binaries that have PostGIS, and run them as a user that they accept."""

import os
import pwd
import re
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

from hotspots.errors import DatabaseError

OLDEST_VERSION = 15
EXTENSIONS = ("postgis", "pg_trgm")

INSTALL_CHOICES = (
    "Either install it (Debian 12: apt-get install postgresql-15 postgresql-15-postgis-3), "
    "or set HOTSPOTS_DATABASE_URL=postgresql://user:password@host/database to a server that has PostGIS."
)


@dataclass(frozen=True)
class ServerBinaries:
    """A folder with ``initdb``, ``pg_ctl``, ``postgres`` and ``pg_isready`` of one version."""

    folder: Path
    version: int
    run_as: str | None  # the operating system's user; None: whoever we are

    def run(self, program: str, *arguments: str, stdin: str | None = None) -> "subprocess.CompletedProcess[str]":
        """Run one program to its end and return its result with both outputs; the caller judges the exit code."""
        return subprocess.run(
            [str(self.folder / program), *arguments],
            input=stdin,
            stdin=subprocess.DEVNULL if stdin is None else None,
            capture_output=True,
            text=True,
            errors="replace",
            cwd="/",  # the server's user may not be able to enter ours
            env=_clean_environment(),
            user=self.run_as,
            group=self.run_as and pwd.getpwnam(self.run_as).pw_gid,
            extra_groups=None if self.run_as is None else [],
            check=False,
        )

    def give(self, path: Path) -> None:
        """Make the server's user the owner of a file or folder that we wrote."""
        if self.run_as is not None:
            shutil.chown(path, user=self.run_as, group=pwd.getpwnam(self.run_as).pw_gid)

    def can_enter(self, folder: Path) -> bool:
        """Whether the server's user can pass through a folder, by trying."""
        if self.run_as is None:
            return os.access(folder, os.X_OK)
        tried = subprocess.run(
            ["/usr/bin/test", "-x", str(folder)],
            cwd="/",
            user=self.run_as,
            group=pwd.getpwnam(self.run_as).pw_gid,
            extra_groups=[],
            check=False,
        )
        return tried.returncode == 0


def find_binaries(*, bin_folder: Path | None = None, version: int | None = None) -> ServerBinaries:
    """Find the newest installed PostgreSQL with PostGIS.

    Parameters
    ----------
    bin_folder : Path, optional
        Use exactly this folder (``HOTSPOTS_POSTGRES_BIN``).
    version : int, optional
        The major version that an existing cluster was made with; another one cannot open it.

    Raises
    ------
    DatabaseError
        Where nothing suitable is installed, with the choices.
    """
    found = [bin_folder] if bin_folder else _candidate_folders()
    versions = {folder: number for folder in found if (number := _version(folder)) is not None}
    if bin_folder and not versions:
        raise DatabaseError(
            f"HOTSPOTS_POSTGRES_BIN={bin_folder} holds no PostgreSQL server (initdb, pg_ctl, postgres)."
        )
    if version is not None:
        versions = {folder: number for folder, number in versions.items() if number == version}
        if not versions:
            raise DatabaseError(
                f"The embedded database was made by PostgreSQL {version}, which is not installed any more. "
                f"Install postgresql-{version} and postgresql-{version}-postgis-3, or move the data by pg_dump."
            )
    recent = sorted((item for item in versions.items() if item[1] >= OLDEST_VERSION), key=lambda item: -item[1])
    if not recent:
        raise DatabaseError(f"PostgreSQL {OLDEST_VERSION} or newer is not installed. {INSTALL_CHOICES}")
    for folder, number in recent:
        if not _missing_extensions(folder):
            return ServerBinaries(folder=folder, version=number, run_as=_run_as())
    folder, number = recent[0]
    missing = " and ".join(_missing_extensions(folder))
    raise DatabaseError(f"PostgreSQL {number} in {folder} has no {missing}. {INSTALL_CHOICES}")


def find_program(name: str, *, bin_folder: Path | None = None, version: int | None = None) -> Path:
    """Find one of PostgreSQL's programs for users, such as ``pg_dump``: of a version where it is installed, else the newest.

    Raises
    ------
    DatabaseError
        It is not installed.
    """
    folders = (
        [bin_folder] if bin_folder else [Path(f"/usr/lib/postgresql/{version}/bin"), *reversed(_candidate_folders())]
    )
    for folder in folders:
        if os.access(folder / name, os.X_OK):
            return folder / name
    on_path = shutil.which(name)
    if on_path is None:
        raise DatabaseError(f"{name} is not installed (Debian 12: apt-get install postgresql-client-15).")
    return Path(on_path)


def _candidate_folders() -> list[Path]:
    folders = [*Path("/usr/lib/postgresql").glob("*/bin"), *Path("/usr").glob("pgsql-*/bin")]
    on_path = shutil.which("initdb")
    if on_path:
        folders.append(Path(on_path).resolve().parent)
    return list(dict.fromkeys(folder for folder in folders if (folder / "initdb").exists()))


def _version(folder: Path) -> int | None:
    programs = ("initdb", "pg_ctl", "postgres", "pg_isready")
    if not all(os.access(folder / program, os.X_OK) for program in programs):
        return None
    answer = subprocess.run([str(folder / "postgres"), "--version"], capture_output=True, text=True, check=False)
    number = re.search(r"(\d+)", answer.stdout)
    return int(number.group(1)) if number else None


def _missing_extensions(folder: Path) -> list[str]:
    answer = subprocess.run([str(folder / "pg_config"), "--sharedir"], capture_output=True, text=True, check=False)
    extensions = Path(answer.stdout.strip()) / "extension"
    return [name for name in EXTENSIONS if not (extensions / f"{name}.control").exists()]


def _run_as() -> str | None:
    if os.geteuid() != 0:
        return None
    try:
        return pwd.getpwnam("postgres").pw_name
    except KeyError:
        raise DatabaseError(
            "PostgreSQL does not run as root and there is no user named postgres. "
            "Create one (adduser --system --group postgres), or run as an ordinary user."
        ) from None


def _clean_environment() -> dict[str, str]:
    # PGDATA, PGHOST and the like of the person's own server must not reach ours; messages in English for the log.
    kept = {name: value for name, value in os.environ.items() if not name.startswith("PG")}
    return {**kept, "LC_ALL": "C.UTF-8"}
