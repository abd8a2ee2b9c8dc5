"""Hours of a shift, by hand. 1 January 1970 was a Thursday; 2 January, a Friday, begins at hour 24."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hotspots.domain.incident_filter import HourRange
from hotspots.pipeline.at_risk.shifts import HOURS_A_WEEK, hour_weights, shift_hours

FRIDAY = 24.0
SATURDAY = 48.0
FRIDAY_NIGHT = {"hours": HourRange(18, 2), "weekdays": (5,)}


def weight(from_h: float, to_h: float, **shift: object) -> float:
    return float(hour_weights(np.array([from_h]), np.array([to_h]), **shift)[0])  # type: ignore[arg-type]


def test_hours_past_midnight_belong_to_the_evenings_date() -> None:
    assert weight(FRIDAY + 23, FRIDAY + 23, **FRIDAY_NIGHT) == 1.0
    assert weight(SATURDAY + 1.5, SATURDAY + 1.5, **FRIDAY_NIGHT) == 1.0
    assert weight(FRIDAY + 1.5, FRIDAY + 1.5, **FRIDAY_NIGHT) == 0.0
    assert weight(SATURDAY + 2, SATURDAY + 2, **FRIDAY_NIGHT) == 0.0


def test_sunday_night_ends_on_monday() -> None:
    assert shift_hours(hours=HourRange(22, 1), weekdays=(7,)).nonzero()[0].tolist() == [0, 6 * 24 + 22, 6 * 24 + 23]


@pytest.mark.parametrize(
    ("from_h", "to_h", "expected"),
    [
        (FRIDAY + 16, FRIDAY + 20, 0.5),  # two of four hours
        (FRIDAY + 17.5, FRIDAY + 18.5, 0.5),
        (FRIDAY + 18, SATURDAY + 2, 1.0),
        (SATURDAY + 1, SATURDAY + 5, 0.25),
        (FRIDAY, FRIDAY + HOURS_A_WEEK, 8 / 168),
        (FRIDAY + 5, FRIDAY + 5 + 2 * HOURS_A_WEEK, 8 / 168),
    ],
)
def test_a_window_counts_by_its_part_inside_the_shift(from_h: float, to_h: float, expected: float) -> None:
    assert weight(from_h, to_h, **FRIDAY_NIGHT) == pytest.approx(expected)


@given(st.floats(0, 1e6), st.floats(0, 400), st.integers(0, 23), st.integers(0, 23))
def test_a_shift_and_the_rest_of_the_week_share_each_window(from_h: float, length: float, start: int, end: int) -> None:
    if start == end:
        return
    inside = weight(from_h, from_h + length, hours=HourRange(start, end), weekdays=())
    outside = weight(from_h, from_h + length, hours=HourRange(end, start), weekdays=())
    assert inside + outside == pytest.approx(1.0, abs=1e-5)
