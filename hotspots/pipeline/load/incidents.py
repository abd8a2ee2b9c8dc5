"""Load incidents: raw records word for word, and a version of an incident wherever something changed."""

from __future__ import annotations

from contextlib import nullcontext
from datetime import date
from typing import TYPE_CHECKING

import numpy as np

from hotspots.errors import InputError
from hotspots.pipeline.load.checks import suspicions
from hotspots.pipeline.load.database_ids import in_our_numbers
from hotspots.pipeline.load.deliveries import ReadDelivery
from hotspots.pipeline.load.erased import ERASED
from hotspots.pipeline.load.evidence import Evidence
from hotspots.pipeline.load.file_parts import hash_keys
from hotspots.pipeline.load.incident_load import IncidentLoad, OpenDelivery
from hotspots.pipeline.load.snapshots import SnapshotFile, note_present, withdraw_absent
from hotspots.pipeline.load.summary import IncidentSummary
from hotspots.sources.crime_types import crime_types_of, in_one_line
from hotspots.sources.files.tables import REASON_COLUMNS
from hotspots.store.ledger import areas as area_store
from hotspots.store.ledger import incidents as ledger
from hotspots.store.sql.bulk import filling

if TYPE_CHECKING:
    from collections.abc import Callable

    import pyarrow as pa

    from hotspots.sources.normalise import Incidents

UNMATCHED = "withdraws nothing: no current record matches"


def load_incidents(
    load: IncidentLoad, *, today: date, anyway: bool, tell: Callable[[str, float], None]
) -> IncidentSummary:
    """Write what is read, labelled with the areas that are loaded by now.

    Parameters
    ----------
    anyway : bool
        Go on where nearly all would be lost.
    tell : callable
        Told each file's name and the share of files that are done.

    Raises
    ------
    InputError
        No file can be read, or what was read is not to be believed.
    """
    load.reader.label_with(area_store.read_areas(load.connection))
    ledger.prepare_incoming(load.connection)
    with filling(load.connection, ledger.LEDGER) if load.first else nullcontext():
        group: list[SnapshotFile] = []
        n_files = 0
        for part in load.reader:
            if part.is_first:
                tell(part.file.name, n_files / len(load.days))
                group.append(SnapshotFile(part.file.name))
            group[-1].add(part)
            _load_part(load, part, today)
            if not part.is_last:
                continue
            n_files += 1
            following = load.days[n_files] if n_files < len(load.days) else None
            if load.city.incidents.scope == "file" or following != part.known_on:
                withdraw_absent(load, group)
                group = []
        _judge(load, anyway=anyway)
        tell("indexes" if load.first else "", 1.0)
    files = load.summary.files
    if files and all("cannot be read" in file.get("note", "") for file in files):
        raise InputError(f"No incident file could be read: {files[0]['file']}: {files[0]['note']}.")
    return load.summary


def _judge(load: IncidentLoad, *, anyway: bool) -> None:
    """Note what looks wrong, and refuse where nearly all would be lost."""
    names = area_store.read_names(load.connection) if load.evidence.unknown_codes else {}
    found = suspicions(load.evidence, load.city, is_first=load.first, area_names=names)
    load.summary.unknown_codes = load.evidence.unknown_codes
    load.summary.suspicions = [one.text for one in found]
    refusing = [one.text for one in found if one.refuses]
    if refusing and not anyway:
        listed = "".join(f"\n  {text}." for text in refusing)
        raise InputError(
            f"Nothing was loaded, because this cannot be right:{listed}\nMend the city file or the files; "
            "or load it anyway with --anyway, where all this is as it should be."
        )


def _load_part(load: IncidentLoad, part: ReadDelivery, today: date) -> None:
    same = load.loaded.get(part.sha256)
    if part.table is None and same is not None:
        _count_again(load, part, same)
        return
    if part.is_first:
        load.current = _begin(load, part, today)
    current = load.current
    assert current is not None
    if part.table is None:
        current.note = f"cannot be read: {part.unreadable}"
        counts, rejects = {"read": 1, "rejected": 1}, [(1, current.note, "")]
    else:
        counts, rejects = _write(load, current.number, part, current.known_on)
        load.summary.columns_left_out += [
            column for column in part.table.left_out if column not in load.summary.columns_left_out
        ]
        current.note = "empty" if part.table.header is None else current.note
    current.counts.update(counts)
    ledger.write_rejects(
        load.connection, current.number, [(line, reason) for line, reason, _ in rejects], [record for *_, record in rejects]
    )  # fmt: skip
    current.rejects += rejects
    if part.is_last:
        load.summary.reject(part.file.name, sorted(current.rejects, key=lambda reject: reject[0]))
        ledger.write_summary(load.connection, current.number, {"reading": load.reading, **current.counts})
        load.summary.add(part.file.name, current.known_on, current.counts, note=current.note)


def _begin(load: IncidentLoad, part: ReadDelivery, today: date) -> OpenDelivery:
    """Note a delivery; raise InputError where its day does not fit those before it."""
    name, known_on = part.file.name, part.known_on
    newest = ledger.newest_delivery(load.connection, dataset=ledger.INCIDENTS)
    if known_on == date.min:
        known_on = newest.known_on if newest else today
    if known_on > today:
        raise InputError(
            f"{name} would be known on {known_on}, which is later than today ({today}). Check the date, or give --known-on."
        )
    if newest is not None and known_on < newest.known_on:
        before = (
            "was loaded before, by another reading of the city file"
            if ledger.is_loaded(load.connection, part.sha256)
            else "is new"
        )
        raise InputError(
            f"{name}, known on {known_on}, {before}, and {newest.file}, known on {newest.known_on}, is loaded already. "
            f"Deliveries go in by the day they were known: load it with --known-on {newest.known_on} or later, "
            "or everything into a new database (HOTSPOTS_HOME)."
        )
    header = part.table.header if part.table else None
    number = ledger.write_delivery(
        load.connection, dataset=ledger.INCIDENTS, file=name, sha256=part.sha256, header=header, known_on=known_on
    )
    return OpenDelivery(number, known_on)


def _count_again(load: IncidentLoad, delivery: ReadDelivery, same: ledger.Delivery) -> None:
    """A file that was loaded before changes nothing."""
    read, rejected, merged, left_out = (
        int(same.summary.get(name, 0)) for name in ("read", "rejected", "merged", "left_out")
    )
    counts = {
        "read": read,
        "unchanged": read - rejected - merged - left_out,
        "rejected": rejected,
        "merged": merged,
        "left_out": left_out,
        "without_location": int(same.summary.get("without_location", 0)),
    }
    load.summary.add(delivery.file.name, same.known_on, counts, note=delivery.unreadable or "loaded before")
    rejects = ledger.read_rejects(load.connection, same.delivery_id)
    # Rejected records of an incident that was erased since are no longer kept.
    erased = [(0, ERASED, "")] * (rejected - len(rejects))
    load.summary.reject(delivery.file.name, [*erased, *rejects])


def _write(
    load: IncidentLoad, number: int, delivery: ReadDelivery, known_on: date
) -> tuple[dict[str, int], list[tuple[int, str, str]]]:
    table, incidents = delivery.table, delivery.incidents
    if table is None:
        raise AssertionError("a delivery that was not read is not written")
    ledger.write_records(load.connection, number, lines=table.lines, records=table.records)
    rejects = [(record.line, record.reason) for record in table.bad]
    counts = {"read": len(table.records) + delivery.erased + delivery.left_out, "without_location": 0}
    counts["left_out"] = delivery.left_out
    if delivery.evidence is not None:
        load.evidence.add(delivery.evidence)
    elif table.bad:
        ragged = sum(record.reason == REASON_COLUMNS for record in table.bad)
        load.evidence.add(Evidence(records=len(table.records), unread=len(table.bad), ragged=ragged))
    if incidents is not None:
        rejects = list(incidents.rejects)
        rows = in_our_numbers(load.connection, load.city, delivery, incidents)
        written = _write_rows(load, number, rows, known_on)
        counts |= {name: written.get(name, 0) for name in ("new", "changed", "unchanged", "withdrawn")}
        if written.get("unmatched"):
            rejects = sorted([*rejects, *((line, UNMATCHED) for line in ledger.unmatched_lines(load.connection))])
        located = incidents.locations.frame.column("x").is_valid().to_numpy()
        of_row = incidents.rows.column("location_no").drop_null().to_numpy()
        counts["without_location"] = int((~located[of_row]).sum())
        counts["merged"] = incidents.merged
        load.summary.notes.update(incidents.notes)
        _count_other(load, incidents)
        for kind, agreement in delivery.agreement.items():
            load.summary.agreement.setdefault(kind, type(agreement)()).update(agreement)
        if load.city.incidents.scope is not None:
            note_present(load, incidents)
    counts["rejected"] = len(rejects) + delivery.erased
    index = np.searchsorted(table.lines, [line for line, _ in rejects])
    records = table.records.take(index).to_pylist() if rejects else []
    # Of an erased incident not even the line is kept, by which the agency's file would tell it.
    erased = [(0, ERASED, "")] * delivery.erased
    return counts, [*erased, *((line, reason, record) for (line, reason), record in zip(rejects, records, strict=True))]


def _write_rows(load: IncidentLoad, number: int, rows: pa.Table, known_on: date) -> dict[str, int]:
    import pyarrow.compute as pc

    if load.first:
        repeats = load.keys.meets(hash_keys(rows.column("incident_key").combine_chunks()))
        if not repeats and not pc.any(rows.column("withdraws")).as_py():
            return {"new": ledger.write_first_versions(load.connection, number, rows, known_on=known_on)}
    return ledger.write_versions(load.connection, number, rows, known_on=known_on)


def _count_other(load: IncidentLoad, incidents: Incidents) -> None:
    """Count the rows whose words no entry of the city file names."""
    counts = np.bincount(incidents.rows.column("source_no").to_numpy(), minlength=len(incidents.source_words))
    _, named = crime_types_of(load.city, incidents.source_words)
    for line, count, is_named in zip(in_one_line(incidents.source_words), counts, named, strict=True):
        if not is_named and count:
            load.summary.other[line] += int(count)
