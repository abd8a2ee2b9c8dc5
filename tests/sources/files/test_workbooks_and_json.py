"""Workbooks and JSON, read as the same records in delimited text are."""

from __future__ import annotations

import io
import json
from datetime import datetime
from typing import Any

import pytest
import xlsxwriter

from hotspots.sources.files.archives import UnreadableFileError
from hotspots.sources.files.tables import Layout, read_table

HEADER = ("case", "when", "offence", "lon", "lat")


def workbook(sheets: dict[str, list[tuple[Any, ...]]]) -> bytes:
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"in_memory": True, "remove_timezone": True}) as book:
        date = book.add_format({"num_format": "dd/mm/yy hh:mm"})
        for name, rows in sheets.items():
            sheet = book.add_worksheet(name)
            for number, row in enumerate(rows):
                for column, cell in enumerate(row):
                    if isinstance(cell, datetime):
                        sheet.write_datetime(number, column, cell, date)
                    else:
                        sheet.write(number, column, cell)
    return out.getvalue()


ROW = (24, datetime(2024, 1, 3, 21, 30), "BURGLARY", -87.61, 41.9)
READ = {"case": ["24"], "when": ["2024-01-03 21:30:00"], "offence": ["BURGLARY"], "lon": ["-87.61"], "lat": ["41.9"]}


def test_a_date_cell_is_a_date_and_a_whole_number_has_no_point() -> None:
    assert read_table(workbook({"Jan": [HEADER, ROW]})).rows.to_pydict() == READ


def test_the_sheet_is_the_named_one_or_the_only_one_with_the_columns() -> None:
    book = workbook({"Notes": [("as of", "today")], "Jan": [HEADER, ROW], "Empty": []})
    assert read_table(book, wanted=list(HEADER)).rows.to_pydict() == READ
    assert read_table(book, Layout(sheet="Jan")).rows.to_pydict() == READ
    two = workbook({"Jan": [HEADER, ROW], "Feb": [HEADER, ROW]})
    with pytest.raises(UnreadableFileError, match="it has the sheets Jan, Feb: name the one"):
        read_table(two, wanted=list(HEADER))
    with pytest.raises(UnreadableFileError, match="no sheet 'Mar'; it has Jan, Feb"):
        read_table(two, Layout(sheet="Mar"))


def test_a_row_of_a_workbook_is_the_line_of_its_number_and_blank_rows_are_none() -> None:
    book = workbook({"Jan": [("Police export",), (), HEADER, (), ROW, ROW[:3], ("Total", 2)]})
    table = read_table(book, Layout(title_rows=1, footer_rows=1))
    assert table.lines.tolist() == [5, 6]
    assert table.rows.column("case").to_pylist() == ["24", "24"]


RECORDS = [
    {"case": "24-1", "place": {"latitude": "41.9", "longitude": "-87.6"}, "arrest": True, "count": 2.0},
    {"case": "24-2", "note": "two\nlines, and more"},
    {"case": None},
]
EXPECTED = {
    "case": ["24-1", "24-2", ""],
    "place.latitude": ["41.9", "", ""],
    "place.longitude": ["-87.6", "", ""],
    "arrest": ["true", "", ""],
    "count": ["2", "", ""],
    "note": ["", "two lines, and more", ""],
}


@pytest.mark.parametrize(
    "text",
    [
        json.dumps(RECORDS),
        json.dumps({"meta": {"rows": 3}, "data": RECORDS}),
        "\n".join(json.dumps(record) for record in RECORDS),
        "\ufeff" + json.dumps(RECORDS, indent=2),
    ],
    ids=["array", "wrapped", "lines", "marked"],
)
def test_records_of_json_are_rows(text: str) -> None:
    rows = read_table(text.encode()).rows.to_pydict()
    assert {name: [cell.strip() for cell in cells] for name, cells in rows.items()} == EXPECTED


def test_a_line_that_is_no_json_is_a_bad_record_and_the_others_are_read() -> None:
    table = read_table(b'{"a": 1}\n{"a": \n{"a": 3}\n')
    assert table.rows.to_pydict() == {"a": ["1", "3"]}
    assert [(bad.line, bad.reason) for bad in table.bad] == [(3, "it is no JSON record")]


def test_features_have_their_properties_and_their_point() -> None:
    geometry = {"type": "Point", "coordinates": [-87.6, 41.9]}
    shape = {"type": "LineString", "coordinates": [[0, 0], [1, 1]]}
    collection = {
        "type": "FeatureCollection",
        "features": [
            {"type": "Feature", "properties": {"case": "1"}, "geometry": geometry},
            {"type": "Feature", "properties": {"case": "2"}, "geometry": None},
            {"type": "Feature", "properties": {"case": "3"}, "geometry": shape},
        ],
    }
    assert read_table(json.dumps(collection).encode()).rows.to_pydict() == {
        "case": ["1", "2", "3"],
        "longitude": ["-87.6", "", ""],
        "latitude": ["41.9", "", ""],
        "geometry": ["POINT (-87.6 41.9)", "", "LINESTRING (0 0, 1 1)"],
    }
    arcgis = {"features": [{"attributes": {"case": 1, "when": 1714962600000}, "geometry": {"x": 1.5, "y": 2}}]}
    assert read_table(json.dumps(arcgis).encode()).rows.to_pydict() == {
        "case": ["1"], "when": ["1714962600000"], "x": ["1.5"], "y": ["2"],
    }  # fmt: skip


@pytest.mark.parametrize(("text", "words"), [('["a", "b"', "it is no JSON"), ('{"a', "it is no JSON")])
def test_what_only_begins_like_json_says_so(text: str, words: str) -> None:
    with pytest.raises(UnreadableFileError, match=words):
        read_table(text.encode(), name="feed.json")
