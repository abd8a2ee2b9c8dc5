"""Who lives where a list points: the residents of its places beside those of the city."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import numpy as np

from hotspots.domain.place_list import Exposure
from hotspots.store.server.connection import Connection
from hotspots.store.staff import at_risk as staff_lists
from hotspots.store.staff import grids

if TYPE_CHECKING:
    from numpy.typing import NDArray

NO_GROUPS = "The city file names no population groups, so nothing can be said of how groups are exposed."


def exposure(
    connection: Connection,
    city: staff_lists.City,
    cells: grids.StoredCells,
    listed: NDArray[np.float64],
    *,
    on_day: date,
) -> tuple[tuple[Exposure, ...], str]:
    """Return the residents inside and in the city, and a paragraph; residents of an area are spread evenly over its cells.

    Parameters
    ----------
    listed : (n_cells,) the part of each cell that lies on the list
    """
    kind = str((city.config.get("population") or {}).get("kind", ""))
    residents = staff_lists.read_residents(connection, kind=kind) if kind else {}
    if not residents:
        return (
            (),
            f"The city file names no residents, so nothing can be said of how many live in these places. {NO_GROUPS}",
        )
    area_of_cell = grids.read_cell_areas(connection, cells.grid_id, kind=kind, on_day=on_day)
    area_ids, slot = np.unique(area_of_cell, return_inverse=True)
    number = np.array([residents.get(area_id, 0) for area_id in area_ids.tolist()], dtype=float)
    size_m2 = np.bincount(slot, weights=cells.area_m2)
    living = cells.area_m2 / size_m2[slot] * number[slot]
    inside, whole = float((living * listed).sum()), float(living.sum())
    area_share = float((cells.area_m2 * listed).sum() / cells.area_m2.sum())
    share = inside / whole if whole else 0.0
    words = (
        f"About {inside:,.0f} of the city's {whole:,.0f} residents ({100 * share:.1f} %) live in these places, which are "
        f"{100 * area_share:.1f} % of its area; residents are known by {kind.replace('_', ' ')} and taken as spread evenly "
        f"within one. {NO_GROUPS}"
    )
    return (Exposure(group="residents", inside=inside, city=whole),), words
