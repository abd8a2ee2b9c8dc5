"""Incidents that a person of the desk may read, as statistics take them."""

from __future__ import annotations

import numpy as np

from hotspots.pipeline.statistics.reading import Incidents, Question
from hotspots.store.server.connection import Connection
from hotspots.store.staff.desk.points import read_points


def read_incidents_seen(connection: Connection, question: Question, *, newest: int | None = None) -> Incidents:
    """Read a question's located records, or the newest so many, through the guarded views; needs an opened view."""
    table = read_points(connection, question.crime_types, since=question.first_day, until=question.end, newest=newest)
    return Incidents(table[:, :2], table[:, 2], table[:, 3], table[:, 4].astype(np.int64), table[:, 5].astype(np.int64))
