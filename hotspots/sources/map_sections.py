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


class ShapeFile(Section):
    """Keys of a file of shapes."""

    file: Text | None = Field(
        None,
        description="File below the data folder; a pattern where there is a file a shape. Either this or `listed`.",
    )
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


class GeometrySource(ShapeFile):
    """Keys that every file of shapes shares."""

    file: Text = Field(  # pyright: ignore[reportIncompatibleVariableOverride]  (its place among the keys is the first)
        description="File below the data folder; a pattern where there is a file a shape."
    )


class Listed(Section):
    """One entry of `listed`: something that stands in the city file itself."""

    name: Text = Field(description="Its name.")
    at: tuple[float, float] | None = Field(None, description="Where it stands: longitude, latitude.")
    shape: Text | None = Field(None, description="Its ground as well-known text, longitude before latitude.")
    aliases: list[Text] = Field([], description="Other names.")
    postcode: Text | None = Field(None, description="Its postcode.")

    @model_validator(mode="after")
    def _stands_somewhere(self) -> Listed:
        if (self.at is None) == (self.shape is None):
            raise ValueError(f"{self.name!r} needs either at = [longitude, latitude] or shape")
        if self.at and not (-180 <= self.at[0] <= 180 and -90 <= self.at[1] <= 90):
            raise ValueError(
                f"{self.name!r}: at = [longitude, latitude] is {list(self.at)}, which is no point of the earth"
            )
        return self


class NamedSource(ShapeFile):
    """Keys of what has a name: a file of it, or a list in the city file."""

    name: Text | None = Field(None, description="Attribute with the name; needed with a file.")
    listed: list[Listed] = Field([], description="What is named, in the city file itself; see Lists.")

    @model_validator(mode="after")
    def _a_file_or_a_list(self) -> NamedSource:
        if (self.file is None) == (not self.listed):
            raise ValueError("give either file or listed")
        if self.file is not None and self.name is None:
            raise ValueError("name is missing: the attribute with the name")
        return self


class AreaSource(GeometrySource):
    """``[[area]]``: one file of areas of a kind. A kind with several vintages has several entries."""

    kind: Kind = Field(description="Kind of area, such as beat.")
    label: Text = Field(description="The kind's name as shown.")
    code: Text = Field(
        description="Attribute with the area's code; recorded codes match it whatever their leading zeros."
    )
    name: Text | None = Field(None, description="Attribute with the area's name; the code, where left out.")
    valid: Validity = Field(Validity.model_validate({}), description="Days on which these boundaries hold.")


class PlaceSource(NamedSource):
    """``[[place]]``: places of a kind that residents search by and filter around."""

    kind: Kind = Field(description="Kind of place, such as school.")
    label: Text = Field(description="The kind's name as shown.")
    aliases: Columns | None = Field(
        None, description="Attributes with other names, by which the search finds it; several in one are parted by `;`."
    )
    postcode: Text | None = Field(None, description="Attribute with its postcode, by which the search finds it.")
    valid: Validity = Field(
        Validity.model_validate({}), description="Days on which these places stand; left out, they always did."
    )


class RiskFactorSource(GeometrySource):
    """``[[risk_factor]]``: points, lines or polygons that a risk model may use."""

    name: Text = Field(description="The factor's name as shown.")
    valid: Validity = Field(
        Validity.model_validate({}), description="Days on which it is known; a model of another time may not use it."
    )


class BackdropSource(NamedSource):
    """``[[backdrop]]``: what lies beside the city's own ground, so that a reader knows where they are."""

    kind: Literal["water", "town", "airport"] = Field(
        description="How it is drawn: water as a surface with its name, a neighbouring town or an airport as a name."
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
