"""What the doctor says about deployments in order and out of order."""

import json
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from hotspots.cli.main import app
from tests.core_city_builder import build_city
from tests.database import TestDatabase


def findings(code: int, **environment: str) -> dict[str, dict[str, Any]]:
    """The findings by subject; the command ends with `code`."""
    result = CliRunner().invoke(app, ["doctor", "--json"], env=environment)
    assert result.exit_code == code, result.output
    return {one["subject"]: one for one in map(json.loads, result.stdout.splitlines())}


@pytest.fixture
def environment(database: TestDatabase) -> dict[str, str]:
    return {"HOTSPOTS_HOME": str(database.settings.home), "HOTSPOTS_DATABASE_URL": database.owner.dsn}


def test_a_home_that_is_not_there_is_no_fault_and_is_not_made(tmp_path: Path) -> None:
    found = findings(0, HOTSPOTS_HOME=str(tmp_path / "new"))
    assert {name: one["state"] for name, one in found.items()} == {"home": "note", "mail": "note", "database": "note"}
    assert found["database"]["remedy"] == "hotspots db start"
    assert not (tmp_path / "new").exists()


def test_an_empty_database_waits_for_a_city(environment: dict[str, str]) -> None:
    found = findings(0, **environment)
    assert found["schema"]["state"] == found["public role"]["state"] == found["disk"]["state"] == "well"
    assert found["data"]["remedy"] == "hotspots load CITY.toml --data DIR, or hotspots demo"


def test_a_database_without_a_migration_is_to_be_migrated(database: TestDatabase, environment: dict[str, str]) -> None:
    with database.owner.connect() as connection:
        newest = "number = (select max(number) from audit.migration)"
        (row,) = connection.execute(f"delete from audit.migration where {newest} returning *".encode()).fetchall()
    found = findings(1, **environment)
    assert (found["schema"]["state"], found["schema"]["said"]) == ("wrong", "lacks 1 migrations")
    assert found["schema"]["remedy"] == "hotspots backup FILE, then hotspots db migrate"
    with database.owner.connect() as connection:
        connection.execute("insert into audit.migration values (%s, %s, %s, %s)", row)


def test_a_city_that_nobody_published_is_to_be_published(database: TestDatabase, environment: dict[str, str]) -> None:
    with database.owner.connect() as connection:
        build_city(connection)
    assert findings(1, **environment)["publication"]["remedy"] == "hotspots publish"


def test_a_database_that_is_not_there_is_said_with_what_to_do(tmp_path: Path) -> None:
    (database,) = [
        one
        for one in findings(1, HOTSPOTS_HOME=str(tmp_path), HOTSPOTS_DATABASE_URL="host=/nowhere dbname=x").values()
        if one["subject"] == "database"
    ]
    assert database["state"] == "wrong" and "hotspots db status" in database["remedy"]


def test_passwords_that_others_can_read_and_mails_set_up_by_half_are_wrong(tmp_path: Path) -> None:
    (tmp_path / "passwords").mkdir()
    (tmp_path / "passwords" / "owner").write_text("secret")
    found = findings(1, HOTSPOTS_HOME=str(tmp_path), HOTSPOTS_SMTP_URL="smtp://mail.example")
    assert found["passwords"]["remedy"] == f"chmod -R go= {tmp_path / 'passwords'}"
    assert "secret" not in json.dumps(found)
    assert found["mail"]["remedy"] == "Set HOTSPOTS_MAIL_FROM, HOTSPOTS_PUBLIC_URL too."


def test_for_people_a_line_a_finding_and_below_it_what_to_do(tmp_path: Path) -> None:
    result = CliRunner().invoke(app, ["doctor"], env={"HOTSPOTS_HOME": str(tmp_path / "new")})
    assert result.stdout.splitlines()[-2:] == ["-- database: is not made yet", "     hotspots db start"]
