"""One command's load of incidents: what it reads with, and what it has done so far."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np

from hotspots.pipeline.load.evidence import Evidence
from hotspots.pipeline.load.summary import IncidentSummary

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

    import psycopg
    from numpy.typing import NDArray

    from hotspots.pipeline.load.deliveries import DeliveryReader
    from hotspots.sources.city_file import CityFile
    from hotspots.store.ledger import incidents as ledger


class SeenKeys:
    """The ids that were written so far, as hashes: eight bytes each, sorted, the small ones gathered before they join the many."""

    def __init__(self) -> None:
        """Begin with none."""
        self._sorted: list[NDArray[np.uint64]] = []

    def meets(self, hashes: NDArray[np.uint64]) -> bool:
        """Whether one of them was seen; from now on all of them were."""
        found = any(_holds_any(seen, hashes) for seen in self._sorted)
        self._sorted.append(np.sort(hashes))
        while len(self._sorted) > 1 and len(self._sorted[-2]) < 2 * len(self._sorted[-1]):
            last = self._sorted.pop()
            self._sorted[-1] = np.sort(np.concatenate([self._sorted[-1], last]), kind="stable")
        return found


def _holds_any(seen: NDArray[np.uint64], hashes: NDArray[np.uint64]) -> bool:
    at = np.searchsorted(seen, hashes)
    within = at < len(seen)
    return bool((seen[at[within]] == hashes[within]).any())


@dataclass
class OpenDelivery:
    """The file whose parts are being written: number, day, what became of its records so far; line, reason and record of rejects."""

    number: int
    known_on: date
    counts: Counter[str] = field(default_factory=Counter)
    rejects: list[tuple[int, str, str]] = field(default_factory=list)
    note: str | None = None


@dataclass
class IncidentLoad:
    """One command's load of incidents."""

    connection: psycopg.Connection[Any]
    city: CityFile
    days: list[date | None]  # on which each delivery was known, where that is told before reading
    reader: DeliveryReader
    loaded: Mapping[str, ledger.Delivery]
    reading: str
    first: bool  # the ledger was empty
    summary: IncidentSummary = field(default_factory=IncidentSummary)
    keys: SeenKeys = field(default_factory=SeenKeys)  # written so far, while the ledger was empty at the start
    current: OpenDelivery | None = None
    evidence: Evidence = field(default_factory=Evidence)  # what the files read so far show
    period: tuple[Any, Any] | None = None  # first and last occurrence of a snapshot's files so far
