"""Past actions with their published effects, in the whole city or at the public points of a place."""

from __future__ import annotations

from psycopg import sql

from hotspots.domain.act.done_action import DoneAction
from hotspots.domain.incident_filter import IncidentFilter
from hotspots.domain.public_answer import Choices
from hotspots.store.public.incident_filter import conditions_of_place
from hotspots.store.sql.compose import Connection, compose, fetch_all

MOST_ACTIONS = 200  # that one page lists


def done_here(connection: Connection, question: IncidentFilter, *, choices: Choices) -> tuple[DoneAction, ...]:
    """Past actions at the place of a question, newest first, whatever days and types it asks for; those of the city where it names none."""
    place = conditions_of_place(question)
    where = (
        compose("public/done_actions", "at_points", place=sql.SQL("\nand ").join(place)) if place else sql.SQL("true")
    )
    labels = {one.name: one.label for one in choices.crime_types}
    return tuple(
        DoneAction(
            effect_id=effect_id,
            remedy=remedy,
            crime_types=tuple(labels.get(name) or name for name in crime_types),
            starts_on=starts_on,
            ends_on=ends_on,
            method=method,
            verdict=verdict,
            ratio=ratio,
            low=low,
            high=high,
            smallest_effect=smallest,
            points=tuple((x, y) for x, y in points),
        )
        for effect_id, remedy, crime_types, starts_on, ends_on, method, verdict, ratio, low, high, smallest, points in fetch_all(
            connection, compose("public/done_actions", "done_here", where=where, most=MOST_ACTIONS)
        )
    )
