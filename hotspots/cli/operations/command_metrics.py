"""Numbers about commands for Prometheus: one text file a command, for the textfile collector of the node exporter.

``HOTSPOTS_METRICS_FOLDER`` names the folder; without it nothing is written. A command that fails keeps the time of its last success.
"""

from __future__ import annotations

import os
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from pathlib import Path

import structlog

FOLDER_VARIABLE = "HOTSPOTS_METRICS_FOLDER"
MEASURED = ("fetch", "load", "publish", "forecast", "backtest", "alerts", "backup")
PREFIX = "hotspots_command_"
HELP = {
    "last_run_timestamp_seconds": "When the command last ended, well or not.",
    "last_success_timestamp_seconds": "When the command last ended well.",
    "seconds": "How long the last run took.",
    "rows": "Rows that the last successful run wrote, or mails that it sent.",
    "failures": "Runs that ended with an error since the file was made.",
}
_rows: ContextVar[int | None] = ContextVar("rows", default=None)

log = structlog.get_logger()


def count_rows(n_rows: int) -> None:
    """Say how many rows this command wrote."""
    _rows.set(n_rows)


@contextmanager
def measured(command: str) -> Iterator[None]:
    """Measure a command for the length of a block. A block that raises, or exits with another code than 0, has failed."""
    folder = os.environ.get(FOLDER_VARIABLE)
    if not folder or command not in MEASURED:
        yield
        return
    began_s, ended_well = time.monotonic(), False
    _rows.set(None)
    try:
        yield
        ended_well = True
    except SystemExit as end:
        ended_well = end.code in (None, 0)
        raise
    finally:
        _write(Path(folder), command, seconds=time.monotonic() - began_s, ended_well=ended_well)


def _write(folder: Path, command: str, *, seconds: float, ended_well: bool) -> None:
    from prometheus_client import CollectorRegistry, Gauge, write_to_textfile

    file = folder / f"hotspots_{command}.prom"
    values = _read(file)
    now_s = time.time()
    values |= {"last_run_timestamp_seconds": now_s, "seconds": seconds}
    values["failures"] = values.get("failures", 0) + (not ended_well)
    if ended_well:
        values["last_success_timestamp_seconds"] = now_s
        if (n_rows := _rows.get()) is not None:
            values["rows"] = n_rows
    registry = CollectorRegistry()
    for name, value in values.items():
        Gauge(PREFIX + name, HELP[name], ["command"], registry=registry).labels(command).set(value)
    try:
        write_to_textfile(str(file), registry)
    except OSError as error:  # the command itself did its work
        log.warning("metrics not written", folder=str(folder), problem=error.strerror)


def write_counts(folder: Path, subject: str, counts: Mapping[str, int]) -> None:
    """Write how many there are of something, by kind, for the node exporter's textfile collector."""
    from prometheus_client import CollectorRegistry, Gauge, write_to_textfile

    registry = CollectorRegistry()
    gauge = Gauge(f"hotspots_{subject}", f"How many {subject} there are, by kind.", ["kind"], registry=registry)
    for kind, n in counts.items():
        gauge.labels(kind).set(n)
    try:
        write_to_textfile(str(folder / f"hotspots_{subject}.prom"), registry)
    except OSError as error:
        log.warning("metrics not written", folder=str(folder), problem=error.strerror)


def _read(file: Path) -> dict[str, float]:
    """The values of the run before; none where there is no file that can be read."""
    from prometheus_client.parser import text_string_to_metric_families

    try:
        families = list(text_string_to_metric_families(file.read_text()))
    except (OSError, ValueError):
        return {}
    named = {one.name.removeprefix(PREFIX): one.samples for one in families}
    return {name: samples[0].value for name, samples in named.items() if name in HELP and samples}
