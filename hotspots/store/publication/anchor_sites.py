"""Reads the address list and the lattice, and keeps the sites made of them."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from hotspots.domain.places.anchor_site import Address, KeptAddress, KeptGroup, Piece, Site
from hotspots.store.publication.rules import Rules
from hotspots.store.sql.compose import Connection
from hotspots.store.sql.files import load_queries


def sites_are_due(connection: Connection) -> bool:
    """Whether exact incidents wait for sites that are not made yet."""
    return _queries().is_exact(connection) and not _queries().has_sites(connection)


def read_kinds(connection: Connection, rules: Rules) -> dict[int, int]:
    """Position of the kind of each area that may be published."""
    return dict(_queries().read_kinds(connection, label_kinds=list(rules.label_kinds)))


def kind_of_sites(connection: Connection) -> str | None:
    """``addresses`` or ``lattice``: what the sites of exact incidents were made of in this city, for good; None before the first."""
    return _queries().kind_of_sites(connection)


def read_addresses(connection: Connection, rules: Rules) -> list[Address]:
    """The addresses of the list that are in no site yet; empty where the city has no list."""
    return [
        Address(gazetteer_id, street, number or 0, (x, y), _ids(areas))
        for gazetteer_id, street, number, x, y, areas in _queries().read_addresses(
            connection, label_kinds=list(rules.label_kinds)
        )
    ]


def read_pieces(connection: Connection, rules: Rules, *, only_new_ground: bool = False) -> list[Piece]:
    """The cells of the lattice over the study area, cut at the areas of every published kind and vintage; all, or only on new ground."""
    queries = _queries()
    queries.drop_pieces(connection)
    queries.create_pieces(connection, lattice_m=rules.lattice_m)
    if only_new_ground:
        queries.keep_new_ground(connection)
    for kind, valid in list(queries.read_area_layers(connection, label_kinds=list(rules.label_kinds))):
        queries.cut_pieces(connection, kind=kind, valid=valid)
        queries.keep_cut_pieces(connection)
    return [
        Piece((cell_x, cell_y), _ids(areas), area_m2, (x, y))
        for cell_x, cell_y, areas, area_m2, x, y in queries.read_pieces(connection)
    ]


def read_kept_addresses(connection: Connection, rules: Rules) -> list[KeptAddress]:
    """Every address that was ever in a site, after noting which of them the list has lost and which have come back."""
    queries = _queries()
    queries.note_lost_addresses(connection)
    queries.note_returned_addresses(connection)
    return [
        KeptAddress(Address(entry_id, street, number, (x, y), _ids(areas)), site_id, is_listed)
        for entry_id, street, number, x, y, areas, site_id, is_listed in queries.read_kept_addresses(
            connection, label_kinds=list(rules.label_kinds)
        )
    ]


def read_kept_sites(connection: Connection) -> dict[int, Site]:
    """The sites that are there, by number, without their members."""
    return {
        site_id: Site((), name, street, number_from, number_to, addresses, tuple(areas), tuple(mixed), (x, y))
        for site_id, _, _, name, street, number_from, number_to, addresses, areas, mixed, x, y, _ in (
            _queries().read_kept_sites(connection)
        )
    }


def update_site(connection: Connection, site_id: int, site: Site) -> None:
    """Write what a kept site is called, shows and stands for today; its point stays."""
    _queries().update_site(
        connection, site_id=site_id, name=site.name, street=site.street, number_from=site.number_from,
        number_to=site.number_to, addresses=site.addresses, areas=list(site.areas), mixed=list(site.mixed),
    )  # fmt: skip


def update_areas(connection: Connection, site_id: int, areas: Sequence[int], mixed: Sequence[int]) -> None:
    """Write which areas a kept site shows today."""
    _queries().update_areas_of_site(connection, site_id=site_id, areas=sorted(areas), mixed=sorted(mixed))


def merge_sites(connection: Connection, joined: Mapping[int, int]) -> None:
    """Let each site of the keys be part of its value, with its ground, addresses and anchors."""
    if joined:
        _queries().merge_sites(connection, losers=list(joined), winners=list(joined.values()))


def write_address_sites(
    connection: Connection, rules: Rules, sites: Sequence[Site], addresses: Sequence[Address]
) -> None:
    """Keep new groups of addresses, and which address is in which."""
    first = _write_sites(connection, rules, "addresses", sites)
    _link_addresses(
        connection,
        first,
        [
            (addresses[member].gazetteer_id, number, None)
            for number, site in enumerate(sites)
            for member in site.members
        ],
    )


def add_addresses(connection: Connection, members: Sequence[tuple[int, int]]) -> None:
    """Add addresses, by their number in the gazetteer, to sites that are there."""
    _queries().create_site_draft(connection)
    _link_addresses(connection, 0, [(gazetteer_id, 0, site_id) for gazetteer_id, site_id in members])


def write_lattice_sites(connection: Connection, rules: Rules, sites: Sequence[Site], pieces: Sequence[Piece]) -> None:
    """Keep the points of the lattice, with the ground of each. `read_pieces` comes before."""
    queries = _queries()
    first = _write_sites(connection, rules, "lattice", sites)
    with connection.cursor() as cursor, cursor.copy(queries.copy_piece_drafts.sql) as copy:
        for number, site in enumerate(sites):
            for member in site.members:
                copy.write_row((*pieces[member].cell, sorted(pieces[member].areas), number))
    queries.link_pieces(connection, first=first)


def fill_ground(connection: Connection, rules: Rules) -> None:
    """Give pieces that were made before their ground was kept their ground."""
    if _queries().has_pieces_without_ground(connection):
        read_pieces(connection, rules)
        _queries().fill_ground(connection)
        _queries().drop_pieces(connection)


def read_kept_pieces(connection: Connection, rules: Rules) -> list[tuple[int, frozenset[int], frozenset[int]]]:
    """The site of each piece, the areas that hold the piece, and those that hold a part of it only."""
    return [
        (site_id, _ids(held), _ids(cut))
        for site_id, held, cut in _queries().read_kept_pieces(connection, label_kinds=list(rules.label_kinds))
    ]


def note_reports(connection: Connection) -> list[KeptGroup]:
    """Count the different doors that were ever reported at each lattice point; return the points that have any."""
    queries = _queries()
    queries.note_reports(connection)
    return [
        KeptGroup(site_id, frozenset(areas), frozenset(mixed), reported, (x, y))
        for site_id, _, kind, *_, areas, mixed, x, y, reported in queries.read_kept_sites(connection)
        if kind == "lattice" and reported
    ]


def read_shown_sites(connection: Connection) -> frozenset[int]:
    """Sites at which something was published before."""
    return frozenset(site_id for (site_id,) in _queries().shown_sites(connection))


def merge_due_sites(connection: Connection, joined: Mapping[int, int], withheld: Collection[int]) -> None:
    """Let the locations that wait for their anchor follow their sites, and leave those of `withheld` sites without one."""
    queries = _queries()
    queries.merge_due_sites(connection, losers=list(joined), winners=list(joined.values()))
    queries.drop_due_sites(connection, sites=sorted(withheld))
    queries.relabel_due_sites(connection)


def _link_addresses(connection: Connection, first: int, members: Sequence[tuple[int, int, int | None]]) -> None:
    queries = _queries()
    with connection.cursor() as cursor, cursor.copy(queries.copy_address_drafts.sql) as copy:
        for row in members:
            copy.write_row(row)
    queries.link_addresses(connection, first=first)


def _write_sites(connection: Connection, rules: Rules, kind: str, sites: Sequence[Site]) -> int:
    """Write new sites; return the highest number before, which their keys begin with."""
    queries = _queries()
    first = queries.newest_site(connection)
    queries.create_site_draft(connection)
    with connection.cursor() as cursor, cursor.copy(queries.copy_site_drafts.sql) as copy:
        for number, site in enumerate(sites):
            copy.write_row(
                (
                    number,
                    kind,
                    site.name,
                    site.street,
                    site.number_from,
                    site.number_to,
                    site.addresses,
                    list(site.areas),
                    list(site.mixed),
                    *site.xy_m,
                )
            )
    queries.insert_sites(connection, srid=rules.srid, seed=rules.seed)
    return first


def _ids(words: str) -> frozenset[int]:
    return frozenset(int(word) for word in words.split())


def _queries() -> Any:
    return load_queries("publication/anchor_sites")
