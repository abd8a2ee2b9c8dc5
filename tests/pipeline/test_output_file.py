"""Files that a person asks for: refused before the work, written whole or not at all."""

from pathlib import Path

import pytest

from hotspots.errors import InputError
from hotspots.pipeline.output_file import check_output, make_folder_of, write_whole

TOO_LONG = "a" * 300 + ".csv"


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("list.docx", r"--out list\.docx: the ending \.docx is not one of: \.csv, \.html"),
        ("list", r"the ending \(none\)"),
        ("nowhere/list.csv", "the folder .*nowhere is not there"),
        ("folder.csv", "is a folder; name a file"),
    ],
)
def test_what_cannot_be_written_is_said_before_the_work(tmp_path: Path, name: str, words: str) -> None:
    (tmp_path / "folder.csv").mkdir()
    with pytest.raises(InputError, match=words):
        check_output(tmp_path / name, option="--out", endings=(".csv", ".html"))
    check_output(tmp_path / "LIST.CSV", option="--out", endings=(".csv", ".html"))


def test_a_file_that_turns_out_not_to_be_writable_is_one_line_and_leaves_nothing(tmp_path: Path) -> None:
    (tmp_path / "folder.csv").mkdir()
    for name, words in ((TOO_LONG, "File name too long"), ("folder.csv", "Is a directory")):
        with pytest.raises(InputError, match=f"--out .* cannot be written: {words}"):
            write_whole(tmp_path / name, b"rows", option="--out")
    assert [path.name for path in tmp_path.iterdir()] == ["folder.csv"]


def test_a_file_in_place_of_a_folder_is_one_line(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("here")
    with pytest.raises(InputError, match="--rejects .* cannot be made: "):
        make_folder_of(tmp_path / "file" / "below" / "rejects.csv", option="--rejects")
