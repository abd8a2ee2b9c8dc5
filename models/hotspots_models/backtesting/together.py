"""How many incidents, or how much harm, lists of several types together find: each type with its own forecast, summed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from hotspots_models.backtesting.folds import Fold
from hotspots_models.backtesting.list_evidence import ListEvidence, evidence_of
from hotspots_models.backtesting.lists import ListFound, UnitSums, found_in


def summarise_together(
    folds: Sequence[Fold], *, crime_types: Sequence[str], weights: Mapping[str, float] | None
) -> list[ListEvidence]:
    """Return what lists of all these types together found, by horizon, model, unit, shift and rank key.

    Parameters
    ----------
    folds : with their sums by unit kept (``World.keep_sums``)
    weights : harm of an incident by type, for lists that rank by it; None judges no such list

    Notes
    -----
    A window counts where every type has a forecast. The interval of a share of harm is that of as many incidents as would tell it as well
    if all weighed the same, (Σ w)² / Σ w² [Kish 1965]: one robbery of weight 300 among burglaries of 20 counts for most of a window.
    """
    by_window: dict[tuple[float, str, float], dict[str, Fold]] = {}
    for fold in folds:
        key = (fold.task.horizon_days, fold.task.model, fold.task.origin)
        by_window.setdefault(key, {})[fold.task.crime_type] = fold
    groups: dict[tuple[Any, ...], list[ListFound]] = {}
    judged: dict[float, float | None] = {}
    name = ", ".join(sorted(crime_types))
    for (horizon, model, _), of_type in by_window.items():
        if any(crime_type not in of_type or not of_type[crime_type].sums for crime_type in crime_types):
            continue
        judged[horizon] = of_type[crime_types[0]].task.window_days
        for one in _window([of_type[crime_type].sums for crime_type in crime_types], _of_types(crime_types, weights)):
            groups.setdefault((name, horizon, model, one.unit, one.shift, one.rank_by), []).append(one)
    return [evidence_of(key, windows, window_days=judged[key[1]]) for key, windows in groups.items()]


def _of_types(crime_types: Sequence[str], weights: Mapping[str, float] | None) -> dict[str, list[float]]:
    """Weights of the types by rank key."""
    same = {"density": [1.0] * len(crime_types), "expected": [1.0] * len(crime_types)}
    return same if weights is None else {**same, "harm": [float(weights[name]) for name in crime_types]}


def _window(of_types: Sequence[Sequence[UnitSums]], weights: Mapping[str, list[float]]) -> list[ListFound]:
    found = []
    for parts in zip(*of_types, strict=True):  # of one unit and shift, a type each
        for rank_by, weight in weights.items():
            expected = np.sum([w * part.expected for w, part in zip(weight, parts, strict=True)], axis=0)
            seen = np.sum([w * part.seen for w, part in zip(weight, parts, strict=True)], axis=0)
            squares = sum(w**2 * float(part.seen.sum()) for w, part in zip(weight, parts, strict=True))
            known_by = float(seen.sum()) ** 2 / squares if squares else 0.0
            summed = UnitSums(parts[0].unit, parts[0].shift, parts[0].ranked_by_m2, expected, seen)
            found.append(found_in(summed, rank_by, known_by=known_by))
    return found
