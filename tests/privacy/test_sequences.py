"""Blocks too: what one publication shows together, no later one tells apart."""

from itertools import pairwise

from hotspots.settings import Settings
from tests.privacy.sequences import every_pair, walk


def test_the_walk_takes_every_ordered_pair_of_changes() -> None:
    steps = every_pair(["a", "b", "c", "d"])
    assert set(pairwise(steps)) == {(one, other) for one in "abcd" for other in "abcd"}


def test_incidents_shown_at_one_block_and_areas_are_never_told_apart_later(cluster: Settings) -> None:
    attacker = walk(cluster, "block", ["areas", "kinds", "delay"])
    assert attacker.n_publications == 11
    assert attacker.n_cut == 0
