"""The quick forecast and the level of a forecast, by hand."""

import numpy as np
import pytest

from hotspots_models.errors import InputError
from hotspots_models.quick_forecast import quick_forecast
from hotspots_models.statistics.forecast_level import forecast_level


def test_areas_share_the_total_of_the_last_year_by_their_past() -> None:
    daily = np.zeros((2, 100))
    daily[0, :30], daily[1, 99] = 1, 10  # 40 in 100 days, the newer ones weigh more
    weights = 0.5 ** ((100 - np.arange(100)) / 720)
    first, second = weights[:30].sum(), 10 * weights[99]
    expected = 0.97 * np.array([first, second]) / (first + second) + 0.015
    found = quick_forecast(daily, horizon_days=50)
    assert found == pytest.approx(expected * 40 * 50 / 100, rel=1e-5)
    assert found.sum() == pytest.approx(20)


def test_squares_lend_to_their_neighbours_wherever_the_lattice_begins() -> None:
    daily = np.zeros((9, 400))
    daily[4] = 1
    row, col = np.divmod(np.arange(9), 3)
    near = quick_forecast(daily, horizon_days=10, row=row, col=col, side_m=250.0)
    far = quick_forecast(daily, horizon_days=10, row=row + 16_000, col=col - 300, side_m=250.0)
    assert near == pytest.approx(far) and near.sum() == pytest.approx(10)
    assert near[4] > near[1] > near[0] > 0 and near[1] == pytest.approx(near[3])


def test_nothing_yet_is_nothing_expected_and_no_days_are_refused() -> None:
    assert quick_forecast(np.zeros((3, 10)), horizon_days=5).tolist() == [0, 0, 0]
    with pytest.raises(InputError, match="units by days"):
        quick_forecast(np.zeros((3, 0)), horizon_days=5)


def test_the_level_is_the_ratio_of_the_sums_of_twelve_origins_or_none() -> None:
    assert forecast_level([8, 10, 6] * 4, [10, 10, 12] * 4) == pytest.approx(24 / 32)
    assert forecast_level([8] * 11, [10] * 11) is None
    assert forecast_level([0] * 12, [0] * 12) is None
    with pytest.raises(InputError, match="one total an origin"):
        forecast_level([1, 2], [1])
