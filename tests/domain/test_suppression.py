"""What is hidden cannot be worked out: an attacker solves the bounds of every published month."""

from __future__ import annotations

from itertools import product

from hypothesis import given, settings
from hypothesis import strategies as st

from hotspots.domain.suppression import suppress

THRESHOLD = 5


def bounds(
    counts: dict[int, int], elsewhere: int, hidden: dict[int, bool], total: int | None
) -> dict[int, tuple[int, int]]:
    """Bound each hidden count: the attacker knows which are small (True) and which complements (False, at least the threshold)."""
    ranges = {area: (0, THRESHOLD - 1) if small else (THRESHOLD, 10**6) for area, small in hidden.items()}
    if total is None:
        return ranges
    rest = total - elsewhere - sum(count for area, count in counts.items() if area not in hidden)
    return {
        area: (
            max(low, rest - sum(ranges[other][1] for other in hidden if other != area)),
            min(high, rest - sum(ranges[other][0] for other in hidden if other != area)),
        )
        for area, (low, high) in ranges.items()
    }


months = st.dictionaries(st.integers(1, 12), st.integers(0, 12), min_size=1, max_size=12)


@settings(max_examples=500)
@given(counts=months, elsewhere=st.integers(0, 8), order=st.permutations(range(1, 13)))
def test_an_attacker_who_solves_the_bounds_learns_nothing_of_a_small_count(
    counts: dict[int, int], elsewhere: int, order: list[int]
) -> None:
    published = suppress(counts, elsewhere=elsewhere, order=order, threshold=THRESHOLD)
    hidden = {area: counts[area] < THRESHOLD for area, count in published.by_area.items() if count is None}
    for area, (low, high) in bounds(counts, elsewhere, hidden, published.city).items():
        if counts[area] < THRESHOLD:
            assert (low, high) == (0, THRESHOLD - 1)


@given(counts=months, elsewhere=st.integers(0, 8))
def test_what_is_published_is_true_and_never_small(counts: dict[int, int], elsewhere: int) -> None:
    published = suppress(counts, elsewhere=elsewhere, order=sorted(counts), threshold=THRESHOLD)
    assert published.by_area.keys() == counts.keys()
    assert all(count is None or count == counts[area] >= THRESHOLD for area, count in published.by_area.items())
    assert published.city in (None, sum(counts.values()) + elsewhere)
    assert published.city is None or published.city >= THRESHOLD


def test_every_table_that_fits_the_bounds_is_possible_for_the_attacker() -> None:
    # By hand: 3 and 4 hidden, 7 and 20 published. 34 - 27 = 7 would leave (3, 4) or (4, 3): never 0. So the smaller area 3 is hidden too.
    published = suppress({1: 3, 2: 4, 3: 7, 4: 20}, elsewhere=0, order=[3, 4, 1, 2], threshold=THRESHOLD)
    assert published.by_area == {1: None, 2: None, 3: None, 4: 20}
    assert published.city == 34
    fitting = [(a, b) for a, b in product(range(5), repeat=2) if 34 - 20 - a - b >= THRESHOLD]
    assert {a for a, _ in fitting} == {b for _, b in fitting} == set(range(5))


def test_a_month_without_small_counts_is_published_whole() -> None:
    published = suppress({1: 5, 2: 9}, elsewhere=1, order=[1, 2], threshold=THRESHOLD)
    assert published.by_area == {1: 5, 2: 9}
    assert published.city == 15


def test_where_nothing_is_left_to_hide_the_total_is_hidden() -> None:
    published = suppress({1: 4, 2: 4}, elsewhere=0, order=[1, 2], threshold=THRESHOLD)
    assert published.by_area == {1: None, 2: None}
    assert published.city is None


def test_enough_small_counts_protect_each_other() -> None:
    # 2 + 2 + 2 = 6: each alone may be anything from 0 to 4.
    published = suppress({1: 2, 2: 2, 3: 2, 4: 30}, elsewhere=0, order=[4, 1, 2, 3], threshold=THRESHOLD)
    assert published.by_area == {1: None, 2: None, 3: None, 4: 30}
    assert published.city == 36


@settings(max_examples=300)
@given(
    counts=months, elsewhere=st.integers(0, 8), order=st.permutations(range(1, 13)), before=st.sets(st.integers(0, 12))
)
def test_what_was_hidden_before_stays_hidden_and_the_bounds_still_tell_nothing(
    counts: dict[int, int], elsewhere: int, order: list[int], before: set[int]
) -> None:
    published = suppress(counts, elsewhere=elsewhere, order=order, threshold=THRESHOLD, hidden_before=before)
    assert all(published.by_area[area] is None for area in before & counts.keys())
    if 0 in before:
        assert published.city is None
    hidden = {area: counts[area] < THRESHOLD for area, count in published.by_area.items() if count is None}
    for area, (low, high) in bounds(counts, elsewhere, hidden, published.city).items():
        if counts[area] < THRESHOLD:
            assert (low, high) == (0, THRESHOLD - 1)
