"""Rules of the city file that a publication follows, and what stands since the last one."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from hotspots.domain.places.place_words import PlaceWords
from hotspots.errors import InputError
from hotspots.store.ledger.incidents import newest_record, tells_months_only
from hotspots.store.sql.compose import Connection
from hotspots.store.sql.files import load_queries

NOON = 12


@dataclass(frozen=True, slots=True)
class Rules:
    """The rules of the city file for the public, with fingerprints of what they rest on."""

    srid: int
    labels_version: int
    seed: str  # secret; a random order that stays the same
    delay_days: int
    label_kinds: tuple[str, ...]
    sensitive_kind: str
    suppress_below: int
    arrest: bool
    withhold: tuple[str, ...]
    min_addresses: int
    lattice_m: float
    place_words: PlaceWords
    blocks_from_incidents: bool
    fingerprint: str
    layers: str
    counts: str  # of what decides the counts of sensitive reports

    @property
    def coarse_kind(self) -> str:
        """The kind of area by which counts as known on earlier days are published."""
        return self.sensitive_kind if self.sensitive_kind in self.label_kinds else next(iter(self.label_kinds), "")


@dataclass(frozen=True, slots=True)
class LastPublication:
    """The state that the publication before this one left."""

    newest_day: date | None
    rules: str
    layers: str
    vintage_id: int
    incidents: int
    labels_version: int
    today: date | None
    counts: str | None  # None: it did not say


def read_rules(connection: Connection) -> Rules:
    """The rules of this city.

    Raises
    ------
    InputError
        No city is loaded.
    """
    found = _queries().read_rules(connection)
    if found is None:
        raise InputError(
            "Nothing is loaded yet, so there is nothing to publish. Run `hotspots load CITY.toml --data DIR` first."
        )
    srid, labels_version, seed, public, is_exact, blocks_from_incidents, fingerprint, layers, counts = found
    return Rules(
        srid=srid,
        labels_version=labels_version,
        seed=str(seed),
        delay_days=public["delay_days"],
        label_kinds=tuple(public["label_kinds"]),
        sensitive_kind=public["sensitive_kind"],
        suppress_below=public["suppress_below"],
        arrest=public["arrest"],
        withhold=(*public.get("withhold", ()), *(() if public.get("other") == "publish" else ("other",))),
        min_addresses=public.get("min_addresses", 8),
        lattice_m=float(public.get("lattice_m", 300)),
        place_words=PlaceWords.from_json(public.get("location_words") or {}, is_exact=is_exact),
        blocks_from_incidents=blocks_from_incidents,
        fingerprint=fingerprint,
        layers=layers,
        counts=counts,
    )


def crosses_vintage(connection: Connection, old_day: date | None, new_day: date | None) -> bool:
    """Whether other areas or places hold on the newest public day than on the one before."""
    if old_day is None or new_day is None or old_day == new_day:
        return old_day != new_day
    return _queries().crosses_vintage(connection, old_day=old_day, new_day=new_day)


def read_last(connection: Connection) -> LastPublication | None:
    """The last publication, or None before the first."""
    found = _queries().last_publication(connection)
    return LastPublication(*found) if found else None


def newest_complete_day(connection: Connection, rules: Rules) -> date | None:
    """The newest day whose records are all there; None without incidents. Records that are hidden do not move it.

    A last day whose last record stands before noon is taken as cut short; of records without hours the last day is whole.
    """
    newest = newest_record(connection, withheld=rules.withhold)
    if newest is None:
        return None
    return newest.date() if newest.hour >= NOON else newest.date() - timedelta(days=1)


def whole_months_to(connection: Connection, day: date | None) -> date | None:
    """The newest day to publish up to: a month's last one where the records tell months only, and a month before its end is not whole."""
    if day is None or not tells_months_only(connection):
        return day
    following = day + timedelta(days=1)
    return day if following.day == 1 else day.replace(day=1) - timedelta(days=1)


def unpublished_deliveries(connection: Connection) -> list[int]:
    """Deliveries that no publication has looked at."""
    return [delivery_id for (delivery_id,) in _queries().unpublished_deliveries(connection)]


def _queries() -> Any:
    return load_queries("publication/publication")
