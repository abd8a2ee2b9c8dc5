"""Whole numbers of a file's cells: what the database cannot hold is none."""

import pytest

from hotspots.domain.whole_number import read_whole_number


@pytest.mark.parametrize(
    ("text", "number"),
    [("1204", 1204), ("007", 7), ("999999999", 999_999_999), ("9999999999", None), ("9" * 5000, None)]
    + [(text, None) for text in ("", "-1", "1.5", "12A", " 3", "²", "٣")],
)
def test_only_plain_digits_are_a_number(text: str, number: int | None) -> None:
    assert read_whole_number(text) == number
