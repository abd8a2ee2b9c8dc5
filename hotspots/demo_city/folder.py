"""Writes the invented city's files into a folder, all or none, and not again while the generator is the same."""

from __future__ import annotations

import hashlib
import shutil
from pathlib import Path

README = """Exampleton is an invented city.

Streets, people, places and reports in these files come from a random number generator; none of them exists. The ground it stands
on is open country without a town. The files look like those that a police department and a city hand out: 24 monthly deliveries of reported
incidents (incidents_<day of delivery>.csv), with corrections, withdrawals and mistakes, and the layers of the map. Coordinates are
metres, EPSG:32614; times are the local wall clock.
"""
STAMP = "version.txt"


def version() -> str:
    """A fingerprint of the generator: files of another version are written anew."""
    digest = hashlib.sha256()
    for path in sorted(Path(__file__).parent.glob("*.py")):
        digest.update(path.read_bytes())
    return digest.hexdigest()


def is_written(folder: Path) -> bool:
    """Whether the folder holds the files of this version."""
    stamp = folder / STAMP
    return stamp.is_file() and stamp.read_text(encoding="utf-8").strip() == version()


def write_demo_city(folder: Path) -> bool:
    """Write the files into `folder`, which then holds nothing else.

    Returns
    -------
    bool
        False: they were there already.
    """
    if is_written(folder):
        return False
    from hotspots.demo_city.city import build_city
    from hotspots.demo_city.deliveries import build_deliveries
    from hotspots.demo_city.map_files import build_map_files
    from hotspots.demo_city.reports import build_reports

    city = build_city()
    files = build_map_files(city) | build_deliveries(city, build_reports(city))
    # Written beside and moved into place, so that a stop half-way leaves nothing half-written.
    beside = folder.with_name(f"{folder.name}.new")
    shutil.rmtree(beside, ignore_errors=True)
    beside.mkdir(parents=True)
    for name, text in {**files, "README.txt": README, STAMP: version() + "\n"}.items():
        (beside / name).write_bytes(text.encode())
    shutil.rmtree(folder, ignore_errors=True)
    beside.rename(folder)
    return True
