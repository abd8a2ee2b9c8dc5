"""Charts as tables that a style sheet draws: read aloud row by row, light, in both colour schemes.

Each chart is drawn from the answer that its numbers come from, so bar, number and map cannot disagree.
"""

from __future__ import annotations

from calendar import monthrange
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from dash import html
from dash.development.base_component import Component

from hotspots.domain.incident_filter import HourRange
from hotspots.domain.public_counts import DayCount, HourWeekdayCount, TypeCount, WeekCount
from hotspots_dashboard.components.html_attributes import HIDDEN, aria
from hotspots_dashboard.components.take_away import taken_chart
from hotspots_dashboard.words.formats import day, hour_band, month_name, number, weekday
from hotspots_dashboard.words.language import _, current, ngettext

LONG_DAYS = 400  # a longer period is shown by months: a bar a day would have no width


def figure(title: str, chart: Component, caption: str, *, title_id: str | None = None) -> Component:
    """A chart with the title above and source, vintage and basis below; focus can go to a title that has an id."""
    named = {"id": title_id, "tabIndex": -1} if title_id else {}
    parts = [html.H3(title, **named), chart, html.Figcaption(caption, className="quiet")]
    return taken_chart(parts, title, part=html.Figure, className="figure")


def week_bars(weeks: Sequence[WeekCount], bands: Mapping[object, tuple[float, float]]) -> Component:
    """A bar a week, with the band of normal weeks behind it where enough weeks came before.

    Parameters
    ----------
    weeks : oldest first; one with fewer than seven days is drawn hatched.
    bands : lower and upper end of the normal band by a week's first day.
    """
    top = max([week.incidents or 0 for week in weeks] + [band[1] for band in bands.values()] + [1])
    return html.Ol([_week(week, bands.get(week.first_day), top) for week in weeks], className="week-bars")


def _week(week: WeekCount, band: tuple[float, float] | None, top: float) -> Component:
    span = _("{first} to {last}", first=day(week.first_day, short=True), last=day(week.last_day, short=True))
    if week.incidents is None:
        return _no_bar(span)
    said = f"{span}: {number(week.incidents)}"
    if band:
        said += "; " + _("normal {low} to {high}", low=number(band[0]), high=number(band[1]))
    if week.days < 7:
        said += "; " + ngettext("{n} day only", "{n} days only", week.days).format(n=week.days)
    look = "week-bar" + (" week-part" if week.days < 7 else "") + _against(week.incidents, band)
    bar = html.Span(className=look, style={"height": _percent(week.incidents, top)}, **HIDDEN)
    behind = []
    if band:
        place = {"bottom": _percent(band[0], top), "height": _percent(band[1] - band[0], top)}
        behind = [html.Span(className="week-band", style=place, **HIDDEN)]
    return html.Li([*behind, bar, html.Span(said, className="hidden-words")], title=said)


def _no_bar(name: str) -> Component:
    """The place of a bar where nothing is known, which is not 0."""
    said = f"{name}: " + _("no data")
    return html.Li(
        [html.Span(className="no-bar", **HIDDEN), html.Span(said, className="hidden-words")],
        title=said,
    )


def _against(incidents: int, band: tuple[float, float] | None) -> str:
    if band is None or band[0] <= incidents <= band[1]:
        return ""
    return " week-above" if incidents > band[1] else " week-below"


def day_bars(days: Sequence[DayCount]) -> Component:
    """A bar a day; Saturdays and Sundays a shade apart, the first of each month named."""
    top = max([one.incidents or 0 for one in days] + [1])
    items = []
    for at, one in enumerate(days):
        iso = one.day.isoweekday()
        weekend = " day-weekend" if iso >= 6 else ""
        named = f"{weekday(iso)} {day(one.day, short=True)}"
        if one.incidents is None:
            items.append(_no_bar(named))
            continue
        said = f"{named}: {number(one.incidents)}"
        month = month_name(one.day, year=one.day.month == 1 or at == 0)
        name = [html.Span(month, className="day-name", **HIDDEN)] if one.day.day == 1 else []
        items.append(
            html.Li(
                [
                    html.Span(className="day-bar" + weekend, style={"height": _percent(one.incidents, top)}, **HIDDEN),
                    *name,
                    html.Span(said, className="hidden-words"),
                ],
                title=said,
            )
        )
    scale = html.Div(
        [html.Span(number(top)), html.Span(number(round(top / 2))), html.Span("0")],
        className="chart-scale",
        **HIDDEN,
    )
    return html.Div([scale, html.Ol(items, className="day-bars")], className="scaled")


@dataclass(frozen=True, slots=True)
class MonthCount:
    """Incidents of the days of one month that were asked for; None where nothing is known of any."""

    first: date
    incidents: int | None
    is_whole: bool


def by_month(days: Sequence[DayCount], *, months_only: bool = False) -> list[MonthCount]:
    """Days as months, oldest first; with `months_only` the first day stands for its month."""
    known: dict[date, list[int]] = {}
    for one in days:
        of_month = known.setdefault(one.day.replace(day=1), [])
        if one.incidents is not None:
            of_month.append(one.incidents)
    return [
        MonthCount(
            first, sum(of) if of else None, len(of) == (1 if months_only else monthrange(first.year, first.month)[1])
        )
        for first, of in sorted(known.items())
    ]


def month_bars(days: Sequence[DayCount], *, months_only: bool = False) -> Component:
    """A bar a month; one of which not all days were asked for, or are known, is drawn hatched."""
    months = by_month(days, months_only=months_only)
    top = max([one.incidents or 0 for one in months] + [1])
    items = []
    for one in months:
        if one.incidents is None:
            items.append(_no_bar(month_name(one.first, year=True)))
            continue
        said = f"{month_name(one.first, year=True)}: {number(one.incidents)}"
        look = "week-bar" + ("" if one.is_whole else " week-part")
        bar = html.Span(className=look, style={"height": _percent(one.incidents, top)}, **HIDDEN)
        items.append(html.Li([bar, html.Span(said, className="hidden-words")], title=said))
    return html.Ol(items, className="week-bars")


def month_grid(days: Sequence[DayCount]) -> Component:
    """A line a year, months across, each cell's shade by its count; sums at the edges, so that it adds up to the answer."""
    count = {(one.first.year, one.first.month): one.incidents for one in by_month(days)}
    top = max([*(n for n in count.values() if n), 1])
    years = sorted({year for year, _month in count})
    names = [month_name(date(2001, month, 1), year=False) for month in range(1, 13)]

    def cell(year: int, month: int) -> Component:
        n = count.get((year, month))
        if n is None:
            return html.Td("–", className="heat heat-none")
        return html.Td(number(n), className=f"heat heat-{shade(n, top)}")

    def total(chosen: Iterable[int | None]) -> Component:
        known = [n for n in chosen if n is not None]
        return html.Td(number(sum(known)) if known else "–", className="sum")

    head = html.Tr(
        [
            html.Td(className="corner"),
            *[html.Th(name, scope="col") for name in names],
            html.Th(_("All"), scope="col"),
        ]
    )
    rows = [
        html.Tr(
            [
                html.Th(str(year), scope="row"),
                *[cell(year, month) for month in range(1, 13)],
                total(count.get((year, month)) for month in range(1, 13)),
            ]
        )
        for year in years
    ]
    foot = html.Tr(
        [
            html.Th(_("All"), scope="row"),
            *[total(count.get((year, month)) for year in years) for month in range(1, 13)],
            total(count.values()),
        ]
    )
    return html.Div(
        html.Table([html.Thead(head), html.Tbody(rows), html.Tfoot(foot)], className="heat-grid month-grid"),
        className="scroll",
        tabIndex=0,
        role="region",
        **aria(label=_("Reported incidents by month and year")),
    )


def type_bars(types: Sequence[TypeCount]) -> Component:
    """Types from most to fewest, with number, share and bar."""
    total = sum(one.incidents for one in types) or 1
    top = max([one.incidents for one in types] + [1])
    rows = [
        html.Tr(
            [
                html.Th([html.Span(className=f"mark mark-{one.group}", **HIDDEN), one.label], scope="row"),
                html.Td(number(one.incidents), className="number"),
                html.Td(number(100 * one.incidents / total, decimals=1) + " %", className="number quiet"),
                html.Td(
                    html.Span(className=f"bar bar-{one.group}", style={"width": _percent(one.incidents, top)}),
                    className="bar-cell",
                    **HIDDEN,
                ),
            ]
        )
        for one in types
        if one.incidents
    ]
    head = html.Tr(
        [
            html.Th(_("Type"), scope="col"),
            html.Th(_("Incidents"), scope="col", className="number"),
            html.Th(_("Of all"), scope="col", className="number"),
            html.Td(className="bar-cell"),
        ]
    )
    return html.Table([html.Thead(head), html.Tbody(rows)], className="bars")


def hour_bars(cells: Sequence[HourWeekdayCount], chosen: HourRange | None) -> list[Component]:
    """24 small bars over the hour controls: what each hour would leave; those asked for stand out."""
    count: Counter[int] = Counter()
    unknown = 0
    for cell in cells:
        if cell.hour is None:
            unknown += cell.incidents
        else:
            count[cell.hour] += cell.incidents
    top = max([*count.values(), 1])
    inside = set(chosen.hours) if chosen else set(range(24))
    bars = [
        html.Li(
            [
                html.Span(
                    className="hour-bar" + ("" if hour in inside else " hour-out"),
                    style={"height": _percent(count[hour], top)},
                    **HIDDEN,
                ),
                html.Span(f"{hour_band(hour)}: {number(count[hour])}", className="hidden-words"),
            ],
            title=f"{hour_band(hour)}: {number(count[hour])}",
        )
        for hour in range(24)
    ]
    axis = html.Div([html.Span(text) for text in map(axis_hour, (0, 6, 12, 18, 24))], className="hour-axis", **HIDDEN)
    note = [html.P(_("{n} without a known hour", n=number(unknown)), className="quiet")] if unknown else []
    title = _("Reported incidents by hour")
    return [taken_chart([html.Ol(bars, className="hour-bars", **aria(label=title)), axis, *note], title)]


def axis_hour(hour: int) -> str:
    """06, or 6 am."""
    return current().hour(hour) if current().units.twelve_hours else f"{hour:02}"


def by_weekday(cells: Sequence[HourWeekdayCount]) -> dict[str, int]:
    """Incidents by ISO weekday, as a control's counts."""
    sums: defaultdict[str, int] = defaultdict(int)
    for cell in cells:
        sums[str(cell.weekday)] += cell.incidents
    return dict(sums)


def _percent(part: float, whole: float) -> str:
    return f"{100 * part / whole:.2f}%"


def shade(value: int, top: int) -> int:
    """Return the shade 0 (none) to 7 (the most)."""
    return 0 if value == 0 else min(7, 1 + int(6.999 * value / top))
