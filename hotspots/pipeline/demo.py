"""The invented city from nothing to a published map, through the same verbs as any city; a second time only what is missing."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from datetime import date, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from hotspots.demo_city import is_written, newest_end, write_demo_city
from hotspots.domain.city_clock import today
from hotspots.errors import InputError
from hotspots.sources.city_file_reading import find_city_file, read_city_file

if TYPE_CHECKING:
    from hotspots.domain.forecasts.forecast import Basis
    from hotspots.sources.city_file import CityFile
    from hotspots.store.server.connection import Connection, Database

HORIZON_DAYS = 28
WINDOWS = 12  # of the backtest that decides what is served
QUICK_MODEL = "mixture"  # a few seconds a forecast; the blend takes longer than somebody waits for a first look
# Forecast each for itself; none of them is started by the police, none is sensitive.
FORECAST_CRIME_TYPES = ("burglary", "robbery", "vehicle theft")

Say = Callable[[str], None]


def write_files(folder: Path, *, ends: date | None = None, today: date | None = None, say: Say) -> bool:
    """Write the city's files where they are not there; return whether they were written.

    Parameters
    ----------
    ends : last day of the reports; left out, files that are there stay, and new ones end shortly before `today`.
    """
    if ends is None and today is not None and not is_written(folder):
        ends = newest_end(today)
    written = write_demo_city(folder, ends=ends)
    count = sum(1 for _ in folder.glob("incidents_*.csv"))
    say(
        f"{'wrote' if written else 'found'} the files of the invented city: {count} deliveries of incidents and the map, in {folder}"
    )
    return written


def city_today() -> date:
    """The day that it is in the invented city."""
    return today(read_city_file(find_city_file("demo")).city.timezone)


def load_files(
    owner: Database, folder: Path, *, today: date, anew: bool, say: Say, tell: Callable[[str, float], None]
) -> bool:
    """Load the deliveries in the order in which they were known, unless the database has them.

    Raises
    ------
    InputError
        The database holds another city, or the invented city as another version of the generator made it.
    """
    from hotspots.pipeline.load.city import load

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
    from hotspots.pipeline.load.incident_reading import reading_of_incidents
    from hotspots.store.ledger import incidents as ledger
    from hotspots.store.ledger.deliveries import read_config, read_contents

    with owner.connect() as connection:
        config, loaded = read_config(connection), read_contents(connection)
        read_alike = ledger.read_deliveries(connection, dataset=ledger.INCIDENTS, reading=reading_of_incidents(city))
    if config is None:
        return False
    if config["city"]["name"] != city.city.name:
        raise InputError(
            f"This database holds {config['city']['name']}: one database a city. Set HOTSPOTS_HOME to another folder for the invented city."
        )
    files = {
        path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in sorted(folder.glob("incidents_*.csv"))
    }
    if any(files.get(name, content) != content or content not in read_alike for name, content in loaded.items()):
        raise InputError(
            "This database holds the invented city as another version of hotspots made it. "
            "Start it over with `hotspots city reset`, or set HOTSPOTS_HOME to another folder."
        )
    return files.items() <= loaded.items() and config == city.as_config()


def publish_city(owner: Database, *, today: date, say: Say, tell: Say) -> None:
    """Publish what is loaded."""
    from hotspots.pipeline.publish.publish import publish

    done = publish(owner, today=today, progress=tell)
    say(
        f"published {done.incidents:,} incidents up to {done.newest_day}, at points that stand for eight addresses or more each"
    )


def backtest_city(
    owner: Database, *, crime_types: Sequence[str] = FORECAST_CRIME_TYPES, windows: int = WINDOWS, say: Say, tell: Say
) -> None:
    """Test a model against counting up to the newest public day, on what staff and what the public see, where that is not stored yet."""
    from hotspots.domain.forecasts.backtest import BacktestRequest
    from hotspots.domain.forecasts.forecast import SMALLEST_PUBLIC_CELL_M
    from hotspots.pipeline.forecast.backtest import run_backtest
    from hotspots.store.staff.at_risk import read_city
    from hotspots.store.staff.backtests import latest_backtest

    better, there, tested = 0, 0, 0
    with owner.connect() as connection:
        as_of, known_on = _newest(connection)
        sizes_m: dict[Basis, float] = {
            "true points": read_city(connection).cell_size_m,
            "anchors": SMALLEST_PUBLIC_CELL_M,
        }
        for basis, cell_size_m in sizes_m.items():
            missing = []
            for crime_type in crime_types:
                stored = latest_backtest(
                    connection,
                    crime_types=[crime_type],
                    basis=basis,
                    cell_size_m=cell_size_m,
                    horizon_days=HORIZON_DAYS,
                )
                if stored is None or stored.settings.end < as_of or stored.settings.known_on != known_on:
                    missing.append(crime_type)
                else:
                    there += 1
                    better += stored.of_horizon(HORIZON_DAYS).decision.beats_counting
            if missing:
                tell(f"{', '.join(missing)} on {basis}")
                request = BacktestRequest(
                    crime_types=tuple(missing),
                    models=(QUICK_MODEL,),
                    origins=windows,
                    horizons_days=(HORIZON_DAYS,),
                    end=as_of,
                    cell_size_m=cell_size_m,
                    basis=basis,
                )
                better += sum(one.beats_counting for one in run_backtest(connection, request).decisions)
                tested += len(missing)
    say(
        f"{windows} windows of {HORIZON_DAYS} days: the {QUICK_MODEL} beat the long-run count in {better} of {there + tested} tests"
        + (f", {there} of them stored before" if there else "")
    )


def forecast_city(
    owner: Database,
    *,
    crime_types: Sequence[str] = FORECAST_CRIME_TYPES,
    model: str | None = None,
    say: Say,
    tell: Say,
) -> None:
    """Forecast the four weeks after the newest public day by what the backtest supports, where that is not stored yet."""
    from hotspots.domain.forecasts.forecast import ForecastRequest
    from hotspots.pipeline.forecast.forecast import forecast
    from hotspots.store.staff.at_risk import read_city
    from hotspots.store.staff.forecasts import stored_forecasts

    made = 0
    with owner.connect() as connection:
        as_of, known_on = _newest(connection)
        cell_size_m = read_city(connection).cell_size_m
        stored = {
            (basis, types)
            for basis, types, name, trained_to, days, known in stored_forecasts(connection)
            if (trained_to, days, known) == (as_of, HORIZON_DAYS, known_on)
            and (basis == "anchors" or model in (None, name))
        }
    missing = [one for one in crime_types if not {("true points", (one,)), ("anchors", (one,))} <= stored]
    for crime_type in missing:
        request = ForecastRequest(
            crime_types=(crime_type,), as_of=as_of, horizon_days=HORIZON_DAYS, model=model, cell_size_m=cell_size_m
        )
        tell(crime_type)
        with owner.connect() as connection:
            forecast(connection, request)
        made += 1
    last = as_of + timedelta(days=HORIZON_DAYS - 1)
    there = len(crime_types) - made
    say(f"forecast {as_of} to {last}: {made} crime types" + (f", {there} were there" if there else ""))


def _newest(connection: Connection) -> tuple[date, date]:
    """The day after the newest public one, and the day on which that was known."""
    from hotspots.store.staff.forecasts import read_open_vintage

    vintage = read_open_vintage(connection)
    if vintage is None or vintage[3] is None:
        raise InputError("Nothing is published yet: hotspots publish.")
    return vintage[3] + timedelta(days=1), vintage[1]
