"""`hotspots fetch`, as a timer runs it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from hotspots.cli.main import app
from hotspots.settings import Settings
from tests.database import TestDatabase, cloned_database
from tests.pipeline.fetch.test_run_feeds import FIELDS, portal_row
from tests.pipeline.load_city import write_city_file, write_zones
from tests.sources.feeds.portals import Portal, Socrata, serving


@pytest.fixture
def empty(cluster: Settings, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[TestDatabase]:
    with cloned_database(cluster, "test_cli_fetch") as database:
        monkeypatch.setenv("HOTSPOTS_DATABASE_URL", database.owner.dsn)
        monkeypatch.setenv("HOTSPOTS_HOME", str(tmp_path / "home"))
        yield database


def run(*arguments: str) -> Result:
    return CliRunner().invoke(app, ["fetch", *arguments])


def write_city(folder: Path, server: Portal) -> None:
    feeds = "".join(
        f'[[feed]]\nname = "{name}"\nkind = "socrata"\nurl = "{server.url}/resource/{dataset}"\n'
        for name, dataset in (("incidents", "abcd-1234"), ("incidents_of_other_years", "gone-0000"))
    )
    write_city_file(folder, replace={"[[area]]": f"{feeds}\n[[area]]"})
    write_zones(folder)


def test_a_fetch_loads_and_publishes_what_came_and_ends_with_2_where_a_feed_failed(
    empty: TestDatabase, tmp_path: Path
) -> None:
    days = [datetime.now(UTC) - timedelta(days=ago) for ago in (30, 30, 10)]  # the newest day is not whole yet
    rows = [portal_row(number) | {"when": f"{day:%Y-%m-%d} 10:30"} for number, day in enumerate(days)]
    with serving(Socrata(rows, FIELDS)) as server:
        write_city(tmp_path, server)
        city = str(tmp_path / "littleton.toml")
        result = run("--city", city, "--data", str(tmp_path), "--then", "publish,forecast")
        assert result.exit_code == 2, result.output
        assert "incidents_of_other_years: it refuses with 404: not found." in result.stderr
        for line in (
            "incidents_of_other_years: failed",
            "Loaded: 3 new, 0 changed, 0 withdrawn, 0 rejected",
            "Published: 2 incidents",
        ):
            assert line in result.stdout
        assert "none was made before" in result.stdout
        # The city that was loaded is remembered; only the feed that works is asked.
        again = run("--data", str(tmp_path), "--feed", "incidents", "--json")
    assert again.exit_code == 0, again.output
    report = json.loads(again.stdout)
    assert report["feeds"] == [{"feed": "incidents", "file": None, "rows": 0, "failure": None}]
    assert (report["load"]["read"], report["load"]["unchanged"]) == (3, 3)
    status = CliRunner().invoke(app, ["status"]).stdout
    assert "feed incidents: last answered" in status and "last brought records" in status
    assert (
        "feed incidents_of_other_years: has never answered; 1 failed since: incidents_of_other_years: it refuses"
        in status
    )
    feeds = json.loads(CliRunner().invoke(app, ["status", "--json"]).stdout)["feeds"]
    assert [(feed["feed"], feed["rows"], feed["failures"]) for feed in feeds] == [
        ("incidents", 3, 0), ("incidents_of_other_years", None, 1),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--then", "publish,tweet"], "--then tweet is not one of publish, forecast."),
        ([], "No city is loaded yet: give --city CITY.toml."),
        (["--city", "chicago", "--data", "/nonexistent"], "The city file has no [[feed]]"),
    ],
)
def test_a_fetch_that_cannot_begin_says_so_in_one_line(empty: TestDatabase, arguments: list[str], words: str) -> None:
    del empty
    result = run(*arguments)
    assert result.exit_code == 2
    assert words in result.stderr
