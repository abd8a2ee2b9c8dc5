"""Boxes of 250 m over cells of another size: nothing is lost, neighbours make one place, distances hold."""

import numpy as np
import pytest

from hotspots_models.boxes import boxes_over, densest_boxes, merge_neighbours
from hotspots_models.errors import InputError
from hotspots_models.grid import Grid


def grid_of(
    shape: tuple[int, int], *, cell_size_m: float = 100.0, origin_m: tuple[float, float] = (500_000.0, 4_000_000.0)
) -> Grid:
    return Grid.full(cell_size_m=cell_size_m, origin_m=np.array(origin_m), shape=shape)


def test_a_cell_that_a_box_edge_cuts_brings_its_part_to_both() -> None:
    grid = grid_of((1, 5))  # 500 m by 100 m: the third cell runs from 200 m to 300 m, half in each box of 250 m
    boxes = boxes_over(grid)
    assert boxes.sums([1, 0, 4, 0, 8]).tolist() == pytest.approx([3.0, 10.0])
    assert boxes.area_m2.tolist() == pytest.approx([25_000.0, 25_000.0])


def test_no_incident_is_lost_whatever_the_size_and_place_of_the_cells() -> None:
    rng = np.random.default_rng(1)
    for cell_size_m, origin in ((152.4, (-3_047.999, 91.5)), (76.2, (12.3, 45.6)), (250.0, (500_000.0, 4_000_000.0))):
        grid = grid_of((13, 17), cell_size_m=cell_size_m, origin_m=origin)
        expected = rng.exponential(size=grid.n_cells)
        boxes = boxes_over(grid)
        assert boxes.sums(expected).sum() == pytest.approx(expected.sum())
        assert boxes.area_m2.sum() == pytest.approx(grid.area_m2.sum())
        assert (boxes.area_m2 <= 250.0**2 * (1 + 1e-9)).all()


def test_boxes_stay_where_they_are_when_the_cells_change() -> None:
    coarse, fine = boxes_over(grid_of((10, 10))), boxes_over(grid_of((20, 20), cell_size_m=50.0))
    assert coarse.codes() == fine.codes()
    assert coarse.codes()[0] == "b16000-2000"  # 4,000,000 m and 500,000 m in boxes of 250 m


def test_a_point_lies_in_the_box_that_covers_it() -> None:
    boxes = boxes_over(grid_of((5, 5)))
    where = boxes.box_of([[500_010, 4_000_010], [500_260, 4_000_010], [499_000, 4_000_010]])
    assert (boxes.codes()[where[0]], boxes.codes()[where[1]], where[2]) == ("b16000-2000", "b16000-2001", -1)


def test_the_densest_come_first_and_a_sliver_at_the_edge_counts_as_half_a_box() -> None:
    grid = grid_of((1, 3), cell_size_m=250.0)
    cut = Grid(250.0, grid.origin_m, grid.shape, grid.row, grid.col, np.array([62_500.0, 625.0, 62_500.0]))
    boxes = boxes_over(cut)
    # the sliver expects 0.4 on what counts as half a box: 0.8 a box, less than the first, more than the last
    assert densest_boxes([1.0, 0.4, 0.5], boxes).tolist() == [0, 1, 2]
    assert densest_boxes([1.0, 0.4, 0.5], boxes, by="expected").tolist() == [0, 2, 1]
    assert densest_boxes([0.0, 0.4, 0.0], boxes).tolist() == [1]


def test_boxes_of_a_plan_lie_at_least_the_distance_apart() -> None:
    boxes = boxes_over(grid_of((1, 6), cell_size_m=250.0))
    values = [6.0, 5.0, 4.0, 3.0, 2.0, 1.0]
    assert densest_boxes(values, boxes, min_distance_m=250.0).tolist() == [0, 2, 4]  # one box of 250 m between two
    assert densest_boxes(values, boxes, min_distance_m=300.0).tolist() == [0, 3]
    assert densest_boxes(values, boxes).tolist() == [0, 1, 2, 3, 4, 5]


def test_neighbours_make_one_place_and_corners_do_not_touch() -> None:
    boxes = boxes_over(grid_of((3, 3), cell_size_m=250.0))  # numbered by row from the south-west
    assert merge_neighbours([0, 4, 1], boxes) == [[0, 1], [4]]  # 1 touches both and joins the first
    assert merge_neighbours([0, 1, 2, 5, 8], boxes) == [[0, 1, 2, 5], [8]]  # a place has four boxes at most
    assert merge_neighbours([0, 8, 1, 6], boxes, places=2) == [[0, 1], [8]]


def test_boxes_smaller_than_a_cell_are_refused() -> None:
    with pytest.raises(InputError, match="at least as large as a cell"):
        boxes_over(grid_of((2, 2), cell_size_m=300.0))
    with pytest.raises(InputError, match="4 cells"):
        boxes_over(grid_of((2, 2), cell_size_m=250.0)).sums([1.0])
