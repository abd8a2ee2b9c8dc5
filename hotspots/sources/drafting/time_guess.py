"""Guess which columns say when it happened, and how that is written. Values decide; names only break ties."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np

from hotspots.sources.drafting.calendars import OtherYears, calendar_of, year_of
from hotspots.sources.drafting.column_words import NOT_OCCURRED, looks_like_clock, words_of
from hotspots.sources.drafting.written_times import DIGITS, MONTHS, clocks_of, formats_of
from hotspots.sources.points import NOTHING
from hotspots.sources.time_values import Time
from hotspots.sources.times import HOUR, UNREAD, Times, read_times

NEARLY_ALL = 0.9
SAMPLE = 2_000
LOOKED_AT = 60  # words by which formats are looked for
MOST_FORMATS = 3  # of one column
FEWEST_DAYS = 20  # instants at one or two times of day, to be taken for days
EXPONENT = re.compile(r"\d\.\d+[eE]\+?(9|1[0-2])")  # seconds or milliseconds as a spreadsheet shows them
QUARTER = re.compile(r"\bq[1-4]\b|[1-4]q\b|q[1-4]$|quarter|trimest|quartal|kwartaal", re.IGNORECASE)
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
    r"occ(ur\w*|d)?([^a-z]|$)|occur|hecho|suceso|ocorr|ocurr|tatzeit|pleeg|date.?(des.?)?fait|commit|offen[cs]e.?(date|time)|"
    r"incident.?(date|time)|date.?of.?(inc|off|occ)|発生|เกิดเหตุ",
    re.IGNORECASE,
)
MAYBE_OCCURRED = re.compile(r"date.?of|from|start|begin|fecha|anfang|desde|(^|[^a-z])fr([^a-z]|$)", re.IGNORECASE)
DATE_NAME = re.compile(
    r"date|time|month|when|period|fecha|data(_|$)|hora|hour|heure|datum|tijd|tag|uhr|stunde|zeit|mes\b|franja|(^|_)(dt|tm)$|"
    r"日|時|วันที่|เวลา|تاریخ|تاريخ|дата|время",
    re.IGNORECASE,
)
# A name for the beginning of a window, and what stands in its place in the name of the end.
ENDS = (
    ("from", "to"), ("fr", "to"), ("start", "end"), ("begin", "end"), ("earliest", "latest"), ("first", "last"), ("anfang", "ende"),
    ("von", "bis"), ("desde", "hasta"), ("inicio", "fin"), ("inicial", "final"), ("debut", "fin"), ("début", "fin"), ("van", "tot"),
    ("min", "max"), ("始期", "終期"),
)  # fmt: skip
IN_A_NAME = re.compile(
    r"(日|月|date|datum|data|fecha|dt|time|tijd|zeit|hora|heure|hour|hr|stunde|uhr|tm|年|時|of|the|des|de|da|du)+",
    re.IGNORECASE,
)
FEWEST_ENDS = 0.3  # of the rows: a column of ends that is nearly empty makes no windows


@dataclass(frozen=True)
class TimeGuess:
    """Columns of a time with their formats; `is_ambiguous` where day and month could be exchanged.

    parts : columns by the part of a time that they hold, in place of a format. other_years : the calendar, where it is another one.
    is_day : the times of day that stand with the days are those of midnight. instants : such times in UTC, where days are instants.
    has_parts_of_days : days of a workbook are written with their time of day, as a part of a day.
    clock, clock_format : the column of the time of day where `column` holds days that are written as times. end : of a window.
    """

    columns: list[str]
    formats: list[str]
    share: float
    is_ambiguous: bool = False
    parts: dict[str, str] = field(default_factory=dict)
    other_years: OtherYears | None = None
    is_day: bool = False
    instants: tuple[int, ...] = field(default=())
    has_parts_of_days: bool = False
    clock: str | None = None
    clock_format: str | None = None
    end: TimeGuess | None = None

    @property
    def tells_hours(self) -> bool:
        """Whether the column itself tells hours."""
        return self.has_parts_of_days or (any(map(_has_clock, self.formats)) and not self.is_day)

    @property
    def all_columns(self) -> list[str]:
        """Every column that is read."""
        return [*self.columns, *([self.clock] if self.clock else []), *(self.end.all_columns if self.end else [])]

    def day_first(self) -> TimeGuess:
        """The same with the day before the month, where both could be."""
        if not self.is_ambiguous or not any(re.search("%m.*%d", format_) for format_ in self.formats):
            return self
        formats = [exchanged(format_) for format_ in self.formats]
        return replace(self, formats=formats, end=self.end.day_first() if self.end else None)

    def day_zone(self, timezone: str) -> str | None:
        """The zone in which instants are days: UTC, the city's, or one without summer time; None where none is needed."""
        if not self.is_day or not self.instants:
            return None
        if self.instants == (0,) or all(10 <= hour <= 14 for hour in self.instants):  # some write a day by its noon
            return "UTC"
        moments = [datetime(2025, month, 1, hour, tzinfo=UTC) for month in (1, 7) for hour in self.instants]
        if any(moment.astimezone(ZoneInfo(timezone)).hour <= 1 for moment in moments) and (
            len(self.instants) > 1 or all(moment.astimezone(ZoneInfo(timezone)).hour < 12 for moment in moments)
        ):
            return timezone
        hour = min(self.instants)
        return f"Etc/GMT+{hour}" if hour < 12 else f"Etc/GMT-{24 - hour}"


def filled(column: Any) -> Any:
    """The values of a column that say something."""
    return column[~column.str.lower().isin(NOTHING)]


def guess_time(rows: Any, *, but: set[str]) -> TimeGuess | None:
    """The columns that say when it happened."""
    guesses = []
    for column in rows.columns:
        if column in but:
            continue
        guess = _day_of(rows, column)
        if guess is None:
            continue
        is_named = _is_named(column)
        if not is_named and set(guess.formats) & set(DIGITS):
            continue
        rank = (
            is_named,
            not is_of_a_report(column),
            OCCURRED.search(words_of(column)) is not None,
            MAYBE_OCCURRED.search(words_of(column)) is not None,
            guess.tells_hours,
        )
        guesses.append((rank, guess))
    parts = _parts_of(rows, but)
    if parts is not None and all(set(one.formats) & {"%s", "%E", "%Y-%m", "%m/%Y", "%Y%m"} for _, one in guesses):
        return parts
    if not guesses:
        return _months_of(rows, but)
    best = max(guesses, key=lambda one: one[0])[1]
    if _is_month(best):
        return best
    return _with_end(rows, best if best.tells_hours else _with_clock(rows, best, but), but)


def is_of_a_report(column: str) -> bool:
    """Whether a column tells when something was reported, written or published, not when it occurred."""
    words = words_of(column)
    return NOT_OCCURRED.search(words) is not None and OCCURRED.search(words) is None


def _is_named(column: str) -> bool:
    words = words_of(column)
    return DATE_NAME.search(column) is not None or OCCURRED.search(words) is not None


def _is_month(guess: TimeGuess) -> bool:
    return all(format_ in MONTHS for format_ in guess.formats)


def _day_of(rows: Any, column: str) -> TimeGuess | None:
    """A column as a time, as far as its values tell."""
    words = filled(rows[column]).head(SAMPLE)
    other = _other_years(words) if DATE_NAME.search(column) else None
    guess = _time_of(words, other)
    if guess is None:
        return None
    formats, share, is_ambiguous = guess
    found = TimeGuess([column], formats, share, is_ambiguous, other_years=other)
    is_day, instants = _midnights(words.tolist(), found)
    has_parts = formats == ["%E"] and bool(words.str.contains(".", regex=False).any())
    return replace(found, is_day=is_day, instants=instants, has_parts_of_days=has_parts)


def _midnights(words: list[str], guess: TimeGuess) -> tuple[bool, tuple[int, ...]]:
    """Whether all times of a column are those of a midnight; of instants, the hours in UTC at which they stand."""
    if not any(map(_has_clock, guess.formats)):
        return False, ()
    read = _read(words, guess.formats, guess.other_years)
    start = read.start[read.precision >= HOUR]
    of_day = np.unique((start - start.astype("datetime64[D]")).astype("timedelta64[s]").astype(int))
    is_instant = any("%z" in format_ or format_ == "%s" for format_ in guess.formats)
    if not is_instant:
        return of_day.tolist() == [0], ()
    hours = tuple(int(second) // 3600 for second in of_day)
    fits = (
        len(of_day) in (1, 2)
        and not (of_day % 3600).any()
        and len(start) >= (FEWEST_DAYS if of_day.tolist() != [0] else 5)
    )
    fits = fits and (len(hours) == 1 or hours[1] - hours[0] in (1, 23))
    return bool(fits), hours if fits else ()


def _months_of(rows: Any, but: set[str]) -> TimeGuess | None:
    """A column of the year and one of the month, where no column tells days."""
    found = _named_parts(rows, but)
    if not {"year", "month"} <= found.keys():
        return None
    return _read_parts(rows, {part: found[part] for part in ("year", "month")})


def _with_clock(rows: Any, day: TimeGuess, but: set[str]) -> TimeGuess:
    """The day with a column of its own for the clock time, where there is one. Words that tell none may stand among its values."""
    best: tuple[tuple[bool, bool, bool, float], str, str] | None = None
    for column in rows.columns:
        if column in but or column in day.columns or is_of_a_report(column):
            continue
        words = filled(rows[column]).head(SAMPLE)
        told = words[words.str.contains(r"\d")]
        if len(told) < FEWEST_CLOCKS * len(words) or not len(told):
            continue
        told = told.str.replace(r"^\d{4}-\d{2}-\d{2}[T ]", "", regex=True)
        is_clock = looks_like_clock(column)
        clocks = clocks_of(told.tolist(), bare=is_clock)
        if clocks:
            is_alike = _stem(column) == _stem(day.columns[0])
            near = difflib.SequenceMatcher(None, column.lower(), day.columns[0].lower()).ratio()
            rank = (
                is_alike,
                OCCURRED.search(words_of(column)) is not None,
                is_clock or DATE_NAME.search(column) is not None,
                near,
            )
            best = max(best or (rank, column, clocks[0]), (rank, column, clocks[0]), key=lambda one: one[0])
    if best is None:
        return day
    _, column, clock = best
    stands_alone = "%E" in (clock, *day.formats)
    if day.is_day or stands_alone or filled(rows[column]).str.match(r"\d{4}-\d{2}-\d{2}[T ]").any():
        return replace(day, clock=column, clock_format=clock)
    return replace(day, columns=[*day.columns, column], formats=[f"{format_} {clock}" for format_ in day.formats])


def _stem(column: str) -> str:
    """A column's name without the words for days and times."""
    return re.sub(r"[^\w]|_", "", IN_A_NAME.sub("", words_of(column)))


def _with_end(rows: Any, start: TimeGuess, but: set[str]) -> TimeGuess:
    """The window that the time begins, where columns of the same name but for its beginning tell when it ended."""
    for first, last in ENDS:
        columns = [_counterpart(rows, column, first, last) for column in start.all_columns]
        if None in columns or set(columns) & but:
            continue
        names = [column for column in columns if column is not None]
        clock = names[-1] if start.clock else None
        end = replace(start, columns=names[:-1] if clock else names, clock=clock)
        begins, ends = (_times(rows, one) for one in (start, end))
        both = (begins.precision != UNREAD) & (ends.precision != UNREAD)
        if both.mean() >= FEWEST_ENDS and (ends.end[both] >= begins.start[both]).mean() >= NEARLY_ALL:
            return replace(start, end=end)
    return start


def _counterpart(rows: Any, column: str, first: str, last: str) -> str | None:
    """The column whose name has the word for an end where this one has that for a beginning."""
    pattern = rf"(?<![a-z]){first}(?![a-z])" if first.isascii() else first
    spaced = re.sub(r"(?<=[a-z])(?=[A-Z])", "\0", column)
    if not re.search(pattern, spaced, re.IGNORECASE):
        return None
    wanted = re.sub(pattern, last, spaced, flags=re.IGNORECASE).replace("\0", "").casefold()
    return next((other for other in rows.columns if other.casefold() == wanted and other != column), None)


def _times(rows: Any, guess: TimeGuess) -> Times:
    import pyarrow as pa

    table = pa.table({column: pa.array(rows[column].tolist(), pa.string()) for column in guess.all_columns})
    time = Time.model_validate(
        {"column": guess.columns, "format": guess.formats}
        | ({"clock": guess.clock, "clock_format": guess.clock_format} if guess.clock else {})
        | ({"year_offset": guess.other_years.offset} if guess.other_years and guess.other_years.offset else {})
    )
    return read_times(time, table, timezone="UTC")


def _parts_of(rows: Any, but: set[str]) -> TimeGuess | None:
    """Columns for year, month and day, with hour and minute where there are such."""
    found = _named_parts(rows, but)
    if not {"year", "month", "day"} <= found.keys():
        return None
    if "hour" not in found:
        found.pop("minute", None)
    return _read_parts(rows, found)


def _named_parts(rows: Any, but: set[str]) -> dict[str, str]:
    return {
        part: column
        for part, pattern in PARTS.items()
        for column in rows.columns
        if column not in but and re.match(pattern, column.strip(), re.IGNORECASE)
    }


def _read_parts(rows: Any, found: dict[str, str]) -> TimeGuess | None:
    import pyarrow as pa

    time = Time.model_validate(found)
    read = read_times(time, pa.table({column: rows[column].tolist() for column in found.values()}), timezone="UTC")
    share = float(((read.start >= EARLIEST) & (read.start < LATEST)).mean())
    return TimeGuess(list(found.values()), [], share, parts=found) if share >= NEARLY_ALL else None


def _other_years(words: Any) -> OtherYears | None:
    years = [year_of(word) for word in words.head(50)]
    known = [year for year in years if year is not None]
    return calendar_of(known) if len(known) >= NEARLY_ALL * len(years) else None


def why_no_time(rows: Any) -> str:
    """Say of the columns that should hold times why they cannot be read, where something tells; else nothing."""
    for column in rows.columns:
        words = filled(rows[column]).head(SAMPLE)
        if not len(words) or not (
            _is_named(column) or re.search(PARTS["year"], column, re.IGNORECASE) or QUARTER.search(column)
        ):
            continue
        if (other := _other_years(words)) is not None:
            return f"; {column} (such as {words.iloc[0]!r}): {other.words}"
        if words.str.fullmatch(r"(19|20)\d\d").mean() >= NEARLY_ALL:
            return (
                f"; {column} (such as {words.iloc[0]!r}) tells only the year; have the file written with months or days"
            )
        if words.str.contains(QUARTER).mean() >= NEARLY_ALL:
            return f"; {column} (such as {words.iloc[0]!r}) tells only the quarter; have the file written with months or days"
        return f"; {column} is not read (such as {words.iloc[0]!r})"
    return ""


def _time_of(words: Any, other: OtherYears | None = None) -> tuple[list[str], float, bool] | None:
    """Formats that read a column, how much of it, and whether day and month could be exchanged."""
    if not len(words) or not words.str.contains(r"\d").mean() >= NEARLY_ALL:
        return None
    if other is not None and other.offset is None:
        return None
    every = words.tolist()
    distinct = list(dict.fromkeys(every))
    best = _best_of(every, list(_tried(distinct[:LOOKED_AT])), other)
    if best is not None:
        return [best[0]], *best[1:]
    shapes: dict[str, list[str]] = {}
    for word in distinct:
        shapes.setdefault(re.sub(r"[^\W\d_]+", "a", re.sub(r"\d+", "9", word)), []).append(word)
    formats: list[str] = []
    for alike in sorted(shapes.values(), key=len, reverse=True)[:MOST_FORMATS]:
        found = _best_of(alike, list(_tried(alike[:LOOKED_AT])), other)
        if found is not None and exchanged(found[0]) not in formats:
            formats.append(found[0])
    formats = list(dict.fromkeys(formats))
    has_days = {any(code in format_ for code in ("%d", "%s", "%E")) for format_ in formats}
    if not formats or len(has_days) > 1:
        return None
    share = _share(every, formats, other)
    return (formats, share, False) if share >= NEARLY_ALL else None


def _tried(sample: list[str]) -> Iterator[str]:
    """Formats that could be the column's."""
    if all(re.fullmatch(r"-?\d{9,13}(\.\d+)?([eE]\+?\d+)?", word) or EXPONENT.fullmatch(word) for word in sample):
        yield "%s"
    if all(re.fullmatch(r"[2-6]\d{4}(\.\d+)?", word) for word in sample):
        yield "%E"
    yield from formats_of(sample)


def _best_of(words: list[str], formats: list[str], other: OtherYears | None) -> tuple[str, float, bool] | None:
    shares = {format_: _share(words, [format_], other) for format_ in formats}
    good = [format_ for format_ in formats if shares[format_] >= NEARLY_ALL]
    if not good:
        return None
    best = max(good, key=lambda format_: (shares[format_], -good.index(format_)))
    return best, shares[best], exchanged(best) != best and shares.get(exchanged(best)) == shares[best]


def exchanged(format_: str) -> str:
    """A format with day and month exchanged, where both are numbers."""
    return format_.translate(str.maketrans("md", "dm")) if "%m" in format_ and "%d" in format_ else format_


def _read(words: list[str], formats: list[str], other: OtherYears | None) -> Times:
    import pyarrow as pa

    offset = other.offset if other is not None and other.offset is not None else 0
    time = Time.model_validate({"column": "word", "format": formats, "year_offset": offset})
    return read_times(time, pa.table({"word": pa.array(words, pa.string())}), timezone="UTC")


def _share(words: list[str], formats: list[str], other: OtherYears | None) -> float:
    read = _read(words, formats, other)
    plausible = (read.start >= (FIRST_EPOCH if "%s" in formats else EARLIEST)) & (read.start < LATEST)
    # a clock that is written must be read, not only the day before it
    least = HOUR if all(map(_has_clock, formats)) else UNREAD + 1
    return float(((read.precision >= least) & plausible).mean()) if words else 0.0


def _has_clock(format_: str) -> bool:
    return re.search("%[HIs]", format_) is not None
