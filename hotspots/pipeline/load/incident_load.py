"""One command's load of incidents: what it reads with, and what it has done so far."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from hotspots.pipeline.load.checks import Evidence
from hotspots.pipeline.load.summary import IncidentSummary

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

    import psycopg

    from hotspots.pipeline.load.deliveries import DeliveryReader
    from hotspots.sources.city_file import CityFile
    from hotspots.store.ledger import incidents as ledger


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
    keys: list[Any] = field(default_factory=list)  # ids written so far, while the ledger was empty at the start
    evidence: Evidence = field(default_factory=Evidence)  # what the files read so far show
    period: tuple[Any, Any] | None = None  # first and last occurrence of a snapshot's files so far
