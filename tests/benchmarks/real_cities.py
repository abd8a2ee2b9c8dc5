"""Two real cities as the backtests see them: loaded by the service itself, then kept as arrays so that the next run need not load again."""

from __future__ import annotations

import os
import pickle
import sys
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from hotspots.logs import configure_logs
from hotspots.pipeline.forecast.study_grid import study_grid
from hotspots.pipeline.forecast.training_data import choose_types, learn
from hotspots.pipeline.load.city import load
from hotspots.settings import read_settings
from hotspots.sources.city_file_reading import find_city_file, read_city_file
from hotspots_models.backtesting.folds import World
from tests.database import cloned_database, migrated_cluster

KNOWN_ON = date(2018, 12, 31)  # after all of it


@dataclass(frozen=True, slots=True)
class RealCity:
    """The subject of a backtest: the city file, its folder of data, the crime types, the day after the last window and the number of windows."""

    name: str
    file: str
    folder: str
    crime_types: tuple[str, ...]
    end: date
    windows: int


CITIES = (
    RealCity("Chicago", "chicago", "chicago", ("assault", "burglary", "vehicle theft", "robbery"), date(2017, 11, 1), 12),
    RealCity(
        "St. Louis", "st_louis", "stlouis", ("aggravated assault", "burglary", "vehicle theft", "robbery"), date(2017, 1, 1), 12
    ),
)  # fmt: skip


@dataclass(frozen=True, eq=False)
class CityWorld:
    """History, cells of 500 ft and risk factors of a city before its end, and the code of each crime type."""

    world: World
    codes: dict[str, int]


def find_data() -> Path | None:
    """Where the real cities' files are, if they are there."""
    folder = Path(os.environ.get("HOTSPOTS_REAL_DATA") or Path(__file__).parents[3] / "shared" / "data")
    return folder if folder.is_dir() else None


def city_world(city: RealCity, scratch: Path, *, cell_size_m: float = 152.4) -> CityWorld:
    """Load a city into a database of its own, take what a forecast would learn from, and keep it in `scratch`."""
    kept = scratch / f"{city.file}.world"
    if not kept.exists():
        kept.write_bytes(pickle.dumps(_loaded(city, cell_size_m)))
    return pickle.loads(kept.read_bytes())


def _loaded(city: RealCity, cell_size_m: float) -> CityWorld:
    data = find_data()
    if data is None:
        sys.exit("the real data is not here: HOTSPOTS_REAL_DATA names its folder")
    configure_logs(read_settings())
    with migrated_cluster() as cluster, cloned_database(cluster, "results") as database:
        described = read_city_file(find_city_file(city.file))
        parts = ["areas", "risk_factors", "incidents"]
        load(database.owner, described, data / city.folder, only=parts, today=KNOWN_ON)
        with database.owner.connect() as connection:
            kinds = choose_types(connection, city.crime_types, police_initiated_reason=None)
            learnt = learn(connection, kinds, basis="true points", as_of=city.end)
            _, grid = study_grid(connection, cell_size_m=cell_size_m)
    return CityWorld(World(learnt.history, grid, learnt.factors), {kind.name: kind.crime_type_id for kind in kinds})
