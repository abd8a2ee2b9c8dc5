"""Keep a partition over many publications: what is new joins the group it lies in, groups merge, and none is ever cut again.

Whoever holds two publications may intersect the groups that one incident was shown at. With a partition that is cut anew, the
intersection is as small as the cuts make it; where groups only merge, it is the smaller of the two groups, which is a whole one
(m-invariance, Xiao & Tao 2007, is the like for tables that are published again).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from heapq import heapify, heappop, heappush

import numpy as np

from hotspots.domain.places.anchor_site import Address, KeptAddress, KeptGroup, Site
from hotspots.domain.places.street_name import street_key
from hotspots.pipeline.publish.anchor_sites import address_site, cut_run


@dataclass(frozen=True, slots=True)
class Group:
    """A group after a publication: its site, the number that it keeps (None: new), and the numbers of those it took in."""

    site: Site
    site_id: int | None
    absorbed: tuple[int, ...]


def extend_addresses(
    kept: Sequence[KeptAddress], new: Sequence[Address], *, min_addresses: int, kinds: Mapping[int, int]
) -> list[Group]:
    """Take new addresses into the groups that are there, and merge what has become too small.

    Parameters
    ----------
    kept : every address that was ever in a group; those that the list has lost count for no number, and keep their place.
    new : addresses that the list has gained. A street that is new in its areas makes groups of its own where it is long enough.
    min_addresses : fewest different addresses of a group that are on the list today.
    kinds : position of the kind of each area.

    Returns
    -------
    Groups whose members are positions in `kept` followed by `new`.
    """
    addresses: list[Address] = [*(one.address for one in kept), *new]
    doors = [(street_key(address.street), address.number) for address in addresses]
    groups: dict[int, list[int]] = defaultdict(list)
    for position, one in enumerate(kept):
        groups[one.site_id].append(position)
    site_ids: dict[int, int | None] = {number: number for number in groups}
    listed = [one.is_listed for one in kept] + [True] * len(new)
    _join_new(groups, site_ids, addresses, doors, first_new=len(kept), min_addresses=min_addresses)
    absorbed = _merge_small(groups, site_ids, addresses, doors, listed, min_addresses)
    return [
        Group(address_site(members, addresses, doors, kinds, listed), site_ids[number], tuple(absorbed[number]))
        for number, members in groups.items()
    ]


def merge_by_reports(
    groups: Sequence[KeptGroup], *, min_addresses: int, may_lose_areas: frozenset[int]
) -> tuple[dict[int, int], set[int]]:
    """Merge the points of a lattice at which fewer different doors than asked for were ever reported.

    Parameters
    ----------
    groups : the points at which something was reported.
    may_lose_areas : points that may join one of other areas where there is none of their own. A point that was never shown
        may not: its partner would lose an area on the very day on which something is shown there for the first time.

    Returns
    -------
    The point that each merged one joins, and the points that found no partner: nothing may be shown at them.
    """
    count = {group.site_id: group.reported for group in groups}
    by_id = {group.site_id: group for group in groups}
    joined: dict[int, int] = {}
    alone: set[int] = set()
    while small := [site for site in count if count[site] < min_addresses and site not in alone]:
        site = min(small, key=lambda one: (count[one], one))
        partner = _partner(by_id[site], [by_id[one] for one in count if one != site], site in may_lose_areas)
        if partner is None:
            alone.add(site)
            continue
        loser, winner = (site, partner) if count[partner] >= count[site] else (partner, site)
        joined[loser] = winner
        count[winner] += count.pop(loser)
    return {site: _end(joined, site) for site in joined}, alone & set(count)


def _partner(group: KeptGroup, others: Sequence[KeptGroup], may_lose_areas: bool) -> int | None:
    """The nearest point of the same areas, else of any where that is allowed."""
    alike = [other for other in others if (other.areas, other.mixed) == (group.areas, group.mixed)]
    candidates = alike or (others if may_lose_areas else [])
    if not candidates:
        return None
    xy_m = np.array([other.xy_m for other in candidates]) - group.xy_m
    return candidates[int(np.argmin((xy_m**2).sum(axis=1)))].site_id


def _end(joined: Mapping[int, int], site: int) -> int:
    while site in joined:
        site = joined[site]
    return site


def _join_new(
    groups: dict[int, list[int]],
    site_ids: dict[int, int | None],
    addresses: Sequence[Address],
    doors: Sequence[tuple[str, int]],
    *,
    first_new: int,
    min_addresses: int,
) -> None:
    """Let each new address join: the group of its own door, else of its street and areas, else one of its own areas, else any."""
    from scipy.spatial import KDTree

    new = range(first_new, len(addresses))
    if not new:
        return
    group_of = {position: number for number, members in groups.items() for position in members}
    known: dict[object, list[int]] = defaultdict(list)
    for position in group_of:
        known[doors[position]].append(position)
        known[doors[position][0], addresses[position].areas].append(position)
        known[addresses[position].areas].append(position)
    runs: dict[tuple[str, frozenset[int]], list[int]] = defaultdict(list)
    for position in new:
        run = doors[position][0], addresses[position].areas
        if doors[position] not in known and run not in known:
            runs[run].append(position)
    own: set[int] = set()
    for run in runs.values():
        if len({doors[position] for position in run}) >= min_addresses:
            for chunk in cut_run(sorted(run, key=lambda position: doors[position]), doors, min_addresses):
                number = min(groups, default=0) - 1 if min(groups, default=0) < 0 else -1
                groups[number], site_ids[number] = chunk, None
                own.update(chunk)
    trees: dict[object, KDTree] = {}
    everything = sorted(group_of)
    for position in new:
        if position in own:
            continue
        address = addresses[position]
        wanted = next(
            (key for key in (doors[position], (doors[position][0], address.areas), address.areas) if key in known), None
        )
        candidates = everything if wanted is None else known[wanted]
        if wanted not in trees:
            trees[wanted] = KDTree(np.array([addresses[one].xy_m for one in candidates]))
        nearest = candidates[int(trees[wanted].query(address.xy_m)[1])]
        groups[group_of[nearest]].append(position)


def _merge_small(
    groups: dict[int, list[int]],
    site_ids: dict[int, int | None],
    addresses: Sequence[Address],
    doors: Sequence[tuple[str, int]],
    listed: Sequence[bool],
    min_addresses: int,
) -> dict[int, list[int]]:
    """Merge groups with too few listed addresses into the nearest: of their street and areas, else of their areas, else of all."""
    absorbed: dict[int, list[int]] = defaultdict(list)
    n_doors = {
        number: len({doors[position] for position in members if listed[position]}) for number, members in groups.items()
    }
    xy_m = np.array([address.xy_m for address in addresses], dtype=float).reshape(-1, 2)
    centre = {number: xy_m[members].mean(axis=0) for number, members in groups.items()}
    shared = {
        number: frozenset.intersection(*(addresses[position].areas for position in members))
        for number, members in groups.items()
    }
    street = {number: doors[members[0]][0] for number, members in groups.items()}
    alike: dict[object, set[int]] = defaultdict(set)
    for number in groups:
        alike[shared[number]].add(number)
        alike[shared[number], street[number]].add(number)
    small = [(n_doors[number], number) for number in groups if n_doors[number] < min_addresses]
    heapify(small)
    while small and len(groups) > 1:
        n, number = heappop(small)
        if n_doors.get(number) != n:
            continue  # merged meanwhile
        of_run, of_areas = alike[shared[number], street[number]], alike[shared[number]]
        candidates = sorted(
            (of_run if len(of_run) > 1 else of_areas if len(of_areas) > 1 else groups.keys()) - {number}
        )
        distance = ((np.array([centre[other] for other in candidates]) - centre[number]) ** 2).sum(axis=1)
        partner = candidates[int(np.argmin(distance))]
        # A group that was shown before keeps its number and its point; of two such groups the larger one does.
        winner, loser = sorted((number, partner), key=lambda one: (site_ids[one] is None, -n_doors[one], one))
        for one in (winner, loser):
            alike[shared[one]].discard(one)
            alike[shared[one], street[one]].discard(one)
        groups[winner].extend(groups.pop(loser))
        absorbed[winner] += absorbed.pop(loser, [])
        if (old := site_ids.pop(loser)) is not None:
            absorbed[winner].append(old)
        del n_doors[loser]
        n_doors[winner] = len({doors[position] for position in groups[winner] if listed[position]})
        centre[winner] = xy_m[groups[winner]].mean(axis=0)
        shared[winner] &= shared[loser]
        alike[shared[winner]].add(winner)
        alike[shared[winner], street[winner]].add(winner)
        if n_doors[winner] < min_addresses:
            heappush(small, (n_doors[winner], winner))
    return absorbed
