"""The agency's calendar: weeks, years and periods by hand."""

from datetime import date

import pytest

from hotspots.domain.calendar import Calendar

SUNDAY = date(2017, 12, 31)


def test_a_city_loaded_before_there_was_a_calendar_has_the_usual_one() -> None:
    usual = Calendar.from_config({})
    assert usual == Calendar() and list(usual.shifts) == ["day", "evening", "night"]
    assert usual.last_whole_week(SUNDAY) == SUNDAY and usual.districts is None


@pytest.mark.parametrize(
    ("week_start", "newest", "last"),
    [
        ("monday", date(2017, 12, 31), date(2017, 12, 31)),  # a Sunday: its week is over
        ("monday", date(2017, 12, 30), date(2017, 12, 24)),
        ("sunday", date(2017, 12, 31), date(2017, 12, 30)),
        ("saturday", date(2018, 1, 5), date(2018, 1, 5)),
    ],
)
def test_change_ends_with_the_newest_whole_week(week_start: str, newest: date, last: date) -> None:
    assert Calendar.from_config({"calendar": {"week_start": week_start}}).last_whole_week(newest) == last


def test_a_year_may_begin_in_july() -> None:
    days = Calendar(year_start=(7, 1), period_days=14).periods(date(2018, 3, 1))
    assert (days["year_start"], days["last_year_start"]) == (date(2017, 7, 1), date(2016, 7, 1))
    assert days["last_year_until"] - days["last_year_start"] == days["until"] - days["year_start"]
    assert (days["recent"], days["before"]) == (date(2018, 2, 15), date(2018, 2, 1))
    assert days["year_recent"].isoweekday() == days["recent"].isoweekday()


def test_the_periods_of_change_are_whole_weeks_and_do_not_overlap() -> None:
    days = Calendar().periods(date(2018, 1, 1))  # the last day is Sunday 31 December 2017
    assert (days["recent"], days["before"]) == (date(2017, 12, 4), date(2017, 11, 6))
    assert days["week"] == date(2017, 12, 25)
    assert (days["year_recent"], days["year"]) == (date(2016, 12, 5), date(2017, 1, 2))
    assert (days["year_start"], days["last_year_start"]) == (date(2017, 1, 1), date(2016, 1, 1))
    assert days["last_year_until"] == date(2016, 12, 31)  # as many days, in a leap year
