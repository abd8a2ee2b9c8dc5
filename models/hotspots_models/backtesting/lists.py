"""How many incidents lists find: of a window, in the first 1, 2, 3, … boxes, cells or areas of a forecast, by shift."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from hotspots_models.scoring.metrics import densest_first

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from hotspots_models.boxes import Boxes
    from hotspots_models.grid import Grid

    Floats = NDArray[np.floating[Any]]

EXACT_UP_TO, LARGEST, STEP = 50, 5000, 1.1
WHOLE_WEEK = ""
RANK_KEYS = ("density", "expected")


@dataclass(frozen=True, eq=False)
class ListUnits:
    """The places that lists of one kind rank.

    Parameters
    ----------
    unit : ``box``, ``cell`` or a kind of area
    share_of_cell : (n_units, n_cells) sparse, the part of each cell that a unit holds
    ranked_by_m2 : (n_units,) what expected incidents are divided by
    boxes : where the units are boxes: incidents are then counted at their points, not by the cells
    """

    unit: str
    share_of_cell: Any
    ranked_by_m2: Floats
    boxes: Boxes | None = None

    def counts(self, xy_m: Floats, weights: Floats, grid: Grid) -> Floats:
        """Return (n_units,) the incidents in each unit, each with its weight."""
        if self.boxes is not None:
            box = self.boxes.box_of(xy_m)
            inside = box >= 0
            counted = np.bincount(box[inside], weights=weights[inside], minlength=self.boxes.n_boxes)
            return counted.astype(float)
        return np.asarray(self.share_of_cell @ grid.counts(xy_m, weights=weights))


@dataclass(frozen=True, eq=False)
class UnitSums:
    """Of one window, in the hours of a shift: (n_units,) incidents that were expected, and that came."""

    unit: str
    shift: str
    ranked_by_m2: Floats
    expected: Floats
    seen: Floats


@dataclass(frozen=True)
class ListFound:
    """Of one window: incidents in the first so many units, and what the forecast expected there.

    `sizes`, `found` and `claimed` are (k,); `observed` and `expected` are of the whole city, in the hours of the shift. `known_by` is how
    many incidents of one weight would tell a share as well; as many as came where all weigh the same.
    """

    unit: str
    shift: str
    rank_by: str
    sizes: tuple[int, ...]
    found: tuple[float, ...]
    claimed: tuple[float, ...]
    observed: float
    expected: float
    known_by: float


def list_sizes(n_units: int) -> NDArray[np.int64]:
    """Return the sizes at which lists are judged: every one up to 50, then a tenth more each, up to 5,000 or all units."""
    sizes = list(range(1, EXACT_UP_TO + 1))
    while sizes[-1] < LARGEST:
        sizes.append(int(np.ceil(sizes[-1] * STEP)))
    return np.array([size for size in sizes if size <= n_units], dtype=np.int64)


def sum_units(
    kinds: Sequence[ListUnits],
    grid: Grid,
    expected: Floats,
    xy_m: Floats,
    *,
    weights: dict[str, Floats],
    share_of_week: dict[str, float],
) -> list[UnitSums]:
    """Return what was expected and what came in each unit of each kind, by shift.

    Parameters
    ----------
    expected : (n_cells,) expected incidents
    xy_m : (n, 2) incidents of the window
    weights : by shift, (n,) the part of each incident that falls into it
    share_of_week : by shift, the part of the expected incidents that is expected in it
    """
    sums = []
    for kind in kinds:
        of_unit = np.asarray(kind.share_of_cell @ expected)
        for shift, part in weights.items():
            seen = kind.counts(xy_m, part, grid)
            sums.append(UnitSums(kind.unit, shift, kind.ranked_by_m2, of_unit * share_of_week[shift], seen))
    return sums


def judge_lists(sums: Sequence[UnitSums]) -> list[ListFound]:
    """Count what the lists of one forecast found in its window, by each rank key."""
    return [found_in(one, rank_by, known_by=float(one.seen.sum())) for one in sums for rank_by in RANK_KEYS]


def found_in(sums: UnitSums, rank_by: str, *, known_by: float) -> ListFound:
    """Return what the first units of one kind, ranked by a key, held."""
    sizes = list_sizes(len(sums.expected))
    order = densest_first(sums.expected if rank_by == "expected" else sums.expected / sums.ranked_by_m2)
    claimed, hits = (np.cumsum(values[order])[sizes - 1] for values in (sums.expected, sums.seen))
    return ListFound(
        sums.unit, sums.shift, rank_by, tuple(sizes.tolist()), tuple(hits.tolist()), tuple(claimed.tolist()),
        float(sums.seen.sum()), float(sums.expected.sum()), known_by,
    )  # fmt: skip
