"""What a backtest says in words, with what it stands on: how many incidents, in how many of its windows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from hotspots_models.backtest_report import ModelScore, sentence
from hotspots_models.backtesting import Fold
from hotspots_models.gate import FEWEST_ORIGINS, GateDecision
from hotspots_models.registry import BASELINE

BUDGET = "5 %"


def said(score: ModelScore, folds: Sequence[Fold] = ()) -> str:
    """One model against counting, in a sentence that names its denominators, or why nothing can be said."""
    reason = _untold(score)
    if reason is not None:
        return f"{score.model} on {score.crime_type}: nothing can be said: {reason}."
    pair = score.against_baseline.get(f"hit rate {BUDGET}")
    if pair is None:
        return sentence(score)
    windows = "1 window" if pair.origins == 1 else f"{pair.origins} windows"
    means = f"These are means over the {windows} with incidents, {score.incidents:,.0f} in all."
    return " ".join([sentence(score), means, *_fell_back(score, folds)])


def held_to(decision: GateDecision, score: ModelScore, folds: Sequence[Fold] = ()) -> GateDecision:
    """The gate's decision; where a reason stands in the way that it does not see, the count is served and the words name that."""
    pair = score.against_baseline.get(f"hit rate {BUDGET}")
    reason = _untold(score)
    if reason is None and pair is not None and pair.origins < FEWEST_ORIGINS <= score.origins:
        held = f"of {score.origins} windows {pair.origins} held any incident of {score.crime_type}"
        reason = f"{held}, and fewer than {FEWEST_ORIGINS} show too little"
    if reason is None:
        return replace(decision, words=" ".join([decision.words, *_fell_back(score, folds)]))
    words = f"The long-run count is served: {score.model} cannot be judged: {reason}."
    return replace(decision, serve=BASELINE, beats_counting=False, words=words)


def _fell_back(score: ModelScore, folds: Sequence[Fold]) -> list[str]:
    """In how many of its windows a model was another one for want of history; nothing where in none."""
    own = [
        fold.settings.get("fell_back_to")
        for fold in folds
        if (fold.task.model, fold.task.crime_type, fold.task.horizon_days)
        == (score.model, score.crime_type, score.horizon_days)
    ]
    reasons = [str(reason) for reason in own if reason]
    if not reasons:
        return []
    instead = reasons[0].partition(":")[0]
    return [f"In {len(reasons)} of {len(own)} windows {score.model} had too little history and fell back to {instead}."]


def _untold(score: ModelScore) -> str | None:
    if not score.origins:
        return score.errors[0].rstrip(".") if score.errors else None
    if score.hit_rate[BUDGET] is not None and score.pai[BUDGET] is None:
        return f"{BUDGET} of the area is less than one cell; choose smaller cells (--cell)"
    return None
