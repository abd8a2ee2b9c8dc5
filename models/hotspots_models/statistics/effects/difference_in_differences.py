"""Did the rate of the treated areas change against the others', with each area's level and each week's tide taken out?"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from scipy import stats

from hotspots_models.counts import incident_counts
from hotspots_models.errors import InputError

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

Array = np.ndarray


@dataclass(frozen=True)
class Lead:
    """How far the treated areas were off before anything was done: `weeks_before` (first, last), log of the rate ratio."""

    weeks_before: tuple[int, int]
    log_rate_ratio: float
    se: float


@dataclass(frozen=True)
class EffectOnRate:
    """The rate ratio of the treated areas after the start, and the incidents that it stands for (below 0: averted).

    `leads_p` is the p value of all leads being 0: a small one means that the areas were already drifting apart.
    """

    rate_ratio: float
    low: float
    high: float
    log_rate_ratio: float
    se: float
    p: float
    difference: float
    difference_low: float
    difference_high: float
    areas: int
    weeks: int
    level: float
    leads: tuple[Lead, ...] = ()
    leads_p: float | None = None


def difference_in_differences(
    counts: ArrayLike, treated: ArrayLike, *, start: int, leads: int = 0, lead_weeks: int = 4, level: float = 0.90
) -> EffectOnRate:
    """Estimate the Poisson regression with an effect for each area and each week, and one for treated areas from `start` on.

    Wooldridge (1999), "Distribution-free estimation of some nonlinear panel data models": consistent whatever the variance.
    With one common start the maximum has a closed form, the ratio of ratios (T1 / T0) / (C1 / C0) of the groups' totals,
    the same for each lead. Errors are clustered by area: each area is left out in turn, treated and control apart [Efron &
    Tibshirani 1993, chapter 11; MacKinnon, Nielsen & Webb 2023], with t on the degrees of freedom of Welch. Area effects
    take out the level, week effects the season; neither takes out regression to the mean: put the placebos beside it.

    Parameters
    ----------
    counts : (n_areas, n_weeks) incidents
    treated : (n_areas,) bool, at least two of each kind
    start : index of the first week of the action
    leads : how many lead effects to test; the weeks before them all are the reference
    lead_weeks : length of a lead
    level : of the intervals
    """
    y, on = _panel(counts, treated, start, leads * lead_weeks)
    plain = _left_out(y, on, [(0, start), (start, y.shape[1])])
    effect, se, freedom = float(plain[0][0]), float(np.sqrt(plain[1][0, 0])), plain[2]
    reach = float(stats.t.ppf(0.5 + level / 2, freedom)) * se
    observed = float(y[on, start:].sum())
    ratio, low, high = (float(np.exp(effect + k * reach)) for k in (0, -1, 1))
    found: list[Lead] = []
    leads_p = None
    if leads:
        spans = [(start - (k + 1) * lead_weeks, start - k * lead_weeks) for k in range(leads)]
        off, spread, lead_freedom = _left_out(y, on, [(0, start - leads * lead_weeks), *spans])
        found = [
            Lead((start - first, start - last + 1), float(b), float(np.sqrt(v)))
            for (first, last), b, v in zip(spans, off, np.diag(spread), strict=True)
        ]
        wald = off @ np.linalg.solve(spread, off)
        leads_p = float(stats.f.sf(wald / leads, leads, lead_freedom))
    return EffectOnRate(
        rate_ratio=ratio,
        low=low,
        high=high,
        log_rate_ratio=effect,
        se=se,
        p=float(2 * stats.t.sf(abs(effect) / se, freedom)),
        difference=observed - observed / ratio,
        difference_low=observed - observed / low,
        difference_high=observed - observed / high,
        areas=len(y),
        weeks=y.shape[1],
        level=level,
        leads=tuple(found),
        leads_p=leads_p,
    )


def _left_out(y: Array, on: Array, spans: list[tuple[int, int]]) -> tuple[Array, Array, float]:
    """Return the log ratio of ratios of each later span to the first, its jackknife covariance and degrees of freedom."""
    by_span = np.column_stack([y[:, first:last].sum(axis=1) for first, last in spans])
    logs, spreads, sizes = [], [], []
    for kind in (on, ~on):
        total, each = by_span[kind].sum(axis=0), by_span[kind]
        if np.any(total - each == 0):
            raise InputError(
                "all incidents of a period lie in one treated or one control area: a rate ratio has no bounds; use the WDD"
            )
        logs.append(np.log(total[1:] / total[0]))
        without = np.log((total - each)[:, 1:] / (total - each)[:, :1])
        away = without - without.mean(axis=0)
        sizes.append(len(each))
        spreads.append(away.T @ away * (len(each) - 1) / len(each))
    spread = spreads[0] + spreads[1]
    if np.linalg.matrix_rank(spread, hermitian=True) < len(spread):
        raise InputError(
            f"{sizes[0]} treated and {sizes[1]} control areas vary too little for {len(spread)} effects: "
            "take fewer leads or more areas, or use the WDD with placebos"
        )
    parts = [np.trace(part) ** 2 / (size - 1) for part, size in zip(spreads, sizes, strict=True)]
    return logs[0] - logs[1], spread, float(np.trace(spread) ** 2 / max(sum(parts), 1e-300))


def _panel(counts: ArrayLike, treated: ArrayLike, start: int, lead_weeks: int) -> tuple[Array, NDArray[np.bool_]]:
    y, on = incident_counts(counts, "counts"), np.asarray(treated, dtype=bool)
    if y.ndim != 2 or on.shape != (len(y),):
        raise InputError(f"counts {y.shape} must be (n_areas, n_weeks) and treated {on.shape} (n_areas,)")
    if not lead_weeks < start < y.shape[1]:
        raise InputError(
            f"start is {start}: give a week between {lead_weeks + 1} and {y.shape[1] - 1}, after the leads"
        )
    active = y.sum(axis=1) > 0
    y, on = y[active], on[active]
    if on.sum() < 2 or (~on).sum() < 2:
        raise InputError(
            f"{on.sum()} treated and {(~on).sum()} control areas hold incidents: errors clustered by area need two of each; "
            "give the cells or beats of an area one by one, or use the WDD with placebos"
        )
    for name, part in (("after", y[on, start:]), ("before", y[on, :start])):
        if part.sum() == 0:
            raise InputError(
                f"the treated areas have no incidents {name} the start: a rate ratio has no bounds; use the WDD"
            )
    return y, on
