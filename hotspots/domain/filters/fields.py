"""The fields of the filter, declared once.

Addresses, data interface, shell, conditions, controls, chips and words follow from this table.
"""

from __future__ import annotations

from dataclasses import asdict
from typing import Any, TypeVar

from hotspots.domain.filters import offered
from hotspots.domain.filters.declaration import Column, ColumnField, FilterField, Option, Parameter, PlaceField
from hotspots.domain.filters.offered import GROUPS
from hotspots.domain.filters.values import (
    MAX_RADIUS_M,
    MIN_RADIUS_M,
    USUAL_RADIUS_M,
    WEEKDAYS,
    Around,
    HourRange,
    Near,
    parse_weekdays,
    read_number,
    read_period,
    read_words,
)
from hotspots.domain.phrase import phrase
from hotspots.domain.places.polygon import Polygon

Asked = TypeVar("Asked", FilterField, PlaceField, ColumnField, FilterField | ColumnField)
SOME_WORDS = {"type": "array", "items": {"type": "string", "minLength": 1}}
SOME_NUMBERS = {"type": "array", "items": {"type": "integer", "minimum": 0}, "maxItems": 100}
YES_OR_NO = {"yes": True, "no": False}


PERIOD = FilterField(
    attribute="period",
    parameters=(
        Parameter(
            "from",
            "First day, such as 2017-10-03. Default: the last days that the public map shows.",
            {"type": "string", "format": "date"},
        ),
        Parameter("to", "Last day, inside.", {"type": "string", "format": "date"}),
    ),
    options=(),  # the shell counts days back as well: see `cli/incidents.py`
    read=read_period,
    write=lambda period: {"from": period.start.isoformat(), "to": period.last_day.isoformat()},
    empty=None,
)
TYPES = ColumnField(
    attribute="crime_types",
    parameter=Parameter("types", "Names of crime types with commas between.", SOME_WORDS),
    option=Option("--type", "types", "Crime type; repeat it for several.", several=True),
    column=Column("crime_type_id", table="crime_type", key="name"),
    choices=offered.types,
    refusal="no type of incident is published here",
    label=phrase("Types of incident"),
    short_label=phrase("Types"),
    group="what",
    look="chips",
    said={"names": phrase("of {names}"), "many": phrase("of {n} types")},
)
AREAS = PlaceField(
    attribute="areas",
    parameters=(
        Parameter(
            "areas",
            "Numbers of areas with commas between. Areas of one kind are alternatives, kinds are joined by AND.",
            SOME_NUMBERS,
        ),
    ),
    options=(
        Option(
            "--area",
            "areas",
            "Area such as beat:1834; repeat it for several. Areas of one kind are joined by OR, different kinds by AND.",
            metavar="KIND:CODE",
            several=True,
        ),
    ),
    read=lambda query, _: tuple(read_number("areas", word) for word in read_words(query.get("areas"))),
    write=lambda areas: {"areas": ",".join(map(str, sorted(areas)))},
    check=offered.check_areas,
    conditions=lambda areas: [("in_areas", {"areas": list(areas)})],
)
AROUND = PlaceField(
    attribute="around",
    parameters=(
        Parameter("at", "Number of a gazetteer entry, from a search.", {"type": "integer", "minimum": 0}),
        Parameter(
            "radius",
            f"Metres round it, {MIN_RADIUS_M} to {MAX_RADIUS_M}. Default: {USUAL_RADIUS_M}.",
            {"type": "integer", "minimum": MIN_RADIUS_M, "maximum": MAX_RADIUS_M},
        ),
    ),
    options=(
        Option("--at", "at", "Address, block, crossing or place, or its number in the gazetteer.", metavar="TEXT"),
        Option("--radius", "radius", f"Metres round --at, {MIN_RADIUS_M} to {MAX_RADIUS_M}.", default=USUAL_RADIUS_M),
    ),
    read=lambda query, _: Around.read(query),
    write=Around.write,
    conditions=lambda around: [("around", asdict(around))],
    empty=None,
)
NEAR = PlaceField(
    attribute="near",
    parameters=(
        Parameter(
            "near",
            "Kinds of place with a distance in metres: school:300,park:100. Joined by AND.",
            {"type": "array", "items": {"type": "string", "pattern": r"^[^,:]+:[1-9][0-9]{0,3}$"}},
        ),
    ),
    options=(
        Option(
            "--near",
            "near",
            "Near a kind of place, with the distance in metres: school:300.",
            metavar="KIND:METRES",
            several=True,
        ),
    ),
    read=lambda query, _: tuple(Near.parse(word) for word in read_words(query.get("near"))),
    write=lambda near: {"near": ",".join(sorted(map(str, near)))},
    check=offered.check_near,
    conditions=lambda near: [("near", asdict(one)) for one in near],
)
HOURS = FilterField(
    attribute="hours",
    parameters=(
        Parameter(
            "hours",
            "Hours such as 08-16, or 18-02: what comes after midnight belongs to the evening's date.",
            {"type": "string", "pattern": r"^(?!([0-9]{2})-\1$)([01][0-9]|2[0-3])-([01][0-9]|2[0-4])$"},
        ),
    ),
    options=(
        Option(
            "--hours",
            "hours",
            "Hours such as 18-02. Hours after midnight count to the evening before.",
            metavar="FROM-TO",
        ),
    ),
    read=lambda query, _: HourRange.parse(query["hours"]) if query.get("hours") else None,
    write=lambda hours: {"hours": str(hours)},
    check=offered.check_days("hours"),
    empty=None,
)
ON_WEEKDAYS = FilterField(
    attribute="weekdays",
    parameters=(
        Parameter("weekdays", f"Of {','.join(WEEKDAYS)}.", {"type": "array", "items": {"enum": list(WEEKDAYS)}}),
    ),
    options=(Option("--weekdays", "weekdays", f"Of {','.join(WEEKDAYS)}."),),
    read=lambda query, _: parse_weekdays(query.get("weekdays")),
    write=lambda days: {"weekdays": ",".join(WEEKDAYS[day - 1] for day in sorted(days))},
    check=offered.check_days("weekdays"),
)
LOCATIONS = ColumnField(
    attribute="location_types",
    parameter=Parameter("locations", "Types of location with | between.", SOME_WORDS, style="pipeDelimited"),
    option=Option("--location-type", "locations", "Type of location; repeat it for several.", several=True),
    column=Column("location_type_id", table="location_type", key="name"),
    choices=offered.location_types,
    refusal="this city records no types of location",
    label=phrase("Type of location"),
    group="where",
    look="list",
    said={"names": phrase("at a location recorded as {names}"), "many": phrase("at {n} types of location")},
    separator="|",
    is_recorded=True,
)
POLYGON = PlaceField(
    attribute="polygon",
    parameters=(
        Parameter(
            "polygon",
            "3 to 300 corners in degrees, `lon lat,lon lat,…`, `;` between rings: a ring in another one is a hole. "
            "Outlines must not cross. `POST /api/polygon` makes it of a boundary in GeoJSON.",
            {
                "type": "string",
                "pattern": r"^-?[0-9.]+ -?[0-9.]+(,-?[0-9.]+ -?[0-9.]+){2,}(;-?[0-9.]+ -?[0-9.]+(,-?[0-9.]+ -?[0-9.]+){2,})*$",
                "maxLength": 8000,
            },
        ),
    ),
    options=(
        Option(
            "--polygon",
            "polygon",
            "Inside a boundary: a file of GeoJSON, or 3 to 300 corners in degrees, with ; between rings.",
            metavar="FILE|'LON LAT,LON LAT,...'",
        ),
    ),
    read=lambda query, _: Polygon.parse(query["polygon"]) if query.get("polygon") else None,
    write=lambda polygon: {"polygon": str(polygon)},
    conditions=lambda polygon: [("in_polygon", {"polygon": polygon.to_wkt()})],
    empty=None,
)
ARREST = ColumnField(
    attribute="arrest",
    parameter=Parameter(
        "arrest", "yes or no: whether an arrest was made, where the city publishes it.", {"enum": ["yes", "no"]}
    ),
    option=Option("--arrest", "arrest", "Whether an arrest was made, where that is published.", metavar="yes|no"),
    column=Column("arrest"),
    choices=offered.arrest,
    refusal="this city does not publish whether an arrest was made",
    label=phrase("Arrest"),
    group="what",
    look="one of",
    said={"yes": phrase("with an arrest made"), "no": phrase("without an arrest")},
    values=YES_OR_NO,
)
INITIATED = ColumnField(
    attribute="initiated_by",
    parameter=Parameter(
        "initiated",
        "public or police: who mostly brings a type of incident to notice. What the police find says where they looked.",
        {"enum": ["public", "police"]},
    ),
    option=Option(
        "--initiated", "initiated", "Who mostly brings a type of incident to notice.", metavar="public|police"
    ),
    column=Column("crime_type_id", table="crime_type", key="initiated_by"),
    choices=offered.initiated_by,
    refusal="the types of this city are not told apart by who brings them to notice",
    label=phrase("Brought to notice"),
    group="what",
    look="one of",
    said={
        "public": phrase("of types that people mostly report"),
        "police": phrase("of types that the police mostly find"),
    },
    values={"public": "public", "police": "police"},
)
GROUP = ColumnField(
    attribute="group",
    parameter=Parameter("group", "A group of crime types, as the map colours them.", {"enum": list(GROUPS)}),
    option=Option("--group", "group", "Group of crime types, as the map colours them.", metavar="|".join(GROUPS)),
    column=Column("crime_type_id", table="crime_type", key="crime_group"),
    choices=offered.groups,
    refusal="no type of incident is published here",
    label=phrase("Group of types"),
    group="what",
    look="one of",
    said={
        "violence": phrase("of violence and robbery"),
        "burglary": phrase("of burglary"),
        "vehicle": phrase("of vehicle theft"),
        "theft": phrase("of theft"),
        "damage": phrase("of damage and arson"),
        "other": phrase("of other types"),
    },
    values={name: name for name in GROUPS},
)

FIELDS: tuple[FilterField | ColumnField, ...] = (
    PERIOD, TYPES, AREAS, AROUND, NEAR, HOURS, ON_WEEKDAYS, LOCATIONS, POLYGON, ARREST, INITIATED, GROUP,
)  # fmt: skip
PLACE_FIELDS = tuple(field for field in FIELDS if isinstance(field, PlaceField))
COLUMN_FIELDS = tuple(field for field in FIELDS if isinstance(field, ColumnField))
PARAMETERS = {parameter.name: parameter for field in FIELDS for parameter in field.parameters}
OPTIONS = tuple(option for field in FIELDS for option in field.options)


def asked(question: object, fields: tuple[Asked, ...]) -> list[tuple[Asked, Any]]:
    """Return those of some fields that an `IncidentFilter` asks for, each with its value."""
    values = [(field, getattr(question, field.attribute)) for field in fields]
    return [(field, value) for field, value in values if value != field.empty]


def column_values(question: object) -> list[tuple[ColumnField, Any]]:
    """Return the fields of one column that a filter asks for, each with its value."""
    return asked(question, COLUMN_FIELDS)
