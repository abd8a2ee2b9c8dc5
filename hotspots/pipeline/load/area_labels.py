"""Label locations: which area of each kind a location belongs to."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import shapely

from hotspots.domain.places.area_code import area_code_key

if TYPE_CHECKING:
    import pyarrow as pa
    from numpy.typing import NDArray

    from hotspots.store.ledger.areas import StoredAreas

# One slot of PostgreSQL's text of an array: quoted, or bare.
_SLOT = re.compile(r'"((?:[^"\\]|\\.)*)"|([^,{}]+)')
_NO_AREA = np.iinfo(np.int64).max


@dataclass(frozen=True, eq=False)
class Labels:
    """Areas of locations, a column a kind.

    Attributes
    ----------
    area_ids : (n, kinds) int, 0 for none: the recorded area, else the joined one.
    recorded, joined : (n, kinds) int, 0 for none: by the recorded code; by the point, on a shared edge the lowest number.
    unknown : (n, kinds) bool, a code was recorded that names no area.
    agrees : (n, kinds) bool, the point lies in the recorded area or on its edge.
    in_study_area : (n,) bool, null where there is no point.
    """

    area_ids: NDArray[np.int64]
    recorded: NDArray[np.int64]
    joined: NDArray[np.int64]
    unknown: NDArray[np.bool_]
    agrees: NDArray[np.bool_]
    in_study_area: pa.Array[Any]


def label(
    areas: StoredAreas, *, xy_m: NDArray[np.float64], recorded: pa.Array[Any], era: NDArray[np.datetime64]
) -> Labels:
    """Find the areas of locations. A recorded code wins over the point, because agencies shift their points.

    Parameters
    ----------
    areas : StoredAreas
        With vintages.
    xy_m : (n, 2) float, metres, city CRS
        NaN where there is no location.
    recorded : (n,) string
        Codes as PostgreSQL writes an array, slot i of the kind at position i.
    era : (n,) datetime64[D]
        First day of the vintages in force; NaT for the earliest.
    """
    import pyarrow as pa

    n, kinds = len(xy_m), len(areas.kinds)
    in_force = _areas_in_force(areas, era)
    recorded_ids, unknown = _recorded(areas, recorded, era, in_force)
    joined = np.full((n, kinds), _NO_AREA)
    agrees = np.zeros((n, kinds), bool)
    located = np.flatnonzero(~np.isnan(xy_m[:, 0]))
    in_study_area = np.zeros(n, bool)
    if len(located):
        tree = shapely.STRtree(np.asarray(shapely.points(xy_m[located]), dtype=object))
        area_no, point_no = tree.query(areas.geometry, predicate="intersects")
        point_no = located[point_no]
        valid = np.zeros(len(area_no), bool)
        for first_day, area_nos in in_force.items():
            of_era = np.isnat(era[point_no]) if np.isnat(first_day) else era[point_no] == first_day
            valid |= of_era & np.isin(area_no, area_nos)
        area_no, point_no = area_no[valid], point_no[valid]
        slot = areas.position[area_no] - 1
        np.minimum.at(joined, (point_no, slot), areas.area_id[area_no])
        same = recorded_ids[point_no, slot] == areas.area_id[area_no]
        agrees[point_no[same], slot[same]] = True
        if areas.study_area is not None:
            in_study_area[located[tree.query(areas.study_area, predicate="intersects")]] = True
    joined[joined == _NO_AREA] = 0
    has_none = np.isnan(xy_m[:, 0]) if areas.study_area is not None else np.ones(n, bool)
    return Labels(
        np.where(recorded_ids > 0, recorded_ids, joined),
        recorded_ids,
        joined,
        unknown,
        agrees,
        pa.array(in_study_area, mask=has_none),
    )


def distinct_label_sets(area_ids: NDArray[np.int64]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """The distinct rows of (n, kinds) area numbers, and the index of each row's."""
    if area_ids.shape[1] == 0 or len(area_ids) == 0:
        return area_ids[:0], np.zeros(len(area_ids), np.int64)
    import pandas as pd

    combination = np.zeros(len(area_ids), np.int64)
    for column in area_ids.T:
        combination, _ = pd.factorize(combination * (int(area_ids.max()) + 1) + column)
    _, first = np.unique(combination, return_index=True)
    return area_ids[first], combination


def _areas_in_force(areas: StoredAreas, era: NDArray[np.datetime64]) -> dict[np.datetime64, NDArray[np.int64]]:
    """Indices of the areas whose vintage is in force in each era that occurs."""
    eras = np.unique(era)
    in_force = {}
    for first_day in eras[: np.isnat(eras).argmax() + 1] if np.isnat(eras).any() else eras:
        if np.isnat(first_day):
            valid = np.isnat(areas.valid_from)
        else:
            valid = (np.isnat(areas.valid_from) | (areas.valid_from <= first_day)) & (
                np.isnat(areas.valid_to) | (areas.valid_to > first_day)
            )
        in_force[first_day] = np.flatnonzero(valid)
    return in_force


def _recorded(
    areas: StoredAreas,
    recorded: pa.Array[Any],
    era: NDArray[np.datetime64],
    in_force: dict[np.datetime64, NDArray[np.int64]],
) -> tuple[NDArray[np.int64], NDArray[np.bool_]]:
    """The area that each recorded code names, 0 for none, and where there is a code that names none."""
    import pyarrow.compute as pc

    kinds = len(areas.kinds)
    ids = np.zeros((len(era), kinds), np.int64)
    encoded = pc.dictionary_encode(recorded)
    codes = encoded.indices.to_numpy(zero_copy_only=False)
    slots = [_slots(literal) for literal in encoded.dictionary.to_pylist()]
    is_code = np.array([[bool(word) for word in words[:kinds]] + [False] * (kinds - len(words)) for words in slots])
    for first_day, area_nos in in_force.items():
        number = {(int(areas.position[i]), areas.code_key[i]): int(areas.area_id[i]) for i in reversed(area_nos)}
        table = np.zeros((len(slots), kinds), np.int64)
        for row, words in enumerate(slots):
            for slot, word in enumerate(words[:kinds]):
                table[row, slot] = number.get((slot + 1, area_code_key(word)), 0)
        of_era = np.isnat(era) if np.isnat(first_day) else era == first_day
        ids[of_era] = table[codes[of_era]]
    return ids, is_code.reshape(-1, kinds)[codes] & (ids == 0)


def recorded_words(recorded: pa.Array[Any], slot: int) -> list[str]:
    """The code of one kind in each array's text; "" where there is none."""
    encoded = recorded.dictionary_encode()
    words = [(_slots(literal) + [""] * (slot + 1))[slot] for literal in encoded.dictionary.to_pylist()]
    return [words[index] for index in encoded.indices.to_pylist()]


def _slots(literal: str) -> list[str]:
    """The words of an array's text; "" for null."""
    words = []
    for quoted, bare in _SLOT.findall(literal):
        words.append(re.sub(r"\\(.)", r"\1", quoted) if not bare else "" if bare == "NULL" else bare)
    return words
