"""The card of a place counts what is on record: days of which nothing is known are no days without incidents."""

from datetime import UTC, date, datetime, timedelta

import pytest

from hotspots.domain.period import Period
from hotspots.domain.public_answer import Vintage
from hotspots.store.staff.desk.places import CountedHour
from hotspots_dashboard.staff.places.card import Card, change_in_words, place_card

UNTIL = date(2025, 1, 1)


def vintage(*, n_days: int, gap: Period | None = None) -> Vintage:
    """A publication whose data begin some days before `UNTIL` and end on the day before it."""
    first = UNTIL - timedelta(days=n_days)
    return Vintage(
        1,
        datetime(2025, 1, 2, tzinfo=UTC),
        UNTIL,
        first,
        UNTIL - timedelta(days=1),
        1000,
        1,
        first,
        gaps=(gap,) if gap else (),
    )


def card(*, n_days: int, gap: Period | None = None) -> Card:
    """One incident on each day that is on record; ordinary ground has as many."""
    days = [UNTIL - timedelta(days=back) for back in range(1, min(n_days, 728) + 1)]
    counted = [
        CountedHour(day, 12, "theft", "theft", 1) for day in days if gap is None or not gap.start <= day < gap.end
    ]
    in_year = sum(one.day >= UNTIL - timedelta(days=364) for one in counted)
    return place_card(
        counted, until=UNTIL, km2=1, city_incidents=in_year * 100, city_km2=100, vintage=vintage(n_days=n_days, gap=gap)
    )


def test_two_whole_years_are_compared() -> None:
    made = card(n_days=800)
    assert made.change is not None and made.change.ratio == pytest.approx(1)
    assert change_in_words(made) == "364 in the 52 weeks before: 1.00 times (0.86–1.16), within chance."
    assert (made.incidents, made.days, made.standing.periods) == (364, 364, 26)
    assert made.typical == 364 and made.resampled == (364, 364)


@pytest.mark.parametrize("n_days", [365, 500, 727])
def test_a_year_before_that_began_later_is_no_year(n_days: int) -> None:
    made = card(n_days=n_days)
    assert made.change is None and "nothing is compared" in change_in_words(made)
    assert made.standing.periods == n_days // 28 and made.standing.above == 0
    assert made.days == 364


def test_a_young_record_says_how_many_days_it_has() -> None:
    made = card(n_days=100)
    assert (made.incidents, made.days, made.standing.periods) == (100, 100, 3)
    assert str(made.months).count("<title>") == 4  # three whole periods, and the one in which the record begins
    assert made.change is None


def test_a_gap_is_not_a_quiet_time() -> None:
    gap = Period(UNTIL - timedelta(days=112), UNTIL - timedelta(days=84))
    made = card(n_days=800, gap=gap)
    assert made.change is None
    assert (made.incidents, made.days, made.standing.periods) == (336, 336, 25)
    assert made.resampled == (336, 336), "no week of the gap is drawn"
    assert made.standing.above == 0
