"""What is built into the invented city can be found in it: factors, rhythms, near repeats, outbreaks."""

from datetime import date
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.spatial import KDTree

from hotspots.demo_city import build_city
from hotspots.demo_city.areas import outline
from hotspots.demo_city.draws import Draws
from hotspots.demo_city.events import Events
from hotspots.demo_city.offences import CODES, OFFENCES, OUTBREAKS
from hotspots.demo_city.rhythms import FIRST_DAY, hours_of_week


@pytest.fixture(scope="module")
def city():
    return build_city()


@pytest.fixture(scope="module")
def events(city) -> Events:
    return city.events


def _of(events: Events, code: int) -> np.ndarray:
    return np.flatnonzero(events.offence == CODES[code])


def _rate_ratio(city, code: int, factor: str) -> float:
    """Events an address within 100 m of a factor, over events an address farther than 200 m, among homes and shops alike."""
    counts = np.bincount(city.events.address[_of(city.events, code)], minlength=len(city.addresses))
    level = city.nearness[factor]
    return float(counts[level == 2].mean() / counts[level == 0].mean())


@pytest.mark.parametrize(
    ("code", "factor", "at_least"),
    [
        (510, "vacant buildings", 1.8),
        (321, "bars", 4),
        (620, "car parks", 2.5),
        (210, "stations", 2),
        (730, "students' quarter", 4),
    ],
)
def test_a_risk_factor_raises_the_rate_where_the_truth_says_so(city, code, factor, at_least):
    assert _rate_ratio(city, code, factor) > at_least


def test_a_factor_without_effect_on_an_offence_leaves_its_rate_about_as_it_is(city):
    # Fraud (910) prefers homes; schools have no effect on it.
    assert 0.6 < _rate_ratio(city, 910, "schools") < 1.6


def test_dwelling_burglaries_come_in_near_repeats_more_often_than_their_places_and_days_alone_would_give(city, events):
    chosen = _of(events, 510)
    xy_m = np.column_stack([city.addresses.x_dm, city.addresses.y_dm])[events.address[chosen]] / 10
    days = events.day[chosen]
    pairs = KDTree(xy_m).query_pairs(200, output_type="ndarray")

    def close(days: np.ndarray) -> int:
        return int((np.abs(days[pairs[:, 0]] - days[pairs[:, 1]]) <= 7).sum())

    shuffle = np.random.default_rng(1)
    by_chance = [close(shuffle.permutation(days)) for _ in range(40)]
    assert close(days) > 1.4 * np.mean(by_chance)  # Knox: observed over expected within 200 m and a week
    assert close(days) > max(by_chance)


def test_an_event_that_follows_comes_within_a_month_of_the_same_offence_and_near_by(city, events):
    children = np.flatnonzero(events.parent >= 0)
    parents = events.parent[children]
    assert len(children) > 3_000
    assert (events.offence[children] == events.offence[parents]).all()
    lag = events.day[children] - events.day[parents]
    assert lag.min() >= 1
    assert lag.max() <= 30
    away_dm = np.hypot(
        city.addresses.x_dm[events.address[children]] - city.addresses.x_dm[events.address[parents]],
        city.addresses.y_dm[events.address[children]] - city.addresses.y_dm[events.address[parents]],
    )
    assert away_dm.max() < 4_000  # three squares and their diagonal, bent
    assert np.median(away_dm) < 1_000


def test_bars_are_loud_on_friday_and_saturday_nights_and_shops_are_robbed_while_open(events):
    loud = events.minute[_of(events, 321)] // 60 % 168
    weekend = ((loud >= 4 * 24 + 21) & (loud < 5 * 24 + 4)) | ((loud >= 5 * 24 + 21) & (loud < 6 * 24 + 4))
    assert weekend.mean() > 0.5  # 14 of 168 hours
    shoplifting = events.minute[_of(events, 720)] // 60 % 24
    assert ((shoplifting >= 10) & (shoplifting < 20)).mean() > 0.85


def test_seasons_differ_by_type(events):
    months = (np.datetime64(FIRST_DAY) + events.day).astype("datetime64[M]").astype(int) % 12
    summer, winter = np.isin(months, (5, 6, 7)), np.isin(months, (11, 0, 1))
    for code, at_least in ((730, 2.0), (321, 1.3)):
        mine = events.offence == CODES[code]
        assert (mine & summer).sum() > at_least * (mine & winter).sum()
    burglary = (events.offence == CODES[510]) & (events.outbreak < 0)
    assert (burglary & winter).sum() > 1.1 * (burglary & summer).sum()
    shoplifting = (events.offence == CODES[720]) & (events.outbreak < 0)
    assert (shoplifting & (months == 11)).sum() > 1.3 * (shoplifting & (months == 2)).sum()


def test_vehicle_theft_rises_from_one_year_to_the_next(events):
    mine = (events.offence == CODES[610]) & (events.outbreak < 0)
    first, second = (mine & (events.day < 366)).sum(), (mine & (events.day >= 366)).sum()
    assert 1.08 < second / first < 1.30  # a steady 34 % over both years is about 17 % from year to year


def test_an_outbreak_happens_in_its_own_place_and_time(city, events):
    for number, outbreak in enumerate(OUTBREAKS):
        mine = np.flatnonzero((events.outbreak == number) & (events.parent < 0))
        assert len(mine) == outbreak.count
        day = events.day[mine]
        assert day.min() >= (date.fromisoformat(outbreak.first_day) - FIRST_DAY).days
        assert day.max() <= (date.fromisoformat(outbreak.last_day) - FIRST_DAY).days
        u, v = city.addresses.u[events.address[mine]], city.addresses.v[events.address[mine]]
        assert np.abs(u - outbreak.u).max() < outbreak.reach
        assert np.abs(v - outbreak.v).max() < outbreak.reach


def test_offences_gather_in_few_places(city, events):
    counts = np.sort(np.bincount(city.addresses.segment[events.address]))[::-1]
    top = counts[: len(counts) // 20].sum() / counts.sum()
    assert 0.2 < top < 0.5  # the top twentieth of street segments; an even spread would hold about 0.05


def test_every_offence_of_the_code_book_happens_about_as_often_as_it_says(events):
    counts = np.bincount(events.offence, minlength=len(OFFENCES))
    extra = np.array([sum(o.count for o in OUTBREAKS if o.code == offence.code) for offence in OFFENCES])
    asked = np.array([offence.count for offence in OFFENCES]) + extra
    assert (np.abs(counts - asked) <= np.maximum(0.12 * asked, 3)).all()


def test_hours_past_midnight_run_on_into_the_next_day():
    weights = hours_of_week("weekend nights")
    assert weights[5 * 24 + 2] > 10 * weights[4 * 24 + 2]  # Saturday 02 h belongs to Friday night; Friday 02 h does not


@given(weights=st.lists(st.integers(0, 1000), min_size=1, max_size=50).filter(any), n=st.integers(0, 200))
def test_a_choice_without_weight_is_never_made(weights, n):
    chosen = Draws(1, "test").pick(weights, n)
    assert len(chosen) == n
    assert all(weights[i] > 0 for i in chosen)


def test_choices_come_as_often_as_their_weights_say():
    chosen = np.bincount(Draws(1, "test").pick([1, 2, 7], 20_000), minlength=3) / 20_000
    assert np.abs(chosen - [0.1, 0.2, 0.7]).max() < 0.015  # four standard errors are 0.013


def test_weights_that_do_not_fit_a_draw_are_refused():
    with pytest.raises(ValueError, match="add up to 0"):
        Draws(1, "test").pick([0, 0], 3)
    with pytest.raises(ValueError, match="less than"):
        Draws(1, "test").pick([1 << 31, 1 << 31], 3)


@given(st.lists(st.tuples(st.integers(0, 6), st.integers(0, 6)), min_size=1, max_size=30))
def test_an_outline_walks_round_exactly_the_squares_of_its_area(squares):
    mask = np.zeros((8, 8), dtype=bool)
    for column, row in squares:
        mask[column, row] = True
    # Shoelace: counter-clockwise rings count their squares, clockwise holes take theirs away.
    doubled = sum(x0 * y1 - x1 * y0 for ring in outline(mask) for (x0, y0), (x1, y1) in pairwise(ring))
    assert doubled == 2 * mask.sum()
    assert all(ring[0] == ring[-1] for ring in outline(mask))
