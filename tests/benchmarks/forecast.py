"""How long forecasts take, and in how much memory: KDE, Gi* and a month of burglary beside other packages, and every model on Chicago.

Rivals that are not installed are named as absent.
"""

from __future__ import annotations

import json
import multiprocessing
import resource
import sys
import tempfile
import warnings
from importlib.util import find_spec
from pathlib import Path
from time import perf_counter
from typing import Any

import numpy as np

from hotspots.pipeline.forecast.training_data import days_since_epoch
from hotspots_models import registry
from hotspots_models.forecasting.kde import density
from hotspots_models.grid import Grid
from hotspots_models.statistics.local_statistics import getis_ord, queen_neighbours
from tests.benchmarks.predspot_rival import beside_predspot
from tests.benchmarks.real_cities import CITIES, city_world, find_data

MODELS = (
    "long_run_count",
    "kde",
    "kde_adaptive",
    "promap",
    "etas",
    "mixture_own",
    "mixture",
    "residual_boosting",
    "blend",
)
HORIZON_DAYS = 28
CITY, CRIME_TYPE = CITIES[0], "burglary"


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
        "kdepy_fft_s": rival("KDEpy", lambda: best_of(3, lambda: _kdepy(xy))),
        "scikit_learn_of_1_000_points_s": rival("sklearn", lambda: best_of(1, lambda: _scikit_learn(xy[:1000], grid))),
    }


def gi_star_of_10_000_cells() -> dict[str, Any]:
    """Gi* with its permutations; `esda` compiles itself on the first call, so that is measured apart."""
    grid = Grid.full(cell_size_m=150.0, origin_m=np.array([500_000.0, 4_000_000.0]), shape=(100, 100))
    counts = np.random.default_rng(1).poisson(1.0, grid.n_cells).astype(float)
    near = queen_neighbours(grid)
    return {
        "cells": grid.n_cells,
        "ours_with_finer_rounds_s": best_of(1, lambda: getis_ord(counts, near)),
        "esda_999_first_and_second_s": rival(
            "esda", lambda: [best_of(1, lambda: _esda(counts, near)) for _ in range(2)]
        ),
    }


def rival(package: str, act: Any) -> Any:
    """What a rival gives, or that it is not here."""
    return act() if find_spec(package) else f"{package} is not installed here"


def _kdepy(xy: np.ndarray) -> None:
    from KDEpy import FFTKDE

    FFTKDE(kernel="biweight", bw=600.0 / np.sqrt(7)).fit(xy).evaluate((256, 256))


def _scikit_learn(xy: np.ndarray, grid: Grid) -> None:
    from sklearn.neighbors import KernelDensity

    KernelDensity(kernel="epanechnikov", bandwidth=600.0).fit(xy).score_samples(grid.centres_m())


def _esda(counts: np.ndarray, near: Any) -> None:
    import esda
    from libpysal.weights import WSP

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        weights = WSP(near).to_W(silence_warnings=True)
        esda.G_Local(counts, weights, transform="B", star=True, permutations=999, n_jobs=1, seed=1)


def best_of(n: int, act: Any) -> float:
    """The shortest of `n` runs, seconds."""
    times = []
    for _ in range(n):
        start = perf_counter()
        act()
        times.append(perf_counter() - start)
    return round(min(times), 4)


def one_model(name: str, scratch: Path, send: Any) -> None:
    """Fit and score one model twice, for the first time loads libraries; in a process of its own, so that its peak memory is its own."""
    warnings.simplefilter("ignore")
    there = city_world(CITY, scratch)
    origin = days_since_epoch(CITY.end)
    history = there.world.history.for_target(there.codes[CRIME_TYPE]).before(origin)
    before, seconds, expected = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss, [], np.zeros(1)
    for _ in range(2):
        start = perf_counter()
        model = registry.get(name)
        expected = model.fit(history, there.world.grid, as_of=origin, horizon_days=HORIZON_DAYS).expected()
        seconds.append(round(perf_counter() - start, 2))
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    send.send(
        {
            "first_and_second_fit_s": seconds,
            "peak_memory_mib": round(peak / 1024),
            "of_which_before_fitting_mib": round(before / 1024),
            "cells": there.world.grid.n_cells,
            "incidents": len(history),
            "expected_incidents": round(float(expected.sum()), 1),
        }
    )


def models_on_chicago(scratch: Path) -> dict[str, Any]:
    """Each model in a fresh process."""
    city_world(CITY, scratch)
    results = {}
    context = multiprocessing.get_context("spawn")
    for name in MODELS:
        receive, send = context.Pipe(duplex=False)
        process = context.Process(target=one_model, args=(name, scratch, send))
        process.start()
        send.close()
        results[name] = receive.recv()
        process.join()
    return results


def main() -> None:
    """Print the figures as one JSON object."""
    figures: dict[str, Any] = {"kde": kde_of_100_000_points(), "gi_star": gi_star_of_10_000_cells()}
    if find_data() is None:
        figures["chicago_burglary"] = "no real data here: HOTSPOTS_REAL_DATA names its folder"
    else:
        with tempfile.TemporaryDirectory() as scratch:
            figures["chicago_burglary"] = models_on_chicago(Path(scratch))
            there = city_world(CITY, Path(scratch))
            figures["beside_predspot"] = rival("predspot", lambda: beside_predspot(CITY, CRIME_TYPE, there))
    json.dump(figures, sys.stdout)


if __name__ == "__main__":
    main()
