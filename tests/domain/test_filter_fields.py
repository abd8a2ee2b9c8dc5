"""The table of the filter's fields is whole, and each of its declarations is of one piece."""

from dataclasses import fields

import pytest
from hypothesis import given

from hotspots.domain.filters.declaration import ColumnField
from hotspots.domain.filters.fields import COLUMN_FIELDS, FIELDS, OPTIONS, PARAMETERS
from hotspots.domain.incident_filter import IncidentFilter
from hotspots.domain.period import Period
from hotspots.errors import FilterError
from tests.drawn_filters import filters
from tests.open_city_builder import NEWEST_DAY

LAST_90_DAYS = Period.last_days(NEWEST_DAY, 90)


def test_every_attribute_of_a_filter_is_one_field() -> None:
    assert sorted(field.attribute for field in FIELDS) == sorted(field.name for field in fields(IncidentFilter))
    assert all(
        getattr(IncidentFilter(LAST_90_DAYS), field.attribute) == field.empty
        for field in FIELDS
        if field.attribute != "period"
    )


def test_no_name_is_given_twice_and_each_option_fills_a_parameter() -> None:
    assert len(PARAMETERS) == sum(len(field.parameters) for field in FIELDS)
    assert len({option.flag for option in OPTIONS}) == len(OPTIONS)
    assert {option.parameter for option in OPTIONS} == PARAMETERS.keys() - {"from", "to"}


@given(filters)
def test_an_address_brings_every_field_back(question: IncidentFilter) -> None:
    found = IncidentFilter.from_query(question.to_query(), default_period=LAST_90_DAYS)
    assert found.to_query() == question.to_query()
    assert all(
        (getattr(found, field.attribute) == field.empty) == (getattr(question, field.attribute) == field.empty)
        for field in FIELDS
    )


@given(filters)
def test_fields_of_place_alone_make_a_question_spatial(question: IncidentFilter) -> None:
    """Areas, circle, outline and distances, and no field of time or type."""
    placed = (question.areas, question.around, question.polygon, question.near)
    assert question.is_spatial == any(placed)
    everywhere = question.anywhere()
    assert not everywhere.is_spatial
    kept = question.to_query().keys() - {"areas", "at", "radius", "polygon", "near"}
    assert everywhere.to_query() == {name: question.to_query()[name] for name in kept}


@pytest.mark.parametrize("field", COLUMN_FIELDS, ids=lambda field: field.parameter.name)
def test_a_field_of_one_column_has_words_for_each_of_its_values(field: ColumnField) -> None:
    assert set(field.said) == (set(field.values) if field.values is not None else {"names", "many"})
    for word, value in (field.values or {}).items():
        assert field.words_of(value) == (word,) and field.value_of((word.upper(),)) == value
    assert field.value_of(()) == field.empty and field.words_of(field.empty) == ()
    if field.values is not None:
        with pytest.raises(FilterError, match=f"{field.parameter.name}: 'yes,no,maybe' is n"):
            field.value_of(("yes", "no", "maybe"))
