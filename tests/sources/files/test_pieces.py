"""A file cut into pieces tells what the whole file tells, wherever it is cut."""

from __future__ import annotations

import gzip
import hashlib
import tempfile
import zipfile
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from hotspots.sources.files import pieces, records
from hotspots.sources.files.archives import FoundFile
from hotspots.sources.files.pieces import read_pieces
from hotspots.sources.files.table import Table, one_table
from hotspots.sources.files.tables import Layout, read_table

CELLS = (
    "a",
    "",
    "two words",
    '"quoted, with a comma"',
    '"over\ntwo lines"',
    '"a ""double"" quote"',
    'a stray " quote',
    '"',
    "é",
)
LINES = st.lists(st.lists(st.sampled_from(CELLS), min_size=1, max_size=4), min_size=1, max_size=60)


@pytest.fixture
def short_records(monkeypatch: pytest.MonkeyPatch) -> None:
    """Records of at most three lines, so that files of sixty lines have many pieces."""
    monkeypatch.setattr(records, "LONGEST_RECORD_LINES", 3)
    monkeypatch.setattr(pieces, "LONGEST_RECORD_LINES", 3)


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    lines=LINES,
    ending=st.sampled_from(["\n", "\r\n"]),
    titles=st.integers(0, 2),
    footers=st.integers(0, 2),
    size=st.integers(20, 200),
)
def test_pieces_hold_the_rows_the_lines_and_the_bad_records_of_the_whole(
    short_records: None, lines: list[list[str]], ending: str, titles: int, footers: int, size: int
) -> None:
    rows = ["A title"] * titles + ["x,y,z"] + [",".join(cells) for cells in lines] + ["The end"] * footers
    content = (ending.join(rows) + ending).encode()
    layout = Layout(title_rows=titles, footer_rows=footers)
    whole = read_table(content, layout, wanted=["x", "z"], only_wanted=True, name="sent.csv")
    digest = hashlib.sha256()
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "sent.csv"
        path.write_bytes(content)
        cut = [
            piece.read(layout, name="sent.csv", wanted=["x", "z"])
            for piece in read_pieces(FoundFile(path), layout, digest=digest, piece_bytes=size)
        ]
    assert digest.hexdigest() == hashlib.sha256(content).hexdigest()
    assert told(cut) == told([whole])


def told(tables: list[Table]) -> object:
    """Rows by line, records by line, bad records."""
    rows = [
        (line, *cells.values())
        for table in tables
        for line, cells in zip(table.lines[table.row_of], table.rows.to_pylist(), strict=True)
    ]
    sent = [pair for table in tables for pair in zip(table.lines.tolist(), table.records.to_pylist(), strict=True)]
    bad = [(one.line, one.reason) for table in tables for one in table.bad]
    return rows, sent, bad, tables[0].header, tables[0].left_out


@pytest.mark.parametrize("packing", ["plain", "gzip", "zip", "gzip in zip"])
def test_a_packed_file_is_cut_as_it_is_unpacked(packing: str, tmp_path: Path) -> None:
    content = b"x,y\n" + b"".join(b"%d,%s\n" % (n, b"w" * 90) for n in range(3000))
    path, member = tmp_path / "sent.csv", None
    packed = gzip.compress(content) if "gzip" in packing else content
    if "zip" in packing.split():
        path, member = tmp_path / "sent.zip", "sent.csv"
        with zipfile.ZipFile(path, "w") as archive:
            archive.writestr(member, packed)
    else:
        path.write_bytes(packed)
    found = list(read_pieces(FoundFile(path, member), Layout(), piece_bytes=50_000))
    # 200 lines of a piece are left to the next, in case a quote is open.
    assert len(found) > 4 and max(len(piece.data) for piece in found) < 100_000
    tables = [piece.read(Layout(), name="sent.csv", wanted=["x"]) for piece in found]
    assert one_table(tables).rows.column("x").to_pylist() == [str(n) for n in range(3000)]
    assert np.array_equal(one_table(tables).lines, np.arange(2, 3002))


@pytest.mark.parametrize(
    ("content", "encoding"),
    [
        ("x\n1\n".encode("utf-16") * 400, "utf-16"),
        (b'[{"x": 1},\n' + b' {"x": 2},\n' * 400 + b' {"x": 3}]', "utf-8"),
        (b"x\r" + b"1\r" * 800, "utf-8"),
    ],
)
def test_what_cannot_be_cut_at_line_feeds_is_one_piece(content: bytes, encoding: str, tmp_path: Path) -> None:
    path = tmp_path / "sent.txt.gz" if encoding == "utf-16" else tmp_path / "sent"
    path.write_bytes(content)
    (piece,) = read_pieces(FoundFile(path), Layout(encoding=encoding), piece_bytes=100)
    assert piece.data == content
