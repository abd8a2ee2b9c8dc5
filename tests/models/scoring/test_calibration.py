"""What came for each incident expected: the interval of the ratio, and the bend that corrects a forecast."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest

from hotspots_models.scoring.calibration import Bend, calibration_line, fit_bend
from hotspots_models.scoring.intervals import ratio_interval

if TYPE_CHECKING:
    from numpy.typing import NDArray


def test_the_interval_of_a_ratio_is_that_of_a_poisson_count_where_windows_vary_as_counting_does() -> None:
    from statsmodels.stats.rates import confint_poisson

    found = ratio_interval(np.array([5.0, 5.0]), np.array([4.0, 4.0]))
    assert found and found[0] == 1.25
    _, low, high = found
    assert (8 * low, 8 * high) == pytest.approx(confint_poisson(10, 1, method="exact-c"))
    assert ratio_interval(np.zeros(3), np.ones(3)) == (0.0, 0.0, pytest.approx(-np.log(0.025) / 3))
    assert ratio_interval(np.ones(3), np.zeros(3)) is None


def test_the_interval_of_a_ratio_is_wider_where_windows_vary_more_than_counting() -> None:
    """10 and 30 where 20 each were expected: φ = (100/20 + 100/20) / 1 = 10, so 40 incidents are worth 4."""
    found = ratio_interval(np.array([10.0, 30.0]), np.array([20.0, 20.0]))
    assert found and found[0] == 1.0
    assert found[1:] == pytest.approx((10 * 1.0899 / 40, 10 * 10.2416 / 40), abs=1e-4)  # Garwood's table for 4


def _windows_bent_by(
    bend: Bend, *, incidents: float, windows: int = 6
) -> list[tuple[NDArray[np.float64], NDArray[np.float64]]]:
    """Forecasts of 5,000 cells and what came where the truth is the forecast, bent."""
    rng = np.random.default_rng(3)
    forecasts = [rng.gamma(0.5, size=5000) for _ in range(windows)]
    return [(shares, rng.poisson(incidents * bend.applied(shares)).astype(float)) for shares in forecasts]


def test_a_bend_is_found_where_many_incidents_tell_of_it() -> None:
    found = fit_bend(_windows_bent_by(Bend(1.1, 0.4), incidents=60_000), slope_prior=1.0, tail_prior=1.0)
    assert (found.slope, found.tail) == pytest.approx((1.1, 0.4), abs=0.08)


def test_a_bend_is_drawn_to_none_by_its_priors_and_is_none_without_incidents() -> None:
    windows = _windows_bent_by(Bend(1.1, 0.4), incidents=2_000)
    drawn = fit_bend(windows, slope_prior=1e9, tail_prior=1e9)
    assert (drawn.slope, drawn.tail) == pytest.approx((1.0, 0.0), abs=1e-4)
    assert fit_bend([(shares, 0 * came) for shares, came in windows], slope_prior=1.0, tail_prior=1.0) == Bend()


def test_a_bend_of_the_slope_alone_is_the_calibration_line() -> None:
    windows = _windows_bent_by(Bend(1.2, 0.0), incidents=3_000)
    expected = np.concatenate([shares / shares.sum() * came.sum() for shares, came in windows])
    line = calibration_line(expected, np.concatenate([came for _, came in windows]))
    assert line
    assert fit_bend(windows, slope_prior=0.0, tail_prior=1e12).slope == pytest.approx(
        line[1], abs=1e-3
    )  # of shares, where the line is of incidents


def test_a_bend_keeps_the_order_sums_to_1_and_leaves_cells_of_0() -> None:
    shares = np.array([0.0, 0.1, 0.2, 0.7])
    bent = Bend(1.2, 0.3).applied(shares)
    assert bent.sum() == pytest.approx(1.0) and bent[0] == 0 and (np.diff(bent) > 0).all()
    assert Bend().applied(shares) == pytest.approx(shares)
