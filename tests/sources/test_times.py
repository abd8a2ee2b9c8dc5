"""Columns of times, against Python's own calendar and time zones."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hotspots.sources.time_formats import format_pattern
from hotspots.sources.time_values import Time
from hotspots.sources.times import DAY, HOUR, MINUTE, MONTH, UNREAD, Times, clock_changes, read_times

FORMATS = ("%m/%d/%Y %I:%M:%S %p", "%Y-%m-%d %H:%M", "%d %B %Y %H:%M:%S", "%b %d, %y", "%Y%m%d")


CHICAGO = "America/Chicago"


def times_of(words: list[str], *formats: str, **more: Any) -> Times:
    time = Time.model_validate({"column": "when", "format": list(formats), **more})
    return read_times(time, pa.table({"when": pa.array(words, pa.string())}), timezone=CHICAGO)


def read(words: list[str], *formats: str) -> list[Any]:
    """The times as read; None where no time of day is known."""
    times = times_of(words, *formats)
    no_clock = not any("%H" in format_ or "%I" in format_ for format_ in formats)
    known = times.precision >= (DAY if no_clock else HOUR)
    return [value.item() if is_known else None for value, is_known in zip(times.start, known, strict=True)]


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
    times = times_of(words, format_)
    for word, found, precision in zip(words, times.start, times.precision, strict=True):
        try:
            expected = datetime.strptime(word.strip(), format_)  # noqa: DTZ007
        except ValueError:
            expected = None
        if expected is not None and expected.year >= 1:
            assert (found.item(), precision) == (expected, MINUTE)
        if expected is None and precision == MINUTE:  # only the end of the day, or seconds out of the minute
            assert found.item().time() == time(0, 0) or found.item().second == 0


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
    times = read_times(
        Time.model_validate({"year": "y", "month": "m", "day": "d", "hour": "h"}), rows, timezone=CHICAGO
    )
    assert times.start.tolist() == [datetime(2017, 2, 3, 4), None, None]


def test_a_time_of_bare_digits_is_read_from_the_right_whatever_leading_zeros_are_lost() -> None:
    words = [f"2024-05-06 {time}" for time in ("2130", "0045", "45", "5", "130", "0", "960", "12345")]
    assert read(words, "%Y-%m-%d %H%M") == [
        datetime(2024, 5, 6, hour, minute) for hour, minute in ((21, 30), (0, 45), (0, 45), (0, 5), (1, 30), (0, 0))
    ] + [datetime(2024, 5, 6, 9), None]  # 9:60 has an hour; 123:45 has none
    assert read(["2024-05-06 13459", "2024-05-06 59"], "%Y-%m-%d %H%M%S") == [
        datetime(2024, 5, 6, 1, 34, 59), datetime(2024, 5, 6, 0, 0, 59),
    ]  # fmt: skip
    assert read(["1052024", "12312024"], "%m%d%Y") == [datetime(2024, 1, 5), datetime(2024, 12, 31)]
    assert read(["2024-05-06", "2024-05-06 "], "%Y-%m-%d %H%M") == [None, None]


def test_columns_are_joined_before_reading() -> None:
    rows = pa.table({"date": ["2017-02-03 "], "time": [" 0405"]})
    time = Time.model_validate({"column": ["date", "time"], "format": "%Y-%m-%d %H%M"})
    assert read_times(time, rows, timezone=CHICAGO).start.tolist() == [datetime(2017, 2, 3, 4, 5)]


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


# How each form of a date reads when a part of it is missing: the day, the hour and how precise it is. Chicago is 5 hours behind UTC in
# May and October, 6 in January.
FORMS = [
    ("%Y-%m-%d %H:%M", "2024-05-06 21:30", "2024-05-06 21:30", MINUTE),
    ("%Y-%m-%d %H:%M", "2024-05-06", "2024-05-06 00:00", DAY),
    ("%Y-%m-%d %H:%M", "2024-05-06 UNK", "2024-05-06 00:00", DAY),
    ("%Y-%m-%d %H:%M", "2024-05-06 99:99", "2024-05-06 00:00", DAY),
    ("%Y-%m-%d %H:%M", "2024-05-06 24:30", "2024-05-06 00:00", DAY),
    ("%Y-%m-%d %H:%M", "2024-05-06 24:00", "2024-05-07 00:00", MINUTE),
    ("%Y-%m-%d %H:%M", "2024-02-29 24:00", "2024-03-01 00:00", MINUTE),
    ("%Y-%m-%d %H:%M", "2024-05-06 21:75", "2024-05-06 21:00", HOUR),
    ("%Y-%m-%d %H:%M", "2024-05", None, UNREAD),
    ("%Y-%m-%d %H:%M", "2024-02-30 21:30", None, UNREAD),
    ("%Y-%m-%d %H:%M", "21:30", None, UNREAD),
    ("%Y-%m-%d %H:%M", "", None, UNREAD),
    ("%Y-%m-%d %H:%M", "2024-05-061 21:30", None, UNREAD),
    ("%Y-%m-%d %H:%M", "2024-05-06 21:30:45", "2024-05-06 21:30:45", MINUTE),
    ("%Y-%m-%d %H%M", "2024-05-06 2400", "2024-05-07 00:00", MINUTE),
    ("%Y-%m-%d %H%M", "2024-05-06 2460", "2024-05-06 00:00", DAY),
    ("%m/%d/%Y %I:%M:%S %p", "05/06/2024 09:30:00 PM", "2024-05-06 21:30", MINUTE),
    ("%m/%d/%Y %I:%M:%S %p", "05/06/2024 09:30:00", "2024-05-06 00:00", DAY),
    ("%m/%d/%Y %I:%M:%S %p", "05/06/2024", "2024-05-06 00:00", DAY),
    ("%H:%M %d.%m.%Y", "21:30 06.05.2024", "2024-05-06 21:30", MINUTE),
    ("%H:%M %d.%m.%Y", "06.05.2024", "2024-05-06 00:00", DAY),
    ("%H:%M %d.%m.%Y", "unbekannt 06.05.2024", "2024-05-06 00:00", DAY),
    ("%Y-%m-%dT%H:%M:%S.%f", "2024-05-06T21:30:15.123", "2024-05-06 21:30:15", MINUTE),
    ("%Y-%m-%dT%H:%M:%S.%f", "2024-05-06", "2024-05-06 00:00", DAY),
    ("%Y-%m-%dT%H:%M:%SZ", "2024-05-06T02:30:00Z", "2024-05-05 21:30", MINUTE),
    ("%Y-%m-%dT%H:%M:%SZ", "2024-01-06T02:30:00Z", "2024-01-05 20:30", MINUTE),
    ("%Y-%m-%dT%H:%M:%S%z", "2024-05-06T21:30:00-05:00", "2024-05-06 21:30", MINUTE),
    ("%Y-%m-%dT%H:%M:%S%z", "2024-05-06T21:30:00+0530", "2024-05-06 11:00", MINUTE),
    ("%Y/%m/%d %H:%M:%S%z", "2025/10/11 03:30:00+00", "2025-10-10 22:30", MINUTE),
    ("%Y/%m/%d %H:%M:%S%z", "2025/10/11", "2025-10-11 00:00", DAY),
    ("%Y-%m-%d %H:%M UTC", "2024-05-06 02:30 UTC", "2024-05-05 21:30", MINUTE),
    ("%s", "1714962600", "2024-05-05 21:30", MINUTE),
    ("%s", "1714962600000", "2024-05-05 21:30", MINUTE),
    ("%s", "1.7149626E12", "2024-05-05 21:30", MINUTE),
    ("%s", "yesterday", None, UNREAD),
    ("%Y-%m-%d", "2024-05-06", "2024-05-06 00:00", DAY),
    ("%Y-%m-%d", "2024-05", None, UNREAD),
    ("%Y-%m", "2024-05", "2024-05-01 00:00", MONTH),
    ("%Y-%m", "2024-13", None, UNREAD),
    ("%B %Y", "mayo 2024", "2024-05-01 00:00", MONTH),
    ("%d-%b-%Y %H:%M", "06-ene-2024 21:30", "2024-01-06 21:30", MINUTE),
    ("%d-%b-%Y %H:%M", "06-sept.-2024 21:30", "2024-09-06 21:30", MINUTE),
    ("%d-%b-%Y %H:%M", "06-Dec-2024 ?", "2024-12-06 00:00", DAY),
    ("%a %d %B %Y", "Mon 06 May 2024", "2024-05-06 00:00", DAY),
]


@pytest.mark.parametrize(("format_", "words", "start", "precision"), FORMS)
def test_a_row_is_as_precise_as_it_was_written(format_: str, words: str, start: str | None, precision: int) -> None:
    times = times_of([words], format_)
    expected = None if start is None else datetime.fromisoformat(start)
    assert (times.start.tolist(), times.precision.tolist()) == ([expected], [precision])


PARTS = [
    (("2024", "5", "6", "21", "30"), "2024-05-06 21:30", MINUTE),
    (("2024", "5", "6", "21", ""), "2024-05-06 21:00", HOUR),
    (("2024", "5", "6", "", ""), "2024-05-06 00:00", DAY),
    (("2024", "5", "6", "99", "99"), "2024-05-06 00:00", DAY),
    (("2024", "5", "6", "UNK", "30"), "2024-05-06 00:00", DAY),
    (("2024", "5", "6", "24", "0"), "2024-05-07 00:00", MINUTE),
    (("2024.0", "5.0", "6.0", "7.0", "5.0"), "2024-05-06 07:05", MINUTE),
    (("2024", "5", "", "7", "5"), None, UNREAD),
]


@pytest.mark.parametrize(("cells", "start", "precision"), PARTS)
def test_parts_in_columns_are_as_precise_as_they_were_written(
    cells: tuple[str, ...], start: str | None, precision: int
) -> None:
    names = ("year", "month", "day", "hour", "minute")
    rows = pa.table({name: [cell] for name, cell in zip(names, cells, strict=True)})
    times = read_times(Time.model_validate({name: name for name in names}), rows, timezone=CHICAGO)
    expected = None if start is None else datetime.fromisoformat(start)
    assert (times.start.tolist(), times.precision.tolist()) == ([expected], [precision])


def test_an_hour_that_stands_for_not_known_is_not_known() -> None:
    words = ["2024-05-06 00:00", "2024-05-06 00:01"]
    assert times_of(words, "%Y-%m-%d %H:%M", unknown_hours=["00:00"]).precision.tolist() == [DAY, MINUTE]
    rows = pa.table({"when": [words[0]] * 2, "offence": ["FRAUD", "ROBBERY"]})
    rule = {"at": "0:00", "when": {"offence": "fraud"}}
    time = Time.model_validate({"column": "when", "format": "%Y-%m-%d %H:%M", "unknown_hours": [rule]})
    assert read_times(time, rows, timezone=CHICAGO).precision.tolist() == [DAY, MINUTE]


def test_a_day_ends_with_its_last_minute_and_a_month_with_its_last_day() -> None:
    assert times_of(["2024-02-03", "2024-02-03 10:30"], "%Y-%m-%d %H:%M").end.tolist() == [
        datetime(2024, 2, 3, 23, 59), datetime(2024, 2, 3, 10, 30),
    ]  # fmt: skip
    assert times_of(["2024-02"], "%Y-%m").end.tolist() == [datetime(2024, 2, 29, 23, 59)]


@pytest.mark.parametrize(
    ("format_", "words"),
    [
        ("%Y-%m-%dT%H:%M:%S-05:00", "write %z"),
        ("%Y-%m-%d %H:%M+00", "write %z"),
        ("%Y", "no month"),
        ("%Y-%m-%d %s", "stands alone"),
        ("%Y-%m-%d%z", "no hour"),
    ],
)
def test_a_format_that_would_mislead_is_refused(format_: str, words: str) -> None:
    with pytest.raises(ValueError, match=words):
        Time.model_validate({"column": "when", "format": format_})


@pytest.mark.parametrize(
    "words", ["２０２４-０３-０５ ２１:３０", "٢٠٢٤-٠٣-٠٥ ٢١:٣٠", "2024-03-05\u00a021:30", "2024－03－05\u300021：30"]
)
def test_digits_and_blanks_of_other_scripts_are_read(words: str) -> None:
    assert read([words, "2024-03-06 08:15"], "%Y-%m-%d %H:%M") == [
        datetime(2024, 3, 5, 21, 30), datetime(2024, 3, 6, 8, 15),
    ]  # fmt: skip


def test_japanese_dates_are_read_by_their_signs() -> None:
    assert read(["２０２４年３月５日２１時３０分"], "%Y年%m月%d日%H時%M分") == [datetime(2024, 3, 5, 21, 30)]


@pytest.mark.parametrize("format_", ["%Y-Q%m", "Q%m %Y", "%YQ%m", "%Y Quarter %m", "%Y-T%m"])
def test_a_quarter_is_no_month(format_: str) -> None:
    with pytest.raises(ValueError, match="a quarter of a year is no month"):
        format_pattern(format_)


def apart(
    days: list[str], clocks: list[str], format_: str, clock_format: list[str], **more: Any
) -> list[tuple[str, int]]:
    """Times whose clock stands in a column of its own, in minutes, with how precisely each is told."""
    time = Time.model_validate(
        {"column": "day", "format": format_, "clock": "clock", "clock_format": clock_format, **more}
    )
    read = read_times(time, pa.table({"day": days, "clock": clocks}), timezone=CHICAGO)
    return [(str(start.astype("datetime64[m]")), how) for start, how in zip(read.start, read.precision, strict=True)]


# Midnight of 3 July 2025 in Chicago (five hours behind) and of 3 January (six) as portals write such days; 1751518800 is 05:00Z.
DAYS = {
    "an instant in winter": ("2025-01-03T06:00:00.000Z", "%Y-%m-%dT%H:%M:%S.%f%z", "2025-01-03", {}),
    "an instant in summer": ("2025-07-03 05:00:00+00", "%Y-%m-%d %H:%M:%S%z", "2025-07-03", {}),
    "milliseconds": ("1751518800000", "%s", "2025-07-03", {}),
    "an instant at 00:00Z": ("2025-07-03T00:00:00Z", "%Y-%m-%dT%H:%M:%S%z", "2025-07-03", {"day_zone": "UTC"}),
    "milliseconds at 00:00Z": ("1751500800000", "%s", "2025-07-03", {"day_zone": "UTC"}),
    "twelve o'clock in the morning": ("07/03/2025 12:00:00 AM", "%m/%d/%Y %I:%M:%S %p", "2025-07-03", {}),
    "a floating midnight": ("2025-07-03T00:00:00.000", "%Y-%m-%d", "2025-07-03", {}),
    "a day": ("03.07.2025", "%d.%m.%Y", "2025-07-03", {}),
    "a workbook's day": ("45841", "%E", "2025-07-03", {}),
}  # fmt: skip
CLOCKS = {
    "930": ("%H%M", "09:30", MINUTE), "5": ("%H%M", "00:05", MINUTE), "9.30": ("%H.%M", "09:30", MINUTE),
    "9:30 PM": ("%I:%M %p", "21:30", MINUTE), "9:30 p. m.": ("%I:%M %p", "21:30", MINUTE), "2130 hrs": ("%H%M hrs", "21:30", MINUTE),
    "21": ("%H", "21:00", HOUR), "1899-12-30 21:30:00": ("%H:%M:%S", "21:30", MINUTE), "0.895833333": ("%E", "21:30", MINUTE),
    "99": ("%H%M", "00:00", DAY), "9999": ("%H%M", "00:00", DAY), "UNK": ("%H%M", "00:00", DAY), "": ("%H%M", "00:00", DAY),
}  # fmt: skip


@pytest.mark.parametrize("how", DAYS)
@pytest.mark.parametrize("clock", CLOCKS)
def test_the_hour_stands_in_another_column_than_the_day(how: str, clock: str) -> None:
    words, format_, day, more = DAYS[how]
    clock_format, at, precision = CLOCKS[clock]
    assert apart([words], [clock], format_, [clock_format], **more) == [(f"{day}T{at}", precision)]


def test_a_clock_of_24_hours_is_the_next_day_and_an_hour_of_the_day_column_counts_nothing() -> None:
    days = ["2025-02-28 13:00", "2025-02-28 13:00", "nothing"]
    assert apart(days, ["24:00", "", "10:00"], "%Y-%m-%d %H:%M", ["%H:%M"]) == [
        ("2025-03-01T00:00", MINUTE), ("2025-02-28T00:00", DAY), ("NaT", UNREAD),
    ]  # fmt: skip


def test_days_written_as_instants_have_no_hour() -> None:
    times = times_of(["2025-07-03T00:00:00Z", "1751500800"], "%Y-%m-%dT%H:%M:%S%z", "%s", day_zone="UTC")
    assert [str(start)[:10] for start in times.start] == ["2025-07-03", "2025-07-03"]
    assert times.precision.tolist() == [DAY, DAY]


@pytest.mark.parametrize(("words", "start", "precision"), [
    ("45660", "2025-01-03T00:00", DAY), ("45660.574306", "2025-01-03T13:47", MINUTE), ("7", "NaT", UNREAD),
])  # fmt: skip
def test_days_of_a_workbook(words: str, start: str, precision: int) -> None:
    times = times_of([words], "%E")
    assert (str(times.start[0].astype("datetime64[m]")), times.precision[0]) == (start, precision)


@pytest.mark.parametrize(("more", "said"), [
    ({"clock": "hour"}, "clock and clock_format belong together"),
    ({"clock": "hour", "clock_format": "%Y"}, "'%Y' is no time of day"),
    ({"clock": "hour", "clock_format": "%I"}, "belong together"),
    ({"format": "%Y-%m", "day_zone": "UTC"}, "need a format that tells the day"),
    ({"format": "%E %H"}, "%E, the days since 30 December 1899 of a workbook, stands alone"),
])  # fmt: skip
def test_a_clock_that_is_none_is_refused(more: dict[str, str], said: str) -> None:
    with pytest.raises(ValueError, match=said):
        Time.model_validate({"column": "day", "format": "%Y-%m-%d", **more})


def test_months_by_name_in_a_column_of_their_own() -> None:
    time = Time.model_validate({"year": "y", "month": "m"})
    read = read_times(time, pa.table({"y": ["2025", "2025"], "m": ["September", "enero"]}), timezone=CHICAGO)
    assert read.start.astype("datetime64[M]").astype(str).tolist() == ["2025-09", "2025-01"]
