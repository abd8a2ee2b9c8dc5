"""Review dates of lists as a calendar file (iCalendar, RFC 5545): whole days, without a place, so that a phone's cloud learns none."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from hotspots.store.staff.desk_lists import DeskList

LONGEST_LINE = 75  # octets, by the standard; longer lines go on after a space


def list_agenda(lists: Sequence[DeskList], *, address: str) -> bytes:
    """One event a list, on its review date.

    Parameters
    ----------
    address : of the desk, for the link of each event.
    """
    stamp = datetime.now(UTC).strftime("%Y%m%dT%H%M%SZ")
    lines = ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//hotspots//desk//EN", "CALSCALE:GREGORIAN"]
    for one in lists:
        if one.review_date is None:
            continue
        lines += [
            "BEGIN:VEVENT",
            f"UID:{one.code}@{address.rstrip('/').rpartition('/')[2]}",
            f"DTSTAMP:{stamp}",
            f"DTSTART;VALUE=DATE:{one.review_date:%Y%m%d}",
            f"DTEND;VALUE=DATE:{one.review_date + timedelta(days=1):%Y%m%d}",
            f"SUMMARY:Review list {one.code}",
            f"URL:{address.rstrip('/')}/lists/{one.code}",
            "END:VEVENT",
        ]
    return "".join(f"{_folded(line)}\r\n" for line in [*lines, "END:VCALENDAR"]).encode()


def _folded(line: str) -> str:
    pieces = [line[:LONGEST_LINE]]
    rest = line[LONGEST_LINE:]
    while rest:
        pieces.append(f" {rest[: LONGEST_LINE - 1]}")
        rest = rest[LONGEST_LINE - 1 :]
    return "\r\n".join(pieces)
