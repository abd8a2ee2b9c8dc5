"""Sites: groups of addresses or pieces of a lattice, each with one fixed public point."""

from __future__ import annotations

from dataclasses import dataclass

# Names of points that stand near nothing that has a name, as a publication writes them.
UNNAMED_BLOCK, LATTICE_POINT = "Block without a name", "Point of the public lattice"


@dataclass(frozen=True, slots=True)
class Address:
    """One entry of the address list; `areas` hold it, `xy_m` is in the city's CRS."""

    gazetteer_id: int
    street: str
    number: int
    xy_m: tuple[float, float]
    areas: frozenset[int]


@dataclass(frozen=True, slots=True)
class KeptAddress:
    """An address that stands in a group for good; `is_listed` while the city's list has it."""

    address: Address
    site_id: int
    is_listed: bool


@dataclass(frozen=True, slots=True)
class KeptGroup:
    """A point of the lattice with the different doors that were ever reported there; `xy_m` in the city's CRS."""

    site_id: int
    areas: frozenset[int]
    mixed: frozenset[int]
    reported: int
    xy_m: tuple[float, float]


@dataclass(frozen=True, slots=True)
class Piece:
    """A part of a lattice cell that lies in one combination of areas; `xy_m` is a point inside."""

    cell: tuple[int, int]
    areas: frozenset[int]
    area_m2: float
    xy_m: tuple[float, float]


@dataclass(frozen=True, slots=True)
class Site:
    """A group with its fixed point.

    Attributes
    ----------
    members : positions in the list that was grouped.
    name : None where it is named after what is near.
    areas : areas that hold all of it, of the kinds in which its parts agree.
    mixed : positions of the kinds of area in which its parts differ.
    """

    members: tuple[int, ...]
    name: str | None
    street: str | None
    number_from: int | None
    number_to: int | None
    addresses: int | None
    areas: tuple[int, ...]
    mixed: tuple[int, ...]
    xy_m: tuple[float, float]
