"""A forecast in words, how sure it is and what it does not say, in the page's language, from the stored numbers."""

from __future__ import annotations

from datetime import timedelta

from hotspots.domain.forecasts.backtest import BacktestScore
from hotspots.domain.forecasts.published import PublicForecast
from hotspots.domain.phrase import phrase
from hotspots.domain.public_answer import Choices
from hotspots_dashboard.words.formats import both, day, distance, number
from hotspots_dashboard.words.language import _, translated
from hotspots_models.registry import BASELINE

SHARE = "5 %"  # of the area
BUDGET = f"hit rate {SHARE}"
ONE_DAY = timedelta(days=1)
MODEL_NAMES = {
    "long_run_count": phrase("long-run count"),
    "recent_count": phrase("recent count"),
    "kde": phrase("kernel density"),
    "kde_adaptive": phrase("adaptive kernel density"),
    "promap": phrase("ProMap"),
    "etas": phrase("ETAS"),
    "mixture_own": phrase("kernel mixture of its own type"),
    "mixture": phrase("kernel mixture"),
    "risk_terrain": phrase("risk terrain"),
    "residual_boosting": phrase("boosted trees"),
    "yearly_trees": phrase("yearly trees"),
    "blend": phrase("blend of trees"),
}


def forecast_name(forecast: PublicForecast, choices: Choices) -> str:
    """Burglary, the 28 days after 31 Dec 2017."""
    return _(
        "{types}, the {n} days after {day}",
        types=forecast_types(forecast, choices),
        n=number(forecast.horizon_days),
        day=day(forecast.trained_to - ONE_DAY, short=True),
    )


def forecast_types(forecast: PublicForecast, choices: Choices) -> str:
    """The types that a forecast is about, as the city names them."""
    labels = [kind.label for kind in choices.crime_types if kind.name in forecast.crime_types]
    return both(labels or list(forecast.crime_types))


def trained(forecast: PublicForecast) -> str:
    """The data that a forecast has seen."""
    return _(
        "Learnt from reports of {first} to {last}.",
        first=day(forecast.trained_from, short=True),
        last=day(forecast.trained_to - ONE_DAY, short=True),
    )


def model_name(model: str) -> str:
    """A model as a sentence names it; one that is not known here by its own name."""
    return translated(MODEL_NAMES[model]) if model in MODEL_NAMES else model.replace("_", " ")


def said(forecast: PublicForecast, choices: Choices) -> list[str]:
    """The paragraphs about a forecast."""
    first = [expected(forecast, choices), *(verdict(forecast) or ())]
    if forecast.settings.fell_back_to:
        first.append(_("There are too few past reports for this model, so a simpler one, a kernel density, is shown."))
    return [" ".join(first), limits(), trained(forecast)]


def limits() -> str:
    """The limits of every forecast."""
    return _(
        "The layer says where reports are likely if the past is a guide. It says nothing of any person, and it does not say that a "
        "place is unsafe."
    )


def expected(forecast: PublicForecast, choices: Choices) -> str:
    """The request for a forecast: types and days; in which cells and by which model, and how many in all where that is stored."""
    total, cell_m = forecast.settings.city_total, forecast.settings.cell_size_m
    what = _(
        "Expected reported incidents ({types}) in the {n} days after {day}",
        types=forecast_types(forecast, choices),
        n=number(forecast.horizon_days),
        day=day(forecast.trained_to - ONE_DAY),
    )
    if total is None or cell_m is None:
        return f"{what}."
    return _(
        "{what}: {total} in the whole city, spread over cells of {cell} by the model {model} from public points.",
        what=what,
        total=number(total),
        cell=distance(round(cell_m)),
        model=model_name(forecast.model),
    )


def verdict(forecast: PublicForecast) -> list[str] | None:
    """Why this model is served, and how it stands against counting; None where the stored numbers do not tell."""
    if forecast.backtest is None:
        if forecast.model != BASELINE:
            return None
        return [_("The long-run count is served: no backtest is stored that supports another model.")]
    tested = {score.model: score for score in forecast.backtest.scores if _tells(score)}
    if forecast.model != BASELINE:
        if forecast.model not in tested:
            return None
        served = _(
            "The {model} is shown, because it was found to beat the long-run count.", model=model_name(forecast.model)
        )
        return [served, _against(tested[forecast.model])]
    decision = forecast.backtest.decision
    held = tested.get(decision.candidate or "")
    compared = [_against(held)] if held else []
    if decision.serve != BASELINE:  # the count was asked for
        return compared
    served = _(
        "The long-run count is served: the model held against it was not shown to beat it both in log skill and in what it finds."
    )
    return [served, *compared]


def _tells(score: BacktestScore) -> bool:
    """Whether a score can be set beside the count's: not where 5 % of the area is less than a cell, which finds nothing."""
    return BUDGET in score.against_baseline and score.pai[SHARE] is not None


def _against(score: BacktestScore) -> str:
    """A model's share of the incidents in 5 % of the area beside the count's, with the interval of the difference."""
    pair, rate = score.against_baseline[BUDGET], score.hit_rate[SHARE] or 0.0
    shares = _(
        "In {n} windows of {days} days with {incidents} reported incidents in all, the {model} found {found} % of them in 5 % of the area, "
        "the long-run count {counted} %",
        n=number(score.origins),
        days=number(score.horizon_days),
        incidents=number(score.incidents),
        model=model_name(score.model),
        found=number(100 * rate, decimals=1),
        counted=number(100 * (rate - pair.difference), decimals=1),
    )
    if pair.low is None or pair.high is None:
        return _("{shares}; too few windows to say how sure that is.", shares=shares)
    return _(
        "{shares} (95 % interval of the difference: {low} to {high} points).",
        shares=shares,
        low=_signed(100 * pair.low),
        high=_signed(100 * pair.high),
    )


def _signed(value: float) -> str:
    said = number(abs(value), decimals=1)
    return said if float(f"{value:.1f}") == 0 else ("+" if value > 0 else "\N{MINUS SIGN}") + said
