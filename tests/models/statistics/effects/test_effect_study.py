"""An invented city in which nothing is done: how often is it called? The real records are tried in tests/benchmarks/effects.py."""

import numpy as np

from hotspots_models.statistics.effects.effect_judgement import verdict
from hotspots_models.statistics.similar_places import rho, similar_places, tau_floor, tau_of
from tests.benchmarks.effects import summary


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


def test_the_study_says_of_each_method_whether_its_bars_hold() -> None:
    def row(what: str, **values: float) -> dict[str, object]:
        return {
            "what": what,
            "judged": 1000,
            "fewer %": 0.0,
            "more %": 0.0,
            **{key.replace("_", " "): value for key, value in values.items()},
        }

    nothing = [
        row("rho | 0%", **{"fewer %": 1.2, "more %": 1.6}),
        row("pairs | 0%", **{"fewer %": 3.8}),
        row("crossover | 0% | as planned"),
    ]
    planted = [
        row("rho, calibrated | 40%", **{"fewer %": 66.0, "stated power %": 61.1}),
        row("crossover, calibrated | 60%", **{"fewer %": 40.0, "stated power %": 45.1}),
    ]
    rho_line, pairs_line, crossover_line = summary([*nothing, *planted])
    assert rho_line == "rho: of 1000 do-nothing actions 1.2 % fewer, 1.6 % more; planted -40% 66.0 (stated 61.1): holds"
    assert pairs_line.endswith("DOES NOT HOLD")  # 3.8 % on one side
    assert crossover_line.endswith("DOES NOT HOLD")  # 5.1 points below what was stated
