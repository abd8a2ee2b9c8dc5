"""The page of an area: its number, how it stands and changed, weeks, types, hours, what was done, and what to take away."""

from __future__ import annotations

from dataclasses import replace
from urllib.parse import unquote

from dash import html
from dash.development.base_component import Component

from hotspots.domain.public_answer import Area, Choices
from hotspots.pipeline.change_tables import changes_by_type
from hotspots.store.public.reader import OpenReader
from hotspots_dashboard.components import answer, caveats, change_tables, charts, done_actions, hour_grid
from hotspots_dashboard.components.links import area_address, away_from_map
from hotspots_dashboard.components.static_html import markup
from hotspots_dashboard.components.take_away import taken_sentence
from hotspots_dashboard.public import result_panels, statistics_panels
from hotspots_dashboard.public.page_values import Ask
from hotspots_dashboard.state import ids
from hotspots_dashboard.state.page_state import PageState
from hotspots_dashboard.words import sentences
from hotspots_dashboard.words.formats import number, square_kilometres
from hotspots_dashboard.words.language import _

PATH = "area/"  # then the kind and the code of the area


def area_of(path: str, choices: Choices) -> Area | None:
    """The area that a path names, a boundary of today before one of the past; None where it names none."""
    kind, _slash, code = unquote(path.removeprefix(PATH)).partition("/")
    named = [area for one in choices.area_kinds if one.kind == kind for area in one.areas if area.code == code]
    return max(named, key=lambda area: area.is_current, default=None) if path.startswith(PATH) else None


def at_area(state: PageState, area: Area) -> PageState:
    """The state whose place is the area, whatever place the address names."""
    return replace(state, question=replace(state.question.anywhere(), areas=(area.area_id,)))


def title(area: Area, choices: Choices) -> str:
    """Police beat 1834, or Lake View (community area)."""
    label = next(kind.label for kind in choices.area_kinds if kind.kind == area.kind)
    name = sentences.area_name(area, choices)
    return name if name.startswith(label) else f"{name} ({sentences.kind_label(label)})"


def area_page(reader: OpenReader, state: PageState, area: Area, *, actions: Ask, url_base: str) -> Component:
    """Every part at once: nothing on it asks for more."""
    choices, question = reader.choices(), state.question
    counts, caption = reader.count(question), caveats.source_line(reader.city(), reader.vintage())
    (verdict,) = statistics_panels.verdict_of(reader, state, own_page=True)
    (stands_on,) = statistics_panels.stands_on(reader, state)
    (taken,) = actions(reader, state)
    said = [
        taken_sentence(answer.answer_sentence(state, counts, choices, None), className="answer"),
        html.Div(verdict, className="verdict"),
        html.P(
            html.A(_("See it on the map"), href=state.link(tab=None), className="button"),
            className="area-map",
        ),
        html.Div(result_panels.weeks_figure(reader, state), className="weeks"),
    ]
    changes = [
        html.H2(_("What changed against last year?"), id=change_tables.TITLE_ID),
        change_tables.type_table(state, changes_by_type(reader, question)),
        html.P(change_tables.note(), className="quiet"),
    ]
    hours = charts.figure(
        _("At which hours, on which days of the week?"),
        hour_grid.hour_weekday_grid(reader.by_hour_weekday(question), state),
        caption,
    )
    done = done_actions.done_list(reader.done_here(question), is_place=True, everywhere=None, caption=caption)
    sure = html.Details(
        [html.Summary(_("How sure is this?")), html.Div(stands_on, className="caveats")], className="how-sure"
    )
    parts = [
        html.Nav(
            [html.A(_("Map"), href=state.link(question=question.anywhere(), tab=None)), " › ", _kind(choices, area)],
            className="trail quiet",
        ),
        html.H1(title(area, choices), id="area-title"),
        html.P(_facts(area), className="quiet"),
        html.Section(said, className="area-first", id=ids.ANSWER, tabIndex=-1),  # where the link to skip leads
        html.Section(taken, className="actions"),
        html.Section(changes),
        *([html.Section(hours)] if counts.is_known and not choices.by_month else []),
        html.Section(done),
        sure,
        _others(state, choices, area),
    ]
    return html.Main([markup(away_from_map(one, url_base)) for one in parts], className="about area-page")


def _kind(choices: Choices, area: Area) -> str:
    return next(kind.label for kind in choices.area_kinds if kind.kind == area.kind)


def _facts(area: Area) -> str:
    facts = []
    if area.residents:
        census = ", ".join(str(one) for one in (area.residents_source, area.residents_year) if one)
        facts.append(_("{n} residents", n=number(area.residents)) + (f" ({census})" if census else ""))
    if area.km2:
        facts.append(square_kilometres(area.km2, decimals=1))
    if not area.is_current:
        facts.append(_("boundary of the past"))
    return " · ".join(facts)


def _others(state: PageState, choices: Choices, area: Area) -> Component:
    """The other areas of the kind, folded."""
    kind = next(kind for kind in choices.area_kinds if kind.kind == area.kind)
    links = [
        html.Li(html.A(one.name, href=area_address(state, one)))
        for one in kind.areas
        if one.is_current and one.area_id != area.area_id
    ]
    return html.Details(
        [html.Summary(_("Other areas of this kind: {kind}", kind=kind.label)), html.Ul(links, className="area-others")]
    )
