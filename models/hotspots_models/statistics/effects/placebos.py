"""How large an effect comes up where, or when, nothing was done?"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import chain
from typing import TYPE_CHECKING

import numpy as np

from hotspots_models.counts import incident_counts
from hotspots_models.errors import InputError

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

LEAST_DRAWS = 999
NEAREST = 20
POOL_TIMES_TREATED = 5  # with as many controls as treated, every draw is the same set
RISK_RATIO = (0.9, 1.1)


@dataclass(frozen=True, eq=False)
class PlaceboTest:
    """An effect beside those of placebos.

    effect : incidents that the treated had beyond their controls (below 0: fewer)
    draws : (n,) the same for each placebo
    p : one-sided, (1 + placebos with as large a drop) / (n + 1)
    risk_ratio : forecast risk of the treated cells over that of the matched ones, .9 to 1.1; None for dates
    """

    effect: float
    draws: NDArray[np.float64]
    p: float
    risk_ratio: float | None = None


def false_dates(treated: ArrayLike, control: ArrayLike, *, start: int, before: int, after: int) -> PlaceboTest:
    """Compare the effect at the true start with the effects at every earlier date.

    A placebo in time: false windows end by the true start, so none holds a day of the action. They overlap, and
    are not independent: p is a rank, no more.

    Parameters
    ----------
    treated, control : (n_weeks,) incidents
    start : index of the first week of the action
    before, after : weeks compared on each side
    """
    sides = incident_counts(treated, "treated"), incident_counts(control, "control")
    if sides[0].shape != sides[1].shape or sides[0].ndim != 1 or min(before, after) < 1:
        raise InputError(
            f"treated {sides[0].shape}, control {sides[1].shape}, before {before}, after {after}: give both for the same weeks, "
            "and at least one week on each side"
        )
    gap = sides[0] - sides[1]
    if not before <= start <= gap.size - after:
        raise InputError(
            f"start is {start}: {before} weeks before and {after} after it must lie in the {gap.size} weeks"
        )
    false_starts = np.arange(before, start - after + 1)
    if false_starts.size == 0:
        raise InputError(f"no false date fits: the {start} weeks before the start are fewer than {before} + {after}")

    def effect_at(week: int) -> float:
        return float(gap[week : week + after].sum() - gap[week - before : week].sum() * after / before)

    effect = effect_at(start)
    draws = np.array([effect_at(int(week)) for week in false_starts])
    return PlaceboTest(effect, draws, _rank(effect, draws))


def matched_controls(
    forecast: ArrayLike,
    treated: ArrayLike,
    *,
    draws: int = LEAST_DRAWS,
    seed: int = 0,
    eligible: ArrayLike | None = None,
) -> NDArray[np.int64]:
    """Draw control sets: for each treated cell an untreated one of the same forecast risk, no cell twice in a set.

    Each cell is drawn from the 20 nearest in log risk, or from as many more as it takes until the sets can choose among
    five times the treated; where a set has used them up, the next nearest serves.

    Parameters
    ----------
    forecast : (n_cells,) expected incidents, as stored when the action began
    treated : (n_treated,) cells
    draws, seed : number of sets and their seed
    eligible : (n_cells,) bool, cells that may serve: leave out the belt into which incidents may have been displaced

    Returns
    -------
    (draws, n_treated) int, cells
    """
    risk = np.log(np.maximum(incident_counts(forecast, "forecast"), 1e-12))
    cells = _cells(treated, risk.size)
    others = _untreated(cells, risk.size, eligible)
    if others.size < cells.size or cells.size == 0:
        raise InputError(
            f"{cells.size} treated cells need as many controls, but only {others.size} untreated may serve"
        )
    in_order = np.array([others[np.argsort(np.abs(risk[others] - risk[cell]), kind="stable")] for cell in cells])
    width = min(NEAREST, others.size)
    while width < others.size and np.unique(in_order[:, :width]).size < POOL_TIMES_TREATED * cells.size:
        width = min(2 * width, others.size)
    nearest = in_order[:, : width + cells.size]
    rng = np.random.default_rng(seed)
    sets = np.empty((draws, cells.size), dtype=np.int64)
    for draw in range(draws):
        shuffled = rng.permuted(nearest[:, :width], axis=1)
        taken: set[int] = set()
        for place in rng.permutation(cells.size):
            choices = chain(shuffled[place].tolist(), nearest[place, width:].tolist())
            chosen = next(cell for cell in choices if cell not in taken)
            taken.add(chosen)
            sets[draw, place] = chosen
    return sets


def placebo_test(
    observed: ArrayLike,
    treated: ArrayLike,
    forecast: ArrayLike,
    *,
    draws: int = LEAST_DRAWS,
    seed: int = 0,
    eligible: ArrayLike | None = None,
) -> PlaceboTest | None:
    """Compare what came in the treated cells with what came in sets of untreated cells of the same forecast risk.

    A placebo in space [Abadie, Diamond & Hainmueller 2010]: each set plays the treated one; compared is observed less
    forecast, less its mean over all sets. The period before the action stays out of it: places are often chosen for a
    bad spell, and the fall from that spell is no effect. What the forecast knew of the spell is matched.

    None where there are no comparable cells: fewer than five times the treated to draw from, a mean risk that is not
    within .9 to 1.1 of theirs, or no spread between the sets. The very worst cells have no equals.

    Parameters
    ----------
    observed : (n_cells,) incidents since the action began
    treated : (n_treated,) cells
    forecast : (n_cells,) expected incidents for the same period, as stored when the action began
    draws, seed, eligible : as in :func:`matched_controls`; at least 999 draws
    """
    if draws < LEAST_DRAWS:
        raise InputError(f"draws is {draws}: a placebo test needs at least {LEAST_DRAWS}")
    risk = incident_counts(forecast, "forecast")
    cells, over = _cells(treated, risk.size), incident_counts(observed, "observed") - risk
    if _untreated(cells, risk.size, eligible).size < POOL_TIMES_TREATED * cells.size:
        return None
    sets = matched_controls(risk, cells, draws=draws, seed=seed, eligible=eligible)
    placebo = over[sets].sum(axis=1)
    effects = placebo - placebo.mean()
    matched = float(risk[sets].mean())
    ratio = float(risk[cells].mean()) / matched if matched > 0 else np.inf
    if np.unique(sets).size < POOL_TIMES_TREATED * cells.size or not RISK_RATIO[0] <= ratio <= RISK_RATIO[1]:
        return None
    if not np.ptp(effects) > 0:
        return None
    effect = float(over[cells].sum() - placebo.mean())
    return PlaceboTest(effect, effects, _rank(effect, effects), ratio)


def _untreated(cells: NDArray[np.int64], n_cells: int, eligible: ArrayLike | None) -> NDArray[np.int64]:
    free = np.ones(n_cells, dtype=bool) if eligible is None else np.asarray(eligible, dtype=bool).copy()
    free[cells] = False
    return np.flatnonzero(free)


def _cells(treated: ArrayLike, n_cells: int) -> NDArray[np.int64]:
    cells = np.asarray(treated)
    if (
        cells.dtype.kind not in "iu"
        or np.unique(cells).size != cells.size
        or not ((cells >= 0) & (cells < n_cells)).all()
    ):
        raise InputError(
            f"treated must name cells by number, 0 to {n_cells - 1}, none twice: np.flatnonzero of a mask does"
        )
    return cells.astype(np.int64)


def _rank(effect: float, draws: NDArray[np.float64]) -> float:
    return float((1 + np.sum(draws <= effect + 1e-9)) / (draws.size + 1))
