"""The formats in which words for times are written: a day, what stands between, and a clock, each found by trying."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import cache

from hotspots.sources.time_formats import clock_pattern, day_pattern, format_pattern

NEARLY_ALL = 0.9
# Days and months as agencies write them; of two that read the same, the first counts.
DAYS = (
    "%Y-%m-%d", "%Y/%m/%d", "%Y.%m.%d", "%Y%m%d", "%m/%d/%Y", "%d/%m/%Y", "%m-%d-%Y", "%d-%m-%Y", "%m.%d.%Y", "%d.%m.%Y",
    "%m/%d/%y", "%d/%m/%y", "%m-%d-%y", "%d-%m-%y", "%d.%m.%y", "%d-%b-%Y", "%d-%b-%y", "%d/%b/%Y", "%d %b %Y", "%d %b %y", "%d. %b %Y",
    "%b %d, %Y", "%b. %d, %Y", "%b %d %Y", "%b-%d-%Y", "%Y-%b-%d", "%Y %b %d", "%d de %B de %Y", "%d de %B del %Y", "%d%b%Y", "%d%b%y",
    "%Y年%m月%d日", "%Y년 %m월 %d일",
)  # fmt: skip
WEEKDAYS = ("", "%a, ", "%a ")
BETWEEN = ("T", " ", ", ", " at ", " - ", ":", "  ", ";", " @ ", " a las ", " um ")
CLOCKS = (
    "%H:%M:%S.%f%z", "%H:%M:%S%z", "%H:%M%z", "%H:%M:%S.%f", "%H:%M:%S", "%H:%M", "%I:%M:%S.%f %p", "%I:%M:%S %p", "%I:%M:%S%p",
    "%I:%M %p", "%I:%M%p", "%I %p", "%I%p", "%H.%M.%S", "%H.%M", "%Hh%M", "%HH%M", "%H時%M分", "%H時", "%H시 %M분", "%H", "%H%M", "%H%M%S",
)  # fmt: skip
BARE_CLOCKS = ("%H", "%H%M", "%H%M%S")  # no sign tells that it is a time: the column's name must
MONTHS = (
    "%Y-%m", "%m/%Y", "%Y/%m", "%m-%Y", "%Y.%m", "%m.%Y", "%YM%m", "%YMM%m", "%Y%m", "%b-%y", "%b-%Y", "%b %Y", "%b/%Y", "%Y-%b", "%Y %b",
    "%B de %Y", "%Y年%m月",
)  # fmt: skip
# Of bare digits, the name must tell that they are a time.
DIGITS = ("%s", "%E", "%Y%m%d", "%Y%m", "%Y%m%d%H%M", "%Y%m%d%H%M%S", "%m/%Y", "%Y/%m", "%Y.%m", "%m.%Y")
AFTER = re.compile(r"\s*(?:hrs?\.?|hours?|h|uhr|uur|u|ч|час)\.?$", re.IGNORECASE)


def formats_of(words: Sequence[str]) -> Iterator[str]:
    """Formats that read nearly all words, those with more of them told first: a day with its clock before a day alone."""
    for format_ in ("%Y%m%d%H%M%S", "%Y%m%d%H%M"):
        if _share(words, format_pattern(format_)) >= NEARLY_ALL:
            yield format_
    for day in DAYS:
        for weekday in WEEKDAYS:
            yield from _with_clocks(words, f"{weekday}{day}")
    yield from (format_ for format_ in MONTHS if _share(words, format_pattern(format_)) >= NEARLY_ALL)


def clocks_of(words: Sequence[str], *, bare: bool) -> list[str]:
    """Formats of the time of day alone that read nearly all words; those of bare digits only where they are asked for."""
    ends = {"", *(found[0] for word in words[:20] if (found := AFTER.search(word)))}
    if _share(words, r"^0?\.\d{2,}$|^[01]$") >= NEARLY_ALL:
        return ["%E"] if bare else []  # a part of a day, as workbooks count it
    found = []
    for clock in CLOCKS:
        if clock in BARE_CLOCKS and not bare and len(ends) == 1:
            continue
        if clock == "%H%M%S" and not any(re.search(r"\d{5}", word) for word in words):
            continue
        for end in sorted(ends, key=len, reverse=True):
            if "%z" in clock or (clock in BARE_CLOCKS and not bare and not end):
                continue
            if _share(words, clock_pattern(clock + end)) >= NEARLY_ALL:
                found.append(clock + end)
                break
    return found


def _with_clocks(words: Sequence[str], day: str) -> Iterator[str]:
    """The day's format with each clock that stands behind it, or alone, where nothing does."""
    pattern = _compiled(day_pattern(f"{day} %H") or "")
    rests = [found["clock"] for word in words if (found := pattern.match(word))]
    if len(rests) < NEARLY_ALL * len(words):
        return
    told = [rest for rest in rests if rest.strip()]
    if len(told) <= 0.1 * len(rests):
        yield day
        return
    for between in BETWEEN:
        after = [rest[len(between) :] for rest in told if rest.startswith(between)]
        if len(after) < NEARLY_ALL * len(told):
            continue
        for end in dict.fromkeys(["", *(found[0] for rest in after[:20] if (found := AFTER.search(rest)))]):
            for clock in CLOCKS:
                format_ = f"{day}{between}{clock}{end}"
                if _share([f"{between}{rest}" for rest in after], _clock_pattern(between, clock, end)) >= NEARLY_ALL:
                    yield format_


@cache
def _clock_pattern(between: str, clock: str, end: str) -> str:
    # A day stands before it, so that what is read here is what the whole format reads behind the day.
    return format_pattern(f"%Y{between}{clock}{end}").replace(r"(?P<Y>\d{4})", "", 1)


@cache
def _compiled(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern)


def _share(words: Sequence[str], pattern: str) -> float:
    found = _compiled(pattern)
    return sum(found.match(word) is not None for word in words) / len(words) if words else 0.0
