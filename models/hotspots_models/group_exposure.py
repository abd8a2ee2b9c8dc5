"""Groups of residents: the share of visits where each lives, beside its share of the harm, and whether they part beyond chance."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from hotspots_models.errors import InputError

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

LEAST_EVENTS = 30  # below, a share of harm is too uncertain to hold anything against
LEAST_RATIO = 1.25  # a difference that matters, as well as one that chance does not explain
SPREAD = 1.2  # variance over mean of a square's count
LEVEL = 0.95


@dataclass(frozen=True, eq=False)
class GroupShares:
    """Shares by group.

    Attributes
    ----------
    visits : (n_kinds, n_groups) share of each kind of visits
    harm, low, high : (n_groups,) share of harm with an interval that holds for all groups together at 95 %
    parts : (n_kinds, n_groups) -1 where visits fall short of harm, 1 where they exceed it, 0 where they do not part; all 0 where
        there is too little harm to tell
    events : incidents that the shares of harm rest on
    nobody : (n_kinds,) share of visits where nobody is known to live, which is in no group's share
    """

    visits: NDArray[np.float64]
    harm: NDArray[np.float64]
    low: NDArray[np.float64]
    high: NDArray[np.float64]
    parts: NDArray[np.int64]
    events: float
    nobody: NDArray[np.float64]


def group_shares(
    visits: ArrayLike, counts: ArrayLike, weights: ArrayLike, living: ArrayLike, everybody: ArrayLike
) -> GroupShares:
    """Compare whose streets are visited with whose streets are harmed.

    A visit, and an incident, counts for each group by its part of the residents of that square. The variance of a share of harm is that of
    a ratio of weighted Poisson sums, by the delta method, times 1.2; its interval is widened for the number of groups (Bonferroni).

    Parameters
    ----------
    visits : (n_kinds, n_squares) visits of each kind, such as planned and made
    counts : (n_types, n_squares) incidents
    weights : (n_types,) harm of one incident
    living : (n_groups, n_squares) residents of each group
    everybody : (n_squares,) all residents
    """
    from scipy.special import ndtri

    seen, y, w = (
        np.atleast_2d(visits).astype(float),
        np.atleast_2d(counts).astype(float),
        np.asarray(weights, dtype=float),
    )
    groups, people = np.atleast_2d(living).astype(float), np.asarray(everybody, dtype=float)
    n = people.size
    if seen.shape[1] != n or y.shape != (w.size, n) or groups.shape[1] != n or not len(groups):
        raise InputError(
            f"visits {seen.shape}, counts {y.shape}, living {groups.shape}: give one column for each of {n} squares"
        )
    home = people > 0
    part = np.clip(groups[:, home] / people[home], 0, 1)
    y, total = y[:, home], seen.sum(axis=1)
    harm = w @ y
    whole = harm.sum()
    with np.errstate(invalid="ignore", divide="ignore"):
        share = part @ harm / whole
        of_visits = (seen[:, home] @ part.T) / seen[:, home].sum(axis=1)[:, None]
        nobody = np.where(total > 0, seen[:, ~home].sum(axis=1) / total, np.nan)
        error = np.sqrt(SPREAD * ((w**2 @ y) * (part - share[:, None]) ** 2).sum(axis=1)) / whole
        z = float(ndtri(1 - (1 - LEVEL) / 2 / len(groups)))
        low, high = np.clip(share - z * error, 0, 1), np.clip(share + z * error, 0, 1)
        events = float(y.sum())
        told = events >= LEAST_EVENTS
        over = told & (of_visits > high) & (of_visits >= LEAST_RATIO * share)
        under = told & (of_visits < low) & (of_visits * LEAST_RATIO <= share)
    return GroupShares(of_visits, share, low, high, over.astype(np.int64) - under.astype(np.int64), events, nobody)
