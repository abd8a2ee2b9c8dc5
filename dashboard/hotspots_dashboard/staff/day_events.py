"""Days to remember as a calendar file (iCalendar, RFC 5545): whole days, without a place, so that a phone's cloud learns none."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from hotspots.domain.city_clock import instant

LONGEST_LINE = 75  # octets, by the standard; longer lines go on after a space


@dataclass(frozen=True, slots=True)
class DayEvent:
    """A day of the desk: words without a place or a text that somebody typed, and the path of its page."""

    uid: str
    day: date
    words: str
    path: str


def calendar_file(events: Sequence[DayEvent], *, address: str, remind_days: int = 0) -> bytes:
    """The file.

    Parameters
    ----------
    address : of the desk, for the link of each event.
    remind_days : a reminder so many days before; 0: none.
    """
    stamp, desk = instant().strftime("%Y%m%dT%H%M%SZ"), address.rstrip("/")
    lines = ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//hotspots//desk//EN", "CALSCALE:GREGORIAN"]
    for one in events:
        lines += [
            "BEGIN:VEVENT",
            f"UID:{one.uid}@{desk.rpartition('/')[2]}",
            f"DTSTAMP:{stamp}",
            f"DTSTART;VALUE=DATE:{one.day:%Y%m%d}",
            f"DTEND;VALUE=DATE:{one.day + timedelta(days=1):%Y%m%d}",
            f"SUMMARY:{one.words}",
            f"URL:{desk}{one.path}",
        ]
        if remind_days:
            lines += [
                "BEGIN:VALARM", "ACTION:DISPLAY", f"DESCRIPTION:{one.words}", f"TRIGGER:-P{remind_days}D", "END:VALARM",
            ]  # fmt: skip
        lines.append("END:VEVENT")
    return "".join(f"{_folded(line)}\r\n" for line in [*lines, "END:VCALENDAR"]).encode()


def _folded(line: str) -> str:
    pieces = [line[:LONGEST_LINE]]
    rest = line[LONGEST_LINE:]
    while rest:
        pieces.append(f" {rest[: LONGEST_LINE - 1]}")
        rest = rest[LONGEST_LINE - 1 :]
    return "\r\n".join(pieces)
