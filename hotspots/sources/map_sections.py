"""The tables of a city file that name what stands on the map: areas, places, risk factors, addresses, residents."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, field_validator, model_validator

from hotspots.sources.city_values import (
    AnyCrs,
    Columns,
    Kind,
    Location,
    Section,
    Text,
    Validity,
)
from hotspots.sources.conditions import Condition


class GeometrySource(Section):
    """Keys that every file of shapes shares."""

    file: Text = Field(description="File below the data folder; a pattern where there is a file a shape.")
    member: Text | None = Field(None, description="Name inside a .zip archive that holds several files.")
    layer: Text | None = Field(None, description="Layer of a file that holds several; sheet of a workbook.")
    encoding: Text | None = Field(
        None, description="Encoding of a .csv file, else UTF-8; of a shapefile, else as it says itself."
    )
    crs: AnyCrs | None = Field(
        None, description="Coordinate reference system of a file of shapes that does not name its own."
    )
    where: Condition | None = Field(None, description="Which of its rows are meant; all, where left out.")
    location: Location | None = Field(None, description="Where the columns of a .csv file hold the point or shape.")


class AreaSource(GeometrySource):
    """``[[area]]``: one file of areas of a kind. A kind with several vintages has several entries."""

    kind: Kind = Field(description="Kind of area, such as beat.")
    label: Text = Field(description="The kind's name as shown.")
    code: Text = Field(
        description="Attribute with the area's code; recorded codes match it whatever their leading zeros."
    )
    name: Text | None = Field(None, description="Attribute with the area's name; the code, where left out.")
    valid: Validity = Field(Validity.model_validate({}), description="Days on which these boundaries hold.")


class PlaceSource(GeometrySource):
    """``[[place]]``: places of a kind that residents search by and filter around."""

    kind: Kind = Field(description="Kind of place, such as school.")
    label: Text = Field(description="The kind's name as shown.")
    name: Text = Field(description="Attribute with the place's name.")
    valid: Validity = Field(
        Validity.model_validate({}), description="Days on which these places stand; left out, they always did."
    )


class RiskFactorSource(GeometrySource):
    """``[[risk_factor]]``: points, lines or polygons that a risk model may use."""

    name: Text = Field(description="The factor's name as shown.")
    valid: Validity = Field(
        Validity.model_validate({}), description="Days on which it is known; a model of another time may not use it."
    )


class GazetteerSource(Section):
    """``[[gazetteer]]``: where the address search looks. Incidents may serve only where their points are block points."""

    kind: Literal["address", "intersection", "block"] = Field(description="What one entry is.")
    from_: Literal["incidents"] | None = Field(
        None,
        alias="from",
        description='"incidents": blocks from the incidents themselves; only with precision = "block".',
    )
    file: Text | None = Field(None, description="File below the data folder.")
    member: Text | None = Field(None, description="Name inside a .zip archive that holds several files.")
    layer: Text | None = Field(None, description="Layer of a file that holds several; sheet of a workbook.")
    encoding: Text | None = Field(
        None, description="Encoding of a .csv file, else UTF-8; of a shapefile, else as it says itself."
    )
    crs: AnyCrs | None = Field(
        None, description="Coordinate reference system of a file of shapes that does not name its own."
    )
    where: Condition | None = Field(None, description="Which of its rows are meant; all, where left out.")
    street: Columns | None = Field(None, description="Columns of the street's name, joined by a blank.")
    number: Columns | None = Field(
        None, description="Column of the house number; two columns for a block's first and last."
    )
    streets: list[Text] | None = Field(
        None, min_length=2, max_length=2, description="The two columns of an intersection."
    )
    location: Location | None = Field(None, description="Where the columns of a .csv file hold the point.")

    @model_validator(mode="after")
    def _what_a_kind_needs(self) -> GazetteerSource:
        if self.from_ is not None:
            if self.kind != "block" or self.file is not None:
                raise ValueError('from = "incidents" stands with kind = "block" and without a file')
            return self
        if self.file is None:
            raise ValueError("file is missing")
        if self.kind == "intersection" and self.streets is None:
            raise ValueError("an intersection needs streets = [column, column]")
        if self.kind == "address" and (self.street is None or self.number is None or len(self.number) != 1):
            raise ValueError("an address needs street and number, a column each")
        if self.kind == "block" and (self.street is None or self.number is None or len(self.number) != 2):
            raise ValueError("a block needs street and number = [column of the first, column of the last]")
        return self


class PopulationSource(Section):
    """``[population]``: residents by area of one kind."""

    file: Text = Field(description="A .csv file below the data folder.")
    encoding: Text = Field("utf-8", description="Its encoding.")
    kind: Kind = Field(description="Kind of area that its rows speak of.")
    code: Text = Field(description="Column of the area's code.")
    residents: dict[int, Text] = Field(min_length=1, description="Column of the residents, by year of the census.")
    source: Text | None = Field(None, description="Whose census it is, as shown beside rates. Else the file's name.")
    groups: dict[Annotated[Text, Field(max_length=40)], Text] = Field(
        {}, description="Column of the residents of each group at the newest census, by the group's name as shown."
    )

    @field_validator("residents", mode="before")
    @classmethod
    def _years(cls, given: object) -> object:
        # TOML's keys are text: 2010 = "population_2010" arrives as "2010".
        return (
            {int(year) if str(year).isdigit() else year: column for year, column in given.items()}
            if isinstance(given, dict)
            else given
        )
