"""The partition that exact incidents are shown by: made once, then kept; each publication adds to it and merges it."""

from __future__ import annotations

from collections import defaultdict

from hotspots.errors import InputError
from hotspots.pipeline.publish.anchor_sites import SMALLEST_PIECE_M2, SMALLEST_SHARE, group_addresses, group_pieces
from hotspots.pipeline.publish.kept_sites import extend_addresses, merge_by_reports
from hotspots.store.publication import anchor_sites
from hotspots.store.publication.publication import Connection
from hotspots.store.publication.rules import Rules


def make_sites(connection: Connection, rules: Rules) -> None:
    """Make the sites of exact incidents, from the address list or else from the lattice. Only before the first of them is shown."""
    kinds = anchor_sites.read_kinds(connection, rules)
    addresses = anchor_sites.read_addresses(connection, rules)
    if addresses:
        sites = group_addresses(addresses, min_addresses=rules.min_addresses, kinds=kinds)
        if not sites:
            raise _too_few(rules)
        anchor_sites.write_address_sites(connection, rules, sites, addresses)
    else:
        pieces = anchor_sites.read_pieces(connection, rules)
        sites = group_pieces(pieces, lattice_m=rules.lattice_m, kinds=kinds)
        anchor_sites.write_lattice_sites(connection, rules, sites, pieces)


def keep_sites(connection: Connection, rules: Rules) -> bool:
    """Bring the sites to today's list, areas and rules by adding and merging; return whether one that was there changed."""
    before = anchor_sites.read_kept_sites(connection)
    kind = anchor_sites.kind_of_sites(connection)
    if kind == "addresses":
        _keep_addresses(connection, rules)
    elif kind == "lattice":
        _keep_lattice(connection, rules)
    after = anchor_sites.read_kept_sites(connection)
    return any(after.get(site_id) != site for site_id, site in before.items())


def merge_rare_points(connection: Connection, rules: Rules, *, is_first: bool) -> int:
    """Merge the lattice points at which too few doors were ever reported; return how many. What finds no partner is shown nowhere.

    Parameters
    ----------
    is_first : nothing was ever published, so no point can be told to have changed.
    """
    if anchor_sites.kind_of_sites(connection) != "lattice":
        return 0
    groups = anchor_sites.note_reports(connection)
    shown = anchor_sites.read_shown_sites(connection)
    everywhere = frozenset(group.site_id for group in groups)
    joined, alone = merge_by_reports(
        groups, min_addresses=rules.min_addresses, may_lose_areas=everywhere if is_first else shown
    )
    if joined:
        kinds = anchor_sites.read_kinds(connection, rules)
        of_winner = defaultdict(list)
        by_id = {group.site_id: group for group in groups}
        for loser, winner in joined.items():
            of_winner[winner].append(by_id[loser])
        for winner, losers in of_winner.items():
            parts = [by_id[winner], *losers]
            common = frozenset.intersection(*(part.areas for part in parts))
            mixed = frozenset.union(*(part.mixed for part in parts)) | {
                kinds[area] for part in parts for area in part.areas - common
            }
            anchor_sites.update_areas(
                connection, winner, [area for area in common if kinds[area] not in mixed], [*mixed]
            )
        anchor_sites.merge_sites(connection, joined)
    anchor_sites.merge_due_sites(connection, joined, alone - shown)
    return len(joined)


def _keep_addresses(connection: Connection, rules: Rules) -> None:
    kept = anchor_sites.read_kept_addresses(connection, rules)
    new = anchor_sites.read_addresses(connection, rules)
    kinds = anchor_sites.read_kinds(connection, rules)
    groups = extend_addresses(kept, new, min_addresses=rules.min_addresses, kinds=kinds)
    if any((group.site.addresses or 0) < rules.min_addresses for group in groups):
        raise _too_few(rules)
    before = anchor_sites.read_kept_sites(connection)
    own = [group.site for group in groups if group.site_id is None]
    everyone = [*(one.address for one in kept), *new]
    if own:
        anchor_sites.write_address_sites(connection, rules, own, everyone)
    joining = []
    joined: dict[int, int] = {}
    for group in groups:
        if group.site_id is None:
            continue
        joined |= dict.fromkeys(group.absorbed, group.site_id)
        joining += [
            (everyone[member].gazetteer_id, group.site_id) for member in group.site.members if member >= len(kept)
        ]
        was = before[group.site_id]
        if (was.name, was.addresses, was.areas, was.mixed) != (
            group.site.name, group.site.addresses, group.site.areas, group.site.mixed,
        ):  # fmt: skip
            anchor_sites.update_site(connection, group.site_id, group.site)
    anchor_sites.add_addresses(connection, joining)
    anchor_sites.merge_sites(connection, joined)


def _keep_lattice(connection: Connection, rules: Rules) -> None:
    anchor_sites.fill_ground(connection, rules)
    kinds = anchor_sites.read_kinds(connection, rules)
    parts: dict[int, list[tuple[frozenset[int], frozenset[int]]]] = defaultdict(list)
    for site_id, held, cut in anchor_sites.read_kept_pieces(connection, rules):
        parts[site_id].append((held, cut))
    before = anchor_sites.read_kept_sites(connection)
    areas_of: dict[int, tuple[tuple[int, ...], tuple[int, ...]]] = {}
    for site_id, of_site in parts.items():
        common = frozenset.intersection(*(held for held, _ in of_site))
        mixed = {kinds[area] for held, cut in of_site for area in (held - common) | cut}
        areas_of[site_id] = tuple(sorted(area for area in common if kinds[area] not in mixed)), tuple(sorted(mixed))
        if areas_of[site_id] != (before[site_id].areas, before[site_id].mixed):
            anchor_sites.update_areas(connection, site_id, *areas_of[site_id])
    # One point a cell of today's spacing: a wider lattice merges points, a narrower one changes nothing.
    cells: dict[object, list[int]] = defaultdict(list)
    for site_id, site in before.items():
        x, y = site.xy_m
        cells[x // rules.lattice_m, y // rules.lattice_m, areas_of.get(site_id)].append(site_id)
    anchor_sites.merge_sites(
        connection, {site: min(of_cell) for of_cell in cells.values() for site in of_cell if site != min(of_cell)}
    )
    smallest = SMALLEST_SHARE * rules.lattice_m**2
    pieces = [
        piece
        for piece in anchor_sites.read_pieces(connection, rules, only_new_ground=True)
        if piece.area_m2 >= SMALLEST_PIECE_M2
    ]
    if any(piece.area_m2 >= smallest for piece in pieces):
        sites = group_pieces(pieces, lattice_m=rules.lattice_m, kinds=kinds)
        anchor_sites.write_lattice_sites(connection, rules, sites, pieces)


def _too_few(rules: Rules) -> InputError:
    return InputError(
        f"The address list has fewer than {rules.min_addresses} addresses, so no anchor could stand for as many. "
        "Load the whole list, or none: then a lattice serves (public.lattice_m)."
    )
