"""Letters in place of ranks, by hand."""

from hotspots.pipeline.at_risk.letters import rank_letters


def test_places_that_could_change_ranks_share_a_letter() -> None:
    # the second could rank first as well; the third never better than third, the fourth could be third
    assert rank_letters([(1, 2), (1, 3), (3, 5), (3, 6), (7, 9)]) == ["A", "A", "B", "B", "C"]


def test_ranks_that_stand_alone_need_no_letter() -> None:
    assert rank_letters([(1, 1), (2, 2), (3, 4)]) == [None, None, None]
    assert rank_letters([]) == []


def test_the_twenty_seventh_letter_is_aa() -> None:
    apart = [(2 * n + 1, 2 * n + 1) for n in range(27)]
    assert rank_letters([*apart, (53, 60)])[-2:] == ["AA", "AA"]
