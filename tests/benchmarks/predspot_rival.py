"""predspot [Araújo 2019] on one month of burglary in Chicago, set up as its own guide shows, beside the blend and the long-run count."""

from __future__ import annotations

import warnings
from datetime import date
from time import perf_counter
from typing import TYPE_CHECKING, Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from scipy.spatial import KDTree

from hotspots.pipeline.forecast.training_data import days_since_epoch
from hotspots.sources.city_file_reading import find_city_file, read_city_file
from hotspots_models import registry
from hotspots_models.scoring import metrics

if TYPE_CHECKING:
    from hotspots_models.grid import Grid
    from hotspots_models.history import History
    from tests.benchmarks.real_cities import CityWorld, RealCity

RESOLUTION_KM = 1.0
FIRST_DAY, AFTER = date(2017, 10, 1), date(2017, 11, 1)
SHARES = (0.01, 0.05)


def beside_predspot(city: RealCity, crime_type: str, there: CityWorld) -> dict[str, Any]:
    """Seconds of each for fit and forecast, and hit rates: each on cells of 500 ft, and all on predspot's own places of a square kilometre."""
    warnings.simplefilter("ignore")
    origin, end = days_since_epoch(FIRST_DAY), days_since_epoch(AFTER)
    grid, history = there.world.grid, there.world.history.for_target(there.codes[crime_type])
    past, month = history.before(origin), history.between(origin, end).of_target().one_row_an_event()
    crs = read_city_file(find_city_file(city.file)).city.crs
    start = perf_counter()
    at_m, density = forecast_of_predspot(past.of_target().one_row_an_event(), grid, crs)
    seconds = {"predspot": perf_counter() - start}
    place = KDTree(at_m).query(grid.centres_m())[1]
    expected = {"predspot": density[place] * grid.area_m2}
    for name in (registry.BASELINE, registry.DEFAULT):
        start = perf_counter()
        expected[name] = registry.get(name).fit(past, grid, as_of=origin, horizon_days=end - origin).expected()
        seconds[name] = perf_counter() - start
    observed = grid.counts(month.xy_m)

    def on_places(values: np.ndarray) -> np.ndarray:
        return np.bincount(place, values, minlength=len(at_m))

    used = on_places(grid.area_m2) > 0
    return {
        "month": f"{FIRST_DAY:%B %Y}",
        "incidents": len(month),
        "cells": grid.n_cells,
        "places": int(used.sum()),
        "seconds": {name: round(taken, 1) for name, taken in seconds.items()},
        "hit_rate_on_cells": {name: hit_rates(e, observed, grid.area_m2) for name, e in expected.items()},
        "hit_rate_on_its_places": {
            name: hit_rates(on_places(e)[used], on_places(observed)[used], on_places(grid.area_m2)[used])
            for name, e in expected.items()
        },
    }


def hit_rates(expected: np.ndarray, observed: np.ndarray, area_m2: np.ndarray) -> dict[str, float | None]:
    """Hit rate at each share of the area."""
    found = {share: metrics.hit_rate(metrics.flag(expected, area_m2, share=share), observed) for share in SHARES}
    return {f"{100 * share:g} %": None if rate is None else round(rate, 3) for share, rate in found.items()}


def forecast_of_predspot(past: History, grid: Grid, crs: str) -> tuple[np.ndarray, np.ndarray]:
    """(n, 2) metres, (n,) density of the next month at predspot's places."""
    from predspot import Dataset, PredictionPipeline
    from predspot.crime_mapping import KDE, create_gridpoints
    from predspot.feature_engineering import Diff, Seasonality, Trend
    from predspot.utilities import PandasFeatureUnion
    from sklearn.ensemble import RandomForestRegressor

    half = grid.cell_size_m / 2
    x, y = grid.centres_m().T
    area = shapely.union_all(shapely.box(x - half, y - half, x + half, y + half))
    study_area = gpd.GeoDataFrame(geometry=[area], crs=crs).to_crs(4326)
    points = gpd.GeoSeries.from_xy(*past.xy_m.T, crs=crs).to_crs(4326)
    crimes = pd.DataFrame({"tag": "all", "t": pd.to_datetime(past.t_days, unit="D"), "lon": points.x, "lat": points.y})
    places = gpd.GeoDataFrame(create_gridpoints(study_area, RESOLUTION_KM))
    pipeline = PredictionPipeline(
        mapping=KDE(tfreq="M", grid=places),
        fextraction=PandasFeatureUnion(
            [("seasonal", Seasonality(lags=12)), ("trend", Trend(lags=12)), ("diff", Diff(lags=12))]
        ),
        estimator=RandomForestRegressor(random_state=0),
        random_state=0,
    )
    density = pipeline.fit(Dataset(crimes, study_area)).predict()["crime_density"].droplevel("t")
    at = places.loc[density.index].to_crs(crs).geometry
    return np.column_stack([at.x, at.y]), density.to_numpy()
