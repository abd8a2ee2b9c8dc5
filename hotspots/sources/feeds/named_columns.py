"""Find the columns that a city file names among those that a portal has."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from hotspots.sources.city_values import closest, named
from hotspots.sources.feeds.portal import PortalError


@dataclass(frozen=True)
class PortalColumn:
    """A column of a portal: the name that it is asked by, and the other names that people know it by."""

    name: str
    also: tuple[str, ...] = ()


def find_columns(portal: str, wanted: Mapping[str, str], columns: Iterable[PortalColumn]) -> dict[str, str]:
    """The portal's name of each column that the city file names.

    Parameters
    ----------
    portal : str
        What the portal is called in errors.
    wanted : mapping
        Columns that the city file names, with the key that names each.

    Raises
    ------
    PortalError
        The portal has no such column: nothing is read, rather than rows without it.
    """
    columns = list(columns)
    names = {column.name: column.name for column in columns}
    for spelling in [column.name for column in columns] + [word for column in columns for word in column.also]:
        found = next(column.name for column in columns if spelling in (column.name, *column.also))
        names.setdefault(_folded(spelling), found)
    out = {}
    for column, key in wanted.items():
        name = names.get(column) or names.get(_folded(column))
        if name is None:
            there = [one.name for one in columns]
            raise PortalError(
                f"{portal}: it has no column {column!r}, which incidents.{key} names{closest(column, there)}; "
                f"it has {named(there, most=40)}. Nothing was read."
            )
        out[column] = name
    return out


def _folded(name: str) -> str:
    return " ".join(name.split()).casefold()
