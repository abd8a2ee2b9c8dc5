"""Kernel densities on a grid: exact splats, Gaussian smoothing of rasters, edge correction, and the slow oracle of the fast ones."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Any

import numpy as np

from hotspots_models.errors import InputError

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

    from hotspots_models.grid import Grid

    Floats = NDArray[np.float64]

KERNELS = ("quartic", "gaussian")
BLOCK = 32  # places of a line that are smoothed in one product
GAUSSIAN_REACH = 4.0  # bandwidths; 0.03 % of the mass of a Gaussian in the plane lies beyond


def kernel_value(distance: Floats, *, kernel: str) -> Floats:
    """Return the kernel at distances in bandwidths; its integral over the plane is 1 for bandwidth 1.

    Quartic (biweight) 3/π (1 − u²)² within 1 [Bailey & Gatrell 1995]; Gaussian 1/2π e^{−u²/2}, bandwidth its standard deviation.
    """
    if kernel == "quartic":
        return 3 / np.pi * np.maximum(1 - distance**2, 0.0) ** 2
    if kernel == "gaussian":
        return np.where(distance <= GAUSSIAN_REACH, np.exp(-0.5 * distance**2) / (2 * np.pi), 0.0)
    raise InputError(f"kernel {kernel!r} is unknown: choose one of {', '.join(KERNELS)}")


def naive_density(
    xy_m: Floats, at_m: Floats, *, bandwidth_m: ArrayLike, kernel: str, weights: ArrayLike | None = None
) -> Floats:
    """Return Σ_i w_i K(d/h_i)/h_i² at points, every pair computed: the oracle of :func:`splat`. Incidents a square metre.

    Parameters
    ----------
    xy_m : (n, 2) float, metres
    at_m : (k, 2) float, metres
    bandwidth_m : float or (n,) float, metres
    weights : (n,) float, optional
    """
    bandwidth = np.broadcast_to(np.asarray(bandwidth_m, dtype=float), (len(xy_m),))
    weight = np.ones(len(xy_m)) if weights is None else np.asarray(weights, dtype=float)
    density = np.zeros(len(at_m))
    for point, h, w in zip(xy_m, bandwidth, weight, strict=True):
        density += w * kernel_value(np.hypot(*(at_m - point).T) / h, kernel=kernel) / h**2
    return density


def splat(
    xy_m: ArrayLike, grid: Grid, *, bandwidth_m: float, kernel: str = "quartic", weights: ArrayLike | None = None
) -> Floats:
    """Return the kernel density at the centre of every raster place (n_rows, n_cols), incidents a square metre, exactly.

    Instead of asking each cell for its points, each point gives to the places in its reach: the work is points × places in reach, and
    points outside the grid give too.
    """
    xy_m = np.asarray(xy_m, dtype=float).reshape(-1, 2)
    weight = np.ones(len(xy_m)) if weights is None else np.asarray(weights, dtype=float)
    size, (n_rows, n_cols) = grid.cell_size_m, grid.shape
    reach = bandwidth_m * (1.0 if kernel == "quartic" else GAUSSIAN_REACH)
    steps = int(np.ceil(reach / size + 0.5))
    place = (xy_m - grid.origin_m) / size
    near = ((place > -steps) & (place < np.array([n_cols, n_rows]) + steps)).all(axis=1)
    place, weight = place[near], weight[near] / bandwidth_m**2
    col, row = np.floor(place).astype(np.int64).T
    offsets = np.arange(-steps, steps + 1)
    # distance from the point to the centres of the places around it, in bandwidths, squared, an axis at a time
    dx2 = (((col - place[:, 0] + 0.5) + offsets[:, None]) * (size / bandwidth_m)) ** 2
    dy2 = (((row - place[:, 1] + 0.5) + offsets[:, None]) * (size / bandwidth_m)) ** 2
    width = n_cols + 4 * steps  # a border, so that no point has to ask whether it is inside
    flat = (row + 2 * steps) * width + col + 2 * steps
    padded = np.zeros((n_rows + 4 * steps) * width)
    for i, down in enumerate(offsets):
        for j, along in enumerate(offsets):
            nearest = (max(abs(along) - 1, 0) ** 2 + max(abs(down) - 1, 0) ** 2) ** 0.5 * size
            if nearest >= reach:
                continue
            if kernel == "quartic":
                value = np.maximum(1 - dx2[j] - dy2[i], 0.0)
                value *= value
                value *= weight
            else:
                value = kernel_value(np.sqrt(dx2[j] + dy2[i]), kernel=kernel) * weight
            padded += np.bincount(flat + (down * width + along), weights=value, minlength=padded.size)
    inner = padded.reshape(n_rows + 4 * steps, width)[2 * steps : 2 * steps + n_rows, 2 * steps : 2 * steps + n_cols]
    return inner * (3 / np.pi) if kernel == "quartic" else inner


def inside_share(grid: Grid, *, bandwidth_m: float, kernel: str = "quartic") -> Floats:
    """Return (n_rows, n_cols) the share of a kernel's mass at each place that lies inside the study area: filter(mask)."""
    from scipy.signal import fftconvolve

    reach = bandwidth_m * (1.0 if kernel == "quartic" else GAUSSIAN_REACH)
    steps = int(np.ceil(reach / grid.cell_size_m))
    # a 5 × 5 lattice in each place: with a bandwidth near the cell size the centre alone misjudges the place's part of the kernel
    fine = (np.arange(5 * (2 * steps + 1)) - 5 * steps - 2) / 5 * grid.cell_size_m
    stencil = kernel_value(np.hypot(*np.meshgrid(fine, fine)) / bandwidth_m, kernel=kernel)
    stencil = stencil.reshape(2 * steps + 1, 5, 2 * steps + 1, 5).sum(axis=(1, 3))
    covered = grid.raster(grid.area_m2 / grid.cell_size_m**2)
    return np.clip(fftconvolve(covered, stencil / stencil.sum(), mode="same"), 0.0, 1.0)


def edge_corrected(density: Floats, share: Floats, grid: Grid) -> Floats:
    """Return (n_cells,) filter(count)/filter(mask): what lies outside the study area is unknown, not empty."""
    return grid.values(density) / np.maximum(grid.values(share), 0.05)


def smooth_gaussian(rasters: NDArray[np.floating[Any]], *, sigma_cells: float) -> NDArray[np.floating[Any]]:
    """Return rasters (..., n_rows, n_cols) smoothed by a Gaussian of ``sigma_cells``, nothing beyond the border.

    A Gaussian is separable, so one matrix for rows and one for columns smooth many rasters at the speed of a matrix product. It ends at
    4 sigma, so a band of the matrix is enough for each block of places: a third of the work on a city of 277 by 226 places.
    """
    rows, columns = rasters.shape[-2:]
    single, reach = rasters.dtype == np.float32, int(GAUSSIAN_REACH * sigma_cells)
    across = gaussian_matrix(columns, sigma_cells=sigma_cells, single=single)
    down = gaussian_matrix(rows, sigma_cells=sigma_cells, single=single)
    lines = rasters.reshape(-1, columns)
    smoothed_across = np.empty_like(lines)
    for block, around in _blocks(columns, reach):
        smoothed_across[:, block] = lines[:, around] @ across[around, block]
    stack = smoothed_across.reshape(-1, rows, columns)
    out = np.empty_like(stack)
    for block, around in _blocks(rows, reach):
        np.matmul(down[block, around], stack[:, around], out=out[:, block])
    return out.reshape(rasters.shape)


def _blocks(n: int, reach: int) -> list[tuple[slice, slice]]:
    """Return blocks of places on a line of ``n``, each with the places that reach into it."""
    ends = [(start, min(start + BLOCK, n)) for start in range(0, n, BLOCK)]
    return [(slice(start, end), slice(max(start - reach, 0), min(end + reach, n))) for start, end in ends]


@lru_cache(maxsize=32)
def gaussian_matrix(n: int, *, sigma_cells: float, single: bool = False) -> NDArray[np.floating[Any]]:
    """Return (n, n) symmetric weights from each place of a line to each other, cut at 4 sigma; the whole kernel sums to 1."""
    apart = np.abs(np.arange(n)[:, None] - np.arange(n)) / sigma_cells
    whole = np.arange(-int(GAUSSIAN_REACH * sigma_cells), int(GAUSSIAN_REACH * sigma_cells) + 1) / sigma_cells
    weights = np.where(apart <= GAUSSIAN_REACH, np.exp(-0.5 * apart**2), 0.0) / np.exp(-0.5 * whole**2).sum()
    weights = weights.astype(np.float32 if single else np.float64)
    weights.setflags(write=False)  # shared by all callers
    return weights
