"""Guess what a file of areas is: its kind, its code and name, and the column of the records that holds the code."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

import numpy as np

from hotspots.domain.places.area_code import area_code_key
from hotspots.errors import InputError
from hotspots.sources.drafting import guesses
from hotspots.sources.drafting.files import AreaFile
from hotspots.sources.drafting.guesses import OBJECT_ID
from hotspots.sources.drafting.toml_text import quoted

CODE = re.compile(
    r"code|(^|[^a-z])(id|no|nr|num|number|key)([^a-z]|$)|beat|district|gss|geoid|distrito|barrio|bezirk", re.IGNORECASE
)
NAME = re.compile(r"name|label|title|nombre|bezeichn|nom$", re.IGNORECASE)


@dataclass(frozen=True)
class AreaGuess:
    """One file of areas as a table of the city file; `column` is where the records hold its codes, None where nowhere."""

    kind: str
    column: str | None
    codes: list[str]
    code: str
    lines: list[str]

    @classmethod
    def of(cls, area: AreaFile, rows: Any, used: set[str]) -> AreaGuess:
        """Guess from the attributes and the records. Raises InputError where no attribute can be a code."""
        frame = area.frame.drop(columns=area.frame.geometry.name)
        words = {str(column): [as_text(value) for value in frame[column]] for column in frame.columns}
        full = [column for column, values in words.items() if "" not in values]
        unique = [column for column in full if len(set(words[column])) == len(frame)]
        recorded = {column: recorded_in(words[column], rows, used) for column in full}
        # Several shapes may be one area: what the records hold, else what is called a code, else a name.
        shared = [column for column in full if column not in unique and len(set(words[column])) > 1]
        candidates = (
            [column for column in full if recorded[column]]
            or [column for column in unique if not OBJECT_ID.match(column)]
            or [column for column in shared if CODE.search(column)]
            or [column for column in shared if NAME.search(column)]
            or unique
            or (shared if len(shared) == 1 else [])
        )
        if not candidates:
            raise InputError(
                f"{area.path.name}: no attribute is different in every area, so none is a code; it has {', '.join(words)}."
            )
        if area.path.suffix.lower() == ".kml" and "Name" in candidates:
            candidates = ["Name"]  # its id is the file's own
        order = list(words)
        code = min(
            candidates,
            key=lambda column: (CODE.search(column) is None, NAME.search(column) is not None, order.index(column)),
        )
        name = next((column for column in words if NAME.search(column) and column != code), None)
        called = area.layer or area.path.name.split(".")[0]
        kind = re.sub(r"[^a-z]+", "_", called.lower()).strip("_")
        kind = (kind.removesuffix("ies") + "y" if kind.endswith("ies") else kind.removesuffix("s")) or "area"
        column = recorded[code]
        lines = [
            "[[area]]",
            f"kind = {quoted(kind)}",
            f"label = {quoted(kind.replace('_', ' ').capitalize())}",
            f"file = {quoted(area.path.name)}  # {len(set(words[code])):,} areas",
            *([f"layer = {quoted(area.layer)}"] if area.layer else []),
            f"code = {quoted(code)}"
            + (
                "  # "
                + (
                    f"{quoted(column)} of the records holds it"
                    if column
                    else f"guessed: {'different in every area' if code in unique else 'several shapes are one area'}"
                )
            ),
            *([f"name = {quoted(name)}"] if name else []),
            *([] if area.crs_is_named else ['crs = "EPSG:4326"  # guessed: the file does not say its system']),
            "",
        ]
        return cls(kind, column, words[code], code, lines)


def recorded_in(codes: list[str], rows: Any, used: set[str]) -> str | None:
    """The column of the records whose values are nearly all codes of the map."""
    known = {area_code_key(code) for code in codes}
    best: tuple[float, str] | None = None
    for column in rows.columns:
        if column in used:
            continue
        words = guesses.filled(rows[column]).drop_duplicates()
        if len(words) < min(2, len(known)):
            continue
        share = float(np.mean([area_code_key(word) in known for word in words])) if len(words) else 0.0
        if share >= 0.8 and (best is None or share > best[0]):
            best = share, str(column)
    return best[1] if best else None


def as_text(value: object) -> str:
    """An attribute as people write it: 35, not 35.0; nothing for nothing."""
    if value is None or value != value:
        return ""
    return str(int(value)) if isinstance(value, float) and value.is_integer() else str(value).strip()
