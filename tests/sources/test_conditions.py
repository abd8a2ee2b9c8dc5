"""Conditions of a city file."""

from __future__ import annotations

from typing import Any

import pandas as pd
from pydantic import TypeAdapter

from hotspots.sources.conditions import Condition, columns_of, rows_where

ROWS = pd.DataFrame({"code": [" 21000", "60000", "x", ""], "words": ["RAPE -- FORCIBLE", "Larceny ", "larceny", ""]})


def chosen(condition: Any) -> list[bool]:
    return rows_where(TypeAdapter(Condition).validate_python(condition), ROWS).tolist()


def test_values_are_compared_without_case_and_outer_blanks() -> None:
    assert chosen({"words": "LARCENY"}) == [False, True, True, False]
    assert chosen({"words": ["larceny", ""]}) == [False, True, True, True]


def test_a_pattern_is_found_anywhere_unless_it_says_where() -> None:
    assert chosen({"words": {"pattern": "force|forc"}}) == [True, False, False, False]
    assert chosen({"words": {"pattern": "^forc"}}) == [False] * 4


def test_both_ends_of_a_number_range_are_inside_and_words_are_not() -> None:
    assert chosen({"code": {"from": 21000, "to": 21000}}) == [True, False, False, False]
    assert chosen({"code": {"to": 60000}}) == [True, True, False, False]


def test_all_columns_of_a_table_must_match_and_one_table_of_a_list() -> None:
    assert chosen({"words": "larceny", "code": "60000"}) == [False, True, False, False]
    assert chosen([{"words": "larceny", "code": "60000"}, {"code": 21000}]) == [True, True, False, False]


def test_the_columns_of_a_condition_are_told_once_each() -> None:
    condition = TypeAdapter(Condition).validate_python([{"b": 1, "a": 2}, {"b": True}])
    assert columns_of(condition) == ["b", "a"]
    assert columns_of(None) == []
