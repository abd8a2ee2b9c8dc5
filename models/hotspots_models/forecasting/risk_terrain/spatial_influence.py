"""From places to yes-or-no questions about cells: is one within reach, are there unusually many around?"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from hotspots_models.errors import InputError
from hotspots_models.forecasting.kernels import splat

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from hotspots_models.grid import Grid
    from hotspots_models.risk_factors import RiskFactor, RiskFactors

PROXIMITY, DENSITY = "proximity", "density"
DENSE = 2.0  # standard deviations above the mean make a cell's surroundings dense
SAMPLES_A_CELL = 4  # along each side: lines and polygons become points of this spacing for their density


@dataclass(frozen=True)
class Variable:
    """One reading of a factor: within `distance_m` (proximity), or dense with kernels of that bandwidth (density)."""

    factor: str
    form: str
    distance_m: float

    @property
    def words(self) -> str:
        """Say it in words."""
        if self.form == PROXIMITY:
            return f"within {self.distance_m:.0f} m of {self.factor}"
        return f"{self.factor} dense within {self.distance_m:.0f} m"


@dataclass(frozen=True, eq=False)
class Candidates:
    """All readings of all factors that tell cells apart.

    variables : what each column means
    values : (n_cells, n_variables) bool
    dropped : readings left out, with the reason (true nowhere or everywhere, or equal to another)
    """

    variables: tuple[Variable, ...]
    values: NDArray[np.bool_]
    dropped: Mapping[Variable, str]


def candidate_variables(
    factors: Mapping[str, Sequence[str]], *, block_m: float, half_blocks: int
) -> tuple[Variable, ...]:
    """Return every reading: each factor in each of its forms at half a block, one block, and so on.

    14 factors of both forms and one of proximity alone over 6 half blocks make 174.

    Parameters
    ----------
    factors : forms ("proximity", "density") by factor
    block_m : length of a block, metres
    half_blocks : how many half-block steps
    """
    if not block_m > 0 or half_blocks < 1:
        raise InputError(f"block_m={block_m:g}, half_blocks={half_blocks}: give a length above 0 m and at least 1 step")
    unknown = {form for forms in factors.values() for form in forms} - {PROXIMITY, DENSITY}
    if unknown:
        raise InputError(f"form {sorted(unknown)[0]!r} is unknown: choose proximity or density")
    steps = [block_m / 2 * k for k in range(1, half_blocks + 1)]
    return tuple(Variable(factor, form, step) for factor, forms in factors.items() for form in forms for step in steps)


def operationalise(
    factors: RiskFactors,
    grid: Grid,
    *,
    block_m: float,
    half_blocks: int = 8,
    forms: Mapping[str, Sequence[str]] | None = None,
) -> Candidates:
    """Return what is true of each cell.

    Proximity: the cell's centre lies within d of the factor (0 m inside a polygon). Density: the quartic kernel density with
    bandwidth d at the centre exceeds its mean over the study area by more than two standard deviations; lines count by
    length, polygons by area.

    Parameters
    ----------
    factors : RiskFactors
    grid : Grid
    block_m : length of a block, metres
    half_blocks : half-block steps; 8 reach four blocks
    forms : by factor name; both where a factor is not named
    """
    allowed = {factor.name: tuple((forms or {}).get(factor.name, (PROXIMITY, DENSITY))) for factor in factors}
    wanted = candidate_variables(allowed, block_m=block_m, half_blocks=half_blocks)
    by_name = {factor.name: factor for factor in factors}
    farthest = block_m / 2 * half_blocks
    distance = {name: distance_to(factor, grid, farthest_m=farthest) for name, factor in by_name.items()}
    points = {name: weighted_points(factor, grid, reach_m=farthest) for name, factor in by_name.items()}
    kept: list[Variable] = []
    columns: list[NDArray[np.bool_]] = []
    dropped: dict[Variable, str] = {}
    seen: dict[bytes, Variable] = {}
    for variable in wanted:
        if variable.form == PROXIMITY:
            column = distance[variable.factor] <= variable.distance_m
        else:
            column = _dense(*points[variable.factor], grid, bandwidth_m=variable.distance_m)
        key = np.packbits(column).tobytes()
        if column.all() or not column.any():
            dropped[variable] = "true everywhere" if column.all() else "true nowhere"
        elif key in seen:
            dropped[variable] = f"the same cells as {seen[key].words}"
        else:
            seen[key] = variable
            kept.append(variable)
            columns.append(column)
    values = np.column_stack(columns) if columns else np.empty((grid.n_cells, 0), dtype=bool)
    return Candidates(tuple(kept), values, dropped)


def distance_to(factor: RiskFactor, grid: Grid, *, farthest_m: float) -> NDArray[np.float64]:
    """Return (n_cells,) metres from each cell's centre to the factor; infinite beyond `farthest_m`."""
    centres, geometry = grid.centres_m(), factor.geometry
    away = np.full(grid.n_cells, np.inf)
    if len(geometry) == 0:
        return away
    if geometry.dtype != object:
        from scipy.spatial import KDTree

        found, _ = KDTree(geometry).query(centres, distance_upper_bound=farthest_m * (1 + 1e-9))
        return np.asarray(found)
    import shapely

    tree = shapely.STRtree(geometry)
    (cell, _), metres = tree.query_nearest(
        shapely.points(centres), max_distance=farthest_m * (1 + 1e-9), return_distance=True, all_matches=False
    )
    away[cell] = metres
    return away


def weighted_points(
    factor: RiskFactor, grid: Grid, *, reach_m: float
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return (n, 2) points that stand for the factor and their (n,) weights: 1, metres of a line, or square metres."""
    geometry: Any = factor.geometry
    if geometry.dtype != object:
        return geometry, np.ones(len(geometry))
    import shapely

    parts = shapely.get_parts(geometry)
    dimensions = np.unique(shapely.get_dimensions(parts))
    if dimensions.size > 1:
        raise InputError(
            f"risk factor {factor.name!r} mixes points, lines and polygons: give each kind a factor of its own"
        )
    step = grid.cell_size_m / SAMPLES_A_CELL
    if dimensions.size == 0 or dimensions[0] == 0:
        return shapely.get_coordinates(parts), np.ones(len(parts))
    if dimensions[0] == 1:
        length = shapely.length(parts)
        pieces = np.maximum(np.ceil(length / step).astype(int), 1)
        line = np.repeat(np.arange(len(parts)), pieces)
        nth = np.arange(line.size) - np.repeat(np.cumsum(pieces) - pieces, pieces)
        middle = (nth + 0.5) / pieces[line]
        at = shapely.line_interpolate_point(parts[line], middle, normalized=True)
        return shapely.get_coordinates(at), (length / pieces)[line]
    n_rows, n_cols = grid.shape
    margin = int(np.ceil(reach_m / step))
    x = grid.origin_m[0] + (np.arange(-margin, n_cols * SAMPLES_A_CELL + margin) + 0.5) * step
    y = grid.origin_m[1] + (np.arange(-margin, n_rows * SAMPLES_A_CELL + margin) + 0.5) * step
    points, weights = [np.empty((0, 2))], [np.empty(0)]
    for part in parts:  # a lattice of the part's own box: one over the whole city would be mostly empty
        left, bottom, right, top = shapely.bounds(part)
        columns, rows = x[(x >= left) & (x <= right)], y[(y >= bottom) & (y <= top)]
        lattice = np.stack(np.meshgrid(columns, rows), axis=-1).reshape(-1, 2)
        shapely.prepare(part)
        inside = lattice[shapely.contains_xy(part, lattice[:, 0], lattice[:, 1])]
        if len(inside):
            points.append(inside)
            weights.append(np.full(len(inside), step**2))
        else:  # too small for the lattice: one point with its area
            points.append(shapely.get_coordinates(shapely.point_on_surface(part)))
            weights.append(np.full(len(points[-1]), shapely.area(part)))
    return np.vstack(points), np.concatenate(weights)


def _dense(
    points: NDArray[np.float64], weights: NDArray[np.float64], grid: Grid, *, bandwidth_m: float
) -> NDArray[np.bool_]:
    density = grid.values(splat(points, grid, bandwidth_m=bandwidth_m, weights=weights))
    return density > density.mean() + DENSE * density.std()
