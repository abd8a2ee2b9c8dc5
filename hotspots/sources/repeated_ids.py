"""Rows of one delivery with the same id, or with none: one of them counts, or each is an incident of its own."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Any

import numpy as np

from hotspots.sources.crime_types import crime_types_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pandas as pd
    import pyarrow as pa
    from numpy.typing import NDArray

    from hotspots.sources.city_file import CityFile


CONTENT = "content:"  # begins the ledger's name of a row that has no id


def repeated(key: pa.Array[Any], valid: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Rows whose id a later valid row of the file has too."""
    import pyarrow.compute as pc

    codes = pc.dictionary_encode(key).indices.to_numpy(zero_copy_only=False)
    last = np.full(int(codes.max(initial=-1)) + 1, -1)
    chosen = np.flatnonzero(valid)
    last[codes[chosen]] = chosen  # of equal indices the last assignment stays
    return valid & (last[codes] != np.arange(len(codes)))


def numbered(key: pa.Array[Any], counted: NDArray[np.bool_]) -> pa.Array[Any]:
    """The key with `#1`, `#2`, … for the first, second, … counted row that has it; a rejected row keeps its number."""
    import pandas as pd
    import pyarrow as pa
    import pyarrow.compute as pc

    codes = pc.dictionary_encode(key).indices.to_numpy(zero_copy_only=False)
    number = np.ones(len(codes), np.int64)
    number[counted] = pd.Series(codes[counted]).groupby(codes[counted]).cumcount().to_numpy() + 1
    words = pc.cast(pa.array(number), pa.string())
    return pc.binary_join_element_wise(key, words, pa.scalar("#", pa.string()))


def content_keys(
    rows: pa.Table, columns: Sequence[str], chosen: NDArray[np.bool_]
) -> tuple[pa.Array[Any], NDArray[np.bool_]]:
    """Return a name for each chosen row, null for the others, and which of the chosen rows tell nothing at all.

    Of rows that tell the same in these columns, the first, second, … of a delivery are incidents of their own, so the same file,
    or one that overlaps it, names them alike.
    """
    import pyarrow as pa
    import pyarrow.compute as pc

    picked = rows.filter(pa.array(chosen)).select(list(columns))
    words = [pc.utf8_trim_whitespace(column.combine_chunks()).to_pylist() for column in picked.columns]
    names = [
        f"{CONTENT}{hashlib.md5(chr(31).join(parts).encode(), usedforsecurity=False).hexdigest()}"
        for parts in zip(*words, strict=True)
    ]
    told = np.array([any(parts) for parts in zip(*words, strict=True)], bool)
    key = np.full(rows.num_rows, None, object)
    key[chosen] = numbered(pa.array(names, pa.string()), told).to_pylist()
    silent = np.zeros(rows.num_rows, bool)
    silent[chosen] = ~told
    return pa.array(key, pa.string()), silent


def ranks_of(city: CityFile, sources: pd.DataFrame) -> NDArray[np.int64]:
    """How serious each row of words is, 0 the most, by the city file's order; what it leaves out comes last."""
    order = city.incidents.repeated_id.order if city.incidents.repeated_id else []
    place = {name: number for number, name in enumerate(order)}
    return np.array([place.get(name, len(order)) for name in crime_types_of(city, sources)[0]], np.int64)


def others_of_incident(
    keep: str, key: pa.Array[Any], rank: NDArray[np.int64], valid: NDArray[np.bool_]
) -> NDArray[np.bool_]:
    """Valid rows whose incident is known by another row: the first, the last, or the first of the most serious."""
    import pyarrow.compute as pc

    codes = pc.dictionary_encode(key).indices.to_numpy(zero_copy_only=False)
    chosen = np.flatnonzero(valid)
    place = chosen if keep == "first" else -chosen
    order = np.lexsort((chosen, rank[chosen])) if keep == "most serious" else np.argsort(place, kind="stable")
    _, first = np.unique(codes[chosen][order], return_index=True)
    others = valid.copy()
    others[chosen[order][first]] = False
    return others


def sensitive_by_any_row(
    city: CityFile,
    key: pa.Array[Any],
    sources: pd.DataFrame,
    source_no: NDArray[np.int64],
    sensitive: pa.Array[Any],
    valid: NDArray[np.bool_],
) -> pa.Array[Any]:
    """An incident is sensitive where any of its rows is, whichever row it is known by."""
    import pyarrow as pa
    import pyarrow.compute as pc

    of_type = {entry.name for entry in city.crime_types if entry.sensitive}
    by_words = np.array([name in of_type for name in crime_types_of(city, sources)[0]], bool)
    own = sensitive.to_numpy(zero_copy_only=False) | by_words[source_no]
    codes = pc.dictionary_encode(key).indices.to_numpy(zero_copy_only=False)
    of_incident = np.zeros(int(codes.max(initial=-1)) + 1, bool)
    of_incident[codes[own & valid]] = True
    return pa.array(np.where(valid, of_incident[codes], own))
