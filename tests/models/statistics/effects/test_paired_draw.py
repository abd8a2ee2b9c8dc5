"""Paired draw: one place of each pair is treated, drawn by lot."""

import itertools

import numpy as np
import pytest

from hotspots_models.statistics.effects.paired_draw import draw_of_each_pair, pair_places, paired_effect


def test_candidates_are_paired_with_their_neighbours_in_rank() -> None:
    assert pair_places([1.0, 9, 8, 2]).tolist() == [[1, 2], [3, 0]]


def test_the_past_chooses_among_neighbours() -> None:
    # the first is as likely as the next three; its past is that of the third of them
    pairs = pair_places([5.0, 5.0, 5.0, 5.0], [9, 0, 0, 9])
    assert sorted(map(sorted, pairs.tolist())) == [[0, 3], [1, 2]]


def test_every_candidate_is_in_one_pair() -> None:
    rng = np.random.default_rng(2)
    pairs = pair_places(rng.gamma(2, 1, 40), rng.poisson(2, 40))
    assert sorted(pairs.ravel().tolist()) == list(range(40))
    with pytest.raises(ValueError, match="even number"):
        pair_places([1.0, 2, 3])


def test_fewer_than_ten_pairs_are_not_drawn() -> None:
    with pytest.raises(ValueError, match="9 pairs"):
        draw_of_each_pair(9, seed=1)
    assert np.array_equal(draw_of_each_pair(30, seed=1), draw_of_each_pair(30, seed=1))


def test_p_agrees_with_every_lot_that_could_have_been_drawn() -> None:
    rng = np.random.default_rng(5)
    treated, other = rng.poisson(3, 10), rng.poisson(5, 10)
    found = paired_effect(treated, other, draws=20_000, seed=1)
    assert found is not None

    def ratio(lots: tuple[bool, ...]) -> float:
        on = np.where(lots, treated, other).sum()
        return float(np.log(on + 0.5) - np.log((treated + other).sum() - on + 0.5))

    truth = abs(ratio((True,) * 10))
    every = np.array([abs(ratio(lots)) for lots in itertools.product((True, False), repeat=10)])
    assert found.p == pytest.approx(np.mean(every >= truth - 1e-12), abs=0.015)
    assert found.ratio == pytest.approx((treated.sum() + 0.5) / (other.sum() + 0.5))


def test_the_forecast_of_each_place_is_its_exposure() -> None:
    found = paired_effect(np.full(10, 4), np.full(10, 2), expected_treated=np.full(10, 2.0), expected_other=np.ones(10))
    assert found is not None
    assert found.ratio == pytest.approx(1)
    assert found.p == 1


def test_nothing_done_is_seldom_called_and_the_interval_holds_the_truth() -> None:
    rng = np.random.default_rng(8)
    called, covered = 0, 0
    for run in range(200):
        rate = rng.gamma(3, 1, (25, 1)) * np.ones((25, 2))
        treated, other = rng.poisson(rate).T
        nothing = paired_effect(treated, other, seed=run, draws=999)
        helped = paired_effect(rng.poisson(rate[:, 0] * 0.6), other, seed=run, draws=999)
        assert nothing is not None and helped is not None
        called += not nothing.low <= 1 <= nothing.high
        covered += helped.low <= 0.6 <= helped.high
    assert called <= 19
    assert covered >= 179


def test_counts_that_are_not_pairs_are_refused() -> None:
    with pytest.raises(ValueError, match="at least 10 pairs"):
        paired_effect([1] * 9, [1] * 9)
