"""The agency's words for offences, as crime types of the city file."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from hotspots.sources.conditions import rows_where

if TYPE_CHECKING:
    import pandas as pd
    from numpy.typing import NDArray

    from hotspots.sources.city_file import CityFile

SEPARATOR = " | "  # between the agency's words of several columns


def crime_types_of(city: CityFile, words: pd.DataFrame) -> tuple[list[str], list[bool]]:
    """The crime type of each row of words, and whether an entry of the city file names it; else it is `other`.

    Parameters
    ----------
    words : (n, columns of source_type) text
    """
    names: NDArray[np.object_] = np.full(len(words), "other", object)
    named = np.zeros(len(words), bool)
    for entry in city.crime_type:
        matching = rows_where(entry.when, words) & ~named
        names[matching] = entry.name
        named |= matching
    return names.tolist(), named.tolist()


def in_one_line(words: pd.DataFrame) -> list[str]:
    """Each row's words in one text, ` | ` between columns."""
    return [SEPARATOR.join(row) for row in words.itertuples(index=False)]


def in_columns(city: CityFile, lines: list[str]) -> pd.DataFrame | None:
    """The columns of words in one text; None where a text does not have the columns of the city file."""
    import pandas as pd

    columns = city.incidents.source_type
    split = [line.split(SEPARATOR, maxsplit=len(columns) - 1) for line in lines]
    if any(len(words) != len(columns) for words in split):
        return None
    return pd.DataFrame(split, columns=pd.Index(columns), dtype=object)
