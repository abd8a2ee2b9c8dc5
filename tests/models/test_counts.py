"""What is no count (missing, endless, below 0) reaches no statistic."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from hotspots_models.statistics.change import change_z, e_test
from hotspots_models.statistics.concentration import concentration_curve, generalised_gini
from hotspots_models.statistics.effects.difference_in_differences import difference_in_differences
from hotspots_models.statistics.effects.displacement import (
    AreaCounts,
    observed_over_forecast,
    overdispersion,
    rate_ratio,
    smallest_detectable_drop,
    wdd,
)
from hotspots_models.statistics.effects.placebos import false_dates, matched_controls
from hotspots_models.statistics.funnel import funnel_limits
from hotspots_models.statistics.hour_profile import hour_profile, prior_strength
from hotspots_models.statistics.weekly_band import weekly_band

TWENTY = AreaCounts(20, 20)
WEEK = np.ones(168)

STATISTICS: dict[str, Callable[[float], object]] = {
    "change": lambda y: change_z(20, y),
    "e-test": lambda y: e_test(y, 20),
    "curve": lambda y: concentration_curve([1, y, 2]),
    "gini": lambda y: generalised_gini([1, y, 2]),
    "weeks": lambda y: weekly_band([1.0] * 9 + [y, 3, 3]),
    "funnel": lambda y: funnel_limits([1, y], [1, 1]),
    "wdd": lambda y: wdd(AreaCounts(20, y), TWENTY),
    "ratio": lambda y: rate_ratio(AreaCounts(20, y), TWENTY),
    "power": lambda y: smallest_detectable_drop([AreaCounts(20, y), TWENTY]),
    "overdispersion": lambda y: overdispersion([[1, 2, 3], [2, y, 3], [1, 1, 4]]),
    "observed": lambda y: observed_over_forecast([y, 1], [1, 1]),
    "forecast": lambda y: observed_over_forecast([1, 1], [y, 1]),
    "differences": lambda y: difference_in_differences(
        [[1, 2, y], [3, 1, 2], [2, 2, 1], [1, 4, 2]], [1, 1, 0, 0], start=1
    ),
    "hours": lambda y: hour_profile(np.r_[y, WEEK[1:]], WEEK, prior_incidents=1),
    "prior": lambda y: prior_strength([np.r_[y, WEEK[1:]]], WEEK),
    "dates": lambda y: false_dates([y, *[1] * 19], [1] * 20, start=10, before=2, after=2),
    "controls": lambda y: matched_controls([y, *[1] * 19], [5], draws=3),
}


@pytest.mark.parametrize("wrong", [np.nan, np.inf, -1.0])
@pytest.mark.parametrize("statistic", STATISTICS)
def test_what_is_no_count_is_refused(statistic: str, wrong: float) -> None:
    with pytest.raises(ValueError, match=f"holds {wrong:g}: counts are finite numbers from 0 up"):
        STATISTICS[statistic](wrong)


@pytest.mark.parametrize("overdispersed", [0.5, np.nan, np.inf])
def test_an_overdispersion_below_that_of_chance_is_refused_everywhere(overdispersed: float) -> None:
    for judged in (
        lambda: wdd(TWENTY, TWENTY, overdispersion=overdispersed),
        lambda: rate_ratio(TWENTY, TWENTY, overdispersion=overdispersed),
        lambda: smallest_detectable_drop([TWENTY, TWENTY], overdispersion=overdispersed),
        lambda: observed_over_forecast([1], [1], overdispersion=overdispersed),
    ):
        with pytest.raises(ValueError, match="overdispersion is"):
            judged()


def test_a_level_in_per_cent_is_refused() -> None:
    with pytest.raises(ValueError, match="level 90"):
        wdd(TWENTY, TWENTY, level=90)


def test_observed_and_forecast_are_of_the_same_cells() -> None:
    with pytest.raises(ValueError, match="same cells"):
        observed_over_forecast([1, 2, 3], [1, 1])


def test_treated_cells_are_named_by_number_once_each() -> None:
    """A mask would be read as cells 0 and 1."""
    for treated in (np.arange(20) < 2, [5, 5], [-1], [20]):
        with pytest.raises(ValueError, match="treated must name cells by number"):
            matched_controls(np.ones(20), treated, draws=3)


def test_a_placebo_in_time_has_weeks_on_both_sides() -> None:
    with pytest.raises(ValueError, match="at least one week on each side"):
        false_dates(np.ones(20), np.ones(20), start=10, before=0, after=2)
