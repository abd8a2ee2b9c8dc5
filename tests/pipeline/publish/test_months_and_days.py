"""Records that tell only a day or a month: when they are published, and that each of them is an event."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from hotspots.api.routes.counts import read_series
from hotspots.domain.forecasts.forecast import ForecastRequest
from hotspots.domain.period import Period
from hotspots.errors import FilterError, InputError
from hotspots.pipeline.follow.place_sheet import sheet_words
from hotspots.pipeline.forecast.forecast import forecast
from hotspots.pipeline.load.city import load
from hotspots.pipeline.publish.publish import publish
from hotspots.pipeline.statistics.change import change
from hotspots.pipeline.statistics.effect import effect
from hotspots.pipeline.statistics.hours import hours
from hotspots.pipeline.statistics.patterns import patterns
from hotspots.pipeline.statistics.reading import ask as ask_statistic
from hotspots.store.public.reader import OpenReader
from hotspots.store.staff.forecasts import read_events
from hotspots.words.language import LANGUAGES
from tests.database import TestDatabase
from tests.pipeline.ledger_questions import ask
from tests.pipeline.load.test_agency_files import HEADER, OCCURRED, city_file

MONTHLY = {OCCURRED: OCCURRED.replace("%Y-%m-%d %H:%M", "%Y-%m")}


def load_rows(database: TestDatabase, folder: Path, rows: str, replace: dict[str, str], *, today: date) -> None:
    (folder / "sent.csv").write_text(f"{HEADER}\n{rows}")
    load(database.owner, city_file(folder, replace), folder, anyway=True, today=today)


@pytest.mark.parametrize(
    ("today", "newest_day", "incidents"),
    [(date(2024, 4, 10), date(2024, 3, 31), 24), (date(2024, 4, 5), date(2024, 2, 29), 16)],
)
def test_a_month_is_published_when_it_is_whole_and_its_reports_are_events_of_their_own(
    empty: TestDatabase, tmp_path: Path, today: date, newest_day: date, incidents: int
) -> None:
    rows = "".join(f"{month}-{n},2024-{month:02},THEFT,-87.65,41.85{n % 2}\n" for month in (1, 2, 3) for n in range(8))
    load_rows(empty, tmp_path, rows, MONTHLY, today=today)
    done = publish(empty.owner, today=today)
    assert (done.newest_day, done.incidents) == (newest_day, incidents)
    assert ask(empty.owner, "select distinct hour from open.incident") == [(None,)]
    with empty.owner.connect() as connection:
        types = [number for (number,) in connection.execute("select crime_type_id from core.crime_type").fetchall()]
        events = read_events(
            connection, basis="true points", start=date(2024, 1, 1), end=date(2024, 5, 1), crime_type_ids=types
        )
    assert len(events.t_days) == events.n_records == 24


def test_months_are_asked_whole_and_days_weeks_and_hours_are_refused(empty: TestDatabase, tmp_path: Path) -> None:
    rows = "".join(
        f"{month}-{n},2024-{month:02},THEFT,-87.65,41.85\n" for month in (1, 2, 3, 4, 6) for n in range(month)
    )
    load_rows(empty, tmp_path, rows, MONTHLY, today=date(2024, 7, 20))
    publish(empty.owner, today=date(2024, 7, 20))
    with empty.public.open_pool(min_size=1, max_size=2) as pool:
        reader = OpenReader(pool)
        assert reader.default_period() == Period.from_days(date(2024, 4, 1), date(2024, 6, 30))
        question = reader.parse({"from": "2024-02-15", "to": "2024-05-02"})
        assert question.period == Period.from_days(date(2024, 2, 1), date(2024, 5, 31))
        assert reader.count(question).total == 2 + 3 + 4
        assert [row.incidents for row in reader.by_day(question)] == [2, 3, 4, 0]
        assert [row["incidents"] for row in read_series(reader, question, by="month", kind="")] == [2, 3, 4, 0]
        assert reader.by_week(question) == ()
        for by in ("day", "week"):
            with pytest.raises(FilterError, match="Ask by=month"):
                read_series(reader, question, by=by, kind="")
        for asked in ({"hours": "08-16"}, {"weekdays": "mon"}):
            with pytest.raises(FilterError, match="tell the month only"):
                reader.parse(asked)
        sheet = sheet_words(reader, question, permalink="https://map.example/", language=LANGUAGES["en"])
        assert (sheet["total"], sheet["weeks"]) == ("9", None)


def test_what_needs_days_is_refused_and_months_are_compared(empty: TestDatabase, tmp_path: Path) -> None:
    thefts = {
        date(2023, 3, 1): 12,
        date(2023, 4, 1): 15,
        date(2024, 2, 1): 20,
        date(2024, 3, 1): 30,
        date(2024, 4, 1): 40,
    }
    rows = "".join(f"{at}-{n},{at:%Y-%m},THEFT,-87.65,41.85\n" for at, many in thefts.items() for n in range(many))
    load_rows(empty, tmp_path, rows, MONTHLY, today=date(2024, 5, 20))
    with empty.owner.connect() as connection:
        request = ForecastRequest(
            crime_types=("theft",), as_of=date(2024, 5, 1), horizon_days=28, model=None, cell_size_m=500.0
        )
        question = ask_statistic(connection, [], first_day=date(2024, 3, 4), last_day=date(2024, 4, 2), days=28)
        assert (question.first_day, question.last_day) == (date(2024, 3, 1), date(2024, 4, 30))
        refused: list[Callable[[], object]] = [
            lambda: forecast(connection, request),
            lambda: hours(connection, question),
            lambda: patterns(connection, question, show="knox", distance_m=200, days=7),
            lambda: effect(connection, question, treated=["ward:N"], control=["ward:S"]),
        ]
        for compute in refused:
            with pytest.raises(
                InputError, match="tell the month only, so .* By whole months there are counts and maps"
            ):
                compute()
        found = change(connection, question, areas="city", against="year")
        assert [(row["past"], row["now"]) for row in found.rows] == [(27, 70)]
        april = ask_statistic(connection, [], first_day=date(2024, 4, 1), last_day=None, days=28)
        assert (april.first_day, april.last_day) == (date(2024, 4, 1), date(2024, 4, 30))
        before = change(connection, april, areas="city", against="before")
        assert [(row["past"], row["now"]) for row in before.rows] == [(30, 40)]
        assert "2024-03-01 to 2024-03-31" in before.title


def test_of_dates_without_hours_the_last_day_is_whole(empty: TestDatabase, tmp_path: Path) -> None:
    rows = "".join(f"{day},2024-03-{day:02},THEFT,-87.65,41.85\n" for day in range(1, 32))
    load_rows(empty, tmp_path, rows, {}, today=date(2024, 4, 20))
    done = publish(empty.owner, today=date(2024, 4, 20))
    assert (done.newest_day, done.incidents) == (date(2024, 3, 31), 31)


def test_records_of_one_place_and_time_are_one_event_only_where_the_city_file_says_so(
    empty: TestDatabase, tmp_path: Path
) -> None:
    rows = "".join(f"{n},2024-03-05 21:30,THEFT,-87.65,41.85\n" for n in range(5))
    found = []
    for more in ("", '\nsame_event = "place and time"'):
        load_rows(empty, tmp_path, rows, {OCCURRED: OCCURRED + more}, today=date(2024, 4, 20))
        with empty.owner.connect() as connection:
            types = [number for (number,) in connection.execute("select crime_type_id from core.crime_type").fetchall()]
            events = read_events(
                connection, basis="true points", start=date(2024, 1, 1), end=date(2024, 5, 1), crime_type_ids=types
            )
        found.append((len(events.t_days), events.n_records))
    assert found == [(5, 5), (1, 5)]
