"""Guess which columns say when it happened, and how that is written. Values decide; names only break ties."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np

from hotspots.sources.city_values import Time
from hotspots.sources.drafting.calendars import OtherYears, calendar_of, year_of
from hotspots.sources.times import HOUR, UNREAD, read_times

NEARLY_ALL = 0.9
SAMPLE = 2_000
# Formats by how exact they are; of two that read the same, the first counts.
FORMATS = (
    "%Y-%m-%dT%H:%M:%S.%f%z", "%Y-%m-%dT%H:%M:%S%z", "%Y-%m-%d %H:%M:%S%z", "%Y/%m/%d %H:%M:%S%z",
    "%Y-%m-%dT%H:%M:%S.%f", "%Y-%m-%dT%H:%M:%S", "%Y-%m-%d %H:%M:%S.%f", "%Y-%m-%d %H:%M:%S", "%Y-%m-%d %H:%M",
    "%Y-%m-%dT%H:%M", "%m/%d/%Y %I:%M:%S %p", "%m/%d/%Y %I:%M %p", "%m/%d/%Y %H:%M:%S", "%m/%d/%Y %H:%M", "%d/%m/%Y %H:%M:%S",
    "%d/%m/%Y %H:%M", "%d.%m.%Y %H:%M:%S", "%d.%m.%Y %H:%M", "%d.%m.%Y %H:%M Uhr", "%d-%m-%Y %H:%M", "%Y%m%d%H%M", "%Y-%m-%d", "%Y/%m/%d",
    "%m/%d/%Y", "%d/%m/%Y", "%d.%m.%Y", "%d-%m-%Y", "%d %b %Y", "%b %d %Y", "%Y年%m月%d日", "%Y%m%d", "%Y-%m", "%m/%Y", "%s",
)  # fmt: skip
CLOCKS = (
    "%H:%M:%S", "%H:%M", "%I:%M:%S %p", "%I:%M %p", "%H.%M", "%Hh%M", "%H:%M Uhr", "%H時%M分", "%H時", "%H", "%H%M",
)  # fmt: skip
BARE_CLOCKS = ("%H", "%H%M")  # no sign tells that it is a time: the column's name must
FEWEST_CLOCKS = 0.5  # of the rows; the others have words such as UNKNOWN
EARLIEST, LATEST = np.datetime64("1950-01-01"), np.datetime64("2100-01-01")
FIRST_EPOCH = np.datetime64("1990-01-01")  # a smaller number of seconds is a count of something else
PARTS = {
    "year": r"^(occ\w*[_ ])?(year|yr|yyyy|anio|a[ñn]o|ano|jahr|ann[ée]e|jaar|年)$",
    "month": r"^(occ\w*[_ ])?(month|mes|m[êe]s|monat|mois|maand|月)$",
    "day": r"^(occ\w*[_ ])?(day|dia|d[íi]a|tag|jour|dag|日)$",
    "hour": r"^(occ\w*[_ ])?(hour|hora|franja|stunde|heure|uur|時)$",
    "minute": r"^(occ\w*[_ ])?(minute|minuto|min)$",
}
OCCURRED = re.compile(
    r"occur|pleeg|発生|เกิดเหตุ|offen[cs]e.?(date|time)|incident.?(date|time)|date.?of|from|start|begin|fecha|tatzeit|date.?fait",
    re.IGNORECASE,
)
DATE_NAME = re.compile(
    r"date|time|month|when|fecha|data(_|$)|hora|hour|heure|datum|tijd|tag|uhr|mes\b|franja|(^|_)(dt|tm)$|日|時|วันที่|เวลา|تاریخ|تاريخ|дата|время",
    re.IGNORECASE,
)
NOT_OCCURRED = re.compile(r"updat|edit|creat|report|clear|load|modif|expor|entered|approv|close", re.IGNORECASE)
OFFSET = re.compile(r":\d{2}(?:\.\d+)?\s?(?:Z|UTC|[+-]\d{2}(?::?\d{2})?)$")
WRITTEN_CLOCK = re.compile(r"\d[T ]?\d{0,2}:\d{2}|^\d{12}$")


@dataclass(frozen=True)
class TimeGuess:
    """Columns of a time with their format; `is_ambiguous` where day and month could be exchanged.

    parts : columns by the part of a time that they hold, in place of a format. other_years : the calendar, where it is another one.
    """

    columns: list[str]
    format: str
    share: float
    is_ambiguous: bool = False
    parts: dict[str, str] = field(default_factory=dict)
    other_years: OtherYears | None = None


def filled(column: Any) -> Any:
    """The values of a column that are not empty."""
    return column[column != ""]


def guess_time(rows: Any, *, but: set[str]) -> TimeGuess | None:
    """The columns that say when it happened."""
    guesses = []
    for column in rows.columns:
        if column in but:
            continue
        words = filled(rows[column]).head(SAMPLE)
        other = _other_years(words) if DATE_NAME.search(column) else None
        guess = _time_of(words, other)
        if guess is None:
            continue
        format_, share, is_ambiguous = guess
        is_named = DATE_NAME.search(column) is not None
        if format_ in ("%s", "%Y%m%d", "%Y%m%d%H%M", "%m/%Y") and not is_named:
            continue
        rank = (is_named, NOT_OCCURRED.search(column) is None, OCCURRED.search(column) is not None, _has_clock(format_))
        guesses.append((rank, TimeGuess([column], format_, share, is_ambiguous, other_years=other)))
    parts = _parts_of(rows, but)
    if parts is not None and all(one.format in ("%s", "%Y-%m", "%m/%Y") for _, one in guesses):
        return parts
    if not guesses:
        return None
    best = max(guesses, key=lambda one: one[0])[1]
    return best if _has_clock(best.format) or best.format == "%Y-%m" else _with_clock(rows, best, but)


def _with_clock(rows: Any, day: TimeGuess, but: set[str]) -> TimeGuess:
    """The day with a column of its own for the clock time, where there is one. Words that tell none may stand among its values."""
    best: tuple[tuple[bool, float], str, str] | None = None
    for column in rows.columns:
        if column in but or column in day.columns or NOT_OCCURRED.search(column):
            continue
        words = filled(rows[column]).head(SAMPLE)
        told = words[words.str.contains(r"\d")]
        if len(told) < FEWEST_CLOCKS * len(words) or not len(told):
            continue
        is_named = DATE_NAME.search(column) is not None
        for clock in CLOCKS:
            if clock in BARE_CLOCKS and not is_named:
                continue
            share = _share(("2026-01-02 " + told).tolist(), f"%Y-%m-%d {clock}")
            if share >= NEARLY_ALL:
                rank = (OCCURRED.search(column) is not None, is_named)
                best = max(best or (rank, column, clock), (rank, column, clock), key=lambda one: one[0])
                break
    if best is None:
        return day
    _, column, clock = best
    return replace(day, columns=[*day.columns, column], format=f"{day.format} {clock}")


def _parts_of(rows: Any, but: set[str]) -> TimeGuess | None:
    """Columns for year, month and day, with hour and minute where there are such."""
    found = {
        part: column
        for part, pattern in PARTS.items()
        for column in rows.columns
        if column not in but and re.match(pattern, column.strip(), re.IGNORECASE)
    }
    if not {"year", "month", "day"} <= found.keys():
        return None
    if "hour" not in found:
        found.pop("minute", None)
    import pyarrow as pa

    time = Time.model_validate(found)
    read = read_times(time, pa.table({column: rows[column].tolist() for column in found.values()}), timezone="UTC")
    share = float(((read.start >= EARLIEST) & (read.start < LATEST)).mean())
    return TimeGuess(list(found.values()), "", share, parts=found) if share >= NEARLY_ALL else None


def _other_years(words: Any) -> OtherYears | None:
    years = [year_of(word) for word in words.head(50)]
    known = [year for year in years if year is not None]
    return calendar_of(known) if len(known) >= NEARLY_ALL * len(years) else None


def why_no_time(rows: Any) -> str:
    """Say of the columns that should hold times why they cannot be read, where something tells; else nothing."""
    for column in rows.columns:
        words = filled(rows[column]).head(SAMPLE)
        if not len(words) or not DATE_NAME.search(column):
            continue
        if (other := _other_years(words)) is not None:
            return f"; {column} (such as {words.iloc[0]!r}): {other.words}"
        if words.str.fullmatch(r"[2-6]\d{4}(\.\d+)?").mean() >= NEARLY_ALL:
            return f"; {column} (such as {words.iloc[0]!r}): are they days since 1900, as a workbook counts them? save the column as dates"
        return f"; {column} is not read (such as {words.iloc[0]!r})"
    return ""


def _time_of(words: Any, other: OtherYears | None = None) -> tuple[str, float, bool] | None:
    if not len(words) or not words.str.contains(r"\d").mean() >= NEARLY_ALL:
        return None
    if other is not None and other.offset is None:
        return None
    offset = other.offset if other is not None and other.offset is not None else 0
    sample = words.tolist()
    # ISO times are read whatever a format says: one with an offset has a format with %z, and no other has.
    has_offset = bool(words.str.contains(OFFSET).mean() >= NEARLY_ALL)
    has_clock = bool(words.str.contains(WRITTEN_CLOCK).mean() > 0.1)  # a format with a clock also reads a day alone
    formats = [
        format_
        for format_ in FORMATS
        if format_ == "%s" or (("%z" in format_) == has_offset and _has_clock(format_) == has_clock)
    ]
    reads = {format_: share for format_ in formats if (share := _share(sample[:50], format_, offset)) >= NEARLY_ALL}
    shares = {format_: _share(sample, format_, offset) for format_ in reads}
    good = [format_ for format_ in FORMATS if shares.get(format_, 0) >= NEARLY_ALL]
    if not good:
        return None
    best = max(good, key=lambda format_: (shares[format_], -FORMATS.index(format_)))
    exchanged = best.translate(str.maketrans("md", "dm")) if "%m" in best and "%d" in best else best
    is_ambiguous = exchanged != best and shares.get(exchanged) == shares[best]
    return best, shares[best], is_ambiguous


def _share(words: list[str], format_: str, year_offset: int = 0) -> float:
    import pyarrow as pa

    time = Time.model_validate({"column": "word", "format": format_, "year_offset": year_offset})
    read = read_times(time, pa.table({"word": pa.array(words, pa.string())}), timezone="UTC")
    plausible = (read.start >= (FIRST_EPOCH if format_ == "%s" else EARLIEST)) & (read.start < LATEST)
    least = (
        HOUR if _has_clock(format_) else UNREAD + 1
    )  # a clock that is written must be read, not only the day before it
    return float(((read.precision >= least) & plausible).mean()) if words else 0.0


def _has_clock(format_: str) -> bool:
    return re.search("%[HIs]", format_) is not None
