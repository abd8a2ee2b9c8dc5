"""Read records beside the incidents with the reader of incidents, and count what became of them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from hotspots.errors import InputError
from hotspots.pipeline.load.checks import suspicions
from hotspots.pipeline.load.deliveries import DeliveryReader, ReadDelivery, find_deliveries
from hotspots.pipeline.load.erased import ERASED, ErasedIds
from hotspots.pipeline.load.evidence import Evidence
from hotspots.sources.record_kinds.section import INITIATORS, RecordKind

if TYPE_CHECKING:
    from hotspots.sources.city_file import CityFile
    from hotspots.store.ledger.areas import StoredAreas

COUNTS = ("read", "new", "changed", "unchanged", "left_out", "rejected", "without_location")


@dataclass
class RecordSummary:
    """The result of one kind's files: read = new + changed + unchanged + left_out + rejected.

    Attributes
    ----------
    initiated : records of these files by who began them.
    rejects : records that could not be taken, by reason.
    without_area : records whose area is not known for any kind.
    """

    label: str
    files: int = 0
    counts: Counter[str] = field(default_factory=lambda: Counter(dict.fromkeys(COUNTS, 0)))
    initiated: Counter[str] = field(default_factory=lambda: Counter(dict.fromkeys(INITIATORS, 0)))
    rejects: Counter[str] = field(default_factory=Counter)
    without_area: int = 0
    evidence: Evidence = field(default_factory=Evidence)

    def as_dict(self) -> dict[str, Any]:
        """For `--json` and the summary table."""
        return {
            "label": self.label,
            "files": self.files,
            **self.counts,
            "initiated_by": dict(self.initiated),
            "without_area": self.without_area,
            "rejects": dict(self.rejects.most_common()),
        }


def read_records(
    kind: RecordKind,
    city: CityFile,
    folder: Path,
    *,
    areas: StoredAreas | None,
    loaded: Mapping[str, Any],
    known_on: date | None,
    today: date,
    erased: tuple[str, frozenset[str]] = ("", frozenset()),
) -> Iterator[ReadDelivery]:
    """Read the files of one kind part by part, labelled with the areas.

    Parameters
    ----------
    erased : the city's secret and the keyed hashes of erased ids.

    Raises
    ------
    InputError
        A file of it is a file of incidents too.
    """
    as_city = city.of_records(kind)
    deliveries = find_deliveries(as_city, folder, known_on=known_on, today=today)
    _refuse_shared_files(kind, city, folder, {file.name for file, _ in deliveries}, today=today)
    ids = ErasedIds(*erased, kind.id, False, kind.name)
    with DeliveryReader(as_city, deliveries, loaded=loaded, erased=ids) as reader:
        reader.label_with(areas)
        yield from reader


def _refuse_shared_files(kind: RecordKind, city: CityFile, folder: Path, names: set[str], *, today: date) -> None:
    """A file that is read as both would add records to the incidents, unless conditions part its rows."""
    if kind.where is not None and city.incidents.where is not None:
        return
    both = sorted(names & {file.name for file, _ in find_deliveries(city, folder, known_on=today, today=today)})
    if both:
        raise InputError(
            f"record_kind {kind.name!r}: {both[0]} is a file of incidents.files too, so its records would count as incidents. "
            "Give each its own pattern of files, or say by where = … in both which rows are which."
        )


def initiators(kind: RecordKind, delivery: ReadDelivery) -> list[str]:
    """Who began each row of a part."""
    assert delivery.incidents is not None
    source_no = delivery.incidents.rows.column("source_no").to_numpy()
    words = delivery.incidents.source_words
    if not len(words.columns):
        return ["unknown"] * len(source_no)
    return np.array(kind.initiators_of(words), object)[source_no].tolist()


def area_ids_of(delivery: ReadDelivery) -> np.ndarray[Any, Any]:
    """Areas of each row of a part, 0 for none: (rows, kinds)."""
    assert delivery.incidents is not None
    n = delivery.incidents.rows.num_rows
    if delivery.labels is None:
        return np.zeros((n, 0), np.int64)
    of_row = delivery.incidents.rows.column("location_no").to_numpy()
    return delivery.labels.sets[delivery.labels.set_no[of_row]]


def note(done: RecordSummary, kind: RecordKind, delivery: ReadDelivery) -> None:
    """Count what a part holds, whatever becomes of it."""
    done.files += delivery.is_first
    if delivery.table is None:
        done.counts.update(read=1, rejected=1)
        done.rejects[f"{delivery.file.name} cannot be read: {delivery.unreadable}"] += 1
        return
    done.counts.update(
        read=len(delivery.table.records) + delivery.left_out + delivery.erased, left_out=delivery.left_out
    )
    if delivery.evidence is not None:
        done.evidence.add(delivery.evidence)
    if delivery.incidents is None:
        reasons = [bad.reason for bad in delivery.table.bad]
    else:
        reasons = [reason for _, reason in delivery.incidents.rejects]
        done.initiated.update(initiators(kind, delivery))
        located = delivery.incidents.locations.frame.column("x").is_valid().to_numpy()
        of_row = delivery.incidents.rows.column("location_no").to_numpy()
        done.counts["without_location"] += int((~located[of_row]).sum())
        done.without_area += int((area_ids_of(delivery) == 0).all(axis=1).sum())
    reasons += [ERASED] * delivery.erased
    done.counts["rejected"] += len(reasons)
    done.rejects.update(reasons)


def refusals(done: RecordSummary, kind: RecordKind, city: CityFile) -> list[str]:
    """The reasons for which these files are not to be believed."""
    found = suspicions(done.evidence, city.of_records(kind))
    return [f"{kind.label}: {one.text}" for one in found if one.refuses]
