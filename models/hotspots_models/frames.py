"""The models and statistics on frames of any source: a GeoDataFrame of points in, a GeoDataFrame or table out.

Every function wants a projected CRS in metres and refuses degrees. A choice that was left to it is said on standard error, and stands in
``result.attrs["settings"]``.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np

from hotspots_models.frame_parts import (
    announce,
    cells_of,
    check_crs,
    counts_in,
    days_of,
    grid_over,
    history_before,
    moment,
    points_of,
    with_settings,
)
from hotspots_models.risk_factors import RiskFactor, RiskFactors

if TYPE_CHECKING:
    from geopandas import GeoDataFrame
    from pandas import DataFrame

CELL_M = 250.0


def kde(
    points: GeoDataFrame, *, bandwidth_m: float = 400.0, cell_m: float = CELL_M, study_area: Any = None
) -> GeoDataFrame:
    """Return cells with `incidents` and the edge-corrected quartic kernel density, incidents per km².

    Parameters
    ----------
    study_area : shapely polygon in the CRS of the points; their convex hull, 500 m wider, if left out.
    """
    from hotspots_models.forecasting.kde import density

    xy_m, grid = points_of(points), grid_over(points, cell_m, study_area)
    announce(kde, bandwidth_m=bandwidth_m, cell_m=cell_m)
    per_km2 = density(xy_m, grid, bandwidth_m=bandwidth_m) * 1e6
    columns = {"incidents": grid.counts(xy_m).astype(int), "density_km2": per_km2}
    return cells_of(points, grid, columns, bandwidth_m=bandwidth_m, kernel="quartic", cell_m=cell_m)


def gi_star(
    points: GeoDataFrame,
    *,
    cell_m: float = CELL_M,
    study_area: Any = None,
    rate: float = 0.05,
    permutations: int = 999,
    seed: int = 0,
) -> GeoDataFrame:
    """Return cells with `incidents`, Gi* as a z, its permutation p, adjusted p, and `kind`: hot, cold or neither.

    Neighbours share an edge or a corner. See :func:`hotspots_models.statistics.local_statistics.getis_ord`.
    """
    from hotspots_models.statistics.local_statistics import getis_ord, queen_neighbours

    xy_m, grid = points_of(points), grid_over(points, cell_m, study_area)
    announce(gi_star, cell_m=cell_m, rate=rate, permutations=permutations)
    counts = grid.counts(xy_m)
    found = getis_ord(counts, queen_neighbours(grid), permutations=permutations, seed=seed, rate=rate)
    columns = {
        "incidents": counts.astype(int),
        "z": found.statistic,
        "p": found.p,
        "p_adjusted": found.adjusted_p,
        "kind": found.kind,
    }
    return cells_of(points, grid, columns, cell_m=cell_m, rate=rate, permutations=permutations, seed=seed)


def near_repeat(
    points: GeoDataFrame,
    *,
    time: str,
    distance_edges_m: tuple[float, ...] = (0, 1, 100, 200, 300, 400),
    time_edges_days: tuple[float, ...] = (0, 7, 14, 28, 56),
    permutations: int = 999,
    seed: int = 0,
) -> DataFrame:
    """Return the Knox table: pairs by distance and time, expected under permuted dates, ratio and p.

    Parameters
    ----------
    time : name of the column with the time of each incident; whole days are compared.
    """
    import pandas

    from hotspots_models.statistics.near_repeat import knox

    xy_m, days = points_of(points), np.floor(days_of(points, time))
    announce(near_repeat, distance_edges_m=distance_edges_m, time_edges_days=time_edges_days, permutations=permutations)
    table = knox(
        xy_m,
        days,
        distance_edges_m=distance_edges_m,
        time_edges_days=time_edges_days,
        permutations=permutations,
        seed=seed,
    )
    rows = [
        {
            "from_m": table.distance_edges_m[d],
            "to_m": table.distance_edges_m[d + 1],
            "from_days": table.time_edges_days[t],
            "to_days": table.time_edges_days[t + 1],
            "pairs": int(table.observed[d, t]),
            "expected": float(table.expected[d, t]),
            "ratio": float(table.ratio[d, t]),
            "p": float(table.p[d, t]),
        }
        for d in range(table.observed.shape[0])
        for t in range(table.observed.shape[1])
    ]
    return with_settings(pandas.DataFrame(rows), permutations=permutations, seed=seed)


def change(
    past: GeoDataFrame, now: GeoDataFrame, areas: GeoDataFrame, *, rate: float = 0.10, exposure_ratio: float = 1.0
) -> GeoDataFrame:
    """Return the areas with both counts, the ratio with its interval, z, the E-test's p and a flag at a false discovery rate.

    Parameters
    ----------
    past, now : points of two periods; `exposure_ratio` is the length of the present one over that of the past one.
    areas : polygons in the CRS of the points.
    """
    from hotspots_models.statistics.change import change_between
    from hotspots_models.statistics.false_discovery import adjusted_p

    announce(change, rate=rate, exposure_ratio=exposure_ratio)
    counts = [counts_in(points, areas) for points in (past, now)]
    found = [change_between(int(a), int(b), exposure_ratio=exposure_ratio) for a, b in zip(*counts, strict=True)]
    result = areas.copy()
    result["past"], result["now"] = counts
    result["ratio"] = [np.nan if one.ratio is None else one.ratio for one in found]
    for n, name in enumerate(("ratio_low", "ratio_high")):
        result[name] = [np.nan if one.ratio_interval[n] is None else one.ratio_interval[n] for one in found]
    result["z"], result["p"] = [one.z for one in found], [one.p for one in found]
    result["p_adjusted"] = adjusted_p(result["p"].to_numpy())
    result["flagged"] = result["p_adjusted"] <= rate
    return with_settings(result, rate=rate, exposure_ratio=exposure_ratio)


def forecast(
    points: GeoDataFrame,
    *,
    time: str,
    as_of: Any,
    horizon_days: float = 28.0,
    model: str = "blend",
    kind: str | None = None,
    target: Any = None,
    cell_m: float = CELL_M,
    study_area: Any = None,
) -> GeoDataFrame:
    """Return cells with the incidents `expected` in the days from `as_of` on; nothing at or after it is looked at.

    Parameters
    ----------
    time : name of the column with the time of each incident.
    kind, target : name of the column with the type, and the type to forecast; the others are evidence. None takes all as one type.
    model : a name of :mod:`hotspots_models.registry`.
    """
    from hotspots_models.registry import get

    grid, origin = grid_over(points, cell_m, study_area), moment(as_of)
    history = history_before(points, time, kind, target, end=origin)
    announce(forecast, model=model, horizon_days=horizon_days, cell_m=cell_m)
    fitted = get(model).fit(history, grid, as_of=origin, horizon_days=horizon_days)
    return cells_of(
        points, grid, {"expected": fitted.expected(), "density_km2": fitted.density() * 1e6}, **fitted.settings
    )


def backtest(
    points: GeoDataFrame,
    *,
    time: str,
    end: Any,
    models: tuple[str, ...] = ("blend",),
    origins: int = 12,
    horizon_days: float = 28.0,
    kind: str | None = None,
    target: Any = None,
    cell_m: float = CELL_M,
    study_area: Any = None,
) -> DataFrame:
    """Return a row a model: what each would have said at past days, held to what came, beside the long-run count.

    Parameters
    ----------
    end : the day after the last window; windows touch and never overlap.
    """
    import pandas

    from hotspots_models.backtesting.folds import World, monthly_origins, tasks
    from hotspots_models.backtesting.run import backtest as run
    from hotspots_models.backtesting.scores import sentence, summarise
    from hotspots_models.registry import BASELINE

    grid, last = grid_over(points, cell_m, study_area), moment(end)
    history = history_before(points, time, kind, target, end=last)
    names = tuple(dict.fromkeys((BASELINE, *models)))
    announce(backtest, models=names, origins=origins, horizon_days=horizon_days, cell_m=cell_m)
    todo = tasks(
        {str(target or "all"): history.targets},
        models=names,
        origins=monthly_origins(end=last, horizon_days=horizon_days, count=origins),
        horizons_days=[horizon_days],
    )
    rows = [
        {
            "model": score.model,
            "windows": score.origins,
            "incidents": score.incidents,
            "hit_rate_1": score.hit_rate["1 %"],
            "hit_rate_5": score.hit_rate["5 %"],
            "log_skill": score.log_skill,
            "calibration_slope": score.calibration_slope,
            "words": sentence(score) if score.model != BASELINE else "the baseline",
        }
        for score in summarise(run(World(history, grid), todo))
    ]
    return with_settings(pandas.DataFrame(rows), origins=origins, horizon_days=horizon_days, cell_m=cell_m)


def risk_terrain(
    points: GeoDataFrame,
    factors: Mapping[str, GeoDataFrame],
    *,
    time: str,
    as_of: Any,
    horizon_days: float = 28.0,
    cell_m: float = CELL_M,
    study_area: Any = None,
) -> DataFrame:
    """Return a row a factor that holds: form, distance, relative risk value and its interval. An association is not a cause.

    Parameters
    ----------
    factors : by name, points, lines or polygons in the CRS of the incidents, as known at `as_of`.
    """
    import pandas

    from hotspots_models.forecasting.risk_terrain import RiskTerrain

    grid, origin = grid_over(points, cell_m, study_area), moment(as_of)
    known = []
    for name, frame in factors.items():
        check_crs(frame, like=points)
        known.append(RiskFactor(name, frame.geometry.to_numpy()))
    history = history_before(points, time, None, None, end=origin)
    announce(risk_terrain, horizon_days=horizon_days, cell_m=cell_m)
    fitted = RiskTerrain(resamples=0).fit(
        history, grid, as_of=origin, horizon_days=horizon_days, factors=RiskFactors(tuple(known))
    )
    warnings = [warning.words for warning in fitted.warnings]
    return with_settings(pandas.DataFrame([row.as_record() for row in fitted.rows]), warnings=warnings, cell_m=cell_m)


def wdd(
    past: GeoDataFrame, now: GeoDataFrame, treated: GeoDataFrame, control: GeoDataFrame, *, level: float = 0.95
) -> DataFrame:
    """Return the weighted displacement difference of two equal periods, one row: it describes and gives no verdict.

    Parameters
    ----------
    treated, control : polygons in the CRS of the points.
    """
    import pandas

    from hotspots_models.statistics.effects.displacement import AreaCounts
    from hotspots_models.statistics.effects.displacement import wdd as weighted

    sides = [
        AreaCounts(float(counts_in(past, areas).sum()), float(counts_in(now, areas).sum()))
        for areas in (treated, control)
    ]
    found = weighted(sides[0], sides[1], level=level)
    row = {"estimate": found.estimate, "se": found.se, "z": found.z, "p": found.p, "low": found.low, "high": found.high}
    return with_settings(pandas.DataFrame([row]), level=level)
