"""Events in the invented city: offences drawn by place and time, outbreaks, and offences that follow others near by."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

import numpy as np

from hotspots.demo_city import layout
from hotspots.demo_city.draws import Draws
from hotspots.demo_city.layout import SEED, cell_of
from hotspots.demo_city.offences import CODES, OFFENCES, OUTBREAKS, Offence
from hotspots.demo_city.rhythms import FIRST_DAY, FOLLOWS_AFTER_DAYS, N_DAYS, day_weights, hours_of_week

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from hotspots.demo_city.streets import Addresses

    Ints = NDArray[np.int64]

SAME_ADDRESS_PERCENT = 30
_STEP_WEIGHTS = (1, 4, 10, 16, 10, 4, 1)  # of −3 … 3 squares of 50 m, each way
_MINUTE_WEIGHTS = np.where(np.arange(60) % 30 == 0, 25, np.where(np.arange(60) % 5 == 0, 4, 1))  # people round


@dataclass(frozen=True, eq=False)
class Events:
    """(n,) arrays: what, where and when, and which event it followed."""

    offence: Ints  # index into OFFENCES
    address: Ints  # index into Addresses
    minute: Ints  # of the local wall clock since FIRST_DAY 00:00
    parent: Ints  # index of the event that it followed, −1: none
    outbreak: Ints  # index into OUTBREAKS, −1: none

    def __len__(self) -> int:
        return len(self.offence)

    @property
    def day(self) -> Ints:
        """(n,) days since FIRST_DAY."""
        return self.minute // 1440


def _minutes_of(offence: Offence, days: Ints, draws: Draws) -> Ints:
    """A moment on each day, by the offence's hours on that weekday."""
    by_weekday = hours_of_week(offence.hours).reshape(7, 24)
    hours = np.zeros(len(days), dtype=np.int64)
    for weekday in range(7):
        on = np.flatnonzero(days % 7 == weekday)
        hours[on] = draws.pick(by_weekday[weekday], len(on)) if len(on) else 0
    return days * 1440 + hours * 60 + draws.pick(_MINUTE_WEIGHTS, len(days))


def _event(offence: int, address: Ints, minute: Ints, outbreak: int = -1) -> Events:
    n = len(address)
    return Events(np.full(n, offence), address, minute, np.full(n, -1), np.full(n, outbreak))


def _join(parts: list[Events]) -> Events:
    return Events(
        *(
            np.concatenate([getattr(part, name) for part in parts])
            for name in ("offence", "address", "minute", "parent", "outbreak")
        )
    )


def _background(index: int, offence: Offence, weights: dict[str, Ints]) -> Events:
    draws = Draws(SEED, f"events {offence.code}")
    n = offence.count * (100 - offence.follow_percent) // 100
    days = draws.pick(day_weights(offence.hours, offence.season, offence.trend_percent), n)
    return _event(index, draws.pick(weights[offence.where], n), _minutes_of(offence, days, draws))


def _outbreaks(addresses: Addresses, weights: dict[str, Ints]) -> list[Events]:
    found = []
    for number, outbreak in enumerate(OUTBREAKS):
        index = CODES[outbreak.code]
        offence = OFFENCES[index]
        draws = Draws(SEED, f"outbreak {outbreak.title}")
        first, last = ((date.fromisoformat(day) - FIRST_DAY).days for day in (outbreak.first_day, outbreak.last_day))
        days = first + draws.pick(day_weights(offence.hours, offence.season, 0)[first : last + 1], outbreak.count)
        # Densest in the middle, nothing beyond its reach.
        away = (addresses.u - outbreak.u) * (addresses.u - outbreak.u) + (addresses.v - outbreak.v) * (
            addresses.v - outbreak.v
        )
        share = np.maximum(1 - away / (outbreak.reach * outbreak.reach), 0)
        where = np.rint(np.minimum(weights[offence.where], 20_000) * share).astype(np.int64)
        found.append(_event(index, draws.pick(where, outbreak.count), _minutes_of(offence, days, draws), number))
    return found


class _Neighbours:
    """Addresses by square of 50 m, to find one a few squares away."""

    def __init__(self, addresses: Addresses) -> None:
        self.column, self.row = cell_of(addresses.u, addresses.v)
        self._rows = 2 * layout.N_V
        square = self.column * self._rows + self.row
        self._order = np.argsort(square, kind="stable")
        self._start = np.searchsorted(square[self._order], np.arange(2 * layout.N_U * self._rows + 1))

    def of(self, address: Ints, draws: Draws) -> Ints:
        """An address near each: often the same, else one in a square near by; the same where that square is empty."""
        n = len(address)
        column = np.clip(self.column[address] + draws.pick(_STEP_WEIGHTS, n) - 3, 0, 2 * layout.N_U - 1)
        row = np.clip(self.row[address] + draws.pick(_STEP_WEIGHTS, n) - 3, 0, self._rows - 1)
        square = column * self._rows + row
        there = self._start[square + 1] - self._start[square]
        chosen = self._order[
            np.minimum(self._start[square] + draws.below(np.maximum(there, 1), n), len(self._order) - 1)
        ]
        return np.where((there == 0) | draws.chance(SAME_ADDRESS_PERCENT, n), address, chosen)


def _followers(events: Events, addresses: Addresses) -> Events:
    """Generation after generation of events that follow others of the same offence, soon and near."""
    neighbours = _Neighbours(addresses)
    draws = Draws(SEED, "events that follow")
    percent = np.array([offence.follow_percent for offence in OFFENCES])
    found, begin = events, 0
    while begin < len(found):
        parents = np.arange(begin, len(found))
        parents = parents[draws.chance(percent[found.offence[parents]], len(parents))]
        days = found.day[parents] + 1 + draws.pick(FOLLOWS_AFTER_DAYS, len(parents))
        parents, days = parents[days < N_DAYS], days[days < N_DAYS]
        address = neighbours.of(found.address[parents], draws)
        minute = np.zeros(len(parents), dtype=np.int64)
        for index in np.unique(found.offence[parents]):
            mine = np.flatnonzero(found.offence[parents] == index)
            minute[mine] = _minutes_of(OFFENCES[int(index)], days[mine], draws)
        begin = len(found)
        children = Events(found.offence[parents], address, minute, parents, found.outbreak[parents])
        found = _join([found, children])
    return found


def build_events(addresses: Addresses, weights: dict[str, Ints]) -> Events:
    """Draw everything that happened in the two years, in no particular order."""
    parts = [_background(index, offence, weights) for index, offence in enumerate(OFFENCES)]
    return _followers(_join([*parts, *_outbreaks(addresses, weights)]), addresses)
