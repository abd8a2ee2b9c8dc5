"""How codes of areas are compared: agencies write the same beat as 0631, 631 and 631.0."""

from __future__ import annotations

import re


def area_code_key(code: str) -> str:
    """A code without case, outer blanks, leading zeros and a decimal part of zeros; "" stays "", "000" becomes "0"."""
    key = re.sub(r"^(\d+)\.0+$", r"\1", code.strip().lower())
    return key.lstrip("0") or ("0" if key else "")
