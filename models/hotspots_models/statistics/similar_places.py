"""Similar places: controls matched without replacement, and the ratio of observed over forecast between treated and controls."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import numpy as np

from hotspots_models.counts import incident_counts
from hotspots_models.errors import InputError

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

CONTROLS_A_PLACE = 3
LEAST_GAP_M = 250.0
RISK_RATIO = (0.8, 1.25)
LEAST_ORIGINS = 12
Shape = Literal["box", "area"]
# The least spread of ln rho beyond counting, by the number of treated places: measured on do-nothing actions in two cities.
FLOORS: dict[Shape, tuple[tuple[int, float], ...]] = {
    "box": ((5, 0.30), (20, 0.15), (50, 0.10)),
    "area": ((1, 0.30), (5, 0.15), (10, 0.10)),
}


@dataclass(frozen=True, eq=False)
class SimilarPlaces:
    """Controls of treated places.

    controls : (n,) places by number, none twice
    matched_to : (n,) the treated place of each
    risk_ratio : mean expected of the controls over that of the treated
    """

    controls: NDArray[np.int64]
    matched_to: NDArray[np.int64]
    risk_ratio: float


@dataclass(frozen=True)
class Rho:
    """Observed over forecast in the treated places, relative to the controls': below 1, fewer than similar places.

    `low` and `high` bound it; `tau` is the spread of ln rho beyond counting that the interval allows for.
    """

    ratio: float
    low: float
    high: float
    log_ratio: float
    se: float
    tau: float
    level: float
    observed_treated: float
    expected_treated: float
    observed_control: float
    expected_control: float


def edge_gap_m(centres_m: ArrayLike, treated: ArrayLike, *, side_m: float | ArrayLike) -> NDArray[np.float64]:
    """Return how far each square lies from the nearest edge of a treated one: 0 where they touch, inf where none is treated.

    Parameters
    ----------
    centres_m : (n, 2) float, metres, projected CRS
    treated : (k,) int, squares by number
    side_m : of the squares, metres
    """
    centres = np.asarray(centres_m, dtype=float).reshape(-1, 2)
    gaps = np.full(len(centres), np.inf)
    for cell in np.asarray(treated, dtype=np.int64):
        apart = np.maximum(np.abs(centres - centres[cell]) - side_m, 0.0)
        np.minimum(gaps, np.hypot(apart[:, 0], apart[:, 1]), out=gaps)
    return gaps


def similar_places(
    expected: ArrayLike,
    count_before: ArrayLike,
    treated: ArrayLike,
    *,
    eligible: ArrayLike,
    a_place: int = CONTROLS_A_PLACE,
) -> SimilarPlaces | None:
    """Match up to three controls to each treated place, nearest in (2 sqrt(expected), sqrt(count before)), none used twice.

    The worst place chooses first, and every place has its first control before any has its second. Where three a place are
    too unlike, two are tried, then one. None means: no comparable places. The exact top has no equals; do not treat all of it.

    Parameters
    ----------
    expected : (n,) incidents expected in the period, from the forecast frozen at agreement
    count_before : (n,) incidents of an equal period before
    treated : (k,) int, places by number
    eligible : (n,) bool, places that may serve: 250 m or more from any treated edge
    a_place : most controls of a treated place
    """
    risk, past = incident_counts(expected, "expected"), incident_counts(count_before, "count_before")
    cells, free = np.asarray(treated, dtype=np.int64), np.array(eligible, dtype=bool)
    if risk.ndim != 1 or past.shape != risk.shape or free.shape != risk.shape:
        raise InputError(
            f"expected {risk.shape}, count_before {past.shape}, eligible {free.shape}: give one value a place"
        )
    if cells.size == 0 or np.unique(cells).size != cells.size or not ((cells >= 0) & (cells < risk.size)).all():
        raise InputError(f"treated must name places by number, 0 to {risk.size - 1}, none twice")
    if a_place < 1:
        raise InputError(f"a_place is {a_place}: give at least one control a place")
    free[cells] = False
    look = np.column_stack([2 * np.sqrt(risk), np.sqrt(past)])
    order = cells[np.argsort(-risk[cells], kind="stable")]
    controls: list[int] = []
    matched: list[int] = []
    rounds: list[int] = []
    for _ in range(a_place):
        for cell in order:
            others = np.flatnonzero(free)
            if others.size == 0:
                break
            nearest = others[np.argmin(((look[others] - look[cell]) ** 2).sum(axis=1))]
            free[nearest] = False
            controls.append(int(nearest))
            matched.append(int(cell))
        rounds.append(len(controls))
    middle = risk[cells].mean()
    for used in reversed([n for n in rounds if n >= cells.size]):
        ratio = float(risk[controls[:used]].mean() / middle) if middle > 0 else 0.0
        if RISK_RATIO[0] <= ratio <= RISK_RATIO[1]:
            return SimilarPlaces(np.array(controls[:used]), np.array(matched[:used]), ratio)
    return None


def tau_floor(n_places: int, *, shape: Shape) -> float:
    """Return the least tau for a number of treated places: boxes and cells, or areas such as beats; log-linear between the pinned sizes."""
    if n_places < 1:
        raise InputError(f"n_places is {n_places}: give at least 1")
    sizes, floors = zip(*FLOORS[shape], strict=True)
    return float(np.interp(np.log(n_places), np.log(sizes), floors))


def tau_of(
    observed_treated: ArrayLike,
    expected_treated: ArrayLike,
    observed_control: ArrayLike,
    expected_control: ArrayLike,
    *,
    floor: float,
) -> float:
    """Return the spread of ln rho beyond counting, measured on earlier origins at which nothing was done; at least `floor`.

    The mean square of ln rho less its counting variance: a bias that all origins share counts as spread, so that it
    widens the interval instead of making an effect.

    Parameters
    ----------
    observed_treated, expected_treated, observed_control, expected_control : (n_origins,) totals, at least 12 origins, with
        the same rule, number, shape of places and horizon as the action
    floor : :func:`tau_floor`
    """
    totals = [
        incident_counts(values, name)
        for values, name in (
            (observed_treated, "observed_treated"), (expected_treated, "expected_treated"),
            (observed_control, "observed_control"), (expected_control, "expected_control"),
        )
    ]  # fmt: skip
    if totals[0].ndim != 1 or any(side.shape != totals[0].shape for side in totals) or totals[0].size < LEAST_ORIGINS:
        raise InputError(
            f"{totals[0].size} do-nothing origins: tau needs at least {LEAST_ORIGINS}, with all four totals each"
        )
    log_rho, counting = _log_rho(*totals)
    return float(max(np.sqrt(max((log_rho**2 - counting).mean(), 0.0)), floor))


def rho(
    observed_treated: float,
    expected_treated: float,
    observed_control: float,
    expected_control: float,
    *,
    tau: float,
    level: float = 0.95,
) -> Rho:
    """Compare observed over forecast between the treated places and their controls.

    rho = ((Y_T + 1/2) / L_T) / ((Y_C + 1/2) / L_C), L from the forecast frozen at agreement; SE^2 = 1/E_T + 1/(Y_C + 1/2) + tau^2
    with E_T = L_T (Y_C + 1/2) / L_C; the interval is exp(ln rho +- z SE). Whatever moves all such places alike, a forecast
    that is too low at the top among them, stands in both and falls out.

    Parameters
    ----------
    observed_treated, observed_control : incidents of the period
    expected_treated, expected_control : the same as forecast
    tau : :func:`tau_of`, or :func:`tau_floor` where it is larger
    level : of the interval
    """
    from scipy.special import ndtri

    values = (observed_treated, expected_treated, observed_control, expected_control)
    totals = [np.atleast_1d(incident_counts(value, "a total")) for value in values]
    if min(expected_treated, expected_control) <= 0:
        raise InputError(
            f"the forecast is {expected_treated:g} for the treated and {expected_control:g} for the controls: give totals above 0"
        )
    if not tau >= 0 or not 0 < level < 1:
        raise InputError(f"tau is {tau:g}, level {level:g}: give 0 or more, and a level between 0 and 1")
    log_rho, counting = (float(part[0]) for part in _log_rho(*totals))
    se = float(np.sqrt(counting + tau**2))
    reach = float(ndtri(0.5 + level / 2)) * se
    low, ratio, high = (float(np.exp(log_rho + k * reach)) for k in (-1, 0, 1))
    return Rho(ratio, low, high, log_rho, se, tau, level, *(float(value) for value in values))


def _log_rho(
    y_t: NDArray[np.float64], l_t: NDArray[np.float64], y_c: NDArray[np.float64], l_c: NDArray[np.float64]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """(n,) ln rho and its variance from counting."""
    log_rho = np.log((y_t + 0.5) / l_t) - np.log((y_c + 0.5) / l_c)
    return log_rho, 1 / (l_t * (y_c + 0.5) / l_c) + 1 / (y_c + 0.5)
