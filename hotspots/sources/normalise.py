"""Whole columns of an agency's file, turned into incidents and rejects: every record is in one of the two."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from hotspots.sources.city_file import CityFile
from hotspots.sources.conditions import Condition, columns_of, rows_where
from hotspots.sources.files.table import Table
from hotspots.sources.incidents_section import IncidentsSection
from hotspots.sources.locations import Locations, distinct_locations
from hotspots.sources.occurrences import PRECISIONS, Occurrences, read_occurrences
from hotspots.sources.repeated_ids import (
    content_keys,
    numbered,
    others_of_incident,
    ranks_of,
    repeated,
    sensitive_by_any_row,
)
from hotspots.sources.times import Seconds, clock_changes, joined, read_times

if TYPE_CHECKING:
    import pandas as pd
    import pyarrow as pa

UNTIMED, NO_ID = "occurred: no time can be read", "id is empty"
LATER = "occurred after the day on which the delivery was known"
REPEATED = "id repeated in this delivery; its last row counts"


@dataclass(frozen=True, eq=False)
class Incidents:
    """Normalised rows of one delivery, in the file's order.

    Attributes
    ----------
    rows : line, incident_key, base_key, withdraws, occurred_from, occurred_to, reported_at (local wall clock), time_note,
        source_no, location_type_no, location_no (indices into the three below; null for none), arrest, sensitive.
    source_words : the agency's words for the offence, distinct, one column each.
    location_types : distinct names.
    locations : distinct locations.
    present : ids of all rows, rejected ones too, but not withdrawing ones: what a snapshot has.
    without_id : records that tell no id; each may be any incident.
    rejects : line and reason of every record that is no row, by line.
    notes : how many rows had a peculiarity that did not reject them.
    merged : rows of an incident that another row of the delivery stands for.
    """

    rows: pa.Table
    source_words: pd.DataFrame
    location_types: list[str]
    locations: Locations
    present: pa.Array[Any]
    without_id: int
    rejects: list[tuple[int, str]]
    notes: dict[str, int] = field(default_factory=dict)
    merged: int = 0


def normalise(table: Table, city: CityFile, *, known_on: date) -> Incidents:
    """Turn a file's columns into incidents.

    Parameters
    ----------
    table : Table
        The file as sent; it has every column of the city file.
    city : CityFile
        How to read it.
    known_on : date
        The day on which the city knew it; what occurred later is rejected.
    """
    import pyarrow as pa
    import pyarrow.compute as pc

    section, rows = city.incidents, table.rows
    n = rows.num_rows
    lines = table.lines[table.row_of]
    withdraws = rows_that_withdraw(city, rows)
    own_row = withdraws if section.withdrawal and section.withdrawal.match else np.zeros(n, bool)
    key, key_missing = key_of(rows, section.id or [])
    occurred, reported, reasons = _times(city, rows, known_on)
    occurred_from = occurred.start
    reasons[withdraws] = ""  # a withdrawal needs no time
    known_by_content = key_missing & ~withdraws
    content_key, silent = content_keys(rows, section.content_columns, known_by_content)
    _reject(reasons, (key_missing & withdraws & ~own_row) | silent, NO_ID)
    valid = reasons == ""
    sources, source_no = _distinct(rows, section.source_type)
    sensitive = _flag(section.sensitive, rows, unknown=pa.array(np.zeros(n, bool)))
    merged = np.zeros(n, bool)
    if section.occurrence_number:
        key = numbered(key, ~withdraws)
    key = pc.coalesce(content_key, key)
    if section.repeated_id is not None:
        rank = ranks_of(city, sources)[source_no]
        merged = others_of_incident(section.repeated_id.keep, key, rank, valid & ~withdraws)
        sensitive = sensitive_by_any_row(city, key, sources, source_no, sensitive, valid & ~withdraws)
        valid &= ~merged
    if not section.occurrence_number:
        _reject(reasons, repeated(key, valid & ~own_row), REPEATED)
        valid &= reasons == ""

    location_types, location_type_no = _distinct(rows, [section.location_type] if section.location_type else [])
    locations = distinct_locations(city, rows, occurred_from, chosen=valid & ~withdraws)
    has_hour = occurred.precision >= PRECISIONS.index("hour")
    nonexistent, ambiguous = (found & has_hour for found in clock_changes(occurred_from, city.city.timezone))
    note = np.full(n, None, object)
    note[ambiguous], note[nonexistent] = "ambiguous", "nonexistent"
    kept = pa.array(valid)
    frame = pa.table(
        {
            "line": pa.array(lines, pa.int32()),
            "incident_key": key,
            "base_key": _base_key(city, rows),
            "withdraws": pa.array(withdraws),
            "occurred_from": pa.array(occurred_from, pa.timestamp("s")),
            "occurred_to": pa.array(occurred.end, pa.timestamp("s")),
            "reported_at": pa.array(reported, pa.timestamp("s")),
            "time_note": pa.array(note, pa.string()),
            "time_precision": pa.array(np.array([None, *PRECISIONS[1:]], object)[occurred.precision], pa.string()),
            "source_no": pa.array(source_no, pa.int32()),
            "location_type_no": _optional(location_type_no, location_types),
            "location_no": pa.array(locations.of_row, pa.int32(), mask=locations.of_row < 0),
            "arrest": _flag(section.arrest, rows, unknown=pa.nulls(n, pa.bool_())),
            "sensitive": sensitive,
        }
    ).filter(kept)
    counted = valid & ~withdraws
    bad = [(record.line, record.reason) for record in table.bad]
    bad += [(int(lines[index]), str(reasons[index])) for index in np.flatnonzero(~valid & ~merged)]
    notes = {
        "nonexistent_times": int((nonexistent & counted).sum()),
        "ambiguous_times": int((ambiguous & counted).sum()),
        "implausible_locations": locations.implausible,
        **{name: int((found & counted).sum()) for name, found in occurred.notes.items()},
        "known_by_content": int((known_by_content & counted).sum()),
        "unread_reported_times": int((_unread(city, rows, reported) & counted).sum()),
    }
    names = location_types.iloc[:, 0].tolist() if len(location_types.columns) else []
    present = key.filter(pa.array(~withdraws))
    without_id = len(table.bad) + int(silent.sum())
    return Incidents(frame, sources, names, locations, present, without_id, sorted(bad), notes, int(merged.sum()))


def _reject(reasons: NDArray[np.object_], where: NDArray[np.bool_], reason: str) -> None:
    """Give a reason to rows that have none yet."""
    reasons[where & (reasons == "")] = reason


def key_of(rows: pa.Table, columns: list[str]) -> tuple[pa.Array[Any], NDArray[np.bool_]]:
    """The columns' words joined by `|`, and whether all of them are empty."""
    import pyarrow as pa
    import pyarrow.compute as pc

    if not columns:
        return pa.array([""] * rows.num_rows, pa.string()), np.ones(rows.num_rows, bool)
    words = [pc.utf8_trim_whitespace(rows.column(column).combine_chunks()) for column in columns]
    missing = np.ones(rows.num_rows, bool)
    for word in words:
        missing &= pc.equal(word, "").to_numpy(zero_copy_only=False)
    key = words[0] if len(words) == 1 else pc.binary_join_element_wise(*words, pa.scalar("|", pa.string()))
    return key, missing


def identity_of(rows: pa.Table, section: IncidentsSection) -> pa.Array[Any]:
    """The words that name a row: its id, and what it tells where it has none. Rows alike may be several incidents."""
    import pyarrow as pa
    import pyarrow.compute as pc

    key, missing = key_of(rows, section.id or [])
    if not missing.any():
        return key
    return pc.if_else(pa.array(missing), key_of(rows, section.content_columns)[0], key)


def _base_key(city: CityFile, rows: pa.Table) -> pa.Array[Any]:
    import pyarrow as pa

    withdrawal = city.incidents.withdrawal
    if withdrawal is None or withdrawal.match is None:
        return pa.nulls(rows.num_rows, pa.string())
    return key_of(rows, withdrawal.match)[0]


def rows_that_withdraw(city: CityFile, rows: pa.Table) -> NDArray[np.bool_]:
    """Which rows withdraw an incident: (n,) bool."""
    import pyarrow as pa
    import pyarrow.compute as pc

    withdrawal = city.incidents.withdrawal
    if withdrawal is None:
        return np.zeros(rows.num_rows, bool)
    words = pc.utf8_lower(pc.utf8_trim_whitespace(rows.column(withdrawal.column).combine_chunks()))
    withdrawing = pa.array([value.strip().lower() for value in withdrawal.values], pa.string())
    return pc.is_in(words, value_set=withdrawing).to_numpy(zero_copy_only=False)


def _times(city: CityFile, rows: pa.Table, known_on: date) -> tuple[Occurrences, Seconds, NDArray[np.object_]]:
    """When it occurred, when it was reported, and the reason of each row whose times do not stand ("" where they do)."""
    section = city.incidents
    occurred = read_occurrences(section.occurred, rows, timezone=city.city.timezone)
    reasons = np.full(rows.num_rows, "", dtype=object)
    _reject(reasons, np.isnat(occurred.start), UNTIMED)
    _reject(reasons, occurred.start < np.datetime64(section.earliest, "s"), f"occurred before {section.earliest}")
    # A delivery of the day itself may stand in another time zone: the day after is not the future yet.
    last = np.datetime64(known_on + timedelta(days=2), "s")
    _reject(reasons, occurred.start >= last, LATER)
    nothing = np.full(rows.num_rows, np.datetime64("NaT", "s"))
    reported = read_times(section.reported, rows, timezone=city.city.timezone).start if section.reported else nothing
    return occurred, reported, reasons


def _unread(city: CityFile, rows: pa.Table, reported: Seconds) -> NDArray[np.bool_]:
    """Rows whose report has a time in words that cannot be read."""
    import pyarrow.compute as pc

    if city.incidents.reported is None:
        return np.zeros(rows.num_rows, bool)
    given = pc.greater(pc.utf8_length(joined(rows, city.incidents.reported.columns)), 0).to_numpy(zero_copy_only=False)
    return given & np.isnat(reported)


def _distinct(rows: pa.Table, columns: list[str]) -> tuple[pd.DataFrame, NDArray[np.int64]]:
    """The distinct combinations of some columns' words, stripped, and the index of each row's."""
    import pandas as pd
    import pyarrow.compute as pc

    combination = np.zeros(rows.num_rows, np.int64)
    words = {
        column: pc.dictionary_encode(pc.utf8_trim_whitespace(rows.column(column).combine_chunks()))
        for column in columns
    }
    for encoded in words.values():
        codes = encoded.indices.to_numpy(zero_copy_only=False).astype(np.int64)
        combination, _ = pd.factorize(combination * (len(encoded.dictionary) + 1) + codes)
    _, first = np.unique(combination, return_index=True)
    frame = pd.DataFrame({column: encoded.take(first).to_pandas().astype(object) for column, encoded in words.items()})
    return frame, combination


def _optional(numbers: NDArray[np.int64], names: pd.DataFrame) -> pa.Array[Any]:
    """Indices with null where the name is empty."""
    import pyarrow as pa

    if not len(names.columns):
        return pa.nulls(len(numbers), pa.int32())
    empty = (names.iloc[:, 0] == "").to_numpy()
    return pa.array(numbers, pa.int32(), mask=empty[numbers] if len(empty) else None)


def rows_that_meet(condition: Condition, rows: pa.Table) -> NDArray[np.bool_]:
    """Which rows meet a condition, judged once a distinct combination of its columns: (n,) bool."""
    frame, index = _distinct(rows, columns_of(condition))
    return rows_where(condition, frame)[index]


def _flag(condition: Condition | None, rows: pa.Table, *, unknown: pa.Array[Any]) -> pa.Array[Any]:
    import pyarrow as pa

    return unknown if condition is None else pa.array(rows_that_meet(condition, rows))
