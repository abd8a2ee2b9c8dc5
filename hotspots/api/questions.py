"""Read a filter from a request: the parameters of ``IncidentFilter.to_query`` and no others."""

from __future__ import annotations

from collections.abc import Collection
from typing import Annotated

from fastapi import Query, Request

from hotspots.domain.incident_filter import FilterError, IncidentFilter
from hotspots.store.open_reader import OpenReader

PARAMETERS = {
    "from": "First day, such as 2017-10-03. Default: the last days that the public map shows.",
    "to": "Last day, inside.",
    "types": "Names of crime types with commas between.",
    "areas": "Numbers of areas with commas between. Areas of one kind are alternatives, kinds are joined by AND.",
    "at": "Number of a gazetteer entry, from a search.",
    "radius": "Metres round it, 100 to 5000. Default: 800.",
    "near": "Kinds of place with a distance in metres: school:300,park:100. Joined by AND.",
    "hours": "Hours such as 08-16, or 18-02: what comes after midnight belongs to the evening's date.",
    "weekdays": "Of mon,tue,wed,thu,fri,sat,sun.",
    "locations": "Types of location with | between.",
    "polygon": "3 to 100 corners in degrees, `lon lat,lon lat,…`; the outline must not cross itself.",
    "arrest": "yes or no: whether an arrest was made, where the city publishes it.",
}


def filter_parameters(
    from_: Annotated[str | None, Query(alias="from", description=PARAMETERS["from"])] = None,
    to: Annotated[str | None, Query(description=PARAMETERS["to"])] = None,
    types: Annotated[str | None, Query(description=PARAMETERS["types"])] = None,
    areas: Annotated[str | None, Query(description=PARAMETERS["areas"])] = None,
    at: Annotated[str | None, Query(description=PARAMETERS["at"])] = None,
    radius: Annotated[str | None, Query(description=PARAMETERS["radius"])] = None,
    near: Annotated[str | None, Query(description=PARAMETERS["near"])] = None,
    hours: Annotated[str | None, Query(description=PARAMETERS["hours"])] = None,
    weekdays: Annotated[str | None, Query(description=PARAMETERS["weekdays"])] = None,
    locations: Annotated[str | None, Query(description=PARAMETERS["locations"])] = None,
    polygon: Annotated[str | None, Query(description=PARAMETERS["polygon"])] = None,
    arrest: Annotated[str | None, Query(description=PARAMETERS["arrest"])] = None,
) -> None:
    """Say in the interface's description what a filter may hold; `read_question` reads it."""


def read_question(request: Request, reader: OpenReader, *, besides: Collection[str] = ()) -> IncidentFilter:
    """The filter of a request.

    Parameters
    ----------
    besides : names of parameters that the route reads itself.

    Raises
    ------
    FilterError
        A parameter that there is not, one given twice, or a value that cannot be asked.
    """
    given = request.query_params.multi_items()
    for name, _ in given:
        if name not in PARAMETERS and name not in besides:
            raise FilterError(f"{name!r} is not one of the parameters {', '.join([*PARAMETERS, *besides])}")
    names = [name for name, _ in given]
    for name in names:
        if names.count(name) > 1:
            raise FilterError(f"{name}: given twice; write its values in one, with commas between")
    return reader.parse({name: value for name, value in given if name in PARAMETERS})
