"""The invented city from nothing to a published map, through the same verbs as any city; a second time only what is missing."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from datetime import date, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from hotspots.errors import InputError
from hotspots.sources.city_file import find_city_file, read_city_file
from hotspots.sources.demo_city import write_demo_city

if TYPE_CHECKING:
    from hotspots.sources.city_file import CityFile
    from hotspots.store.connection import Database

HORIZON_DAYS = 28
QUICK_MODEL = "mixture"  # a few seconds; a backtest decides what a real city serves
# Forecast each for itself; none of them is started by the police, none is sensitive.
FORECAST_CRIME_TYPES = ("burglary", "robbery", "vehicle theft")

Say = Callable[[str], None]


def write_files(folder: Path, *, say: Say) -> bool:
    """Write the city's files where they are not there; return whether they were written."""
    written = write_demo_city(folder)
    count = sum(1 for _ in folder.glob("incidents_*.csv"))
    say(
        f"{'wrote' if written else 'found'} the files of the invented city: {count} deliveries of incidents and the map, in {folder}"
    )
    return written


def load_files(
    owner: Database, folder: Path, *, today: date, anew: bool, say: Say, tell: Callable[[str, float], None]
) -> bool:
    """Load the deliveries in the order in which they were known, unless the database has them.

    Raises
    ------
    InputError
        The database holds another city, or the invented city as another version of the generator made it.
    """
    from hotspots.pipeline.load import load

    city = read_city_file(find_city_file("demo"))
    if _is_loaded(owner, city, folder) and not anew:
        say("every delivery is loaded already")
        return False
    summary = load(owner, city, folder, today=today, tell=tell)
    counts = summary.incidents.counts if summary.incidents else {}
    say(
        f"loaded {counts.get('read', 0):,} rows: {counts.get('new', 0):,} new, {counts.get('changed', 0):,} corrected, "
        f"{counts.get('withdrawn', 0):,} withdrawn, {counts.get('unchanged', 0):,} unchanged, {counts.get('rejected', 0):,} rejected"
    )
    return True


def _is_loaded(owner: Database, city: CityFile, folder: Path) -> bool:
    from hotspots.store.deliveries import read_config, read_contents

    with owner.connect() as connection:
        config, loaded = read_config(connection), read_contents(connection)
    if config is None:
        return False
    if config["city"]["name"] != city.city.name:
        raise InputError(
            f"This database holds {config['city']['name']}: one database a city. Set HOTSPOTS_HOME to another folder for the invented city."
        )
    files = {
        path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in sorted(folder.glob("incidents_*.csv"))
    }
    if any(files.get(name, content) != content for name, content in loaded.items()):
        raise InputError(
            "This database holds the invented city as another version of hotspots made it. Set HOTSPOTS_HOME to another folder, "
            "or stop the database (hotspots db stop) and remove its folder."
        )
    return files.items() <= loaded.items() and config == city.model_dump(mode="json", by_alias=True)


def publish_city(owner: Database, *, today: date, say: Say, tell: Say) -> None:
    """Publish what is loaded."""
    from hotspots.pipeline.publish import publish

    done = publish(owner, today=today, progress=tell)
    say(
        f"published {done.incidents:,} incidents up to {done.newest_day}, at points that stand for eight addresses or more each"
    )


def forecast_city(
    owner: Database,
    *,
    crime_types: Sequence[str] = FORECAST_CRIME_TYPES,
    model: str | None = None,
    say: Say,
    tell: Say,
) -> None:
    """Forecast the four weeks after the newest public day, for staff and for the public, where that is not stored yet."""
    from hotspots.domain.forecast import ForecastRequest
    from hotspots.pipeline.forecast import forecast
    from hotspots.store.forecasts import read_open_vintage, stored_forecasts
    from hotspots.store.staff_lists import read_city

    model = model or QUICK_MODEL
    made, there = 0, 0
    with owner.connect() as connection:
        vintage = read_open_vintage(connection)
        newest = vintage[3] if vintage else None
        if newest is None:
            raise InputError("Nothing is published yet: hotspots publish.")
        as_of = newest + timedelta(days=1)
        cell_size_m = read_city(connection).cell_size_m
        stored = stored_forecasts(connection)
    for crime_type in crime_types:
        # What the public gets is decided by a stored backtest, so there any model counts.
        same = [
            (basis, name)
            for basis, types, name, trained_to, days in stored
            if (tuple(types), trained_to, days) == ((crime_type,), as_of, HORIZON_DAYS)
        ]
        if ("true points", model) in same and any(basis == "anchors" for basis, _ in same):
            there += 1
            continue
        request = ForecastRequest(
            crime_types=(crime_type,), as_of=as_of, horizon_days=HORIZON_DAYS, model=model, cell_size_m=cell_size_m
        )
        tell(crime_type)
        with owner.connect() as connection:
            forecast(connection, request)
        made += 1
    last = as_of + timedelta(days=HORIZON_DAYS - 1)
    found = f", {there} were there" if there else ""
    say(f"forecast {as_of} to {last}, for staff with the model {model.replace('_', ' ')}: {made} crime types{found}")
