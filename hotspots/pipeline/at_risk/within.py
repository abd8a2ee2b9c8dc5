"""One area that a list is made for: `district:18`."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import numpy as np
import shapely

from hotspots.domain.place_list import ListRequest
from hotspots.errors import InputError, NotFoundError
from hotspots.store.server.connection import Connection
from hotspots.store.staff import at_risk as store

if TYPE_CHECKING:
    from numpy.typing import NDArray


def inside_area(
    connection: Connection, request: ListRequest, geometry: NDArray[np.object_], *, on_day: date
) -> tuple[str | None, NDArray[np.bool_] | None]:
    """Return the area in words and (n_units,) True for the units whose middle lies inside it; None twice for the whole city.

    Raises
    ------
    InputError
        No such area.
    """
    if request.within is None:
        return None, None
    kind, colon, code = request.within.partition(":")
    kinds = store.read_area_kinds(connection)
    if not colon or not code.strip():
        raise InputError(
            f"--within {request.within!r} is not a kind and a code such as {next(iter(kinds), 'beat')}:12."
        )
    if kind not in kinds:
        raise InputError(f"--within {request.within!r}: {kind!r} is not one of: {', '.join(kinds)}.")
    try:
        areas = store.read_units(connection, kind=kind, on_day=on_day)
    except NotFoundError as error:
        raise InputError(f"--within {request.within!r}: {error}") from None
    wanted = code.strip().casefold()
    pairs = list(zip(areas.code, areas.name, strict=True))
    found = [n for n, (own, name) in enumerate(pairs) if wanted in (own.casefold(), name.casefold())]
    # a code may have lost its leading zeros on its way here
    found = found or [n for n, (own, _) in enumerate(pairs) if own.casefold().lstrip("0") == wanted.lstrip("0")]
    if not found:
        named = ", ".join(areas.code[:12]) + (", …" if len(areas.code) > 12 else "")
        raise InputError(f"--within {request.within!r}: there is no {kind} {code.strip()!r}. There are {named}.")
    area = shapely.union_all(areas.geometry[found])
    shapely.prepare(area)
    inside = shapely.intersects(area, shapely.point_on_surface(geometry))
    if not inside.any():
        raise InputError(
            f"--within {request.within!r}: no place of the kind asked for lies inside; give a smaller --unit."
        )
    label, name = kinds[kind], areas.name[found[0]]
    return (name if name.casefold().startswith(label.casefold()) else f"{label} {name}"), inside
