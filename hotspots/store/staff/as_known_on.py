"""The incidents as known on a day: the ledger in the shape of the public tables, under today's privacy rules. Staff only."""

from __future__ import annotations

from datetime import date, timedelta

from hotspots.domain.incident_filter import IncidentFilter
from hotspots.errors import InputError
from hotspots.store.audit import commit_line
from hotspots.store.public.incident_filter import Tables
from hotspots.store.sql.compose import Connection, compose
from hotspots.store.sql.files import load_queries


def ledger_tables(
    connection: Connection, question: IncidentFilter, *, known_on: date, most: int | None = None
) -> Tables:
    """The ledger in place of the public tables. The only way to it, so the line in the audit is committed here, before a row is read.

    Parameters
    ----------
    known_on : answer as it would have been given on this day, less what today's rules withhold.
    most : the most rows that are asked for; None: all. For the audit.

    Raises
    ------
    InputError
        Nothing had been delivered by that day.
    """
    first = load_queries("staff/as_known_on").first_known_on(connection)
    if first is None:
        raise InputError("Nothing is loaded yet: run `hotspots load`.")
    if known_on < first:
        raise InputError(f"--known-on {known_on}: nothing was known then; the first delivery is of {first}.")
    commit_line(connection, "incidents", _audit_line(question, known_on=known_on, most=most))
    period = question.period
    incident = compose(
        # A day on each side, for hours past midnight.
        "staff/as_known_on",
        "incident",
        known_on=known_on,
        since=period.start - timedelta(days=1),
        until=period.end + timedelta(days=1),
    )
    anchor, anchor_area, anchor_place = (
        compose("staff/as_known_on", name) for name in ("anchor", "anchor_area", "anchor_place")
    )
    return Tables(incident=incident, anchor=anchor, anchor_area=anchor_area, anchor_place=anchor_place)


def _audit_line(question: IncidentFilter, *, known_on: date, most: int | None) -> dict[str, object]:
    """Name what was asked. Where somebody searched or drew is left out, since it may be an address."""
    asked = {name: value for name, value in question.to_query().items() if name not in ("at", "radius", "polygon")}
    line = {"known_on": known_on.isoformat(), "most_rows": most, "around_a_point": question.around is not None, **asked}
    return {**line, "in_a_polygon": True} if question.polygon else line
