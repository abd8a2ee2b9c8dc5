"""Measure what the blend leaves unexplained on two real cities: what lasts about their cells, and what cells share with their neighbours.

Part of ``make results``, or ``python -m tests.benchmarks.unexplained [--keep FOLDER]``, into `docs/research/forecast_models.md`.
"""

from __future__ import annotations

import argparse
import sys
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

import numpy as np

from hotspots_models.backtesting.unexplained import (
    SharedVariance,
    hit_rate_if_known,
    lasting_variance,
    variance_shared_with_neighbours,
)
from hotspots_models.registry import get
from hotspots_models.statistics.local_statistics import queen_neighbours
from tests.benchmarks.real_cities import CITIES, RealCity, city_world
from tests.benchmarks.results import HORIZON_DAYS, KEPT, PAGE, between, origins_of

SHARE = 0.05
HEAD = (
    "| | lasting variance of the cells' rates (standard error) | hit rate at 5 % of one who knew them, over the blend's |"
    " at one standard error more |\n|---|---|---|---|"
)
LATER = (0, 1, 2, 3)
HEAD_OF_NEIGHBOURS = (
    "| variance shared with the 8 neighbours (standard error) | in the same window | in the next | two later | three later |\n"
    "|---|---|---|---|---|"
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
        lasting, with_neighbours = zip(*pool.map(lines, *zip(*todo, strict=True)), strict=True)
    between(PAGE, "unexplained", "\n".join([HEAD, *lasting, "", HEAD_OF_NEIGHBOURS, *with_neighbours]) + "\n")
    print(f"written to {PAGE}", file=sys.stderr)


def lines(city: RealCity, crime_type: str, folder: Path) -> tuple[str, str]:
    """One city and type as a line of each table."""
    print(f"{city.name}, {crime_type} …", file=sys.stderr, flush=True)
    there = city_world(city, folder)
    grid, history = there.world.grid, there.world.history.for_target((there.codes[crime_type],))
    forecasts, counts = [], []
    for origin in origins_of(city):
        fitted = get("blend").fit(history.before(origin), grid, as_of=origin, horizon_days=HORIZON_DAYS)
        window = history.between(origin, origin + HORIZON_DAYS).of_target().one_row_an_event()
        forecasts.append(fitted.expected())
        counts.append(grid.counts(window.xy_m))
    expected, observed = np.array(forecasts), np.array(counts, dtype=float)
    found, mean = lasting_variance(expected, observed), expected.mean(axis=0)
    assert found, "the windows of a real city hold incidents"
    known = [
        hit_rate_if_known(mean, grid.area_m2, share=SHARE, variance=variance)
        for variance in (found.value, found.value + found.standard_error)
    ]
    shared = [
        variance_shared_with_neighbours(expected, observed, queen_neighbours(grid), windows_later=later)
        for later in LATER
    ]
    return (
        f"| {city.name} {crime_type} | {said(found)} | {known[0]:.3f} | {known[1]:.3f} |",
        f"| {city.name} {crime_type} | {' | '.join(said(one) for one in shared)} |",
    )


def said(found: SharedVariance | None) -> str:
    """A variance and its standard error."""
    return f"{found.value:.3f} ({found.standard_error:.3f})" if found else "–"


if __name__ == "__main__":
    main()
