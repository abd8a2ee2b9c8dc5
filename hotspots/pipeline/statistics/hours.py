"""Hours of the week, each report spread over the window in which it can have happened."""

from __future__ import annotations

import numpy as np

from hotspots.pipeline.months_only import refuse_without_days
from hotspots.pipeline.statistics.reading import CAVEAT, Question, labels_of, read_incidents
from hotspots.pipeline.statistics.report import Report
from hotspots.store.server.connection import Connection
from hotspots_models import figures
from hotspots_models.statistics.aoristic import aoristic_profile

WEEKDAY_NAMES = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")


def hours(connection: Connection, question: Question) -> Report:
    """Return the aoristic count of each hour of the day, by weekday [Ratcliffe 2000]."""
    refuse_without_days(connection, "an hour")
    incidents = read_incidents(connection, question, statistic="hours")
    seconds = np.round(np.column_stack([incidents.from_h, np.maximum(incidents.from_h, incidents.to_h)]) * 3600)
    times = seconds.astype("datetime64[s]")
    profile = aoristic_profile(times[:, 0], times[:, 1])
    week = profile.reshape(7, 24)
    windows = int((incidents.to_h - incidents.from_h > 1).sum())
    rows = [
        {
            "hour": f"{hour:02}:00",
            **{day: round(float(week[n, hour]), 2) for n, day in enumerate(WEEKDAY_NAMES)},
            "week": round(float(week[:, hour].sum()), 2),
        }
        for hour in range(24)
    ]
    return Report(
        "Hours of the week",
        question.in_words(labels_of(connection, question.crime_types)),
        rows,
        (
            f"{len(incidents.xy_m):,} incidents; {windows:,} of them with a window of more than an hour, spread evenly over it.",
            CAVEAT,
        ),
        chart=figures.hour_of_week(profile),
    )
