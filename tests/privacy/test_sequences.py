"""Blocks too: what one publication shows together, no later one tells apart."""

from itertools import pairwise

import pytest

from hotspots.settings import Settings
from tests.builders import Precision
from tests.privacy.sequences import every_pair, random_walk, walk


def test_the_walk_takes_every_ordered_pair_of_changes() -> None:
    steps = every_pair(["a", "b", "c", "d"])
    assert set(pairwise(steps)) == {(one, other) for one in "abcd" for other in "abcd"}


def test_incidents_shown_at_one_block_and_areas_are_never_told_apart_later(cluster: Settings) -> None:
    attacker = walk(cluster, "block", ["areas", "kinds", "delay"])
    assert attacker.n_publications == 11
    assert attacker.n_cut == 0


OF_ANY = ["areas", "vintage", "late", "min", "kinds", "delay", "withhold", "reports"]


@pytest.mark.parametrize(("precision", "own"), [("addresses", "list"), ("lattice", "lattice")])
def test_one_to_four_changes_in_random_order_leave_each_row_as_many_doors_as_were_promised(
    precision: Precision, own: str, cluster: Settings
) -> None:
    attacker = random_walk(cluster, precision, [*OF_ANY, own], seed=2, n_publications=8)
    assert attacker.n_publications == 8 and len(attacker.left) > 500
    assert (attacker.smallest >= 8, attacker.below, attacker.n_cut) == (True, 0, 0)
