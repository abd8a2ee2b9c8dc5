"""The content of each tab: ask the reader, hand plain answers to the components."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date

from dash import html
from dash.development.base_component import Component

from hotspots.domain.incident_filter import IncidentFilter
from hotspots.domain.places.polygon import Polygon
from hotspots.errors import NotFoundError
from hotspots.pipeline.change_tables import changes_by_area, changes_by_type
from hotspots.pipeline.comparison import change_from_last_year, funnel
from hotspots.store.public.reader import OpenReader
from hotspots.words.question import coverage_words
from hotspots_dashboard.components import (
    area_tables,
    caveats,
    change_and_rates,
    change_tables,
    charts,
    comparison,
    done_actions,
    hour_grid,
    map_as_text,
    table,
)
from hotspots_dashboard.components.take_away import taken_sentence
from hotspots_dashboard.public.city_view import shown_kind
from hotspots_dashboard.state.compared_places import MOST_PLACES, place_of, question_at
from hotspots_dashboard.state.page_state import ROWS_A_PAGE, PageState
from hotspots_dashboard.words import forecasts as forecast_words
from hotspots_dashboard.words import sentences
from hotspots_dashboard.words.language import _, current

COUNTED = ("days", "hours", "types", "areas")  # tabs of nothing but counts: without data they would show zeros


def names() -> dict[str, str]:
    """The tabs in order."""
    return {
        "words": _("In words"),
        "table": _("Table"),
        "days": _("By day"),
        "hours": _("By hour and weekday"),
        "types": _("By type"),
        "change": _("Change"),
        "areas": _("Areas"),
        "done": _("What was done here"),
        "compare": _("Compare"),
    }


def content(reader: OpenReader, state: PageState) -> Component | None:
    """The content of the open tab."""
    shown: dict[str, Callable[[OpenReader, PageState], Component]] = {
        "words": _words,
        "table": _table,
        "days": _days,
        "hours": _hours,
        "types": _types,
        "change": _change,
        "areas": _areas,
        "done": _done,
        "compare": _compare,
    }
    if state.view.tab not in shown:
        return None
    counts = reader.count(state.question)
    if not counts.is_known and state.view.tab in COUNTED:
        return html.P(coverage_words(counts.coverage, language=current()))
    return shown[state.view.tab](reader, state)


def _caption(reader: OpenReader) -> str:
    return caveats.source_line(reader.city(), reader.vintage())


def _words(reader: OpenReader, state: PageState) -> Component:
    question, choices = state.question, reader.choices()
    counts = reader.count(question)
    said = sentences.sentence(question, counts, choices, place_name(reader, question))
    summary = [
        f"{sentences.number(counts.total)} {said}" if counts.is_known else "",
        sentences.reconciliation(counts),
        *sentences.not_in_answer(question, counts, choices),
        *[one for one in (sentences.sensitive(counts),) if one],
    ]
    words = map_as_text.map_in_words(
        state, [one for one in summary if one], reader.words.points(question), _caption(reader)
    )
    drawn = next((one for one in reader.forecasts() if one.forecast_id == state.view.forecast), None)
    if drawn is None:
        return words
    cells = reader.words.forecast_cells(question, drawn.forecast_id)
    return html.Div([words, map_as_text.forecast_in_words(state, forecast_words.forecast_name(drawn, choices), cells)])


def _table(reader: OpenReader, state: PageState) -> Component:
    total = reader.count(state.question).total
    last_page = max(1, -(-total // ROWS_A_PAGE))
    shown = replace(state, view=replace(state.view, page=min(state.view.page, last_page)))
    rows = reader.page(
        state.question,
        sort=shown.view.sort,
        descending=shown.view.descending,
        limit=ROWS_A_PAGE,
        offset=(shown.view.page - 1) * ROWS_A_PAGE,
    )
    return table.incident_table(shown, rows, total, vintage_id=reader.vintage().vintage_id)


def _days(reader: OpenReader, state: PageState) -> Component:
    days = reader.by_day(state.question)
    if state.question.period.n_days > charts.LONG_DAYS or reader.city().by_month:
        return charts.figure(_("How many were reported each month?"), charts.month_grid(days), _caption(reader))
    bars = charts.day_bars(days)
    return charts.figure(_("How many were reported each day?"), bars, _caption(reader))


def _hours(reader: OpenReader, state: PageState) -> Component:
    grid = hour_grid.hour_weekday_grid(reader.by_hour_weekday(state.question), state)
    title = _("At which hours, on which days of the week?")
    return charts.figure(title, grid, _caption(reader), title_id=hour_grid.TITLE_ID)


def _types(reader: OpenReader, state: PageState) -> Component:
    bars = charts.type_bars(reader.by_type(state.question))
    return charts.figure(_("Which types are reported most?"), bars, _caption(reader))


def _areas(reader: OpenReader, state: PageState) -> Component:
    kinds = reader.choices().area_kinds
    if not kinds:
        return html.P(_("This city publishes no areas."))
    coarsest = min(kinds, key=lambda kind: (len(kind.areas) < 2, len(kind.areas)))
    chosen = next((kind.kind for kind in kinds if kind.kind == state.view.by), coarsest.kind)
    days, average = reader.honest.delivery_days(), reader.honest.average(state.question, chosen)
    known = date.fromisoformat(state.view.known) if state.view.known else None
    looked_back = []
    if known is not None and known in days:
        looked_back.append(area_tables.known_table(state, reader.honest.as_known_on(known, state.question.period)))
    return html.Section(
        [
            html.H3(_("Areas beside each other"), id="areas-title", tabIndex=-1),
            area_tables.kind_links(state, kinds, chosen),
            *([taken_sentence(area_tables.average_sentence(average))] if average else []),
            *looked_back,
            area_tables.funnel_figure(state, funnel(reader, state.question, chosen), _caption(reader)),
            *([area_tables.known_links(state, days)] if days else []),
        ],
        className="area-tables",
    )


def _change(reader: OpenReader, state: PageState) -> Component:
    """By type; by the area that the map shows, while no place is asked for."""
    question, choices = state.question, reader.choices()
    by_type = changes_by_type(reader, question)
    kind = None if question.is_spatial else shown_kind(choices)
    by_area = changes_by_area(reader, question, kind.kind) if kind else ()
    return html.Section(
        [
            html.H3(_("What changed against last year?"), id=change_tables.TITLE_ID, tabIndex=-1),
            change_tables.type_table(state, by_type),
            *([change_tables.area_table(state, kind.label, by_area, choices)] if kind and by_area else []),
            html.P(change_tables.note(), className="quiet"),
            html.P(_caption(reader), className="quiet"),
        ],
        className="area-tables",
    )


def _done(reader: OpenReader, state: PageState) -> Component:
    question = state.question
    elsewhere = IncidentFilter(state.default_period)
    return done_actions.done_list(
        reader.done_here(question),
        is_place=bool(question.areas or question.around or question.polygon or question.near),
        everywhere=state.link(question=elsewhere) if reader.done_here(elsewhere) else None,
        caption=_caption(reader),
    )


def _compare(reader: OpenReader, state: PageState) -> Component:
    choices = reader.choices()
    own = place_of(state.question)
    asked = [(token, question_at(token, state.question, choices)) for token in state.view.compare]
    kept = [(token, question) for token, question in asked if question is not None]
    places: list[tuple[str | None, IncidentFilter]] = [*kept]
    if own not in state.view.compare and len(kept) < MOST_PLACES:
        places.insert(0, (None, state.question))
    drawn = [question.polygon for _token, question in kept if question.polygon]
    compared = [_compared(reader, token, question, drawn) for token, question in places]
    return comparison.comparison(state, [one for one in compared if one is not None], own=own, choices=choices)


def _compared(
    reader: OpenReader, token: str | None, question: IncidentFilter, drawn: Sequence[Polygon]
) -> comparison.ComparedPlace | None:
    try:
        name = place_name(reader, question)
    except NotFoundError:
        return None  # an old address; the gazetteer has no such entry any more
    if token and question.polygon:
        where = _("Drawn area {n}", n=drawn.index(question.polygon) + 1)
    else:
        where = " ".join(sentences.where(question, reader.choices(), name))
    change, counts = change_from_last_year(reader, question), reader.count(question)
    return comparison.ComparedPlace(
        token=token,
        question=question,
        name=where[:1].upper() + where[1:] if where else _("Whole city"),
        incidents=counts.total if counts.is_known else None,
        change=change_and_rates.change_sentence(change)
        if change
        else _("The data do not cover these days in both years."),
        rate=change_and_rates.rate_sentence(reader.honest.rate(question), n_days=question.period.n_days),
        types=reader.by_type(question),
    )


def place_name(reader: OpenReader, question: IncidentFilter) -> str | None:
    """The name of the place that was searched."""
    return reader.find(question.around.gazetteer_id).name if question.around else None
