"""A forecast of daily counts in a moment: what stands for the served one wherever many earlier days must be forecast."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from hotspots_models.errors import InputError

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

HALF_LIFE_DAYS = 720.0
SMOOTHS_M = (200.0, 600.0)


def quick_forecast(
    daily: ArrayLike,
    *,
    horizon_days: int,
    row: NDArray[np.int64] | None = None,
    col: NDArray[np.int64] | None = None,
    side_m: float | None = None,
) -> NDArray[np.float64]:
    """Return (n,) incidents expected in the days after the last: the long-run count with a half-life of two years, mixed with its smooth.

    Parameters
    ----------
    daily : (n, n_days) incidents of each unit and day, all before the forecast begins
    row, col, side_m : place of each unit on a lattice of squares and its side, metres; without them units are areas and nothing is smoothed

    The total goes on as in the last year.
    """
    past = np.asarray(daily)
    if past.ndim != 2 or past.shape[1] < 1 or horizon_days < 1:
        raise InputError(
            f"daily has shape {past.shape}, horizon_days is {horizon_days}: give units by days, and a day or more"
        )
    n_days = past.shape[1]
    weight = 0.5 ** ((n_days - np.arange(n_days)) / HALF_LIFE_DAYS)
    count = past.astype(np.float32) @ weight.astype(np.float32)
    if not count.sum() > 0:
        return np.zeros(len(past))
    share = (count / count.sum()).astype(np.float64)
    if row is None or col is None or side_m is None:
        mixed = 0.97 * share + 0.03 / share.size
    else:
        from scipy.ndimage import gaussian_filter

        down, right = row - row.min(), col - col.min()
        raster = np.zeros((int(down.max()) + 1, int(right.max()) + 1))
        raster[down, right] = share
        near, far = (gaussian_filter(raster, width / side_m)[down, right] for width in SMOOTHS_M)
        mixed = 0.75 * share + 0.15 * near / near.sum() + 0.09 * far / far.sum() + 0.01 / share.size
    last = float(past[:, max(0, n_days - 365) :].sum()) / min(n_days, 365)
    return mixed * last * horizon_days
