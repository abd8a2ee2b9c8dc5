"""``hotspots serve``: clear lines before the server starts, and only the public key for it."""

import os
import socket

import pytest
from typer.testing import CliRunner

from hotspots.cli.main import app
from hotspots.cli.serve import _hand_over_public_key, check_free
from hotspots.errors import InputError
from hotspots.settings import read_settings
from tests.database import TestDatabase


@pytest.fixture
def environment(database: TestDatabase, monkeypatch: pytest.MonkeyPatch) -> TestDatabase:
    for name, room in (("", database.owner), ("STAFF_", database.staff), ("PUBLIC_", database.public)):
        monkeypatch.setenv(f"HOTSPOTS_{name}DATABASE_URL", room.dsn)
    return database


def test_the_server_is_left_no_key_but_the_publics(environment: TestDatabase) -> None:
    title = _hand_over_public_key(environment.settings)
    assert "hotspots publish" in title
    assert "HOTSPOTS_DATABASE_URL" not in os.environ
    assert "HOTSPOTS_STAFF_DATABASE_URL" not in os.environ
    assert os.environ["HOTSPOTS_PUBLIC_DATABASE_URL"] == environment.public.dsn


def test_the_server_is_left_the_key_of_subscriptions_where_mails_are_set_up_and_no_other(
    environment: TestDatabase, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in (
        ("SMTP_URL", "smtp://me:secret@mail.example"),
        ("MAIL_FROM", "a@city.example"),
        ("PUBLIC_URL", "https://city.example"),
    ):
        monkeypatch.setenv(f"HOTSPOTS_{name}", value)
    monkeypatch.setenv("HOTSPOTS_MAILER_DATABASE_URL", environment.owner.dsn)
    monkeypatch.setenv("HOTSPOTS_ALERTS_DATABASE_URL", "")  # as not set
    monkeypatch.setenv("HOTSPOTS_HOME", str(environment.settings.home))
    _hand_over_public_key(read_settings())
    assert "user=hotspots_alerts" in os.environ["HOTSPOTS_ALERTS_DATABASE_URL"]
    assert not any("secret" in value or value == environment.owner.dsn for value in os.environ.values())


def test_only_the_public_room_can_be_served_so_far(environment: TestDatabase) -> None:
    result = CliRunner().invoke(app, ["serve", "staff"])
    assert (result.exit_code, result.stderr) == (2, "Error: 'staff' cannot be served; the room that can is public.\n")


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
