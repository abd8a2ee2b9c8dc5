"""Read a city's files as a load would, without a database, and show what became of them."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from hotspots.domain.places.area_code import area_code_key
from hotspots.errors import InputError
from hotspots.pipeline.load.address_book import read_address_book
from hotspots.pipeline.load.area_labels import label
from hotspots.pipeline.load.checks import Suspicion, suspicions
from hotspots.pipeline.load.deliveries import DeliveryReader, ReadDelivery, find_deliveries
from hotspots.pipeline.load.erased import ErasedIds
from hotspots.pipeline.load.evidence import Evidence
from hotspots.pipeline.load.map_layers import areas_of
from hotspots.pipeline.load.record_kinds.reading import RecordSummary, note, read_records, refusals
from hotspots.sources.boundaries import read_shapes
from hotspots.sources.crime_types import crime_types_of, in_one_line
from hotspots.store.ledger.areas import StoredAreas

if TYPE_CHECKING:
    from hotspots.sources.city_file import CityFile

SHOWN_ROWS = 5


@dataclass(frozen=True)
class RowAsRead:
    """One record: its columns as sent, and what was made of them."""

    file: str
    line: int
    raw: dict[str, str]
    time: str
    point: str
    crime_type: str
    areas: str


@dataclass
class CityCheck:
    """The result that a load of these files would have.

    Attributes
    ----------
    records : of all files; placed, timed (with an hour), typed and inside are counts of those that became incidents.
    rejects : by reason. unknown_codes : by kind and value. other : by words for the offence.
    placed_by : of the placed ones, how many the gazetteer placed, by sort of entry. unplaced_addresses : those it does not have.
    not_kept : columns of the files that the city file does not name.
    """

    files: int = 0
    records: int = 0
    incidents: int = 0
    placed: int = 0
    timed: int = 0
    typed: int = 0
    inside: int = 0
    rows: list[RowAsRead] = field(default_factory=list)
    rejects: dict[str, int] = field(default_factory=dict)
    unknown_codes: dict[str, dict[str, int]] = field(default_factory=dict)
    other: dict[str, int] = field(default_factory=dict)
    placed_by: Counter[str] = field(default_factory=Counter)
    unplaced_addresses: Counter[str] = field(default_factory=Counter)
    not_kept: list[str] = field(default_factory=list)
    suspicions: list[Suspicion] = field(default_factory=list)
    area_names: dict[str, dict[str, str]] = field(default_factory=dict)
    record_kinds: dict[str, dict[str, Any]] = field(default_factory=dict)


def check_city(city: CityFile, folder: Path, *, today: date) -> CityCheck:
    """Read everything that `load` would read of areas and incidents.

    Raises
    ------
    InputError, CityFileError
        As `load` would.
    """
    done, evidence, rejects = CityCheck(), Evidence(), Counter[str]()
    deliveries = find_deliveries(city, folder, known_on=None, today=today)
    areas, shown = _areas(city, folder, done)
    book = read_address_book(city, folder)
    nobody = ErasedIds("", frozenset(), city.incidents.id or [], city.incidents.occurrence_number)
    with DeliveryReader(
        city, [(file, day or today) for file, day in deliveries], loaded={}, erased=nobody, book=book
    ) as reader:
        reader.label_with(areas)
        for delivery in reader:
            rejects.update(_rejects(delivery))
            _add(done, evidence, city, delivery, areas, shown)
    done.suspicions = suspicions(evidence, city, area_names=done.area_names)
    for kind in city.record_kind:
        counted = RecordSummary(kind.label)
        for part in read_records(kind, city, folder, areas=areas, loaded={}, known_on=None, today=today):
            note(counted, kind, part)
        counted.counts["new"] = counted.initiated.total()
        done.record_kinds[kind.name] = counted.as_dict()
        done.suspicions += [Suspicion(text, True) for text in refusals(counted, kind, city)]
    done.unknown_codes = {kind: dict(counts.most_common()) for kind, counts in evidence.unknown_codes.items()}
    done.other = dict(evidence.other_words.most_common())
    done.rejects = dict(rejects.most_common())
    done.unplaced_addresses = Counter(dict(done.unplaced_addresses.most_common()))
    return done


def _areas(city: CityFile, folder: Path, done: CityCheck) -> tuple[StoredAreas, dict[int, str]]:
    """The areas as the database would hold them, numbered in the file's order, and what each is called."""
    import shapely

    slots = list(city.kinds)
    positions, keys, starts, ends, shapes, shown, inside = [], [], [], [], [], {}, []
    for number, source in enumerate(city.area, start=1):
        key = f"area[{number}]"
        wanted = {source.code: f"{key}.code"} | ({source.name: f"{key}.name"} if source.name else {})
        read = read_shapes(source, folder, city_crs=city.city.crs, wanted=wanted, key=key)
        codes, names, geometry, _ = areas_of(source, read, key=key)
        for code, name in zip(codes, names, strict=True):
            shown[len(shown) + 1] = f"{source.kind} {name}"
            done.area_names.setdefault(source.kind, {})[code] = name
        positions += [slots.index(source.kind) + 1] * len(codes)
        keys += [area_code_key(code) for code in codes]
        starts += [np.datetime64(source.valid.from_ or "NaT", "D")] * len(codes)
        ends += [np.datetime64(source.valid.to or "NaT", "D")] * len(codes)
        shapes += list(geometry)
        inside += list(geometry) if source.kind in city.city.study_area else []
    areas = StoredAreas(
        np.arange(1, len(keys) + 1),
        np.array(positions, np.int64),
        keys,
        np.array(starts, "datetime64[D]"),
        np.array(ends, "datetime64[D]"),
        np.array(shapes, object),
        shapely.union_all(np.array(inside, object)) if inside else None,
        slots,
    )
    return areas, shown


def _rejects(delivery: ReadDelivery) -> list[str]:
    """The reason of every record that is no incident."""
    if delivery.table is None:
        return [f"{delivery.file.name} cannot be read: {delivery.unreadable}"]
    if delivery.incidents is None:
        return [bad.reason for bad in delivery.table.bad]
    return [reason for _, reason in delivery.incidents.rejects]


def _add(
    done: CityCheck,
    evidence: Evidence,
    city: CityFile,
    delivery: ReadDelivery,
    areas: StoredAreas,
    shown: dict[int, str],
) -> None:
    done.files += delivery.is_first
    if delivery.table is None:
        done.records += 1
        return
    done.records += len(delivery.table.records)
    done.not_kept += [name for name in delivery.table.left_out if name not in done.not_kept]
    if delivery.incidents is None:
        return
    incidents = delivery.incidents
    if delivery.evidence is not None:
        evidence.add(delivery.evidence)
    counted = ~incidents.rows.column("withdraws").to_numpy()
    done.incidents += int(counted.sum())
    precision = np.array(incidents.rows.column("time_precision").to_pylist(), object)
    done.timed += int((np.isin(precision, ["hour", "minute"]) & counted).sum())
    names, named = crime_types_of(city, incidents.source_words)
    source_no = incidents.rows.column("source_no").to_numpy()
    done.typed += int((np.array(named)[source_no] & counted).sum()) if len(named) else 0
    if incidents.locations.frame.num_rows == 0:
        return
    of_row = incidents.rows.column("location_no").fill_null(-1).to_numpy()
    frame = incidents.locations.frame
    _count_placed(done, city, frame, of_row[counted & (of_row >= 0)])
    xy_m = np.column_stack([frame.column(axis).to_numpy() for axis in ("x", "y")])
    located = (of_row >= 0) & ~np.isnan(xy_m[of_row, 0])
    done.placed += int((located & counted).sum())
    era = frame.column("era").to_numpy().astype("datetime64[D]")
    labels = label(areas, xy_m=xy_m, recorded=frame.column("recorded").combine_chunks(), era=era)
    inside = labels.in_study_area.fill_null(False).to_numpy(zero_copy_only=False)
    done.inside += int((located & counted & inside[of_row]).sum())
    missing = SHOWN_ROWS - len(done.rows)
    chosen = np.unique(
        np.linspace(0, incidents.rows.num_rows - 1, max(0, min(missing, incidents.rows.num_rows)), dtype=int)
    )
    words = [
        names[number] if named[number] else f"other ({text})"
        for number, text in enumerate(in_one_line(incidents.source_words))
    ]
    for index in chosen:
        done.rows.append(
            _row(city, delivery, int(index), words[source_no[index]], of_row[index], xy_m, labels.area_ids, shown)
        )


def _count_placed(done: CityCheck, city: CityFile, frame: Any, of_row: Any) -> None:
    """Count by what the gazetteer placed records, and the addresses that it does not have."""
    if not city.places_by_address:
        return
    done.placed_by.update(how for how in frame.column("placed_by").take(of_row).to_pylist() if how is not None)
    has_point = frame.column("x").is_valid().to_numpy()[of_row]
    done.unplaced_addresses.update(
        address for address in frame.column("address").take(of_row[~has_point]).to_pylist() if address is not None
    )


def _row(
    city: CityFile,
    delivery: ReadDelivery,
    index: int,
    crime_type: str,
    location: int,
    xy_m: Any,
    area_ids: Any,
    shown: dict[int, str],
) -> RowAsRead:
    assert delivery.table is not None and delivery.incidents is not None
    table, row = (
        delivery.table,
        {name: column[0] for name, column in delivery.incidents.rows.slice(index, 1).to_pydict().items()},
    )
    at = int(np.flatnonzero(table.lines[table.row_of] == row["line"])[0])
    raw = {name: str(column[0]) for name, column in table.rows.slice(at, 1).to_pydict().items()}
    if row["occurred_from"] is None:
        time = "not read"
    else:
        form = (
            "%Y-%m-%d %H:%M"
            if row["time_precision"] in ("hour", "minute")
            else "%Y-%m"
            if row["time_precision"] == "month"
            else "%Y-%m-%d"
        )
        time = f"{row['occurred_from']:{form}} ({row['time_precision']})"
    point, areas = "none", "none"
    if location >= 0:
        point = _degrees(city, xy_m[location])
        areas = ", ".join(shown[int(number)] for number in area_ids[location] if number) or "none"
    return RowAsRead(delivery.file.name, int(row["line"]), raw, time, point, crime_type, areas)


def _degrees(city: CityFile, xy_m: Any) -> str:
    import pyproj

    if np.isnan(xy_m[0]):
        return "none"
    longitude, latitude = pyproj.Transformer.from_crs(city.city.crs, 4326, always_xy=True).transform(*xy_m)
    return f"{latitude:.5f} north, {longitude:.5f} east"


def raise_where_refused(done: CityCheck) -> None:
    """Raise where a load would refuse these files.

    Raises
    ------
    InputError
    """
    refusing = [one.text for one in done.suspicions if one.refuses]
    if refusing:
        raise InputError("A load would be refused:\n" + "\n".join(f"  {line}" for line in refusing))
