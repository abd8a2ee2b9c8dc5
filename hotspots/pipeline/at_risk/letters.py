"""Letters in place of ranks: places whose rank could be each other's share one."""

from __future__ import annotations

from collections.abc import Sequence


def rank_letters(intervals: Sequence[tuple[int, int]]) -> list[str | None]:
    """Return a letter a place, or None for each where no two ranks overlap, so that the ranks themselves may be read.

    The first place leads A. A place joins the letter of its leader while its best rank is not worse than the leader's worst; the first
    that does not leads the next letter.

    Parameters
    ----------
    intervals : (n,) best and worst rank of each place, the places in the order of their rank
    """
    leaders: list[int] = []
    group = []
    for place, (best, _) in enumerate(intervals):
        if not leaders or best > intervals[leaders[-1]][1]:
            leaders.append(place)
        group.append(len(leaders) - 1)
    if len(leaders) == len(intervals):
        return [None] * len(intervals)
    return [_letter(number) for number in group]


def _letter(number: int) -> str:
    """A to Z, then AA: 0 is A, 26 is AA."""
    name = ""
    number += 1
    while number:
        number, rest = divmod(number - 1, 26)
        name = chr(ord("A") + rest) + name
    return name
