"""What the blend leaves unexplained on two real cities: whether their cells differ from the forecast in a way that lasts.

Part of ``make results``, or ``python -m tests.benchmarks.unexplained [--keep FOLDER]``: 12 windows of 30 days, into `docs/methods_forecast.md`.
"""

from __future__ import annotations

import argparse
import sys
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

import numpy as np

from hotspots.pipeline.learning import days_since_epoch
from hotspots_models.backtesting import monthly_origins
from hotspots_models.registry import get
from hotspots_models.unexplained import hit_rate_if_known, lasting_variance
from tests.benchmarks.real_cities import CITIES, RealCity, city_world
from tests.benchmarks.results import HORIZON_DAYS, KEPT, ORIGINS, PAGE, between

SHARE = 0.05
HEAD = (
    "| | lasting variance of the cells' rates (standard error) | hit rate at 5 % of one who knew them, over the blend's |"
    " at one standard error more |\n|---|---|---|---|"
)


def main() -> None:
    """Measure every city and type, and write the table."""
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.unexplained", description=__doc__)
    parser.add_argument("--keep", type=Path, default=KEPT, help=f"folder of the cities' data [default: {KEPT}]")
    asked = parser.parse_args()
    todo = [(city, crime_type, asked.keep) for city in CITIES for crime_type in city.crime_types]
    for city in CITIES:
        city_world(city, asked.keep)  # loaded once, before the processes start
    with ProcessPoolExecutor(max_workers=2) as pool:
        lines = list(pool.map(line, *zip(*todo, strict=True)))
    between(PAGE, "unexplained", "\n".join([HEAD, *lines]) + "\n")
    print(f"written to {PAGE}", file=sys.stderr)


def line(city: RealCity, crime_type: str, folder: Path) -> str:
    """One city and type as a line of the table."""
    print(f"{city.name}, {crime_type} …", file=sys.stderr, flush=True)
    there = city_world(city, folder)
    grid, history = there.world.grid, there.world.history.for_target((there.codes[crime_type],))
    expected, observed = [], []
    for origin in monthly_origins(end=days_since_epoch(city.end), horizon_days=HORIZON_DAYS, count=ORIGINS):
        fitted = get("blend").fit(history.before(origin), grid, as_of=origin, horizon_days=HORIZON_DAYS)
        window = history.between(origin, origin + HORIZON_DAYS).of_target().one_row_an_event()
        expected.append(fitted.expected())
        observed.append(grid.counts(window.xy_m))
    found = lasting_variance(np.array(expected), np.array(observed, dtype=float))
    if found is None:
        return f"| {city.name} {crime_type} | – | – | – |"
    mean = np.mean(expected, axis=0)
    known = [
        hit_rate_if_known(mean, grid.area_m2, share=SHARE, variance=variance)
        for variance in (found.value, found.value + found.standard_error)
    ]
    return f"| {city.name} {crime_type} | {found.value:.3f} ({found.standard_error:.3f}) | {known[0]:.3f} | {known[1]:.3f} |"


if __name__ == "__main__":
    main()
