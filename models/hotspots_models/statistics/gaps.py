"""Tell days of which nothing is known from days without incidents, by the series' own rate."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from hotspots_models.counts import incident_counts
from hotspots_models.errors import InputError

LOW = 0.1  # of what the neighbours let expect; less than this is hardly any
FALSE_GAPS = 0.002  # expected in a series that has none, before the most telling ends of a run are looked for
NEAR = 2  # times the fewest steps of a side: what lies close by


@dataclass(frozen=True, slots=True)
class Gap:
    """A run of steps that hold hardly any incidents.

    first, last : indices of the series, both inside
    found, expected : incidents in the run, and what its neighbours let expect there
    chance : of so few, where the run is like its neighbours
    """

    first: int
    last: int
    found: int
    expected: float
    chance: float


def find_gaps(counts: ArrayLike, *, side: int, least: int, false_gaps: float = FALSE_GAPS) -> list[Gap]:
    """Return the runs of steps (days, or months) in which the series must have stopped, oldest first.

    A run is a gap where it holds less than a tenth of what *both* its sides let expect, far and near, and where so few are all
    but impossible: given the incidents of run and side together, those of the run are binomial with its share of the steps
    [Przyborowski & Wilenski 1940]; counts are divided by their overdispersion before. So a small town may have an empty week,
    a large one no empty day, and a quiet season that comes slowly is none. A run at either end is none: there the series has
    not begun, or is not whole yet. A gap may hold a few stray incidents, such as were reported late.

    Parameters
    ----------
    counts : (n,) incidents of successive steps, oldest first
    side : steps on either side that a run is held against
    least : fewest steps of a side that can be judged by; a shorter side is left out, and without any there is no gap
    false_gaps : gaps to expect in a series that has none; where many series are looked at, each has its part of it
    """
    series = incident_counts(counts, "counts")
    if series.ndim != 1 or not 1 <= least <= side:
        raise InputError(f"counts {series.shape}, side={side}, least={least}: give (n,), and 1 <= least <= side")
    groups: list[list[tuple[int, int]]] = []
    for run in _low_runs(series, side):
        if groups and _is_low(series, groups[-1][0][0], run[1], side, least):
            groups[-1].append(run)
        else:
            groups.append([run])
    return [gap for group in groups for gap in _gaps_of(series, group, side, least, false_gaps)]


def _low_runs(series: NDArray[np.float64], side: int) -> list[tuple[int, int]]:
    """Runs of steps with hardly any incidents against the middle level of their surroundings; none at either end."""
    low = np.zeros(series.size + 2, bool)
    for n in np.flatnonzero(series <= LOW * series.max(initial=0)):  # no level is above the most of any step
        low[n + 1] = series[n] <= LOW * np.median(series[max(0, n - 2 * side) : n + 2 * side + 1])
    firsts, ends = np.flatnonzero(low[1:] & ~low[:-1]), np.flatnonzero(low[:-1] & ~low[1:])
    pairs = zip(firsts.tolist(), ends.tolist(), strict=True)
    return [(first, end - 1) for first, end in pairs if first > 0 and end < series.size]


def _gaps_of(
    series: NDArray[np.float64], runs: list[tuple[int, int]], side: int, least: int, false_gaps: float
) -> list[Gap]:
    """The most telling span of neighbouring low runs, then what is left on either side of it."""
    spans = {
        (i, j): found
        for i in range(len(runs))
        for j in range(i, len(runs))
        if (found := _judge(series, runs[i][0], runs[j][1], side, least, false_gaps)) is not None
    }
    if not spans:
        return []
    (i, j), best = min(spans.items(), key=lambda item: item[1].chance)
    before, after = (_gaps_of(series, part, side, least, false_gaps) for part in (runs[:i], runs[j + 1 :]))
    return [*before, best, *after]


def _sides(series: NDArray[np.float64], first: int, last: int, side: int, least: int) -> list[NDArray[np.float64]]:
    both = (series[max(0, first - side) : first], series[last + 1 : last + 1 + side])
    return [one for one in both if one.size >= least]


def _is_low(series: NDArray[np.float64], first: int, last: int, side: int, least: int) -> bool:
    """Whether a span, with the steps that join two low runs, still holds hardly any."""
    sides = [*_sides(series, first, last, side, least), *_sides(series, first, last, min(side, NEAR * least), least)]
    rate = min((float(one.mean()) for one in sides), default=-1.0)
    return bool(series[first : last + 1].sum() <= LOW * rate * (last - first + 1))


def _judge(series: NDArray[np.float64], first: int, last: int, side: int, least: int, false_gaps: float) -> Gap | None:
    if not _is_low(series, first, last, side, least):
        return None
    from scipy.special import betainc  # longer in coming than a publication that finds no gap

    sides, steps = _sides(series, first, last, side, least), last - first + 1
    around, rate = np.concatenate(sides), min(float(one.mean()) for one in sides)
    if rate == 0:
        return None
    spread = max(1.0, float(around.var() / around.mean()))
    found = float(series[first : last + 1].sum())
    chance = float(betainc(around.size * rate / spread, found / spread + 1, around.size / (around.size + steps)))
    is_gap = chance * series.size < false_gaps * steps
    return Gap(first, last, int(found), rate * steps, chance) if is_gap else None
