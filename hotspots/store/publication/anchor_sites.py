"""Reads the address list and the lattice, and keeps the sites made of them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from hotspots.domain.anchor_site import Address, Piece, Site
from hotspots.store.publication.publication import Rules
from hotspots.store.sql.compose import Connection
from hotspots.store.sql.files import load_queries


def sites_are_due(connection: Connection) -> bool:
    """Whether exact incidents wait for sites that are not made yet."""
    return _queries().is_exact(connection) and not _queries().has_sites(connection)


def read_kinds(connection: Connection, rules: Rules) -> dict[int, int]:
    """Position of the kind of each area that may be published."""
    return dict(_queries().read_kinds(connection, label_kinds=list(rules.label_kinds)))


def read_addresses(connection: Connection, rules: Rules) -> list[Address]:
    """The address list; empty where the city has none."""
    return [
        Address(gazetteer_id, street, number or 0, (x, y), _ids(areas))
        for gazetteer_id, street, number, x, y, areas in _queries().read_addresses(
            connection, label_kinds=list(rules.label_kinds)
        )
    ]


def read_pieces(connection: Connection, rules: Rules) -> list[Piece]:
    """The cells of the lattice over the study area, cut at the areas of every published kind and vintage."""
    queries = _queries()
    queries.create_pieces(connection, lattice_m=rules.lattice_m)
    for kind, valid in list(queries.read_area_layers(connection, label_kinds=list(rules.label_kinds))):
        queries.cut_pieces(connection, kind=kind, valid=valid)
        queries.keep_cut_pieces(connection)
    return [
        Piece((cell_x, cell_y), _ids(areas), area_m2, (x, y))
        for cell_x, cell_y, areas, area_m2, x, y in queries.read_pieces(connection)
    ]


def write_address_sites(
    connection: Connection, rules: Rules, sites: Sequence[Site], addresses: Sequence[Address]
) -> None:
    """Keep groups of addresses and which address is in which."""
    queries = _queries()
    _write_sites(connection, rules, "addresses", sites)
    with connection.cursor() as cursor, cursor.copy(queries.copy_address_drafts.sql) as copy:
        for number, site in enumerate(sites):
            for member in site.members:
                copy.write_row((addresses[member].gazetteer_id, number))
    queries.link_addresses(connection)


def write_lattice_sites(connection: Connection, rules: Rules, sites: Sequence[Site], pieces: Sequence[Piece]) -> None:
    """Keep the points of the lattice and which piece belongs to which."""
    queries = _queries()
    _write_sites(connection, rules, "lattice", sites)
    with connection.cursor() as cursor, cursor.copy(queries.copy_piece_drafts.sql) as copy:
        for number, site in enumerate(sites):
            for member in site.members:
                copy.write_row((*pieces[member].cell, sorted(pieces[member].areas), number))
    queries.link_pieces(connection)


def _write_sites(connection: Connection, rules: Rules, kind: str, sites: Sequence[Site]) -> None:
    queries = _queries()
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


def _ids(words: str) -> frozenset[int]:
    return frozenset(int(word) for word in words.split())


def _queries() -> Any:
    return load_queries("publication/anchor_sites")
