"""Rows of erased incidents are taken out of a delivery before anything else is made of it."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from hotspots.sources.files.table import Table

ERASED = "erased"


@dataclass(frozen=True, slots=True)
class ErasedIds:
    """Keyed hashes of erased ids.

    Attributes
    ----------
    seed : the city's secret.
    hashes : md5 of the secret with the ledger's key, as hexadecimal digits.
    columns : the agency's id, a column each; without any, what comes back is erased when it is published.
    occurrence_number : ids repeat, and the ledger's keys number them; all rows with an erased id go.
    record_kind : whose ids these are, of records beside the incidents.
    """

    seed: str
    hashes: frozenset[str]
    columns: Sequence[str]
    occurrence_number: bool
    record_kind: str | None = None

    def holds(self, source_id: str) -> bool:
        """Whether the incident, or record, with this id was erased."""
        key = f"{source_id}#1" if self.occurrence_number else source_id
        key = key if self.record_kind is None else key_of_record(self.record_kind, source_id)
        return hashlib.md5(f"{self.seed}{key}".encode(), usedforsecurity=False).hexdigest() in self.hashes


def key_of_record(record_kind: str, source_id: str) -> str:
    """The key by which an erased record beside the incidents is remembered: no incident has it."""
    return f"record\x1f{record_kind}\x1f{source_id}"


def without_erased(table: Table, erased: ErasedIds) -> tuple[Table, int]:
    """The table without the records of erased incidents, withdrawing and repeated rows among them, and how many there were."""
    if not erased.hashes or not erased.columns or table.rows.num_rows == 0:
        return table, 0
    words = [[word.strip() for word in table.rows.column(column).to_pylist()] for column in erased.columns]
    stays = np.array([not erased.holds("|".join(parts)) for parts in zip(*words, strict=True)], bool)
    if stays.all():
        return table, 0
    return table.keep(stays), int((~stays).sum())
