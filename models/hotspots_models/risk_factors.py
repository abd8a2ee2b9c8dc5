"""Places that may raise risk (bars, stops, vacant buildings), with the time for which they are known to hold."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from hotspots_models.errors import FactorValidityError, InputError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray


@dataclass(frozen=True, eq=False)
class RiskFactor:
    """One kind of place.

    Parameters
    ----------
    name : str
    geometry : (n, 2) float, metres, projected CRS; or (n,) shapely points, lines or polygons in that CRS
    valid_from_days, valid_to_days : float, days since the epoch of the history
        The half-open period in which the factor was known; a count of 2017 is known from 2018 on. Default: always.
    """

    name: str
    geometry: NDArray[np.float64] | NDArray[np.object_]
    valid_from_days: float = -np.inf
    valid_to_days: float = np.inf

    def __post_init__(self) -> None:
        """Check shape, unit and period."""
        geometry = np.asarray(self.geometry)
        object.__setattr__(self, "geometry", geometry)
        if not self.name:
            raise InputError("a risk factor needs a name")
        if geometry.dtype != object and (geometry.ndim != 2 or geometry.shape[1] != 2):
            raise InputError(
                f"risk factor {self.name!r}: geometry has shape {geometry.shape}: give (n, 2) metres or (n,) shapely geometries"
            )
        if geometry.dtype == object and geometry.ndim != 1:
            raise InputError(f"risk factor {self.name!r}: give shapely geometries as a one-dimensional array")
        nowhere = _nowhere(self.geometry)
        if nowhere:
            raise InputError(
                f"risk factor {self.name!r}: {nowhere} of {len(geometry)} places are missing, empty or not finite: leave them out"
            )
        if not self.valid_from_days < self.valid_to_days:
            raise InputError(
                f"risk factor {self.name!r} is valid from {self.valid_from_days:g} to {self.valid_to_days:g}: an empty period"
            )
        if len(geometry) and geometry.dtype != object and (np.abs(geometry) <= np.array([180.0, 90.0])).all():
            raise InputError(f"risk factor {self.name!r} looks like longitude and latitude: project it to metres first")

    def holds_at(self, t_days: float) -> bool:
        """Whether the factor is known at a time."""
        return self.valid_from_days <= t_days < self.valid_to_days

    def representative_xy_m(self) -> NDArray[np.float64]:
        """Return (n, 2) one point a geometry, metres: the point itself, or a point on the line or in the polygon."""
        if self.geometry.dtype != object:
            return np.asarray(self.geometry, dtype=float)
        import shapely

        return shapely.get_coordinates(shapely.point_on_surface(self.geometry))


def _nowhere(geometry: NDArray[np.float64] | NDArray[np.object_]) -> int:
    """Return how many places have no place."""
    if geometry.dtype != object:
        return int((~np.isfinite(geometry.astype(float)).all(axis=1)).sum())
    import shapely

    return int((shapely.is_missing(geometry) | shapely.is_empty(geometry)).sum())


@dataclass(frozen=True, eq=False)
class RiskFactors:
    """Several risk factors, each with its own name."""

    factors: tuple[RiskFactor, ...] = ()

    def __post_init__(self) -> None:
        """Check that no name comes twice."""
        object.__setattr__(self, "factors", tuple(self.factors))
        names = [factor.name for factor in self.factors]
        twice = sorted({name for name in names if names.count(name) > 1})
        if twice:
            raise InputError(f"risk factors named twice: {', '.join(twice)}: give each its own name")

    def __iter__(self) -> Iterator[RiskFactor]:
        """Iterate over the factors in the order given."""
        return iter(self.factors)

    def __len__(self) -> int:
        """Return the number of factors."""
        return len(self.factors)

    def valid_at(self, t_days: float) -> RiskFactors:
        """Return only the factors that hold at a time. A caller who drops some this way must announce it."""
        return RiskFactors(tuple(factor for factor in self.factors if factor.holds_at(t_days)))

    def check_valid(self, t_days: float) -> None:
        """Raise :class:`FactorValidityError` when any factor does not hold at a time."""
        for factor in self.factors:
            if not factor.holds_at(t_days):
                raise FactorValidityError(
                    f"risk factor {factor.name!r} is valid from {factor.valid_from_days:g} to {factor.valid_to_days:g} days, "
                    f"not at {t_days:g}: leave it out (RiskFactors.valid_at) or forecast for a time when it holds"
                )
