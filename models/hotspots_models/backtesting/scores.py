"""From folds to figures: means over origins, paired comparison with the count, calibration, plain sentences."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

import numpy as np

from hotspots_models.backtesting.folds import BUDGETS, CURVE_POINTS, LOG_BINS, Fold
from hotspots_models.registry import BASELINE
from hotspots_models.scoring.calibration import calibration_line
from hotspots_models.scoring.intervals import paired_block_bootstrap, ratio_interval, wilson_interval

LEVEL = 0.95
BUDGET = "5 %"  # of the area: what a model is judged on in words


@dataclass(frozen=True)
class Paired:
    """Mean difference of a model from the baseline over the same origins, with its interval."""

    difference: float
    low: float | None
    high: float | None
    ratio: float | None
    origins: int
    standard_error: float | None = None  # of the difference, from how much the windows differ

    @property
    def better(self) -> bool:
        """Whether the whole interval lies above 0."""
        return self.low is not None and self.low > 0

    @property
    def worse(self) -> bool:
        """Whether the whole interval lies below 0."""
        return self.high is not None and self.high < 0


@dataclass(frozen=True)
class ModelScore:
    """One model on one crime type and horizon, over all origins."""

    model: str
    crime_type: str
    horizon_days: float
    origins: int
    incidents: float
    expected: float
    hit_rate: dict[str, float | None]
    hit_rate_interval: dict[str, tuple[float, float] | None]
    pai: dict[str, float | None]
    pei_star: dict[str, float | None]
    recapture: dict[str, float | None]
    log_skill: float | None
    deviance_explained: float | None
    calibration: dict[str, tuple[float, float, float | None]]  # part: observed, expected, ratio
    calibration_slope: float | None
    area_share: list[float]
    capture_curve: list[float] | None
    best_curve: list[float] | None
    seconds_mean: float
    seconds_max: float
    peak_mb: float | None
    against_baseline: dict[str, Paired] = field(default_factory=dict)
    errors: list[str] = field(default_factory=list)
    fell_back: list[str] = field(default_factory=list)  # to what and why, a window each
    calibration_interval: dict[str, tuple[float, float]] = field(default_factory=dict)  # of the ratios of the top parts
    window_days: float | None = None  # judged of the horizon, where that is not all of it

    @property
    def judged_days(self) -> float:
        """How many days each window has."""
        return self.window_days or self.horizon_days


def summarise(folds: Sequence[Fold], *, baseline: str = BASELINE) -> list[ModelScore]:
    """Return a score for each crime type, horizon and model, compared with the baseline on the same origins."""
    groups: dict[tuple[str, float, str], list[Fold]] = {}
    for fold in folds:
        groups.setdefault((fold.task.crime_type, fold.task.horizon_days, fold.task.model), []).append(fold)
    return [
        _score(sorted(group, key=lambda f: f.task.origin), groups.get((crime_type, horizon, baseline)))
        for (crime_type, horizon, _), group in groups.items()
    ]


def _mean(values: Sequence[float | None]) -> float | None:
    said = [value for value in values if value is not None]
    return float(np.mean(said)) if said else None


def _hit_rate(fold: Fold, budget: str) -> float | None:
    """None without incidents, and where the budget is less than a cell: what holds nothing finds nothing."""
    return fold.hits[budget] / fold.observed if fold.observed > 0 and fold.area_shares[budget] > 0 else None


def _hit_rate_interval(scored: Sequence[Fold], budget: str) -> tuple[float, float] | None:
    """Return the Wilson interval of the mean over windows: of as many incidents as would know one share as well as that mean is known.

    k windows of n_w incidents each know their mean like k²/Σ(1/n_w) incidents know one share: all of them where windows are equal.
    """
    read = [(_hit_rate(fold, budget), fold.observed) for fold in scored]
    rates = [(rate, observed) for rate, observed in read if rate is not None]
    if not rates:
        return None
    known = len(rates) ** 2 / sum(1 / observed for _, observed in rates)
    return wilson_interval(float(np.mean([rate for rate, _ in rates])) * known, known, level=LEVEL)


def _pai(fold: Fold, budget: str) -> float | None:
    rate, share = _hit_rate(fold, budget), fold.area_shares[budget]
    return rate / share if rate is not None else None


def _score(group: list[Fold], baseline: list[Fold] | None) -> ModelScore:
    """Summarise the folds of one model; a mean over origins gives each origin the same weight."""
    scored = [fold for fold in group if fold.error is None]
    curves = [fold.curve for fold in scored if fold.curve is not None]
    best_curves = [fold.best_curve for fold in scored if fold.best_curve is not None]
    total = sum(fold.observed for fold in scored)
    peaks = [fold.peak_mb for fold in scored if fold.peak_mb is not None]
    return ModelScore(
        model=group[0].task.model,
        crime_type=group[0].task.crime_type,
        horizon_days=group[0].task.horizon_days,
        window_days=group[0].task.window_days,
        origins=len(scored),
        incidents=total,
        expected=sum(fold.expected for fold in scored),
        hit_rate={b: _mean([_hit_rate(f, b) for f in scored]) for b in BUDGETS},
        hit_rate_interval={b: _hit_rate_interval(scored, b) for b in BUDGETS},
        pai={b: _mean([_pai(f, b) for f in scored]) for b in BUDGETS},
        pei_star={b: _mean([f.pei_star[b] for f in scored]) for b in BUDGETS},
        recapture={b: _mean([f.recapture[b] for f in scored]) for b in BUDGETS},
        log_skill=_mean([f.log_skill for f in scored]),
        deviance_explained=_mean([f.deviance_explained for f in scored]),
        calibration=_calibration(scored),
        calibration_interval=_calibration_interval(scored),
        calibration_slope=_slope(scored),
        area_share=[float(s) for s in np.linspace(0, 1, CURVE_POINTS) ** 2],
        capture_curve=[float(v) for v in np.mean(curves, axis=0)] if curves else None,
        best_curve=[float(v) for v in np.mean(best_curves, axis=0)] if best_curves else None,
        seconds_mean=float(np.mean([f.seconds for f in scored])) if scored else 0.0,
        seconds_max=max((f.seconds for f in scored), default=0.0),
        peak_mb=max(peaks) if peaks else None,
        against_baseline=_against(scored, baseline)
        if baseline and baseline[0].task.model != group[0].task.model
        else {},
        errors=sorted({fold.error for fold in group if fold.error is not None}),
        fell_back=[str(fold.settings["fell_back_to"]) for fold in scored if fold.settings.get("fell_back_to")],
    )


def _calibration(scored: list[Fold]) -> dict[str, tuple[float, float, float | None]]:
    table: dict[str, tuple[float, float]] = {}
    for fold in scored:
        for part, observed, expected in fold.calibration:
            before = table.get(part, (0.0, 0.0))
            table[part] = (before[0] + observed, before[1] + expected)
    return {part: (o, e, o / e if e > 0 else None) for part, (o, e) in table.items()}


def _calibration_interval(scored: list[Fold]) -> dict[str, tuple[float, float]]:
    """Return the interval of observed over expected in the top parts, from how much the windows vary."""
    parts: dict[str, list[tuple[float, float]]] = {}
    for fold in scored:
        for part, observed, expected in fold.calibration:
            if part.startswith("top"):
                parts.setdefault(part, []).append((observed, expected))
    intervals: dict[str, tuple[float, float]] = {}
    for part, rows in parts.items():
        observed, expected = np.array(rows).T
        interval = ratio_interval(observed, expected, level=LEVEL)
        if interval is not None:
            intervals[part] = interval[1:]
    return intervals


def _slope(scored: list[Fold]) -> float | None:
    """Return the calibration slope over all cells of all folds, from their bins of ln λ."""
    rows = [fold.log_bins for fold in scored if fold.log_bins is not None and len(fold.log_bins)]
    if not rows:
        return None
    together = np.concatenate(rows)
    middle = np.exp(LOG_BINS[together[:, 0].astype(int)] - 0.025)
    line = calibration_line(middle, together[:, 2] / together[:, 1], weights=together[:, 1])
    return None if line is None else line[1]


def _against(scored: list[Fold], baseline: list[Fold]) -> dict[str, Paired]:
    """Compare with the baseline, origin by origin: hit rate and PAI at each budget, and log skill."""
    base = {fold.task.origin: fold for fold in baseline if fold.error is None}
    pairs = [(fold, base[fold.task.origin]) for fold in scored if fold.task.origin in base]
    readings: dict[str, list[tuple[float | None, float | None]]] = {
        "log skill": [(f.log_skill, b.log_skill) for f, b in pairs]
    }
    for budget in BUDGETS:
        readings[f"hit rate {budget}"] = [(_hit_rate(f, budget), _hit_rate(b, budget)) for f, b in pairs]
        readings[f"PAI {budget}"] = [(_pai(f, budget), _pai(b, budget)) for f, b in pairs]
    compared: dict[str, Paired] = {}
    for name, values in readings.items():
        said = [(ours, theirs) for ours, theirs in values if ours is not None and theirs is not None]
        if not said:
            continue
        ours, theirs = (np.array(column) for column in zip(*said, strict=True))
        interval = paired_block_bootstrap(ours - theirs, level=LEVEL)
        ratio = float(ours.mean() / theirs.mean()) if theirs.mean() > 0 else None
        low, high = interval if interval else (None, None)
        error = float((ours - theirs).std(ddof=1) / np.sqrt(len(said))) if len(said) > 1 else None
        compared[name] = Paired(float((ours - theirs).mean()), low, high, ratio, len(said), error)
    return compared


def sentence(score: ModelScore) -> str:
    """Say whether a model beats counting, by how much, how sure and on how many incidents, or why nothing can be said."""
    reason = why_untold(score)
    if reason is not None:
        return f"{score.model} on {score.crime_type}: nothing can be said: {reason}."
    what = f"Over {score.origins} windows of {score.judged_days:g} days, {score.model} on {score.crime_type}"
    pair, rate = score.against_baseline.get(f"hit rate {BUDGET}"), score.hit_rate.get(BUDGET)
    if pair is None or rate is None:
        return f"{what}: nothing can be said, no incidents or no baseline to compare with."
    share = f"{100 * rate:.1f} % of the reported incidents in {BUDGET} of the area"
    found = f"found {share}; counting past incidents found {100 * (rate - pair.difference):.1f} %{_how_sure(pair)}."
    windows = "1 window" if pair.origins == 1 else f"{pair.origins} windows"
    means = f"These are means over the {windows} with incidents, {score.incidents:,.0f} in all."
    return " ".join([what, found, means, *provisos(score)])


def _how_sure(pair: Paired) -> str:
    if pair.low is None or pair.high is None:
        return "; one window says nothing about how sure that is"
    verdict = "no difference can be shown"
    if pair.better or pair.worse:
        verdict = "it beats counting" if pair.better else "it is worse than counting"
    between = f"{100 * LEVEL:.0f} % interval of the difference {100 * pair.low:+.1f} to {100 * pair.high:+.1f} points"
    return f": {verdict} ({between})"


def why_untold(score: ModelScore) -> str | None:
    """Why nothing can be said of a model however many windows there were; None where nothing stands in the way."""
    if not score.origins:
        return score.errors[0].rstrip(".") if score.errors else None
    if score.incidents > 0 and score.hit_rate[BUDGET] is None:
        return f"{BUDGET} of the area is less than one cell; choose smaller cells (--cell)"
    return None


def provisos(score: ModelScore) -> list[str]:
    """In how many of its windows another model stood in for want of history, and why it failed in others; nothing where in none."""
    said = []
    if score.fell_back:
        instead = score.fell_back[0].partition(":")[0]
        windows = f"{len(score.fell_back)} of {score.origins} windows"
        said.append(f"In {windows} {score.model} had too little history and fell back to {instead}.")
    if score.errors and score.origins:
        said.append(f"In other windows it could not be fitted: {score.errors[0].rstrip('.')}.")
    return said


def as_json(scores: Sequence[ModelScore], folds: Sequence[Fold]) -> dict[str, Any]:
    """Return all of it as plain lists, dicts and numbers."""
    return {
        "scores": [{**asdict(score), "sentence": sentence(score)} for score in scores],
        "folds": [
            {
                "model": f.task.model,
                "crime_type": f.task.crime_type,
                "origin": f.task.origin,
                "horizon_days": f.task.horizon_days,
                "observed": f.observed,
                "expected": f.expected,
                "log_skill": f.log_skill,
                "hits": f.hits,
                "area_shares": f.area_shares,
                "seconds": f.seconds,
                "peak_mb": f.peak_mb,
                "error": f.error,
                "settings": f.settings,
            }
            for f in folds
        ],
    }
