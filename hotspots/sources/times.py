"""Columns of times: read whole columns at once, each row as precisely as it was written, on the city's wall clock."""

from __future__ import annotations

import calendar
import re
import unicodedata
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import cache
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

import numpy as np
from numpy.typing import NDArray

from hotspots.sources.conditions import columns_of, rows_where
from hotspots.sources.time_formats import ISO, clock_pattern, day_pattern, format_pattern
from hotspots.sources.time_values import Time

if TYPE_CHECKING:
    import pyarrow as pa

Seconds = NDArray[np.datetime64]
NOT_A_TIME = np.datetime64("NaT", "s")
# How precisely a row tells its time, in rising order.
UNREAD, MONTH, DAY, HOUR, MINUTE = range(5)
SECONDS_A_DAY = 86_400
WIDE = 0xFEE0  # how far the wide form of an ASCII sign stands behind it
WORKBOOK_DAY_0 = np.datetime64("1899-12-30", "s")
_DAY_OF_A_CLOCK = r"^\d{4}-\d{2}-\d{2}[T ]"  # a clock as databases and workbooks export it: 1899-12-30 13:47:00
MILLISECONDS_FROM = 1e11  # as seconds since 1970 it would be the year 5138

SPANISH_MONTHS = (
    "enero", "febrero", "marzo", "abril", "mayo", "junio", "julio", "agosto", "septiembre", "octubre", "noviembre", "diciembre",
)  # fmt: skip
MONTHS = {name.casefold(): number for number, name in enumerate(calendar.month_abbr) if name} | {
    name.casefold(): number for number, name in enumerate(calendar.month_name) if name
}
MONTHS |= {name[:3]: number for number, name in enumerate(SPANISH_MONTHS, start=1)}
MONTHS |= {name: number for number, name in enumerate(SPANISH_MONTHS, start=1)}
MONTHS |= {"sept": 9, "set": 9, "setiembre": 9}


@dataclass(frozen=True, eq=False)
class Times:
    """Times of rows.

    Attributes
    ----------
    start : (n,) datetime64[s], local wall clock, NaT where not even a day (or month) can be read; 00:00 where no hour is known.
    precision : (n,) int8, UNREAD, MONTH, DAY, HOUR or MINUTE.
    clock_unread : (n,) bool, words stand where the time of day belongs, and they tell none.
    """

    start: Seconds
    precision: NDArray[np.int8]
    clock_unread: NDArray[np.bool_]

    @property
    def end(self) -> Seconds:
        """The last minute that a row's words allow; the time itself where they tell an hour."""
        next_month = (self.start.astype("datetime64[M]") + 1).astype("datetime64[s]")
        days = np.where(self.precision == DAY, self.start + np.timedelta64(SECONDS_A_DAY, "s"), self.start)
        after = np.where(self.precision == MONTH, next_month, days)
        return np.where(self.precision >= HOUR, self.start, after - np.timedelta64(60, "s"))

    def at(self, index: Any) -> Times:
        """The times of some rows."""
        return Times(self.start[index], self.precision[index], self.clock_unread[index])


def read_times(time: Time, rows: pa.Table, *, timezone: str) -> Times:
    """Read a time of every row.

    A row whose day can be read has that day; its hour is known only where it was written and is no declared placeholder.
    24:00 is 00:00 of the next day. Times with an offset, and seconds since 1970, become the wall clock of `timezone`. Where the time
    of day stands in a column of its own, or a zone of days is named, the column tells the day alone.
    """
    import pyarrow.compute as pc

    if time.column is None:
        parts = {
            code: (_months if code == "m" else _numbers)(rows.column(column))
            for code, column in (
                ("Y", time.year), ("m", time.month), ("d", time.day), ("H", time.hour), ("M", time.minute)
            )
            if column is not None
        }  # fmt: skip
        given = np.zeros(rows.num_rows, bool)
        for column in (time.hour, time.minute):
            given |= has_words(_flat(rows.column(column))) if column is not None else given
        found = _from_parts(parts, rows.num_rows, given, time.year_offset)
    else:
        encoded = pc.dictionary_encode(joined(rows, time.column))
        found = _read_distinct(encoded.dictionary, time.format or [], time.day_zone or timezone, time.year_offset)
        found = found.at(encoded.indices.to_numpy(zero_copy_only=False))
        if time.clock is not None or time.day_zone is not None:
            found = _with_clock(_day_alone(found), time, rows)
    return _without_placeholders(time, rows, found)


def read_date(word: str, format_: str) -> date | None:
    """The day of one date in words; the first of its month or year, where the format tells no more. None where it does not fit."""
    import pyarrow as pa

    found = _read_pattern(pa.array([word], pa.string()), format_pattern(format_), "UTC").start[0]
    return None if np.isnat(found) else found.astype("datetime64[D]").item()


def _read_distinct(text: Any, formats: list[str], timezone: str, year_offset: int) -> Times:
    """Read distinct words: by the first format that fits, else as ISO 8601, else by the first format whose day fits."""
    text, n = _in_plain_signs(text), len(text)
    start, precision, unread = np.full(n, NOT_A_TIME), np.full(n, UNREAD, np.int8), np.zeros(n, bool)
    patterns = [*(format_pattern(format_) for format_ in formats), ISO]
    patterns += [pattern for format_ in formats if (pattern := day_pattern(format_)) is not None]
    for pattern in patterns:
        missing = precision == UNREAD
        if not missing.any():
            break
        found = _read_pattern(text, pattern, timezone, year_offset)
        start[missing], precision[missing] = found.start[missing], found.precision[missing]
        unread[missing] = found.clock_unread[missing]
    return Times(start, precision, unread)


def _day_alone(times: Times) -> Times:
    """The days of times, without their hours."""
    day = times.start.astype("datetime64[D]").astype("datetime64[s]")
    return Times(day, np.minimum(times.precision, DAY), np.zeros(len(day), bool))


def _with_clock(days: Times, time: Time, rows: pa.Table) -> Times:
    """Days with the time of day that another column tells; 24:00 is 00:00 of the day after."""
    import pyarrow.compute as pc

    if time.clock is None:
        return days
    words = joined(rows, time.clock)
    encoded = pc.dictionary_encode(words)
    distinct = pc.replace_substring_regex(_in_plain_signs(encoded.dictionary), _DAY_OF_A_CLOCK, "")
    n = len(distinct)
    of_day, precision = np.zeros(n, "timedelta64[s]"), np.full(n, DAY, np.int8)
    for format_ in time.clock_format or []:
        missing = precision < HOUR
        told, how = _read_clock(distinct, clock_pattern(format_))
        of_day[missing], precision[missing] = told[missing], how[missing]
    index = encoded.indices.to_numpy(zero_copy_only=False)
    is_known = (precision[index] >= HOUR) & (days.precision == DAY)
    return Times(
        np.where(is_known, days.start + of_day[index], days.start),
        np.where(is_known, precision[index], days.precision).astype(np.int8),
        has_words(words) & ~is_known & (days.precision != UNREAD),
    )


def _read_clock(words: Any, pattern: str) -> tuple[NDArray[np.timedelta64], NDArray[np.int8]]:
    """Times of day in words, and how precisely each is told; DAY where none is read."""
    import pyarrow.compute as pc

    fields = pc.extract_regex(words, pattern)
    parts = {name: pc.struct_field(fields, [index]) for index, name in enumerate(re.compile(pattern).groupindex)}
    if "E" in parts:
        of_day = pc.cast(parts["E"], "float64").to_numpy(zero_copy_only=False) % 1
        known = np.isfinite(of_day)
        seconds = np.round(np.where(known, of_day, 0) * SECONDS_A_DAY).astype("timedelta64[s]")
        return seconds, np.where(known, MINUTE, DAY).astype(np.int8)
    return _clock({name: _part(name, word) for name, word in parts.items()}, len(words))


def _in_plain_signs(text: Any) -> Any:
    """Distinct words with the digits, blanks and wide signs of other scripts as ASCII has them: ２０２４ and ٢٠٢٤ are 2024."""
    import pyarrow as pa

    words = text.to_pylist()
    if all(word is None or word.isascii() for word in words):
        return text
    return pa.array(
        [word if word is None or word.isascii() else "".join(map(_plain, word)) for word in words], pa.string()
    )


def _plain(sign: str) -> str:
    digit = unicodedata.decimal(sign, None)
    if digit is not None:
        return str(digit)
    if unicodedata.category(sign) == "Zs":
        return " "
    return chr(ord(sign) - WIDE) if 0xFF01 <= ord(sign) <= 0xFF5E else sign


def _without_placeholders(time: Time, rows: pa.Table, times: Times) -> Times:
    """Hours that the city file calls unknown are unknown."""
    start, precision = times.start.copy(), times.precision.copy()
    of_day = (start - start.astype("datetime64[D]")).astype("timedelta64[m]").astype(float)
    for rule in time.unknown_hours:
        is_meant = (precision >= HOUR) & np.isin(of_day, rule.minutes)
        if rule.when is not None:
            index = np.flatnonzero(is_meant)
            frame = rows.select(columns_of(rule.when)).take(index).to_pandas()
            is_meant[index] = rows_where(rule.when, frame)
        start[is_meant] = start[is_meant].astype("datetime64[D]")
        precision[is_meant] = DAY
    return Times(start, precision, times.clock_unread)


def joined(rows: pa.Table, columns: list[str]) -> Any:
    """The columns' words, stripped, joined by a blank: (n,) string."""
    import pyarrow as pa
    import pyarrow.compute as pc

    words = [pc.utf8_trim_whitespace(_flat(rows.column(column))) for column in columns]
    if len(words) == 1:
        return words[0]
    return pc.utf8_trim_whitespace(pc.binary_join_element_wise(*words, pa.scalar(" ", pa.string())))


def has_words(column: Any) -> NDArray[np.bool_]:
    """Where a column is not blank."""
    import pyarrow.compute as pc

    return pc.greater(pc.utf8_length(pc.utf8_trim_whitespace(column)), 0).to_numpy(zero_copy_only=False)


def _flat(column: Any) -> Any:
    import pyarrow as pa

    return column.combine_chunks() if isinstance(column, pa.ChunkedArray) else column


def _read_pattern(text: Any, pattern: str, timezone: str, year_offset: int = 0) -> Times:
    import pyarrow.compute as pc

    fields = pc.extract_regex(text, pattern)
    names = list(re.compile(pattern).groupindex)
    words = {name: pc.struct_field(fields, [index]) for index, name in enumerate(names)}
    if "s" in words:
        return _from_epoch(words["s"], timezone)
    if "E" in words:
        return _from_workbook_days(words["E"])
    clock = words.pop("clock", None)
    given = np.full(len(text), bool({"H", "I"} & words.keys()))
    given = given if clock is None else has_words(pc.fill_null(clock, ""))
    zone = words.pop("z", None)
    parts = {name: _part(name, word) for name, word in words.items()}
    found = _from_parts(parts, len(text), given, year_offset)
    if zone is None:
        return found
    offsets = _offsets(zone)
    moved = to_wall_clock(found.start - offsets, timezone)
    moves = (found.precision >= HOUR) & ~np.isnat(offsets)
    return Times(np.where(moves, moved, found.start), found.precision, found.clock_unread)


def _part(name: str, words: Any) -> NDArray[np.float64]:
    """The numbers of one part of a time. An hour in bare digits may be left out: nothing is 0."""
    import pyarrow.compute as pc

    readers = {"b": _month_numbers, "p": _halves}
    return readers.get(name, _numbers)(pc.replace_substring_regex(words, "^$", "0"))


def _offsets(words: Any) -> NDArray[np.timedelta64]:
    """Offsets from UTC such as Z, +00, -0500 and +05:30; NaT where there is none."""
    import pyarrow.compute as pc

    encoded = pc.dictionary_encode(words)
    seconds = []
    for word in encoded.dictionary.to_pylist():
        found = re.fullmatch(r"([+-])(\d{2}):?(\d{2})?", word or "")
        sign = -1 if found and found[1] == "-" else 1
        known = bool(word)
        offset = sign * (int(found[2]) * 3600 + int(found[3] or 0) * 60) if found else 0
        seconds.append(np.timedelta64(offset, "s") if known else np.timedelta64("NaT"))
    table = np.array([*seconds, np.timedelta64("NaT")], "timedelta64[s]")
    return table[pc.fill_null(encoded.indices, len(seconds)).to_numpy(zero_copy_only=False)]


def to_wall_clock(utc: Seconds, timezone: str) -> Seconds:
    """Instants in UTC as the local wall clock of a time zone."""
    import pandas as pd

    local = pd.DatetimeIndex(utc).tz_localize("UTC").tz_convert(timezone).tz_localize(None)
    return local.to_numpy().astype("datetime64[s]")


def _from_epoch(words: Any, timezone: str) -> Times:
    """Seconds, or from 100,000,000,000 on milliseconds, since 1970 in UTC."""
    import pyarrow.compute as pc

    numbers = pc.cast(words, "float64").to_numpy(zero_copy_only=False)
    with np.errstate(invalid="ignore"):
        seconds = np.where(np.abs(numbers) >= MILLISECONDS_FROM, numbers / 1000, numbers)
        known = np.abs(seconds) < 2.5e11  # the calendar's end
    start = np.full(len(numbers), NOT_A_TIME)
    start[known] = to_wall_clock(np.floor(seconds[known]).astype("datetime64[s]"), timezone)
    return Times(start, np.where(known, MINUTE, UNREAD).astype(np.int8), np.zeros(len(numbers), bool))


def _from_workbook_days(words: Any) -> Times:
    """Days since 30 December 1899, as workbooks count them; a part of a day is the time of day, to the second."""
    import pyarrow.compute as pc

    numbers = pc.cast(words, "float64").to_numpy(zero_copy_only=False)
    with np.errstate(invalid="ignore"):
        known = (numbers >= 61) & (numbers < 2_900_000)  # before that, workbooks count a day that never was
    seconds = np.round(np.where(known, numbers, 0) * SECONDS_A_DAY).astype("timedelta64[s]")
    has_clock = pc.fill_null(pc.match_substring(words, "."), False).to_numpy(zero_copy_only=False)
    return Times(
        np.where(known, WORKBOOK_DAY_0 + seconds, NOT_A_TIME),
        np.where(known, np.where(has_clock, MINUTE, DAY), UNREAD).astype(np.int8),
        np.zeros(len(numbers), bool),
    )


def _numbers(words: Any) -> NDArray[np.float64]:
    """Whole numbers as float; NaN where a word is none."""
    import pyarrow.compute as pc

    stripped = pc.utf8_trim_whitespace(_flat(words))
    digits = pc.if_else(pc.match_substring_regex(stripped, r"^\d{1,4}(\.0+)?$"), stripped, None)
    return pc.cast(digits, "float64").to_numpy(zero_copy_only=False)


def _months(words: Any) -> NDArray[np.float64]:
    """Months as numbers or names."""
    import pyarrow.compute as pc

    numbers = _numbers(words)
    return np.where(np.isnan(numbers), _month_numbers(pc.utf8_trim_whitespace(_flat(words))), numbers)


def _month_numbers(words: Any) -> NDArray[np.float64]:
    import pyarrow.compute as pc

    encoded = pc.dictionary_encode(words)
    known = [MONTHS.get(str(word).casefold().rstrip("."), np.nan) for word in encoded.dictionary.to_pylist()]
    numbers = np.array([*known, np.nan])
    return numbers[pc.fill_null(encoded.indices, len(numbers) - 1).to_numpy(zero_copy_only=False)]


def _halves(words: Any) -> NDArray[np.float64]:
    """0 for a.m., 12 for p.m."""
    import pyarrow.compute as pc

    return pc.if_else(pc.starts_with(pc.utf8_lower(words), "p"), 12.0, 0.0).to_numpy(zero_copy_only=False)


def _from_parts(
    parts: dict[str, NDArray[np.float64]], n: int, clock_given: NDArray[np.bool_], year_offset: int = 0
) -> Times:
    """Put times together. A day out of the calendar makes NaT; an hour out of the day leaves the day.

    Parameters
    ----------
    clock_given : (n,) bool
        Where words stand in the place of the time of day.
    year_offset : int
        Taken off the year before the calendar judges the day: Buddhist leap years are those of the common era.
    """
    zeros = np.zeros(n)
    year = parts.get("Y", parts.get("y", zeros))
    if "Y" not in parts:
        year = year + np.where(year < 69, 2000, 1900)  # as strptime does (POSIX)
    year = year - year_offset
    month, day = parts.get("m", parts.get("b", zeros + 1)), parts.get("d", zeros + 1)
    with np.errstate(invalid="ignore"):
        valid = (year >= 1) & (year <= 9998) & (month >= 1) & (month <= 12) & (day >= 1)
    safe = [np.where(valid, part, 1).astype(np.int64) for part in (year, month, day)]
    months = (safe[0] - 1970) * 12 + safe[1] - 1
    first = months.astype("datetime64[M]").astype("datetime64[D]")
    next_first = (months + 1).astype("datetime64[M]").astype("datetime64[D]")
    valid &= safe[2] <= (next_first - first).astype(np.int64)
    of_day, precision = _clock(parts, n)
    start = (first + (safe[2] - 1).astype("timedelta64[D]")).astype("datetime64[s]") + of_day
    precision = np.where(precision == DAY, DAY if "d" in parts else MONTH, precision)
    return Times(
        np.where(valid, start, NOT_A_TIME),
        np.where(valid, precision, UNREAD).astype(np.int8),
        valid & clock_given & (precision < HOUR),
    )


def _clock(parts: dict[str, NDArray[np.float64]], n: int) -> tuple[NDArray[np.timedelta64], NDArray[np.int8]]:
    """Time of day and whether an hour, and a minute, is known: DAY, HOUR or MINUTE. 24:00 is 0:00 of the next day."""
    zeros = np.zeros(n)
    nothing = np.zeros(n, "timedelta64[s]")
    if "H" not in parts and "I" not in parts:
        return nothing, np.full(n, DAY, np.int8)
    minute, second = parts.get("M", zeros), parts.get("S", zeros)
    with np.errstate(invalid="ignore"):
        has_minute = (minute >= 0) & (minute <= 59)
        if "I" in parts:
            hour, known = parts["I"] % 12 + parts["p"], (parts["I"] >= 1) & (parts["I"] <= 12)
        else:
            hour = parts["H"]
            known = (hour <= 23) | ((hour == 24) & has_minute & (minute == 0))
            known &= ~((hour == 0) & (minute > 59))  # of bare digits, 99 is no minute after midnight
        has_second = (second >= 0) & (second <= 59)
    hours = np.where(known, hour, 0).astype(np.int64)
    minutes = np.where(known & has_minute, minute, 0).astype(np.int64)
    seconds = np.where(known & has_minute & has_second, second, 0).astype(np.int64)
    of_day = (hours * 3600 + minutes * 60 + seconds).astype("timedelta64[s]")
    precision = np.where(known, np.where(has_minute & ("M" in parts), MINUTE, HOUR), DAY)
    return of_day, precision.astype(np.int8)


def clock_changes(times: Seconds, timezone: str) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
    """Which local times do not exist, and which exist twice, because clocks were changed.

    Returns
    -------
    nonexistent, ambiguous : (n,) bool
    """
    nonexistent, ambiguous = np.zeros(len(times), bool), np.zeros(len(times), bool)
    known = times[~np.isnat(times)]
    if len(known) == 0:
        return nonexistent, ambiguous
    years = [int(edge.astype("datetime64[Y]").astype(int)) + 1970 for edge in (known.min(), known.max())]
    for start, end, is_gap in _changes(timezone, years[0], years[1]):
        inside = (times >= start) & (times < end)
        (nonexistent if is_gap else ambiguous)[inside] = True
    return nonexistent, ambiguous


@cache
def _changes(timezone: str, first_year: int, last_year: int) -> tuple[tuple[np.datetime64, np.datetime64, bool], ...]:
    """Local hours that a clock change left out (True) or repeated (False), between two years."""
    zone = ZoneInfo(timezone)
    changes = []
    moment = datetime(first_year, 1, 1, tzinfo=UTC) - timedelta(days=2)
    end = datetime(last_year + 1, 1, 1, tzinfo=UTC) + timedelta(days=2)
    offset = _offset(moment, zone)
    while moment < end:
        later = moment + timedelta(days=1)
        later_offset = _offset(later, zone)
        if later_offset != offset:
            change = _moment_of_change(moment, later, zone)
            local = [np.datetime64((change + by).replace(tzinfo=None), "s") for by in sorted((offset, later_offset))]
            changes.append((local[0], local[1], later_offset > offset))
        moment, offset = later, later_offset
    return tuple(changes)


def _offset(moment: datetime, zone: ZoneInfo) -> timedelta:
    return moment.astimezone(zone).utcoffset() or timedelta(0)


def _moment_of_change(before: datetime, after: datetime, zone: ZoneInfo) -> datetime:
    offset = _offset(before, zone)
    while after - before > timedelta(seconds=1):
        middle = (before + (after - before) / 2).replace(microsecond=0)
        if _offset(middle, zone) == offset:
            before = middle
        else:
            after = middle
    return after
