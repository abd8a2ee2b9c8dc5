"""Review dates of lists as a calendar file."""

from __future__ import annotations

from collections.abc import Sequence

from hotspots.store.staff.desk.lists import DeskList
from hotspots_dashboard.staff.day_events import DayEvent, calendar_file


def list_agenda(lists: Sequence[DeskList], *, address: str) -> bytes:
    """One event a list, on its review date; `address` is the desk's."""
    return calendar_file(
        [
            DayEvent(one.code, one.review_date, f"Review list {one.code}", f"/lists/{one.code}")
            for one in lists
            if one.review_date is not None
        ],
        address=address,
    )
