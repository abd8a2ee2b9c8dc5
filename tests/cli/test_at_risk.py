"""``hotspots at-risk`` on bad input: one line, exit code 2, before anything is made."""

from pathlib import Path

import pytest
from typer.testing import CliRunner

from hotspots.cli.main import app
from hotspots.settings import Settings


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--hours", "25-99"], "--hours 25-99 is not a range"),
        (["--hours", "²-3"], "--hours '²-3' is not a range"),
        (["--hours", "9" * 5000 + "-3"], "is not a range"),
        (["--weekdays", "fr"], "--weekdays 'fr' is not one of mon"),
        (["--out", "list.docx"], "the ending .docx is not one of"),
        (["--out", "nowhere/list.csv"], "the folder nowhere is not there"),
        ([], "No city is loaded yet"),
    ],
)
def test_bad_input_is_one_line_and_exit_code_2(
    cluster: Settings, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, arguments: list[str], words: str
) -> None:
    monkeypatch.setenv("HOTSPOTS_HOME", str(cluster.home))
    monkeypatch.chdir(tmp_path)
    result = CliRunner().invoke(app, ["at-risk", "--crime-type", "burglary", "--out", "list.csv", *arguments])
    assert result.exit_code == 2
    assert result.stderr.startswith("Error: ") and result.stderr.count("\n") == 1
    assert words in result.stderr
    assert list(tmp_path.iterdir()) == []
