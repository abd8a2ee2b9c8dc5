"""The police reports of each event in the invented city: times, place, report number, and what they corrected later."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from hotspots.demo_city import landmarks
from hotspots.demo_city.draws import Draws
from hotspots.demo_city.layout import SEED, cell_of, to_decimetres
from hotspots.demo_city.offences import CODES, OFFENCES
from hotspots.demo_city.rhythms import DELAYS, FIRST_DAY, N_DAYS

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from hotspots.demo_city.city import DemoCity

    Ints = NDArray[np.int64]

N_DELIVERIES = 24  # one a month
N_OUTSIDE = 110
# What becomes of a report in a later delivery.
SAME, RECLASSIFIED, MOVED, ARREST_MADE, UNFOUNDED, REPEATED = range(6)
_FATES = (9_250, 160, 90, 330, 90, 80)
_RECLASSIFIED_AS = {
    320: 310,
    321: 310,
    310: 110,
    710: 210,
    210: 220,
    810: 820,
    330: 320,
    620: 710,
    510: 920,
    920: 510,
    9010: 710,
    9020: 910,
}
INDOOR_TYPES: tuple[tuple[tuple[str, int], ...], ...] = (
    (("RESIDENCE", 80), ("RESIDENCE - GARAGE", 8), ("RESIDENCE - YARD", 7), ("OTHER", 5)),
    (("APARTMENT", 86), ("APARTMENT HALLWAY", 10), ("OTHER", 4)),
    (("SMALL RETAIL STORE", 45), ("GROCERY STORE", 25), ("RESTAURANT", 20), ("GAS STATION", 10)),
    (("OFFICE", 70), ("BANK", 15), ("GOVERNMENT BUILDING", 15)),
    (("WAREHOUSE", 60), ("CONSTRUCTION SITE", 40)),
)
STREET_TYPES = (("STREET", 60), ("SIDEWALK", 22), ("ALLEY", 10), ("PARKING LOT", 8))


@dataclass(frozen=True, eq=False)
class Reports:
    """(n,) columns, ordered by the time of the report. `fate` says what a later delivery, `changed_in`, does to it."""

    event: Ints  # index into Events; −1: outside the city
    number: list[str]
    offence: Ints
    occurred_from: Ints  # minutes since FIRST_DAY 00:00, local wall clock
    occurred_to: Ints  # −1: a moment
    reported: Ints
    delivery: Ints  # 0 … 23: the month of the report
    address: list[str]
    x_dm: Ints
    y_dm: Ints
    located: NDArray[np.bool_]
    beat: Ints  # index into the beats as recorded; −1: none
    community_area: Ints
    location_type: list[str]
    domestic: NDArray[np.bool_]
    arrest: NDArray[np.bool_]
    fate: Ints
    changed_in: Ints

    def __len__(self) -> int:
        return len(self.number)


def _delays(offence: Ints, draws: Draws) -> Ints:
    delay = np.zeros(len(offence), dtype=np.int64)
    for name, bands in DELAYS.items():
        mine = np.flatnonzero(np.isin(offence, [i for i, one in enumerate(OFFENCES) if one.delay == name]))
        low, high, weights = (np.array(column) for column in zip(*bands, strict=True))
        band = draws.pick(weights, len(mine))
        delay[mine] = low[band] + draws.below(high[band] - low[band], len(mine))
    return delay


def _windows(offence: Ints, minute: Ints, draws: Draws) -> tuple[Ints, Ints]:
    """From–to windows round the true moment, on the quarter hour; −1 where the moment is known."""
    longest = np.array([one.window for one in OFFENCES])[offence] * 60
    n = len(offence)
    length = longest // 4 + draws.below(np.maximum(longest - longest // 4, 1), n)
    before = draws.below(np.maximum(length, 1), n)
    start = np.maximum((minute - before) // 15 * 15, 0)
    known = (longest == 0) | draws.chance(25, n)
    return np.where(known, minute, start), np.where(known, -1, (start + length) // 15 * 15 + 15)


@dataclass(frozen=True, eq=False)
class _Where:
    """Place of each event as written down."""

    words: list[str]
    x_dm: Ints
    y_dm: Ints
    column: Ints
    row: Ints
    kind: list[str]


def _places(city: DemoCity, draws: Draws) -> _Where:
    """The address itself, the crossing nearest to it, or a park, station or school."""
    events, addresses, crossings = city.events, city.addresses, city.intersections
    n = len(events)
    at = events.address
    on_street = draws.chance(np.array([one.street_percent for one in OFFENCES])[events.offence], n)
    index_of = {
        (int(u), int(v)): i for i, (u, v) in reversed(list(enumerate(zip(crossings.u, crossings.v, strict=True))))
    }
    u = np.rint(addresses.u[at]).astype(np.int64)
    v = 2 * np.rint(addresses.v[at] / 2).astype(np.int64)
    crossing = np.array([index_of.get(key, -1) for key in zip(u.tolist(), v.tolist(), strict=True)])
    at_crossing = on_street & draws.chance(35, n) & (crossing >= 0)
    x = np.where(at_crossing, crossings.x_dm[crossing], addresses.x_dm[at])
    y = np.where(at_crossing, crossings.y_dm[crossing], addresses.y_dm[at])
    column, row = cell_of(addresses.u[at], addresses.v[at])

    titles, place_x, place_y, place_cell, place_kind, weights = _public_places(city)
    in_public = draws.chance(np.where(on_street, 5, 0), n)
    place = draws.pick(weights, n)
    words, kinds = [], []
    indoor = [_spread(table, draws, n) for table in INDOOR_TYPES]
    outdoor = _spread(STREET_TYPES, draws, n)
    bars, vacant = set(city.bars.tolist()), set(city.vacant_buildings.tolist())
    use = addresses.use[at].tolist()
    streets, numbers = addresses.street[at].tolist(), addresses.number[at].tolist()
    for i, address in enumerate(at.tolist()):
        if in_public[i]:
            words.append(titles[place[i]])
            kinds.append(place_kind[place[i]])
        elif at_crossing[i]:
            words.append(f"{crossings.first[crossing[i]]} & {crossings.second[crossing[i]]}")
            kinds.append(outdoor[i])
        else:
            words.append(f"{numbers[i]} {streets[i]}")
            inside = (
                "BAR OR TAVERN" if address in bars else "VACANT BUILDING" if address in vacant else indoor[use[i]][i]
            )
            kinds.append(outdoor[i] if on_street[i] else inside)
    return _Where(
        words,
        np.where(in_public, place_x[place], x),
        np.where(in_public, place_y[place], y),
        np.where(in_public, place_cell[0][place], column),
        np.where(in_public, place_cell[1][place], row),
        kinds,
    )


def _spread(table: tuple[tuple[str, int], ...], draws: Draws, n: int) -> list[str]:
    words = [word for word, _ in table]
    return [words[i] for i in draws.pick([weight for _, weight in table], n).tolist()]


def _public_places(city: DemoCity) -> tuple[list[str], Ints, Ints, tuple[Ints, Ints], list[str], list[int]]:
    parks = [(name.upper(), (u0 + u1) / 2, (v0 + v1) / 2) for name, u0, v0, u1, v1 in landmarks.PARKS]
    u = np.array([at[1] for at in parks] + [at[0] for at in landmarks.STATION_AT])
    v = np.array([at[2] for at in parks] + [at[1] - 0.1 for at in landmarks.STATION_AT])
    x, y = to_decimetres(u, v)
    titles = [park[0] for park in parks] + [f"{name.upper()} STATION" for name in city.stations.names]
    kinds = ["PARK PROPERTY"] * len(parks) + ["TRANSIT STATION"] * len(city.stations.names)
    return titles, x, y, cell_of(u, v), kinds, [2] * len(parks) + [7] * len(city.stations.names)


def build_reports(city: DemoCity) -> Reports:
    """Write the reports: those that come in after the last day are not there yet."""
    events = city.events
    draws = Draws(SEED, "reports")
    n = len(events)
    occurred_from, occurred_to = _windows(events.offence, events.minute, draws)
    reported = np.maximum(occurred_to, events.minute) + _delays(events.offence, draws)
    where = _places(city, draws)
    beat = city.areas["beat"].of_cell[where.column, where.row]
    community = city.areas["community_area"].of_cell[where.column, where.row]
    mistaken = draws.chance(1.2, n)  # somebody wrote down the next beat
    beat = np.where(mistaken & (beat >= 0), (beat + 1) % len(city.areas["beat"].codes), beat)
    percent = {name: np.array([getattr(one, name) for one in OFFENCES])[events.offence] for name in _SHARES}
    unlocated = draws.chance(percent["unlocated_percent"], n)
    domestic = draws.chance(percent["domestic_percent"], n)
    arrest = draws.chance(percent["arrest_percent"], n)
    fate = draws.pick(_FATES, n)
    fate = np.where(unlocated & draws.chance(30, n), MOVED, fate)  # found on the map later

    columns = [
        events.offence,
        occurred_from,
        occurred_to,
        reported,
        where.x_dm,
        where.y_dm,
        ~unlocated,
        beat,
        community,
        domestic,
        arrest,
        fate,
    ]
    outside = _outside(draws)
    joined = [np.concatenate([column, extra]) for column, extra in zip(columns, outside, strict=True)]
    event = np.concatenate([np.arange(n), np.full(N_OUTSIDE, -1)])
    words = where.words + [f"{100 + 20 * i} TOWNSHIP LINE RD" for i in range(N_OUTSIDE)]
    kinds = where.kind + ["STREET"] * N_OUTSIDE
    kept = np.flatnonzero(joined[3] < N_DAYS * 1440)
    order = kept[np.argsort(joined[3][kept], kind="stable")]
    offence, occurred_from, occurred_to, reported, x, y, located, beat, community, domestic, arrest, fate = (
        column[order] for column in joined
    )
    delivery = _month(reported)
    changed_in = delivery + 1 + draws.below(4, len(order))
    possible = np.isin(offence, [CODES[code] for code in _RECLASSIFIED_AS])
    impossible = (changed_in >= N_DELIVERIES) | ((fate == RECLASSIFIED) & ~possible) | ((fate == ARREST_MADE) & arrest)
    return Reports(
        event[order],
        _numbers(reported),
        offence,
        occurred_from,
        occurred_to,
        reported,
        delivery,
        [words[i] for i in order.tolist()],
        x,
        y,
        located.astype(bool),
        beat,
        community,
        [kinds[i] for i in order.tolist()],
        domestic.astype(bool),
        arrest.astype(bool),
        np.where(impossible, SAME, fate),
        changed_in,
    )


_SHARES = ("unlocated_percent", "domestic_percent", "arrest_percent")


def _outside(draws: Draws) -> list[Ints]:
    """Reports taken for the township in the north-west: the columns of `build_reports` in their order."""
    n = N_OUTSIDE
    x, y = to_decimetres(1 + draws.below(1200, n) / 100, 60 + draws.below(1500, n) / 100)
    minute = draws.below(N_DAYS * 1440 - 3000, n)
    offence = np.array([CODES[code] for code in (710, 810, 620)])[draws.below(3, n)]
    none = np.full(n, -1)
    return [
        offence,
        minute,
        none,
        minute + 30 + draws.below(600, n),
        x,
        y,
        np.ones(n, dtype=np.int64),
        none,
        none,
        *(np.zeros((3, n), dtype=np.int64)),
    ]


def _month(minute: Ints) -> Ints:
    days = np.datetime64(FIRST_DAY) + minute // 1440
    return (days.astype("datetime64[M]") - np.datetime64(FIRST_DAY, "M")).astype(np.int64)


def _numbers(reported: Ints) -> list[str]:
    """Report numbers such as 24-000123: a new series each year, with gaps of one for reports of other kinds."""
    years = _month(reported) // 12
    numbers, count = [], {}
    for year in years.tolist():
        count[year] = count.get(year, 0) + 1
        numbers.append(f"{24 + year}-{count[year] + count[year] // 7:06}")
    return numbers


def reclassified_as(offence: int) -> int:
    """The offence that a report of this one turns out to be."""
    return CODES[_RECLASSIFIED_AS[OFFENCES[offence].code]]
