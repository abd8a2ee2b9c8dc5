"""``[incidents]`` of a city file: which files hold the incidents and how a row is read."""

from __future__ import annotations

import re
from datetime import date
from fnmatch import fnmatch
from typing import Annotated, Literal

from pydantic import BeforeValidator, Field, model_validator

from hotspots.sources.city_values import Columns, Kind, Location, Name, Section, Text
from hotspots.sources.conditions import Condition, columns_of
from hotspots.sources.files.tables import Layout
from hotspots.sources.time_formats import format_pattern
from hotspots.sources.time_values import Occurrence, Time


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


class RepeatedId(Section):
    """Rows of one delivery with the same id are rows of one incident: offences, victims. Which of them it is known by."""

    keep: Literal["first", "last", "most serious"] = Field(description="Which row tells when, where and what it was.")
    order: list[Name] = Field(
        [], description='Of "most serious": crime types, the most serious first; types that it leaves out come last.'
    )

    @model_validator(mode="after")
    def _order_where_it_counts(self) -> RepeatedId:
        if (self.keep == "most serious") != bool(self.order):
            raise ValueError('order = [crime types] belongs to keep = "most serious", and only there')
        return self


class AreaColumn(Section):
    """Where a record says in which area it lies."""

    column: Text = Field(description="Column of the recorded code or name.")
    codes: dict[str, str] = Field(
        {}, description="What the map calls an area that the records call otherwise: recorded word = code on the map."
    )


def _no_location(given: object) -> object:
    return None if given == {} else given


def _as_area_column(given: object) -> object:
    return {"column": given} if isinstance(given, str) else given


class FileReading(Section):
    """``[[incidents.reading]]``: what is otherwise in some of the files. A key that is left out is as in ``[incidents]``."""

    files: Columns = Field(description="Patterns of the names of the files that are read so.")
    encoding: Text | None = Field(None, description="Encoding of the text.")
    delimiter: str | None = Field(None, min_length=1, max_length=1, description="Character between two columns.")
    sheet: Text | None = Field(None, description="Sheet of a workbook.")
    title_rows: int | None = Field(None, ge=0, description="Rows above the header.")
    footer_rows: int | None = Field(None, ge=0, description="Rows at the end that are no records.")
    other_names: dict[Text, Columns] | None = Field(None, description="Other names of columns.")
    occurred: Occurrence | None = Field(None, description="When it happened.")
    reported: Time | None = Field(None, description="When it was reported.")
    location: Location | None = Field(None, description="Where it happened.")
    where: Condition | None = Field(None, description="Which rows are incidents.")


class FilesSection(Section):
    """Which files hold the records of a table, and how a file is opened."""

    files: Columns = Field(
        description="Patterns of the files' names below the data folder: text, workbooks, JSON; .gz and .zip are opened."
    )
    member: Text = Field("*", description="Pattern of the member's name inside a .zip archive.")
    encoding: Text = Field("utf-8", description="Encoding of the text.")
    delimiter: str = Field(",", min_length=1, max_length=1, description="Character between two columns.")
    sheet: Text | None = Field(None, description="Sheet of a workbook; left out, the only one that has the columns.")
    title_rows: int = Field(0, ge=0, description="Rows above the header.")
    footer_rows: int = Field(0, ge=0, description="Rows at the end that are no records, such as totals.")
    other_names: dict[Text, Columns] = Field(
        {}, description="What a column that this table names may be called instead: name = [other names]."
    )


class IncidentsSection(FilesSection):
    """``[incidents]``: which files hold the incidents and how a row is read."""

    reading: list[FileReading] = Field([], description="What is read otherwise in some of the files.")
    where: Condition | None = Field(None, description="Which rows are incidents; the others are left out and counted.")
    supply: Literal["increment", "snapshot"] = Field(
        description='"increment": absence from a delivery means nothing; "snapshot": it means withdrawal.'
    )
    scope: Literal["all", "period", "file"] | None = Field(
        None,
        description='What a snapshot speaks for: "all" incidents, the "period" between its first and last occurrence, '
        'or the incidents of earlier deliveries of the same "file" name.',
    )
    id: Columns | None = Field(
        None,
        description="Columns that name an incident; several make a composite. A row without an id is known by its content.",
    )
    occurrence_number: bool = Field(
        False,
        description="true: the id repeats, and the first, second, … row with it in a delivery are incidents of their own.",
    )
    repeated_id: RepeatedId | None = Field(
        None,
        description="Which row counts where an id repeats in a delivery; left out, the last, and the others are rejected.",
    )
    same_event: Literal["place and time"] | None = Field(
        None,
        description="When records of one type are one event to a forecast: at the same place and time, where the agency "
        "writes a row a victim; left out, each is one.",
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
    location: Annotated[Location | None, BeforeValidator(_no_location)] = Field(
        None,
        description="Where it happened; left out, an incident counts in its recorded areas, and else without a location.",
    )
    address: Columns | None = Field(None, description="Columns of the address in words, joined by a blank.")
    place_by_address: bool | None = Field(
        None,
        description="true: what has no point stands where its address is in a file of [[gazetteer]]; left out, so it is where location "
        "is left out.",
    )
    precision: Literal["exact", "block"] = Field(
        description='What the points are: "exact" addresses, or points that the agency itself moved to the "block".'
    )
    areas: dict[Kind, Annotated[AreaColumn, BeforeValidator(_as_area_column)]] = Field(
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
        if self.supply == "snapshot" and self.scope is None:
            raise ValueError(
                'supply = "snapshot" needs a scope: "all" where a file holds every incident, "period" where it holds those of some '
                'time, "file" where each file replaces the one of its name; else supply = "increment"'
            )
        if self.supply == "increment" and self.scope is not None:
            raise ValueError('scope = "all", "period" or "file" belongs to supply = "snapshot", and only there')
        return self

    @model_validator(mode="after")
    def _somewhere(self) -> IncidentsSection:
        if self.location is None and self.address is None and not self.areas:
            raise ValueError(
                "nothing says where: give location = { x = …, y = … }, address = …, or areas = { kind = column }"
            )
        return self

    @model_validator(mode="after")
    def _days_in_all_files_or_in_none(self) -> IncidentsSection:
        by_month = {self.occurred.is_by_month} | {one.occurred.is_by_month for one in self.reading if one.occurred}
        if len(by_month) > 1:
            raise ValueError(
                "occurred tells days in some files and only months in others; load what has days, or only months"
            )
        if self.same_event is not None and self.is_by_month:
            raise ValueError("same_event needs times: of records that tell only a month, each is an event")
        if self.repeated_id is not None and self.occurrence_number:
            raise ValueError("repeated_id and occurrence_number say two things of the same rows; give one")
        return self

    @property
    def is_by_month(self) -> bool:
        """Whether the records tell months only."""
        return self.occurred.is_by_month

    @property
    def layout(self) -> Layout:
        """How records stand in a file."""
        return Layout(
            encoding=self.encoding,
            delimiter=self.delimiter,
            sheet=self.sheet,
            title_rows=self.title_rows,
            footer_rows=self.footer_rows,
            other_names=self.other_names,
        )

    @property
    def content_columns(self) -> list[str]:
        """The columns that name a row without an id: when, where and what. Areas in the order of their columns' names, since a
        stored city file keeps no order of its keys.
        """
        return list(
            dict.fromkeys(
                [
                    *self.occurred.columns,
                    *self.source_type,
                    *(self.location.columns if self.location else []),
                    *(self.address or []),
                    *sorted(area.column for area in self.areas.values()),
                ]
            )
        )

    def of_file(self, name: str) -> IncidentsSection:
        """The section as it holds for a file of this name."""
        for reading in self.reading:
            if any(fnmatch(name, pattern) or fnmatch(name.split("/")[0], pattern) for pattern in reading.files):
                given = {key: getattr(reading, key) for key in reading.model_fields_set if key != "files"}
                return self.model_copy(update=given)
        return self

    @property
    def columns(self) -> dict[str, str]:
        """Every column that is read, with the key that names it."""
        named: list[tuple[str, list[str]]] = [
            ("id", self.id or []),
            ("occurred", self.occurred.columns),
            ("reported", self.reported.columns if self.reported else []),
            ("location", self.location.columns if self.location else []),
            ("address", self.address or []),
            ("areas", [area.column for area in self.areas.values()]),
            ("where", columns_of(self.where)),
            ("location_type", [self.location_type] if self.location_type else []),
            ("source_type", self.source_type),
            ("arrest", columns_of(self.arrest)),
            ("sensitive", columns_of(self.sensitive)),
            ("withdrawal", [self.withdrawal.column, *(self.withdrawal.match or [])] if self.withdrawal else []),
            ("known_on", [self.known_on.column] if self.known_on and self.known_on.column else []),
        ]
        return {column: key for key, columns in reversed(named) for column in columns}
