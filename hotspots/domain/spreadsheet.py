"""Guard the cells of files that a spreadsheet may open, and name the type of a workbook."""

from __future__ import annotations

from typing import Any

XLSX_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"  # media type of a workbook
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n")


def guarded(value: Any) -> Any:
    """Return a text that a spreadsheet would take for a formula with an apostrophe before it; everything else as it is."""
    return f"'{value}" if isinstance(value, str) and value.startswith(FORMULA_STARTS) else value
