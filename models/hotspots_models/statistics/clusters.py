"""Clusters of incidents that lie close together, with how many are in each."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from hotspots_models.errors import InputError

if TYPE_CHECKING:
    from numpy.typing import NDArray


@dataclass(frozen=True, eq=False)
class Clusters:
    """Clusters from the largest to the smallest.

    label : (n,) cluster of each incident, -1 for none
    count : (n_clusters,) incidents
    centre_m : (n_clusters, 2) mean of the incidents' points, metres
    radius_m : (n_clusters,) distance from the centre to the farthest incident, metres
    outside : incidents in no cluster
    """

    label: NDArray[np.int64]
    count: NDArray[np.int64]
    centre_m: NDArray[np.float64]
    radius_m: NDArray[np.float64]
    outside: int


def clusters(xy_m: NDArray[np.float64], *, distance_m: float, min_incidents: int) -> Clusters:
    """Find clusters by density.

    DBSCAN [Ester, Kriegel, Sander & Xu 1996]: an incident with at least `min_incidents` within `distance_m`, itself
    included, is the core of a cluster, and cores in reach of each other are one. Incidents at one published point count
    each, but are searched once.

    Parameters
    ----------
    xy_m : (n, 2) float, metres, projected CRS
    distance_m : reach, metres
    min_incidents : least number within reach
    """
    points = np.asarray(xy_m, dtype=float).reshape(-1, 2)
    if not np.isfinite(points).all():
        raise InputError("xy_m must be finite: leave unlocated incidents out and count them apart")
    if not distance_m > 0 or min_incidents < 1:
        raise InputError(
            f"distance_m={distance_m:g}, min_incidents={min_incidents}: give a reach above 0 m and at least 1 incident"
        )
    if len(points) == 0:
        return Clusters(np.empty(0, int), np.empty(0, int), np.empty((0, 2)), np.empty(0), 0)
    if (np.abs(points) <= (180, 90)).all():
        raise InputError(
            f"xy_m looks like longitude and latitude (first point {points[0]}): project it to metres first"
        )
    from sklearn.cluster import DBSCAN

    place, which, times = np.unique(points, axis=0, return_inverse=True, return_counts=True)
    found = DBSCAN(eps=distance_m, min_samples=min_incidents).fit_predict(place, sample_weight=times)
    raw = found[which.ravel()]
    inside = raw >= 0
    sizes = np.bincount(raw[inside], minlength=found.max() + 1)
    largest_first = np.argsort(-sizes, kind="stable")
    rank = np.empty_like(largest_first)
    rank[largest_first] = np.arange(sizes.size)
    label = np.full(len(points), -1)
    label[inside] = rank[raw[inside]]
    count = sizes[largest_first]
    sums = [np.bincount(label[inside], weights=points[inside, k], minlength=count.size) for k in (0, 1)]
    centre = np.column_stack(sums) / count[:, None]
    radius = np.zeros(count.size)
    np.maximum.at(radius, label[inside], np.hypot(*(points[inside] - centre[label[inside]]).T))
    return Clusters(label, count, centre, radius, int((~inside).sum()))
