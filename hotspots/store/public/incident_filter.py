"""The one place that turns a filter into SQL, for tiles, counts, table, charts, API, shell and exports alike."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from psycopg import sql

from hotspots.domain.filters.declaration import ColumnField
from hotspots.domain.filters.fields import PLACE_FIELDS, asked, column_values
from hotspots.domain.incident_filter import IncidentFilter
from hotspots.store.sql.compose import compose

PARTS = ("incident", "anchor", "anchor_area", "anchor_place", "crime_type", "location_type")


@dataclass(frozen=True)
class Tables:
    """The tables that are asked, with the columns of those of schema ``open`` of these names: they, or the ledger as known on a day."""

    incident: sql.Composable
    anchor: sql.Composable
    anchor_area: sql.Composable
    anchor_place: sql.Composable
    crime_type: sql.Composable = field(default_factory=lambda: sql.Identifier("open", "crime_type"))
    location_type: sql.Composable = field(default_factory=lambda: sql.Identifier("open", "location_type"))

    near: str = "near"  # the condition on distances to places: kept ones of anchors, or measured
    by_area: str = "by_area"  # the count by area: by anchor, or by the set of areas that locations share

    def named(self) -> dict[str, object]:
        """The parts of a query."""
        return {name: getattr(self, name) for name in PARTS}


OPEN = Tables(
    incident=sql.Identifier("open", "incident"),
    anchor=sql.Identifier("open", "anchor"),
    anchor_area=sql.Identifier("open", "anchor_area"),
    anchor_place=sql.Identifier("open", "anchor_place"),
)


@dataclass(frozen=True)
class Conditions:
    """A filter as SQL over rows named ``i`` with the columns of ``open.incident``.

    Attributes
    ----------
    where : conditions joined by ``and``.
    day : the day that an incident counts to: its own, or the evening's when hours pass midnight.
    """

    where: sql.Composable
    day: sql.Composable


def conditions(question: IncidentFilter, tables: Tables = OPEN) -> Conditions:
    """Turn a filter into conditions."""
    return _joined(question, [*_time(question), *_columns(question, tables), *conditions_of_place(question, tables)])


def conditions_hour_unknown(question: IncidentFilter, tables: Tables = OPEN) -> Conditions:
    """Conditions on rows that match all of a filter but its hours, because the hour is not known."""
    any_hour = replace(question, hours=None)
    parts = [
        *_time(any_hour),
        _part("hour_unknown"),
        *_columns(question, tables),
        *conditions_of_place(question, tables),
    ]
    return _joined(any_hour, parts)


def _joined(question: IncidentFilter, parts: list[sql.Composed]) -> Conditions:
    hours = question.hours
    passes_midnight = hours is not None and hours.after_midnight
    day = _part("evening_day", morning_hour=hours.end) if hours and passes_midnight else _part("own_day")
    return Conditions(sql.SQL("\nand ").join(parts), day)


def _time(question: IncidentFilter) -> list[sql.Composed]:
    since, until, hours = question.period.start, question.period.end, question.hours
    if hours is not None and hours.after_midnight:
        evening = {"since": since, "until": until, "first_hour": hours.start, "morning_hour": hours.end}
        if not question.weekdays:
            return [_part("in_evening", **evening)]
        return [_part("in_evening_on_weekdays", **evening, weekdays=list(question.weekdays))]
    parts = [_part("in_period", since=since, until=until)]
    if question.weekdays:
        parts.append(_part("on_weekdays", weekdays=list(question.weekdays)))
    if hours is not None:
        parts.append(_part("in_hours", first_hour=hours.start, end_hour=hours.end or 24))  # 18-00 ends with the day
    return parts


def _columns(question: IncidentFilter, tables: Tables) -> list[sql.Composed]:
    return [_of_column(field, value, tables) for field, value in column_values(question)]


def _of_column(field: ColumnField, value: object, tables: Tables) -> sql.Composed:
    column = sql.Identifier(field.column.name)
    if field.column.table is None:
        return _part("of_value", column=column, value=value)
    key, table = sql.Identifier(field.column.key or ""), tables.named()[field.column.table]
    return _part("of_words", column=column, table=table, key=key, words=list(field.words_of(value)))


def conditions_of_place(question: IncidentFilter, tables: Tables = OPEN) -> list[sql.Composed]:
    """Turn the parts of a filter that ask for a place into conditions on rows named ``i`` with an ``anchor_id``."""
    return [
        _part({"near": tables.near}.get(name, name), **tables.named(), **values)
        for field, value in asked(question, PLACE_FIELDS)
        for name, values in field.conditions(value)
    ]


def _part(name: str, **values: object) -> sql.Composed:
    return compose("public/incident_filter", name, **values)
