"""What people feed it: every record is counted and kept, whatever it is, and nothing ends in a traceback."""

from __future__ import annotations

import gzip
import zipfile
from collections import Counter
from pathlib import Path

import pytest

from hotspots.errors import CityFileError, InputError
from hotspots.pipeline.load.city import load
from hotspots.pipeline.load.rejects_file import write_rejects
from hotspots.pipeline.load.summary import LoadSummary
from tests.database import TestDatabase
from tests.pipeline.load_city import (
    COLUMNS,
    EAST,
    NORTH,
    TODAY,
    counts_of,
    load_incidents_only,
    row,
    text_of,
    write_city_file,
    write_zones,
)

HEADER = ",".join(COLUMNS)
GOOD = f"1,2026-01-02 10:30,{EAST},{NORTH},1,BURGLARY,001XX N MAIN ST,"


def load_bytes(
    database: TestDatabase, folder: Path, data: bytes, *, name: str = "incidents_2026-01-31.csv", **city: str
) -> LoadSummary:
    (folder / name).write_bytes(data)
    return load_incidents_only(database.owner, write_city_file(folder, replace=city), folder)


def reasons(summary: LoadSummary) -> Counter[str]:
    assert summary.incidents is not None
    return Counter(reason for _, _, reason, _ in summary.incidents.rejects)


def kept_records(database: TestDatabase) -> list[tuple[int, str]]:
    with database.owner.connect() as connection:
        return connection.execute("select line, record from raw.incident_row order by line").fetchall()


def test_ragged_rows_and_open_quotes_are_rejected_with_their_lines_and_the_rest_is_loaded(
    empty: TestDatabase, tmp_path: Path
) -> None:
    good = [GOOD.replace("1,", f"{key},", 1) for key in "abc"]
    lines = [HEADER, good[0], "too,few", GOOD + ",too many", good[1], '9,"a quote that nobody closes', "", good[2]]
    summary = load_bytes(empty, tmp_path, "\n".join(lines).encode())
    counts = counts_of(summary)
    assert (counts["read"], counts["new"], counts["rejected"]) == (6, 3, 3)
    assert summary.incidents is not None
    assert [(line, record) for _, line, _, record in summary.incidents.rejects] == [
        (3, lines[2]),
        (4, lines[3]),
        (6, lines[5]),
    ]
    assert kept_records(empty) == [(number, line) for number, line in enumerate(lines, start=1) if number > 1 and line]


def test_a_line_break_inside_quotes_is_part_of_one_record(empty: TestDatabase, tmp_path: Path) -> None:
    record = GOOD.replace("001XX N MAIN ST", '"001XX\nN MAIN ST"')
    assert (
        counts_of(load_bytes(empty, tmp_path, f"{HEADER}\n{record}\n{GOOD.replace('1,', '2,', 1)}\n".encode()))["new"]
        == 2
    )
    assert kept_records(empty)[0] == (2, record)
    assert kept_records(empty)[1][0] == 4


def test_windows_line_ends_and_a_byte_order_mark_are_no_part_of_the_records(
    empty: TestDatabase, tmp_path: Path
) -> None:
    assert counts_of(load_bytes(empty, tmp_path, b"\xef\xbb\xbf" + f"{HEADER}\r\n{GOOD}\r\n\r\n".encode()))["new"] == 1
    assert kept_records(empty) == [(2, GOOD)]


def test_records_in_another_encoding_are_rejected_one_by_one(empty: TestDatabase, tmp_path: Path) -> None:
    wrong = GOOD.replace("N MAIN ST", "CAFÉ").replace("1,", "2,", 1)
    summary = load_bytes(empty, tmp_path, f"{HEADER}\n{GOOD}\n{wrong}\n".encode("latin-1"))
    assert reasons(summary) == {"it is not utf-8 text": 1}
    assert counts_of(summary)["new"] == 1
    assert kept_records(empty)[1] == (3, wrong.replace("É", "\\xc9"))


def test_zero_bytes_spoil_their_record_only(empty: TestDatabase, tmp_path: Path) -> None:
    many = "".join(GOOD.replace("1,", f"{key},", 1) + "\n" for key in range(2000))
    summary = load_bytes(empty, tmp_path, f"{HEADER}\n{many}x,\0\n".encode())
    assert reasons(summary) == {"it holds a zero byte": 1}
    assert counts_of(summary)["new"] == 2000


@pytest.mark.parametrize(
    ("name", "data", "words"),
    [
        ("incidents_2026-02-28.csv", b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", "it is not text: a zero byte"),
        ("incidents_2026-02-28.csv", "id,when".encode("utf-16")[:-1], "it is not utf-16 text"),
        ("incidents_2026-02-28.csv", gzip.compress(b"id,when\n" * 100)[:-20], "the archive is damaged"),
        ("incidents_2026-02-28.csv", b"PK\x03\x04 not a zip", "the archive is damaged"),
    ],
)
def test_a_file_that_cannot_be_read_counts_as_one_rejected_record_beside_the_others(
    empty: TestDatabase, tmp_path: Path, name: str, data: bytes, words: str
) -> None:
    (tmp_path / "incidents_2026-01-31.csv").write_text(f"{HEADER}\n{GOOD}\n")
    summary = load_bytes(empty, tmp_path, data, name=name)
    counts = counts_of(summary)
    assert (counts["read"], counts["new"], counts["rejected"]) == (2, 1, 1)
    assert summary.incidents is not None
    (file, line, reason, _), *_ = summary.incidents.rejects
    assert (file, line) == (name, 1)
    assert words in reason
    again = counts_of(load_incidents_only(empty.owner, write_city_file(tmp_path), tmp_path))
    assert (again["read"], again["unchanged"], again["rejected"]) == (2, 1, 1)


def test_nothing_but_unreadable_files_is_an_error_that_names_the_first(empty: TestDatabase, tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"No incident file could be read: incidents_2026-01-31\.csv"):
        load_bytes(empty, tmp_path, b"\0\0\0\0")


@pytest.mark.parametrize("data", [b"", f"{HEADER}\n".encode(), b"\n\n\n"])
def test_an_empty_file_is_loaded_with_no_records(empty: TestDatabase, tmp_path: Path, data: bytes) -> None:
    assert set(counts_of(load_bytes(empty, tmp_path, data)).values()) == {0}


def test_a_missing_file_folder_or_column_is_one_clear_error(empty: TestDatabase, tmp_path: Path) -> None:
    city = write_city_file(tmp_path)
    with pytest.raises(InputError, match=r"incidents\.files: no file 'incidents\*\.csv' in the data folder"):
        load_incidents_only(empty.owner, city, tmp_path)
    with pytest.raises(InputError, match="does not exist"):
        load_incidents_only(empty.owner, city, tmp_path / "nowhere")
    (tmp_path / "incidents_2026-01-31.csv").write_text(text_of([row("1")], ("id", "whn", *COLUMNS[2:])))
    with pytest.raises(
        CityFileError, match=r"incidents\.occurred: incidents_2026-01-31\.csv has no column 'when'; did you mean 'whn'"
    ):
        load_incidents_only(empty.owner, city, tmp_path)
    with pytest.raises(InputError, match=r"area\[1\]\.file: no file 'zones\.geojson'"):
        load(empty.owner, city, tmp_path, only=["areas"], today=TODAY)
    with pytest.raises(InputError, match="--only beats is not one of areas, places"):
        load(empty.owner, city, tmp_path, only=["beats"], today=TODAY)


def test_dates_that_cannot_be_are_rejected_with_the_reason(empty: TestDatabase, tmp_path: Path) -> None:
    whens = {
        "1": "1900-01-01 00:00",
        "2": "2026-02-30 10:00",
        "3": "2027-01-01 00:00",
        "4": "",
        "5": "2026-01-32 24:00",
        "6": "2026-01-31 23:59",
    }
    summary = load_bytes(empty, tmp_path, text_of(row(key, when=when) for key, when in whens.items()).encode())
    assert reasons(summary) == {
        "occurred before 2000-01-01": 1,
        "occurred: no time can be read": 3,
        "occurred after the day on which the delivery was known": 1,
    }
    assert counts_of(summary)["new"] == 1


def test_points_at_nowhere_and_far_away_are_incidents_without_location(empty: TestDatabase, tmp_path: Path) -> None:
    points = {
        "zero": ("0", "0"),
        "one": ("", "4630000"),
        "words": ("east", "north"),
        "far": ("0", "99"),
        "there": (str(EAST), str(NORTH)),
    }
    rows = [(*row(key)[:2], x, y, *row(key)[4:]) for key, (x, y) in points.items()]
    summary = load_bytes(empty, tmp_path, text_of(rows).encode())
    counts = counts_of(summary)
    assert (counts["new"], counts["without_location"]) == (5, 4)
    assert summary.incidents is not None and summary.incidents.notes["implausible_locations"] == 2


def test_of_a_repeated_id_the_last_row_counts(empty: TestDatabase, tmp_path: Path) -> None:
    rows = [row("1", offence="THEFT"), row("2"), row("1", offence="ARSON"), row("1", offence="BURGLARY", when="never")]
    summary = load_bytes(empty, tmp_path, text_of(rows).encode())
    assert reasons(summary) == {
        "id repeated in this delivery; its last row counts": 1,
        "occurred: no time can be read": 1,
    }
    with empty.owner.connect() as connection:
        words = connection.execute(
            "select words from core.incident_version join core.source_type using (source_type_id) order by line"
        ).fetchall()
    assert words == [("BURGLARY",), ("ARSON",)]


def test_an_empty_id_that_withdraws_is_rejected(empty: TestDatabase, tmp_path: Path) -> None:
    rows = [row(" ", status="unfounded"), row("1")]
    assert reasons(load_bytes(empty, tmp_path, text_of(rows).encode())) == {"id is empty": 1}


def test_zip_and_gzip_archives_are_opened_and_members_chosen_by_name(empty: TestDatabase, tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "incidents_2026-01-31.zip", "w") as archive:
        archive.writestr("read_me.txt", "nothing")
        archive.writestr("part/one.csv", text_of([row("1")]))
        archive.writestr("part/two.csv", text_of([row("2")]))
    (tmp_path / "incidents_2026-02-28.csv.gz").write_bytes(gzip.compress(text_of([row("3")]).encode()))
    city = write_city_file(
        tmp_path, replace={'files = "incidents*.csv"': 'files = ["*.zip", "*.gz"]\nmember = "*.csv"'}
    )
    assert counts_of(load_incidents_only(empty.owner, city, tmp_path))["new"] == 3


def test_invalid_and_repeated_polygons_are_made_valid_and_joined(empty: TestDatabase, tmp_path: Path) -> None:
    bow_tie = [[EAST, NORTH], [EAST + 1000, NORTH + 1000], [EAST + 1000, NORTH], [EAST, NORTH + 1000], [EAST, NORTH]]
    write_zones(tmp_path, {"1": {"type": "Polygon", "coordinates": [bow_tie]}})
    summary = load(empty.owner, write_city_file(tmp_path), tmp_path, only=["areas"], today=TODAY)
    assert summary.datasets["area zone"]["made_valid"] == 1
    with empty.owner.connect() as connection:
        area = connection.execute("select st_isvalid(geom), st_area(geom) from core.area").fetchone()
    # Two triangles of 1000 m by 500 m.
    assert area == (True, 500_000.0)


@pytest.mark.parametrize("data", [b"", b"not json", b'{"type": "FeatureCollection", "features": []}'])
def test_a_file_of_areas_that_holds_none_is_one_clear_error(empty: TestDatabase, tmp_path: Path, data: bytes) -> None:
    (tmp_path / "zones.geojson").write_bytes(data)
    with pytest.raises((InputError, CityFileError), match=r"zones\.geojson"):
        load(empty.owner, write_city_file(tmp_path), tmp_path, only=["areas"], today=TODAY)


def test_no_cell_of_the_rejects_file_starts_a_formula(tmp_path: Path) -> None:
    path = tmp_path / "folder" / "rejects.csv"
    write_rejects(path, [("=file.csv", 3, "id is empty", '=HYPERLINK("x")'), ("b.csv", 4, "id is empty", "@cmd, 1")])
    assert path.read_text().splitlines() == [
        "file,line,reason,record",
        '\'=file.csv,3,id is empty,"\'=HYPERLINK(""x"")"',
        'b.csv,4,id is empty,"\'@cmd, 1"',
    ]
