"""``hotspots serve``: clear lines before the server starts, and only the public key for it."""

import os
import socket
import sys
from pathlib import Path
from subprocess import DEVNULL, Popen
from time import sleep

import pytest
from typer.testing import CliRunner

from hotspots.cli.main import app
from hotspots.cli.serve import check_free, desk_keys, public_keys
from hotspots.cli.server_process import server_environment
from hotspots.errors import InputError
from hotspots.settings import Settings, read_settings
from tests.database import TestDatabase


@pytest.fixture
def environment(database: TestDatabase, monkeypatch: pytest.MonkeyPatch) -> TestDatabase:
    for name, room in (("", database.owner), ("STAFF_", database.staff), ("PUBLIC_", database.public)):
        monkeypatch.setenv(f"HOTSPOTS_{name}DATABASE_URL", room.dsn)
    return database


SECRETS = {
    "HOTSPOTS_SMTP_URL": "smtp://me:secret@mail.example",
    "HOTSPOTS_MAILER_DATABASE_URL": "postgresql://mailer:secret@db.example/x",
    "AWS_SECRET_ACCESS_KEY": "secret",
    "PGPASSWORD": "secret",
}


def test_a_server_gets_its_own_keys_and_no_other_secret(environment: TestDatabase) -> None:
    given = {**os.environ, **SECRETS, "HOTSPOTS_RATE_LIMIT": "7", "PATH": "/bin"}
    title, keys = public_keys(environment.settings)
    assert "hotspots publish" in title
    assert keys == {"HOTSPOTS_PUBLIC_DATABASE_URL": environment.public.dsn}
    started_with = server_environment(given, keys=keys)
    assert (started_with["HOTSPOTS_RATE_LIMIT"], started_with["PATH"]) == ("7", "/bin")
    assert {name for name in started_with if "URL" in name} <= {"HOTSPOTS_PUBLIC_DATABASE_URL", "HOTSPOTS_PUBLIC_URL"}
    assert not any("secret" in value for value in started_with.values())
    assert environment.owner.dsn not in started_with.values()


def test_every_secret_setting_is_held_back() -> None:
    secret = {
        f"HOTSPOTS_{name.upper()}" for name in Settings.model_fields if name.endswith(("database_url", "smtp_url"))
    }
    given = {f"HOTSPOTS_{name.upper()}": name for name in Settings.model_fields}
    assert set(given) - set(server_environment(given, keys={})) >= secret


def test_the_server_gets_the_key_of_subscriptions_where_mails_are_set_up(
    environment: TestDatabase, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in (
        ("SMTP_URL", "smtp://me:secret@mail.example"),
        ("MAIL_FROM", "a@city.example"),
        ("PUBLIC_URL", "https://city.example"),
    ):
        monkeypatch.setenv(f"HOTSPOTS_{name}", value)
    monkeypatch.setenv("HOTSPOTS_ALERTS_DATABASE_URL", "")  # as not set
    monkeypatch.setenv("HOTSPOTS_HOME", str(environment.settings.home))
    _, keys = public_keys(read_settings())
    assert set(keys) == {"HOTSPOTS_PUBLIC_DATABASE_URL", "HOTSPOTS_ALERTS_DATABASE_URL"}
    assert "user=hotspots_alerts" in keys["HOTSPOTS_ALERTS_DATABASE_URL"]


def test_the_process_that_serves_was_started_without_the_owners_address_and_the_mail_password(
    environment: TestDatabase,
) -> None:
    """Read as an attacker inside the process would: from /proc, where what was taken out of os.environ still stands."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [sys.executable, "-c", "from hotspots.cli.main import run; run()", "serve", "public", "--port", str(port)]
    with Popen(command, env={**os.environ, **SECRETS}, stdout=DEVNULL, stderr=DEVNULL) as process:
        try:
            while True:
                assert process.poll() is None, "the server did not start"
                try:
                    socket.create_connection(("127.0.0.1", port)).close()
                    break
                except ConnectionRefusedError:
                    sleep(0.05)
            seen = Path(f"/proc/{process.pid}/environ").read_text().split("\0")
        finally:
            process.terminate()
    assert f"HOTSPOTS_PUBLIC_DATABASE_URL={environment.public.dsn}" in seen
    assert not any("secret" in line or environment.owner.dsn in line for line in seen)


def test_what_cannot_be_served_is_said(environment: TestDatabase) -> None:
    result = CliRunner().invoke(app, ["serve", "press"])
    assert (result.exit_code, result.stderr) == (
        2,
        "Error: 'press' cannot be served; there are public, staff and partners.\n",
    )


def test_the_desk_gets_its_own_key_alone(environment: TestDatabase) -> None:
    title, keys = desk_keys(environment.settings)
    assert (title, keys) == ("Staff desk", {"HOTSPOTS_DESK_DATABASE_URL": environment.desk.dsn})
    started_with = server_environment({**os.environ, **SECRETS}, keys=keys)
    assert {name for name in started_with if name.endswith("DATABASE_URL")} == {"HOTSPOTS_DESK_DATABASE_URL"}


def test_the_desk_answers_other_machines_only_under_an_address(environment: TestDatabase) -> None:
    result = CliRunner().invoke(app, ["serve", "staff", "--host", "0.0.0.0"])
    assert result.exit_code == 2 and "Set HOTSPOTS_STAFF_URL" in result.stderr


def test_a_port_in_use_is_said_before_anything_starts(environment: TestDatabase) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        with pytest.raises(InputError, match=f"--port {port} on 127.0.0.1 cannot be used: Address already in use"):
            check_free("127.0.0.1", port)


def test_an_address_of_another_machine_is_said_to_be_wrong() -> None:
    with pytest.raises(InputError, match="--host 256.1.1.1: .*Give an address of this machine"):
        check_free("256.1.1.1", 8050)
