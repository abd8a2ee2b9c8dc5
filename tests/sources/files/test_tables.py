"""Delimited text: records word for word, columns as Python's own csv module reads them."""

from __future__ import annotations

import csv
import io

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hotspots.sources.files.archives import UnreadableFileError
from hotspots.sources.files.tables import Layout, read_table

cells = st.text(st.sampled_from('ab1 ,"\n;é'), max_size=6)
tables = st.integers(2, 4).flatmap(
    lambda width: st.lists(st.lists(cells, min_size=width, max_size=width), min_size=1, max_size=8)
)


@settings(deadline=None)
@given(rows=tables, delimiter=st.sampled_from(",;"), quoting=st.sampled_from([csv.QUOTE_MINIMAL, csv.QUOTE_ALL]))
def test_what_the_csv_module_writes_is_read_cell_by_cell(rows: list[list[str]], delimiter: str, quoting: int) -> None:
    out = io.StringIO()
    writer = csv.writer(out, delimiter=delimiter, quoting=quoting, lineterminator="\n")  # pyright: ignore[reportArgumentType]
    header = [f"column {index}" for index in range(len(rows[0]))]
    writer.writerows([header, *rows])
    table = read_table(out.getvalue().encode(), Layout(delimiter=delimiter), name="sent.csv")
    assert table.bad == []
    assert [list(row.values()) for row in table.rows.to_pylist()] == rows
    # Put together, the records are the file.
    assert "\n".join([table.header or "", *table.records.to_pylist()]) + "\n" == out.getvalue()
    # Each record stands at the line where it starts.
    text_lines = out.getvalue().split("\n")
    for line, record in zip(table.lines, table.records.to_pylist(), strict=True):
        assert text_lines[line - 1] == record.split("\n")[0]


@settings(deadline=None)
@given(data=st.binary(max_size=200), encoding=st.sampled_from(["utf-8", "latin-1", "ascii", "utf-16", "cp1252"]))
def test_whatever_the_bytes_every_record_is_a_row_or_bad_or_the_file_says_why(data: bytes, encoding: str) -> None:
    reason = ""
    try:
        table = read_table(data, Layout(encoding=encoding))
    except UnreadableFileError as error:
        reason = str(error)
        table = None
    if table is None:
        assert reason
        return
    assert table.rows.num_rows + len(table.bad) == len(table.records) == len(table.lines)
    assert set(table.lines[table.row_of]) | {record.line for record in table.bad} == set(table.lines)


def test_a_stray_quote_inside_a_field_is_a_character_like_others() -> None:
    table = read_table(b'a,b\n5" pipe,1\n"in ""quotes""",2\n')
    assert table.rows.to_pydict() == {"a": ['5" pipe', 'in "quotes"'], "b": ["1", "2"]}


def test_an_open_quote_spoils_its_own_line_and_no_other() -> None:
    table = read_table(b'a,b\n1,2\n3,"4\n5,6\n7,8\n')
    assert table.rows.to_pydict() == {"a": ["1", "5", "7"], "b": ["2", "6", "8"]}
    assert [(bad.line, bad.reason) for bad in table.bad] == [(3, "a quote is not closed")]


def test_a_column_name_that_repeats_is_numbered() -> None:
    assert read_table(b"a,a, b \n1,2,3\n").columns == ["a", "a (2)", "b"]


def test_old_line_ends_of_carriage_returns_only_are_read() -> None:
    assert read_table(b"a,b\r1,2\r3,4\r").rows.to_pydict() == {"a": ["1", "3"], "b": ["2", "4"]}


def test_a_stray_carriage_return_spoils_its_own_record_and_no_other() -> None:
    table = read_table(b'a,b\n1,2\n3,4\r5,6\n7,"8\n9"\n')
    assert table.rows.to_pydict() == {"a": ["1", "7"], "b": ["2", "8\n9"]}
    assert [(bad.line, bad.reason) for bad in table.bad] == [(3, "a carriage return stands in it")]


@pytest.mark.parametrize(
    ("data", "words"),
    [(b"a,b\n1,\0\n", "a zero byte at"), (b"a" * 200_000, "its first line is no header")],
)
def test_a_file_that_is_no_table_says_why(data: bytes, words: str) -> None:
    with pytest.raises(UnreadableFileError, match=words):
        read_table(data)


@pytest.mark.parametrize("named", ["utf-8", "latin-1", "cp1252", "utf-16", "ascii"])
@pytest.mark.parametrize("sent", ["utf-8-sig", "utf-16", "utf-32"])
def test_a_byte_order_mark_says_the_encoding_and_is_in_no_name(named: str, sent: str) -> None:
    table = read_table("a,b\n1,é\n".encode(sent), Layout(encoding=named))
    assert table.rows.to_pydict() == {"a": ["1"], "b": ["é"]}


def test_utf_16_without_a_mark_is_read_where_the_city_file_says_so() -> None:
    table = read_table("a,b\n1,é\n".encode("utf-16-le"), Layout(encoding="utf-16-le"))
    assert table.rows.to_pydict() == {"a": ["1"], "b": ["é"]}


def test_columns_are_found_whatever_their_case_and_blanks_and_by_their_other_names() -> None:
    wanted = ["Crime ID", "offence", "lon"]
    layout = Layout(other_names={"offence": ["Offense Type", "crime"]})
    for header in ("CRIME  id ,Offense type,\xa0Lon", "CrimeID,CRIME,lon", "Crime ID,offence,LON "):
        table = read_table(f"{header}\n1,x,2\n".encode(), layout, wanted=wanted)
        assert table.rows.to_pydict() == {"Crime ID": ["1"], "offence": ["x"], "lon": ["2"]}
    both = read_table(b"Date,DATE\n1,2\n", wanted=["DATE"])
    assert both.rows.to_pydict() == {"DATE": ["2"]}  # as written wins


def test_rows_above_the_header_and_totals_at_the_end_are_no_records() -> None:
    data = b'Police export,,\n"Printed\n2024",,\na,b,c\n1,2,3\n4,5,6\nTotal,2,\n'
    table = read_table(data, Layout(title_rows=2, footer_rows=1))
    assert table.rows.to_pydict() == {"a": ["1", "4"], "b": ["2", "5"], "c": ["3", "6"]}
    assert table.lines.tolist() == [5, 6]
    assert read_table(b"a,b\n", Layout(footer_rows=3)).header is None


def test_of_columns_that_are_not_wanted_nothing_is_kept_in_any_record() -> None:
    data = b'id;name;when;what\n1;JANE EXAMPLE;2024;"a ""b"", c"\n2;JOHN EXAMPLE;2025\n3;"JIM;2026;x\n'
    table = read_table(data, Layout(delimiter=";"), wanted=["what", "id"], only_wanted=True)
    assert (table.header, table.left_out) == ("id,what", ["name", "when"])
    assert table.records.to_pylist() == ['1,"a ""b"", c"', "", ""]
    assert [bad.line for bad in table.bad] == [3, 4]
    assert next(csv.reader([table.records[0].as_py()])) == ["1", 'a "b", c']


def test_where_every_column_is_wanted_records_stay_as_sent() -> None:
    table = read_table(b'a,b\n1,"2"\n3\n', wanted=["b", "a"], only_wanted=True)
    assert (table.header, table.records.to_pylist(), table.left_out) == ("a,b", ['1,"2"', "3"], [])


def test_only_the_wanted_columns_are_made() -> None:
    assert read_table(b"a,b,c\n1,2,3\n", wanted=["c", "nowhere"]).rows.to_pydict() == {"c": ["3"]}


@pytest.mark.parametrize("data", [b"", b"\n", b"\r\n\r\n"])
def test_nothing_is_a_table_without_header(data: bytes) -> None:
    table = read_table(data)
    assert (table.header, table.columns, len(table.records)) == (None, [], 0)
