"""The distinct locations of a file: point, address words, recorded area codes and boundary era."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from hotspots.sources.city_file import CityFile
from hotspots.sources.incidents_section import AreaColumn
from hotspots.sources.points import DECIMALS_OF_METRES, Points, read_points
from hotspots.sources.times import Seconds, joined

if TYPE_CHECKING:
    import pyarrow as pa


@dataclass(frozen=True, eq=False)
class Locations:
    """Distinct locations.

    Attributes
    ----------
    frame : key (fingerprint of all that follows, as a uuid), address, x, y (metres, city CRS; null without location), precision,
        recorded (an array literal of area codes, one slot a kind), era (first day of the boundary vintages in force; null for
        the earliest), placed_by (the sort of gazetteer entry that gave the point; null where the record itself did, or nothing).
    of_row : (rows,) int64, index of each row's location; -1 where none was asked for.
    implausible : how many rows gave a point that is no point of this city's part of the world.
    """

    frame: pa.Table
    of_row: NDArray[np.int64]
    implausible: int


@dataclass(frozen=True, eq=False)
class PlacedLocations(Locations):
    """Locations after some were placed by their address; `same_as` is the new index of each old one."""

    same_as: NDArray[np.int64]

    def renumbered(self, numbers: Any) -> pa.Array[Any]:
        """Old indices as new ones, null where they are null."""
        import pyarrow as pa

        missing = numbers.is_null().to_numpy()
        return pa.array(self.same_as[numbers.fill_null(0).to_numpy()], pa.int32(), mask=missing)


def boundary_eras(city: CityFile) -> list[date]:
    """The days on which a boundary vintage begins or ends, in order: era i lasts from day i - 1 up to day i."""
    edges = {edge for source in city.area for edge in (source.valid.from_, source.valid.to) if edge is not None}
    return sorted(edges)


def distinct_locations(city: CityFile, rows: pa.Table, occurred: Seconds, *, chosen: NDArray[np.bool_]) -> Locations:
    """Gather the distinct locations of the chosen rows; points are projected once a location."""
    import pandas as pd
    import pyarrow as pa
    import pyarrow.compute as pc

    section = city.incidents
    picked = np.flatnonzero(chosen)
    rows = rows.take(pa.array(picked))
    address = joined(rows, section.address) if section.address else pa.nulls(len(picked), pa.string())
    recorded = {kind: _codes(rows.column(area.column).combine_chunks(), area) for kind, area in section.areas.items()}
    eras = boundary_eras(city)
    era_no = np.searchsorted(np.array(eras, "datetime64[s]"), occurred[picked], side="right")
    combination = era_no.astype(np.int64)
    where = section.location
    coordinates = [rows.column(column).combine_chunks() for column in where.columns] if where else []
    for words in (address, *coordinates, *recorded.values()):
        encoded = pc.dictionary_encode(words, null_encoding="encode")
        codes = encoded.indices.to_numpy(zero_copy_only=False).astype(np.int64)
        combination, _ = pd.factorize(combination * (len(encoded.dictionary) + 1) + codes)
    _, first = np.unique(combination, return_index=True)
    index = pa.array(first)
    points = (
        read_points(where, rows.select(list(dict.fromkeys(where.columns))).take(index), city_crs=city.city.crs)
        if where
        else Points(np.full((len(first), 2), np.nan), np.zeros(len(first), bool), np.zeros(len(first), bool))
    )
    nowhere = np.isnan(points.xy_m[:, 0])
    era_days = np.array([np.datetime64("NaT", "D"), *(np.datetime64(day, "D") for day in eras)], "datetime64[D]")
    frame = pa.table(
        {
            "address": pc.if_else(pc.equal(address, ""), None, address).take(index),
            "x": pa.array(points.xy_m[:, 0], mask=nowhere),
            "y": pa.array(points.xy_m[:, 1], mask=nowhere),
            "precision": pa.array(np.where(nowhere, "none", section.precision).astype(object), pa.string()),
            "recorded": _array_literal(_slots(recorded, list(city.kinds)), index),
            "era": pa.array(era_days[era_no[first]]),
        }
    )
    frame, same_as = _without_repetition(frame)
    frame = frame.append_column("placed_by", pa.nulls(frame.num_rows, pa.string()))
    of_row = np.full(len(chosen), -1, np.int64)
    of_row[picked] = same_as[combination]
    return Locations(frame, of_row, int(points.implausible[combination].sum()))


def with_points(
    locations: Locations, xy_m: NDArray[np.float64], placed_by: NDArray[np.object_], *, precision: NDArray[Any]
) -> PlacedLocations:
    """Give locations without a point the one that was found for them.

    Parameters
    ----------
    xy_m : (n, 2) float, metres, city CRS; NaN where none was found
    placed_by : (n,) object, None where none was found
    precision : (n,) str, of the point that was found
    """
    import pyarrow as pa
    import pyarrow.compute as pc

    frame, is_found = locations.frame, ~np.isnan(xy_m[:, 0])
    mask = pa.array(is_found)
    rounded = np.round(xy_m, DECIMALS_OF_METRES)
    columns = {
        "address": frame.column("address").combine_chunks(),
        "x": pc.if_else(mask, pa.array(rounded[:, 0]), frame.column("x").combine_chunks()),
        "y": pc.if_else(mask, pa.array(rounded[:, 1]), frame.column("y").combine_chunks()),
        "precision": pc.if_else(
            mask, pa.array(precision.astype(object), pa.string()), frame.column("precision").combine_chunks()
        ),
        "recorded": frame.column("recorded").combine_chunks(),
        "era": frame.column("era").combine_chunks(),
    }
    keyed, same_as = _without_repetition(pa.table(columns))
    _, first = np.unique(same_as, return_index=True)
    keyed = keyed.append_column("placed_by", pa.array(placed_by[first], pa.string()))
    of_row = np.where(locations.of_row < 0, -1, same_as[locations.of_row])
    return PlacedLocations(keyed, of_row, locations.implausible, same_as)


def _codes(words: Any, area: AreaColumn) -> Any:
    """Recorded words as the map's codes, where the city file says which is which."""
    import pyarrow as pa
    import pyarrow.compute as pc

    stripped = pc.utf8_trim_whitespace(words)
    if not area.codes:
        return stripped
    encoded = pc.dictionary_encode(stripped)
    codes = {" ".join(word.split()).casefold(): code for word, code in area.codes.items()}
    known = [codes.get(" ".join(word.split()).casefold(), word) for word in encoded.dictionary.to_pylist()]
    return pa.array(known, pa.string()).take(encoded.indices)


def _without_repetition(frame: pa.Table) -> tuple[pa.Table, NDArray[np.int64]]:
    """Add the key; locations that differ in how they were written only (41.80, 41.8) become one."""
    import pandas as pd
    import pyarrow as pa
    import pyarrow.compute as pc

    words = [pc.fill_null(pc.cast(column, "string"), "\\N") for column in frame.columns]
    content = pc.binary_join_element_wise(*words, pa.scalar("\x1f", pa.string())).combine_chunks()
    keys = np.array(
        [hashlib.md5(text.encode(), usedforsecurity=False).hexdigest() for text in content.to_pylist()], object
    )
    same_as, distinct = pd.factorize(keys)
    _, first = np.unique(same_as, return_index=True)
    return frame.take(pa.array(first)).add_column(0, "key", pa.array(distinct, pa.string())), same_as


def _slots(recorded: dict[str, Any], kinds: list[str]) -> list[Any]:
    """The codes of each kind up to the last that is recorded, so that kinds may be added at the end."""
    last = max((kinds.index(kind) for kind in recorded), default=-1)
    return [recorded.get(kind) for kind in kinds[: last + 1]]


def _array_literal(slots: list[Any], index: Any) -> Any:
    """PostgreSQL's text of an array, a slot a kind: `{"0631","44",NULL}`; no code is null."""
    import pyarrow as pa
    import pyarrow.compute as pc

    if not slots:
        return pa.array(["{}"] * len(index), pa.string())
    words = []
    for slot in slots:
        if slot is None:
            words.append(pa.array(["NULL"] * len(index), pa.string()))
            continue
        code = slot.take(index)
        escaped = pc.replace_substring_regex(code, r'(["\\])', r"\\\1")
        quoted = pc.binary_join_element_wise("", escaped, "", pa.scalar('"', pa.string()))
        words.append(pc.if_else(pc.equal(code, ""), "NULL", quoted))
    inner = pc.binary_join_element_wise(*words, pa.scalar(",", pa.string()))
    return pc.binary_join_element_wise("{", inner, "}", pa.scalar("", pa.string()))
