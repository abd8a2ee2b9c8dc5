"""``hotspots problem``, ``action`` and ``remedies`` at the shell: an empty city and bad input get one line."""

import json

import pytest
from typer.testing import CliRunner, Result

from hotspots.cli.main import app
from tests.database import TestDatabase
from tests.desk_people import claim_accounts


@pytest.fixture
def run(database: TestDatabase, monkeypatch: pytest.MonkeyPatch):  # type: ignore[no-untyped-def]
    monkeypatch.setenv("HOTSPOTS_HOME", str(database.settings.home))
    monkeypatch.setenv("HOTSPOTS_DATABASE_URL", str(database.owner.dsn))
    claim_accounts(database.owner, owner1="prevention", o1="analyst", kim="commander", eye="auditor", boss="admin")

    def command(*words: str) -> Result:
        return CliRunner().invoke(app, list(words))

    return command


def test_a_problem_is_opened_listed_and_moved(run) -> None:  # type: ignore[no-untyped-def]
    assert "no problem yet" in run("problem", "list").stdout
    opened = run(
        "problem", "open", "--as", "owner1", "--title", "Dark lot", "--partner", "Streets Dept", "--due", "2018-03-01"
    )
    assert (opened.exit_code, opened.stdout) == (0, "Problem 1 is open.\n")
    assert run("problem", "move", "1", "analysed", "--as", "owner1").stdout == "Problem 1 is analysed.\n"
    assert run("problem", "list").stdout == "1  Dark lot: analysed, owner owner1, due 2018-03-01\n"
    assert "no action yet" in run("action", "list").stdout
    remedies = json.loads(run("remedies", "--factor", "light", "--json").stdout)["remedies"]
    assert [one["name"] for one in remedies] == ["street_lighting"]


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["problem", "open", "--as", "owner1", "--title", "Ask John Miller"], "seems to hold the name of a person"),
        (["problem", "open", "--as", "Owner One", "--title", "Dark lot"], "not the name of an account"),
        (["problem", "move", "7", "closed", "--as", "owner1"], "There is no problem 7"),
        (["action", "agree", "7", "--as", "owner1"], "No city is loaded yet"),
        (["action", "judge", "7", "--as", "owner1"], "There is no action 7"),
        (["action", "publish", "7", "--as", "owner1"], "There is no action 7"),
        (
            ["action", "propose", "--as", "o1", "--title", "x", "--remedy", "cctv", "--crime-type", "robbery", "--from", "2018-01-01",
             "--to", "2018-02-01", "--worst", "3"],
            "No forecast is stored for robbery",
        ),
    ],
)  # fmt: skip
def test_bad_input_is_one_line_and_exit_code_2(run, words: list[str], said: str) -> None:  # type: ignore[no-untyped-def]
    result = run(*words)
    assert result.exit_code == 2
    assert said in result.stderr and result.stderr.count("\n") == 1


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["problem", "open", "--as", "nobody7", "--title", "Dark lot"], "There is no account nobody7"),
        (["problem", "open", "--as", "eye", "--title", "Dark lot"], "the role auditor does not do this; analyst or commander or prevention does"),
        (["action", "agree", "7", "--as", "kim"], "the role commander does not do this; analyst or prevention does"),
        (["action", "sign", "7", "--as", "kim"], "the role commander does not do this"),
        (["plan", "approve", "7", "--as", "o1"], "the role analyst does not do this; commander does"),
        (["plan", "add", "7", "--as", "kim", "--box", "A", "--day", "2018-01-01", "--reason", "x"], "the role commander does not do this; analyst does"),
        (["plan", "log", "7", "--as", "boss", "--box", "A", "--at", "2018-01-01T10:00"], "the role admin does not do this"),
        (["plan", "suppress", "7", "--as", "kim", "--box", "A", "--day", "2018-01-01", "--reason", "x"], "There is no plan 7"),
    ],
)  # fmt: skip
def test_a_claimed_account_acts_within_its_role(run, words: list[str], said: str) -> None:  # type: ignore[no-untyped-def]
    result = run(*words)
    assert (result.exit_code, result.stderr.count("\n")) == (2, 1)
    assert said in result.stderr


def test_a_disabled_account_does_nothing(run, database: TestDatabase) -> None:  # type: ignore[no-untyped-def]
    with database.owner.connect() as connection:
        connection.execute(
            "insert into door.account (process, name, role, disabled_at) values ('staff', 'gone', 'analyst', now())"
        )
    assert "The account gone is disabled" in run("problem", "open", "--as", "gone", "--title", "Dark lot").stderr
