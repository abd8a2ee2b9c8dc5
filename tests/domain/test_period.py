"""Periods as the page offers them."""

from datetime import date

import pytest

from hotspots.domain.period import PRESET_DAYS, Period


def of(first: str, last: str) -> Period:
    return Period.from_days(date.fromisoformat(first), date.fromisoformat(last))


def test_presets_end_with_the_newest_day() -> None:
    periods = [Period.last_days(date(2017, 12, 31), n_days) for n_days in PRESET_DAYS]
    assert periods == [
        of("2017-12-25", "2017-12-31"), of("2017-12-02", "2017-12-31"), of("2017-10-03", "2017-12-31"), of("2017-01-01", "2017-12-31"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("period", "expected"),
    [
        (of("2017-10-03", "2017-12-31"), of("2016-10-03", "2016-12-31")),
        (of("2024-02-29", "2024-02-29"), of("2023-02-28", "2023-02-28")),
        (of("2024-02-01", "2024-03-05"), of("2023-02-01", "2023-03-05")),  # a day shorter
        (of("2023-12-20", "2024-01-10"), of("2022-12-20", "2023-01-10")),
    ],
)
def test_the_same_days_last_year_are_those_of_the_calendar(period: Period, expected: Period) -> None:
    assert period.year_before() == expected


def test_the_calendar_has_a_beginning() -> None:
    assert of("0001-01-01", "0001-03-01").year_before() is None
    assert of("0001-01-02", "0001-03-01").before() is None
    assert of("2017-01-11", "2017-01-20").before() == of("2017-01-01", "2017-01-10")


def test_a_period_is_within_the_data_only_with_all_its_days() -> None:
    assert of("2017-01-01", "2017-12-31").is_within(date(2017, 1, 1), date(2017, 12, 31))
    assert not of("2016-12-31", "2017-01-02").is_within(date(2017, 1, 1), date(2017, 12, 31))
