"""Conditions on an agency's columns: values, patterns, number ranges, several columns, alternatives."""

from __future__ import annotations

import math
import re
from typing import TYPE_CHECKING, Annotated, Any

import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, model_validator

if TYPE_CHECKING:
    import pandas as pd


class Matcher(BaseModel):
    """A condition on one column. Exactly one of `values`, `pattern` or a number range is given.

    In a city file a bare value or list stands for `values`. Words are compared without regard to case or outer blanks.
    """

    model_config = ConfigDict(extra="forbid", populate_by_name=True)

    values: list[str] | None = Field(None, min_length=1, description="The column is one of these words.")
    pattern: str | None = Field(
        None, description="A regular expression that is found in the column, whatever its case."
    )
    from_: float | None = Field(None, alias="from", description="Smallest number of a range, itself inside.")
    to: float | None = Field(None, description="Largest number of a range, itself inside.")

    @model_validator(mode="after")
    def _one_way(self) -> Matcher:
        ways = [self.values is not None, self.pattern is not None, self.from_ is not None or self.to is not None]
        if sum(ways) != 1:
            raise ValueError("give a value, a list of values, { pattern = … } or a number range { from = …, to = … }")
        if self.pattern is not None:
            try:
                re.compile(self.pattern)
            except re.error as error:
                raise ValueError(f"pattern {self.pattern!r} is not a regular expression: {error}") from None
        if self.from_ is not None and self.to is not None and self.to < self.from_:
            raise ValueError(f"the range ends ({self.to:g}) before it starts ({self.from_:g})")
        return self

    def matches(self, words: list[str]) -> NDArray[np.bool_]:
        """Which of the words match. Ask it of distinct words: each is looked at."""
        stripped = [word.strip() for word in words]
        if self.values is not None:
            values = {value.strip().casefold() for value in self.values}
            found = [word.casefold() in values for word in stripped]
        elif self.pattern is not None:
            pattern = re.compile(self.pattern, re.IGNORECASE)
            found = [pattern.search(word) is not None for word in stripped]
        else:
            least = -math.inf if self.from_ is None else self.from_
            most = math.inf if self.to is None else self.to
            found = [least <= _number(word) <= most for word in stripped]
        return np.array(found, bool)


def _as_matcher(given: Any) -> Any:
    if isinstance(given, bool):
        return {"values": [str(given).lower()]}
    if isinstance(given, (str, int, float)):
        return {"values": [str(given)]}
    if isinstance(given, list):
        return {"values": [str(value) for value in given]}
    return given


ColumnConditions = dict[str, Annotated[Matcher, BeforeValidator(_as_matcher)]]


def _as_alternatives(given: Any) -> Any:
    return [given] if isinstance(given, dict) else given


# One table: all its columns must match. A list of tables: one of them must.
Condition = Annotated[list[ColumnConditions], BeforeValidator(_as_alternatives), Field(min_length=1)]


def columns_of(condition: Condition | None) -> list[str]:
    """The columns that a condition looks at, in order of appearance."""
    return list(dict.fromkeys(column for alternative in condition or [] for column in alternative))


def rows_where(condition: Condition, rows: pd.DataFrame) -> NDArray[np.bool_]:
    """Which rows of a frame of text columns meet a condition."""
    met = np.zeros(len(rows), bool)
    for alternative in condition:
        all_columns = np.ones(len(rows), bool)
        for column, matcher in alternative.items():
            all_columns &= matcher.matches(rows[column].tolist())
        met |= all_columns
    return met


def _number(word: str) -> float:
    """The number that a word is; NaN, which lies in no range, where it is none."""
    try:
        return float(word)
    except ValueError:
        return math.nan
