"""Serve a city what its own backtest supports."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from hotspots_models.backtesting.scores import BUDGET, ModelScore, provisos, why_untold
from hotspots_models.registry import BASELINE, DEFAULT

HELD_TO = ("log skill", f"hit rate {BUDGET}")
FEWEST_ORIGINS = 12


@dataclass(frozen=True)
class GateDecision:
    """Which model to serve for a crime type and horizon, and why, in words that can be shown as they are.

    ``candidate`` is the model that was held against the long-run count; the count itself where no other was run.
    """

    crime_type: str
    horizon_days: float
    candidate: str
    serve: str
    beats_counting: bool
    words: str


def decide(scores: Sequence[ModelScore]) -> list[GateDecision]:
    """Decide once for every crime type and horizon of a backtest.

    One model is held against the count: the default model where it was run, else the first one that was asked for. It is fixed before
    any score is seen, since the best of several would look better than it is. It is served only where both its log skill and its hit
    rate at 5 % of the area are better than the count's on the same origins, at least twelve of them with incidents, with the whole
    95 % interval of the paired difference above 0. Otherwise the count is served.
    """
    models = dict.fromkeys(score.model for score in scores if score.model != BASELINE)
    candidate = DEFAULT if DEFAULT in models else next(iter(models), BASELINE)
    keys = dict.fromkeys((score.crime_type, score.horizon_days) for score in scores)
    found = {(score.crime_type, score.horizon_days): score for score in scores if score.model == candidate}
    return [_decide(found.get(key), key, candidate) for key in keys]


def _decide(score: ModelScore | None, key: tuple[str, float], candidate: str) -> GateDecision:
    def count(*reasons: str) -> GateDecision:
        words = f"The long-run count is served: {' '.join(reasons)}"
        return GateDecision(*key, candidate=candidate, serve=BASELINE, beats_counting=False, words=words)

    if candidate == BASELINE:
        return count("no other model was backtested here.")
    reason = why_untold(score) if score else None
    if reason is not None:
        return count(f"{candidate} cannot be judged: {reason}.")
    if score is None or score.origins == 0:
        return count(f"{candidate} was not backtested here.")
    told = min((score.against_baseline[name].origins for name in HELD_TO if name in score.against_baseline), default=0)
    if min(told, score.origins) < FEWEST_ORIGINS:
        with_incidents = "" if told >= score.origins else f", {told} of them with incidents"
        return count(
            f"{candidate} was backtested on {score.origins} windows{with_incidents}, and fewer than {FEWEST_ORIGINS} show too little.",
            *provisos(score),
        )
    failed = [name for name in HELD_TO if name not in score.against_baseline or not score.against_baseline[name].better]
    if failed:
        return count(
            f"on {score.origins} windows {candidate} was not shown to beat it: {', '.join(_found(score, name) for name in failed)}.",
            *provisos(score),
        )
    pair = score.against_baseline[f"hit rate {BUDGET}"]
    percent = 100 * (pair.ratio - 1) if pair.ratio else 0.0
    more = f"{percent:.{0 if percent >= 1 else 1}f} % more" if percent >= 0.05 else "more"
    found = (
        f"{candidate} is served: on {score.origins} windows it found {more} of the reported incidents in {BUDGET} of the area than the "
        f"long-run count (interval of the difference {100 * (pair.low or 0):+.1f} to {100 * (pair.high or 0):+.1f} points)."
    )
    words = " ".join([found, *provisos(score)])
    return GateDecision(*key, candidate=candidate, serve=candidate, beats_counting=True, words=words)


def _found(score: ModelScore, name: str) -> str:
    pair = score.against_baseline.get(name)
    if pair is None or pair.low is None:
        return f"{name} could not be compared"
    return f"{name} is worse" if pair.worse else f"the interval of {name} includes 0"
