"""Eighteen years of a large city, 6.75 million records, made from Chicago's real four.

Each year stands again four, eight, twelve and sixteen years earlier, with two fifths of the year after it besides: a larger city, its
days and hours as they were. Ids stay unique. `python -m tests.benchmarks.many_years FOLDER [--years N] [--one-file]` writes the files
with links to the city's layers.
"""

from __future__ import annotations

import argparse
import gzip
import re
import sys
from pathlib import Path

from hotspots.sources.city_file_reading import find_city_file
from tests.benchmarks.load_publish import chicago_folder

CYCLE = 4  # years
ID_STEP = 20_000_000  # more than any id
FIRST, NEWEST, YEARS = 2014, 2017, 18


def main() -> None:
    """Write the files."""
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.many_years", description=__doc__)
    parser.add_argument("folder", type=Path, help="new folder")
    parser.add_argument("--years", type=int, default=YEARS, help=f"how many years up to {NEWEST} [default: {YEARS}]")
    parser.add_argument("--one-file", action="store_true", help="one file with every row, oldest year last")
    asked = parser.parse_args()
    print(write_many_years(asked.folder, years=asked.years, one_file=asked.one_file))


def write_many_years(folder: Path, *, years: int = YEARS, one_file: bool = False) -> int:
    """Write incident files, a file a year or one, a city file that takes such old days, and links to the city's layers.

    Returns
    -------
    int
        Records written. Ends the program where the real data are not here.
    """
    data = chicago_folder()
    if not data.is_dir():
        sys.exit(f"the real data is not here: no folder {data}; HOTSPOTS_REAL_DATA names another")
    folder.mkdir(parents=True)
    for file in data.iterdir():
        if not file.name.startswith("incidents_"):
            (folder / file.name).symlink_to(file)
    city = find_city_file("chicago").read_text(encoding="utf-8")
    (folder / "city.toml").write_text(re.sub(r"(?m)^earliest = \S+", "earliest = 1999-01-01", city), encoding="utf-8")
    written = 0
    for year in range(NEWEST, NEWEST - years, -1):
        name = "incidents_all.csv.gz" if one_file else f"incidents_{year}.csv.gz"
        with gzip.open(folder / name, "ab", compresslevel=1) as out:
            written += _write_year(data, year, out, with_header=not (one_file and written))
    return written


def _write_year(data: Path, year: int, out: gzip.GzipFile, *, with_header: bool) -> int:
    n = 0
    following = year + 1 if (year + 1 - FIRST) % CYCLE else year + 1 - CYCLE  # of the real years
    for copy, (source_year, share) in enumerate(((year, 5), (following, 2))):
        cycles = -((source_year - FIRST) // CYCLE)
        source = source_year + CYCLE * cycles
        with gzip.open(data / f"incidents_{source}.csv.gz", "rb") as lines:
            header = next(lines)
            if with_header and not copy:
                out.write(header)
            for number, line in enumerate(lines):
                own_id, case, day, rest = line.split(b",", 3)
                if number % 5 >= share or (copy and day.startswith(b"02/29")):
                    continue
                moved = b"%s%d%s" % (day[:6], int(day[6:10]) + year - source, day[10:])
                out.write(b"%d,%s,%s,%s" % (int(own_id) + ID_STEP * (2 * (NEWEST - year) + copy), case, moved, rest))
                n += 1
    return n


if __name__ == "__main__":
    main()
