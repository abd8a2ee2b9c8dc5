"""Files of every command are readable by their owner alone: one function opens all that are written."""

from __future__ import annotations

import ast
import os
from pathlib import Path

import pytest

from hotspots.pipeline.output_file import write_whole
from hotspots.private_files import open_private

CODE = [Path(__file__).parents[2] / folder for folder in ("hotspots", "dashboard/hotspots_dashboard")]
ELSEWHERE = {
    "hotspots/private_files.py": "the one place",
    "hotspots/demo_city/folder.py": "an invented city",
    "hotspots/store/server/embedded.py": "the database's own folder, 0700, some of it for the server's user",
    "hotspots/store/server/passwords.py": "0600, and never over a password that is there",
    "hotspots/pipeline/backup.py": "0600, and read back while it is written",
    "hotspots/store/server/backup.py": "inside the archive of the line above",
    "hotspots/pipeline/door/key_files.py": "0600, and never over a key that is there",
    "hotspots/pipeline/forecast/backtest_report.py": "into a temporary folder, 0700",
    "hotspots/pipeline/act/plan_sheet.py": "into a temporary folder, 0700",
    "hotspots/pipeline/act/remedies.py": "a copy of the shipped list of remedies",
    "hotspots/cli/main.py": "the device that keeps nothing",
}  # fmt: skip


def writes(call: ast.Call) -> bool:
    """Whether a call opens or makes a file to write."""
    name = call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")
    if name in {"write_text", "write_bytes", "touch"}:
        return True
    if name != "open":
        return False
    words = [one.value for one in ast.walk(call) if isinstance(one, ast.Constant) and isinstance(one.value, str)]
    flags = {one.attr for one in ast.walk(call) if isinstance(one, ast.Attribute)}
    return any(set(word) <= set("wabxt+") and set(word) & set("wax+") for word in words if word) or bool(
        flags & {"O_WRONLY", "O_RDWR"}
    )


@pytest.mark.attack(
    "logs and files",
    tried="read what a command wrote, as another account of the machine",
    now="every file is opened in one place, readable by its owner alone",
)
def test_every_file_that_is_written_is_opened_in_one_place() -> None:
    top = CODE[0].parent
    found = {
        str(file.relative_to(top))
        for folder in CODE
        for file in folder.rglob("*.py")
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8")))
        if isinstance(node, ast.Call) and writes(node)
    }
    assert found - set(ELSEWHERE) == set()


@pytest.mark.attack(
    "logs and files",
    tried="leave a file that everybody may read where a command will write",
    now="the new one is its owner's alone",
)
@pytest.mark.parametrize("umask", [0o000, 0o022])
def test_a_written_file_is_its_owners_alone_whatever_stood_there_before(tmp_path: Path, umask: int) -> None:
    before = os.umask(umask)
    try:
        path = tmp_path / "list.csv"
        path.write_text("old")
        path.chmod(0o666)
        (tmp_path / ".list.csv.unfinished").write_text("left by a killed command")
        write_whole(path, b"new", option="--out")
        assert (path.read_bytes(), path.stat().st_mode & 0o777) == (b"new", 0o600)
        assert [file.name for file in tmp_path.iterdir()] == ["list.csv"]
    finally:
        os.umask(before)


def test_a_link_of_that_name_is_not_followed(tmp_path: Path) -> None:
    target, link = tmp_path / "target", tmp_path / "link"
    target.write_text("kept")
    link.symlink_to(target)
    with open_private(link) as stream:
        stream.write(b"x")
    assert target.read_text() == "kept"
