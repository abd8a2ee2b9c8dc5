"""`hotspots user`, as an administrator would type it."""

import pytest
from typer.testing import CliRunner

from hotspots.cli.main import app
from tests.database import TestDatabase


def test_add_list_reset_disable(database: TestDatabase, monkeypatch: pytest.MonkeyPatch) -> None:
    assert database.settings.database_url is not None
    monkeypatch.setenv("HOTSPOTS_HOME", str(database.settings.home))
    monkeypatch.setenv("HOTSPOTS_DATABASE_URL", database.settings.database_url.get_secret_value())
    monkeypatch.setenv("HOTSPOTS_STAFF_URL", "https://desk.example.org")

    def user(*words: str) -> tuple[int, str]:
        result = CliRunner().invoke(app, ["user", *words])
        return result.exit_code, result.output

    assert user("list") == (0, "There is no account yet: hotspots user add NAME --role analyst --all-areas\n")
    code, said = user("add", "jo", "--role", "analyst", "--all-areas")
    assert code == 0 and "https://desk.example.org/invitation?t=" in said
    assert user("list")[1] == "jo  analyst  all areas  not enrolled  live sessions: 0\n"
    assert user("add", "jo", "--role", "analyst")[0] == 2
    assert user("add", "no", "--role", "analyst", "--area", "beat:1", "--all-areas")[0] == 2
    assert user("sessions") == (0, "Nobody is signed in.\n")
    assert user("sessions", "--end")[0] == 2
    assert user("sessions", "jo", "--end") == (0, "Ended: 0.\n")
    assert "invitation?t=" in user("reset", "jo")[1]
    assert user("disable", "jo")[0] == 0 and "disabled" in user("list")[1]
    assert user("reset", "jo")[0] == 2 and user("disable", "nobody")[0] == 2
    with database.owner.connect() as connection:
        verbs = connection.execute("select verb from audit.event order by event_id").fetchall()
    assert [verb for (verb,) in verbs] == ["user add", "user sessions", "user reset", "user disable"]
