"""Gather what was read as evidence: how much could not be read, placed, timed or typed, and what the words looked like."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np

from hotspots.pipeline.load.guesses import LONGEST, SAMPLES, guess_clock, guess_location, guess_time, is_in_degrees
from hotspots.sources.crime_types import crime_types_of, in_one_line
from hotspots.sources.files.tables import REASON_COLUMNS
from hotspots.sources.normalise import LATER, NO_ID, REPEATED, UNTIMED, key_of
from hotspots.sources.occurrences import read_occurrences
from hotspots.sources.points import read_points
from hotspots.sources.time_values import TimeWindow
from hotspots.sources.times import joined, read_times

if TYPE_CHECKING:
    import pyarrow as pa

    from hotspots.sources.city_file import CityFile
    from hotspots.sources.files.table import Table
    from hotspots.sources.normalise import Incidents
    from hotspots.sources.time_values import Time

# Points of a block are repeated by its incidents, and nobody shifts a point by centimetres.
FINE_DEGREES, FINE_METRES = 7, 2  # decimals
BLOCK = re.compile(r"\d+X+\b|\bX+\b|\bBLOCK\b|\bBLK\b|^\d*00\s|/|&|\bAT\b|^\D", re.IGNORECASE)
SHOWN = 5  # examples of a kind
SAMPLE_OF_IDS = 20_000
INSTANT = re.compile(r"\d(Z|UTC|GMT|[+-]\d{2}(:?\d{2})?)$", re.IGNORECASE)


@dataclass
class Evidence:
    """The evidence gathered while deliveries were read. Counts are of records, not withdrawing ones.

    Attributes
    ----------
    records, unread, ragged : of the files; those rejected; of these, those that do not have the header's number of columns.
    untimed, misplaced, untyped : without a readable time; with a location that is none here; with words that no crime type names.
    counted, located, outside : that became incidents; of them with a point; of these outside the study area.
    clocks, unread_clocks, at_midnight, first_days : with an hour written; written but not readable; at 00:00; on the 1st of a month.
    codes, unknown_codes : recorded area codes by kind; those that name no area, by kind and value.
    at_zero, places : records of a sample at 0, 0, where none has a point; of the points, the first two that differ.
    times, unread_hours, points : samples of what could not be read.
    other_words : words of offences that no crime type names.
    repeated, empty_ids : rows whose id a later row has with other words for the offence; rows without an id.
    addresses, house_numbers : of block points: incidents with an address, and with one that is a house's.
    hours : records by hour of the day, of those with an hour. instants : of times written as instants, those by their time in UTC.
    later : records after the day on which the delivery was known.
    merged, other_incidents : of a sample, rows that another row of their id stands for; of these, those that tell another day.
    guesses, hour_guesses : what would have been right, found by trying. left_out : columns that are not kept.
    """

    records: int = 0
    unread: int = 0
    ragged: int = 0
    untimed: int = 0
    misplaced: int = 0
    untyped: int = 0
    counted: int = 0
    located: int = 0
    outside: int = 0
    at_zero: int = 0
    places: list[str] = field(default_factory=list)
    clocks: int = 0
    unread_clocks: int = 0
    at_midnight: int = 0
    first_days: int = 0
    codes: Counter[str] = field(default_factory=Counter)
    unknown_codes: dict[str, Counter[str]] = field(default_factory=dict)
    times: list[str] = field(default_factory=list)
    unread_hours: list[str] = field(default_factory=list)
    hour_guesses: list[str] = field(default_factory=list)
    points: list[str] = field(default_factory=list)
    other_words: Counter[str] = field(default_factory=Counter)
    repeated: int = 0
    empty_ids: int = 0
    addresses: int = 0
    house_numbers: int = 0
    fine_points: Counter[bytes] = field(default_factory=Counter)
    hours: Counter[int] = field(default_factory=Counter)
    instants: Counter[str] = field(default_factory=Counter)
    later: int = 0
    merged: int = 0
    other_incidents: int = 0
    guesses: list[str] = field(default_factory=list)
    left_out: list[str] = field(default_factory=list)

    def add(self, other: Evidence) -> None:
        """Add what another delivery showed."""
        for name, value in vars(other).items():
            mine = getattr(self, name)
            if isinstance(value, int):
                setattr(self, name, mine + value)
            elif isinstance(value, Counter):
                mine.update(value)
            elif isinstance(value, dict):
                for kind, counts in value.items():
                    mine.setdefault(kind, Counter()).update(counts)
            else:
                mine += [item for item in value if item not in mine][: SHOWN * 2]


def look_at(table: Table, incidents: Incidents, city: CityFile) -> Evidence:
    """Gather what one delivery shows, but for its areas."""
    section, rows = city.incidents, table.rows
    found = Evidence(records=len(table.records), unread=len(incidents.rejects), left_out=list(table.left_out))
    reasons = Counter(reason for _, reason in incidents.rejects)
    found.untimed, found.ragged, found.later = reasons[UNTIMED], reasons[REASON_COLUMNS], reasons[LATER]
    found.empty_ids = reasons[NO_ID] + (incidents.notes["known_by_content"] if section.id else 0)
    found.repeated = _repeated_with_other_words(table, incidents, city) if reasons[REPEATED] else 0
    if incidents.merged or reasons[REPEATED]:
        found.merged, found.other_incidents = _rows_of_other_days(rows, city)
    found.misplaced = incidents.notes.get("implausible_locations", 0)
    counted = ~incidents.rows.column("withdraws").to_numpy()
    found.counted = int(counted.sum())
    source_no = incidents.rows.column("source_no").to_numpy()[counted]
    weights = np.bincount(source_no, minlength=len(incidents.source_words))
    for words, weight, named in zip(
        in_one_line(incidents.source_words), weights, crime_types_of(city, incidents.source_words)[1], strict=True
    ):
        if not named and weight:
            found.other_words[words] += int(weight)
    found.untyped = sum(found.other_words.values())
    _look_at_times(found, city, rows, table, incidents)
    if section.location is not None:
        _look_at_points(found, city, rows, incidents)
    return found


def _repeated_with_other_words(table: Table, incidents: Incidents, city: CityFile) -> int:
    """Rows that were rejected because a later row has their id, though they tell another offence."""
    lines = {line for line, reason in incidents.rejects if reason == REPEATED}
    frame = table.rows.select(
        list(dict.fromkeys([*(city.incidents.id or []), *city.incidents.source_type]))
    ).to_pandas()
    frame["line"] = table.lines[table.row_of]
    ids = city.incidents.id or []
    if not ids:
        return 0
    last = frame[~frame["line"].isin(lines)].drop_duplicates(ids, keep="last")
    both = frame[frame["line"].isin(lines)].merge(last, on=ids, suffixes=("", " of the last"))
    words = city.incidents.source_type
    differs = [both[word] != both[f"{word} of the last"] for word in words if word not in ids]
    return int(np.logical_or.reduce(differs).sum()) if differs else 0


def _rows_of_other_days(rows: pa.Table, city: CityFile) -> tuple[int, int]:
    """Of a sample, rows whose id an earlier row has, and those of them whose day lies more than a day from that row's."""
    import pandas as pd

    sample = rows.slice(0, SAMPLE_OF_IDS)
    key, missing = key_of(sample, city.incidents.id or [])
    start = read_occurrences(city.incidents.occurred, sample, timezone=city.city.timezone).start
    known = ~missing & ~np.isnat(start)
    rows_of, first = pd.factorize(np.array(key.to_pylist(), object)[known])
    day = start[known].astype("datetime64[D]").astype(int)
    first_row = np.zeros(len(first), np.int64)
    first_row[rows_of[::-1]] = np.arange(len(rows_of))[::-1]
    is_repeated = first_row[rows_of] != np.arange(len(rows_of))
    return int(is_repeated.sum()), int((is_repeated & (np.abs(day - day[first_row[rows_of]]) > 1)).sum())


def _look_at_times(found: Evidence, city: CityFile, rows: pa.Table, table: Table, incidents: Incidents) -> None:
    occurred = city.incidents.occurred
    time = occurred.from_ if isinstance(occurred, TimeWindow) else occurred
    start = incidents.rows.column("occurred_from").drop_null().to_numpy()
    precision = np.array(incidents.rows.column("time_precision").to_pylist(), object)
    has_hour = np.isin(precision, ["hour", "minute"])
    found.unread_clocks = incidents.notes.get("unread_hours", 0)
    found.clocks = int(has_hour.sum()) + found.unread_clocks
    known = incidents.rows.column("occurred_from").to_numpy()[has_hour]
    hours, counts = np.unique(
        (known - known.astype("datetime64[D]")).astype("timedelta64[h]").astype(int), return_counts=True
    )
    found.hours.update(dict(zip(hours.tolist(), counts.tolist(), strict=True)))
    found.at_midnight = int((known == known.astype("datetime64[D]")).sum())
    days = start.astype("datetime64[D]")
    found.first_days = int((days == days.astype("datetime64[M]").astype("datetime64[D]")).sum())
    found.instants = _times_of_instants(time, rows, known, city.city.timezone)
    if time.column is not None and found.unread_clocks:
        import pyarrow as pa

        read = read_times(time, rows.select(time.columns), timezone=city.city.timezone)
        unread = rows.filter(pa.array(read.clock_unread))
        words = joined(unread, time.clock or time.column).unique().to_pylist()[:SAMPLES]
        found.unread_hours = words[:SHOWN]
        found.hour_guesses = guess_clock(time, words, city.city.timezone)
    if time.column is None or not found.untimed:
        return
    bad_lines = {line for line, reason in incidents.rejects if reason == UNTIMED}
    is_bad = np.isin(table.lines[table.row_of], list(bad_lines))
    words = joined(rows.filter(is_bad), time.column).unique().to_pylist()[: SAMPLES * 10]
    found.times = [word for word in words if word][:SHOWN]
    if found.times:
        found.guesses += guess_time(time, words, rows, city.city.timezone)


def _times_of_instants(time: Time, rows: pa.Table, known: Any, timezone: str) -> Counter[str]:
    """Times of day in UTC, such as 05:00, of instants that are read as such; nothing where times are the wall clock's."""
    import pandas as pd

    if time.column is None or time.clock is not None or time.day_zone is not None or not len(known):
        return Counter()
    words = joined(rows.slice(0, SAMPLES), time.column).to_pylist()
    if "%s" not in (time.format or []) and not all(INSTANT.search(word) for word in words if word):
        return Counter()
    utc = pd.DatetimeIndex(known).tz_localize(timezone, ambiguous="NaT", nonexistent="NaT").tz_convert("UTC")
    return Counter(utc.dropna().strftime("%H:%M:%S").tolist())


def _look_at_points(found: Evidence, city: CityFile, rows: pa.Table, incidents: Incidents) -> None:
    section = city.incidents
    location = section.location
    assert location is not None
    frame = incidents.locations.frame
    of_row = incidents.rows.column("location_no").drop_null().to_numpy()
    is_located = frame.column("x").is_valid().to_numpy()
    found.located = int(is_located[of_row].sum())
    x, y = (frame.column(name).drop_null().to_numpy() for name in ("x", "y"))
    found.places = [f"{east}, {north}" for east, north in np.unique(np.column_stack([x, y]), axis=0)[:2]]
    if not found.located:
        found.at_zero = int(read_points(location, rows, city_crs=city.city.crs).at_zero.sum())
    if found.misplaced:
        samples = rows.slice(0, SAMPLES)
        points = read_points(location, samples, city_crs=city.city.crs)
        bad = samples.filter(points.implausible).select(list(dict.fromkeys(location.columns)))
        found.points = list(dict.fromkeys(", ".join(record.values()) for record in bad.to_pylist()))[:SHOWN]
        found.guesses += guess_location(city, bad)
    if section.precision == "block":
        weights = np.bincount(of_row, minlength=frame.num_rows)[is_located]
        if location.x is not None and _is_fine(rows.column(location.x), is_degrees=is_in_degrees(location.crs)):
            for east, north, weight in zip(x, y, weights, strict=True):
                found.fine_points[np.array([east, north]).tobytes()] += int(weight)
        if section.address:
            words = frame.column("address").to_pylist()
            per_location = np.bincount(of_row, minlength=frame.num_rows)
            for word, weight in zip(words, per_location, strict=True):
                if word:
                    found.addresses += int(weight)
                    found.house_numbers += 0 if BLOCK.search(word[:LONGEST]) else int(weight)


def _is_fine(column: Any, *, is_degrees: bool) -> bool:
    """Whether most numbers of a column are written to the centimetre."""
    words = [word.strip() for word in column.slice(0, SAMPLES).to_pylist() if word and word.strip()]
    least = FINE_DEGREES if is_degrees else FINE_METRES
    fine = [len(word.rpartition(".")[2]) >= least for word in words if "." in word]
    return bool(words) and sum(fine) > len(words) / 2


def unknown_codes(slot: int, labels: Any, words: list[str], weights: Any) -> Counter[str]:
    """Recorded codes of a kind that name no area, by value, weighed by incidents."""
    counts: Counter[str] = Counter()
    for index in np.flatnonzero(labels.unknown[:, slot]):
        if weights[index]:
            counts[words[index]] += int(weights[index])
    return counts
