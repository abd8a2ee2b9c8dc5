"""Which files of incidents are read: all that are not known yet, and those with keys that the city file got since."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

from hotspots.pipeline.load.address_book import read_address_book
from hotspots.pipeline.load.deliveries import DeliveryReader, content_sha256, find_deliveries
from hotspots.pipeline.load.erased import ErasedIds
from hotspots.pipeline.load.incident_load import IncidentLoad
from hotspots.pipeline.load.map_layers import reading_of
from hotspots.sources.files.archives import FoundFile
from hotspots.sources.locations import boundary_eras
from hotspots.store.ledger import erasure
from hotspots.store.ledger import incidents as ledger
from hotspots.store.ledger import locations as location_store
from hotspots.store.sql.bulk import are_empty

if TYPE_CHECKING:
    from collections.abc import Mapping

    import psycopg

    from hotspots.sources.city_file import CityFile


@contextmanager
def reading_incidents(
    connection: psycopg.Connection[Any], city: CityFile, folder: Path, *, known_on: date | None, today: date
) -> Iterator[IncidentLoad]:
    """Begin to read the incident files of the data folder, in a thread, while something else is loaded.

    Parameters
    ----------
    known_on : date, optional
        The day on which the city knew all of it; else as the city file says.
    """
    reading = reading_of_incidents(city)
    loaded = ledger.read_deliveries(connection, dataset=ledger.INCIDENTS, reading=reading)
    deliveries = find_deliveries(city, folder, known_on=known_on, today=today)
    again = _not_read_again(connection, city, deliveries, loaded)
    first = are_empty(connection, ledger.LEDGER)
    kept = location_store.read_placed(connection) if city.places_by_address else {}
    book = read_address_book(city, folder, kept=kept)
    with DeliveryReader(city, deliveries, loaded=again, erased=_erased_ids(connection, city), book=book) as reader:
        yield IncidentLoad(connection, city, [day for _, day in deliveries], reader, loaded, reading, first)


def _erased_ids(connection: psycopg.Connection[Any], city: CityFile) -> ErasedIds:
    seed, hashes = erasure.read_erased(connection)
    return ErasedIds(seed, hashes, city.incidents.id or [], city.incidents.occurrence_number)


def reading_of_incidents(city: CityFile) -> str:
    """A fingerprint of all that decides what a file's rows become; boundary vintages are part of a location."""
    which_files = {"files", "member", "known_on", "supply", "scope"}
    how = city.incidents.model_dump(mode="json", by_alias=True, exclude=which_files)
    return reading_of(
        _without_new_keys(how),
        city.city.crs,
        city.city.timezone,
        list(city.kinds),
        [str(day) for day in boundary_eras(city)],
    )


# Keys of later versions, with what they are where a city file does not name them: a file that was read before is read the same.
NEW_KEYS = {
    "sheet": None, "title_rows": 0, "footer_rows": 0, "other_names": {}, "reading": [], "where": None, "repeated_id": None,
    "unknown_hours": [], "lon_lat": None, "decimal": ".", "thousands": None, "same_event": None, "place_by_address": None, "year_offset": 0,
    "clock": None, "clock_format": None, "day_zone": None,
}  # fmt: skip


def _without_new_keys(value: Any) -> Any:
    if isinstance(value, list):
        return [_without_new_keys(item) for item in value]
    if not isinstance(value, dict):
        return value
    if value.keys() == {"column", "codes"} and not value["codes"]:
        return value["column"]  # a recorded area, once a mere column
    return {key: _without_new_keys(item) for key, item in value.items() if key not in NEW_KEYS or item != NEW_KEYS[key]}


def _not_read_again(
    connection: psycopg.Connection[Any],
    city: CityFile,
    deliveries: list[tuple[FoundFile, date | None]],
    loaded: Mapping[str, ledger.Delivery],
) -> Mapping[str, ledger.Delivery]:
    """Contents that need no second look: all that were loaded, but of snapshots only what is newest."""
    scope = city.incidents.scope
    if scope is None or not loaded:
        return loaded
    newest = ledger.newest_delivery(connection, dataset=ledger.INCIDENTS)
    again: dict[str, ledger.Delivery] = {}
    groups: dict[Any, list[str]] = {}
    for file, day in deliveries:
        sha256 = content_sha256(file)
        groups.setdefault((day, file.name if scope == "file" else None), []).append(sha256)
    for (day, _), contents in groups.items():
        same = [loaded.get(sha256) for sha256 in contents]
        known = [delivery for delivery in same if delivery is not None]
        is_repeat = len(known) == len(same) and all(
            day is None or delivery.known_on == day or (newest is not None and delivery.known_on == newest.known_on)
            for delivery in known
        )
        if is_repeat:
            again |= dict(zip(contents, known, strict=True))
    return again
