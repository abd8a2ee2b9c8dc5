"""Areas of one kind beside each other: their average, a funnel with its table, and what was known of them on an earlier day."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from dash import html
from dash.development.base_component import Component

from hotspots.domain.honest_number import AreaAverage, Funnel, FunnelArea, KnownCounts
from hotspots.domain.public_answer import AreaKind
from hotspots_dashboard.components import browser_components
from hotspots_dashboard.components.html_attributes import aria
from hotspots_dashboard.components.links import area_address, stay_link
from hotspots_dashboard.components.take_away import taken_chart, taken_sentence
from hotspots_dashboard.state.page_state import PageState
from hotspots_dashboard.words.formats import day, month, number, per_ground
from hotspots_dashboard.words.language import _, current

DAYS_OFFERED = 12


def kind_links(state: PageState, kinds: Sequence[AreaKind], shown: str) -> Component:
    """Which kind of area is shown, and the others a press away."""
    links = [
        html.Strong(kind.label)
        if kind.kind == shown
        else stay_link(kind.label, state.link(by=kind.kind), focus="areas-title")
        for kind in kinds
    ]
    return html.P(links, className="kind-links")


def average_sentence(average: AreaAverage) -> str:
    """The average of the areas of this kind."""
    said = _(
        "{kind}: {n} areas have {mean} reported incidents on average; half have {median} or fewer.",
        kind=average.label,
        n=number(average.areas),
        mean=number(average.mean, decimals=1),
        median=number(average.median),
    )
    rates = []
    if average.per_1000 is not None:
        rates.append(_("{rate} per 1,000 residents", rate=number(average.per_1000, decimals=1)))
    if average.per_km2 is not None:
        rates.append(per_ground(average.per_km2))
    together = _("All of them together: {rates}.", rates=", ".join(rates)) if rates else ""
    return f"{said} {together}".strip()


def funnel_figure(state: PageState, funnel: Funnel, caption: str) -> Component:
    """The funnel, what it says, and its table."""
    outside = [area for area in funnel.areas if area.category != "within"]
    if outside:
        said = _(
            "{n} of {total} areas stand out from the rest.",
            n=number(len(outside)),
            total=number(len(funnel.areas)),
        )
    else:
        said = _("No area stands out from the rest.")
    label, size, rate = _axes(funnel)
    plot = browser_components.Funnel(
        id="funnel",
        areas=[_point(area, funnel) for area in funnel.areas],
        rate=funnel.rate * _per(funnel),
        label=label,
        x_label=size,
        y_label=rate,
    )
    lines = _(
        "Inner lines: where 95 of 100 areas would lie; outer lines: 998 of 1,000. The middle line is all areas together."
    )
    return html.Figure(
        [
            taken_chart([html.P(said), plot, html.P(lines, className="quiet")], label),
            _funnel_table(state, funnel, label, size, rate),
            *_not_whole(funnel),
            *_outside(funnel),
            html.Figcaption(caption, className="quiet"),
        ],
        className="figure",
    )


def _axes(funnel: Funnel) -> tuple[str, str, str]:
    if funnel.per == "residents":
        return _("Areas by their residents and incidents"), _("Residents"), _("Incidents per 1,000 residents")
    if current().units.miles:
        return _("Areas by their size and incidents"), _("Square miles"), _("Incidents per square mile")
    return _("Areas by their size and incidents"), _("Square kilometres"), _("Incidents per square kilometre")


def _size(area: FunnelArea, funnel: Funnel) -> float:
    """Residents, or ground in the units of the page."""
    return area.exposure if funnel.per == "residents" else current().ground(area.exposure)


def _per(funnel: Funnel) -> float:
    """Turn a rate per resident or square kilometre into that of the axis: per 1,000 residents, or per unit of ground."""
    return 1000 if funnel.per == "residents" else 1 / current().ground(1)


def _point(area: FunnelArea, funnel: Funnel) -> dict[str, object]:
    share = _per(funnel) / area.exposure
    return {
        "name": area.area.name,
        "title": f"{area.area.name}: {number(area.incidents)}",
        "exposure": _size(area, funnel),
        "rate": area.incidents * share,
        "limits": [limit * share for limit in area.wide_limits],
        "category": area.category,
    }


def _funnel_table(state: PageState, funnel: Funnel, label: str, size: str, rate: str) -> Component:
    verdicts = {"within": _("as expected"), "higher": _("▲ higher"), "lower": _("▼ lower")}
    per, decimals = _per(funnel), 0 if funnel.per == "residents" else 2
    outside = any(one.outside for one in funnel.areas)
    rows = [
        html.Tr(
            [
                html.Th(html.A(one.area.name, href=area_address(state, one.area)), scope="row"),
                html.Td(number(one.incidents), className="number"),
                *([html.Td(number(one.outside), className="number")] if outside else []),
                html.Td(number(_size(one, funnel), decimals=decimals), className="number"),
                html.Td(number(one.incidents * per / one.exposure, decimals=1), className="number"),
                html.Td(verdicts[one.category]),
            ]
        )
        for one in sorted(funnel.areas, key=lambda one: -one.incidents / one.exposure)
    ]
    counts = [_("Incidents"), *([_("Outside the city")] if outside else [])]
    return _table(label, [_("Area"), *counts, size, rate, _("Against the others")], rows)


def _not_whole(funnel: Funnel) -> list[Component]:
    """The areas of which nothing is known on some of the days: neither compared nor ranked."""
    if not funnel.not_whole:
        return []
    names = [f"{row.area.name} ({number(row.unknown_days)})" for row in funnel.not_whole if row.area is not None]
    said = _(
        "Not compared, because nothing is known of these areas on some of the days (how many): {areas}.",
        areas=", ".join(names),
    )
    return [html.P(said, className="quiet")]


def _outside(funnel: Funnel) -> list[Component]:
    """The incidents that are recorded in the areas and stand outside the rates."""
    incidents = sum(one.outside for one in funnel.areas)
    said = _(
        "Recorded in these areas, but outside the city and so in no rate or average: {n}.",
        n=number(incidents),
    )
    return [html.P(said, className="quiet")] if incidents else []


def known_links(state: PageState, days: Sequence[date]) -> Component:
    """Days of deliveries on which one can look back."""
    offered = list(reversed(days))[:DAYS_OFFERED]
    links = [
        html.Li(stay_link(day(one, short=True), state.link(known=one.isoformat()), focus="known-title"))
        for one in offered
    ]
    return html.Details([html.Summary(_("As known on an earlier day")), html.Ul(links)], className="known-days")


def known_table(state: PageState, known: KnownCounts) -> Component:
    """Count whole months as known on the day of a delivery and as known now, by area."""
    title = _("As known on {day}", day=day(known.known_on))
    months = " – ".join(dict.fromkeys([month(known.months[0]), month(known.months[-1])])) if known.months else "–"
    rows = [
        html.Tr(
            [
                html.Th(area.name, scope="row"),
                html.Td(number(then), className="number"),
                html.Td(number(now), className="number"),
            ]
        )
        for area, then, now in known.by_area
    ]
    said = _(
        "Of {months}, {then} incidents were known then and {now} are known now. Shown under today's rules of privacy.",
        months=months,
        then=number(known.then),
        now=number(known.now),
    )
    close = stay_link(_("Close"), state.link(known=None), focus="areas-title", className="button")
    return html.Section(
        [
            html.H3(title, id="known-title", tabIndex=-1),
            taken_sentence(said),
            _table(title, [_("Area"), _("Known then"), _("Known now")], rows),
            close,
        ]
    )


def _table(title: str, head: list[str], rows: Sequence[Component]) -> Component:
    table = html.Table(
        [html.Thead(html.Tr([html.Th(name, scope="col") for name in head])), html.Tbody(rows)], className="word-table"
    )
    return taken_chart([html.Div(table, className="scroll", tabIndex=0, role="region", **aria(label=title))], title)
