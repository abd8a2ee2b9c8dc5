"""The cost of one command of ours or of another's: seconds, processor time on both sides, and the memory of its process at most."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from time import perf_counter

TICKS = os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True, slots=True)
class Cost:
    """What a command took.

    Attributes
    ----------
    seconds : by the clock.
    cpu_s : of the command and of the database's server, user and system.
    peak_mb : resident memory of the command's own process at most, the server's not.
    """

    seconds: float
    cpu_s: float
    peak_mb: int

    def as_figures(self) -> dict[str, float]:
        """The figures by name."""
        return asdict(self)


def measure_command(words: Sequence[str], *, home: Path, environment: Mapping[str, str] | None = None) -> Cost:
    """Run a command to its end and measure it; end the program with its words where it fails.

    Parameters
    ----------
    home : folder of the embedded database that the command uses, running.
    environment : variables besides this process's own.
    """
    server = int((home / "postgres" / "postmaster.pid").read_text().split()[0])
    before_s, started = _server_cpu_s(server), perf_counter()
    process = subprocess.Popen(
        words, env={**os.environ, "HOTSPOTS_HOME": str(home), **(environment or {})}, stdout=subprocess.DEVNULL
    )
    _, status, used = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    seconds = perf_counter() - started
    if process.returncode:
        sys.exit(f"{' '.join(words)} ended with exit code {process.returncode}")
    cpu_s = used.ru_utime + used.ru_stime + _server_cpu_s(server) - before_s
    return Cost(round(seconds, 1), round(cpu_s, 1), used.ru_maxrss // 1024)


def hotspots_command(*words: str) -> list[str]:
    """The product's command line in this interpreter."""
    return [sys.executable, "-c", "from hotspots.command import run; run()", *words]


def _server_cpu_s(server: int) -> float:
    """Processor time of a server, of its processes that live and of those that ended."""
    total = sum(_stat(server)[11:15])
    for folder in Path("/proc").iterdir():
        if not folder.name.isdigit():
            continue
        try:
            fields = _stat(int(folder.name))
        except (FileNotFoundError, ProcessLookupError):
            continue  # it ended meanwhile
        if fields[1] == server:
            total += sum(fields[11:13])
    return total / TICKS


def _stat(pid: int) -> list[int]:
    """Numbers of /proc/PID/stat from the state on, which counts as 0: [1] is the parent, [11:15] are user, system, and the same of children."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return [0, *(int(field) for field in fields[1:])]
