"""The pages of the desk, in the order of its menu. A page is a room with a function ``register(desk, reader)``."""

from __future__ import annotations

from hotspots.store.staff.desk_reader import DeskReader
from hotspots_dashboard.staff.briefing import routes as briefing
from hotspots_dashboard.staff.change import routes as change
from hotspots_dashboard.staff.data import routes as data
from hotspots_dashboard.staff.desk import Desk
from hotspots_dashboard.staff.layers import routes as layers
from hotspots_dashboard.staff.lists import routes as lists
from hotspots_dashboard.staff.places import routes as places


def register(desk: Desk, reader: DeskReader) -> None:
    """Register every page."""
    briefing.register(desk, reader)
    layers.register(desk, reader)
    places.register(desk, reader)
    lists.register(desk, reader)
    change.register(desk, reader)
    data.register(desk, reader)
