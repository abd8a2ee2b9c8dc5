"""Run the folds of a backtest: in this process, on local processes, or on a Dask cluster."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from hotspots_models.backtesting.folds import Fold, FoldTask, World, run_fold
from hotspots_models.backtesting.workers import run_on_cluster, run_on_processes

if TYPE_CHECKING:
    from collections.abc import Sequence


def backtest(
    world: World,
    todo: Sequence[FoldTask],
    *,
    workers: int = 1,
    scheduler: str | None = None,
    on_fold: Any | None = None,
) -> list[Fold]:
    """Run folds in this process, on local processes, or on a Dask cluster; the folds come back in the order of the tasks.

    Parameters
    ----------
    workers : int
        Local processes; 1 runs here. Without effect with ``scheduler``.
    scheduler : str, optional
        Address of a Dask scheduler, such as ``tcp://10.0.0.5:8786``.
    on_fold : callable, optional
        Called with each fold as it arrives, for a progress bar.
    """
    if not todo:
        return []
    if scheduler is not None:
        return run_on_cluster(world, todo, scheduler=scheduler, on_fold=on_fold)
    if workers > 1:
        return run_on_processes(world, todo, workers=workers, on_fold=on_fold)
    folds = []
    for task in todo:
        folds.append(run_fold(world, task))
        if on_fold:
            on_fold(folds[-1])
    return folds
