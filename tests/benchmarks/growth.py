"""What grows with a history of eighteen years: load, publication, everything anew, and a small delivery, with memory and processor time.

``python -m tests.benchmarks.growth`` prints one JSON object. Each command is a process of its own on an embedded database of its own.
"""

from __future__ import annotations

import argparse
import json
import shutil
import sys
import tempfile
from pathlib import Path

from hotspots.logs import configure_logs
from hotspots.settings import read_settings
from hotspots.store.server.connection import embedded_database
from hotspots.store.server.setup import prepare_database
from tests.benchmarks.cost import hotspots_command, measure_command
from tests.benchmarks.load_publish import small_delivery
from tests.benchmarks.many_years import YEARS, write_many_years
from tests.database import settings_for, temporary_home

EVERYTHING = """
from datetime import date
from hotspots.pipeline.publish.publish import publish
from hotspots.settings import read_settings
from hotspots.store.server.connection import open_owner
publish(open_owner(read_settings()), today=date(2018, 12, 31), everything=True)
"""


def main() -> None:
    """Measure one command after the other."""
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.growth", description=__doc__)
    parser.add_argument("--years", type=int, default=YEARS, help=f"years of history [default: {YEARS}]")
    years = parser.parse_args().years
    configure_logs(read_settings())  # to standard error: the figures are all that standard output holds
    figures: dict[str, object] = {}
    with tempfile.TemporaryDirectory() as scratch, temporary_home() as home:
        folder = Path(scratch) / "data"
        figures["records"] = write_many_years(folder, years=years)
        settings = settings_for(home)
        prepare_database(settings)
        try:
            city = str(folder / "city.toml")
            small = small_delivery(folder)
            commands = {
                "load": hotspots_command("load", city, "--data", str(folder), "--known-on", "2018-02-28"),
                "publish": hotspots_command("publish"),
                "everything anew": [sys.executable, "-c", EVERYTHING],
                "small load and publish": hotspots_command(
                    "load",
                    city,
                    "--data",
                    str(small),
                    "--only",
                    "incidents",
                    "--known-on",
                    "2018-03-01",
                    "--then",
                    "publish",
                ),
            }
            for name, words in commands.items():
                figures[name] = measure_command(words, home=home).as_figures()
            shutil.rmtree(small)
        finally:
            embedded_database(settings).stop()
    print(json.dumps(figures))


if __name__ == "__main__":
    main()
