"""Folds on several processes of this machine, or on a Dask cluster; the same digits everywhere."""

from __future__ import annotations

import multiprocessing
import os
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from typing import TYPE_CHECKING, Any

from hotspots_models.backtesting.folds import Fold, FoldTask, World, run_fold
from hotspots_models.errors import InputError

if TYPE_CHECKING:
    from distributed import Client

_worlds: list[World] = []  # of a worker process: set once when the process starts, so that tasks stay small

TIMES_LOST = 3  # that all workers may be lost in one backtest
WAIT_FOR_WORKERS_S = 60

ONE_THREAD = {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1", "MKL_NUM_THREADS": "1"}


def run_on_processes(
    world: World, todo: Sequence[FoldTask], *, workers: int, on_fold: Callable[[Fold], Any] | None = None
) -> list[Fold]:
    """Run folds on local processes, started afresh so that no lock or thread of this one comes along."""
    before = {name: os.environ.get(name) for name in ONE_THREAD}
    os.environ.update(ONE_THREAD)  # inherited by the workers: libraries read it when they load
    try:
        context = multiprocessing.get_context("spawn")
        with ProcessPoolExecutor(workers, mp_context=context, initializer=_settle, initargs=(world,)) as pool:
            futures = {pool.submit(_run_here, task): place for place, task in enumerate(todo)}
            folds: dict[int, Fold] = {}
            for future in as_completed(futures):
                folds[futures[future]] = future.result()
                if on_fold:
                    on_fold(folds[futures[future]])
    finally:
        for name, value in before.items():
            os.environ.pop(name) if value is None else os.environ.update({name: value})
    return [folds[place] for place in range(len(todo))]


def run_on_cluster(
    world: World, todo: Sequence[FoldTask], *, scheduler: str, on_fold: Callable[[Fold], Any] | None = None
) -> list[Fold]:
    """Run folds on a Dask cluster: the world is sent to every worker once, the tasks one by one."""
    from distributed import Client

    with Client(scheduler, set_as_default=False) as client:
        return _run_with(client, world, todo, on_fold)


def _run_with(
    client: Client, world: World, todo: Sequence[FoldTask], on_fold: Callable[[Fold], Any] | None
) -> list[Fold]:
    """The scheduler gives what a worker had to another one. Where every worker that held the world died, it is sent again."""
    from distributed import as_completed as arriving
    from distributed.client import FutureCancelledError

    folds: dict[int, Fold] = {}
    for _ in range(1 + TIMES_LOST):
        client.wait_for_workers(1, timeout=WAIT_FOR_WORKERS_S)
        shared = client.scatter(world, broadcast=True)
        left = [place for place in range(len(todo)) if place not in folds]
        futures = [client.submit(run_fold, shared, todo[place], pure=False) for place in left]
        place_of = {future.key: place for future, place in zip(futures, left, strict=True)}
        for future in arriving(futures, loop=client.loop):
            try:
                fold = folds[place_of[future.key]] = future.result()
            except FutureCancelledError:  # its world is lost
                continue
            if on_fold:
                on_fold(fold)
        if len(folds) == len(todo):
            return [folds[place] for place in range(len(todo))]
    raise InputError(
        f"the cluster lost all its workers {1 + TIMES_LOST} times; {len(folds)} of {len(todo)} folds were done"
    )


def _settle(world: World) -> None:
    _worlds[:] = [world]


def _run_here(task: FoldTask) -> Fold:
    return run_fold(_worlds[0], task)
