"""``[calendar]`` of a city file: shifts, week, periods, year and districts of the staff desk."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal

from pydantic import AfterValidator, Field, StringConstraints

from hotspots.domain.calendar import PERIOD_DAYS, SHIFTS
from hotspots.domain.incident_filter import HourRange
from hotspots.sources.city_values import Kind, Section


def _hours(text: str) -> str:
    try:
        return str(HourRange.parse(text))
    except ValueError as error:
        raise ValueError(str(error)) from None


def _month_and_day(text: str) -> str:
    try:
        return f"{date.fromisoformat(f'2001-{text}'):%m-%d}"  # a year without 29 February: every year has this day
    except ValueError:
        raise ValueError(f"{text!r} is not a month and a day that every year has, such as 07-01") from None


def _whole_weeks(days: int) -> int:
    if days % 7:
        raise ValueError(f"{days} days are not whole weeks; write 7, 14, 28 or 91, so that weekdays fall alike")
    return days


ShiftName = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]*$", max_length=20)]


class CalendarSection(Section):
    """``[calendar]``: how the staff desk cuts time and ground."""

    shifts: dict[ShiftName, Annotated[str, AfterValidator(_hours)]] = Field(
        {name: str(hours) for name, hours in SHIFTS.items()},
        min_length=1,
        max_length=8,
        description='Hours of each shift by its name, such as { day = "06-14", night = "18-02" }.',
    )
    week_start: Literal["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"] | None = Field(
        None,
        description="Day on which a week begins: Change then ends with the newest whole week, else with the newest day.",
    )
    period_days: Annotated[int, AfterValidator(_whole_weeks)] = Field(
        PERIOD_DAYS, ge=7, le=182, description="Length of the period that Change compares, in days; whole weeks."
    )
    year_start: Annotated[str, AfterValidator(_month_and_day)] = Field(
        "01-01", description="Month and day on which the agency's year begins, such as 07-01."
    )
    districts: Kind | None = Field(
        None, description="Kind of area that commands are cut by: the desk filters by it everywhere."
    )
