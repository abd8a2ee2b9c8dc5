"""The tables of a city file, each with what its keys mean. `docs/city_file.md` documents them, held by a test."""

from __future__ import annotations

import re
from datetime import date
from typing import Annotated, Literal

from pydantic import AfterValidator, Field, PositiveFloat, PositiveInt, model_validator

from hotspots.domain.language import DEFAULT, TRANSLATED
from hotspots.sources.city_values import (
    Columns,
    Kind,
    Location,
    MetricCrs,
    Name,
    Occurrence,
    Section,
    Text,
    Time,
    TimeZone,
)
from hotspots.sources.conditions import Condition, columns_of
from hotspots.sources.time_formats import format_pattern

CrimeGroup = Literal["violence", "burglary", "vehicle", "theft", "damage", "other"]
InitiatedBy = Literal["public", "police", "unknown"]


class CitySection(Section):
    """``[city]``: what the city and its service are called, and in which time and space its records stand."""

    name: Text = Field(description="The city's name.")
    service: Text = Field(description="The title of the public page.")
    timezone: TimeZone = Field(description="Time zone of all local times, such as America/Chicago.")
    crs: MetricCrs = Field(
        description="Projected coordinate reference system in metres; distances and grids are measured in it."
    )
    study_area: list[Kind] = Field(min_length=1, description="Kinds of area whose union is the study area.")
    attribution: Text = Field(description="Whose data it is; shown on the map.")
    disclaimer: Text = Field(description="The words that the agency wants beside its data.")
    licence: Text | None = Field(
        None, description="Licence or terms under which the agency gives its incidents, such as CC BY 4.0."
    )
    licence_url: Text | None = Field(
        None, pattern=r"^https?://[!#-;=?-~]+$", description="Address where the licence stands, https://…"
    )
    invented: bool = Field(False, description="true: a made-up city, and every page says so.")

    @model_validator(mode="after")
    def _licence_has_a_name(self) -> CitySection:
        if self.licence_url is not None and self.licence is None:
            raise ValueError("licence_url needs a licence, the name that stands beside the address")
        return self


class KnownOn(Section):
    """Where a delivery says on which day the city knew it. A format without a day means the last day of its month or year."""

    file_name: Text | None = Field(
        None, description="A regular expression whose first group is the date in the file's name."
    )
    column: Text | None = Field(None, description="A column; the newest date in it counts for the whole delivery.")
    format: Text = Field(description="How the date is written, in strptime codes.")

    @model_validator(mode="after")
    def _one_way(self) -> KnownOn:
        if (self.file_name is None) == (self.column is None):
            raise ValueError("give file_name or column")
        format_pattern(self.format)
        if self.file_name is not None:
            try:
                groups = re.compile(self.file_name).groups
            except re.error as error:
                raise ValueError(f"file_name {self.file_name!r} is not a regular expression: {error}") from None
            if groups < 1:
                raise ValueError(f"file_name {self.file_name!r} needs a group in round brackets that holds the date")
        return self


class Withdrawal(Section):
    """How a row says that an earlier record no longer stands."""

    column: Text = Field(description="Column that marks a withdrawing row.")
    values: list[str] = Field(min_length=1, description="The words in it that withdraw.")
    match: list[Text] | None = Field(
        None,
        description="Columns that name the withdrawn record, where the withdrawing row is a row of its own; "
        "left out, the row withdraws the record with its own id.",
    )


class IncidentsSection(Section):
    """``[incidents]``: which files hold the incidents and how a row is read."""

    files: Columns = Field(description="Pattern of the files' names below the data folder; .gz and .zip are opened.")
    member: Text = Field("*", description="Pattern of the member's name inside a .zip archive.")
    encoding: Text = Field("utf-8", description="Encoding of the text.")
    delimiter: str = Field(",", min_length=1, max_length=1, description="Character between two columns.")
    supply: Literal["increment", "snapshot"] = Field(
        description='"increment": absence from a delivery means nothing; "snapshot": it means withdrawal.'
    )
    scope: Literal["all", "period", "file"] | None = Field(
        None,
        description='What a snapshot speaks for: "all" incidents, the "period" between its first and last occurrence, '
        'or the incidents of earlier deliveries of the same "file" name.',
    )
    id: Columns = Field(description="Columns that name an incident; several make a composite.")
    occurrence_number: bool = Field(
        False,
        description="true: the id repeats, and the first, second, … row with it in a delivery are incidents of their own.",
    )
    withdrawal: Withdrawal | None = Field(
        None, description="How a row withdraws an earlier record; left out, none does."
    )
    known_on: KnownOn | None = Field(
        None,
        description="Where a delivery's date stands; left out, it is the day of loading. `--known-on` wins over both.",
    )
    occurred: Occurrence = Field(description="When it happened: a time, or a window { from = …, to = … }.")
    reported: Time | None = Field(None, description="When it was reported.")
    location: Location = Field(description="Where it happened.")
    address: Columns | None = Field(None, description="Columns of the address in words, joined by a blank.")
    precision: Literal["exact", "block"] = Field(
        description='What the points are: "exact" addresses, or points that the agency itself moved to the "block".'
    )
    areas: dict[Kind, Text] = Field(
        {}, description="Column of the recorded area code, by kind of area; it wins over the map."
    )
    location_type: Text | None = Field(None, description="Column that says what sort of place it was.")
    source_type: Columns = Field(
        description="Columns with the agency's words for the offence; [[crime_type]] looks at these."
    )
    arrest: Condition | None = Field(None, description="What says that an arrest was made; left out, it is not known.")
    sensitive: Condition | None = Field(
        None, description="What makes a single record sensitive, besides sensitive crime types."
    )
    earliest: date = Field(date(1950, 1, 1), description="An occurrence before this day is rejected.")

    @model_validator(mode="after")
    def _scope_of_snapshots(self) -> IncidentsSection:
        if (self.supply == "snapshot") != (self.scope is not None):
            raise ValueError('scope = "all", "period" or "file" belongs to supply = "snapshot", and only there')
        return self

    @property
    def columns(self) -> dict[str, str]:
        """Every column that is read, with the key that names it."""
        named: list[tuple[str, list[str]]] = [
            ("id", self.id),
            ("occurred", self.occurred.columns),
            ("reported", self.reported.columns if self.reported else []),
            ("location", self.location.columns),
            ("address", self.address or []),
            ("areas", list(self.areas.values())),
            ("location_type", [self.location_type] if self.location_type else []),
            ("source_type", self.source_type),
            ("arrest", columns_of(self.arrest)),
            ("sensitive", columns_of(self.sensitive)),
            ("withdrawal", [self.withdrawal.column, *(self.withdrawal.match or [])] if self.withdrawal else []),
            ("known_on", [self.known_on.column] if self.known_on and self.known_on.column else []),
        ]
        return {column: key for key, columns in reversed(named) for column in columns}


class CrimeType(Section):
    """``[[crime_type]]``: which of the agency's words mean one crime type. The first entry that matches counts."""

    name: Name = Field(description="Short name, as in filters and on the command line.")
    label: Text = Field(description="Name as shown.")
    group: CrimeGroup = Field(description="Group of the map's colours.")
    when: Condition = Field(description="What the columns of source_type must hold.")
    initiated_by: InitiatedBy = Field(description="Who mostly brings it to notice: the public or the police.")
    sensitive: bool = Field(False, description="true: published by area and month only, never as a row.")


class GridSection(Section):
    """``[grid]``: the square cells of forecasts."""

    cell_m: PositiveFloat = Field(150.0, description="Side of a cell in metres.")


class PublicSection(Section):
    """``[public]``: what the public may see."""

    days: PositiveInt = Field(90, description="Length of the period that the public map shows first, in days.")
    delay_days: int = Field(7, ge=0, description="The newest public day is never later than today less this.")
    label_kinds: list[Kind] = Field([], description="Kinds of area that are published with an anchor.")
    sensitive_kind: Kind = Field(description="Kind of area by which sensitive reports are counted, a month at a time.")
    suppress_below: PositiveInt = Field(5, description="Counts of sensitive reports below this are not shown.")
    arrest: bool = Field(False, description="true: publish whether an arrest was made.")
    withhold: list[Name] = Field([], description="Crime types that are not published at all.")
    other: Literal["withhold", "publish"] = Field(
        "withhold",
        description="What no [[crime_type]] names: not published until somebody has looked at the words, or published as Other.",
    )
    min_addresses: PositiveInt = Field(8, description="Fewest addresses that an anchor of exact incidents stands for.")
    lattice_m: PositiveFloat = Field(
        300.0, description="Metres between the fixed points that stand for exact incidents without an address list."
    )


def _translated(code: str) -> str:
    if code not in TRANSLATED:
        raise ValueError(
            f"{code!r} is not a language of words; a city file is in {DEFAULT.name}, others are {', '.join(TRANSLATED)}"
        )
    return code


LanguageCode = Annotated[str, AfterValidator(_translated)]


class WordsSection(Section):
    """``[words.es]``: what the city file's own words are in another language; a word that is left out stays as it is."""

    service: Text | None = Field(None, description="The title of the public page.")
    attribution: Text | None = Field(None, description="Whose data it is.")
    disclaimer: Text | None = Field(
        None, description="The words beside the data. Left out, the agency's own are shown, marked as English."
    )
    labels: dict[Text, Text] = Field(
        {}, description="By label of a crime type or a kind of area or place, or by the source of the population."
    )
    location_types: dict[Text, Text] = Field(
        {}, description="By type of location as the incidents record it; one that never occurs does no harm."
    )
