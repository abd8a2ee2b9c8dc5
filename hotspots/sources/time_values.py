"""How a city file says when something happened: a time, or a window from and to."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Annotated, Any

from pydantic import (
    BeforeValidator,
    Discriminator,
    Field,
    Tag,
    model_validator,
)

from hotspots.sources.city_values import Columns, Section, Text, TimeZone
from hotspots.sources.conditions import Condition, columns_of
from hotspots.sources.time_formats import clock_pattern, has_day, parts_of

if TYPE_CHECKING:
    pass


class UnknownHours(Section):
    """Times of day that an agency writes where it does not know the hour."""

    at: Columns = Field(description="The times, such as 00:00.")
    when: Condition | None = Field(None, description="In which rows; in all, where left out.")

    @model_validator(mode="after")
    def _times_of_day(self) -> UnknownHours:
        for word in self.at:
            if not re.fullmatch(r"([01]?\d|2[0-3]):[0-5]\d", word):
                raise ValueError(f"{word!r} is no time of day; write one such as 00:00")
        return self

    @property
    def minutes(self) -> list[float]:
        """The times as minutes of the day."""
        return [float(int(hour) * 60 + int(minute)) for hour, minute in (word.split(":") for word in self.at)]


def _as_rules(given: Any) -> Any:
    words = given if isinstance(given, list) else [given]
    return [{"at": word} if isinstance(word, str) else word for word in words]


class Time(Section):
    """A local wall-clock time: one or more columns with a format, or a column a part."""

    column: Columns | None = Field(
        None, description="Column of the time; several are joined by a blank before reading."
    )
    format: Columns | None = Field(
        None, description="How it is written, in strptime codes; of several formats the first that fits a row counts."
    )
    year: Text | None = Field(None, description="Column of the year.")
    month: Text | None = Field(None, description="Column of the month, 1 to 12 or its name.")
    day: Text | None = Field(None, description="Column of the day of the month; left out, only months are known.")
    hour: Text | None = Field(None, description="Column of the hour, 0 to 24.")
    minute: Text | None = Field(None, description="Column of the minute; not known where it is left out.")
    year_offset: int = Field(
        0,
        ge=-3000,
        le=3000,
        description="How far written years are ahead of the common era: 543 of Buddhist years (2567 is 2024), -2000 where 0024 is 2024.",
    )
    clock: Columns | None = Field(
        None,
        description="Column of the time of day, where it stands apart: `column` then tells the day alone, whatever hour stands with it.",
    )
    clock_format: Columns | None = Field(
        None, description="How `clock` is written, such as %H%M; of several formats the first that fits a row counts."
    )
    day_zone: TimeZone | None = Field(
        None,
        description="Time zone in which `column` tells days, where a portal writes them as instants: UTC where all stand at 00:00Z.",
    )
    unknown_hours: Annotated[list[UnknownHours], BeforeValidator(_as_rules)] = Field(
        [],
        description='Times of day that stand where the hour is not known: ["00:00"], '
        'or [{ at = "00:00", when = { offence = "FRAUD" } }].',
    )

    @model_validator(mode="after")
    def _one_way(self) -> Time:
        parts = [self.year, self.month]
        if self.column is not None:
            if self.format is None:
                raise ValueError("a column needs a format such as '%m/%d/%Y %I:%M:%S %p'")
            if any(part is not None for part in (*parts, self.day, self.hour, self.minute)):
                raise ValueError("give a column with a format, or parts, not both")
        elif any(part is None for part in parts):
            raise ValueError("give a column with a format, or at least the parts year, month and day")
        elif self.format is not None:
            raise ValueError("a format belongs to a column")
        elif self.minute is not None and self.hour is None:
            raise ValueError("a minute needs an hour")
        elif self.hour is not None and self.day is None:
            raise ValueError("an hour needs a day")
        self._clock_apart()
        for format_ in self.format or []:
            if not {"m", "b", "s", "E"} & parts_of(format_):
                raise ValueError(f"{format_!r} has no month")
        if len({has_day(format_) for format_ in self.format or []}) > 1:
            raise ValueError(
                "one format tells a day and another only a month: give formats that all tell the day, or none"
            )
        return self

    def _clock_apart(self) -> None:
        if (self.clock is None) != (self.clock_format is None):
            raise ValueError("clock and clock_format belong together")
        if self.column is None and (self.clock is not None or self.day_zone is not None):
            raise ValueError(
                "clock and day_zone belong to a column with a format; of parts, the clock is hour and minute"
            )
        if (self.clock is not None or self.day_zone is not None) and self.is_by_month:
            raise ValueError("clock and day_zone need a format that tells the day")
        for format_ in self.clock_format or []:
            clock_pattern(format_)

    @property
    def is_by_month(self) -> bool:
        """Whether no row tells more than its month."""
        return self.day is None if self.format is None else not has_day(self.format[0])

    @property
    def columns(self) -> list[str]:
        """The columns it reads."""
        parts = [part for part in (self.year, self.month, self.day, self.hour, self.minute) if part is not None]
        conditions = [column for rule in self.unknown_hours for column in columns_of(rule.when)]
        told = self.column if self.column is not None else parts
        return list(dict.fromkeys([*told, *(self.clock or []), *conditions]))


class TimeWindow(Section):
    """An occurrence between two times, where the moment itself is not known."""

    from_: Time = Field(alias="from", description="The earliest time that it can have happened.")
    to: Time = Field(description="The latest; a row without it happened at the earliest.")

    @model_validator(mode="after")
    def _days_or_months(self) -> TimeWindow:
        if self.from_.is_by_month or self.to.is_by_month:
            raise ValueError("a window needs days; where only months are known give occurred a column with a format")
        return self

    @property
    def is_by_month(self) -> bool:
        """Never: a window has days."""
        return False

    @property
    def columns(self) -> list[str]:
        """The columns it reads."""
        return [*self.from_.columns, *self.to.columns]


def _time_or_window(given: Any) -> str:
    if isinstance(given, dict):
        return "TimeWindow" if {"from", "from_", "to"} & given.keys() else "Time"
    return type(given).__name__


Occurrence = Annotated[
    Annotated[Time, Tag("Time")] | Annotated[TimeWindow, Tag("TimeWindow")],
    Discriminator(
        _time_or_window,
        custom_error_type="time",
        custom_error_message="must be a table such as { column = …, format = … }",
    ),
]


TIME_TABLES: dict[str, type[Section]] = {"Time": Time, "TimeWindow": TimeWindow}
