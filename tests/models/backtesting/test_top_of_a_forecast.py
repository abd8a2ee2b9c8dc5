"""What came at the top of forecasts: in the first boxes, in lists, with intervals over the windows."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from hotspots_models.backtesting.folds import Fold, FoldTask, World, monthly_origins, tasks, top_boxes
from hotspots_models.backtesting.list_evidence import summarise_lists
from hotspots_models.backtesting.lists import ListFound
from hotspots_models.backtesting.run import backtest
from hotspots_models.backtesting.scores import summarise
from tests.models.model_worlds import planted_history, square_city


def test_what_came_in_the_first_boxes_is_counted_at_the_points() -> None:
    """A city of 6 by 6 boxes of one cell each: 3 incidents in the first box, 1 in the second; 36 boxes, so no list of 100."""
    grid = square_city(6, 6, 250.0)
    expected = np.linspace(2.0, 1.0, 36)
    first, second = grid.centres_m()[:2]
    assert top_boxes(grid, expected, np.array([first, first + 100, first - 100, second])) == [
        ("top 20 boxes", 4.0, pytest.approx(expected[:20].sum()))
    ]
    assert top_boxes(square_city(4, 4, 400.0), np.ones(16), first[None]) == []


def test_a_score_says_what_came_for_each_incident_expected_at_the_sizes_of_use() -> None:
    grid = square_city()
    origins = monthly_origins(end=900, horizon_days=30)
    todo = tasks({"burglary": 0}, models=["mixture_own"], origins=origins, horizons_days=[30.0])
    own = backtest(World(planted_history(grid, n=4000), grid), todo)
    (score,) = summarise(own)
    rows = np.array([(o, e) for f in own for part, o, e in f.calibration if part == "top 20 boxes"])
    assert len(rows) == 12
    observed, expected, ratio = score.calibration["top 20 boxes"]
    assert (observed, expected) == pytest.approx(tuple(rows.sum(axis=0)))
    assert ratio == pytest.approx(observed / expected)
    low, high = score.calibration_interval["top 20 boxes"]
    assert (
        0.9 < low < observed / expected < high < 1.5
    )  # half of the incidents fall into the planted boxes: hundreds of them
    assert set(score.calibration_interval) == {
        "top 1 %",
        "top 5 %",
        "top 20 boxes",
        "top 100 boxes",
    }  # 0.1 % is no whole cell


def test_lists_say_how_many_came_for_each_one_expected() -> None:
    """Two windows: 6 and 2 came in the first unit where 4 each were expected; in the second 0 and 4 where 2 each were."""
    windows = [
        ListFound("cell", "", "density", (1, 2), (6.0, 6.0), (4.0, 6.0), 10.0, 8.0, 10.0),
        ListFound("cell", "", "density", (1, 2), (2.0, 6.0), (4.0, 6.0), 6.0, 8.0, 6.0),
    ]
    task = FoldTask("kde", "burglary", (0,), 0.0, 30.0)
    (found,) = summarise_lists([Fold(task, lists=[one]) for one in windows])
    assert found.held == [1.0, 1.0]
    assert (found.held_low[1], found.held_high[1]) == pytest.approx((6.201 / 12, 20.962 / 12), abs=1e-3)  # Garwood, 12
    assert (found.held_low[0] or 0) < (found.held_low[1] or 0)  # windows of 6 and 2 vary more than those of 6 and 6
    none = replace(windows[0], claimed=(0.0, 6.0))
    assert summarise_lists([Fold(task, lists=[none])])[0].held == [None, 1.0]
