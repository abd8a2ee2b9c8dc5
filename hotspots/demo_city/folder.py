"""Writes the invented city's files into a folder, all or none, and not again while the generator is the same."""

from __future__ import annotations

import hashlib
import re
import shutil
from datetime import date, timedelta
from functools import lru_cache
from pathlib import Path

from hotspots.errors import InputError

README = """Exampleton is an invented city.

Streets, people, places and reports in these files come from a random number generator; none of them exists. The ground it stands
on is open country without a town. The files look like those that a police department and a city hand out: 24 monthly deliveries of reported
incidents (incidents_<day of delivery>.csv), with corrections, withdrawals and mistakes, and the layers of the map. Coordinates are
metres, EPSG:32614; times are the local wall clock.
"""
STAMP = "version.txt"
LAST_DAY = date(2025, 12, 31)  # of the reports as they are generated; a Wednesday
WEEK = timedelta(days=7)
DAY = re.compile(r"(?<!\d)20\d\d-\d\d-\d\d(?!\d)")


def version() -> str:
    """A fingerprint of the generator: files of another version are written anew."""
    digest = hashlib.sha256()
    for path in sorted(Path(__file__).parent.glob("*.py")):
        digest.update(path.read_bytes())
    return digest.hexdigest()


def newest_end(today: date) -> date:
    """The last day that the reports can have when their last delivery, of the day after, has come; as many whole weeks later as fit."""
    return LAST_DAY + max(0, (today - LAST_DAY - timedelta(days=1)) // WEEK) * WEEK


def is_written(folder: Path, ends: date | None = None) -> bool:
    """Whether the folder holds the files of this version; of any last day, unless one is asked for."""
    stamp = folder / STAMP
    found = stamp.read_text(encoding="utf-8").split() if stamp.is_file() else []
    return found[:1] == [version()] and (ends is None or found[1:] == [ends.isoformat()])


def write_demo_city(folder: Path, *, ends: date | None = None) -> bool:
    """Write the files into `folder`, which then holds nothing else.

    Parameters
    ----------
    ends : last day of the reports, whole weeks from 31 December 2025: every day of the deliveries moves with it, so that weekdays stay.
        Left out, files that are there stay, whatever day they end on; new ones end on 31 December 2025.

    Returns
    -------
    bool
        False: they were there already.

    Raises
    ------
    InputError
        `ends` is not whole weeks away.
    """
    if is_written(folder, ends):
        return False
    ends = ends or LAST_DAY
    if (ends - LAST_DAY) % WEEK:
        near = LAST_DAY + round((ends - LAST_DAY) / WEEK) * WEEK
        raise InputError(f"--ends: {ends} is no {LAST_DAY:%A}: reports move by whole weeks; the nearest day is {near}")
    from hotspots.demo_city.city import build_city
    from hotspots.demo_city.deliveries import build_deliveries
    from hotspots.demo_city.map_files import build_map_files
    from hotspots.demo_city.reports import build_reports

    city = build_city()
    deliveries = build_deliveries(city, build_reports(city))
    moved = {_moved(name, ends - LAST_DAY): _moved(text, ends - LAST_DAY) for name, text in deliveries.items()}
    files = build_map_files(city) | moved
    # Written beside and moved into place, so that a stop half-way leaves nothing half-written.
    beside = folder.with_name(f"{folder.name}.new")
    shutil.rmtree(beside, ignore_errors=True)
    beside.mkdir(parents=True)
    for name, text in {**files, "README.txt": README, STAMP: f"{version()} {ends}\n"}.items():
        (beside / name).write_bytes(text.encode())
    shutil.rmtree(folder, ignore_errors=True)
    beside.rename(folder)
    return True


def _moved(text: str, by: timedelta) -> str:
    """The text with every day of this century moved; one that is in no calendar stays, as in any real file."""
    if not by:
        return text

    @lru_cache(maxsize=4096)
    def move(day: str) -> str:
        try:
            return (date.fromisoformat(day) + by).isoformat()
        except ValueError:
            return day

    return DAY.sub(lambda found: move(found[0]), text)
