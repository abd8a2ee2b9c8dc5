"""From an address bar to the parts of the answer: asks the reader, hands plain answers to the components."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from dash import html
from dash.development.base_component import Component

from hotspots.domain.incident_filter import IncidentFilter
from hotspots.domain.public_answer import Anchor, Choices
from hotspots.errors import NotFoundError
from hotspots.pipeline.comparison import usual_weeks
from hotspots.store.public.reader import OpenReader
from hotspots_dashboard.components import answer, charts, done_actions
from hotspots_dashboard.components.actions import actions, dated_query
from hotspots_dashboard.components.caveats import source_line
from hotspots_dashboard.components.controls.chips import active_chips, area_alone, around_area
from hotspots_dashboard.components.controls.periods import other_periods
from hotspots_dashboard.components.controls.presets import presets
from hotspots_dashboard.components.place_card import MOST_ROWS, missing_card, place_card
from hotspots_dashboard.components.take_away import take_source, taken_chart, taken_sentence
from hotspots_dashboard.public import layout, tabs
from hotspots_dashboard.public.shell import MAP_PICTURE, TAKE_AWAY, asset_address
from hotspots_dashboard.public.tabs import place_name
from hotspots_dashboard.state.compared_places import question_at
from hotspots_dashboard.state.page_state import PageState
from hotspots_dashboard.words import forecasts as forecast_words
from hotspots_dashboard.words import sentences
from hotspots_dashboard.words.formats import day
from hotspots_dashboard.words.language import _, current


def kinds_of_areas(choices: Choices) -> dict[int, str]:
    """Area id to kind."""
    return {area_id: area.kind for area_id, area in choices.areas.items()}


def searched_name(reader: OpenReader, question: IncidentFilter) -> str | None:
    """The value of the search field: the place that was searched, or the only area."""
    if question.around or len(question.areas) != 1:
        return place_name(reader, question)
    choices = reader.choices()
    return sentences.area_name(choices.areas[question.areas[0]], choices)


def drawn_shape(reader: OpenReader, state: PageState) -> dict[str, Any] | None:
    """The shapes on the map: round the place that was searched, with its own point, and round those kept to compare."""
    kept = state.view.compare if state.view.tab == "compare" else ()
    questions = [question_at(place, state.question, reader.choices()) for place in kept]
    rounds = [one.around for one in (state.question, *questions) if one and one.around]
    shapes = [reader.find_shape(one.gazetteer_id, one.radius_m) for one in dict.fromkeys(rounds)]
    shapes += [one.polygon.to_geojson() for one in questions if one and one.polygon]
    box = _box_of_areas(reader, state.question)
    if not shapes and not box:
        return None
    found = reader.find(state.question.around.gazetteer_id) if state.question.around else None
    return {
        "geometries": [shape.get("geometry", shape) for shape in shapes],
        "place": [found.lon, found.lat] if found else None,
        "box": box,
    }


def _box_of_areas(reader: OpenReader, question: IncidentFilter) -> list[float] | None:
    """West, south, east, north of the areas asked for, where they alone are the place."""
    if not question.areas or question.around or question.polygon:
        return None
    areas = [reader.choices().areas[area] for area in question.areas]
    boxes = [reader.area_frames(area.kind)[area.area_id].box for area in areas]
    west, south, east, north = zip(*boxes, strict=True)
    return [min(west), min(south), max(east), max(north)]


def outlined(question: IncidentFilter, choices: Choices, unfolded: str | None) -> tuple[list[int], str | None]:
    """Areas asked for and the kind whose boundaries are drawn: that of the first area, else of the list that is unfolded."""
    kind = choices.areas[question.areas[0]].kind if question.areas else unfolded
    return [area for area in question.areas if choices.areas[area].kind == kind], kind


def answer_parts(reader: OpenReader, state: PageState) -> tuple[Any, ...]:
    """Sentence, ways out, chips, other periods, links of the head, presets, and what each group of filters says."""
    choices = reader.choices()
    place = place_name(reader, state.question)
    counts = reader.count(state.question)
    return (
        [
            *answer.answer_sentence(state, counts, choices, place),
            *answer.newer_data(state, reader.vintage()),
            *answer.beyond_data(state.question, reader.vintage()),
        ],
        [] if counts.total else answer.ways_out(state),
        [*active_chips(state, choices, place), *_area_and_around(reader, state)],
        other_periods(state, reader.vintage()),
        layout.settings_links(state),
        presets(state, choices),
        *sentences.filter_states(state.question, choices, newest_day=state.default_period.last_day),
    )


def _area_and_around(reader: OpenReader, state: PageState) -> list[Component]:
    question, choices = state.question, reader.choices()
    if question.around:
        area_id = reader.find(question.around.gazetteer_id).area_id
        return area_alone(state, choices, area_id) if area_id is not None and area_id in choices.areas else []
    entry = reader.entry_of_area(question.areas[0]) if len(question.areas) == 1 else None
    return around_area(state, entry) if entry is not None else []


def actions_of(reader: OpenReader, state: PageState, *, url_base: str, alerts: bool) -> tuple[Any, ...]:
    """Share, download, follow."""
    vintage_id = reader.vintage().vintage_id
    cited = take_source(
        link=url_base + dated_query(state, vintage_id),
        source=source_line(reader.city(), reader.vintage()),
        service=reader.city().service,
        script=asset_address(url_base, TAKE_AWAY),
        map_script=asset_address(url_base, MAP_PICTURE),
    )
    return ([*actions(state, vintage_id=vintage_id, url_base=url_base, alerts=alerts), cited],)


def details(reader: OpenReader, state: PageState) -> tuple[Any, ...]:
    """Card of the picked point, words of the forecast, the open tab, and whether none is open."""
    tab = tabs.content(reader, state)
    return point_card(reader, state), forecast_paragraphs(reader, state.view.forecast), tab, tab is None


def done_beside(reader: OpenReader, state: PageState) -> tuple[list[Component]]:
    """The lines that lead to what was done at the place of the question, and to the form of concerns about it."""
    done, around = done_actions.done_line(state, reader.done_here(state.question)), state.question.around
    place = f"at={around.gazetteer_id}&" if around else ""
    raised = html.A(_("Raise a concern about a place"), href=f"concern?{place}lang={current().code}")
    return ([*([done] if done else []), *([html.P(raised)] if reader.takes_concerns else [])],)


def drawn_actions(reader: OpenReader, state: PageState) -> list[dict[str, Any]] | None:
    """Past actions for the map, while their tab is open."""
    if state.view.tab != "done":
        return None
    return done_actions.on_the_map(reader.done_here(state.question))


def counts_beside(reader: OpenReader, state: PageState) -> tuple[Any, ...]:
    """Counts beside types and weekdays, bars by hour, bars by week."""
    question = state.question
    if not reader.count(question).is_known:
        return {}, {}, [], []
    return (
        type_counts(reader, question),
        weekday_counts(reader, question),
        hours_chart(reader, question),
        weeks_figure(reader, state),
    )


def weeks_figure(reader: OpenReader, state: PageState) -> list[Component]:
    """The answer by week with the band of normal weeks, and the last week in words."""
    if not reader.count(state.question).total:
        return []
    if state.question.period.n_days > charts.LONG_DAYS or reader.city().by_month:
        return _months_figure(reader, state.question)
    weeks = reader.by_week(state.question)
    if len(weeks) < 2:
        return []
    judged = usual_weeks(reader, state.question)
    bands: dict[object, tuple[float, float]] = {one.week.first_day: (one.lowest, one.highest) for one in judged}
    verdict = sentences.week_verdict(judged[-1]) if judged and judged[-1].week == weeks[-1] else None
    band = (
        _("The shaded band holds about 98 of 100 ordinary weeks here, by the weeks before and the time of year.")
        if bands
        else None
    )
    said = " ".join(part for part in (verdict, band) if part)
    ends = [html.Span(day(end, short=True)) for end in (weeks[0].first_day, weeks[-1].last_day)]
    parts = [
        html.H2(_("By week")),
        charts.week_bars(weeks, bands),
        html.Div(ends, className="axis-ends"),
        *([html.P(said, className="quiet")] if said else []),
    ]
    return [taken_chart(parts, _("By week"))]


def _months_figure(reader: OpenReader, question: IncidentFilter) -> list[Component]:
    days, months_only = reader.by_day(question), reader.city().by_month
    if len(charts.by_month(days, months_only=months_only)) < 2:
        return []
    ends = [html.Span(day(end, short=True)) for end in (days[0].day, days[-1].day)]
    parts = [
        html.H2(_("By month")),
        charts.month_bars(days, months_only=months_only),
        html.Div(ends, className="axis-ends"),
    ]
    return [taken_chart(parts, _("By month"))]


def type_counts(reader: OpenReader, question: IncidentFilter) -> dict[str, int]:
    """The counts that each type would leave, all other parts holding."""
    return {one.name: one.incidents for one in reader.by_type(replace(question, crime_types=()))}


def weekday_counts(reader: OpenReader, question: IncidentFilter) -> dict[str, int]:
    """The counts that each weekday would leave."""
    return charts.by_weekday(reader.by_hour_weekday(replace(question, weekdays=())))


def hours_chart(reader: OpenReader, question: IncidentFilter) -> list[Component]:
    """The counts that each hour would leave."""
    return charts.hour_bars(reader.by_hour_weekday(replace(question, hours=None)), question.hours)


def area_counts(reader: OpenReader, question: IncidentFilter, kind: str) -> dict[str, int]:
    """The counts that each area of a kind would leave."""
    choices = reader.choices()
    if not reader.count(question).is_known:
        return {}
    others = tuple(area for area in question.areas if choices.areas[area].kind != kind)
    found = reader.by_area(replace(question, areas=others), kind)
    return {str(one.area.area_id): one.incidents for one in found if one.area and one.is_known}


def location_counts(reader: OpenReader, question: IncidentFilter) -> dict[str, int]:
    """The counts that each type of location would leave."""
    return {
        one.name: one.incidents for one in reader.by_location_type(replace(question, location_types=())) if one.name
    }


def point_card(reader: OpenReader, state: PageState) -> Component | None:
    """The incidents of the public point that was picked."""
    if state.view.anchor is None:
        return None
    try:
        anchor = reader.anchor(state.view.anchor)
    except NotFoundError:
        return missing_card()
    return place_card(
        state,
        anchor,
        reader.at_anchor(state.question, anchor.anchor_id, limit=MOST_ROWS),
        concern=_concern(reader, anchor),
    )


def _concern(reader: OpenReader, anchor: Anchor) -> Component | None:
    """The link to the form, for a point on the map where the city takes concerns."""
    if not reader.takes_concerns or anchor.status != "located":
        return None
    return html.P(
        html.A(_("Raise a concern about this place"), href=f"concern?point={anchor.anchor_id}&lang={current().code}")
    )


def forecast_paragraphs(reader: OpenReader, forecast_id: int | None) -> list[Component]:
    """The words of the drawn forecast, with its baseline."""
    chosen: Mapping[int, Any] = {one.forecast_id: one for one in reader.forecasts()}
    if forecast_id is None or forecast_id not in chosen:
        return []
    forecast = chosen[forecast_id]
    parts: list[Component] = [taken_sentence(one) for one in forecast_words.said(forecast, reader.choices())]
    if forecast_words.verdict(forecast) is None:  # the stored numbers do not tell: its own words do
        own = html.P(forecast.words, lang="en")
        parts.append(html.Details([html.Summary(_("What the model says of itself, in English")), own]))
    return parts
