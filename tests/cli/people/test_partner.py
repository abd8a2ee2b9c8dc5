"""``hotspots partner`` at the shell: an administrator's claim, and no other's, stands in the audit beside each change."""

import pytest
from typer.testing import CliRunner, Result

from hotspots.cli.main import app
from tests.database import TestDatabase
from tests.desk_people import claim_accounts


@pytest.fixture
def run(database: TestDatabase, monkeypatch: pytest.MonkeyPatch):  # type: ignore[no-untyped-def]
    monkeypatch.setenv("HOTSPOTS_HOME", str(database.settings.home))
    monkeypatch.setenv("HOTSPOTS_DATABASE_URL", str(database.owner.dsn))
    claim_accounts(database.owner, boss="admin", kim="commander", carer="prevention")

    def command(*words: str) -> Result:
        return CliRunner().invoke(app, ["partner", *words])

    return command


def test_a_partner_is_added_reset_and_disabled_by_an_administrator(run, database: TestDatabase) -> None:  # type: ignore[no-untyped-def]
    added = run("add", "streets", "--as", "boss", "--email", "lights@example.org")
    assert added.exit_code == 0 and "invitation?t=" in added.stdout
    assert "streets  not enrolled" in run("list").stdout
    assert "invitation?t=" in run("reset", "streets", "--as", "boss").stdout
    assert "signed out everywhere" in run("disable", "streets", "--as", "boss").stdout
    with database.owner.connect() as connection:
        told = connection.execute(
            "select verb, detail ->> 'claimed' from audit.event where verb like 'partner %' order by event_id"
        ).fetchall()
    assert told == [("partner add", "boss"), ("partner reset", "boss"), ("partner disable", "boss")]


@pytest.mark.parametrize("words", [("add", "parks"), ("reset", "parks"), ("disable", "parks")])
@pytest.mark.parametrize(
    ("claim", "said"),
    [
        ((), "--as"),
        (("--as", "kim"), "the role commander does not do this; admin does"),
        (("--as", "carer"), "the role prevention does not do this"),
        (("--as", "nobody"), "There is no account nobody"),
    ],
)
def test_nobody_else_changes_a_partner(
    run, database: TestDatabase, words: tuple[str, ...], claim: tuple[str, ...], said: str
) -> None:  # type: ignore[no-untyped-def]
    refused = run(*words, *claim)
    assert refused.exit_code == 2 and said in " ".join(refused.output.split())
    with database.owner.connect() as connection:
        assert connection.execute("select count(*) from door.account where name = 'parks'").fetchone() == (0,)
