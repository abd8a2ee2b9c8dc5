"""Columns of times, against Python's own calendar and time zones."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hotspots.sources.city_values import Time
from hotspots.sources.times import clock_changes, read_times

FORMATS = ("%m/%d/%Y %I:%M:%S %p", "%Y-%m-%d %H:%M", "%d %B %Y %H:%M:%S", "%b %d, %y", "%Y%m%d")


def read(words: list[str], *formats: str) -> list[Any]:
    time = Time.model_validate({"column": "when", "format": list(formats)})
    return [
        None if np.isnat(value) else value.item()
        for value in read_times(time, pa.table({"when": pa.array(words, pa.string())}))
    ]


@settings(deadline=None)
@given(moment=st.datetimes(datetime(1970, 1, 1), datetime(2068, 12, 31)), format_=st.sampled_from(FORMATS))
def test_what_strftime_writes_is_read_as_strptime_reads_it(moment: datetime, format_: str) -> None:
    words = moment.strftime(format_)
    assert read([words], format_) == [datetime.strptime(words, format_)]  # noqa: DTZ007  (wall clocks have no zone)


@settings(deadline=None)
@given(
    words=st.lists(st.text(st.sampled_from("0123456789/-: APM"), max_size=20), max_size=20),
    format_=st.sampled_from(FORMATS[:2]),
)
def test_what_strptime_refuses_is_no_time(words: list[str], format_: str) -> None:
    for word, found in zip(words, read(words, format_), strict=True):
        try:
            expected = datetime.strptime(word.strip(), format_)  # noqa: DTZ007
        except ValueError:
            expected = None
        if expected is None or expected.year >= 1:
            assert found == expected or (expected is None and found is None)


def test_a_day_that_is_not_in_the_calendar_is_no_time() -> None:
    assert read(["2017-02-29 00:00", "2016-02-29 00:00", "2017-04-31 00:00", "2017-13-01 00:00"], "%Y-%m-%d %H:%M") == [
        None, datetime(2016, 2, 29), None, None,
    ]  # fmt: skip


def test_noon_and_midnight_on_the_twelve_hour_clock() -> None:
    assert read(["01/01/2017 12:00:00 AM", "01/01/2017 12:00:00 PM", "1/1/2017 0:00:00 AM"], "%m/%d/%Y %I:%M:%S %p") == [
        datetime(2017, 1, 1), datetime(2017, 1, 1, 12), None,
    ]  # fmt: skip


def test_of_several_formats_the_first_that_fits_a_row_counts() -> None:
    assert read(["2017-01-02", "03/04/2017"], "%Y-%m-%d", "%m/%d/%Y") == [datetime(2017, 1, 2), datetime(2017, 3, 4)]


def test_parts_in_columns_make_a_time() -> None:
    rows = pa.table(
        {"y": ["2017", "2017", "2017"], "m": ["2", "02.0", "x"], "d": ["3", "30", "1"], "h": ["4", "5", "6"]}
    )
    times = read_times(Time.model_validate({"year": "y", "month": "m", "day": "d", "hour": "h"}), rows)
    assert times.tolist() == [datetime(2017, 2, 3, 4), None, None]


def test_a_time_of_bare_digits_is_read_from_the_right_whatever_leading_zeros_are_lost() -> None:
    words = [f"2024-05-06 {time}" for time in ("2130", "0045", "45", "5", "130", "0", "960", "12345")]
    assert read(words, "%Y-%m-%d %H%M") == [
        datetime(2024, 5, 6, hour, minute) for hour, minute in ((21, 30), (0, 45), (0, 45), (0, 5), (1, 30), (0, 0))
    ] + [None, None]
    assert read(["2024-05-06 13459", "2024-05-06 59"], "%Y-%m-%d %H%M%S") == [
        datetime(2024, 5, 6, 1, 34, 59), datetime(2024, 5, 6, 0, 0, 59),
    ]  # fmt: skip
    assert read(["1052024", "12312024"], "%m%d%Y") == [datetime(2024, 1, 5), datetime(2024, 12, 31)]
    assert read(["2024-05-06", "2024-05-06 "], "%Y-%m-%d %H%M") == [None, None]


def test_columns_are_joined_before_reading() -> None:
    rows = pa.table({"date": ["2017-02-03 "], "time": [" 0405"]})
    assert read_times(Time.model_validate({"column": ["date", "time"], "format": "%Y-%m-%d %H%M"}), rows).tolist() == [
        datetime(2017, 2, 3, 4, 5)
    ]


@pytest.mark.parametrize("zone", ["America/Chicago", "Europe/London", "Australia/Lord_Howe", "Asia/Kolkata"])
def test_local_times_that_do_not_exist_or_exist_twice_are_those_of_the_time_zone_database(zone: str) -> None:
    first = datetime(2016, 1, 1)
    quarters = [first + timedelta(minutes=15 * step) for step in range(4 * 24 * 366)]
    nonexistent, ambiguous = clock_changes(np.array(quarters, "datetime64[s]"), zone)
    tz = ZoneInfo(zone)
    for quarter, missing, double in zip(quarters, nonexistent, ambiguous, strict=True):
        early, late = quarter.replace(tzinfo=tz, fold=0), quarter.replace(tzinfo=tz, fold=1)
        # Python's documentation (PEP 495): a time that does not exist changes on the way through UTC.
        gone = early.astimezone(UTC).astimezone(tz).replace(tzinfo=None) != quarter
        assert (missing, double) == (gone, not gone and early.utcoffset() != late.utcoffset()), quarter


def test_no_times_have_no_clock_changes() -> None:
    nonexistent, ambiguous = clock_changes(np.array([np.datetime64("NaT", "s")]), "America/Chicago")
    assert (nonexistent.tolist(), ambiguous.tolist()) == ([False], [False])
