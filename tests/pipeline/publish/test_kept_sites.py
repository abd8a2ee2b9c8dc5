"""Groups that are kept: new addresses join, small groups merge, and nothing that was together is ever told apart."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import given, settings
from hypothesis import strategies as st

from hotspots.domain.places.anchor_site import Address, KeptAddress, KeptGroup
from hotspots.domain.places.street_name import street_key
from hotspots.pipeline.publish.anchor_sites import group_addresses
from hotspots.pipeline.publish.kept_sites import extend_addresses, merge_by_reports
from tests.pipeline.publish.test_anchor_sites import KINDS, address_lists

ONE_STREET = [Address(i, "N A ST", 100 + 2 * i, (10.0 * i, 0.0), frozenset({1, 11})) for i in range(24)]


def kept_in(sites: list, addresses: list[Address], *, lost: frozenset[int] = frozenset()) -> list[KeptAddress]:
    """The stored form of a first cut; sites are numbered from 1."""
    site_of = {member: number for number, site in enumerate(sites, start=1) for member in site.members}
    return [KeptAddress(address, site_of[at], at not in lost) for at, address in enumerate(addresses)]


def door(address: Address) -> tuple[str, int]:
    return street_key(address.street), address.number


@settings(max_examples=120, deadline=None)
@given(
    first=address_lists(), new=address_lists(), least=st.integers(2, 6), more=st.integers(0, 5), lost=st.sets(st.integers(0, 119))
)  # fmt: skip
def test_no_group_is_cut_and_each_has_enough_listed_doors(
    first: list[Address], new: list[Address], least: int, more: int, lost: set[int]
) -> None:
    sites = group_addresses(first, min_addresses=least, kinds=KINDS)
    if not sites:
        return
    kept = kept_in(sites, first, lost=frozenset(lost))
    groups = extend_addresses(kept, new, min_addresses=least + more, kinds=KINDS)
    everyone = [*first, *new]
    assert sorted(member for group in groups for member in group.site.members) == list(range(len(everyone)))
    home = {member: number for number, group in enumerate(groups) for member in group.site.members}
    for site in sites:
        assert len({home[member] for member in site.members}) == 1
    listed = [*(one.is_listed for one in kept), *[True] * len(new)]
    for group in groups:
        doors = {door(everyone[member]) for member in group.site.members if listed[member]}
        assert len(doors) == group.site.addresses
        assert len(doors) >= least + more or len(groups) == 1
        assert all(set(group.site.areas) <= everyone[member].areas for member in group.site.members)
    numbers = [number for group in groups for number in ([group.site_id] if group.site_id else []) + [*group.absorbed]]
    assert sorted(numbers) == list(range(1, len(sites) + 1))


def test_without_a_change_every_group_stays_as_it_was() -> None:
    sites = group_addresses(ONE_STREET, min_addresses=8, kinds=KINDS)
    groups = extend_addresses(kept_in(sites, ONE_STREET), [], min_addresses=8, kinds=KINDS)
    assert [(group.site, group.site_id) for group in groups] == [(site, n) for n, site in enumerate(sites, start=1)]


def test_a_new_door_joins_the_run_it_lies_in_and_a_new_street_makes_its_own() -> None:
    sites = group_addresses(ONE_STREET, min_addresses=8, kinds=KINDS)
    between = Address(90, "N A ST", 119, (95.0, 1.0), frozenset({1, 11}))
    street = [Address(100 + i, "B AVE", i + 1, (10.0 * i, 500.0), frozenset({1, 11})) for i in range(9)]
    groups = extend_addresses(kept_in(sites, ONE_STREET), [between, *street], min_addresses=8, kinds=KINDS)
    assert [(group.site.name, group.site.addresses, group.site_id) for group in groups] == [
        ("N A St 100–114", 8, 1), ("N A St 116–130", 9, 2), ("N A St 132–146", 8, 3), ("B Ave 1–9", 9, None),
    ]  # fmt: skip


def test_a_run_that_lost_a_door_merges_with_its_neighbour_and_a_higher_number_merges_all() -> None:
    sites = group_addresses(ONE_STREET, min_addresses=8, kinds=KINDS)
    lost = kept_in(sites, ONE_STREET, lost=frozenset({0}))
    (first, second) = extend_addresses(lost, [], min_addresses=8, kinds=KINDS)
    assert (first.site_id, first.absorbed, first.site.addresses, first.site.name) == (2, (1,), 15, "N A St 100–130")
    assert (second.site_id, second.site.addresses) == (3, 8)
    (all_of_it,) = extend_addresses(kept_in(sites, ONE_STREET), [], min_addresses=17, kinds=KINDS)
    assert all_of_it.site.addresses == 24


def test_the_same_door_at_another_point_is_no_new_door() -> None:
    sites = group_addresses(ONE_STREET, min_addresses=8, kinds=KINDS)
    moved = replace(ONE_STREET[0], gazetteer_id=77, xy_m=(140.0, 3.0))  # nearer to the second run
    groups = extend_addresses(kept_in(sites, ONE_STREET), [moved], min_addresses=8, kinds=KINDS)
    assert [group.site.addresses for group in groups] == [8, 8, 8]
    assert 24 in groups[0].site.members


def point(site_id: int, reported: int, x: float, areas: set[int]) -> KeptGroup:
    return KeptGroup(site_id, frozenset(areas), frozenset(), reported, (x, 0.0))


def test_a_lattice_point_with_few_reported_doors_joins_the_nearest_of_its_areas() -> None:
    points = [point(1, 20, 0, {1}), point(2, 3, 100, {1}), point(3, 9, 120, {2}), point(4, 2, 900, {1})]
    joined, alone = merge_by_reports(points, min_addresses=8, may_lose_areas=frozenset())
    assert (joined, alone) == ({4: 1, 2: 1}, set())


def test_a_point_without_one_of_its_areas_is_withheld_unless_nothing_was_shown_before() -> None:
    points = [point(1, 20, 0, {1}), point(2, 3, 100, {2})]
    assert merge_by_reports(points, min_addresses=8, may_lose_areas=frozenset()) == ({}, {2})
    assert merge_by_reports(points, min_addresses=8, may_lose_areas=frozenset({2})) == ({2: 1}, set())


def test_rare_points_merge_until_enough_doors_are_behind_each() -> None:
    points = [point(n, 3, 10.0 * n, {1}) for n in range(1, 8)]
    joined, alone = merge_by_reports(points, min_addresses=8, may_lose_areas=frozenset())
    behind = dict.fromkeys(range(1, 8), 0)
    for n in range(1, 8):
        behind[joined.get(n, n)] += 3
    assert alone == set()
    assert all(n == 0 or n >= 8 for n in behind.values())
