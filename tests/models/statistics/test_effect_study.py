"""An invented city in which nothing is done: how often is it called? The real records are tried in tests/benchmarks/effects.py."""

import numpy as np

from hotspots_models.statistics.effect_judgement import verdict
from hotspots_models.statistics.similar_places import rho, similar_places, tau_floor, tau_of


def test_nothing_done_at_places_chosen_for_a_bad_year_is_seldom_called() -> None:
    """60 actions at 20 of the worse places of a city whose places drift; tau is measured on 40 earlier origins."""
    rng = np.random.default_rng(12)
    n_places, n_origins, treated_n = 900, 100, 20
    studies, said = [], []
    for origin in range(n_origins):
        rate = rng.lognormal(0.5, 0.9, n_places)
        past, before = rng.poisson(4 * rate), rng.poisson(rate)
        after = rng.poisson(rate * rng.lognormal(0, 0.2, n_places))
        expected = (past + before + 1.0) / 5.3
        worst = np.argsort(-(past + before), kind="stable")
        treated = np.concatenate([worst[10:40:2], worst[60:65]])
        alike = similar_places(expected, before, treated, eligible=np.ones(n_places, dtype=bool))
        assert alike is not None and np.intersect1d(alike.controls, treated).size == 0
        totals = (
            after[treated].sum(),
            expected[treated].sum(),
            after[alike.controls].sum(),
            expected[alike.controls].sum(),
        )
        if origin >= 40:
            tau = tau_of(*np.array(studies).T, floor=tau_floor(treated_n, shape="box"))
            found = rho(*totals, tau=tau)
            said.append(verdict(found.low, found.high))
        else:
            studies.append(totals)
    assert sum(word != "no difference" for word in said) <= 6
