"""The address bar and the controls say the same."""

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hotspots.domain.incident_filter import Around, HourRange, IncidentFilter, Near
from hotspots.domain.period import Period
from hotspots.domain.places.polygon import Polygon
from hotspots.errors import FilterError
from hotspots_dashboard.state.page_state import PageState, View, as_mapping, controls_of, question_of

LAST_90 = Period.last_days(date(2017, 12, 31), 90)
KINDS = {1: "beat", 2: "beat", 5: "ward"}

days = st.dates(date(2017, 1, 1), date(2017, 12, 31))
periods = st.tuples(days, days).map(lambda two: Period.from_days(min(two), max(two)))
hours = st.tuples(st.integers(0, 23), st.integers(1, 24)).filter(lambda two: two[0] % 24 != two[1] % 24)
questions = st.builds(
    IncidentFilter,
    period=periods,
    crime_types=st.lists(st.sampled_from(["theft", "burglary", "vehicle theft"]), unique=True).map(tuple),
    areas=st.lists(st.sampled_from(list(KINDS)), unique=True).map(tuple),
    around=st.none() | st.builds(Around, st.integers(1, 99999), st.integers(100, 5000)),
    near=st.lists(
        st.builds(Near, st.sampled_from(["park", "school"]), st.integers(1, 5000)), unique_by=lambda n: n.kind
    ).map(tuple),
    hours=st.none() | hours.map(lambda two: HourRange(*two)),
    weekdays=st.lists(st.integers(1, 7), unique=True).map(tuple),
    location_types=st.lists(st.sampled_from(["STREET", "BAR, TAVERN"]), unique=True).map(tuple),
    polygon=st.none()
    | st.just(Polygon((((-8_763_000, 4_187_000), (-8_762_000, 4_187_000), (-8_762_000, 4_188_000)),))),
    arrest=st.none() | st.booleans(),
    group=st.sampled_from([None, "violence", "theft"]),
    initiated_by=st.sampled_from([None, "public", "police"]),
)


@given(questions)
def test_controls_ask_what_they_show(question: IncidentFilter) -> None:
    controls = controls_of(PageState(question, View(), LAST_90), place_name="Somewhere", kind_of_area=KINDS)
    asked = question_of(controls, changed={"types"}, default_period=LAST_90)
    assert asked.to_query() == question.to_query()


@given(questions)
def test_the_address_bar_brings_the_question_back(question: IncidentFilter) -> None:
    view = View(tab="table", page=3, lang="es", print="large")
    search = PageState(question, view, LAST_90).search()
    query = as_mapping(search)
    assert IncidentFilter.from_query(query, default_period=LAST_90).to_query() == question.to_query()
    assert View.from_query(query) == view


def test_the_default_question_needs_no_address() -> None:
    state = PageState(IncidentFilter(LAST_90), View(), LAST_90)
    assert state.search() == ""
    assert state.link() == "?"


def test_a_step_goes_back_to_the_first_page() -> None:
    state = PageState(IncidentFilter(LAST_90), View(tab="table", page=4), LAST_90)
    assert state.link(sort="type", descending=False) == "?tab=table&sort=type"


@pytest.mark.parametrize(
    "search", ["?sort=password", "?page=-1", "?tab=secrets", "?anchor=x", "?page=99999999999999", "?lang=xx&print=tiny"]
)
def test_a_view_that_makes_no_sense_is_the_default(search: str) -> None:
    assert View.from_query(as_mapping(search)) == View()


def test_touching_a_preset_wins_over_the_days_it_fills_in() -> None:
    controls = controls_of(PageState(IncidentFilter(LAST_90), View(), LAST_90), place_name=None, kind_of_area={})
    assert controls.preset == 90
    week = question_of(replace(controls, preset=7), changed={"preset"}, default_period=LAST_90)
    assert week.period == Period(date(2017, 12, 25), date(2018, 1, 1))


def test_emptying_one_hour_empties_both() -> None:
    asked = IncidentFilter(LAST_90, hours=HourRange(18, 2))
    controls = controls_of(PageState(asked, View(), LAST_90), place_name=None, kind_of_area={})
    changed = replace(controls, hour_from=None)
    assert question_of(changed, changed={"hour_from"}, default_period=LAST_90).hours is None


def test_days_the_wrong_way_round_are_refused() -> None:
    controls = controls_of(PageState(IncidentFilter(LAST_90), View(), LAST_90), place_name=None, kind_of_area={})
    changed = replace(controls, first_day="2017-12-31", last_day="2017-12-01")
    with pytest.raises(FilterError, match="is before"):
        question_of(changed, changed={"first_day"}, default_period=LAST_90)
