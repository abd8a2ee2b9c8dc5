"""The notebooks run from top to bottom on the invented city, with warnings as errors."""

import runpy
from pathlib import Path

import pytest

NOTEBOOKS = sorted((Path(__file__).parents[2] / "notebooks").glob("[0-9]*.py"))


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_a_notebook_runs_from_top_to_bottom(path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    runpy.run_path(str(path))
    assert capsys.readouterr().out


def test_notebooks_are_percent_scripts_that_begin_with_words() -> None:
    assert len(NOTEBOOKS) >= 2
    for path in NOTEBOOKS:
        text = path.read_text()
        assert text.startswith("# %% [markdown]\n# # ")
        assert text.count("# %%\n") >= 3
