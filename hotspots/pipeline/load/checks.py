"""Look at what was read before it is believed: how much was lost, and what may be the reason. `load` and `city check` both ask here."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np

from hotspots.pipeline.load.guesses import LONGEST, NEARLY_ALL, SAMPLES, guess_location, guess_time, is_in_degrees
from hotspots.sources.city_values import TimeWindow, closest
from hotspots.sources.crime_types import crime_types_of, in_one_line
from hotspots.sources.drafting.offence_words import looks_sensitive
from hotspots.sources.normalise import NO_ID, REPEATED, UNTIMED
from hotspots.sources.points import read_points
from hotspots.sources.tables import REASON_COLUMNS
from hotspots.sources.times import joined

if TYPE_CHECKING:
    import pyarrow as pa

    from hotspots.sources.city_file import CityFile
    from hotspots.sources.normalise import Incidents
    from hotspots.sources.tables import Table

NOTABLE = 0.1
FEWEST = 20  # rows of a delivery on top of others, and for judgements by shares
SHOWN = 5
FEWEST_AT_ONE_POINT = 5  # records, of a small file
QUIET_HOURS = 4
NIGHT = range(1, 7)  # hours at which the quietest ones begin, where clocks are right
FEWEST_FOR_HOURS = 500
FEWEST_LATER_POINTS = (
    20_000  # of a delivery on top of others, to tell addresses from blocks by points that do not repeat
)
# Points of a block are repeated by its incidents, and nobody shifts a point by centimetres.
FINE_DEGREES, FINE_METRES = 7, 2  # decimals
PERSONAL = re.compile(
    r"(victim|suspect|offender|arrestee|complainant|witness|officer|owner|driver)|"
    r"(^|[^a-z])(name|dob|birth\w*|race|ethnic\w*|sex|gender|age|phone|e-?mail|ssn|license|plate)([^a-z]|$)",
    re.IGNORECASE,
)
BLOCK = re.compile(r"\d+X+\b|\bX+\b|\bBLOCK\b|\bBLK\b|^\d*00\s|/|&|\bAT\b|^\D", re.IGNORECASE)


@dataclass(frozen=True)
class Suspicion:
    """One thing that looks wrong, in a line; `refuses` where a load should not go on by itself."""

    text: str
    refuses: bool


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
    times, points : samples of what could not be read.
    other_words : words of offences that no crime type names.
    repeated, empty_ids : rows whose id a later row has with other words for the offence; rows without an id.
    addresses, house_numbers : of block points: incidents with an address, and with one that is a house's.
    hours : records by hour of the day, of those with an hour.
    guesses : what would have been right, found by trying.
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
    points: list[str] = field(default_factory=list)
    other_words: Counter[str] = field(default_factory=Counter)
    repeated: int = 0
    empty_ids: int = 0
    addresses: int = 0
    house_numbers: int = 0
    fine_points: Counter[bytes] = field(default_factory=Counter)
    hours: Counter[int] = field(default_factory=Counter)
    guesses: list[str] = field(default_factory=list)

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
    found = Evidence(records=len(table.records), unread=len(incidents.rejects))
    reasons = Counter(reason for _, reason in incidents.rejects)
    found.untimed, found.ragged = reasons[UNTIMED], reasons[REASON_COLUMNS]
    found.empty_ids = reasons[NO_ID] + (incidents.notes["known_by_content"] if section.id else 0)
    found.repeated = _repeated_with_other_words(table, incidents, city) if reasons[REPEATED] else 0
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
    if time.column is None or not found.untimed:
        return
    bad_lines = {line for line, reason in incidents.rejects if reason == UNTIMED}
    is_bad = np.isin(table.lines[table.row_of], list(bad_lines))
    words = joined(rows.filter(is_bad), time.column).unique().to_pylist()[: SAMPLES * 10]
    found.times = [word for word in words if word][:SHOWN]
    if found.times:
        found.guesses += guess_time(time, words, rows, city.city.timezone)


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


def suspicions(
    found: Evidence, city: CityFile, *, is_first: bool = True, area_names: Mapping[str, Mapping[str, str]] | None = None
) -> list[Suspicion]:
    """Judge what was found, the worst first.

    Parameters
    ----------
    is_first : bool
        Whether nothing was loaded before. A small delivery on top of others is never refused for a share: one odd record may be all of it.
    area_names : mapping, optional
        By kind of area, names by code: what an unknown code may have meant.
    """
    judge = _Judge(found, city, may_refuse=is_first or found.records >= FEWEST, is_first=is_first)
    return sorted([*judge.losses(area_names or {}), *judge.doubts()], key=lambda one: not one.refuses)


@dataclass(frozen=True)
class _Judge:
    found: Evidence
    city: CityFile
    may_refuse: bool
    is_first: bool

    def share(self, part: int, whole: int) -> bool:
        """Whether a part is nearly all of the whole."""
        return self.may_refuse and whole > 0 and part >= NEARLY_ALL * whole

    def losses(self, area_names: Mapping[str, Mapping[str, str]]) -> list[Suspicion]:
        """The parts that are nearly all lost."""
        found, guess = self.found, "".join(f"; {guess}" for guess in self.found.guesses[:2])
        lines = []
        day_or_month = any("day stand before" in guess for guess in found.guesses)
        if found.untimed and (day_or_month or found.untimed >= NOTABLE * found.records):
            examples = _examples(found.times)
            lines.append(
                Suspicion(
                    f"{_of(found.untimed, found.records)} have no time that can be read{examples}{guess}",
                    self.share(found.untimed, found.records) or (day_or_month and self.may_refuse),
                )
            )
        elif self.share(found.ragged, found.records):
            lines.append(
                Suspicion(
                    f"{_of(found.ragged, found.records)} do not have as many columns as the header: do rows end with a separator that "
                    "the header lacks? end the header with one too, or have the separators taken away",
                    True,
                )
            )
        elif self.share(found.unread, found.records):
            lines.append(Suspicion(f"{_of(found.unread, found.records)} cannot be read; the reasons are listed", True))
        if found.repeated:
            lines.append(
                Suspicion(
                    f"{_of(found.repeated, found.records)} repeat the id of a later row with other words for the offence: "
                    'are they offences of one incident? say which row it is known by, repeated_id = { keep = "first" }, '
                    "or count each as an incident, occurrence_number = true",
                    self.may_refuse and found.repeated >= NOTABLE * found.records,
                )
            )
        if found.empty_ids >= NOTABLE * max(found.records, 1):
            lines.append(
                Suspicion(
                    f"{_of(found.empty_ids, found.records)} have no id in {' | '.join(self.city.incidents.id or [])}: each is known "
                    "by when, where and what it tells, so one that changes is a new one; several columns may name them, id = [ … ]",
                    False,
                )
            )
        if found.misplaced and (guess or found.misplaced >= NOTABLE * found.counted):
            lines.append(
                Suspicion(
                    f"{_of(found.misplaced, found.counted)} give a location that is none in this part of the world"
                    f"{_examples(found.points)}{guess if not found.untimed else ''}",
                    self.share(found.misplaced, found.misplaced + found.located),
                )
            )
        if self.share(found.outside, found.located):
            lines.append(
                Suspicion(
                    f"{_of(found.outside, found.located)} located ones lie outside the study area "
                    f"({', '.join(self.city.city.study_area)}); check its file, and the crs of both",
                    True,
                )
            )
        if self.share(found.unread_clocks, found.clocks):
            lines.append(
                Suspicion(f"of {_of(found.unread_clocks, found.clocks)} the hour is written but cannot be read", True)
            )
        if self.share(found.untyped, found.counted) and self.city.crime_type:
            words = _examples([words for words, _ in found.other_words.most_common(SHOWN)])
            lines.append(
                Suspicion(f"{_of(found.untyped, found.counted)} have words that no [[crime_type]] names{words}", True)
            )
        for kind, unknown in found.unknown_codes.items():
            lines.append(
                Suspicion(
                    f"{_of(unknown.total(), found.codes[kind])} have a {kind} that the map does not have: "
                    f"{_codes(unknown, area_names.get(kind, {}))}; map them with areas = {{ {kind} = {{ column = …, codes = {{ … }} }} }}",
                    self.share(unknown.total(), found.codes[kind]),
                )
            )
        return lines

    def doubts(self) -> list[Suspicion]:
        """The readings that are hard to believe."""
        found, lines = self.found, []
        if found.at_zero and not found.located:
            lines.append(
                Suspicion(
                    f"none has a point, and {found.at_zero:,} are at 0, 0: are these the right columns of location? "
                    "if their points are not known, location = { …, none = [0] } says so",
                    False,
                )
            )
        if found.located >= FEWEST_AT_ONE_POINT and len(found.places) == 1:
            lines.append(
                Suspicion(
                    f"all {found.located:,} points are one and the same: is it the place of an office, or of what is not known? "
                    "location = { …, none = [ … ] } names a number that stands for no location",
                    False,
                )
            )
        unique = len(found.fine_points)
        points = found.fine_points.total()
        # A week's incidents of a large city are each in another block.
        if points >= (FEWEST if self.is_first else FEWEST_LATER_POINTS) and unique >= NEARLY_ALL * points:
            lines.append(
                Suspicion(
                    f'precision = "block", but {unique:,} of {points:,} points differ and are written to the centimetre, like addresses: '
                    'give precision = "exact", so that they are never published',
                    True,
                )
            )
        if found.addresses >= FEWEST and found.house_numbers >= NEARLY_ALL * found.addresses:
            lines.append(
                Suspicion(
                    f'precision = "block", but {_of(found.house_numbers, found.addresses)} have the number of a house in their address: '
                    'give precision = "exact", so that they are never published',
                    True,
                )
            )
        if found.clocks >= FEWEST and found.at_midnight == found.clocks:
            lines.append(
                Suspicion(
                    f'all {found.clocks:,} times are at 00:00; are the hours unknown? unknown_hours = ["00:00"]', False
                )
            )
        if found.counted >= FEWEST and found.first_days == found.counted and not self.city.incidents.is_by_month:
            lines.append(
                Suspicion(
                    f'all {found.counted:,} days are the first of a month; are only months known? format = "%Y-%m"',
                    False,
                )
            )
        if (quiet := quiet_hours(found.hours)) is not None and quiet not in NIGHT:
            lines.append(
                Suspicion(
                    f"the quietest hours are {quiet:02}:00 to {(quiet + QUIET_HOURS) % 24:02}:00, and not at night: are the times UTC, "
                    f'or is timezone = "{self.city.city.timezone}" another one\'s? UTC is read with format = "… %z" or a Z at its end',
                    False,
                )
            )
        lines += [
            Suspicion(
                f"{words!r} ({count:,} records) sounds sensitive, and no [[crime_type]] names it: name it, with sensitive = true",
                False,
            )
            for words, count in found.other_words.most_common()
            if looks_sensitive(words)
        ]
        lines += [Suspicion(text, False) for text in lost_zeros(self.city, found.other_words)]
        lines += [
            Suspicion(f"the column {column!r} (incidents.{key}) looks personal, and is kept because it is named", False)
            for column, key in self.city.incidents.columns.items()
            if PERSONAL.search(column)
        ]
        return lines


def lost_zeros(city: CityFile, other_words: Mapping[str, int]) -> list[str]:
    """Words of offences that would have a crime type, had they or the city file not lost leading zeros."""
    named = {
        value.strip(): entry.name
        for entry in city.crime_type
        for alternative in entry.when
        for matcher in alternative.values()
        for value in matcher.values or []
    }
    plain = {value.lstrip("0").casefold(): value for value in named if value.lstrip("0")}
    lines = []
    for words, count in other_words.items():
        for word in (part.strip() for part in words.split(" | ")):
            meant = plain.get(word.lstrip("0").casefold())
            if meant is not None and word:
                lines.append(
                    f"{word[:LONGEST]!r} ({count:,} records) is no word of a crime type, but {meant!r} of {named[meant]!r} is: "
                    "were leading zeros lost or added? write both in its when"
                )
    return lines


def quiet_hours(hours: Mapping[int, int]) -> int | None:
    """The hour at which the four quietest hours begin; None where too few records tell, or no hours are clearly quieter."""
    total = sum(hours.values())
    windows = [sum(hours.get((start + ahead) % 24, 0) for ahead in range(QUIET_HOURS)) for start in range(24)]
    least = min(windows)
    if total < FEWEST_FOR_HOURS or least > total * QUIET_HOURS / 24 / 2:
        return None
    return windows.index(least)


def unknown_codes(slot: int, labels: Any, words: list[str], weights: Any) -> Counter[str]:
    """Recorded codes of a kind that name no area, by value, weighed by incidents."""
    counts: Counter[str] = Counter()
    for index in np.flatnonzero(labels.unknown[:, slot]):
        if weights[index]:
            counts[words[index]] += int(weights[index])
    return counts


def _codes(unknown: Counter[str], names: Mapping[str, str]) -> str:
    shown = []
    for code, count in unknown.most_common(SHOWN):
        hint = closest(code[:LONGEST], [*names.values(), *names]).removeprefix("; did you mean ").removesuffix("?")
        shown.append(f"{code[:LONGEST]!r} {count:,} times" + (f" (nearest: {hint})" if hint else ""))
    more = len(unknown) - len(shown)
    return ", ".join(shown) + (f" and {more:,} more" if more > 0 else "")


def _of(part: int, whole: int) -> str:
    return f"{part:,} of {whole:,} records"


def _examples(words: list[str]) -> str:
    return f" (such as {', '.join(repr(word[:LONGEST]) for word in words[:3])})" if words else ""
