"""Small counts that must not be read, nor worked out from the counts beside them."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class PublishedCounts:
    """Counts of one month; None stands for a count that is not published."""

    by_area: dict[int, int | None]
    city: int | None


WHOLE_CITY = 0  # among areas that were hidden


def suppress(
    counts: Mapping[int, int],
    *,
    elsewhere: int,
    order: Sequence[int],
    threshold: int,
    hidden_before: Collection[int] = (),
) -> PublishedCounts:
    """Hide counts below `threshold`, zeros among them, and as many more as it takes that nothing follows from the total.

    The total less what is published is the sum of what is hidden. Whoever knows which counts are hidden for being small
    must be left with the whole range 0 to `threshold` - 1 for each of them. So further areas are hidden one by one, in an
    order that has nothing to do with the counts; where that does not help, the total is hidden.

    Parameters
    ----------
    counts : count of every area.
    elsewhere : incidents of no known area; part of the city's total and taken as known to the attacker.
    order : areas in the order in which they are hidden as complements, by a public measure.
    threshold : smallest count that is published.
    hidden_before : areas, or the whole city, that an earlier publication hid: they stay hidden, large as they may be by now.
    """
    small = [area for area, count in counts.items() if count < threshold]
    total = sum(counts.values()) + elsewhere
    by_area: dict[int, int | None] = {area: None if count < threshold else count for area, count in counts.items()}
    complements = [area for area in counts if area in hidden_before and area not in small]
    by_area |= dict.fromkeys(complements)
    if total < threshold or WHOLE_CITY in hidden_before:
        return PublishedCounts(by_area, None)
    if not small or _tells_nothing(counts, small, complements, threshold):
        return PublishedCounts(by_area, total)
    for area in (area for area in order if by_area.get(area) is not None):
        complements.append(area)
        if _tells_nothing(counts, small, complements, threshold):
            return PublishedCounts({**by_area, **dict.fromkeys(complements)}, total)
    return PublishedCounts(by_area, None)


def _tells_nothing(counts: Mapping[int, int], small: Sequence[int], complements: Sequence[int], threshold: int) -> bool:
    """Whether the sum of the hidden counts leaves each small one the range 0 to threshold - 1, complements being known to be large."""
    largest = threshold - 1
    room = sum(counts[area] for area in small) + sum(counts[area] - threshold for area in complements)
    if room < largest:  # a small count could not be as large as threshold - 1
        return False
    # Without a complement, which may be of any size, all small counts together must be able to reach the sum without one of them.
    return bool(complements) or room <= largest * (len(small) - 1)
