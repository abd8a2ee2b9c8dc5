"""Read deliveries of incidents: find the files, tell when each was known, normalise and label them one ahead of the database."""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from collections.abc import Iterator, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self, cast

import numpy as np

from hotspots.errors import InputError
from hotspots.pipeline.load.address_book import AddressBook, place_by_address
from hotspots.pipeline.load.area_labels import distinct_label_sets, label, recorded_words
from hotspots.pipeline.load.erased import ErasedIds, without_erased
from hotspots.pipeline.load.evidence import Evidence, look_at, unknown_codes
from hotspots.pipeline.load.file_parts import FileLook, FilePart, look_through, read_parts
from hotspots.sources.files.archives import FoundFile, UnreadableFileError, find_files
from hotspots.sources.files.table import Table
from hotspots.sources.incidents_section import KnownOn
from hotspots.sources.normalise import Incidents, normalise, rows_that_meet
from hotspots.sources.time_formats import parts_of
from hotspots.sources.times import read_date

if TYPE_CHECKING:
    import io

    import pyarrow as pa

    from hotspots.sources.city_file import CityFile
    from hotspots.store.ledger.areas import StoredAreas


@dataclass(frozen=True, eq=False)
class LabelledLocations:
    """Areas of a delivery's locations: distinct sets of area numbers, the index of each location's, and the study area."""

    sets: np.ndarray[Any, np.dtype[np.int64]]
    set_no: np.ndarray[Any, np.dtype[np.int64]]
    in_study_area: pa.Array[Any]


@dataclass(frozen=True, eq=False)
class ReadDelivery:
    """One file, or a part of a large one, ready for the database; `table` is None where it was loaded before or cannot be read.

    `known_on` is the first of all days where a column should tell it and there is no row. `erased` records, and those `left_out` by
    the city file's `where`, are in none of it. A file's parts follow one another.
    """

    file: FoundFile
    sha256: str
    known_on: date
    table: Table | None = None
    incidents: Incidents | None = None
    labels: LabelledLocations | None = None
    agreement: dict[str, Counter[str]] = field(default_factory=dict)
    unreadable: str | None = None
    erased: int = 0
    left_out: int = 0
    evidence: Evidence | None = None
    is_first: bool = True
    is_last: bool = True


def find_deliveries(
    city: CityFile, folder: Path, *, known_on: date | None, today: date
) -> list[tuple[FoundFile, date | None]]:
    """The incident files with the day on which each was known (None: a column says it), oldest first."""
    files = []
    for pattern in city.incidents.files:
        files += find_files(folder, pattern, member=city.incidents.member, key="incidents.files")
    rule = city.incidents.known_on
    dated = [
        (file, known_on or _fetched_on(city, file) or _known_on_of_name(file, rule, today))
        for file in dict.fromkeys(files)
    ]
    return sorted(dated, key=lambda pair: (pair[1] or date.max, pair[0].name))


class DeliveryReader:
    """Reads deliveries in order, part by part, in a thread, always one ahead of the database, from the moment it is made.

    Parameters
    ----------
    deliveries : list
        Files with the day on which each was known, as `find_deliveries` tells.
    loaded : mapping
        sha256 of contents that were loaded before and are not read again.
    erased : ErasedIds
        Whose records are left out.
    book : AddressBook, optional
        Where records without a point are looked for by their address.
    """

    def __init__(
        self,
        city: CityFile,
        deliveries: list[tuple[FoundFile, date | None]],
        *,
        loaded: Mapping[str, Any],
        erased: ErasedIds,
        book: AddressBook | None = None,
    ) -> None:
        self._areas: Future[StoredAreas | None] = Future()
        self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="read")
        self._parts = (
            part for file, day in deliveries for part in _read(city, file, day, self._areas, loaded, erased, book)
        )
        self._ahead = self._thread.submit(next, self._parts, None)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._areas.cancel()  # else the thread would wait for them for ever
        self._thread.shutdown(wait=True, cancel_futures=True)

    def label_with(self, areas: StoredAreas | None) -> None:
        """Give the areas to label locations with, None where none is loaded; nothing is read to its end before."""
        self._areas.set_result(areas)

    def __iter__(self) -> Iterator[ReadDelivery]:
        while (read := self._ahead.result()) is not None:
            self._ahead = self._thread.submit(next, self._parts, None)
            yield read
            del read  # else two parts would be in memory while the next is awaited


def content_sha256(file: FoundFile) -> str:
    """sha256 of a file's unpacked content; of the file itself where it cannot be unpacked."""
    try:
        with file.open() as stream:
            return hashlib.file_digest(cast("io.BufferedReader", stream), "sha256").hexdigest()
    except UnreadableFileError:
        return _packed_sha256(file)


def _packed_sha256(file: FoundFile) -> str:
    try:
        return hashlib.sha256(file.path.read_bytes() + (file.member or "").encode()).hexdigest()
    except OSError:
        return hashlib.sha256(file.name.encode()).hexdigest()


def _read(
    city: CityFile,
    file: FoundFile,
    known_on: date | None,
    areas_to_come: Future[StoredAreas | None],
    loaded: Mapping[str, Any],
    erased: ErasedIds,
    book: AddressBook | None,
) -> Iterator[ReadDelivery]:
    city = city.of_file(file.name)
    try:
        look = look_through(file, city)
        if look.sha256 in loaded:
            yield ReadDelivery(file, look.sha256, known_on or loaded[look.sha256].known_on)
            return
        for part in read_parts(file, city, look):
            day = known_on or _known_on_of_column(file, part.table, look, city.incidents.known_on)
            yield _normalised(city, ReadDelivery(file, look.sha256, day), part, areas_to_come, erased, book)
    except UnreadableFileError as error:
        sha256 = _packed_sha256(file)
        day = known_on or (loaded[sha256].known_on if sha256 in loaded else date.min)
        yield ReadDelivery(file, sha256, day, unreadable=str(error))


def _normalised(
    city: CityFile,
    delivery: ReadDelivery,
    part: FilePart,
    areas_to_come: Future[StoredAreas | None],
    erased: ErasedIds,
    book: AddressBook | None,
) -> ReadDelivery:
    table, n_erased = without_erased(part.table, erased)
    n_rows = table.rows.num_rows
    if city.incidents.where is not None and n_rows:
        table = table.keep(rows_that_meet(city.incidents.where, table.rows))
    read = replace(
        delivery, table=table, erased=n_erased, left_out=n_rows - table.rows.num_rows, is_first=part.is_first,
        is_last=part.is_last,
    )  # fmt: skip
    if table.rows.num_rows == 0:
        return read
    incidents = normalise(table, city, known_on=read.known_on)
    incidents = place_by_address(incidents, book, precision=city.incidents.precision)
    evidence = look_at(table, incidents, city)
    areas = areas_to_come.result()
    if areas is None or incidents.locations.frame.num_rows == 0:
        return replace(read, incidents=incidents, evidence=evidence)
    labels, agreement = _label(areas, incidents, evidence)
    return replace(read, incidents=incidents, evidence=evidence, labels=labels, agreement=agreement)


def _label(
    areas: StoredAreas, incidents: Incidents, evidence: Evidence
) -> tuple[LabelledLocations, dict[str, Counter[str]]]:
    frame = incidents.locations.frame
    xy_m = np.column_stack([frame.column(name).combine_chunks().to_numpy(zero_copy_only=False) for name in ("x", "y")])
    era = frame.column("era").combine_chunks().to_numpy(zero_copy_only=False).astype("datetime64[D]")
    labels = label(areas, xy_m=xy_m, recorded=frame.column("recorded").combine_chunks(), era=era)
    of_row = incidents.rows.column("location_no").drop_null().to_numpy()
    weights = np.bincount(of_row, minlength=len(xy_m))
    if areas.study_area is not None:
        inside = labels.in_study_area.fill_null(True).to_numpy(zero_copy_only=False)
        evidence.outside = int(weights[~inside].sum())
    for slot, kind in enumerate(areas.kinds):
        recorded = labels.recorded[:, slot] > 0
        evidence.codes[kind] = int(weights[recorded | labels.unknown[:, slot]].sum())
        if labels.unknown[:, slot].any():
            words = recorded_words(frame.column("recorded").combine_chunks(), slot)
            evidence.unknown_codes[kind] = unknown_codes(slot, labels, words, weights)
    sets, set_no = distinct_label_sets(labels.area_ids)
    return LabelledLocations(sets, set_no, labels.in_study_area), count_agreement(
        areas.kinds, labels, ~np.isnan(xy_m[:, 0]), weights
    )


def count_agreement(kinds: list[str], labels: Any, located: Any, weights: Any) -> dict[str, Counter[str]]:
    """By kind with recorded codes: incidents with a known code (and a point that agrees), joined ones, those with an unknown code."""
    agreement = {}
    for slot, kind in enumerate(kinds):
        recorded, unknown = labels.recorded[:, slot] > 0, labels.unknown[:, slot]
        if not (recorded.any() or unknown.any()):
            continue
        agreement[kind] = Counter(
            recorded=int(weights[recorded].sum()),
            recorded_with_point=int(weights[recorded & located].sum()),
            point_agrees=int(weights[labels.agrees[:, slot]].sum()),
            joined=int(weights[~recorded & (labels.joined[:, slot] > 0)].sum()),
            unknown=int(weights[unknown].sum()),
        )
    return agreement


def _fetched_on(city: CityFile, file: FoundFile) -> date | None:
    """The day on which a feed brought the file; None where no feed did."""
    found = (feed.file_day.match(file.path.name) for feed in city.feed)
    return next((date.fromisoformat(match[1]) for match in found if match), None)


def _known_on_of_name(file: FoundFile, rule: KnownOn | None, today: date) -> date | None:
    if rule is None:
        return today
    if rule.file_name is None:
        return None
    found = re.search(rule.file_name, file.name)
    day = _date_of(found.group(1), rule.format) if found else None
    if day is None:
        raise InputError(
            f"incidents.known_on: the name {file.name!r} does not tell a date by {rule.file_name!r} and {rule.format!r}; "
            "rename the file, mend the city file, or give --known-on."
        )
    return day


def _known_on_of_column(file: FoundFile, table: Table, look: FileLook, rule: KnownOn | None) -> date:
    if rule is None or rule.column is None:
        raise AssertionError("a delivery without a day is only read where a column tells it")
    if look.only is not None and not table.rows.num_rows:
        return date.min
    words = look.known_on or set(table.rows.column(rule.column).to_pylist())
    days = [day for day in (_date_of(word, rule.format) for word in words) if day is not None]
    if not days:
        raise InputError(f"incidents.known_on: no row of {file.name} has a date in {rule.column!r}; give --known-on.")
    return max(days)


def _date_of(word: str, format_: str) -> date | None:
    """A date in words; without a day the last of its month, without a month the last of its year."""
    found = read_date(word, format_)
    if found is None:
        return None
    parts = parts_of(format_)
    if "d" in parts:
        return found
    following = np.datetime64(found, "M" if {"m", "b"} & parts else "Y") + 1
    return (following.astype("datetime64[D]") - 1).item()
