"""Read the map for words: points and forecast cells where a filter's place is."""

from __future__ import annotations

from psycopg import sql

from hotspots.domain.incident_filter import IncidentFilter
from hotspots.domain.map_words import ForecastCell, ForecastCells, PointCount, PointCounts
from hotspots.domain.public_answer import Choices
from hotspots.store.public.answering import Answer
from hotspots.store.public.incident_filter import OPEN, Tables, conditions
from hotspots.store.sql.compose import Connection, compose, fetch_all

NOWHERE = -1  # no gazetteer entry


def points(
    connection: Connection, question: IncidentFilter, *, choices: Choices, limit: int, tables: Tables = OPEN
) -> PointCounts:
    """Points on the map with incidents of a question: those nearest to the searched place first, else those with most."""
    query = compose(
        "public/map_table",
        "points",
        where=conditions(question, tables).where,
        gazetteer_id=question.around.gazetteer_id if question.around else NOWHERE,
        limit=limit,
        **tables.named(),
    )
    rows = fetch_all(connection, query)
    labels = choices.labels
    counted = (
        PointCount(number, name, incidents, labels.get(most, str(most)), *where)
        for number, name, incidents, most, *where, _ in rows
    )
    return PointCounts(tuple(counted), rows[0][-1] if rows else 0)


def forecast_cells(connection: Connection, question: IncidentFilter, *, forecast_id: int, limit: int) -> ForecastCells:
    """Cells of a forecast that touch the question's place, those with most expected incidents first."""
    query = compose("public/map_table", "forecast_cells", forecast_id=forecast_id, where=_cells(question), limit=limit)
    rows = fetch_all(connection, query)
    return ForecastCells(tuple(ForecastCell(*row[:-1]) for row in rows), rows[0][-1] if rows else 0)


def _cells(question: IncidentFilter) -> sql.Composed:
    parts = []
    if question.around:
        around = question.around
        parts.append(
            compose("public/map_table", "cell_around", gazetteer_id=around.gazetteer_id, radius_m=around.radius_m)
        )
    if question.polygon:
        parts.append(compose("public/map_table", "cell_in_polygon", polygon=question.polygon.to_wkt()))
    if question.areas:
        parts.append(compose("public/map_table", "cell_in_areas", areas=list(question.areas)))
    return sql.SQL(" and ").join(parts or [compose("public/map_table", "anywhere")])


class WordsReader:
    """The questions of the map in words over the public reader's connections; its answers are kept until the next publication."""

    def __init__(self, answer: Answer) -> None:
        self._answer = answer

    def points(self, question: IncidentFilter, *, limit: int = 50) -> PointCounts:
        """Points on the map: those nearest to the searched place first, else those with most incidents."""
        return self._answer(points, question, needs=("choices", "tables"), limit=limit)

    def forecast_cells(self, question: IncidentFilter, forecast_id: int, *, limit: int = 20) -> ForecastCells:
        """Cells of a forecast where the question's place is, those with most expected incidents first."""
        return self._answer(forecast_cells, question, forecast_id=forecast_id, limit=limit)
