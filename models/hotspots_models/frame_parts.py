"""Read points, cells and times of a GeoDataFrame, and say what was chosen."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np

from hotspots_models.errors import InputError
from hotspots_models.grid import Grid
from hotspots_models.history import History

if TYPE_CHECKING:
    from geopandas import GeoDataFrame

EPOCH = np.datetime64("1970-01-01T00:00:00", "s")
log = logging.getLogger("hotspots_models")


def check_crs(frame: GeoDataFrame, *, like: GeoDataFrame | None = None) -> None:
    """Raise InputError unless a frame is in metres, and in the CRS of another where one is given."""
    crs = frame.crs
    if crs is None:
        raise InputError("the frame has no CRS: set_crs(...), then to_crs(...) to a projected one in metres")
    if crs.is_geographic:
        raise InputError(
            f"the frame is in degrees ({crs.to_string()}): to_crs(...) to a projected CRS in metres, such as frame.estimate_utm_crs()"
        )
    unit = crs.axis_info[0].unit_name if crs.axis_info else "unknown"
    if unit != "metre":
        raise InputError(f"the frame is in {unit} ({crs.to_string()}): to_crs(...) to a projected CRS in metres")
    if like is not None and like.crs is not None and like.crs != crs:
        raise InputError(
            f"the frames differ in CRS, {like.crs.to_string()} and {crs.to_string()}: to_crs(...) one of them"
        )


def points_of(points: GeoDataFrame) -> np.ndarray:
    """Return (n, 2) float, metres, the points of a frame. Raises InputError where it holds something else, or nothing."""
    check_crs(points)
    if not len(points) or not (points.geom_type == "Point").all() or points.geometry.is_empty.any():
        raise InputError("the frame must hold points, at least one: leave unlocated incidents out and count them apart")
    return np.column_stack([points.geometry.x, points.geometry.y])


def grid_over(points: GeoDataFrame, cell_m: float, study_area: Any) -> Grid:
    """Return the cells over a study area, else over the convex hull of the points, 500 m wider, which is announced."""
    points_of(points)
    if study_area is None:
        study_area = points.geometry.union_all().convex_hull.buffer(500.0)
        log.warning("study area set to the convex hull of the points, 500 m wider: %.1f km²", study_area.area / 1e6)
    if not cell_m > 0:
        raise InputError(f"cell_m is {cell_m}: give a length in metres above 0")
    return Grid.over(study_area, cell_size_m=cell_m)


def days_of(points: GeoDataFrame, time: str) -> np.ndarray:
    """Return (n,) float, days since 1970-01-01 of the local wall clock. Raises InputError for a column that is not there or has gaps."""
    import pandas

    if time not in points.columns:
        raise InputError(
            f"there is no column {time!r} for the time: choose one of {', '.join(map(str, points.columns))}"
        )
    times = pandas.to_datetime(points[time], errors="coerce")
    if times.isna().any():
        raise InputError(
            f"{int(times.isna().sum())} times in {time!r} are missing or no times: leave them out and count them apart"
        )
    if times.dt.tz is not None:
        times = times.dt.tz_localize(None)  # the local wall clock
    return (times.to_numpy().astype("datetime64[s]") - EPOCH) / np.timedelta64(1, "D")


def moment(day: Any) -> float:
    """Return a day as days since 1970-01-01. Raises InputError where it is none."""
    import pandas

    moment = pandas.to_datetime(pandas.Series([day]), errors="coerce").to_numpy().astype("datetime64[s]")[0]
    if np.isnat(moment):
        raise InputError(f"{day!r} is no day: give one such as 2024-08-01")
    return float((moment - EPOCH) / np.timedelta64(1, "D"))


def history_before(points: GeoDataFrame, time: str, kind: str | None, target: Any, *, end: float) -> History:
    """Return the points before a day with their times, and codes of their types where a column of types is given.

    Raises
    ------
    InputError
        A column that is not there, a type that no point has, or no point of the type before the day.
    """
    if (kind is None) != (target is None):
        raise InputError("give kind, the column with the type, and target, the type to forecast, together")
    if kind is None:
        codes, code = np.zeros(len(points), dtype=np.int64), 0
    else:
        if kind not in points.columns:
            raise InputError(
                f"there is no column {kind!r} for the type: choose one of {', '.join(map(str, points.columns))}"
            )
        names, codes = np.unique(points[kind].astype(str), return_inverse=True)
        if str(target) not in names:
            raise InputError(f"target {target!r} is not one of {', '.join(names)}")
        code = int(np.flatnonzero(names == str(target))[0])
    history = History(points_of(points), days_of(points, time), codes, code).before(end)
    if not history.is_target.any():
        first = EPOCH + np.timedelta64(int(end * 86400), "s")
        raise InputError(f"no incident lies before {first}: there is nothing to learn from")
    return history


def counts_in(points: GeoDataFrame, areas: GeoDataFrame) -> np.ndarray:
    """Return (n_areas,) how many points each area holds; a point on a shared edge counts once."""
    import shapely

    check_crs(areas, like=points)
    where = shapely.STRtree(areas.geometry.to_numpy()).query(shapely.points(points_of(points)), predicate="intersects")
    first = np.unique(where[0], return_index=True)[1]  # a point on a shared edge counts once
    return np.bincount(where[1][first], minlength=len(areas))


def cells_of(points: GeoDataFrame, grid: Grid, columns: Mapping[str, Any], **settings: Any) -> GeoDataFrame:
    """Return the cells as a frame with columns and settings."""
    import geopandas
    import shapely

    west, south = (grid.origin_m[k] + index * grid.cell_size_m for k, index in enumerate((grid.col, grid.row)))
    shapes = shapely.box(west, south, west + grid.cell_size_m, south + grid.cell_size_m)
    frame = geopandas.GeoDataFrame({**columns, "area_m2": grid.area_m2}, geometry=shapes, crs=points.crs)
    return with_settings(frame, **settings)


def with_settings(frame: Any, **settings: Any) -> Any:
    """Put what was given or chosen on a frame."""
    frame.attrs["settings"] = settings
    return frame


def announce(function: Any, **chosen: Any) -> None:
    """Say on standard error what a function was given or chose."""
    log.warning("%s: %s", function.__name__, ", ".join(f"{name} {value}" for name, value in chosen.items()))
