"""Evidence on lists over all windows of a backtest: the share of the city's incidents that they found, with its interval."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass, field, replace
from typing import Any

import numpy as np

from hotspots_models.backtesting.folds import Fold
from hotspots_models.backtesting.lists import ListFound
from hotspots_models.scoring.intervals import Interval, ratio_interval, wilson_interval


@dataclass(frozen=True)
class ListEvidence:
    """The result of lists of one kind over all windows: shares of the city's incidents with their 95 % interval, by size.

    `claimed` is the share that the model expected of them; a window without any incident counts without it. `held` is how many incidents
    came for each one that was expected there, over all windows, `held_low` and `held_high` its interval; None where nothing was expected.
    """

    crime_type: str
    horizon_days: float
    model: str
    unit: str
    shift: str
    rank_by: str
    windows: int
    incidents: float
    sizes: list[int] = field(default_factory=list)
    found: list[float] = field(default_factory=list)
    low: list[float] = field(default_factory=list)
    high: list[float] = field(default_factory=list)
    claimed: list[float] = field(default_factory=list)
    held: list[float | None] = field(default_factory=list)
    held_low: list[float | None] = field(default_factory=list)
    held_high: list[float | None] = field(default_factory=list)
    window_days: float | None = None  # judged of the horizon, where that is not all of it


def summarise_lists(folds: Sequence[Fold]) -> list[ListEvidence]:
    """Return what the lists of each crime type, horizon, model, unit and shift found: means over the windows with incidents."""
    groups: dict[tuple[Any, ...], list[ListFound]] = {}
    judged: dict[tuple[str, float], float | None] = {}
    for fold in folds:
        judged[fold.task.crime_type, fold.task.horizon_days] = fold.task.window_days
        for one in fold.lists:
            key = (fold.task.crime_type, fold.task.horizon_days, fold.task.model, one.unit, one.shift, one.rank_by)
            groups.setdefault(key, []).append(one)
    return [evidence_of(key, windows, window_days=judged[key[0], key[1]]) for key, windows in groups.items()]


def evidence_of(
    key: tuple[Any, ...], windows: Sequence[ListFound], *, window_days: float | None = None
) -> ListEvidence:
    """Return the evidence of lists of one kind: crime type, horizon, model, unit, shift and rank key in `key`."""
    return replace(_evidence(key, windows), window_days=window_days)


def _evidence(key: tuple[Any, ...], windows: Sequence[ListFound]) -> ListEvidence:
    told = [one for one in windows if one.observed > 0]
    if not told:
        return ListEvidence(*key, windows=0, incidents=0.0)
    came, promised = np.array([one.found for one in windows]), np.array([one.claimed for one in windows])
    ratios = [ratio_interval(came[:, n], promised[:, n]) for n in range(came.shape[1])]
    held, held_low, held_high = zip(*[_rounded(ratio) for ratio in ratios], strict=True)
    rates = np.mean([np.array(one.found) / one.observed for one in told], axis=0)
    claims = np.mean([np.array(one.claimed) / max(one.expected, 1e-300) for one in told], axis=0)
    # k windows of n incidents each know their mean like k² / Σ 1/n incidents know one share
    known = len(told) ** 2 / sum(1 / one.known_by for one in told)
    ends = [wilson_interval(min(float(rate), 1.0) * known, known) or (0.0, 1.0) for rate in rates]
    return ListEvidence(
        *key,
        windows=len(told),
        incidents=round(sum(one.observed for one in told), 1),
        sizes=list(told[0].sizes),
        found=[round(float(rate), 5) for rate in rates],
        low=[round(low, 5) for low, _ in ends],
        high=[round(high, 5) for _, high in ends],
        claimed=[round(float(claim), 5) for claim in claims],
        held=list(held),
        held_low=list(held_low),
        held_high=list(held_high),
    )


def _rounded(ratio: Interval | None) -> tuple[float | None, float | None, float | None]:
    return (None, None, None) if ratio is None else (round(ratio[0], 3), round(ratio[1], 3), round(ratio[2], 3))


def as_rows(evidence: Sequence[ListEvidence]) -> list[dict[str, Any]]:
    """Return the evidence as plain lists, dicts and numbers."""
    return [asdict(one) for one in evidence]
