"""The address bar and the controls, each made from the other, without Dash."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any
from urllib.parse import parse_qsl, quote, urlencode

from hotspots.domain.filters.fields import COLUMN_FIELDS
from hotspots.domain.incident_filter import Around, HourRange, IncidentFilter, Near
from hotspots.domain.period import PRESET_DAYS, Period
from hotspots.domain.places.polygon import Polygon
from hotspots.domain.whole_number import read_whole_number
from hotspots.errors import FilterError
from hotspots.store.public.reader import OpenReader
from hotspots_dashboard.state.compared_places import read_places
from hotspots_dashboard.words.language import LANGUAGES

LONGEST_PROBLEM = 60  # letters of what could not be read
TABS = ("words", "table", "days", "hours", "types", "change", "areas", "done", "compare")
SORTS = ("day", "hour", "type", "location_type", "arrest", "anchor")
ROWS_A_PAGE = 50


@dataclass(frozen=True, slots=True)
class View:
    """How the answer is looked at; it changes no number.

    Attributes
    ----------
    tab : the open tab, or None.
    sort, descending, page : of the table; pages count from 1.
    anchor : the public point whose incidents are listed.
    forecast : the forecast drawn on the map.
    by, known : of the tab of areas: the kind shown, and the day of the delivery to look back to.
    compare : places to compare beside the one asked for, see `compared_places`.
    lang, print : of the page, where the address names them: ``lang=es``, ``print=large``.
    """

    tab: str | None = None
    sort: str = "day"
    descending: bool = True
    page: int = 1
    anchor: int | None = None
    forecast: int | None = None
    by: str | None = None
    known: str | None = None
    compare: tuple[str, ...] = ()
    lang: str | None = None
    print: str | None = None

    def to_query(self) -> dict[str, str]:
        """As URL parameters, defaults left out."""
        query: dict[str, object] = {"tab": self.tab, "anchor": self.anchor, "forecast": self.forecast}
        if self.sort != "day" or not self.descending:
            query["sort"] = f"{'-' if self.descending else ''}{self.sort}"
        if self.page > 1:
            query["page"] = self.page
        query |= {
            "by": self.by,
            "known": self.known,
            "compare": ",".join(self.compare) or None,
            "lang": self.lang,
            "print": self.print,
        }
        return {name: str(value) for name, value in query.items() if value is not None}

    @classmethod
    def from_query(cls, query: Mapping[str, str]) -> View:
        """Read URL parameters; what makes no sense is the default."""
        sort = query.get("sort", "-day")
        known = sort.removeprefix("-") in SORTS
        return cls(
            tab=query["tab"] if query.get("tab") in TABS else None,
            sort=sort.removeprefix("-") if known else "day",
            descending=sort.startswith("-") if known else True,
            page=max(1, _whole(query.get("page")) or 1),
            anchor=_whole(query.get("anchor")),
            forecast=_whole(query.get("forecast")),
            by=query.get("by"),
            known=_iso_day(query.get("known")),
            compare=read_places(query.get("compare")),
            lang=query["lang"] if query.get("lang") in LANGUAGES else None,
            print="large" if query.get("print") == "large" else None,
        )


@dataclass(frozen=True, slots=True)
class PageState:
    """The state that an address names.

    Attributes
    ----------
    problem : the part of the address that could not be read, such as ``types=witch``.
    vintage : the publication that a shared address was made with; no link of the page carries it on.
    """

    question: IncidentFilter
    view: View
    default_period: Period
    problem: str | None = None
    vintage: int | None = None

    def search(self, **changes: Any) -> str:
        """The address bar's search part after a change of the view or, by ``question=``, of the question."""
        question = changes.pop("question", self.question)
        view = replace(self.view, **changes)
        query = question.to_query()
        if question.period == self.default_period:
            del query["from"], query["to"]
        query |= view.to_query()
        return "?" + urlencode(query, safe=",:|", quote_via=quote) if query else ""

    def link(self, **changes: Any) -> str:
        """The same as a link; the first page of the table, unless a page is asked for."""
        return self.search(**{"page": 1, **changes}) or "?"


def as_mapping(search: str | None) -> dict[str, str]:
    """The parameters of an address bar's search part; the first of each name counts."""
    pairs = parse_qsl((search or "").removeprefix("?"))
    return dict(reversed(pairs))


def read_state(reader: OpenReader, search: str | None) -> PageState:
    """Read the address bar; where it names something that is not there, the default question and the reason."""
    query = as_mapping(search)
    default_period = reader.default_period()
    view = View.from_query(query)
    try:
        if view.forecast not in {one.forecast_id for one in reader.forecasts()}:
            view = replace(view, forecast=None)  # an old address; a newer forecast has another number
        return PageState(reader.parse(query), view, default_period, vintage=_whole(query.get("vintage")))
    except FilterError as error:
        problem = f"{error.parameter}={query.get(error.parameter, '')}"[:LONGEST_PROBLEM]
        view = View(lang=view.lang, print=view.print)
        return PageState(IncidentFilter(default_period), view, default_period, problem=problem)


@dataclass(frozen=True, slots=True, kw_only=True)
class Controls:
    """The values of the filter controls, as the browser holds them; `columns`: the words chosen for each `ColumnField`, by parameter."""

    place: Mapping[str, Any] | None
    radius: Any
    first_day: str
    last_day: str
    preset: Any = None
    part_of_day: str | None = None
    hour_from: str | None = None
    hour_until: str | None = None
    weekdays: list[int] = field(default_factory=list)
    columns: Mapping[str, list[str]] = field(default_factory=dict)
    areas: Mapping[str, list[int]] = field(default_factory=dict)
    near: Mapping[str, str | None] = field(default_factory=dict)
    polygon: str | None = None


PARTS_OF_DAY = ("06-12", "12-18", "18-24", "22-06")


def controls_of(state: PageState, *, place_name: str | None, kind_of_area: Mapping[int, str]) -> Controls:
    """The values of the controls for a question; `place_name` is that of the searched place or of the only area."""
    question = state.question
    place: dict[str, Any] | None = None
    if question.around:
        place = {"id": question.around.gazetteer_id, "name": place_name}
    elif len(question.areas) == 1:
        place = {"id": f"a{question.areas[0]}", "name": place_name, "area": question.areas[0]}
    areas: dict[str, list[int]] = {}
    for area_id in question.areas:
        areas.setdefault(kind_of_area[area_id], []).append(area_id)
    ends_with_data = question.period.end == state.default_period.end
    hours = question.hours
    return Controls(
        place=place,
        radius=str(question.around.radius_m if question.around else 800),
        first_day=question.period.start.isoformat(),
        last_day=question.period.last_day.isoformat(),
        preset=question.period.n_days if ends_with_data and question.period.n_days in PRESET_DAYS else None,
        part_of_day="" if hours is None else str(hours) if str(hours) in PARTS_OF_DAY else None,
        hour_from=f"{hours.start:02}" if hours else None,
        hour_until=f"{hours.end:02}" if hours else None,
        weekdays=list(question.weekdays),
        columns={one.parameter.name: list(one.words_of(getattr(question, one.attribute))) for one in COLUMN_FIELDS},
        areas=areas,
        near={near.kind: str(near.distance_m) for near in question.near},
        polygon=str(question.polygon) if question.polygon else None,
    )


def question_of(controls: Controls, *, changed: Collection[str], default_period: Period) -> IncidentFilter:
    """The question that the controls ask.

    Parameters
    ----------
    changed : which controls were touched: "preset" and "part_of_day" win over the fields they fill in, when they were.

    Raises
    ------
    FilterError, ValueError
        Where the controls contradict themselves, such as a period that ends before it starts.
    """
    if "preset" in changed and controls.preset:
        period = Period.last_days(default_period.last_day, int(controls.preset))
    else:
        period = IncidentFilter.from_query(
            {"from": controls.first_day, "to": controls.last_day}, default_period=default_period
        ).period
    return IncidentFilter(
        period=period,
        areas=tuple(area for areas in controls.areas.values() for area in areas),
        around=_around(controls),
        near=tuple(Near(kind, int(distance)) for kind, distance in controls.near.items() if distance),
        hours=_hours(controls, changed),
        weekdays=tuple(sorted(controls.weekdays)),
        polygon=Polygon.parse(controls.polygon) if controls.polygon else None,
        **{one.attribute: one.value_of(tuple(controls.columns.get(one.parameter.name, ()))) for one in COLUMN_FIELDS},
    )


def _around(controls: Controls) -> Around | None:
    """The circle round the searched place; an area that was searched is a filter, and none."""
    if controls.place is None or controls.place.get("area") is not None:
        return None
    return Around(int(controls.place["id"]), int(controls.radius or 800))


def at_place(question: IncidentFilter, place: Mapping[str, Any] | None) -> IncidentFilter:
    """The question at a newly searched place: an area is the area itself, anything else a circle; None is the whole city."""
    anywhere = replace(question, areas=(), around=None, polygon=None)
    if place is None:
        return anywhere
    if place.get("area") is not None:
        return replace(anywhere, areas=(int(place["area"]),))
    return replace(anywhere, around=Around(int(place["id"]), question.around.radius_m if question.around else 800))


def _hours(controls: Controls, changed: Collection[str]) -> HourRange | None:
    if "part_of_day" in changed:
        return HourRange.parse(controls.part_of_day) if controls.part_of_day else None
    start, end = controls.hour_from, controls.hour_until
    emptied = ("hour_from" in changed and not start) or ("hour_until" in changed and not end)
    if emptied or not (start or end):
        return None
    first, until = int(start or 0), int(end or 24)
    return None if first % 24 == until % 24 else HourRange(first, until)


def _whole(text: str | None) -> int | None:
    return read_whole_number(text or "")


def _iso_day(text: str | None) -> str | None:
    try:
        return date.fromisoformat(text or "").isoformat()
    except ValueError:
        return None
