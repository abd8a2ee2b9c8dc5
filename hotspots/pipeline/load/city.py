"""Load a city: everything of one command in one transaction, so that a killed load leaves the database as it was."""

from __future__ import annotations

from collections.abc import Callable, Collection
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from hotspots.errors import InputError
from hotspots.pipeline.load.address_book import read_address_book
from hotspots.pipeline.load.area_labels import distinct_label_sets, label
from hotspots.pipeline.load.deliveries import count_agreement
from hotspots.pipeline.load.gazetteer import load_gazetteer
from hotspots.pipeline.load.incident_reading import reading_incidents
from hotspots.pipeline.load.incidents import load_incidents
from hotspots.pipeline.load.map_layers import MapLoad, MapSummary, load_areas, load_places, load_risk_factors
from hotspots.pipeline.load.placed_anew import place_anew
from hotspots.pipeline.load.record_kinds.load import load_record_kinds, relabel_records
from hotspots.pipeline.load.source_types import retype_wordings
from hotspots.pipeline.load.summary import LoadSummary
from hotspots.sources.city_file import CityFile
from hotspots.sources.city_values import find_crs
from hotspots.store import audit
from hotspots.store.ledger import areas as area_store
from hotspots.store.ledger import city as city_store
from hotspots.store.ledger import incidents as ledger
from hotspots.store.ledger import locations as location_store
from hotspots.store.ledger import places as place_store
from hotspots.store.ledger import source_types as type_store
from hotspots.store.ledger.load_lock import lock_load, say_who_holds_it
from hotspots.store.sql.bulk import are_empty
from hotspots.store.staff import accounts

if TYPE_CHECKING:
    from collections import Counter

    import psycopg

    from hotspots.sources.city_file import CityFile
    from hotspots.store.server.connection import Database

PARTS = ("areas", "places", "risk_factors", "gazetteer", "incidents", "record_kinds")


def load(
    database: Database,
    city: CityFile,
    folder: Path,
    *,
    only: Collection[str] = (),
    known_on: date | None = None,
    anyway: bool = False,
    today: date,
    tell: Callable[[str, float], None] = lambda step, share: None,
) -> LoadSummary:
    """Load a city's files.

    Parameters
    ----------
    database : Database
        The owner's key; the schema is there.
    folder : Path
        The data folder.
    only : collection of str
        Some of `PARTS`; all where empty.
    known_on : date, optional
        The day on which the city knew all of it; else as the city file says, else today.
    anyway : bool
        Go on where nearly nothing could be read, placed or typed; else that is refused.
    tell : callable
        Told each step and the share of it that is done.
    """
    for part in only:
        if part not in PARTS:
            raise InputError(f"--only {part} is not one of {', '.join(PARTS)}.")
    if known_on is not None and known_on > today:
        raise InputError(f"--known-on {known_on} is later than today ({today}).")
    parts = [part for part in PARTS if not only or part in only]
    summary = LoadSummary(city.city.name)
    with database.connect() as connection:
        say_who_holds_it(connection)
        lock_load(connection)
        accounts.drop_demo_accounts(connection)  # the demo makes its own again
        _write_city(connection, city)
        newest = 0 if "gazetteer" in parts else location_store.newest_location(connection)
        if "incidents" in parts:
            with reading_incidents(connection, city, folder, known_on=known_on, today=today) as incidents:
                _load_map(connection, city, folder, parts, known_on or today, summary, tell)
                summary.incidents = load_incidents(incidents, today=today, anyway=anyway, tell=tell)
        else:
            _load_map(connection, city, folder, parts, known_on or today, summary, tell)
        if any(source.from_ for source in city.gazetteer) and {"incidents", "gazetteer"} & set(parts):
            blocks = place_store.write_blocks_of_incidents(connection, srid=_srid(city), after=newest)
            summary.datasets["gazetteer block of incidents"] = {"new": blocks}
        if "record_kinds" in parts:
            summary.record_kinds = load_record_kinds(
                connection, city, folder, known_on=known_on, today=today, anyway=anyway, tell=tell
            )
        counts = summary.incidents.counts if summary.incidents else {}
        audit.write_line(connection, "load", {"parts": parts, **counts})
        tell("commit", 1.0)
    return summary


def _place_anew(connection: psycopg.Connection[Any], city: CityFile, folder: Path, summary: LoadSummary) -> None:
    """Where an address list changed, look for the addresses of what was loaded before."""
    lists = [f"gazetteer {source.kind}" for source in city.gazetteer if source.file]
    changed = [name for name in lists if not summary.datasets.get(name, {"unchanged": True}).get("unchanged")]
    kept = location_store.read_placed(connection) if changed else {}
    book = read_address_book(city, folder, kept=kept) if changed else None
    if book is not None:
        ledger.prepare_locations(connection)
        summary.placed_anew = place_anew(connection, book, srid=_srid(city), precision=city.incidents.precision)


def _srid(city: CityFile) -> int:
    return find_crs(city.city.crs).to_epsg() or 0


def _refuse_other_names(connection: psycopg.Connection[Any], before: dict[str, Any] | None, city: CityFile) -> None:
    """Rows without an id are known by what some columns tell: by others, each would be there twice."""
    try:
        known = CityFile.from_config(before).incidents.content_columns if before else city.incidents.content_columns
    except ValueError:  # another version wrote it
        return
    if known != city.incidents.content_columns and ledger.has_rows_without_id(connection):
        raise InputError(
            f"Rows without an id are known by {', '.join(known)}; now the city file reads {', '.join(city.incidents.content_columns)}, "
            "and each would be a new incident. Run `hotspots city reset` and load all deliveries anew."
        )


def _write_city(connection: psycopg.Connection[Any], city: CityFile) -> None:
    before = city_store.read_config(connection)
    _refuse_other_names(connection, before, city)
    city_store.write_city(
        connection, name=city.city.name, srid=_srid(city), timezone=city.city.timezone, config=city.as_config()
    )
    kinds = list(dict.fromkeys(source["kind"] for source in before["area"])) if before else []
    if kinds != list(city.kinds)[: len(kinds)] and not are_empty(connection, ["core.location"]):
        raise InputError(
            f"The kinds of area were {', '.join(kinds)}, in this order, and recorded codes are kept by it: "
            "add a kind after the others, or load into a new database (HOTSPOTS_HOME)."
        )
    were_sensitive = type_store.read_sensitive_types(connection)
    type_store.write_crime_types(
        connection,
        [
            {
                "name": entry.name,
                "label": entry.label,
                "crime_group": entry.group,
                "initiated_by": entry.initiated_by,
                "sensitive": entry.sensitive,
            }
            for entry in city.crime_types
        ],
    )
    retype_wordings(connection, city, were_sensitive=were_sensitive)
    type_store.drop_other_crime_types(connection, [entry.name for entry in city.crime_types])


def _load_map(
    connection: psycopg.Connection[Any],
    city: CityFile,
    folder: Path,
    parts: list[str],
    known_on: date,
    summary: LoadSummary,
    tell: Callable[[str, float], None],
) -> None:
    found = MapSummary()
    context = MapLoad(connection, city, folder, known_on, found, lambda dataset: tell(dataset, 0.0))
    if "areas" in parts:
        load_areas(context)
    for part, load_part in (
        ("places", load_places),
        ("risk_factors", load_risk_factors),
        ("gazetteer", load_gazetteer),
    ):
        if part in parts:
            load_part(context)
    summary.datasets |= found.datasets
    _place_anew(connection, city, folder, summary)
    if found.areas_changed:
        tell("labels", 0.0)
        summary.relabelled, summary.agreement = label_all(connection)
        relabel_records(connection)


def label_all(connection: psycopg.Connection[Any]) -> tuple[int, dict[str, Counter[str]]]:
    """Find the areas of every location anew; return how many changed, and how recorded codes and points agree."""
    areas = area_store.read_areas(connection)
    locations = location_store.read_locations(connection)
    if areas is None or locations.num_rows == 0:
        return 0, {}
    import pyarrow.compute as pc

    columns = {name: locations.column(name).combine_chunks() for name in locations.column_names}
    xy_m = np.column_stack([pc.cast(columns[name], "float64").to_numpy(zero_copy_only=False) for name in ("x", "y")])
    era = pc.cast(columns["era"], "date32").to_numpy(zero_copy_only=False).astype("datetime64[D]")
    labels = label(areas, xy_m=xy_m, recorded=pc.cast(columns["recorded"], "string"), era=era)
    sets, set_no = distinct_label_sets(labels.area_ids)
    label_sets = location_store.write_label_sets(connection, sets)[set_no]
    changed = location_store.relabel_locations(
        connection, columns["location_id"], label_sets=label_sets, in_study_area=labels.in_study_area
    )
    city_store.raise_labels_version(connection)
    weights = columns["incidents"].to_numpy(zero_copy_only=False)
    return changed, count_agreement(areas.kinds, labels, ~np.isnan(xy_m[:, 0]), weights)
