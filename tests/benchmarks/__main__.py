"""Run every benchmark and write one JSON file: `make bench`, or `python -m tests.benchmarks [NAME …] [--out FILE]`.

Each benchmark is a module beside this one that prints one JSON object; it runs as a process of its own, so that none warms up another.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

NAMES = ("load_publish", "growth", "filtered_map", "desk", "page", "visitors", "forecast")


def main() -> None:
    """Run what is asked for, one after the other, and write the figures as they come."""
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks", description=__doc__)
    parser.add_argument(
        "names", nargs="*", choices=[*NAMES, []], help=f"benchmarks to run, of {', '.join(NAMES)} [default: all]"
    )
    parser.add_argument(
        "--out", type=Path, default=Path("benchmarks.json"), help="file to write [default: benchmarks.json]"
    )
    asked = parser.parse_args()
    figures: dict[str, object] = {"machine": machine(), "measured_at": datetime.now(UTC).isoformat(timespec="seconds")}
    failed = []
    for name in asked.names or NAMES:
        print(f"{name} …", file=sys.stderr, flush=True)
        done = subprocess.run(
            [sys.executable, "-m", f"tests.benchmarks.{name}"], stdout=subprocess.PIPE, text=True, check=False
        )
        if done.returncode:
            failed.append(name)
            print(f"{name} ended with exit code {done.returncode}", file=sys.stderr)
            continue
        figures[name] = json.loads(done.stdout)
        print(json.dumps(figures[name], indent=2), file=sys.stderr)
        asked.out.write_text(json.dumps(figures, indent=2) + "\n")
    print(f"written to {asked.out}", file=sys.stderr)
    sys.exit(1 if failed else 0)


def machine() -> dict[str, object]:
    """What the figures were measured on."""
    memory_gib = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    processor = next(
        (
            line.partition(":")[2].strip()
            for line in Path("/proc/cpuinfo").read_text().splitlines()
            if line.startswith("model name")
        ),
        platform.processor(),
    )
    return {
        "processor": processor,
        "cores": os.cpu_count(),
        "memory_gib": round(memory_gib, 1),
        "system": platform.platform(),
        "python": platform.python_version(),
    }


if __name__ == "__main__":
    main()
