"""Formats of dates and times, as strptime writes them, turned into regular expressions for whole columns."""

from __future__ import annotations

import re
from functools import cache

# One group a code; names of months are matched whole, so that "Marched" is no March.
_CODES = {
    "Y": r"(?P<Y>\d{4})",
    "y": r"(?P<y>\d{2})",
    "m": r"(?P<m>\d{1,2})",
    "d": r"(?P<d>\d{1,2})",
    "H": r"(?P<H>\d{1,2})",
    "I": r"(?P<I>\d{1,2})",
    "M": r"(?P<M>\d{1,2})",
    "S": r"(?P<S>\d{1,2})(?:\.\d+)?",
    "p": r"(?P<p>[AaPp]\.?[Mm]\.?)",
    "b": r"(?P<b>[A-Za-z]+)",
    "B": r"(?P<b>[A-Za-z]+)",
    "%": "%",
}


@cache
def format_pattern(format_: str) -> str:
    """The regular expression of a strptime format.

    Raises
    ------
    ValueError
        A code that is not read here.
    """
    pattern, position = "", 0
    while position < len(format_):
        character = format_[position]
        if character == "%":
            code = format_[position + 1 : position + 2]
            if code not in _CODES:
                raise ValueError(
                    f"%{code} in {format_!r} is not read; allowed are {', '.join('%' + c for c in _CODES)}"
                )
            pattern += _CODES[code]
            position += 2
        else:
            pattern += r"\s+" if character.isspace() else re.escape(character)
            position += 1
    groups = re.compile(pattern).groupindex
    if not ({"Y", "y"} & groups.keys()):
        raise ValueError(f"{format_!r} has no year")
    if "I" in groups and "p" not in groups:
        raise ValueError(f"{format_!r} has %I, hours up to 12, without %p")
    return r"^\s*" + pattern + r"\s*$"
