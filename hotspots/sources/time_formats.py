"""Formats of dates and times, as strptime writes them, turned into regular expressions for whole columns."""

from __future__ import annotations

import re
from functools import cache

# One group a code; names of months are matched whole, so that "Marched" is no March.
_NAME = r"[^\s\d/.,:;|-]+\.?"
_CODES = {
    "Y": r"(?P<Y>\d{4})",
    "y": r"(?P<y>\d{2})",
    "m": r"(?P<m>\d{1,2})",
    "d": r"(?P<d>\d{1,2})",
    "H": r"(?P<H>\d{1,2})",
    "I": r"(?P<I>\d{1,2})",
    "M": r"(?P<M>\d{1,2})",
    "S": r"(?P<S>\d{1,2})(?:\.\d+)?",
    "f": r"\d{1,9}",
    "p": r"(?P<p>[AaPp]\.?\s?[Mm]\.?)",
    "b": rf"(?P<b>{_NAME})",
    "B": rf"(?P<b>{_NAME})",
    "a": _NAME,
    "A": _NAME,
    "z": r"(?P<z>[Zz]|UTC|GMT|[+-]\d{2}(?::?\d{2})?)",
    "s": r"(?P<s>[+-]?\d+(?:\.\d+)?(?:[eE]\+?\d{1,2})?)",
    "E": r"(?P<E>\d+(?:\.\d+)?)",
    "%": "%",
}
_ALONE = {"%s": "the seconds or milliseconds since 1970", "%E": "the days since 30 December 1899 of a workbook"}
_CLOCK = frozenset("HIMSfpzsE")  # codes of the time of day
_TWO_DIGITS = {code: rf"(?P<{code}>\d{{2}})" for code in "ymdHIMS"}
# Of a clock time in bare digits, leading zeros may be lost: 45 is 00:45, 5 is 00:05. So it fills from the right.
_MAY_BE_LOST = {code: rf"(?P<{code}>\d{{0,2}}?)" for code in "HMS"}
_QUARTER = re.compile(r"(?:q|qtr|quarter|trimest\w*|\bt)[\W_]*%m|%m[\W_]*q", re.IGNORECASE)
_UTC = re.compile(r"(?<=%[SMf])(\s?)(?:Z|UTC|GMT)$")
_OFFSET = re.compile(r"(?<=%[HMSfp])\s?[+-]\d{2}(?::?\d{2})?$")
# How a workbook's date cells are written when it is opened, and ISO 8601 with seconds: read whatever the format says.
ISO = r"^\s*(?P<Y>\d{4})-(?P<m>\d{2})-(?P<d>\d{2})[T ](?P<H>\d{2}):(?P<M>\d{2}):(?P<S>\d{2})(?:\.\d+)?(?P<z>Z|[+-]\d{2}:?\d{2})?\s*$"


@cache
def format_pattern(format_: str) -> str:
    """The regular expression of a strptime format.

    Codes that stand together without anything between them have two digits each; only the first of them may lack a leading
    zero, of a clock time (%H%M) also more. A group without digits is 0. A literal Z, UTC or GMT at the end is a group `z`.

    Raises
    ------
    ValueError
        A code that is not read here, or an offset in figures that would hold for every row.
    """
    offset = _OFFSET.search(format_)
    if offset:
        raise ValueError(
            f"{format_!r} ends with the offset {offset[0].strip()!r}, as if clocks never changed; write %z in its place"
        )
    if _QUARTER.search(format_.replace("%Y", "-")):
        raise ValueError(
            f"{format_!r}: a quarter of a year is no month, and is not read; have the file written with months or days"
        )
    for code, told in _ALONE.items():
        if code in format_ and format_.strip() != code:
            raise ValueError(f"{format_!r}: {code}, {told}, stands alone")
    pattern = _pattern(_UTC.sub(r"\1%z", format_))
    groups = re.compile(pattern).groupindex
    if {"s", "E"} & groups.keys():
        return pattern
    if not ({"Y", "y"} & groups.keys()):
        raise ValueError(f"{format_!r} has no year")
    if "I" in groups and "p" not in groups:
        raise ValueError(f"{format_!r} has %I, hours up to 12, without %p")
    if "z" in groups and not ({"H", "I"} & groups.keys()):
        raise ValueError(f"{format_!r} has an offset, but no hour")
    return pattern


@cache
def day_pattern(format_: str) -> str | None:
    """The regular expression of a format's day alone, for rows whose time of day is missing or not readable.

    What stands in place of the clock must not begin with a digit that could belong to the day. None where the format has no clock
    time, or its day and clock are not apart.
    """
    codes = [match[0][1] for match in re.finditer(r"%[A-Za-z]", format_)]
    of_clock = [code in _CLOCK for code in codes]
    if not any(of_clock) or all(of_clock):
        return None
    if not of_clock[0] and sorted(of_clock) == of_clock:  # the day first, as nearly everywhere
        end = re.search(rf"[^%\w]*T?[^%\w]*%[{''.join(_CLOCK)}]", format_)
        head = format_[: end.start()] if end else format_
        return None if not head or head == format_ else _pattern(head, after=r"(?P<clock>(?:[\sT,;@-].*)?)")
    if of_clock[0] and sorted(of_clock, reverse=True) == of_clock:  # "12:30 01/02/2024"
        start = re.search(r"%[YymdbBaA]", format_)
        tail = format_[start.start() :] if start else format_
        return _pattern(tail, before=r"(?P<clock>(?:.*[\sT,;-])?)")
    return None


@cache
def clock_pattern(format_: str) -> str:
    """The regular expression of a format of the time of day alone, as in a column of its own.

    Raises
    ------
    ValueError
        It tells no hour, or more than a time of day.
    """
    pattern = _pattern(format_)
    groups = re.compile(pattern).groupindex
    if groups.keys() - set("HIMSpE") or not ({"H", "I", "E"} & groups.keys()):
        raise ValueError(f"{format_!r} is no time of day; write one such as %H:%M or %I:%M %p")
    if ("I" in groups) != ("p" in groups):
        raise ValueError(f"{format_!r}: %I, hours up to 12, and %p belong together")
    if "E" in groups and format_.strip() != "%E":
        raise ValueError(f"{format_!r}: %E, the part of a day of a workbook, stands alone")
    return pattern


def parts_of(format_: str) -> frozenset[str]:
    """The codes that a format has: Y, m, d, H, …; b for the name of a month."""
    return frozenset(re.compile(format_pattern(format_)).groupindex)


def has_day(format_: str) -> bool:
    """Whether a format tells a day, not only a month."""
    return bool({"d", "s", "E"} & parts_of(format_))


def _pattern(format_: str, *, before: str = "", after: str = "") -> str:
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
        elif character.isspace() and format_[position + 1 : position + 3] == "%z":
            pattern, position = pattern + r"\s*", position + 1
        else:
            pattern += r"\s+" if character.isspace() else re.escape(character)
            position += 1
    return rf"^\s*{before}" + pattern + rf"{after}\s*$"


def _together(codes: str) -> str:
    """The pattern of codes such as HM that nothing keeps apart."""
    if set(codes) <= _MAY_BE_LOST.keys():
        return "".join(_MAY_BE_LOST[code] for code in codes[:-1]) + _CODES[codes[-1]]
    return _CODES[codes[0]] + "".join(_TWO_DIGITS.get(code, _CODES[code]) for code in codes[1:])
