"""The summary of a load: counts that add up, rejects with file and line."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

PARTS = ("new", "changed", "unchanged", "withdrawn", "merged", "left_out", "rejected")  # each record is one of them
COUNTS = ("read", *PARTS, "without_location")


@dataclass
class IncidentSummary:
    """The counts of the records of all incident files of one command.

    read = new + changed + unchanged + withdrawn + merged + left_out + rejected: each record counts once.

    Attributes
    ----------
    counts : those of that sum, and without_location: incidents of these files that have none.
    withdrawn_by_absence : incidents that a snapshot no longer has; no record of the files speaks of them.
    notes : peculiarities that did not reject a record, such as times at a clock change.
    agreement : by kind of area: incidents with a point and a recorded code, how many points lie in the recorded area, how
        many codes name no area, how many incidents got their area from the point alone.
    other : rows by words of the agency that no entry of the city file names.
    unknown_codes : recorded area codes that name no area, by kind and value.
    suspicions : what looks wrong, in words.
    columns_left_out : columns of the files that the city file does not name; nothing of them is kept.
    rejects : file, line, reason and record.
    """

    counts: dict[str, int] = field(default_factory=lambda: dict.fromkeys(COUNTS, 0))
    withdrawn_by_absence: int = 0
    notes: Counter[str] = field(default_factory=Counter)
    agreement: dict[str, Counter[str]] = field(default_factory=dict)
    other: Counter[str] = field(default_factory=Counter)
    unknown_codes: dict[str, Counter[str]] = field(default_factory=dict)
    suspicions: list[str] = field(default_factory=list)
    columns_left_out: list[str] = field(default_factory=list)
    files: list[dict[str, Any]] = field(default_factory=list)
    rejects: list[tuple[str, int, str, str]] = field(default_factory=list)

    def add(self, file: str, known_on: Any, counts: dict[str, int], *, note: str | None = None) -> None:
        """Add the counts of one file."""
        for name in COUNTS:
            self.counts[name] += counts.get(name, 0)
        self.files.append({"file": file, "known_on": str(known_on), **{name: counts.get(name, 0) for name in COUNTS}})
        if note:
            self.files[-1]["note"] = note

    def reject(self, file: str, rejects: Iterable[tuple[int, str, str]]) -> None:
        """Add rejected records of one file: line, reason, record."""
        self.rejects += [(file, line, reason, record) for line, reason, record in rejects]

    def as_dict(self) -> dict[str, Any]:
        """For `--json`."""
        first: dict[str, str] = {}
        for file, line, reason, _ in self.rejects:
            first.setdefault(reason, f"{file}, line {line}" if line else file)  # an erased record has no line
        return {
            **self.counts,
            "withdrawn_by_absence": self.withdrawn_by_absence,
            "rejects": dict(Counter(reason for _, _, reason, _ in self.rejects).most_common()),
            "first_rejects": first,
            "notes": {name: count for name, count in self.notes.items() if count},
            "agreement": {kind: dict(counts) for kind, counts in self.agreement.items()},
            "other": dict(self.other.most_common()),
            "unknown_codes": {kind: dict(codes.most_common()) for kind, codes in self.unknown_codes.items()},
            "suspicions": self.suspicions,
            "columns_left_out": self.columns_left_out,
            "files": self.files,
        }


@dataclass
class LoadSummary:
    """The result of one `hotspots load`. `placed_anew`: incidents that got a point by a new address list, or moved, and by what."""

    city: str
    datasets: dict[str, dict[str, Any]] = field(default_factory=dict)
    incidents: IncidentSummary | None = None
    record_kinds: dict[str, dict[str, Any]] = field(default_factory=dict)
    relabelled: int = 0
    placed_anew: dict[str, int] = field(default_factory=dict)
    agreement: dict[str, Counter[str]] = field(default_factory=dict)

    def as_dict(self) -> dict[str, Any]:
        """For `--json`."""
        incidents = {} if self.incidents is None else {"incidents": self.incidents.as_dict()}
        agreement = {kind: dict(counts) for kind, counts in self.agreement.items()}
        return {
            "city": self.city,
            **incidents,
            **({"record_kinds": self.record_kinds} if self.record_kinds else {}),
            "agreement": agreement,
            "datasets": self.datasets,
            "locations_relabelled": self.relabelled,
            **({"placed_anew": self.placed_anew} if self.placed_anew else {}),
        }
