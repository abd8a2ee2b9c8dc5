"""Change: flags by hand arithmetic, and the days of its periods."""

import pytest

from hotspots.pipeline.desk.change import table_of
from hotspots.store.staff.desk.change import PeriodCounts


def counted(name: str, recent: int, year_ago: int) -> PeriodCounts:
    return PeriodCounts(None, None, name, name.title(), 1, recent, 2, year_ago, 3, 4)


def test_a_doubling_is_flagged_and_a_wobble_is_not() -> None:
    table = table_of([counted("wobble", 101, 99), counted("robbery", 52, 24), counted("fall", 30, 70)], {})
    rows = {row.crime_type: row for row in table.rows}
    assert [row.crime_type for row in table.rows] == ["robbery", "fall", "wobble"]  # flagged first, then by count
    assert (table.tested, table.flagged) == (3, 2)
    assert (rows["robbery"].flag, rows["fall"].flag, rows["wobble"].flag) == ("more", "fewer", "none")
    assert rows["robbery"].ratio == pytest.approx(52 / 24)
    # Clopper-Pearson of 52 of 76: 0.5675 to 0.7857, as odds 1.312 to 3.667
    assert (rows["robbery"].low, rows["robbery"].high) == pytest.approx((1.312, 3.667), abs=0.01)


def test_under_ten_in_either_period_there_are_counts_only() -> None:
    table = table_of([counted("homicide", 9, 30), counted("arson", 30, 9)], {})
    assert table.tested == 0 and table.flagged == 0
    assert {(row.ratio, row.low, row.high, row.flag) for row in table.rows} == {(None, None, None, None)}


def test_nothing_changed_is_mostly_not_flagged() -> None:
    import numpy as np

    draw = np.random.default_rng(3)
    false = 0
    for _ in range(40):
        n = draw.poisson(40, size=(22, 2))
        false += table_of([counted(f"t{at}", int(a), int(b)) for at, (a, b) in enumerate(n)], {}).flagged > 0
    assert false <= 8  # tables of forty with any flag, where at most one in ten is expected
