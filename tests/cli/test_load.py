"""`hotspots load` and `hotspots status`, as a person runs them."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from hotspots.cli.load_report import print_summary
from hotspots.cli.main import app
from hotspots.settings import Settings
from tests.database import TestDatabase, cloned_database
from tests.pipeline.load_city import deliver, row, write_city_file, write_zones


@pytest.fixture
def empty(cluster: Settings, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[TestDatabase]:
    with cloned_database(cluster, "test_cli_load") as database:
        monkeypatch.setenv("HOTSPOTS_DATABASE_URL", database.owner.dsn)
        monkeypatch.setenv("HOTSPOTS_HOME", str(tmp_path / "home"))
        yield database


def run(*arguments: str) -> Result:
    return CliRunner().invoke(app, list(arguments))


def test_load_prints_a_summary_whose_counts_add_up_and_names_the_rejects_file(
    empty: TestDatabase, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    del empty
    write_city_file(tmp_path)
    write_zones(tmp_path)
    deliver(tmp_path, "2026-01-31", [row("1"), row("2", at=None), row("3", when="=1+1"), row("4", offence="LOITERING")])
    city, rejects = str(tmp_path / "littleton.toml"), tmp_path / "out" / "rejects.csv"
    result = run("load", city, "--data", str(tmp_path), "--rejects", str(rejects), "--json")
    assert result.exit_code == 0, result.output
    incidents = json.loads(result.stdout)["incidents"]
    counts = ("read", "new", "changed", "unchanged", "withdrawn", "rejected", "without_location")
    assert [incidents[name] for name in counts] == [4, 3, 0, 0, 0, 1, 1]
    assert incidents["rejects"] == {"occurred: no time can be read": 1}
    assert incidents["rejects_file"] == str(rejects)
    assert rejects.read_text().splitlines()[1].startswith("incidents_2026-01-31.csv,4,occurred: no time can be read,")
    print_summary(json.loads(result.stdout))
    printed = capsys.readouterr().out
    assert '"other", which is public: name what is sensitive in [[crime_type]] (1):' in printed
    assert "1  occurred: no time can be read (first: incidents_2026-01-31.csv, line 4)" in printed
    assert "Not one record" not in printed
    again = run("load", city, "--data", str(tmp_path))
    assert again.exit_code == 0
    for words in (
        "read = new + changed + unchanged + withdrawn + rejected",
        "loaded before",
        "occurred: no time can be read",
    ):
        assert words in again.stdout
    status = run("status", "--json")
    told = json.loads(status.stdout)
    assert told["deliveries"]["read"] == 4
    assert (
        told["incidents"]["current"]
        == 3
        == sum(told["incidents"][name] for name in ("inside", "outside", "unplaced", "without_location"))
    )
    assert told["incidents"]["versions"] == sum(
        told["incidents"][name] for name in ("current", "superseded", "withdrawn")
    )
    assert told["published"] is None
    assert "Littleton" in run("status").stdout


def test_a_file_of_which_no_record_can_be_read_is_said_to_be_so(empty: TestDatabase, tmp_path: Path) -> None:
    del empty
    write_city_file(tmp_path)
    deliver(tmp_path, "2026-01-31", [row("1", when="13/45/2026"), row("2", when="soon")])
    asked = ("load", str(tmp_path / "littleton.toml"), "--data", str(tmp_path), "--only", "incidents")
    refused = run(*asked)
    assert refused.exit_code == 2
    assert "2 of 2 records have no time that can be read (such as '13/45/2026', 'soon')" in refused.stderr
    result = run(*asked, "--anyway")
    assert result.exit_code == 0
    assert "Look at this: 2 of 2 records have no time that can be read" in result.stdout
    assert "Not one record of incidents_2026-01-31.csv could be read" in result.stdout
    assert "2  occurred: no time can be read (first: incidents_2026-01-31.csv, line 2)" in result.stdout


def test_a_delivery_can_be_dated_by_hand_and_only_a_part_loaded(empty: TestDatabase, tmp_path: Path) -> None:
    write_city_file(tmp_path)
    deliver(tmp_path, "2026-01-31", [row("1")])
    city = str(tmp_path / "littleton.toml")
    result = run("load", city, "--data", str(tmp_path), "--only", "incidents", "--known-on", "2026-02-03")
    assert result.exit_code == 0, result.output
    with empty.owner.connect() as connection:
        assert connection.execute("select known_on::text from raw.delivery").fetchall() == [("2026-02-03",)]


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["load", "littletown", "--data", "."], "City file 'littletown' does not exist"),
        (["load", "chicago", "--data", "nowhere"], "The data folder 'nowhere' does not exist"),
        (["load", "chicago", "--data", ".", "--only", "beats"], "--only beats is not one of areas, places"),
    ],
)
def test_bad_input_is_one_line_and_exit_code_2(empty: TestDatabase, arguments: list[str], words: str) -> None:
    del empty
    result = run(*arguments)
    assert result.exit_code == 2
    assert words in result.output
    assert "Traceback" not in result.output


def test_status_of_an_empty_database_says_what_to_do(empty: TestDatabase) -> None:
    del empty
    assert "Nothing is loaded yet. Run `hotspots load" in run("status").stdout


def test_load_then_publish_is_one_command(empty: TestDatabase, tmp_path: Path) -> None:
    write_city_file(tmp_path)
    write_zones(tmp_path)
    deliver(tmp_path, "2026-01-31", [row("1"), row("2", when="2026-01-20 23:30")])
    load = ("load", str(tmp_path / "littleton.toml"), "--data", str(tmp_path))
    refused = run(*load, "--then", "print")
    assert (refused.exit_code, refused.stderr) == (2, "Error: --then print is not one of publish, forecast.\n")
    result = run(*load, "--then", "publish", "--json")
    assert result.exit_code == 0, result.output
    told = json.loads(result.stdout)
    assert (told["incidents"]["new"], told["publish"]["written"]) == (2, 2)
    with empty.owner.connect() as connection:
        assert connection.execute("select count(*) from open.incident").fetchone() == (2,)
    assert "Published: 2 incidents up to 2026-01-20; vintage" in run(*load, "--then", "publish").stdout
