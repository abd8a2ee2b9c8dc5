"""Guess from names and values which column says when, where and what. Values decide; names only break ties."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

import numpy as np

from hotspots.sources.city_values import Time
from hotspots.sources.drafting.offence_words import meaning_of
from hotspots.sources.times import HOUR, UNREAD, read_times

NEARLY_ALL = 0.9
MOST_WORDS = 400  # distinct words of a column of offences
SAMPLE = 2_000
# Formats by how exact they are; of two that read the same, the first counts.
FORMATS = (
    "%Y-%m-%dT%H:%M:%S.%f%z", "%Y-%m-%dT%H:%M:%S%z", "%Y-%m-%d %H:%M:%S%z", "%Y/%m/%d %H:%M:%S%z",
    "%Y-%m-%dT%H:%M:%S.%f", "%Y-%m-%dT%H:%M:%S", "%Y-%m-%d %H:%M:%S.%f", "%Y-%m-%d %H:%M:%S", "%Y-%m-%d %H:%M",
    "%Y-%m-%dT%H:%M", "%m/%d/%Y %I:%M:%S %p", "%m/%d/%Y %I:%M %p", "%m/%d/%Y %H:%M:%S", "%m/%d/%Y %H:%M", "%d/%m/%Y %H:%M:%S",
    "%d/%m/%Y %H:%M", "%d.%m.%Y %H:%M:%S", "%d.%m.%Y %H:%M", "%d-%m-%Y %H:%M", "%Y%m%d%H%M", "%Y-%m-%d", "%Y/%m/%d",
    "%m/%d/%Y", "%d/%m/%Y", "%d.%m.%Y", "%d-%m-%Y", "%d %b %Y", "%b %d %Y", "%Y%m%d", "%Y-%m", "%m/%Y", "%s",
)  # fmt: skip
CLOCKS = ("%H:%M:%S", "%H:%M", "%I:%M %p", "%H%M")
OCCURRED = re.compile(
    r"occur|offen[cs]e.?(date|time)|incident.?(date|time)|date.?of|from|start|begin|fecha|tatzeit|date.?fait",
    re.IGNORECASE,
)
DATE_NAME = re.compile(r"date|time|month|when|fecha|hora|datum|tag|uhr|mes\b", re.IGNORECASE)
NOT_OCCURRED = re.compile(r"updat|edit|creat|report|clear|load|modif|expor|entered|approv|close", re.IGNORECASE)
ID = re.compile(
    r"(^|[^a-z])(id|no|nr|num|number|key|case|incident|complaint|expediente|aktenzeichen)([^a-z]|$)|number$|id$|_?no$",
    re.IGNORECASE,
)
X = re.compile(
    r"^(x|lon|lng|long|longitude|longitud|easting|x.?coord.*|coord.*x|.*[_. ]?(lon|lng|longitude|x))$", re.IGNORECASE
)
Y = re.compile(r"^(y|lat|latitude|latitud|northing|y.?coord.*|coord.*y|.*[_. ]?(lat|latitude|y))$", re.IGNORECASE)
ADDRESS = re.compile(r"address|block|street|location|direcci|calle|stra(ss|ß)e|adresse|intersection", re.IGNORECASE)
OFFENCE = re.compile(
    r"offen[cs]e|crime|primary.?type|category|charge|nibrs|ucr|iucr|delito|tipo|delikt|straftat|infraction|descr|type|call",
    re.IGNORECASE,
)
PLACE_TYPE = re.compile(r"(location|premise|place|scene).{0,3}(desc|type)|premis|tipo.?de.?lugar|tatort", re.IGNORECASE)
BLOCK = re.compile(r"^\d+X+\b|\bX{2,}\b|\b(?:BLOCK|BLK)\b|^\d*00\s|\bon or near\b", re.IGNORECASE)
OFFSET = re.compile(r":\d{2}(?:\.\d+)?\s?(?:Z|UTC|[+-]\d{2}(?::?\d{2})?)$")
WRITTEN_CLOCK = re.compile(r"\d[T ]?\d{0,2}:\d{2}|^\d{12}$")
OBJECT_ID = re.compile(r"^(objectid|fid|ogc_fid|gid)\b", re.IGNORECASE)
NUMBER = re.compile(r"^[-+]?\d{1,3}([ .,']?\d{3})*([.,]\d+)?$|^[-+]?\d+([.,]\d+)?$")


@dataclass(frozen=True)
class TimeGuess:
    """Columns of a time with their format; `is_ambiguous` where day and month could be exchanged."""

    columns: list[str]
    format: str
    share: float
    is_ambiguous: bool = False


@dataclass(frozen=True)
class PointGuess:
    """Columns of a point. `x` with `y`, or `cell`, one column with both; `key` says how."""

    key: str
    columns: list[str]
    decimal: str
    is_degrees: bool
    xy: np.ndarray[tuple[int, int], np.dtype[np.float64]]


def filled(column: Any) -> Any:
    """The values of a column that are not empty."""
    return column[column != ""]


def guess_time(rows: Any, *, but: set[str]) -> TimeGuess | None:
    """The columns that say when it happened."""
    guesses = []
    for column in rows.columns:
        if column in but:
            continue
        guess = _time_of(filled(rows[column]).head(SAMPLE))
        if guess is None:
            continue
        format_, share, is_ambiguous = guess
        is_named = DATE_NAME.search(column) is not None
        if format_ in ("%s", "%Y%m%d", "%Y%m%d%H%M", "%m/%Y") and not is_named:
            continue
        rank = (is_named, NOT_OCCURRED.search(column) is None, OCCURRED.search(column) is not None, _has_clock(format_))
        guesses.append((rank, TimeGuess([column], format_, share, is_ambiguous)))
    if not guesses:
        return None
    best = max(guesses, key=lambda one: one[0])[1]
    return best if _has_clock(best.format) or best.format == "%Y-%m" else _with_clock(rows, best, but)


def _with_clock(rows: Any, day: TimeGuess, but: set[str]) -> TimeGuess:
    """The day with a column of its own for the clock time, where there is one."""
    for column in rows.columns:
        if column in but or column in day.columns or NOT_OCCURRED.search(column) or not DATE_NAME.search(column):
            continue
        words = filled(rows[column]).head(SAMPLE)
        for clock in CLOCKS:
            if len(words) and _share(("2026-01-02 " + words).tolist(), f"%Y-%m-%d {clock}") >= NEARLY_ALL:
                return TimeGuess([*day.columns, column], f"{day.format} {clock}", day.share, day.is_ambiguous)
    return day


def _time_of(words: Any) -> tuple[str, float, bool] | None:
    if not len(words) or not words.str.contains(r"\d").mean() >= NEARLY_ALL:
        return None
    sample = words.tolist()
    # ISO times are read whatever a format says: one with an offset has a format with %z, and no other has.
    has_offset = bool(words.str.contains(OFFSET).mean() >= NEARLY_ALL)
    has_clock = bool(words.str.contains(WRITTEN_CLOCK).mean() > 0.1)  # a format with a clock also reads a day alone
    formats = [
        format_
        for format_ in FORMATS
        if format_ == "%s" or (("%z" in format_) == has_offset and _has_clock(format_) == has_clock)
    ]
    reads = {format_: share for format_ in formats if (share := _share(sample[:50], format_)) >= NEARLY_ALL}
    shares = {format_: _share(sample, format_) for format_ in reads}
    good = [format_ for format_ in FORMATS if shares.get(format_, 0) >= NEARLY_ALL]
    if not good:
        return None
    best = max(good, key=lambda format_: (shares[format_], -FORMATS.index(format_)))
    other = best.translate(str.maketrans("md", "dm")) if "%m" in best and "%d" in best else best
    is_ambiguous = other != best and shares.get(other) == shares[best]
    return best, shares[best], is_ambiguous


def _share(words: list[str], format_: str) -> float:
    import pyarrow as pa

    time = Time.model_validate({"column": "word", "format": format_})
    read = read_times(time, pa.table({"word": pa.array(words, pa.string())}), timezone="UTC")
    plausible = (read.start >= np.datetime64("1950-01-01")) & (read.start < np.datetime64("2100-01-01"))
    least = (
        HOUR if _has_clock(format_) else UNREAD + 1
    )  # a clock that is written must be read, not only the day before it
    return float(((read.precision >= least) & plausible).mean()) if words else 0.0


def _has_clock(format_: str) -> bool:
    return re.search("%[HIs]", format_) is not None


def guess_point(rows: Any) -> PointGuess | None:
    """The columns of a point: a pair of numbers, or one cell that holds both."""
    numbers = {column: values for column in rows.columns if (values := _numbers(rows[column])) is not None}
    pairs = []
    for x in (column for column in numbers if X.match(column)):
        for y in (column for column in numbers if Y.match(column) and column != x):
            xy = np.column_stack([numbers[x][0], numbers[y][0]])
            is_alike = X.sub("", x) == Y.sub("", y)
            middle = np.nanmedian(xy, axis=0)
            is_degrees = bool(abs(middle[0]) <= 180 and abs(middle[1]) <= 90)
            pairs.append(
                (
                    (is_degrees, is_alike, -abs(list(rows.columns).index(x) - list(rows.columns).index(y))),
                    x,
                    y,
                    xy,
                    is_degrees,
                )
            )
    if pairs:
        _, x, y, xy, is_degrees = max(pairs, key=lambda one: one[0])
        return PointGuess("x", [x, y], numbers[x][1], is_degrees, xy)
    for column in rows.columns:
        words = filled(rows[column]).head(SAMPLE)
        if not len(words):
            continue
        if words.str.match(r"^\s*POINT\s*\(", case=False).mean() >= NEARLY_ALL:
            found = words.str.extract(r"\(\s*([-\d.]+)\s+([-\d.]+)").astype(float).to_numpy()
            return PointGuess("wkt", [column], ".", True, found)
        pair = words.str.extract(r"^\D*?\(?\s*([-+]?\d{1,3}\.\d+)\s*[,; ]\s*([-+]?\d{1,3}\.\d+)\s*\)?$").astype(float)
        if pair.notna().all(axis=1).mean() >= NEARLY_ALL:
            first, second = pair[0].abs().max(), pair[1].abs().max()
            key = "lon_lat" if first > 90 or X.match(column.split(",")[0]) else "lat_lon"
            del second
            found = pair.to_numpy()
            return PointGuess(key, [column], ".", True, found if key == "lon_lat" else found[:, ::-1])
    return None


def _numbers(column: Any) -> tuple[np.ndarray[tuple[int], np.dtype[np.float64]], str] | None:
    words = filled(column)
    if not len(words) or words.head(SAMPLE).str.match(NUMBER).mean() < NEARLY_ALL:
        return None
    import pandas as pd

    has_comma = words.head(SAMPLE).str.contains(r"\d,\d+$", regex=True).mean() > 0.5
    plain = column.str.replace(r"[ '.]" if has_comma else r"[ ',]", "", regex=True)
    numbers: Any = pd.to_numeric(plain.str.replace(",", ".", regex=False), errors="coerce")
    values = numbers.to_numpy(float)
    values = np.where(values == 0, np.nan, values)
    return None if np.isnan(values).all() else (values, "," if has_comma else ".")


def guess_offence(rows: Any, *, but: set[str]) -> str | None:
    """The column of the agency's words for the offence: the one whose words are understood most."""
    best: tuple[tuple[float, bool, int], str] | None = None
    for column in rows.columns:
        words = filled(rows[column])
        distinct = words.value_counts()
        if (
            column in but
            or not len(words)
            or not 1 <= len(distinct) <= MOST_WORDS
            or len(distinct) > 0.9 * len(words) > 20
        ):
            continue
        understood = sum(count for word, count in distinct.items() if meaning_of(str(word))) / len(rows)
        is_named = OFFENCE.search(column) is not None and PLACE_TYPE.search(column) is None
        if understood < 0.2 and not is_named:
            continue
        rank = (round(understood + 0.3 * is_named, 1), is_named, -len(distinct))
        if best is None or rank > best[0]:
            best = rank, column
    return best[1] if best else None


def guess_ids(rows: Any, *, but: set[str]) -> tuple[list[str], bool]:
    """Columns that name an incident, and whether they repeat. None: an empty list."""
    named = [
        column
        for column in rows.columns
        if column not in but and ID.search(column) and not DATE_NAME.search(column) and (rows[column] != "").all()
    ]
    order = list(rows.columns)
    unique = [column for column in named if rows[column].is_unique]
    if unique:  # an object id is new whenever a layer is replaced
        return [min(unique, key=lambda column: (OBJECT_ID.search(column) is not None, order.index(column)))], False
    often = [column for column in named if rows[column].nunique() > 0.3 * len(rows)]
    return ([max(often, key=lambda column: rows[column].nunique())], True) if often else ([], False)


def guess_address(rows: Any, *, but: set[str]) -> tuple[str, bool] | None:
    """The column of addresses, and whether they name blocks rather than doors."""
    for column in rows.columns:
        words = filled(rows[column])
        if column in but or not len(words) or not ADDRESS.search(column) or PLACE_TYPE.search(column):
            continue
        if (
            words.str.contains("[A-Za-z]{3}").mean() < NEARLY_ALL
            or words.nunique() < 2
            or NUMBER.match(str(words.iloc[0]))
        ):
            continue
        if words.str.contains(r"\d").mean() < 0.3 and not words.str.contains(BLOCK).any():
            continue
        return column, bool(words.str.contains(BLOCK).mean() >= NEARLY_ALL)
    return None


def guess_place_type(rows: Any, *, but: set[str]) -> str | None:
    """The column that says what sort of place it was."""
    return next((column for column in rows.columns if column not in but and PLACE_TYPE.search(column)), None)
