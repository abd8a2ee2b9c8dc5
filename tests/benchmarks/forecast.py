"""How long forecasts take, and in how much memory: KDE against scikit-learn's and KDEpy's, and every model on four years of Chicago."""

from __future__ import annotations

import json
import multiprocessing
import os
import resource
import sys
import warnings
from pathlib import Path
from time import perf_counter
from typing import Any

import numpy as np

from hotspots_models import registry
from hotspots_models.grid import Grid
from hotspots_models.history import History
from hotspots_models.kde import density

MODELS = ("long_run_count", "kde", "kde_adaptive", "promap", "etas", "mixture_own", "mixture", "blend")
HORIZON_DAYS = 28


def kde_of_100_000_points() -> dict[str, Any]:
    """An exact quartic KDE of 100,000 points on 50,000 cells, best of three, beside rivals on the same points."""
    rng = np.random.default_rng(1)
    grid = Grid.full(cell_size_m=150.0, origin_m=np.array([500_000.0, 4_000_000.0]), shape=(250, 200))
    low, high = grid.origin_m, grid.origin_m + np.array([200, 250]) * 150.0
    xy = rng.uniform(low, high, size=(100_000, 2))
    return {
        "points": len(xy),
        "cells": grid.n_cells,
        "ours_s": best_of(3, lambda: density(xy, grid, bandwidth_m=600.0)),
        "kdepy_fft_s": best_of(3, lambda: _kdepy(xy)),
        "scikit_learn_of_1_000_points_s": best_of(1, lambda: _scikit_learn(xy[:1000], grid)),
    }


def _kdepy(xy: np.ndarray) -> None:
    from KDEpy import FFTKDE

    FFTKDE(kernel="biweight", bw=600.0 / np.sqrt(7)).fit(xy).evaluate((256, 256))


def _scikit_learn(xy: np.ndarray, grid: Grid) -> None:
    from sklearn.neighbors import KernelDensity

    KernelDensity(kernel="epanechnikov", bandwidth=600.0).fit(xy).score_samples(grid.centres_m())


def best_of(n: int, act: Any) -> float:
    """The shortest of `n` runs, seconds."""
    times = []
    for _ in range(n):
        start = perf_counter()
        act()
        times.append(perf_counter() - start)
    return round(min(times), 4)


def real_data() -> Path | None:
    """Folder of real cities' data, if it is there."""
    folder = Path(os.environ.get("HOTSPOTS_REAL_DATA") or Path(__file__).parents[3] / "shared" / "data")
    return folder / "chicago" if (folder / "chicago").is_dir() else None


def chicago(folder: Path) -> tuple[History, Grid, float]:
    """Burglary among all that the public reports, October 2013 to October 2017, on cells of 500 ft; and the origin in days."""
    import geopandas
    import pandas as pd
    import pyproj

    frames = [
        pd.read_csv(file, usecols=["Date", "Primary Type", "Longitude", "Latitude"], dtype={"Primary Type": "category"})
        for file in sorted(folder.glob("incidents_*.csv.gz"))
    ]
    table = pd.concat([frame.astype({"Primary Type": str}) for frame in frames]).dropna()
    table = table[~table["Primary Type"].isin(["NARCOTICS", "PROSTITUTION", "WEAPONS VIOLATION"])]
    when = pd.to_datetime(table["Date"], format="%m/%d/%Y %I:%M:%S %p").to_numpy()
    days = (when - np.datetime64("1970-01-01")) / np.timedelta64(1, "D")
    origin = float((np.datetime64("2017-11-01") - np.datetime64("1970-01-01")) / np.timedelta64(1, "D"))
    to_metres = pyproj.Transformer.from_crs(4326, 26916, always_xy=True)
    xy = np.column_stack(to_metres.transform(table["Longitude"].to_numpy(), table["Latitude"].to_numpy()))
    names, codes = np.unique(table["Primary Type"].to_numpy().astype(str), return_inverse=True)
    study_area = geopandas.read_file(folder / "community_areas.geojson").to_crs(26916).union_all()
    before = days < origin
    history = History(xy[before], days[before], codes[before], int(np.flatnonzero(names == "BURGLARY")[0]))
    return history, Grid.over(study_area, cell_size_m=152.4), origin


def one_model(name: str, folder: Path, send: Any) -> None:
    """Fit and score one model; runs in a process of its own, so that its peak memory is its own."""
    warnings.simplefilter("ignore")
    history, grid, origin = chicago(folder)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    start = perf_counter()
    expected = registry.get(name).fit(history, grid, as_of=origin, horizon_days=HORIZON_DAYS).expected()
    seconds = perf_counter() - start
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    send.send(
        {
            "fit_and_score_s": round(seconds, 2),
            "peak_memory_mib": round(peak / 1024),
            "of_which_before_fitting_mib": round(before / 1024),
            "cells": grid.n_cells,
            "incidents": len(history),
            "expected_incidents": round(float(expected.sum()), 1),
        }
    )


def models_on_chicago(folder: Path) -> dict[str, Any]:
    """Each model in a fresh process."""
    results = {}
    context = multiprocessing.get_context("spawn")
    for name in MODELS:
        receive, send = context.Pipe(duplex=False)
        process = context.Process(target=one_model, args=(name, folder, send))
        process.start()
        send.close()
        results[name] = receive.recv()
        process.join()
    return results


def main() -> None:
    """Print the figures as one JSON object."""
    folder = real_data()
    figures: dict[str, Any] = {"kde": kde_of_100_000_points()}
    figures["chicago_burglary"] = (
        models_on_chicago(folder) if folder else "no real data here: HOTSPOTS_REAL_DATA names its folder"
    )
    json.dump(figures, sys.stdout)


if __name__ == "__main__":
    main()
