"""The stored forecasts that a list is made from: of its crime types, in force on its day, overtaken by nothing."""

from __future__ import annotations

from datetime import date, timedelta

from hotspots.domain.forecasts.forecast import StoredForecast
from hotspots.domain.place_list import ListRequest
from hotspots.errors import InputError, NotFoundError
from hotspots.store.server.connection import Connection
from hotspots.store.staff import forecasts as store
from hotspots.store.staff.at_risk import newest_known


def stored_forecasts(connection: Connection, request: ListRequest, *, today: date) -> list[StoredForecast]:
    """Return one forecast for all crime types together, or one for each.

    Raises
    ------
    InputError
        The newest forecast has ended, or data came after it, and no past day was asked for; or the forecasts do not fit together.
    NotFoundError
        There is none.
    """
    if request.as_of and request.as_of > today:
        raise InputError(f"--as-of {request.as_of} is after today, {today}.")
    forecasts = _found(connection, request)
    if request.as_of is None:
        _check_in_force(connection, forecasts, request, today=today)
    return forecasts


def _found(connection: Connection, request: ListRequest) -> list[StoredForecast]:
    asked = {"model": request.model, "as_of": request.as_of}
    together = store.latest_forecast(connection, crime_types=request.crime_types, **asked)
    if together:
        return [together]
    found = [store.latest_forecast(connection, crime_types=[name], **asked) for name in request.crime_types]
    missing = [name for name, one in zip(request.crime_types, found, strict=True) if one is None]
    if missing:
        raise NotFoundError(_none_stored(connection, request, missing))
    forecasts = [one for one in found if one is not None]
    if len({(one.grid_id, one.trained_to, one.horizon_days) for one in forecasts}) > 1:
        raise InputError(
            "The newest forecasts of these crime types differ in cells, first day or horizon: "
            + "; ".join(f"{one.crime_types[0]} from {one.trained_to}, {one.horizon_days} days" for one in forecasts)
            + ". Make them anew with the same --as-of, --horizon and --cell."
        )
    return forecasts


def _none_stored(connection: Connection, request: ListRequest, missing: list[str]) -> str:
    stored = sorted(
        {
            f"{', '.join(types)} from {first} to {first + timedelta(days=days - 1)}"
            if request.as_of
            else ", ".join(types)
            for basis, types, _, first, days, _ in store.stored_forecasts(connection)
            if basis == "true points"
        }
    )
    by_model = f" by {request.model}" if request.model else ""
    covering = f" that covers {request.as_of}" if request.as_of else ""
    return (
        f"No forecast{by_model}{covering} is stored for {', '.join(missing)}: run hotspots forecast --crime-type {missing[0]!r} first. "
        f"Stored: {'; '.join(stored) or 'none'}."
    )


def _check_in_force(
    connection: Connection, forecasts: list[StoredForecast], request: ListRequest, *, today: date
) -> None:
    one = forecasts[0]
    again = f"hotspots forecast {' '.join(f'--crime-type {name!r}' for name in one.crime_types)}"
    of = ", ".join(request.crime_types)
    past = f"or give --as-of {one.trained_to} for a list of the past, marked as such"
    if one.until <= today:
        raise InputError(
            f"The forecast of {of} ended on {one.until - timedelta(days=1)}: load newer incidents and run {again}, {past}."
        )
    newest = newest_known(connection)
    if newest and newest > one.known_on:
        raise InputError(
            f"The forecast of {of} was overtaken: it knows what was known on {one.known_on}, and more became known on {newest}. "
            f"Run {again}, {past}."
        )
