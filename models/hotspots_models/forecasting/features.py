"""The features of the trees: readings of the past, season, recency, place in the city and, if asked, places that may raise risk."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np

from hotspots_models.forecasting.evidence import Component, Evidence
from hotspots_models.forecasting.kernel_mixture import MixtureFit, family_pieces
from hotspots_models.forecasting.point_memory import ANY_POINTS, FEATURES, OWN_POINTS

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from hotspots_models.risk_factors import RiskFactors

    Single = NDArray[np.float32]

SEASON_SIGMAS_CELLS = (0.0, 1.0, 2.0, 4.0)
SMOOTHED_POINTS = (OWN_POINTS, ANY_POINTS)
MIXTURE_FAMILIES = ("recent", "long memory", "other offences", "number of addresses")
LONGEST_GAP_DAYS = 1500.0  # "never" and "years ago" are the same to a tree


@dataclass(eq=False)
class FeatureTable:
    """Features of all cells at any origin of the evidence; each number comes from before its origin.

    ``season_window_days`` is the length of the window whose counterpart in earlier years is looked up.
    """

    evidence: Evidence
    components: list[Component]
    season_window_days: float
    factors: RiskFactors | None = None
    _made: dict[int, Single] = field(default_factory=dict, repr=False)
    _static: Single | None = field(default=None, repr=False)

    @property
    def names(self) -> list[str]:
        """Name of each column, in order."""
        return [
            *(component.label for component in self.components),
            *(f"same season of earlier years, {sigma:g} cells" for sigma in SEASON_SIGMAS_CELLS),
            *(
                f"all other types, {self._memory(h)}, {s:g} cells"
                for h in self._half_lives()
                for s in SEASON_SIGMAS_CELLS
            ),
            *FEATURES,
            *(f"{name}, 1 cell" for name in SMOOTHED_POINTS),
            "days since the last one here",
            "days since the last one here or next door",
            "east",
            "north",
            "north-east",
            "north-west",
            "area",
            *(f"{name} {form}" for name in self._factor_names() for form in ("distance", "density")),
            *(f"mixture, {family}" for family in MIXTURE_FAMILIES),
            "mixture",
        ]

    def at(self, origin: int, *, parts: Single, mixture: MixtureFit, cells: NDArray[np.int64] | None = None) -> Single:
        """Return (n_cells, n_features) at one origin, given the components (k, n_cells) there and the weights of the mixture.

        With ``cells`` the rows are theirs alone.
        """
        if origin not in self._made:
            self._made[origin] = self._moving(origin)
        uniform = self.evidence.grid.area_m2 / self.evidence.grid.area_m2.sum()
        moving, fixed = self._made[origin], self._fixed()
        if cells is not None:
            parts, moving, fixed, uniform = parts[:, cells], moving[cells], fixed[cells], uniform[cells]
        out = np.empty((parts.shape[1], len(self.names)), dtype=np.float32)
        end = len(parts)
        np.multiply(parts.T, (1 / uniform).astype(np.float32)[:, None], out=out[:, :end])
        for columns in (moving, fixed, self._mixed(parts, mixture, uniform)):
            out[:, end : end + columns.shape[1]] = columns
            end += columns.shape[1]
        return out

    def _mixed(self, parts: Single, mixture: MixtureFit, uniform: NDArray[np.floating[Any]]) -> Single:
        """(n, k) the logarithm of the mixture's density over the uniform one, by family and together."""
        by_family = family_pieces(mixture, parts, uniform)
        pieces = [by_family.get(family, 0.0 * uniform) / uniform for family in MIXTURE_FAMILIES]
        return np.log(np.column_stack([*pieces, np.sum(list(by_family.values()), axis=0) / uniform]) + 1e-3).astype(
            np.float32
        )

    def _half_lives(self) -> list[int]:
        return [i for i, h in enumerate(self.evidence.half_lives_days) if h <= 60 or np.isinf(h)]

    def _memory(self, half_life: int) -> str:
        days = self.evidence.half_lives_days[half_life]
        return "all time" if np.isinf(days) else f"{days:g} d"

    def _factor_names(self) -> list[str]:
        return [factor.name for factor in self.factors] if self.factors else []

    def _moving(self, origin: int) -> Single:
        """(n_cells, k) season, all other types, points, recency."""
        evidence, grid = self.evidence, self.evidence.grid
        columns = []
        season = np.zeros(grid.n_cells)
        for year in (1, 2):
            from_days = 365 * year + 15
            season += evidence.counts_between(
                origin, from_days_ago=from_days, to_days_ago=max(from_days - self.season_window_days - 30, 0)
            )
        columns += [evidence.smoothed(season.astype(np.float32), sigma_cells=sigma) for sigma in SEASON_SIGMAS_CELLS]
        for half_life in self._half_lives():
            others = evidence.faded_others(evidence.half_lives_days[half_life])[origin]
            columns += [evidence.smoothed(others, sigma_cells=sigma) for sigma in SEASON_SIGMAS_CELLS]
        points = evidence.points.at(float(evidence.origins[origin]))
        columns += [points[name] for name in FEATURES]
        columns += [evidence.smoothed(points[name], sigma_cells=1.0) for name in SMOOTHED_POINTS]
        return np.column_stack([*columns, *self._recency(origin)]).astype(np.float32)

    def _recency(self, origin: int) -> list[NDArray[np.floating[Any]]]:
        """(n_cells,) days since the last incident in the cell, and in it or its eight neighbours."""
        from scipy.ndimage import maximum_filter

        grid, now = self.evidence.grid, float(self.evidence.origins[origin])
        last = np.maximum(self.evidence.last_before(origin), now - LONGEST_GAP_DAYS)
        raster = np.full(grid.shape, now - LONGEST_GAP_DAYS)
        raster[grid.row, grid.col] = last
        return [now - last, now - grid.values(maximum_filter(raster, size=3, mode="nearest"))]

    def _fixed(self) -> Single:
        """(n_cells, k) place in the city, area and risk factors: the same at every origin."""
        if self._static is None:
            grid = self.evidence.grid
            east, north = (grid.centres_m() - grid.origin_m).T
            columns = [east, north, east + north, north - east, grid.area_m2 / grid.cell_size_m**2]
            for factor in self.factors or ():
                columns += factor_columns(factor.representative_xy_m(), self.evidence)
            self._static = np.column_stack(columns).astype(np.float32)
        return self._static


def factor_columns(xy_m: NDArray[np.float64], evidence: Evidence) -> list[NDArray[np.floating]]:
    """Return (n_cells,) metres to the nearest place of a kind, and how many lie around, smoothed over two cells."""
    from scipy.spatial import KDTree

    grid = evidence.grid
    if not len(xy_m):
        return [np.full(grid.n_cells, 1e5), np.zeros(grid.n_cells)]
    metres, _ = KDTree(xy_m).query(grid.centres_m())
    return [metres, evidence.smoothed(grid.counts(xy_m).astype(np.float32), sigma_cells=2.0)]
