"""The rows of an answer as a CSV file."""

from __future__ import annotations

from collections.abc import Iterator
from tempfile import SpooledTemporaryFile
from typing import TYPE_CHECKING

from hotspots.domain.feature import INCIDENTS
from hotspots.domain.feature_file import csv_lines
from hotspots.store.public.features import FeatureQuestion

if TYPE_CHECKING:
    from hotspots.store.public.reader import OpenReader
    from hotspots_dashboard.state.page_state import PageState

IN_MEMORY_BYTES, STEP_BYTES = 4_000_000, 65_536


def csv_file(reader: OpenReader, state: PageState) -> Iterator[bytes]:
    """Return head and rows, newest first, every incident of the answer once.

    All rows are read before the first byte is sent: a slow browser must not keep a connection to the database.
    """
    spool = SpooledTemporaryFile(max_size=IN_MEMORY_BYTES)  # noqa: SIM115  (closed when the last byte is sent)
    pages = reader.features.pages(FeatureQuestion(INCIDENTS, state.question), shape="geojson")
    for number, page in enumerate(pages):
        spool.write(csv_lines(page.collection, page.rows, head=number == 0, for_people=True))
    spool.seek(0)
    return _steps(spool)


def _steps(spool: SpooledTemporaryFile[bytes]) -> Iterator[bytes]:
    with spool:
        while step := spool.read(STEP_BYTES):
            yield step
