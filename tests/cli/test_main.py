"""The command line: clear lines instead of tracebacks, and quick help."""

import errno
import os
import subprocess
import sys
from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner

from hotspots.cli.main import ErrorLineGroup
from hotspots.errors import InputError

HEAVY = (
    "pandas",
    "numpy",
    "geopandas",
    "psycopg",
    "scipy",
    "sklearn",
    "dash",
    "fastapi",
    "pydantic_settings",
    "hotspots_models",
)


def hotspots(*arguments: str, **environment: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [sys.executable, "-c", "from hotspots.cli.main import run; run()", *arguments],
        capture_output=True, text=True, check=False, env={**os.environ, **environment},
    )  # fmt: skip


def app_that_raises(error: Exception) -> typer.Typer:
    app = typer.Typer(cls=ErrorLineGroup, pretty_exceptions_enable=False)

    @app.callback()
    def options() -> None: ...

    @app.command()
    def go() -> None:
        raise error

    return app


def test_an_error_of_ours_is_one_line_and_exit_code_2() -> None:
    result = CliRunner().invoke(app_that_raises(InputError("There is no city file x.toml; name one.")), ["go"])
    assert result.exit_code == 2
    assert result.stderr == "Error: There is no city file x.toml; name one.\n"
    assert result.stdout == ""


@pytest.mark.parametrize(
    ("error", "said"),
    [
        (
            OSError(errno.ENOSPC, "No space left on device", "/data/x.csv"),
            "No space left on device: /data/x.csv. Make room,",
        ),
        (OSError(errno.EDQUOT, "Disk quota exceeded"), "Disk quota exceeded. Make room,"),
        (OSError(errno.EROFS, "Read-only file system", "/x"), "Read-only file system: /x. Name a folder"),
        (PermissionError(errno.EACCES, "Permission denied", "/x"), "Permission denied: /x. Let this user in,"),
        (OSError(errno.EMFILE, "Too many open files"), "Too many open files. Allow more"),
        (MemoryError(), "Memory ran out. Give the machine more memory"),
    ],
)
def test_what_the_machine_did_is_no_defect_of_ours_and_names_the_remedy(error: Exception, said: str) -> None:
    result = CliRunner().invoke(app_that_raises(error), ["go"])
    assert result.exit_code == 2
    assert result.stderr.startswith(f"Error: {said}")
    assert "defect" not in result.stderr and result.stderr.count("\n") == 1


@pytest.mark.parametrize("unbuffered", ["", "1"])  # output that waits until the end, and output that does not
def test_a_full_disk_under_the_output_is_said(tmp_path: Path, unbuffered: str) -> None:
    with open("/dev/full", "w") as full:
        ended = subprocess.run(
            [sys.executable, "-c", "from hotspots.cli.main import run; run()", "db", "stop"],
            stdout=full, stderr=subprocess.PIPE, text=True, check=False, env={**os.environ, "HOTSPOTS_HOME": str(tmp_path), "PYTHONUNBUFFERED": unbuffered},
        )  # fmt: skip
    assert ended.returncode == 2
    assert ended.stderr.startswith("Error: No space left on device. Make room,")
    assert "Traceback" not in ended.stderr


def test_an_unexpected_error_is_one_line_and_exit_code_1(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("HOTSPOTS_LOG_LEVEL", raising=False)
    result = CliRunner().invoke(app_that_raises(ZeroDivisionError("division\nby zero")), ["go"])
    assert result.exit_code == 1
    assert result.stderr.startswith("Unexpected error (ZeroDivisionError): division by zero ")
    assert result.stderr.count("\n") == 1


def test_debug_shows_where_an_unexpected_error_came_from(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOTSPOTS_LOG_LEVEL", "debug")
    result = CliRunner().invoke(app_that_raises(ZeroDivisionError("x")), ["go"])
    assert "Traceback" in result.stderr and "test_main.py" in result.stderr


@pytest.mark.parametrize("arguments", [["nonsense"], ["db", "nonsense"], ["db", "start", "--nonsense"]])
def test_an_unknown_command_or_option_is_exit_code_2_without_traceback(arguments: list[str]) -> None:
    result = hotspots(*arguments)
    assert result.returncode == 2
    assert "No such" in result.stderr and "Traceback" not in result.stderr


def test_a_wrong_setting_is_one_line_and_exit_code_2() -> None:
    result = hotspots("db", "status", HOTSPOTS_PUBLIC_PORT="eighty")
    assert result.returncode == 2
    assert result.stderr.startswith("Error: HOTSPOTS_PUBLIC_PORT='eighty' does not work")
    assert result.stderr.count("\n") == 1


def test_help_imports_nothing_heavy() -> None:
    look = "import sys, hotspots.cli.main; print(*sys.modules)"
    modules = subprocess.run([sys.executable, "-c", look], capture_output=True, text=True, check=True).stdout.split()
    assert [name for name in HEAVY if name in modules] == []


def test_version_is_the_installed_ones() -> None:
    from importlib.metadata import version

    assert hotspots("--version").stdout == f"hotspots {version('hotspots')}\n"
