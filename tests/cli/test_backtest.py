"""``hotspots backtest``: what is printed as text is what the JSON and the report say too."""

import json
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from hotspots.cli.main import app
from tests.core_city_builder import add_incident, build_city
from tests.database import TestDatabase

REASON = "a study of overdose calls"


@pytest.fixture
def run(database: TestDatabase, monkeypatch: pytest.MonkeyPatch) -> Any:
    monkeypatch.setenv("HOTSPOTS_HOME", str(database.settings.home))
    monkeypatch.setenv("HOTSPOTS_DATABASE_URL", database.owner.dsn)
    with database.owner.connect() as connection:
        build_city(connection)
        for n in range(40):
            add_incident(
                connection,
                f"{n}",
                (75.0, 75.0),
                datetime(2024, 12, 1, 20) + timedelta(days=n % 30),
                crime_type="narcotics",
            )

    def invoke(*arguments: str) -> Result:
        asked = ("--crime-type", "narcotics", "--models", "kde", "--origins", "2", "--horizon", "7", "--workers", "1")
        return CliRunner().invoke(app, ["backtest", *asked, *arguments])

    return invoke


def test_the_reason_for_what_the_police_initiate_and_the_notes_are_printed_and_in_the_report(
    run: Any, tmp_path: Path
) -> None:
    files = ("--json", str(tmp_path / "all.json"), "--report", str(tmp_path / "report.html"))
    result = run("--include-police-initiated", REASON, *files)
    assert result.exit_code == 0, result.output
    why = f"narcotics: initiated by the police; tested because: {REASON}"
    twice = "10 further records of the same place, time and type counted as one event"  # 40 on 30 days
    lines = result.stdout.splitlines()
    assert why in lines and twice in lines
    assert json.loads((tmp_path / "all.json").read_text())["settings"]["notes"] == [why, twice]
    page = (tmp_path / "report.html").read_text()
    assert why in page and twice in page
