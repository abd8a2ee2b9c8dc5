"""The declaration of a field of the filter; the table of them all is in `filters.fields`."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from hotspots.domain.filters.values import read_words
from hotspots.domain.period import Period
from hotspots.domain.public_answer import Choices
from hotspots.errors import FilterError

Group = Literal["when", "what", "time of day", "where"]
MOST_LISTED = 40  # values that an error names


@dataclass(frozen=True, slots=True)
class Parameter:
    """A parameter of an address and of the data interface.

    Attributes
    ----------
    description : of the interface's own description.
    schema : its JSON schema there.
    style : how a list is written there, where its separator is not a comma.
    """

    name: str
    description: str
    schema: Mapping[str, Any]
    style: str | None = None


@dataclass(frozen=True, slots=True)
class Option:
    """An option of ``hotspots incidents``; what it is given is what `parameter` of an address would hold.

    Attributes
    ----------
    several : whether it may be repeated.
    default : a number where it takes one; None where it is left out.
    """

    flag: str
    parameter: str
    help: str
    metavar: str | None = None
    several: bool = False
    default: int | None = None


@dataclass(frozen=True, slots=True)
class Choice:
    """A value that may be asked for: as an address holds it, its words, and the crime group whose mark stands beside it.

    `stands_for`: of a group, the values that are published by it alone, with their words.
    """

    value: str
    label: str
    mark: str | None = None
    stands_for: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Column:
    """Where the database holds what a field asks for.

    Attributes
    ----------
    name : column of ``open.incident``.
    table, key : where the column holds numbers: the table of schema ``open`` that numbers them under the same name, and its column with the
        words that are asked for. One word may stand for several numbers.
    """

    name: str
    table: str | None = None
    key: str | None = None


def _allow(value: Any, choices: Choices) -> None:
    """Allow any value."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FilterField:
    """A field of `IncidentFilter`: how addresses, data interface and shell name it, and what a city can be asked.

    Attributes
    ----------
    attribute : of `IncidentFilter`.
    empty : its value where nothing is asked for.
    read : make the value of an address's parameters, given the period where none is asked for; raises FilterError.
    write : make the parameters of a value that is not empty.
    check : raise FilterError where this city cannot be asked for a value that is not empty.
    """

    attribute: str
    parameters: tuple[Parameter, ...]
    options: tuple[Option, ...]
    read: Callable[[Mapping[str, str], Period], Any]
    write: Callable[[Any], Mapping[str, str]]
    check: Callable[[Any, Choices], None] = _allow
    empty: Any = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class PlaceField(FilterField):
    """A field that asks for a place finer than the city.

    Attributes
    ----------
    conditions : of a value that is not empty: names of queries in ``public/incident_filter.sql``, with their values, joined by AND.
    """

    conditions: Callable[[Any], list[tuple[str, Mapping[str, Any]]]]


@dataclass(frozen=True, slots=True, kw_only=True)
class ColumnField:
    """A field that one column of an incident answers. Everything about it follows from here: also conditions, control, chips and words.

    Attributes
    ----------
    attribute : of `IncidentFilter`: a tuple of words where several may be asked for, else one of the values of `values`, or None.
    parameter, option : its one parameter and its one option.
    column : where the answer stands.
    choices : what may be asked for in this city; nothing where the city cannot be asked.
    refusal : why it cannot be asked where there are no choices.
    label : of its control, and before its values on a sheet, unless `short_label` is shorter.
    group : the group of controls where its own stands.
    look : of its control.
    said : how a sentence says the values. Of several: with ``{names}``, and with ``{n}`` of many. Of one: a text for each.
    values : the values behind the words of an address, where they are no words; the labels of such a field are translated.
    separator : between several words in an address.
    is_recorded : whether the words are the agency's own: a sentence puts them in quotation marks.
    """

    attribute: str
    parameter: Parameter
    option: Option
    column: Column
    choices: Callable[[Choices], tuple[Choice, ...]]
    refusal: str
    label: str
    group: Group
    look: Literal["chips", "list", "one of"]
    said: Mapping[str, str]
    values: Mapping[str, Any] | None = None
    separator: str = ","
    is_recorded: bool = False
    short_label: str | None = None

    @property
    def parameters(self) -> tuple[Parameter, ...]:
        """Its one parameter."""
        return (self.parameter,)

    @property
    def options(self) -> tuple[Option, ...]:
        """Its one option."""
        return (self.option,)

    @property
    def empty(self) -> Any:
        """The value where nothing is asked for."""
        return () if self.values is None else None

    def read(self, query: Mapping[str, str], _: Period | None = None) -> Any:
        """Make the value of an address's parameters. Raises FilterError."""
        return self.value_of(read_words(query.get(self.parameter.name), self.separator))

    def write(self, value: Any) -> dict[str, str]:
        """Make the parameter of a value that is not empty."""
        return {self.parameter.name: self.separator.join(sorted(self.words_of(value)))}

    def words_of(self, value: Any) -> tuple[str, ...]:
        """Return the words of a value, as an address holds them."""
        if self.values is None:
            return tuple(value)
        return tuple(word for word, one in self.values.items() if value is not None and one == value)

    def value_of(self, words: tuple[str, ...]) -> Any:
        """Return the value of words. Raises FilterError where a field of one value is given another word, or several."""
        if self.values is None:
            return words
        if not words:
            return None
        text = self.separator.join(words)
        if text.lower() not in self.values:
            either = " nor ".join(self.values) if len(self.values) == 2 else ""
            problem = f"neither {either}" if either else f"not one of {', '.join(self.values)}"
            raise FilterError(self.parameter.name, f"{text!r} is {problem}")
        return self.values[text.lower()]

    def check(self, value: Any, choices: Choices) -> None:
        """Raise FilterError where this city cannot be asked for the value."""
        offered = self.choices(choices)
        allowed = [choice.value for choice in offered]
        if not allowed:
            raise FilterError(self.parameter.name, self.refusal)
        for word in self.words_of(value):
            if word not in allowed:
                for group in offered:
                    if word in group.stands_for:
                        raise FilterError(
                            self.parameter.name,
                            f"{word!r} is published only as {group.value!r}, among others; ask for that",
                        )
                listed = (
                    f"is not one of {', '.join(allowed)}" if len(allowed) <= MOST_LISTED else "is not on record here"
                )
                raise FilterError(self.parameter.name, f"{word!r} {listed}")
