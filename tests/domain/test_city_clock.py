"""The city's day is that of its own zone, wherever the server stands; no other module asks the server's clock for a day."""

from __future__ import annotations

import re
import time
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from hotspots.domain import city_clock

CHECKOUT = Path(__file__).parents[2]
OWN_CLOCK = re.compile(
    r"date\.today\(|datetime\.today\(|now\(\)\.(astimezone\(\)\.)?(date|replace)\(|datetime\.now\(\)(?!\.astimezone)|now\(ZoneInfo|current_date"
)
# At 10:30 UTC it is half past eleven at night in Tonga (+13) and half past midnight in Hawaii (−10).
AROUND_MIDNIGHT = [
    ("Pacific/Tongatapu", "2026-03-01 10:30", date(2026, 3, 1), datetime(2026, 3, 1, 23, 30)),
    ("Pacific/Tongatapu", "2026-03-01 11:00", date(2026, 3, 2), datetime(2026, 3, 2, 0, 0)),
    ("Pacific/Honolulu", "2026-03-01 09:59", date(2026, 2, 28), datetime(2026, 2, 28, 23, 59)),
    ("Pacific/Honolulu", "2026-03-01 10:00", date(2026, 3, 1), datetime(2026, 3, 1, 0, 0)),
    (
        "America/Chicago",
        "2026-03-08 08:00",
        date(2026, 3, 8),
        datetime(2026, 3, 8, 3, 0),
    ),  # an hour was left out that night
]


@pytest.mark.parametrize("server", ["UTC", "Pacific/Kiritimati", "Pacific/Pago_Pago"])
@pytest.mark.parametrize(("zone", "utc", "day", "wall"), AROUND_MIDNIGHT)
def test_the_day_is_the_citys(
    monkeypatch: pytest.MonkeyPatch, server: str, zone: str, utc: str, day: date, wall: datetime
) -> None:
    moment = datetime.fromisoformat(utc).replace(tzinfo=UTC)
    monkeypatch.setenv("TZ", server)
    time.tzset()
    try:
        monkeypatch.setattr(city_clock, "instant", lambda: moment)
        assert (city_clock.today(zone), city_clock.now(zone), city_clock.day_of(moment, zone)) == (day, wall, day)
    finally:
        monkeypatch.undo()
        time.tzset()


def test_nobody_else_asks_for_a_day() -> None:
    sources = [
        file
        for folder in ("hotspots", "dashboard/hotspots_dashboard", "models/hotspots_models", "sql/queries")
        for ending in ("*.py", "*.sql")
        for file in (CHECKOUT / folder).rglob(ending)
    ]
    asking = {
        f"{file.relative_to(CHECKOUT)}: {line.strip()}"
        for file in sources
        for line in file.read_text(encoding="utf-8").splitlines()
        if OWN_CLOCK.search(line)
    }
    assert asking == set()
