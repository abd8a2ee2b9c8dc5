"""What a city serves is what its own backtest supports."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from hotspots_models.backtest_report import ModelScore
from hotspots_models.registry import BASELINE, DEFAULT

HELD_TO = ("log skill", "hit rate 5 %")
FEWEST_ORIGINS = 12


@dataclass(frozen=True)
class GateDecision:
    """Which model to serve for a crime type and horizon, and why, in words that can be shown as they are."""

    crime_type: str
    horizon_days: float
    serve: str
    beats_counting: bool
    words: str


def decide(scores: Sequence[ModelScore], *, candidate: str = DEFAULT, baseline: str = BASELINE) -> list[GateDecision]:
    """Decide for every crime type and horizon of a backtest.

    The candidate is served only where both its log skill and its hit rate at 5 % of the area are better than the count's on the same
    origins, at least twelve of them with incidents, with the whole 95 % interval of the paired difference above 0. Otherwise the
    count is served.
    """
    keys = dict.fromkeys((score.crime_type, score.horizon_days) for score in scores)
    found = {(score.crime_type, score.horizon_days, score.model): score for score in scores}
    return [_decide(found.get((*key, candidate)), key, candidate=candidate, baseline=baseline) for key in keys]


def _decide(score: ModelScore | None, key: tuple[str, float], *, candidate: str, baseline: str) -> GateDecision:
    def count(reason: str) -> GateDecision:
        return GateDecision(*key, serve=baseline, beats_counting=False, words=f"The long-run count is served: {reason}")

    if score is None or score.origins == 0:
        return count(f"{candidate} was not backtested here.")
    told = min((score.against_baseline[name].origins for name in HELD_TO if name in score.against_baseline), default=0)
    if min(told, score.origins) < FEWEST_ORIGINS:
        with_incidents = "" if told >= score.origins else f", {told} of them with incidents"
        return count(
            f"{candidate} was backtested on {score.origins} windows{with_incidents}, and fewer than {FEWEST_ORIGINS} show too little."
        )
    failed = [name for name in HELD_TO if name not in score.against_baseline or not score.against_baseline[name].better]
    if failed:
        return count(
            f"on {score.origins} windows {candidate} was not shown to beat it: {', '.join(_found(score, name) for name in failed)}."
        )
    pair = score.against_baseline["hit rate 5 %"]
    percent = 100 * (pair.ratio - 1) if pair.ratio else 0.0
    more = f"{percent:.{0 if percent >= 1 else 1}f} % more" if percent >= 0.05 else "more"
    words = (
        f"{candidate} is served: on {score.origins} windows it found {more} of the reported incidents in 5 % of the area than the "
        f"long-run count (interval of the difference {100 * (pair.low or 0):+.1f} to {100 * (pair.high or 0):+.1f} points)."
    )
    return GateDecision(*key, serve=candidate, beats_counting=True, words=words)


def _found(score: ModelScore, name: str) -> str:
    pair = score.against_baseline.get(name)
    if pair is None or pair.low is None:
        return f"{name} could not be compared"
    return f"{name} is worse" if pair.worse else f"the interval of {name} includes 0"
