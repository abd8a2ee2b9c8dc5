"""Load and publish four years of Chicago, against a bare `\\copy` of the same columns into a typed table with the same indexes.

``python -m tests.benchmarks.load_publish`` prints one JSON object. One server, one run, one client after the other. The bare
table has what an incident has for the public map: id, time, offence, place, areas, flags and point, with indexes on id, date and point.
"""

from __future__ import annotations

import argparse
import csv
import gzip
import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from time import perf_counter
from typing import Any

from hotspots.logs import configure_logs
from hotspots.pipeline.load.city import load
from hotspots.pipeline.publish.publish import publish
from hotspots.settings import Settings, read_settings
from hotspots.sources.city_file_reading import find_city_file, read_city_file
from hotspots.store.server.connection import Database
from tests.database import cloned_database, migrated_cluster

TARGET_RATIO = 6.0
TARGET_PUBLISH_RATIO = 3.0  # the first publication, and everything anew
KNOWN_ON = date(2018, 2, 28)
DELIVERY_OF = 500  # incidents of the small delivery that is published on top

COLUMNS = (
    "ID", "Date", "Block", "Primary Type", "Description", "Location Description", "Arrest", "Domestic",
    "Beat", "District", "Community Area", "Latitude", "Longitude",
)  # fmt: skip
BARE_TABLE = """
create table bare_incident (
    id bigint, occurred timestamp, block text, primary_type text, description text, location_type text, arrest boolean, domestic boolean,
    beat text, district text, community_area text, latitude double precision, longitude double precision,
    geom geometry(Point, 4326) generated always as (st_setsrid(st_makepoint(longitude, latitude), 4326)) stored
);
create index on bare_incident (id);
create index on bare_incident (occurred);
create index on bare_incident using gist (geom);
"""


def main() -> None:
    """Measure on the machine as it is; the files are unpacked before the clock runs for either side."""
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.load_publish", description=__doc__)
    parser.add_argument("--years", default="2014,2015,2016,2017", help="years of Chicago, separated by commas")
    years = parser.parse_args().years.split(",")
    configure_logs(read_settings())
    with chicago(years) as folder, migrated_cluster() as cluster:
        bare_s, n_rows = measure_bare_copy(cluster, folder)
        figures = measure_load_and_publish(cluster, folder)
    total_s = figures["load_s"] + figures["publish_s"]
    print(
        json.dumps(
            {
                "rows": n_rows,
                "bare_copy_s": round(bare_s, 2),
                **figures,
                "load_and_publish_s": round(total_s, 2),
                "ratio": round(total_s / bare_s, 2),
                "target_ratio": TARGET_RATIO,
                "publish_ratio": round(figures["publish_s"] / bare_s, 2),
                "publish_again_ratio": round(figures["publish_again_s"] / bare_s, 2),
                "target_publish_ratio": TARGET_PUBLISH_RATIO,
            }
        )
    )


def measure_bare_copy(cluster: Settings, folder: Path) -> tuple[float, int]:
    """Seconds that the server's own client takes to copy the columns into an indexed table, and the rows copied."""
    with cloned_database(cluster, "bench_bare") as database, tempfile.TemporaryDirectory() as scratch:
        run_sql(database.owner, BARE_TABLE)
        file = Path(scratch) / "bare.csv"
        write_bare_file(folder, file)
        names = (
            "id, occurred, block, primary_type, description, location_type, arrest, domestic, beat, district, "
            "community_area, latitude, longitude"
        )
        command = rf"\copy bare_incident ({names}) from '{file}' with (format csv)"
        started = perf_counter()
        done = subprocess.run(
            ["psql", "-X", "-v", "ON_ERROR_STOP=1", "-d", database.owner.dsn, "-c", command],
            capture_output=True,
            text=True,
            check=False,
            env={**os.environ, "PGOPTIONS": "-c datestyle=ISO,MDY"},  # the dates as Chicago writes them
        )
        seconds = perf_counter() - started
        if done.returncode:
            sys.exit(done.stderr)
        return seconds, int(done.stdout.split()[-1])


def measure_load_and_publish(cluster: Settings, folder: Path) -> dict[str, Any]:
    """Seconds of the first load, the first publication, everything anew, and a small delivery published on top."""
    city = read_city_file(find_city_file("chicago"))
    with cloned_database(cluster, "bench_load") as database:
        started = perf_counter()
        load(database.owner, city, folder, known_on=KNOWN_ON, today=KNOWN_ON)
        loaded = perf_counter()
        done = publish(database.owner, today=date(2018, 12, 31))
        published = perf_counter()
        publish(database.owner, today=date(2018, 12, 31), everything=True)
        again = perf_counter()
        small = small_delivery(folder)
        try:
            load(database.owner, city, small, only=["incidents"], known_on=date(2018, 3, 1), today=date(2018, 3, 1))
            before_small = perf_counter()
            change = publish(database.owner, today=date(2018, 12, 31))
            small_s = perf_counter() - before_small
        finally:
            shutil.rmtree(small, ignore_errors=True)
        return {
            "load_s": round(loaded - started, 2),
            "publish_s": round(published - loaded, 2),
            "publish_again_s": round(again - published, 2),
            "published_incidents": done.incidents,
            "small_publish_s": round(small_s, 2),
            "small_publish_written": change.written,
            "small_publish_removed": change.removed,
        }


def chicago_folder() -> Path:
    """Where Chicago's files would be."""
    named = os.environ.get("HOTSPOTS_REAL_DATA")
    return (Path(named) if named else Path(__file__).parents[3] / "shared" / "data") / "chicago"


@contextmanager
def chicago(years: list[str]) -> Iterator[Path]:
    """A folder with the city's layers and the chosen years, links to the files as published."""
    data = chicago_folder()
    if not data.is_dir():
        sys.exit(f"the real data is not here: no folder {data}; HOTSPOTS_REAL_DATA names another")
    with tempfile.TemporaryDirectory() as scratch:
        for file in data.iterdir():
            if not file.name.startswith("incidents_") or any(year in file.name for year in years):
                (Path(scratch) / file.name).symlink_to(file)
        yield Path(scratch)


def write_bare_file(folder: Path, file: Path) -> None:
    """The columns of every year in one plain file."""
    with open(file, "w", newline="", encoding="utf-8") as out:
        writer = csv.writer(out)
        for source in sorted(folder.glob("incidents_*.csv.gz")):
            with gzip.open(source, "rt", encoding="utf-8", newline="") as stream:
                for row in csv.DictReader(stream):
                    writer.writerow([row[column] for column in COLUMNS])


def small_delivery(folder: Path) -> Path:
    """Some of the last year's incidents with another offence, as a delivery of its own."""
    scratch = Path(tempfile.mkdtemp())
    source = max(folder.glob("incidents_*.csv.gz"))
    with (
        gzip.open(source, "rt", encoding="utf-8", newline="") as stream,
        gzip.open(scratch / "incidents_small.csv.gz", "wt", encoding="utf-8", newline="") as out,
    ):
        rows = csv.DictReader(stream)
        writer = csv.DictWriter(out, fieldnames=rows.fieldnames or [])
        writer.writeheader()
        for number, row in enumerate(rows):
            if number % 500 == 0:
                writer.writerow({**row, "Primary Type": "THEFT", "Description": "OVER $500", "Domestic": "false"})
            if number >= 500 * DELIVERY_OF:
                break
    return scratch


def run_sql(owner: Database, statements: str) -> None:
    """Run statements as the owner."""
    with owner.connect() as connection:
        connection.execute(statements.encode())


if __name__ == "__main__":
    main()
