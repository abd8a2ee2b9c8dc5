"""Erase: one incident leaves the raw records, the ledger and what is public; the audit keeps that it happened, and nothing of it."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path

from hotspots.errors import InputError, NotFoundError
from hotspots.pipeline.load.erased import key_of_record
from hotspots.pipeline.load.rejects_file import remove_lines
from hotspots.pipeline.publish.gaps import write_gaps
from hotspots.store import audit
from hotspots.store.ledger import erasure, records
from hotspots.store.ledger.erasure import IdRules, KeptRecord
from hotspots.store.publication import anchors, city_layers, known_counts, publication
from hotspots.store.publication.publication import Connection
from hotspots.store.publication.rules import Rules, read_last, read_rules, unpublished_deliveries
from hotspots.store.server.connection import Database

SHORTEST_WORD = 4  # of an id or address that the reason must not hold


@dataclass(frozen=True, slots=True)
class Erased:
    """How many rows went from where.

    Raw records are those as sent, rejected ones among them; forecasts are published ones that had learnt from the incident.
    """

    versions: int
    raw_records: int
    public_rows: int
    rejects_lines: int = 0
    forecasts: int = 0


def erase(owner: Database, *, source_id: str, reason: str, rejects_files: Sequence[Path] = ()) -> Erased:
    """Erase the incident with the agency's id, in every version and record, those that were rejected too.

    Parameters
    ----------
    source_id : as in the agency's file; parts of a composite id joined by ``|``. Where ids repeat, all of its occurrences go.
    reason : kept in the audit.
    rejects_files : what `hotspots load` wrote of rejected records; lines that name the id leave them.

    Raises
    ------
    NotFoundError
        No incident and no record has the id.
    InputError
        The reason is empty, or holds the id or the address.
    """
    source_id, reason = source_id.strip(), " ".join(reason.split())
    with publication.publishing(owner) as connection:
        rules = read_rules(connection)
        id_rules = erasure.read_id_rules(connection)
        assert id_rules is not None
        keys = erasure.find_keys(connection, source_id, occurrence_number=id_rules.occurrence_number)
        parts = [part for part in source_id.split("|") if part]
        if not keys and _has_record(connection, id_rules, source_id):  # a record that was never taken in
            keys = [f"{source_id}#1" if id_rules.occurrence_number else source_id]
        if not keys:
            columns = " | ".join(id_rules.columns) or "id"
            raise NotFoundError(
                f"No incident and no rejected record has the id given (from the columns {columns}). Nothing was erased."
            )
        erasure.collect_versions(connection, keys)
        _check_reason(reason, [*source_id.split("|"), *erasure.read_addresses(connection)])
        done = _purge(connection, rules, id_rules, keys)
        n_lines = sum(remove_lines(file, parts, option="The rejects file") for file in rejects_files)
        done = replace(done, rejects_lines=n_lines)
        audit.write_line(
            connection, "erase", {"reason": reason, "versions": done.versions, "raw_records": done.raw_records}
        )
    erasure.vacuum(owner)
    return done


def erase_record(owner: Database, *, record_kind: str, source_id: str, reason: str) -> None:
    """Erase one record beside the incidents, such as a call for service, by the agency's id.

    Its public counts by month follow with the next publication. It does not come back with a later delivery.

    Raises
    ------
    NotFoundError
        No record of the kind has the id.
    InputError
        The reason is empty, or holds the id.
    """
    source_id, reason = source_id.strip(), " ".join(reason.split())
    with publication.publishing(owner) as connection:
        _check_reason(reason, source_id.split("|"))
        if not records.delete_record(connection, record_kind=record_kind, source_id=source_id):
            raise NotFoundError(f"No record of the kind {record_kind!r} has the id given. Nothing was erased.")
        erasure.remember(connection, [key_of_record(record_kind, source_id)])
        audit.write_line(connection, "erase", {"reason": reason, "record_kind": record_kind, "records": 1})
    erasure.vacuum(owner)


def _has_record(connection: Connection, rules: IdRules, source_id: str) -> bool:
    """Whether a kept record names the id in its columns, or is too broken to tell and holds every part of an id that is no short word."""
    parts = [part for part in source_id.split("|") if part]
    if not parts:
        return False
    words = [_words(record, rules.columns, rules.delimiter) for record in erasure.find_records(connection, parts)]
    return source_id in words or (None in words and all(len(part) >= SHORTEST_WORD for part in parts))


def purge_returned(connection: Connection, rules: Rules) -> None:
    """Erase again what a delivery brought back."""
    keys = erasure.find_returned_keys(connection)
    id_rules = erasure.read_id_rules(connection)
    if keys and id_rules is not None:
        erasure.collect_versions(connection, keys)
        done = _purge(connection, rules, id_rules, keys)
        audit.write_line(
            connection, "erase", {"reason": "erased before, came back with a delivery", "versions": done.versions}
        )


def _purge(connection: Connection, rules: Rules, id_rules: IdRules, keys: Sequence[str]) -> Erased:
    """Take the gathered versions of `keys` out of everything, and let what is public follow."""
    records = [
        record
        for key in keys
        for record in _records_of(connection, id_rules, key.rpartition("#")[0] if id_rules.occurrence_number else key)
    ]
    n_records = erasure.delete_records(connection, records)
    last = read_last(connection)
    if last is not None and last.newest_day is not None:
        known_counts.forget(
            connection,
            rules,
            keys=keys,
            unpublished=unpublished_deliveries(connection),
            old_end=last.newest_day + timedelta(days=1),
        )
    left, days = erasure.delete_public_rows(connection)
    n_forecasts = erasure.delete_forecasts(connection, days)
    publication.renew_days(connection, days, due=False)
    anchors.delete_unused_anchors(connection, left)
    city_layers.delete_unused_blocks(connection, left)
    n_versions = erasure.delete_versions(connection)
    # A delivery's rows are known by the first number of their id, which a rejected row may have had.
    firsts = {f"{key.rpartition('#')[0]}#1" for key in keys} if id_rules.occurrence_number else set()
    erasure.remember(connection, [*keys, *sorted(firsts.difference(keys))])
    if last is not None:
        publication.write_choices(connection, rules, publication.ALL_VERSIONS)
        if left:  # else nothing public changed, and a vintage would tell that what was erased had been hidden
            vintage_id = publication.write_vintage_after_erasure(connection, rules, last, removed=len(left))
            write_gaps(connection, vintage_id, everything=False)
    return Erased(versions=n_versions, raw_records=n_records, public_rows=len(left), forecasts=n_forecasts)


def _records_of(connection: Connection, rules: IdRules, base: str) -> list[KeptRecord]:
    """Every kept record that names the incident in its id columns, or in the columns by which a row withdraws it."""
    names = [
        (rules.columns, base),
        *((rules.withdrawal_columns, key) for key in erasure.read_base_keys(connection) if rules.withdrawal_columns),
    ]
    found = []
    for columns, words in names:
        parts = [part for part in words.split("|") if part]
        found += [
            record
            for record in erasure.find_records(connection, parts)
            if _words(record, columns, rules.delimiter) in (None, words)
        ]
    return found


def _words(kept: KeptRecord, columns: Sequence[str], delimiter: str) -> str | None:
    """The words of some columns joined by ``|``; None where the record is too broken to tell."""
    try:
        header = next(csv.reader([(kept.header or "").lstrip("\ufeff")], delimiter=delimiter), [])
        fields = next(csv.reader([kept.record], delimiter=delimiter), [])
    except csv.Error:  # a cell of more than 131,072 characters
        return None
    if len(fields) != len(header) or not set(columns) <= set(header):
        return None
    return "|".join(fields[header.index(column)].strip() for column in columns)


def _check_reason(reason: str, secrets: Sequence[str]) -> None:
    if not reason:
        raise InputError("--reason is empty. Say in a few words why, such as: court order of 3 March.")
    for secret in secrets:
        if len(secret) >= SHORTEST_WORD and secret.casefold() in reason.casefold():
            raise InputError(
                "--reason holds the id or the address of the incident, which the audit must not keep. Say why without it."
            )
