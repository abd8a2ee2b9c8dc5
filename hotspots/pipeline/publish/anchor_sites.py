"""Where exact incidents may be shown: every address (or piece of the lattice) in exactly one group of enough of them.

A partition, so that the group and the areas shown with it never single out fewer addresses than asked for: what is
too small alone joins a neighbour, and the group then shows only the areas that all of its parts share
(k-anonymity by local generalisation; Sweeney 2002, LeFevre, DeWitt & Ramakrishnan 2006).
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from hotspots.domain.places.anchor_site import Address, Piece, Site
from hotspots.domain.places.street_name import street_key, title_case
from hotspots.words.places import AROUND

SNAP_M = 1.0
OFFSET_M = (0.371, 0.629)  # no surveyed or geocoded point lies on such decimals: a site is never an address's own point
SMALLEST_SHARE = 0.25  # of a lattice cell: a smaller piece joins another
SMALLEST_PIECE_M2 = 400.0  # less than a house with its ground: such a piece costs no neighbour its areas


def group_addresses(addresses: Sequence[Address], *, min_addresses: int, kinds: Mapping[int, int]) -> list[Site]:
    """Group the address list into runs of neighbours on one street and in one combination of areas.

    Parameters
    ----------
    addresses : the whole list. The same number of the same street counts once, however many flats it has.
    min_addresses : fewest different addresses of a group.
    kinds : position of the kind of each area.

    Returns
    -------
    Sites that hold every address once; none where the whole list has fewer than `min_addresses`.
    """
    doors = [(street_key(address.street), address.number) for address in addresses]
    runs: dict[tuple[frozenset[int], str], list[int]] = defaultdict(list)
    for position, address in enumerate(addresses):
        runs[address.areas, doors[position][0]].append(position)

    groups: list[list[int]] = []
    left_over: list[list[int]] = []
    for run in runs.values():
        chunks = cut_run(sorted(run, key=lambda position: doors[position]), doors, min_addresses)
        (groups if len({doors[position] for position in run}) >= min_addresses else left_over).extend(chunks)
    xy_m = np.array([address.xy_m for address in addresses], dtype=float).reshape(-1, 2)
    combination = [address.areas for address in addresses]
    if not groups:  # no run is long enough anywhere: neighbours of all streets and areas together
        groups, left_over = _cut_plane(list(range(len(addresses))), xy_m, doors, min_addresses), []
    _join_left_over(groups, left_over, xy_m, combination)
    return [address_site(group, addresses, doors, kinds) for group in groups]


def group_pieces(pieces: Sequence[Piece], *, lattice_m: float, kinds: Mapping[int, int]) -> list[Site]:
    """Let each large piece of the lattice stand alone, and join each small one to the nearest large one of its combination of areas.

    Where no large piece has the combination it joins the nearest of all, which loses the areas in which the two differ;
    a piece too small for a house is left out.
    """
    smallest = SMALLEST_SHARE * lattice_m**2
    groups = [[position] for position, piece in enumerate(pieces) if piece.area_m2 >= smallest]
    combinations = {pieces[group[0]].areas for group in groups}
    left_over = [
        [position]
        for position, piece in enumerate(pieces)
        if piece.area_m2 < smallest and (piece.areas in combinations or piece.area_m2 >= SMALLEST_PIECE_M2)
    ]
    if not groups and pieces:
        groups, left_over = [list(range(len(pieces)))], []
    xy_m = np.array([piece.xy_m for piece in pieces], dtype=float).reshape(-1, 2)
    _join_left_over(groups, left_over, xy_m, [piece.areas for piece in pieces])
    return [
        Site(
            tuple(group),
            None,
            None,
            None,
            None,
            None,
            *shared_areas([pieces[i].areas for i in group], kinds),
            _fixed_point(xy_m[group[:1]]),
        )
        for group in groups
    ]


def cut_run(run: list[int], doors: Sequence[tuple[str, int]], min_addresses: int) -> list[list[int]]:
    """Cut one street's addresses, in order, into as many equal groups as the fewest addresses allow."""
    order = list(dict.fromkeys(doors[position] for position in run))
    n_groups = max(len(order) // min_addresses, 1)
    group_of = {door: rank * n_groups // len(order) for rank, door in enumerate(order)}
    chunks: list[list[int]] = [[] for _ in range(n_groups)]
    for position in run:
        chunks[group_of[doors[position]]].append(position)
    return chunks


def _cut_plane(
    members: list[int], xy_m: NDArray[np.float64], doors: Sequence[tuple[str, int]], min_addresses: int
) -> list[list[int]]:
    """Halve along the longer side while both halves keep enough different addresses."""
    n_doors = len({doors[position] for position in members})
    if n_doors < min_addresses:
        return []
    points = xy_m[members]
    axis = int(np.argmax(np.ptp(points, axis=0)))
    order = [members[i] for i in np.argsort(points[:, axis], kind="stable")]
    halves = order[: len(order) // 2], order[len(order) // 2 :]
    if any(len({doors[position] for position in half}) < min_addresses for half in halves):
        return [members]
    shared = {doors[position] for position in halves[0]} & {doors[position] for position in halves[1]}
    return [members] if shared else [group for half in halves for group in _cut_plane(half, xy_m, doors, min_addresses)]


def _join_left_over(
    groups: list[list[int]],
    left_over: Sequence[list[int]],
    xy_m: NDArray[np.float64],
    combination: Sequence[frozenset[int]],
) -> None:
    """Join each left-over to the nearest group of its own combination of areas, else to the nearest of all."""
    from scipy.spatial import KDTree

    if not groups or not left_over:
        return
    centres = np.array([xy_m[group].mean(axis=0) for group in groups])
    by_combination: dict[frozenset[int], list[int]] = defaultdict(list)
    for number, group in enumerate(groups):
        by_combination[combination[group[0]]].append(number)
    trees = {areas: KDTree(centres[numbers]) for areas, numbers in by_combination.items()}
    everywhere = KDTree(centres)
    joins: list[tuple[int, list[int]]] = []
    for members in left_over:
        areas, centre = combination[members[0]], xy_m[members].mean(axis=0)
        if areas in trees:
            joins.append((by_combination[areas][int(trees[areas].query(centre)[1])], members))
        else:
            joins.append((int(everywhere.query(centre)[1]), members))
    for number, members in joins:
        groups[number].extend(members)


def shared_areas(areas: Sequence[frozenset[int]], kinds: Mapping[int, int]) -> tuple[tuple[int, ...], tuple[int, ...]]:
    """The areas that all parts share, and the positions of the kinds in which they differ."""
    distinct = set(areas)
    common = frozenset.intersection(*distinct)
    mixed = {kinds[area] for part in distinct for area in part - common}
    return tuple(sorted(area for area in common if kinds[area] not in mixed)), tuple(sorted(mixed))


def address_site(
    group: list[int],
    addresses: Sequence[Address],
    doors: Sequence[tuple[str, int]],
    kinds: Mapping[int, int],
    listed: Sequence[bool] | None = None,
) -> Site:
    """Name a group, and find the areas that all of its addresses share, its fixed point, and how many different ones are `listed`."""
    streets = Counter(doors[position][0] for position in group)
    main = [position for position in group if doors[position][0] == streets.most_common(1)[0][0]]
    numbers = [addresses[position].number for position in main]
    street = addresses[main[0]].street
    n_doors = len({doors[position] for position in group if listed is None or listed[position]})
    # With few doors on the main street its own range of numbers would say too much: then the street alone names the site.
    name = (
        f"{title_case(street)} {min(numbers)}–{max(numbers)}" if len(streets) == 1 else f"{title_case(street)}{AROUND}"
    )
    areas, mixed = shared_areas([addresses[position].areas for position in group], kinds)
    centre = _fixed_point(np.array([addresses[position].xy_m for position in main]))
    return Site(tuple(group), name, street, min(numbers), max(numbers), n_doors, areas, mixed, centre)


def _fixed_point(xy_m: NDArray[np.float64]) -> tuple[float, float]:
    x, y = np.floor(xy_m.mean(axis=0) / SNAP_M) * SNAP_M
    return float(x + OFFSET_M[0]), float(y + OFFSET_M[1])
