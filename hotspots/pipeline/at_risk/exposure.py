"""Who lives where a list or a plan points: residents of its places beside the city's, by group where the city file names groups."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

import numpy as np

from hotspots.domain.language import DEFAULT
from hotspots.domain.phrase import phrase
from hotspots.domain.place_list import Exposure
from hotspots.store.server.connection import Connection
from hotspots.store.staff import at_risk as staff_lists
from hotspots.store.staff import grids
from hotspots.words.language import LANGUAGES, Language

if TYPE_CHECKING:
    from numpy.typing import NDArray

NO_GROUPS = phrase("The city file names no population groups, so nothing can be said of how groups are exposed.")


@dataclass(frozen=True, eq=False)
class Living:
    """Residents spread over cells: all of them and each group, (n_cells,) each; `kind` is the area by which they are known."""

    kind: str
    everybody: NDArray[np.float64]
    groups: dict[str, NDArray[np.float64]]


def living_by_cell(
    connection: Connection, city: staff_lists.City, cells: grids.StoredCells, *, on_day: date
) -> Living | None:
    """Spread the residents of each area evenly over its cells; None where the city file names none."""
    kind = str((city.config.get("population") or {}).get("kind", ""))
    residents = staff_lists.read_residents(connection, kind=kind) if kind else {}
    if not residents:
        return None
    area_of_cell = grids.read_cell_areas(connection, cells.grid_id, kind=kind, on_day=on_day)
    area_ids, slot = np.unique(area_of_cell, return_inverse=True)
    part = cells.area_m2 / np.bincount(slot, weights=cells.area_m2)[slot]

    def spread(of_area: dict[int, int]) -> NDArray[np.float64]:
        return part * np.array([of_area.get(area_id, 0) for area_id in area_ids.tolist()], dtype=float)[slot]

    groups = staff_lists.read_resident_groups(connection, kind=kind)
    return Living(kind, spread(residents), {label: spread(of_area) for label, of_area in groups.items()})


def exposure(
    connection: Connection,
    city: staff_lists.City,
    cells: grids.StoredCells,
    listed: NDArray[np.float64],
    *,
    on_day: date,
    language: Language = LANGUAGES[DEFAULT.code],
) -> tuple[tuple[Exposure, ...], str]:
    """Return the residents inside and in the city, all and by group, and a paragraph.

    Parameters
    ----------
    listed : (n_cells,) the part of each cell that lies on the list
    """
    living = living_by_cell(connection, city, cells, on_day=on_day)
    no_groups = language.text(NO_GROUPS)
    if living is None:
        none = language.say(
            "The city file names no residents, so nothing can be said of how many live in these places."
        )
        return (), f"{none} {no_groups}"
    exposed = [
        Exposure(group=label, inside=float((of_cell * listed).sum()), city=float(of_cell.sum()))
        for label, of_cell in (("residents", living.everybody), *living.groups.items())
    ]
    everybody = exposed[0]
    area_share = float((cells.area_m2 * listed).sum() / cells.area_m2.sum())
    words = language.say(
        "About {n} of the city's {city} residents ({share} %) live in these places, which are {ground} % of its area; residents are known "
        "by {kind} and taken as spread evenly within one.",
        n=f"{everybody.inside:,.0f}",
        city=f"{everybody.city:,.0f}",
        share=f"{_share(everybody):.1f}",
        ground=f"{100 * area_share:.1f}",
        kind=living.kind.replace("_", " "),
    )
    of_groups = "; ".join(f"{one.group} {_share(one):.1f} %" for one in exposed[1:])
    told = language.say("Of each group there live: {groups}.", groups=of_groups) if of_groups else no_groups
    return tuple(exposed), f"{words} {told}"


def _share(one: Exposure) -> float:
    return 100 * one.inside / one.city if one.city else 0.0
