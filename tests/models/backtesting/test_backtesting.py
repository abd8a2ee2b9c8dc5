"""Backtests: by hand on a small world, leaks that are planted and found, the same digits on processes and on a cluster."""

from __future__ import annotations

import json
import os
import signal
from dataclasses import dataclass, replace
from typing import ClassVar

import numpy as np
import pytest
from statsmodels.stats.proportion import proportion_confint

from hotspots_models.backtesting.folds import FoldTask, World, monthly_origins, run_fold, tasks
from hotspots_models.backtesting.run import backtest
from hotspots_models.backtesting.scores import as_json, sentence, summarise
from hotspots_models.base import CellModel, FittedModel, History, LeakError, RiskFactor, RiskFactors
from tests.models.model_worlds import planted_history, square_city

TYPES = {"burglary": 0, "theft": (1,)}


@dataclass(frozen=True)
class Peeking(CellModel):
    """A model that brings the future along: it knows the whole history by other means and fits it."""

    whole: History
    name: ClassVar[str] = "peeking"

    def fit(self, history, grid, *, as_of, horizon_days, factors=None):
        """Fit on rows that it must not have."""
        from hotspots_models.registry import get

        return get("long_run_count").fit(self.whole, grid, as_of=as_of, horizon_days=horizon_days)


@dataclass(frozen=True)
class Clairvoyant(CellModel):
    """A model that records what it was given."""

    seen: list
    name: ClassVar[str] = "clairvoyant"

    def fit(self, history, grid, *, as_of, horizon_days, factors=None):
        """Remember the latest row and the factors."""
        self.seen.append((float(history.t_days.max()), [] if factors is None else [f.name for f in factors]))
        return FittedModel(self.name, "1", grid, horizon_days, np.ones(grid.n_cells))


@pytest.fixture(scope="module")
def world():
    grid = square_city()
    return World(planted_history(grid, n=4000), grid)


@pytest.fixture(scope="module")
def folds(world):
    todo = tasks(
        TYPES,
        models=["long_run_count", "kde", "mixture_own"],
        origins=monthly_origins(end=900, horizon_days=30),
        horizons_days=[30.0],
    )
    return backtest(world, todo)


def test_monthly_origins_touch_and_end_where_asked():
    assert monthly_origins(end=900, horizon_days=30, count=3) == [810, 840, 870]


def test_a_fold_is_the_count_before_against_the_count_after(world):
    fold = run_fold(world, FoldTask("long_run_count", "burglary", (0,), 870.0, 30.0))
    own = world.history.crime_type == 0
    cells = world.grid.cell_of(world.history.xy_m)
    before = np.bincount(cells[own & (world.history.t_days < 870)], minlength=world.grid.n_cells)
    after = np.bincount(
        cells[own & (world.history.t_days >= 870) & (world.history.t_days < 900)], minlength=world.grid.n_cells
    )
    top = np.argsort(-before, kind="stable")[:4]  # 1 % of 480 cells, the planted ones: no ties up there
    assert fold.observed == after.sum()
    assert fold.hits["1 %"] == after[top].sum()
    assert fold.area_shares["1 %"] == pytest.approx(4 / 480)
    assert fold.seconds > 0 and fold.peak_mb > 10


def test_a_model_is_given_nothing_from_the_origin_on_and_no_factor_that_does_not_hold(world):
    seen = []
    late = RiskFactor("late", world.grid.centres_m()[:1], valid_from_days=880.0)
    always = RiskFactor("always", world.grid.centres_m()[:1])
    watched = replace(world, models={"clairvoyant": Clairvoyant(seen)}, factors=RiskFactors((late, always)))
    run_fold(watched, FoldTask("clairvoyant", "burglary", (0,), 870.0, 30.0))
    assert seen[0][0] < 870.0 and seen[0][1] == ["always"]


def test_a_planted_leak_is_found(world):
    peeking = replace(world, models={"peeking": Peeking(world.history)})
    with pytest.raises(LeakError, match="at or after as_of"):
        run_fold(peeking, FoldTask("peeking", "burglary", (0,), 870.0, 30.0))


def test_shuffling_where_the_future_happens_brings_every_model_to_chance(world):
    rng = np.random.default_rng(9)
    shuffled = world.history.xy_m.copy()
    future = world.history.t_days >= 870
    shuffled[future] = world.grid.centres_m()[rng.integers(0, world.grid.n_cells, int(future.sum()))]
    blind = replace(world, history=replace(world.history, xy_m=shuffled))
    for model in ("long_run_count", "mixture"):
        fold = run_fold(blind, FoldTask(model, "burglary", (0,), 870.0, 30.0))
        assert (
            fold.hits["10 %"] / fold.observed < 0.25
        )  # a tenth of the area; with the real future it finds more than half
        real = run_fold(world, FoldTask(model, "burglary", (0,), 870.0, 30.0))
        assert real.hits["10 %"] / real.observed > 0.5


def test_local_processes_give_the_same_digits(world, folds):
    todo = [fold.task for fold in folds[:12]]
    arrived = []
    for one, other in zip(folds[:12], backtest(world, todo, workers=2, on_fold=arrived.append), strict=True):
        assert one.task == other.task and one.hits == other.hits and one.log_skill == other.log_skill
        assert (one.curve == other.curve).all() and one.settings == other.settings
    assert len(arrived) == 12


@pytest.mark.filterwarnings(
    "ignore"
)  # the cluster's own start and stop warn about ports and event loops, which is not ours to fix
def test_a_cluster_gives_the_same_digits_while_its_workers_are_killed(world, folds):
    """One of two worker processes is killed when the first fold arrives, and both at the fourth: then nobody has the world any more."""
    from distributed import LocalCluster

    todo = [fold.task for fold in folds[:8]]
    arrived = []
    with LocalCluster(n_workers=2, threads_per_worker=1, processes=True, dashboard_address=None) as cluster:

        def kill(fold):
            arrived.append(fold.task)
            for worker in [*cluster.workers.values()][: {1: 1, 4: 2}.get(len(arrived), 0)]:
                if worker.process.pid is not None:  # a killed one may not be back yet
                    os.kill(worker.process.pid, signal.SIGKILL)

        there = backtest(world, todo, scheduler=cluster.scheduler_address, on_fold=kill)
    assert sorted(map(str, arrived)) == sorted(map(str, todo))  # each once
    for one, other in zip(folds[:8], there, strict=True):
        assert one.task == other.task and one.hits == other.hits and one.log_skill == other.log_skill
        assert one.expected == other.expected and (one.log_bins == other.log_bins).all()


def test_a_summary_compares_each_model_with_counting_on_the_same_origins(folds):
    scores = {(s.crime_type, s.model): s for s in summarise(folds)}
    assert len(scores) == 6
    mixture = scores["burglary", "mixture_own"]
    own = [f for f in folds if f.task.crime_type == "burglary" and f.task.model == "mixture_own"]
    count = [f for f in folds if f.task.crime_type == "burglary" and f.task.model == "long_run_count"]
    by_hand = np.mean(
        [f.hits["5 %"] / f.observed - c.hits["5 %"] / c.observed for f, c in zip(own, count, strict=True)]
    )
    assert mixture.against_baseline["hit rate 5 %"].difference == pytest.approx(by_hand)
    assert mixture.origins == 12 and mixture.incidents == sum(f.observed for f in own)
    assert scores["burglary", "long_run_count"].against_baseline == {}
    assert mixture.calibration_slope == pytest.approx(1.0, abs=0.2)
    assert json.loads(json.dumps(as_json(list(scores.values()), folds)))["scores"][0]["sentence"]


def test_a_hit_rate_lies_in_its_interval_however_unequal_the_windows(folds):
    """One incident found of one, and 100 of 999: the mean is 55 %, and it is known like a share of 2² / (1 + 1/999) incidents."""
    count = [fold for fold in folds if fold.task.model == "long_run_count"][:2]
    small = replace(count[0], observed=1.0, hits=dict.fromkeys(count[0].hits, 1.0))
    large = replace(count[1], observed=999.0, hits=dict.fromkeys(count[1].hits, 100.0))
    score = summarise([small, large])[0]
    low, high = score.hit_rate_interval["5 %"]
    assert low < score.hit_rate["5 %"] < high
    n = 4 / (1 + 1 / 999)
    assert (low, high) == pytest.approx(proportion_confint((1 + 100 / 999) / 2 * n, n, method="wilson"))
    equal = summarise([replace(large, task=small.task), large])[0]
    assert equal.hit_rate_interval["5 %"] == pytest.approx(proportion_confint(200, 1998, method="wilson"))


def test_a_model_that_cannot_run_is_reported_and_does_not_stop_the_rest(world):
    todo = tasks({"burglary": 0}, models=["risk_terrain", "long_run_count"], origins=[870.0], horizons_days=[30.0])
    without, count = backtest(world, todo)
    assert "needs risk factors" in without.error and count.error is None
    score = next(s for s in summarise([without, count]) if s.model == "risk_terrain")
    assert score.origins == 0 and score.hit_rate["5 %"] is None and score.errors
    assert "nothing can be said" in sentence(score)


def test_factors_that_did_not_hold_yet_are_announced(world):
    later = RiskFactor("bars", world.grid.centres_m()[:3], valid_from_days=850)
    known = RiskFactor("stops", world.grid.centres_m()[5:9])
    both = replace(world, factors=RiskFactors((later, known)))
    fold = run_fold(both, FoldTask("long_run_count", "burglary", (0,), 800.0, 30.0))
    assert fold.settings["factors_left_out"] == ["bars"]
    assert "factors_left_out" not in run_fold(both, FoldTask("long_run_count", "burglary", (0,), 860.0, 30.0)).settings
