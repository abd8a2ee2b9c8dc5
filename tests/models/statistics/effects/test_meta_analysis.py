"""Actions of one remedy read together; statsmodels is the oracle."""

from typing import Any

import numpy as np
import pytest
from statsmodels.stats.meta_analysis import combine_effects

from hotspots_models.statistics.effects.meta_analysis import pooled_effect


@pytest.mark.filterwarnings("ignore:`use_t=True` requires")  # of single studies, which are not looked at
def test_mean_and_interval_are_statsmodels() -> None:
    rng = np.random.default_rng(3)
    wider = 0
    for _ in range(6):
        se = rng.uniform(0.1, 0.4, 9)
        effect = rng.normal(-0.3, np.sqrt(se**2 + 0.5**2))
        found = pooled_effect(effect, se)
        oracle: Any = combine_effects(effect, se**2, method_re="dl", use_t=True)
        assert found is not None
        assert np.log(found.ratio) == pytest.approx(oracle.mean_effect_re)
        assert found.between**2 == pytest.approx(oracle.tau2)
        plain, knapp = oracle.conf_int(use_t=True)[1::2]
        wider += oracle.scale_hksj_re > 1
        assert np.log([found.low, found.high]) == pytest.approx(knapp if oracle.scale_hksj_re > 1 else plain)
        assert found.next_low is not None and found.next_low < found.low
    assert 0 < wider < 6


def test_one_action_is_itself_and_none_is_nothing() -> None:
    found = pooled_effect([np.log(0.7)], [0.2])
    assert found is not None
    assert found.low == pytest.approx(0.7 * np.exp(-1.959964 * 0.2))
    assert (found.next_low, found.between) == (None, 0)
    assert pooled_effect([], []) is None


def test_the_interval_is_never_narrower_than_the_plain_one() -> None:
    found = pooled_effect([-0.2, -0.2, -0.2], [0.3, 0.3, 0.3])
    assert found is not None
    assert np.log(found.high) - np.log(found.ratio) >= 1.959964 * 0.3 / np.sqrt(3)


def test_an_unknown_spread_is_refused() -> None:
    with pytest.raises(ValueError, match="above 0"):
        pooled_effect([0.1], [0.0])
