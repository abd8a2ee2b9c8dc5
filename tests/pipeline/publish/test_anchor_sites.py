"""Groups of addresses and pieces of a lattice: a partition in which nothing is too small."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from hotspots.domain.places.anchor_site import Address, Piece
from hotspots.pipeline.publish.anchor_sites import group_addresses, group_pieces

KINDS = {1: 1, 2: 1, 3: 1, 11: 2, 12: 2}  # areas 1 to 3 are beats, 11 and 12 districts


@st.composite
def address_lists(draw: st.DrawFn) -> list[Address]:
    n = draw(st.integers(0, 120))
    return [
        Address(
            gazetteer_id=number,
            street=draw(st.sampled_from(["N A ST", "North A Street", "B AVE", "C CT"])),
            number=draw(st.integers(1, 40)),
            xy_m=(draw(st.integers(0, 1000)) * 1.0, draw(st.integers(0, 1000)) * 1.0),
            areas=frozenset({draw(st.sampled_from([1, 2, 3])), draw(st.sampled_from([11, 12]))}),
        )
        for number in range(n)
    ]


def doors(addresses: list[Address]) -> set[tuple[str, int]]:
    spelling = {"North A Street": "N A ST"}
    return {(spelling.get(address.street, address.street), address.number) for address in addresses}


@settings(max_examples=150, deadline=None)
@given(addresses=address_lists(), least=st.integers(2, 10))
def test_every_address_is_in_one_group_of_enough_doors_that_share_the_areas_shown(
    addresses: list[Address], least: int
) -> None:
    sites = group_addresses(addresses, min_addresses=least, kinds=KINDS)
    members = sorted(member for site in sites for member in site.members)
    if len(doors(addresses)) < least:
        assert members == []
        return
    assert members == list(range(len(addresses)))
    for site in sites:
        group = [addresses[member] for member in site.members]
        assert len(doors(group)) >= least
        assert site.addresses == len(doors(group))
        assert all(set(site.areas) <= address.areas for address in group)
        for kind in {1, 2} - set(site.mixed):
            assert len({area for address in group for area in address.areas if KINDS[area] == kind}) == 1


@settings(max_examples=50, deadline=None)
@given(addresses=address_lists())
def test_no_site_stands_at_an_address(addresses: list[Address]) -> None:
    points = {address.xy_m for address in addresses}
    assert not points & {site.xy_m for site in group_addresses(addresses, min_addresses=3, kinds=KINDS)}


def test_one_street_is_cut_into_runs_of_neighbours() -> None:
    street = [Address(i, "N A ST", 100 + 2 * i, (10.0 * i, 0.0), frozenset({1, 11})) for i in range(20)]
    sites = group_addresses(street, min_addresses=8, kinds=KINDS)
    assert [site.members for site in sites] == [tuple(range(10)), tuple(range(10, 20))]
    assert [site.name for site in sites] == ["N A St 100–118", "N A St 120–138"]
    assert [site.areas for site in sites] == [(1, 11), (1, 11)]


def test_a_lone_address_of_another_beat_costs_its_neighbours_the_beat_and_nothing_else() -> None:
    street = [Address(i, "N A ST", 100 + 2 * i, (10.0 * i, 0.0), frozenset({1, 11})) for i in range(8)]
    lone = Address(99, "N A ST", 116, (80.0, 0.0), frozenset({2, 11}))
    (site,) = group_addresses([*street, lone], min_addresses=8, kinds=KINDS)
    assert (site.areas, site.mixed, site.addresses) == ((11,), (1,), 9)


def piece(x: int, areas: set[int], area_m2: float) -> Piece:
    return Piece((x, 0), frozenset(areas), area_m2, (x * 100.0 + 50, 50.0))


def test_a_sliver_joins_the_nearest_piece_of_its_own_areas() -> None:
    pieces = [piece(0, {1, 11}, 10_000), piece(1, {1, 11}, 900), piece(1, {2, 11}, 9_100)]
    sites = group_pieces(pieces, lattice_m=100, kinds=KINDS)
    assert [(site.members, site.areas) for site in sites] == [((0, 1), (1, 11)), ((2,), (2, 11))]


def test_a_sliver_without_a_like_costs_its_neighbour_the_areas_in_which_they_differ() -> None:
    pieces = [piece(0, {1, 11}, 9_000), piece(0, {2, 11}, 1_000)]
    (site,) = group_pieces(pieces, lattice_m=100, kinds=KINDS)
    assert (site.members, site.areas, site.mixed) == ((0, 1), (11,), (1,))


def test_a_sliver_too_small_for_a_house_costs_nobody_anything() -> None:
    pieces = [piece(0, {1, 11}, 9_990), piece(0, {2, 11}, 10)]
    (site,) = group_pieces(pieces, lattice_m=100, kinds=KINDS)
    assert (site.members, site.areas) == ((0,), (1, 11))
