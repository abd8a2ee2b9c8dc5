"""The pages of the desk, in the order of its menu. A page is a room with a function ``register(desk, reader)``."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from hotspots.store.staff.desk.reader import DeskReader
from hotspots_dashboard.staff.briefing import routes as briefing
from hotspots_dashboard.staff.change import routes as change
from hotspots_dashboard.staff.data import routes as data
from hotspots_dashboard.staff.desk import Desk
from hotspots_dashboard.staff.find import routes as find
from hotspots_dashboard.staff.keys import routes as keys
from hotspots_dashboard.staff.layers import routes as layers
from hotspots_dashboard.staff.lists import routes as lists
from hotspots_dashboard.staff.places import routes as places
from hotspots_dashboard.staff.plans import beats, delivery
from hotspots_dashboard.staff.plans import routes as plans
from hotspots_dashboard.staff.problems import actions, meeting, works
from hotspots_dashboard.staff.problems import routes as problems
from hotspots_dashboard.staff.undo import routes as undo
from hotspots_dashboard.staff.views import routes as views


def register(desk: Desk, reader: DeskReader, home: Path | None, let_log: Callable[[str], bool]) -> None:
    """Register every page; `home` is the data folder, where the city may keep its own table of remedies.

    `let_log` says whether a network may ask the log form once more now.
    """
    briefing.register(desk, reader)
    find.register(desk, reader)
    layers.register(desk, reader)
    places.register(desk, reader)
    lists.register(desk, reader)
    change.register(desk, reader, home)
    plans.register(desk, reader, home)
    meeting.register(desk, reader)
    works.register(desk, home)
    problems.register(desk, reader, home)
    actions.register(desk, reader)
    beats.register(desk, reader)
    delivery.register(desk, reader, let_log)
    data.register(desk, reader)
    keys.register(desk, reader)
    undo.register(desk)
    views.register(desk, reader)
