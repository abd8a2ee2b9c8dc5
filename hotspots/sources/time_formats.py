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
_TWO_DIGITS = {code: rf"(?P<{code}>\d{{2}})" for code in "ymdHIMS"}
# Of a clock time in bare digits, leading zeros may be lost: 45 is 00:45, 5 is 00:05. So it fills from the right.
_MAY_BE_LOST = {code: rf"(?P<{code}>\d{{0,2}}?)" for code in "HMS"}


@cache
def format_pattern(format_: str) -> str:
    """The regular expression of a strptime format.

    Codes that stand together without anything between them have two digits each; only the first of them may lack a leading
    zero, of a clock time (%H%M) also more. A group without digits is 0.

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
            run = re.match(r"(?:%[ymdHIMSY])+", format_[position:])
            if run and len(run[0]) > len("%H"):
                pattern += _together(run[0][1::2])
                position += len(run[0])
                continue
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


def _together(codes: str) -> str:
    """The pattern of codes such as HM that nothing keeps apart."""
    if set(codes) <= _MAY_BE_LOST.keys():
        return "".join(_MAY_BE_LOST[code] for code in codes[:-1]) + _CODES[codes[-1]]
    return _CODES[codes[0]] + "".join(_TWO_DIGITS.get(code, _CODES[code]) for code in codes[1:])
