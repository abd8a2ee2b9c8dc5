"""Boxes for people: fixed squares of 250 m that cars can patrol, with what the forecast's cells bring to each."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from hotspots_models.errors import InputError
from hotspots_models.scoring.metrics import densest_first, ranking_area

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

    from hotspots_models.grid import Grid

BOX_M = 250.0
MOST_MERGED = 4  # boxes of one place: a larger one cannot be patrolled as one


@dataclass(frozen=True, eq=False)
class Boxes:
    """The squares of a fixed lattice that hold some of the study area.

    Parameters
    ----------
    size_m : side of a box, metres
    row, col : (n_boxes,) int, place on the lattice, counted from the origin of the CRS: the same ground has the same numbers for ever
    area_m2 : (n_boxes,) float, square metres inside the study area
    share_of_cell : (n_boxes, n_cells) scipy sparse, the part of each cell that lies in each box; the parts of a cell sum to 1
    """

    size_m: float
    row: NDArray[np.int64]
    col: NDArray[np.int64]
    area_m2: NDArray[np.float64]
    share_of_cell: Any

    @property
    def n_boxes(self) -> int:
        """Number of boxes."""
        return self.row.size

    def sums(self, of_cells: ArrayLike) -> NDArray[np.float64]:
        """Return (n_boxes,) what the cells bring to each box, such as expected incidents; a cell that is cut brings its part."""
        values = np.asarray(of_cells, dtype=float)
        if values.shape != (self.share_of_cell.shape[1],):
            raise InputError(
                f"of_cells has shape {values.shape}, but the boxes were laid over {self.share_of_cell.shape[1]} cells"
            )
        return np.asarray(self.share_of_cell @ values)

    def box_of(self, xy_m: ArrayLike) -> NDArray[np.int64]:
        """Return the (n,) box of each point ``xy_m (n, 2)``, metres; -1 for a point in none."""
        xy = np.asarray(xy_m, dtype=float).reshape(-1, 2)
        if not self.n_boxes:
            return np.full(len(xy), -1, dtype=np.int64)
        first_row, first_col = int(self.row.min()), int(self.col.min())
        number = np.full((int(self.row.max()) - first_row + 1, int(self.col.max()) - first_col + 1), -1, dtype=np.int64)
        number[self.row - first_row, self.col - first_col] = np.arange(self.n_boxes)
        col, row = np.floor(xy.T / self.size_m).astype(np.int64) - np.array([[first_col], [first_row]])
        inside = (row >= 0) & (row < number.shape[0]) & (col >= 0) & (col < number.shape[1])
        return np.where(inside, number[np.where(inside, row, 0), np.where(inside, col, 0)], -1)

    def take(self, kept: NDArray[np.bool_]) -> Boxes:
        """Return the boxes of a mask (n_boxes,)."""
        return Boxes(
            self.size_m, self.row[kept], self.col[kept], self.area_m2[kept], self.share_of_cell[np.flatnonzero(kept)]
        )

    def codes(self) -> list[str]:
        """Return the name of each box for files and logs: ``b16003-2001``, its row and column on the lattice."""
        return [f"b{row}-{col}" for row, col in zip(self.row.tolist(), self.col.tolist(), strict=True)]

    def squares(self) -> NDArray[np.object_]:
        """Return the (n_boxes,) shapes, whole squares, metres in the grid's CRS."""
        import shapely

        west, south = self.col * self.size_m, self.row * self.size_m
        return shapely.box(west, south, west + self.size_m, south + self.size_m)


def boxes_over(grid: Grid, *, size_m: float = BOX_M) -> Boxes:
    """Return the boxes over a grid of cells, with the part of each cell that lies in each.

    The lattice begins at the origin of the CRS, so boxes stay where they are when the study area or the size of the cells changes.
    Incidents are taken as spread evenly over a cell.

    Parameters
    ----------
    size_m : side of a box, metres, at least a cell's
    """
    from scipy.sparse import coo_array

    if not size_m >= grid.cell_size_m:
        raise InputError(f"size_m is {size_m:g}: a box is at least as large as a cell, {grid.cell_size_m:g} m")
    west = grid.origin_m[0] + grid.col * grid.cell_size_m
    south = grid.origin_m[1] + grid.row * grid.cell_size_m
    first_col, along_east = _parts(west, grid.cell_size_m, size_m)
    first_row, along_north = _parts(south, grid.cell_size_m, size_m)
    cell = np.arange(grid.n_cells)
    pieces = [
        (first_row + down, first_col + right, cell, along_north[down] * along_east[right])
        for down in (0, 1)
        for right in (0, 1)
    ]
    row, col, of_cell, part = (np.concatenate(column) for column in zip(*pieces, strict=True))
    some = part > 1e-9
    row, col, of_cell, part = row[some], col[some], of_cell[some], part[some]
    places, box = np.unique(np.column_stack([row, col]), axis=0, return_inverse=True)
    shares = coo_array((part, (box.ravel(), of_cell)), shape=(len(places), grid.n_cells)).tocsr()
    return Boxes(float(size_m), places[:, 0], places[:, 1], np.asarray(shares @ grid.area_m2), shares)


def densest_boxes(
    expected: ArrayLike, boxes: Boxes, *, by: str = "density", min_distance_m: float = 0.0
) -> NDArray[np.int64]:
    """Return the boxes from the first to the last, those where nothing is expected left out.

    Parameters
    ----------
    expected : (n_boxes,) expected incidents
    by : ``density`` (a square metre, slivers at the edge as half a box) or ``expected``
    min_distance_m : boxes whose edges lie nearer than this to one before them are passed over; 0 keeps all
    """
    values = np.asarray(expected, dtype=float)
    if values.shape != (boxes.n_boxes,) or by not in ("density", "expected"):
        raise InputError(
            f"expected has shape {values.shape} for {boxes.n_boxes} boxes, by is {by!r}: choose density or expected"
        )
    key = values / ranking_area(boxes.area_m2) if by == "density" else values
    order = densest_first(key)
    order = order[values[order] > 0]
    if min_distance_m <= 0:
        return order
    kept: list[int] = []
    for box in order.tolist():
        down = np.maximum(np.abs(boxes.row[kept] - boxes.row[box]) - 1, 0) * boxes.size_m
        right = np.maximum(np.abs(boxes.col[kept] - boxes.col[box]) - 1, 0) * boxes.size_m
        touching = (boxes.row[kept] == boxes.row[box]) & (boxes.col[kept] == boxes.col[box])
        if not (np.hypot(down, right) < min_distance_m - 1e-9).any() and not touching.any():
            kept.append(box)
    return np.array(kept, dtype=np.int64)


def merge_neighbours(
    order: ArrayLike, boxes: Boxes, *, places: int | None = None, most: int = MOST_MERGED
) -> list[list[int]]:
    """Return the places that the boxes make, taken in their order: a box that shares an edge with an earlier one joins its place.

    A place never grows beyond `most` boxes and two places never run together, so a long street stays several places. A box that
    touches two joins the one that came first.

    Parameters
    ----------
    order : (n,) boxes in the order of their rank
    places : stop before the box that would begin one place more than this; None takes every box
    most : boxes of one place at most
    """
    made: list[list[int]] = []
    place_at: dict[tuple[int, int], int] = {}
    for box in np.asarray(order, dtype=np.int64).tolist():
        row, col = int(boxes.row[box]), int(boxes.col[box])
        beside = [place_at.get(at) for at in ((row - 1, col), (row + 1, col), (row, col - 1), (row, col + 1))]
        open_to_it = [place for place in beside if place is not None and len(made[place]) < most]
        if open_to_it:
            place = min(open_to_it)
            made[place].append(box)
        else:
            if places is not None and len(made) >= places:
                break
            place = len(made)
            made.append([box])
        place_at[row, col] = place
    return made


def _parts(
    low: NDArray[np.float64], cell_size_m: float, size_m: float
) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
    """Return along one axis the first box of each cell, and (2, n_cells) the part of the cell in it and in the next."""
    first = np.floor(low / size_m + 1e-9).astype(np.int64)
    in_first = np.clip(((first + 1) * size_m - low) / cell_size_m, 0.0, 1.0)
    return first, np.stack([in_first, 1 - in_first])
