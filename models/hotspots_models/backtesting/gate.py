"""Serve a city what its own backtest supports."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from hotspots_models.backtesting.scores import BUDGET, ModelScore, Paired, provisos, summarise, why_untold
from hotspots_models.registry import BASELINE, DEFAULT

if TYPE_CHECKING:
    from hotspots_models.backtesting.folds import Fold

HIT_RATE = f"hit rate {BUDGET}"
HELD_TO = ("log skill", HIT_RATE)
FEWEST_ORIGINS = 12
AS_GOOD = 0.01  # of the hit rate, and nats an incident: less than what two runs of the blend differ by (docs/research)
# What other young cities found, as ln of the hit rate over the count's, and how much a third may differ (docs/research).
OTHERS_GAIN, OTHERS_SPREAD = 0.15, 0.10
OTHERS = "In Chicago and St. Louis, with 2 to 18 months of history, 12 to 26 % more was found"


@dataclass(frozen=True)
class GateDecision:
    """Which model to serve for a crime type and horizon, and why, in words that can be shown as they are.

    ``candidate`` is the model that was held against the long-run count; the count itself where no other was run. ``faster`` names, for
    staff, a model that finds as much in half the time or less; empty where there is none.
    """

    crime_type: str
    horizon_days: float
    candidate: str
    serve: str
    beats_counting: bool
    words: str
    faster: str = ""


def decide(scores: Sequence[ModelScore], folds: Sequence[Fold] = ()) -> list[GateDecision]:
    """Decide once for every crime type and horizon of a backtest.

    One model is held against the count: the default model where it was run, else the first one that was asked for. It is fixed before
    any score is seen, since the best of several would look better than it is. It is served only where both its log skill and its hit
    rate at 5 % of the area are better than the count's on the same origins, at least twelve of them with incidents, with the whole
    95 % interval of the paired difference above 0. Otherwise the count is served.

    A record too young for twelve windows of the horizon is judged on shorter ones, perhaps fewer. There the hit rate's ratio is drawn
    to what other cities found when they were young, and the interval of both together decides (:func:`with_others`); the words say so.

    With the folds it also says whether a model that takes half the time or less is as good as the one served.
    """
    models = dict.fromkeys(score.model for score in scores if score.model != BASELINE)
    candidate = DEFAULT if DEFAULT in models else next(iter(models), BASELINE)
    keys = dict.fromkeys((score.crime_type, score.horizon_days) for score in scores)
    found = {(score.crime_type, score.horizon_days): score for score in scores if score.model == candidate}
    decisions = [_decide(found.get(key), key, candidate) for key in keys]
    return [replace(one, faster=faster_in_words(one, folds)) for one in decisions]


def faster_in_words(decision: GateDecision, folds: Sequence[Fold]) -> str:
    """Name the fastest model that finds as much as the one served in at most half the time; empty where there is none.

    As much: on the same windows, at least twelve, the whole 95 % interval of the difference of the hit rates at 5 % of the area lies above
    minus a hundredth of the served one's, and log skill is not shown to be lower by more than a hundredth of a nat an incident.
    """
    served = decision.serve
    if served == BASELINE:
        return ""
    here = [
        one
        for one in folds
        if (one.task.crime_type, one.task.horizon_days) == (decision.crime_type, decision.horizon_days)
    ]
    scores = {score.model: score for score in summarise(here, baseline=served)}
    if served not in scores:
        return ""
    seconds = scores[served].seconds_mean
    as_good = [
        score
        for model, score in scores.items()
        if model not in (served, BASELINE) and score.seconds_mean <= seconds / 2 and _as_good(score)
    ]
    if not as_good:
        return ""
    one = min(as_good, key=lambda score: score.seconds_mean)
    pair = one.against_baseline[HIT_RATE]
    return (
        f"{one.model} finds as much ({100 * (pair.low or 0):+.1f} to {100 * (pair.high or 0):+.1f} points) in {one.seconds_mean:.1f} s of "
        f"processor time, where {served} takes {seconds:.1f}: --model {one.model}."
    )


def _as_good(score: ModelScore) -> bool:
    pair, skill = score.against_baseline.get(HIT_RATE), score.against_baseline.get("log skill")
    rate = score.hit_rate.get(BUDGET)
    if not pair or not skill or rate is None or pair.low is None or skill.low is None or pair.origins < FEWEST_ORIGINS:
        return False
    return pair.low >= -AS_GOOD * (rate - pair.difference) and skill.low >= -AS_GOOD


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
    if score.window_days is not None:
        return _decide_young(score, key, candidate, count)
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
    pair = score.against_baseline[HIT_RATE]
    found = (
        f"{candidate} is served: on {score.origins} windows it found {_more(pair.ratio)} of the reported incidents in {BUDGET} of the area "
        f"than the long-run count (interval of the difference {100 * (pair.low or 0):+.1f} to {100 * (pair.high or 0):+.1f} points)."
    )
    words = " ".join([found, *provisos(score)])
    return GateDecision(*key, candidate=candidate, serve=candidate, beats_counting=True, words=words)


def with_others(pair: Paired, baseline_rate: float) -> tuple[float, float, float] | None:
    """Return the ratio of the hit rates, own windows and other young cities taken together, with its 95 % interval.

    The mean of two normal estimates of ln ratio, weighted by their precision. The own standard error is widened as Student's t asks of so
    few windows. None where fewer than two windows can be compared.
    """
    from scipy.stats import t

    if pair.standard_error is None or pair.ratio is None or pair.ratio <= 0 or baseline_rate <= 0 or pair.origins < 2:
        return None
    few = float(t.ppf(0.975, pair.origins - 1)) / 1.96
    own = max(pair.standard_error / baseline_rate * few, 1e-6)
    precision = 1 / own**2 + 1 / OTHERS_SPREAD**2
    mean = (np.log(pair.ratio) / own**2 + OTHERS_GAIN / OTHERS_SPREAD**2) / precision
    reach = 1.96 / np.sqrt(precision)
    return float(np.exp(mean)), float(np.exp(mean - reach)), float(np.exp(mean + reach))


def _decide_young(
    score: ModelScore, key: tuple[str, float], candidate: str, count: Callable[..., GateDecision]
) -> GateDecision:
    pair, rate = score.against_baseline.get(HIT_RATE), score.hit_rate.get(BUDGET)
    together = with_others(pair, rate - pair.difference) if pair and rate is not None else None
    skill = score.against_baseline.get("log skill")
    if pair is None or together is None or skill is None:
        return count(f"the record is young, and no two windows tell {candidate} from it.", *provisos(score))
    young = (
        f"the record is too young for {FEWEST_ORIGINS} windows of {score.horizon_days:g} days, so {score.origins} of "
        f"{score.judged_days:g} days were judged: {candidate} found {_more(pair.ratio)} of the reported incidents in {BUDGET} of the area "
        f"than the count (interval of the difference {100 * (pair.low or 0):+.1f} to {100 * (pair.high or 0):+.1f} points). {OTHERS}; "
        f"both together say {100 * (together[0] - 1):+.0f} % ({100 * (together[1] - 1):+.0f} to {100 * (together[2] - 1):+.0f} %)."
    )
    if together[1] <= 1 or skill.difference <= 0:
        return count(young, *provisos(score))
    words = " ".join([f"{candidate} is served: {young}", *provisos(score)])
    return GateDecision(*key, candidate=candidate, serve=candidate, beats_counting=True, words=words)


def _more(ratio: float | None) -> str:
    """How much more a model found, in words: ``8 % more``, and ``less`` where it did."""
    percent = 100 * (ratio - 1) if ratio else 0.0
    if percent < 0:
        return f"{-percent:.{0 if percent <= -1 else 1}f} % less"
    return f"{percent:.{0 if percent >= 1 else 1}f} % more" if percent >= 0.05 else "more"


def _found(score: ModelScore, name: str) -> str:
    pair = score.against_baseline.get(name)
    if pair is None or pair.low is None:
        return f"{name} could not be compared"
    return f"{name} is worse" if pair.worse else f"the interval of {name} includes 0"
