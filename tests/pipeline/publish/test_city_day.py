"""`hotspots publish` takes the city's own day: the newest public day follows from it, not from the server's clock."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from typer.testing import CliRunner

from hotspots.cli.main import app
from hotspots.domain import city_clock
from tests.database import TestDatabase
from tests.pipeline.ledger_questions import ask
from tests.pipeline.load_city import deliver, row, write_city_file, write_zones


@pytest.mark.parametrize(
    ("zone", "utc", "today"),
    [
        ("Pacific/Tongatapu", "2026-03-01 10:59", date(2026, 3, 1)),
        ("Pacific/Tongatapu", "2026-03-01 11:01", date(2026, 3, 2)),
        ("Pacific/Honolulu", "2026-03-01 09:59", date(2026, 2, 28)),
    ],
)
def test_the_newest_public_day_is_a_week_before_the_citys_today(
    empty: TestDatabase, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, zone: str, utc: str, today: date
) -> None:
    monkeypatch.setenv("HOTSPOTS_DATABASE_URL", empty.owner.dsn)
    monkeypatch.setenv("HOTSPOTS_HOME", str(tmp_path / "home"))
    monkeypatch.setattr(city_clock, "instant", lambda: datetime.fromisoformat(utc).replace(tzinfo=UTC))
    write_city_file(tmp_path)
    city = tmp_path / "littleton.toml"
    city.write_text(city.read_text().replace("America/Chicago", zone))
    write_zones(tmp_path)
    deliver(tmp_path, "2026-02-27", [row(f"{day}", when=f"2026-02-{day:02} 13:30") for day in range(1, 28)])
    for command in (["load", str(city), "--data", str(tmp_path), "--anyway"], ["publish"]):
        done = CliRunner().invoke(app, command)
        assert done.exit_code == 0, done.output
    found = ask(empty.owner, "select today, newest_day from core.publication")
    assert found == [(today, date.fromordinal(today.toordinal() - 7))]
