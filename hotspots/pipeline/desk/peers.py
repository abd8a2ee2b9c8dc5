"""Areas like one: matched on residents, ground and land use and on the level of an earlier year, never on what is compared."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from math import log

import numpy as np

from hotspots.domain.calendar import YEAR_DAYS
from hotspots.pipeline.desk.change import Row, Table
from hotspots.store.server.connection import Connection
from hotspots.store.staff.desk.change import AreaTraits, read_area_traits
from hotspots_models.statistics.funnel import funnel_limits
from hotspots_models.statistics.peers import nearest_peers

MOST = 5


@dataclass(frozen=True, slots=True)
class Trait:
    """One thing that areas are matched on: its name, how a page writes it, and the number that is compared; None where it is not known."""

    name: str
    written: str
    of: Callable[[AreaTraits], float | None]
    compared: Callable[[float], float]


def _log(value: float) -> float:
    return log(1 + value)


TRAITS = (
    Trait("residents", "{:,.0f}", lambda one: one.residents, _log),
    Trait("ground, km²", "{:.2f}", lambda one: one.km2, _log),
    Trait("crossings and blocks / km²", "{:,.0f}", lambda one: one.crossings / one.km2, _log),
    Trait("schools, stations and the like / km²", "{:.1f}", lambda one: one.places / one.km2, _log),
    Trait("parks, %", "{:.0f}", lambda one: 100 * one.park_share, _log),
    Trait("reports / km², year before", "{:,.0f}", lambda one: one.past / one.km2, _log),
)


@dataclass(frozen=True, slots=True)
class Peer:
    """An area like the one asked for: its traits as they are written, and its line of Change for the crime type; None without a report."""

    code: str
    name: str
    traits: tuple[str, ...]
    row: Row | None


@dataclass(frozen=True, slots=True)
class FunnelPoint:
    """An area of the funnel: what its residents, or its ground, let expect, what was reported, and whether it is the one or a peer."""

    name: str
    expected: float
    incidents: int
    role: str


@dataclass(frozen=True, slots=True)
class PeersOfArea:
    """The areas like one, and all areas of its kind in a funnel.

    Attributes
    ----------
    traits : names of what was matched; what is not known of the area, or the same everywhere, is not among them.
    unknown : names of what could not be matched.
    own : the area itself.
    per : residents, or km2 where the kind has no population.
    limits : (expected, lowest, highest) along the funnel: three standard deviations, widened by how the areas vary anyway.
    """

    traits: tuple[str, ...]
    unknown: tuple[str, ...]
    own: Peer
    peers: tuple[Peer, ...]
    points: tuple[FunnelPoint, ...]
    limits: tuple[tuple[float, float, float], ...]
    per: str


def read_traits(connection: Connection, kind: str, days: Mapping[str, date]) -> list[AreaTraits]:
    """Every current area of a kind; its level is that of the year before the older one of the two periods that are compared."""
    end = days["year_recent"]
    return read_area_traits(connection, kind=kind, since=end - timedelta(days=YEAR_DAYS), until=end)


def peers_of(areas: Sequence[AreaTraits], table: Table, code: str, *, crime_type: str) -> PeersOfArea | None:
    """The peers of an area for one crime type of a table by area; None where there is no such current area."""
    at = next((n for n, one in enumerate(areas) if one.code == code), None)
    if at is None:
        return None
    rows = {row.area_code: row for row in table.rows if row.crime_type == crime_type}
    known = [trait for trait in TRAITS if _is_known(trait, areas, at)]
    full = [n for n, one in enumerate(areas) if all(trait.of(one) is not None for trait in known)]
    compared = np.array([[trait.compared(trait.of(areas[n]) or 0.0) for trait in known] for n in full]).reshape(
        len(full), -1
    )
    telling = [n for n in range(len(known)) if len(full) > 1 and np.ptp(compared[:, n]) > 1e-9]
    matched = [known[n] for n in telling]
    found = nearest_peers(compared[:, telling], full.index(at), most=MOST) if telling else None
    chosen = [] if found is None else [full[n] for n in found.rows]

    def peer(one: AreaTraits) -> Peer:
        return Peer(
            one.code, one.name, tuple(trait.written.format(trait.of(one)) for trait in matched), rows.get(one.code)
        )

    per = "residents" if any(one.residents for one in areas) else "km2"
    points, limits = _funnel(areas, rows, own=at, peers=chosen, per=per)
    return PeersOfArea(
        traits=tuple(trait.name for trait in matched),
        unknown=tuple(trait.name for trait in TRAITS if trait not in known),
        own=peer(areas[at]),
        peers=tuple(peer(areas[n]) for n in chosen),
        points=points,
        limits=limits,
        per=per,
    )


def _is_known(trait: Trait, areas: Sequence[AreaTraits], at: int) -> bool:
    values = [trait.of(one) for one in areas]
    return values[at] is not None and any(value for value in values)


def _funnel(
    areas: Sequence[AreaTraits], rows: Mapping[str | None, Row], *, own: int, peers: Sequence[int], per: str
) -> tuple[tuple[FunnelPoint, ...], tuple[tuple[float, float, float], ...]]:
    """All areas with their exposure, and the limits from the smallest to the largest expected count."""
    exposure = [float((one.residents if per == "residents" else one.km2) or 0) for one in areas]
    shown = [n for n, size in enumerate(exposure) if size > 0]
    counts = [rows[areas[n].code].recent if areas[n].code in rows else 0 for n in shown]
    found = funnel_limits(counts, [exposure[n] for n in shown])
    roles = {own: "own", **dict.fromkeys(peers, "peer")}
    points = tuple(
        FunnelPoint(areas[n].name, float(found.expected[at]), counts[at], roles.get(n, "other"))
        for at, n in enumerate(shown)
    )
    low, high = found.at(-3, wide=True), found.at(3, wide=True)
    order = np.argsort(found.expected)
    return points, tuple((float(found.expected[n]), float(low[n]), float(high[n])) for n in order)
