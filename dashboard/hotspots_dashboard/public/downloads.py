"""The rows of an answer as a CSV file."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from itertools import islice
from tempfile import SpooledTemporaryFile
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from hotspots.domain.feature import INCIDENTS, of_city
from hotspots.domain.feature_file import csv_lines, incident_row
from hotspots.store.public.reader import OpenReader

if TYPE_CHECKING:
    from hotspots_dashboard.state.page_state import PageState

IN_MEMORY_BYTES, STEP_BYTES, STEP_ROWS = 4_000_000, 65_536, 1_000


def csv_file(reader: OpenReader, state: PageState) -> Iterator[bytes]:
    """Return head and rows, newest first, every incident of the answer once.

    All rows are read before the first byte is sent: a slow browser must not keep a connection to the database.
    """
    choices = reader.choices()
    collection = of_city(INCIDENTS, choices.area_kinds)
    names = {crime_type.label: crime_type.name for crime_type in choices.crime_types}
    zone = ZoneInfo(reader.city().timezone)
    spool = SpooledTemporaryFile(max_size=IN_MEMORY_BYTES)  # noqa: SIM115  (closed when the last byte is sent)
    try:
        spool.write(csv_lines(collection, [], for_people=True))
        with closing(reader.each(state.question)) as found:
            rows = (incident_row(row, collection, names, zone) for row in found)
            while some := list(islice(rows, STEP_ROWS)):
                spool.write(csv_lines(collection, some, head=False))
        spool.seek(0)
    except BaseException:
        spool.close()
        raise
    return _steps(spool)


def _steps(spool: SpooledTemporaryFile[bytes]) -> Iterator[bytes]:
    with spool:
        while step := spool.read(STEP_BYTES):
            yield step
