"""The open data as collections of features: what each holds, field by field. The data dictionary of the interface."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, tzinfo
from typing import Literal

from hotspots.domain.public_answer import AreaKind

Kind = Literal["id", "text", "whole", "number", "day", "moment", "yes_no"]


@dataclass(frozen=True, slots=True)
class Field:
    """One property of a feature. `kind` id: a UUID as text; moment: ISO 8601 with an offset, as text."""

    name: str
    kind: Kind
    words: str


@dataclass(frozen=True, slots=True)
class Collection:
    """One collection of features.

    Attributes
    ----------
    fields : properties, the first of them the feature's own id.
    key : names of the fields that pages go along.
    shape : what a feature's geometry is, in longitude and latitude.
    filters : names of the parameters that only this collection has.
    geometry : the one type of geometry of its features; that of an area on the ground may be a point on it.
    """

    name: str
    title: str
    words: str
    fields: tuple[Field, ...]
    key: tuple[str, ...]
    shape: Literal["point", "any"]
    filters: tuple[str, ...] = ()
    geometry: Literal["Point", "MultiPoint", "MultiPolygon"] = "MultiPolygon"

    def place_of(self, name: str) -> int:
        """Where a field stands in a row."""
        return next(place for place, field in enumerate(self.fields) if field.name == name)


INCIDENTS = Collection(
    "incidents",
    "Reported incidents",
    "One reported incident each, unproven, at the public point that stands for its surroundings, newest first. "
    "Sensitive reports are in no row.",
    (
        Field("public_id", "id", "Random and stable; never the agency's own number."),
        Field(
            "day",
            "day",
            "Day that it occurred on, or began, in the city's local time; the first of the month where the records tell months only.",
        ),
        Field("hour", "whole", "Hour of the day, 0 to 23; empty where it is not known."),
        Field("crime_type", "text", "Name of the crime type, as the filter `types` takes it."),
        Field("group", "text", "Group of crime types: the map's colour."),
        Field("location_type", "text", "Type of location as recorded; empty where none is."),
        Field("arrest", "yes_no", "Whether an arrest was made; empty where the city does not publish it."),
        Field("anchor_id", "whole", "Number of the public point."),
        Field("place", "text", "The public point in words."),
        Field("status", "text", "`located`, `no_location` or `outside` the study area; the last two have no geometry."),
        Field(
            "occurred",
            "moment",
            "Beginning of that hour, with the offset of the city's time; empty where the hour is not known. No minutes are published.",
        ),
    ),
    key=("day", "public_id"),
    shape="point",
    geometry="Point",
)
AREAS = Collection(
    "areas",
    "Areas",
    "Police, administrative and other areas that incidents are counted by.",
    (
        Field("area_id", "whole", "Number of the area, as the filter `areas` takes it."),
        Field("kind", "text", "Kind of area."),
        Field("kind_label", "text", "Kind of area, in words."),
        Field("code", "text", "The agency's code."),
        Field("name", "text", "Name, or the code where there is none."),
        Field("residents", "whole", "Residents at the latest census loaded; empty where none is known."),
        Field("residents_year", "whole", "Year of that census."),
    ),
    key=("area_id",),
    shape="any",
    filters=("kind",),
)
PLACES = Collection(
    "places",
    "Places",
    "Schools, parks, stations and other places that incidents can be near to; one with ground of its own at a point on it.",
    (
        Field("place_id", "whole", "Number of the place."),
        Field("kind", "text", "Kind of place, as the filter `near` takes it."),
        Field("kind_label", "text", "Kind of place, in words."),
        Field("name", "text", "Name."),
    ),
    key=("place_id",),
    shape="any",
    filters=("kind",),
    geometry="Point",
)
FORECASTS = Collection(
    "forecasts",
    "Forecast areas",
    "Cells of the published forecasts with the incidents expected in them. A number of reports, not a chance of harm.",
    (
        Field("cell", "text", "Numbers of the forecast and of the cell."),
        Field("forecast_id", "whole", "Number of the forecast."),
        Field("cell_id", "whole", "Number of the cell in its forecast."),
        Field("crime_types", "text", "Crime types that are forecast together, commas between."),
        Field("model", "text", "Model and version."),
        Field("first_day", "day", "First day of the forecast; nothing on or after it was seen."),
        Field("last_day", "day", "Last day of the forecast."),
        Field("expected", "number", "Expected incidents in the cell over those days."),
        Field("level", "whole", "1 to 5: fixed breaks, as on the map."),
    ),
    key=("forecast_id", "cell_id"),
    shape="any",
    filters=("forecast",),
)
ACTIONS = Collection(
    "actions",
    "What was done here",
    "Past actions with what they did, found to help or not, at public points. Patrol is shown four weeks after its last day.",
    (
        Field("effect_id", "whole", "Number of the effect."),
        Field("remedy", "text", "What was done."),
        Field("crime_types", "text", "Reports that it was judged by, commas between."),
        Field("first_day", "day", "First day."),
        Field("last_day", "day", "Last day."),
        Field("method", "text", "`crossover` and `paired draw` are drawn by lot, `similar places` is not."),
        Field("verdict", "text", "`fewer`, `no difference`, `more`, or `pooled only`: too small to be judged alone."),
        Field("ratio", "number", "Reports over those expected; empty where it says nothing by itself."),
        Field("low", "number", "Lower end of its 95 % interval."),
        Field("high", "number", "Upper end; empty where there is no bound."),
        Field("sentence", "text", "The same in one sentence."),
    ),
    key=("effect_id",),
    shape="any",
    geometry="MultiPoint",
)
COLLECTIONS = {one.name: one for one in (INCIDENTS, AREAS, PLACES, FORECASTS, ACTIONS)}


def occurred(day: date, hour: int | None, zone: tzinfo) -> str | None:
    """Return the field `occurred`: the beginning of a local hour. Of an hour that the clock repeats in autumn it is the first."""
    return None if hour is None else datetime.combine(day, time(hour), zone).isoformat()


def of_city(collection: Collection, area_kinds: Sequence[AreaKind]) -> Collection:
    """The collection as this city fills it: an incident has a field for each kind of area."""
    if collection.name != INCIDENTS.name:
        return collection
    areas = tuple(Field(kind.kind, "text", f"{kind.label} of the public point.") for kind in area_kinds)
    return replace(collection, fields=(*collection.fields, *areas))
