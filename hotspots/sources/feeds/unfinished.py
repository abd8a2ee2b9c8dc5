"""Files that are being fetched: hidden until they are whole, readable by their owner only."""

from __future__ import annotations

import csv
import io
import os
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from hotspots.private_files import open_private


@dataclass(frozen=True)
class Fetched:
    """One run's answer.

    Attributes
    ----------
    ending : of the file's name; None where there is nothing new, and then no file.
    rows : records in it; None where the feed brings a file as it is.
    cursor : where the next run goes on, as JSON.
    """

    ending: str | None
    rows: int | None
    cursor: dict[str, Any] = field(default_factory=dict)


def write_records(path: Path, columns: list[str], records: Iterable[dict[str, Any]]) -> int:
    """Write records as CSV in UTF-8; a column that a record lacks is empty. Returns how many."""
    with io.TextIOWrapper(open_private(path), encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(columns)
        count = 0
        for record in records:
            writer.writerow([_as_text(record.get(column)) for column in columns])
            count += 1
    return count


def _as_text(value: Any) -> str:
    """A value of JSON as a cell: nothing for null, words for yes and no, a point as well-known text."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, dict):
        if value.get("type") == "Point" and value.get("coordinates"):
            return f"POINT ({' '.join(str(number) for number in value['coordinates'])})"
        return " ".join(_as_text(inner) for inner in value.values())
    if isinstance(value, list):
        return " ".join(_as_text(inner) for inner in value)
    return str(value)


def flat(record: dict[str, Any], *, before: str = "") -> dict[str, Any]:
    """A record of records in one level: ``location.street.name``."""
    out: dict[str, Any] = {}
    for key, value in record.items():
        name = f"{before}{key}"
        out |= flat(value, before=f"{name}.") if isinstance(value, dict) else {name: value}
    return out


def finish(unfinished: Path, name: Callable[[int], str]) -> Path:
    """Give a whole file its name, the first number that is free; it then appears at once and survives a power cut."""
    with open(unfinished, "rb") as file:
        os.fsync(file.fileno())
    number = 1
    while True:
        path = unfinished.with_name(name(number))
        try:
            os.link(unfinished, path)  # unlike a rename, it never replaces a file
            break
        except FileExistsError:
            number += 1
    unfinished.unlink()
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
    return path
