"""The pages of the desk, in the order of its menu. A page is a room with a function ``register(desk, reader)``."""

from __future__ import annotations

from hotspots.store.staff.desk_reader import DeskReader
from hotspots_dashboard.staff.desk import Desk


def register(desk: Desk, reader: DeskReader) -> None:
    """Register every page."""
