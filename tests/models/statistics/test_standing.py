"""A place among places of the same size, by hand."""

import numpy as np
import pytest

from hotspots_models.errors import InputError
from hotspots_models.statistics.standing import counts_around, standing


def test_what_lies_within_the_radius_counts_and_its_edge_too() -> None:
    points, counts = [(0, 0), (3, 4), (6, 0)], [1, 10, 100]
    assert counts_around(points, counts, [(0, 0), (3, 0), (50, 50)], radius_m=5).tolist() == [11, 111, 0]


def test_many_centres_are_counted_as_one_by_one() -> None:
    rng = np.random.default_rng(2)
    points, counts, centres = rng.uniform(0, 100, (5000, 2)), rng.poisson(2, 5000), rng.uniform(0, 100, (900, 2))
    found = counts_around(points, counts, centres, radius_m=10)
    alone = [counts[np.hypot(*(points - centre).T) <= 10].sum() for centre in centres[::100]]
    assert found[::100].tolist() == alone


def test_a_number_among_others_by_hand() -> None:
    found = standing(8, [0, 2, 4, 8, 16])
    assert (found.middle, found.ratio, found.share_below) == (4, 2, pytest.approx(0.7))
    assert standing(3, [0, 0, 0]).ratio is None
    assert standing(3, [0, 0, 0]).share_below == 1


def test_nothing_to_stand_among_and_points_without_counts_are_refused() -> None:
    with pytest.raises(InputError, match="at least one number"):
        standing(1, [])
    with pytest.raises(InputError, match=r"counts \(2,\)"):
        counts_around([(0, 0)], [1, 2], [(0, 0)], radius_m=5)
