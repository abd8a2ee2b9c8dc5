"""False discovery rate: the worked example of the 1995 paper, and the laws."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from statsmodels.stats.multitest import multipletests

from hotspots_models.statistics.false_discovery import adjusted_p, discoveries

# Benjamini & Hochberg (1995), section 3.2: fifteen p values of thrombolysis, four are rejected at 5 %
PAPER = np.array(
    [0.0001, 0.0004, 0.0019, 0.0095, 0.0201, 0.0278, 0.0298, 0.0344, 0.0459, 0.3240, 0.4262, 0.5719, 0.6528, 0.7590, 1]
)

p_values = arrays(float, st.integers(1, 40), elements=st.floats(0, 1))


def test_the_paper_s_example_rejects_four() -> None:
    assert discoveries(PAPER).sum() == 4


@pytest.mark.parametrize(("dependent", "method"), [(False, "fdr_bh"), (True, "fdr_by")])
def test_adjusted_values_agree_with_statsmodels(dependent: bool, method: str) -> None:
    assert np.allclose(adjusted_p(PAPER, dependent=dependent), multipletests(PAPER, method=method)[1])


@given(p_values)
def test_adjusting_keeps_the_order_and_never_lowers_a_p_value(p: np.ndarray) -> None:
    adjusted = adjusted_p(p)
    assert np.all(adjusted >= p - 1e-12)
    assert np.all(adjusted <= 1)
    assert np.all(np.diff(adjusted[np.argsort(p, kind="stable")]) >= -1e-12)


@given(p_values)
def test_allowing_for_dependence_is_stricter(p: np.ndarray) -> None:
    assert np.all(adjusted_p(p, dependent=True) >= adjusted_p(p) - 1e-12)


def test_no_areas_give_no_discoveries() -> None:
    assert discoveries(np.array([])).size == 0


def test_what_is_no_probability_is_refused() -> None:
    with pytest.raises(ValueError, match=r"1\.2"):
        adjusted_p(np.array([0.1, 1.2]))
