"""Small worlds for the tests of the models: a square city with planted hot spots."""

from __future__ import annotations

import numpy as np

from hotspots_models.base import Grid, History

ORIGIN_M = (500_000.0, 4_600_000.0)


def square_city(rows: int = 24, cols: int = 20, cell_size_m: float = 150.0) -> Grid:
    """Return a rectangular study area of whole squares."""
    return Grid.full(cell_size_m=cell_size_m, origin_m=ORIGIN_M, shape=(rows, cols))


def planted_history(
    grid: Grid, *, days: float = 900.0, n: int = 3000, seed: int = 1, hot: int = 12, share: float = 0.5
) -> History:
    """Return incidents of types 0 (target) and 1, half of them in ``hot`` cells that both types share."""
    rng = np.random.default_rng(seed)
    hot_cells = rng.choice(grid.n_cells, size=hot, replace=False)
    cell = np.where(rng.random(n) < share, rng.choice(hot_cells, size=n), rng.integers(0, grid.n_cells, size=n))
    xy = grid.centres_m()[cell] + rng.uniform(-0.5, 0.5, size=(n, 2)) * grid.cell_size_m * 0.999
    return History(xy, np.sort(rng.uniform(0, days, size=n)), (rng.random(n) < 0.4).astype(int), 0)
