"""Columns of local wall-clock times: read whole columns at once, reject what is no date, flag clock changes."""

from __future__ import annotations

import calendar
import re
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

import numpy as np
from numpy.typing import NDArray

from hotspots.sources.city_values import Time, TimeWindow
from hotspots.sources.time_formats import format_pattern

if TYPE_CHECKING:
    import pyarrow as pa

Seconds = NDArray[np.datetime64]
NOT_A_TIME = np.datetime64("NaT", "s")
MONTHS = {name.casefold(): number for number, name in enumerate(calendar.month_abbr) if name} | {
    name.casefold(): number for number, name in enumerate(calendar.month_name) if name
}


def has_hour(time: Time) -> bool:
    """Whether the columns tell an hour, not only a day."""
    if time.format is not None:
        return any({"H", "I"} & re.compile(format_pattern(format_)).groupindex.keys() for format_ in time.format)
    return time.hour is not None


def read_times(time: Time, rows: pa.Table) -> Seconds:
    """Read a time of every row.

    Returns
    -------
    (n,) datetime64[s], local wall clock
        NaT where the columns hold no such time: a 31st of February is none.
    """
    import pyarrow.compute as pc

    if time.column is None:
        return _from_parts(
            {
                code: _numbers(rows.column(column))
                for code, column in (
                    ("Y", time.year),
                    ("m", time.month),
                    ("d", time.day),
                    ("H", time.hour),
                    ("M", time.minute),
                )
                if column is not None
            },
            rows.num_rows,
        )
    text = joined(rows, time.column)
    encoded = pc.dictionary_encode(text)
    distinct = encoded.dictionary
    times = np.full(len(distinct), NOT_A_TIME)
    for format_ in time.format or []:
        missing = np.isnat(times)
        if missing.any():
            found = _read_format(distinct, format_)
            times[missing] = found[missing]
    return times[encoded.indices.to_numpy(zero_copy_only=False)]


def joined(rows: pa.Table, columns: list[str]) -> Any:
    """The columns' words, stripped, joined by a blank: (n,) string."""
    import pyarrow as pa
    import pyarrow.compute as pc

    words = [pc.utf8_trim_whitespace(_flat(rows.column(column))) for column in columns]
    if len(words) == 1:
        return words[0]
    return pc.utf8_trim_whitespace(pc.binary_join_element_wise(*words, pa.scalar(" ", pa.string())))


def _flat(column: Any) -> Any:
    import pyarrow as pa

    return column.combine_chunks() if isinstance(column, pa.ChunkedArray) else column


def _read_format(text: Any, format_: str) -> Seconds:
    import pyarrow.compute as pc

    pattern = format_pattern(format_)
    fields = pc.extract_regex(text, pattern)
    parts: dict[str, NDArray[np.float64]] = {}
    for index in range(fields.type.num_fields):
        name = fields.type.field(index).name
        words = pc.replace_substring_regex(pc.struct_field(fields, [index]), "^$", "0")  # an hour may be left out
        parts[name] = _month_numbers(words) if name == "b" else _halves(words) if name == "p" else _numbers(words)
    return _from_parts(parts, len(text))


def _numbers(words: Any) -> NDArray[np.float64]:
    """Whole numbers as float; NaN where a word is none."""
    import pyarrow.compute as pc

    stripped = pc.utf8_trim_whitespace(_flat(words))
    digits = pc.if_else(pc.match_substring_regex(stripped, r"^\d{1,4}(\.0+)?$"), stripped, None)
    return pc.cast(digits, "float64").to_numpy(zero_copy_only=False)


def _month_numbers(words: Any) -> NDArray[np.float64]:
    import pyarrow.compute as pc

    encoded = pc.dictionary_encode(words)
    numbers = np.array([MONTHS.get(str(word).casefold(), np.nan) for word in encoded.dictionary.to_pylist()] + [np.nan])
    return numbers[pc.fill_null(encoded.indices, len(numbers) - 1).to_numpy(zero_copy_only=False)]


def _halves(words: Any) -> NDArray[np.float64]:
    """0 for a.m., 12 for p.m."""
    import pyarrow.compute as pc

    return pc.if_else(pc.starts_with(pc.utf8_lower(words), "p"), 12.0, 0.0).to_numpy(zero_copy_only=False)


def _from_parts(parts: dict[str, NDArray[np.float64]], n: int) -> Seconds:
    """Put times together; a part out of range makes NaT."""
    zeros = np.zeros(n)
    year = parts.get("Y", parts.get("y", zeros))
    if "Y" not in parts:
        year = year + np.where(year < 69, 2000, 1900)  # as strptime does (POSIX)
    month = parts.get("m", parts.get("b", zeros + 1))
    day, minute, second = parts.get("d", zeros + 1), parts.get("M", zeros), parts.get("S", zeros)
    hour = parts.get("H", zeros)
    valid = np.ones(n, bool)
    if "I" in parts:
        valid &= (parts["I"] >= 1) & (parts["I"] <= 12)
        hour = parts["I"] % 12 + parts["p"]
    with np.errstate(invalid="ignore"):
        valid &= (year >= 1) & (year <= 9998) & (month >= 1) & (month <= 12) & (day >= 1)
        valid &= (hour <= 23) & (minute <= 59) & (second <= 59)
    safe = [np.where(valid, part, 1).astype(np.int64) for part in (year, month, day, hour, minute, second)]
    months = (safe[0] - 1970) * 12 + safe[1] - 1
    first = months.astype("datetime64[M]").astype("datetime64[D]")
    next_first = (months + 1).astype("datetime64[M]").astype("datetime64[D]")
    valid &= safe[2] <= (next_first - first).astype(np.int64)
    days = first + (safe[2] - 1).astype("timedelta64[D]")
    times = days.astype("datetime64[s]") + (safe[3] * 3600 + safe[4] * 60 + safe[5]).astype("timedelta64[s]")
    return np.where(valid, times, NOT_A_TIME)


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


def window_columns(occurred: Time | TimeWindow) -> tuple[Time, Time | None]:
    """The earliest time of an occurrence and, of a window, the latest."""
    return (occurred.from_, occurred.to) if isinstance(occurred, TimeWindow) else (occurred, None)
