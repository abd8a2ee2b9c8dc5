"""Where incidents stand together: densities, Gi*, local Moran, how hot spots come and go, and clusters."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Literal

import numpy as np
import shapely

from hotspots.errors import InputError
from hotspots.pipeline.statistics.reading import CAVEAT, Incidents, Question, ask, labels_of, read_incidents
from hotspots.pipeline.statistics.report import Report
from hotspots.store.server.connection import Connection
from hotspots.store.staff import grids
from hotspots_models import figures
from hotspots_models.figures import Chart
from hotspots_models.forecasting.kde import adaptive_density, density, dual_density
from hotspots_models.grid import Grid
from hotspots_models.statistics.clusters import clusters
from hotspots_models.statistics.local_statistics import getis_ord, hot_spot_classes, local_moran, queen_neighbours

Method = Literal["gi-star", "moran", "kde", "kde-adaptive", "kde-dual", "classes", "clusters"]
SMALLEST_CELL_M, MOST_CELLS = 100.0, 50_000
PERIODS = 12  # of classes
FEWEST_IN_CLUSTER = 10
FEWEST_IN_BASE = 20  # of all types in a cell: a share of less says nothing


def hot_spots(
    connection: Connection, question: Question, *, method: Method, cell_m: float, bandwidth_m: float, rate: float = 0.05
) -> Report:
    """Return the cells, or clusters, that a method names, the strongest first.

    Parameters
    ----------
    cell_m : side of a cell, metres.
    bandwidth_m : of the kernel density, metres; the reach of clusters is half of it.
    rate : false discovery rate of Gi*, Moran and classes.
    """
    if not 0 < rate < 1 or not 50 <= bandwidth_m <= 5000:
        raise InputError(
            f"--false-discoveries {rate:g}, --bandwidth {bandwidth_m:g}: give a rate between 0 and 1, and 50 to 5000 metres."
        )
    area = grids.read_study_area(connection)
    if cell_m < SMALLEST_CELL_M or shapely.area(area.geometry) / cell_m**2 > MOST_CELLS:
        raise InputError(
            f"--cell {cell_m:g}: give at least {SMALLEST_CELL_M:g} m, and no more than {MOST_CELLS:,} cells in the study area."
        )
    incidents = read_incidents(connection, question, statistic=f"hot spots, {method}")
    base = None
    if method == "kde-dual":
        every = replace(question, crime_types=ask(connection, (), first_day=None, last_day=None, days=1).crime_types)
        base = read_incidents(connection, every, statistic=f"hot spots, {method}, base")
    labels = labels_of(connection, question.crime_types)
    return hot_spots_of(
        incidents, question, labels, area, base=base, method=method, cell_m=cell_m, bandwidth_m=bandwidth_m, rate=rate
    )


def hot_spots_of(
    incidents: Incidents,
    question: Question,
    labels: Sequence[str],
    area: grids.StudyArea,
    *,
    method: Method,
    cell_m: float,
    bandwidth_m: float,
    rate: float = 0.05,
    base: Incidents | None = None,
) -> Report:
    """Return the cells, or clusters, that a method names among incidents that were read, the strongest first.

    Parameters
    ----------
    labels : of the crime types.
    base : what a dual density compares with; of all types.
    """
    asked = question.in_words(labels)
    if method == "clusters":
        return _clusters(incidents, asked, bandwidth_m / 2, area.srid)
    grid = Grid.over(area.geometry, cell_size_m=cell_m)
    counts = grid.counts(incidents.xy_m)
    asked["Cells"] = f"{grid.n_cells:,} of {cell_m:g} m"
    chart: Chart | None = None
    if method.startswith("kde"):
        values, kept, chart, note = _densest(incidents, grid, asked, method, bandwidth_m, base)
    elif method == "classes":
        classes = _classes(incidents, question, grid, rate)
        asked["Classes"] = f"Gi* in {PERIODS} equal periods, false discovery rate {rate:.0%}"
        kept = np.flatnonzero(classes != "never")
        kept = kept[np.argsort(-counts[kept], kind="stable")]
        values, note = {"class": classes}, f"{len(kept):,} cells were hot in at least one of {PERIODS} periods."
        chart = figures.class_map(classes, grid)
    else:
        found = (getis_ord if method == "gi-star" else local_moran)(counts, queen_neighbours(grid), rate=rate)
        asked["Test"] = (
            f"{'Gi*' if method == 'gi-star' else 'local Moran'}, conditional permutation, false discovery rate {rate:.0%}"
        )
        kept = np.flatnonzero(found.kind != "neither")
        kept = kept[np.argsort(-found.statistic[kept], kind="stable")]
        values = {
            "statistic": np.round(found.statistic, 3),
            "p adjusted": np.round(found.adjusted_p, 5),
            "kind": found.kind,
        }
        note = (
            f"{len(kept):,} of {grid.n_cells:,} cells stand out."
            if len(kept)
            else f"Nothing beyond chance in {grid.n_cells:,} cells."
        )
    corners = grid.origin_m + np.column_stack([grid.col, grid.row])[kept] * cell_m
    shapes = shapely.box(corners[:, 0], corners[:, 1], corners[:, 0] + cell_m, corners[:, 1] + cell_m)
    rows = _located(shapes, area.srid)
    for row, cell in zip(rows, kept.tolist(), strict=True):
        row |= {"incidents": int(counts[cell]), **{name: column[cell].item() for name, column in values.items()}}
    return Report(
        f"Hot spots: {method}", asked, rows, (note, CAVEAT), geometry=list(shapes), srid=area.srid, chart=chart
    )


def _densest(
    incidents: Incidents, grid: Grid, asked: dict[str, str], method: Method, bandwidth_m: float, base: Incidents | None
) -> tuple[dict[str, np.ndarray], np.ndarray, Chart, str]:
    """The densest twentieth of the cells, by density or by its ratio to that of all types."""
    asked["Kernel"] = f"quartic, bandwidth {bandwidth_m:g} m, corrected at the edge"
    if method == "kde-dual":
        if base is None or not len(incidents.xy_m):
            raise InputError("--method kde-dual compares with all types: none was read.")
        ratio = dual_density(incidents.xy_m, base.xy_m, grid, bandwidth_m=bandwidth_m)
        counts = grid.counts(base.xy_m)
        value = np.where(counts >= FEWEST_IN_BASE, ratio.filled(0.0), 0.0)
        asked["Compared with"] = f"all reported types; cells with fewer than {FEWEST_IN_BASE} of them are left out"
        name, note = (
            "times the city's share",
            "The twentieth of the cells where these types are most of what is reported.",
        )
        chart = figures.forecast_map(value, grid, title="Share among all types, 1 is the city's")
    else:
        if method == "kde-adaptive":
            asked["Kernel"] = (
                f"quartic, narrower where incidents are dense, round {bandwidth_m:g} m, corrected at the edge"
            )
        smooth = adaptive_density if method == "kde-adaptive" else density
        value = smooth(incidents.xy_m, grid, bandwidth_m=bandwidth_m) * 1e6
        name, note = "per km²", "The densest twentieth of the cells."
        chart = figures.forecast_map(value * grid.area_m2 / 1e6, grid, title="Incidents, smoothed")
    kept = np.argsort(-value, kind="stable")[: max(1, grid.n_cells // 20)]
    return {name: np.round(value, 2)}, kept[value[kept] > 0], chart, note


def _classes(incidents: Incidents, question: Question, grid: Grid, rate: float) -> np.ndarray:
    if question.n_days < PERIODS:
        raise InputError(f"--method classes needs at least {PERIODS} days; the period has {question.n_days}.")
    first = (question.first_day - np.datetime64("1970-01-01").astype(object)).days
    period = np.clip((incidents.day - first) * PERIODS // question.n_days, 0, PERIODS - 1)
    near = queen_neighbours(grid)
    hot = [
        getis_ord(grid.counts(incidents.xy_m[period == k]), near, permutations=199, rate=rate).kind == "hot"
        for k in range(PERIODS)
    ]
    return hot_spot_classes(np.column_stack(hot))


def _clusters(incidents: Incidents, asked: dict[str, str], reach_m: float, srid: int) -> Report:
    found = clusters(incidents.xy_m, distance_m=reach_m, min_incidents=FEWEST_IN_CLUSTER)
    shapes = [
        shapely.buffer(shapely.convex_hull(shapely.multipoints(incidents.xy_m[found.label == n])), 1.0)
        for n in range(found.count.size)
    ]
    rows = _located(np.array(shapes, dtype=object), srid)
    for n, row in enumerate(rows):
        row |= {"incidents": int(found.count[n]), "radius m": round(float(found.radius_m[n]))}
    note = f"{found.outside:,} of {len(incidents.xy_m):,} incidents are in no cluster."
    asked |= {"Cluster": f"at least {FEWEST_IN_CLUSTER} incidents within {reach_m:g} m"}
    return Report(
        "Hot spots: clusters",
        asked,
        rows,
        (note, CAVEAT),
        geometry=shapes,
        srid=srid,
        chart=figures.cluster_map(found, incidents.xy_m),
    )


def _located(shapes: np.ndarray, srid: int) -> list[dict[str, object]]:
    """Rank and middle, in degrees, of each shape."""
    import pyproj

    if not len(shapes):
        return []
    middle = shapely.get_coordinates(shapely.centroid(shapes))
    to_degrees = pyproj.Transformer.from_crs(srid, 4326, always_xy=True)
    longitude, latitude = to_degrees.transform(middle[:, 0], middle[:, 1])
    return [
        {"rank": n + 1, "longitude": round(float(longitude[n]), 6), "latitude": round(float(latitude[n]), 6)}
        for n in range(len(shapes))
    ]
