"""Clusters of incidents, with how many are in each."""

import numpy as np
import pytest

from hotspots_models.statistics.clusters import clusters

rng = np.random.default_rng(8)
KNOT = 1000 + rng.normal(0, 20, (30, 2))
PAIR = np.array([[5000.0, 5000.0], [5010.0, 5000.0]])


def test_a_knot_of_thirty_is_one_cluster_of_thirty() -> None:
    found = clusters(np.vstack([KNOT, PAIR]), distance_m=80, min_incidents=5)
    assert found.count.tolist() == [30]
    assert found.label[:30].tolist() == [0] * 30
    assert found.label[30:].tolist() == [-1, -1]
    assert found.centre_m[0] == pytest.approx(KNOT.mean(axis=0))
    assert found.outside == 2


def test_clusters_come_largest_first() -> None:
    small = 3000 + rng.normal(0, 10, (8, 2))
    found = clusters(np.vstack([small, KNOT]), distance_m=80, min_incidents=5)
    assert found.count.tolist() == [30, 8]
    assert np.all(found.label[:8] == 1)


def test_incidents_at_one_published_point_count_each() -> None:
    """Block points repeat: five reports at one point are five, not one."""
    found = clusters(np.repeat([[7000.0, 7000.0]], 5, axis=0), distance_m=50, min_incidents=5)
    assert found.count.tolist() == [5]
    assert found.radius_m.tolist() == [0]


def test_cores_and_lone_incidents_agree_with_scikit_learn_on_all_points() -> None:
    from sklearn.cluster import DBSCAN
    from sklearn.metrics import adjusted_rand_score

    points = np.round(rng.uniform(0, 2000, (400, 2)), -2)
    oracle = DBSCAN(eps=150, min_samples=12).fit(points)
    label = clusters(points, distance_m=150, min_incidents=12).label
    assert np.array_equal(label < 0, oracle.labels_ < 0)
    # an incident at the rim of two clusters belongs to either: only cores have one answer
    core = oracle.core_sample_indices_
    assert adjusted_rand_score(oracle.labels_[core], label[core]) == 1


def test_no_incidents_give_no_clusters() -> None:
    found = clusters(np.empty((0, 2)), distance_m=50, min_incidents=3)
    assert (found.count.size, found.outside) == (0, 0)


def test_scattered_incidents_make_no_cluster_and_are_all_outside() -> None:
    found = clusters(np.array([[5e5, 4e6], [6e5, 4e6], [7e5, 4e6]]), distance_m=50, min_incidents=2)
    assert (found.count.size, found.centre_m.shape, found.outside) == (0, (0, 2), 3)
    assert found.label.tolist() == [-1, -1, -1]


def test_an_incident_without_a_place_is_refused() -> None:
    with pytest.raises(ValueError, match="leave unlocated incidents out"):
        clusters(np.array([[5e5, np.nan], [6e5, 4e6]]), distance_m=50, min_incidents=2)


def test_longitude_and_latitude_are_refused() -> None:
    with pytest.raises(ValueError, match="metres"):
        clusters(np.array([[-87.6, 41.8], [-87.7, 41.9]]), distance_m=50, min_incidents=2)
