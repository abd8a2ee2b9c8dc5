"""Read a filter from a request: the parameters of ``IncidentFilter.to_query`` and no others."""

from __future__ import annotations

from collections.abc import Iterator
from inspect import Parameter, Signature
from typing import Annotated, Any

from fastapi import Query, Request

from hotspots.domain.filters.fields import PARAMETERS
from hotspots.domain.incident_filter import IncidentFilter
from hotspots.domain.whole_number import read_whole_number
from hotspots.errors import FilterError
from hotspots.store.public.newest_vintage import ask_for
from hotspots.store.public.reader import OpenReader


def _described_fields() -> Signature:
    """One parameter of a request for each parameter of a filter."""
    return Signature(
        [
            Parameter(
                f"filter_{name}",
                Parameter.KEYWORD_ONLY,
                default="",
                annotation=Annotated[str, Query(alias=name, description=parameter.description)],
            )
            for name, parameter in PARAMETERS.items()
        ]
    )


async def filter_parameters(**_: str) -> None:
    """Say in the interface's description what a filter may hold; `read_question` reads it. Not in a thread of its own: it only says."""


filter_parameters.__signature__ = _described_fields()  # pyright: ignore[reportFunctionMemberAccess]  (as inspect documents it)


VINTAGE = "Number of a publication: what is answered is of it, or 410 where a newer one has come. Left out: the newest."


async def only_known_parameters(request: Request, vintage: Annotated[str, Query(description=VINTAGE)] = "") -> None:
    """Pin the request to the publication that it names.

    Raises
    ------
    FilterError
        A parameter that the route does not describe, or one that is empty or given twice.
    """
    known = list(_described(request.scope["route"].dependant))
    given = [name for name, _ in request.query_params.multi_items()]
    for name, value in request.query_params.multi_items():
        if name not in known and name != "vintage":  # which every route knows
            expected = f"Expected one of: {', '.join(known)}." if known else "There are no parameters here."
            raise FilterError(name[:40], f"unknown parameter. {expected}")
        if given.count(name) > 1:
            raise FilterError(name, "given twice; write its values in one, with commas between")
        if not value:
            raise FilterError(name, "is empty; leave it out, or give it a value")
    if vintage:
        ask_for(whole_number_between("vintage", vintage))


def read_question(request: Request, reader: OpenReader, **instead: str) -> IncidentFilter:
    """The filter of a request.

    Parameters
    ----------
    instead : parameters that the route read from elsewhere, such as days.

    Raises
    ------
    FilterError
        A value that cannot be asked, or a radius round nothing.
    """
    given = {name: value for name, value in request.query_params.items() if name in PARAMETERS}
    if "radius" in given and "at" not in given:
        raise FilterError("radius", "it needs `at`, the number of a gazetteer entry to lie round")
    return reader.parse({**given, **instead})


def whole_number_between(name: str, text: str, *, least: int = 0, most: int = 10**9) -> int:
    """Return a parameter that is a whole number. Raises FilterError."""
    number = read_whole_number(text, most_digits=18)
    if number is None or not least <= number <= most:
        raise FilterError(name, f"{text[:40]!r} is not a whole number between {least} and {most}")
    return number


def _described(dependant: Any) -> Iterator[str]:
    yield from (field.alias for field in dependant.query_params)
    for inner in dependant.dependencies:
        yield from _described(inner)
