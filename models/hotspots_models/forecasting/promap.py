"""ProMap: prospective hot-spotting by the nearness of recent incidents in space and time."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

import numpy as np

from hotspots_models.forecasting.share_model import ShareModel, Spread, Task

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from hotspots_models.grid import Grid

    Floats = NDArray[np.float64]

BAND_M = 50.0
REACH_M = 400.0
WEEKS = 8


def promap_score(xy_m: Floats, age_days: Floats, grid: Grid) -> Floats:
    """Return (n_cells,) Σ 1/(1+d) · 1/(1+w) over the incidents within 400 m of the cell's centre and 8 weeks.

    d is the number of complete bands of 50 m between incident and centre, w the number of complete weeks since the incident.

    Parameters
    ----------
    xy_m : (n, 2) float, metres, projected CRS
    age_days : (n,) float, days before the origin of the forecast
    """
    weeks = np.floor(age_days / 7)
    recent = weeks < WEEKS
    in_time = 1 / (1 + weeks[recent])
    place = (xy_m[recent] - grid.origin_m) / grid.cell_size_m
    col, row = np.floor(place).astype(np.int64).T
    steps = int(np.ceil(REACH_M / grid.cell_size_m + 0.5))
    score = np.zeros(grid.shape[0] * grid.shape[1])
    for down in range(-steps, steps + 1):
        for along in range(-steps, steps + 1):
            to_col, to_row = col + along, row + down
            metres = np.hypot(to_col + 0.5 - place[:, 0], to_row + 0.5 - place[:, 1]) * grid.cell_size_m
            near = (
                (metres <= REACH_M)
                & (to_col >= 0)
                & (to_col < grid.shape[1])
                & (to_row >= 0)
                & (to_row < grid.shape[0])
            )
            given = in_time[near] / (1 + np.floor(metres[near] / BAND_M))
            score += np.bincount(to_row[near] * grid.shape[1] + to_col[near], weights=given, minlength=score.size)
    return score[grid.flat]


@dataclass(frozen=True)
class ProMap(ShareModel):
    """Bowers, Johnson & Pease [2004], "Prospective hot-spotting: the future of crime mapping?".

    The score is a density at the cell's centre; it is scaled to the city total. With no incident in 8 weeks it knows nothing: by area.
    """

    name: ClassVar[str] = "promap"

    def spread(self, task: Task) -> Spread:
        """Score every cell."""
        score = promap_score(task.target.xy_m, task.as_of - task.target.t_days, task.grid) * task.grid.area_m2
        return Spread(score, {"band_m": BAND_M, "reach_m": REACH_M, "weeks": WEEKS})
