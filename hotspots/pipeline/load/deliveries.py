"""Read deliveries of incidents: find the files, tell when each was known, normalise and label them one ahead of the database."""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from collections.abc import Iterator, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from datetime import date
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

import numpy as np

from hotspots.errors import CityFileError, InputError
from hotspots.pipeline.load.area_labels import distinct_label_sets, label, recorded_words
from hotspots.pipeline.load.checks import Evidence, look_at, unknown_codes
from hotspots.pipeline.load.erased import ErasedIds, without_erased
from hotspots.sources.archives import FoundFile, UnreadableFileError, find_files
from hotspots.sources.city_sections import IncidentsSection, KnownOn
from hotspots.sources.city_values import closest, named
from hotspots.sources.normalise import Incidents, normalise, rows_that_meet
from hotspots.sources.tables import Table, missing_column, read_table
from hotspots.sources.time_formats import parts_of
from hotspots.sources.times import read_date

if TYPE_CHECKING:
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
    """One file, ready for the database. Of a file that was loaded before, or that cannot be read, `table` is None.

    `known_on` is the first of all days where a column should tell it and there is no row. `erased` records, and those `left_out` by
    the city file's `where`, are in none of it.
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
    """Reads deliveries in order, in a thread, always one ahead of the database, from the moment it is made.

    Parameters
    ----------
    deliveries : list
        Files with the day on which each was known, as `find_deliveries` tells.
    loaded : mapping
        sha256 of contents that were loaded before and are not read again.
    erased : ErasedIds
        Whose records are left out.
    """

    def __init__(
        self,
        city: CityFile,
        deliveries: list[tuple[FoundFile, date | None]],
        *,
        loaded: Mapping[str, Any],
        erased: ErasedIds,
    ) -> None:
        self._areas: Future[StoredAreas | None] = Future()
        self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="read")
        self._tasks = [partial(_read, city, file, day, self._areas, loaded, erased) for file, day in deliveries]
        self._ahead = [self._thread.submit(task) for task in self._tasks[:1]]

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._areas.cancel()  # else the thread would wait for them for ever
        self._thread.shutdown(wait=True, cancel_futures=True)

    def label_with(self, areas: StoredAreas | None) -> None:
        """Give the areas to label locations with, None where none is loaded; nothing is read to its end before."""
        self._areas.set_result(areas)

    def __iter__(self) -> Iterator[ReadDelivery]:
        for index in range(len(self._tasks)):
            read = self._ahead.pop().result()
            self._ahead += [self._thread.submit(task) for task in self._tasks[index + 1 : index + 2]]
            yield read


def content_sha256(file: FoundFile) -> str:
    """sha256 of a file's unpacked content; of the file itself where it cannot be unpacked."""
    try:
        return hashlib.sha256(file.read()).hexdigest()
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
) -> ReadDelivery:
    city = city.of_file(file.name)
    section, layout = city.incidents, city.incidents.layout
    try:
        data = file.read()
        sha256 = hashlib.sha256(data).hexdigest()
        if sha256 in loaded:
            return ReadDelivery(file, sha256, known_on or loaded[sha256].known_on)
        table = read_table(data, layout, name=file.name, wanted=list(section.columns), only_wanted=True)
    except UnreadableFileError as error:
        sha256 = _packed_sha256(file)
        day = known_on or (loaded[sha256].known_on if sha256 in loaded else date.min)
        return ReadDelivery(file, sha256, day, unreadable=str(error))
    if table.header is not None:
        _check_columns(file, table, section, data)
    if known_on is None:
        known_on = _known_on_of_column(file, table, section.known_on) if table.rows.num_rows else date.min
    table, n_erased = without_erased(table, erased)
    n_rows = table.rows.num_rows
    if section.where is not None and n_rows:
        table = table.keep(rows_that_meet(section.where, table.rows))
    read = ReadDelivery(file, sha256, known_on, table, erased=n_erased, left_out=n_rows - table.rows.num_rows)
    if table.rows.num_rows == 0:
        return read
    incidents = normalise(table, city, known_on=known_on)
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


def _check_columns(file: FoundFile, table: Table, section: IncidentsSection, data: bytes) -> None:
    for column, key in section.columns.items():
        if column not in table.rows.column_names:
            hint = closest(column, table.columns) or missing_column(column, section.layout, data)
            raise CityFileError(
                f"incidents.{key}: {file.name} has no column {column!r}{hint}; it has {named(table.columns, most=60)}"
            )


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


def _known_on_of_column(file: FoundFile, table: Table, rule: KnownOn | None) -> date:
    import pyarrow as pa

    if rule is None or rule.column is None:
        raise AssertionError("a delivery without a day is only read where a column tells it")
    words = table.rows.column(rule.column) if table.rows.num_rows else pa.array([], pa.string())
    days = [day for day in (_date_of(word, rule.format) for word in set(words.to_pylist())) if day is not None]
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
