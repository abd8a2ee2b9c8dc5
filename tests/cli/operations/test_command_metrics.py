"""Numbers about commands, as the node exporter's textfile collector reads them."""

import errno
from pathlib import Path

import pytest
import time_machine
from prometheus_client.parser import text_string_to_metric_families

from hotspots.cli.operations.command_metrics import count_rows, measured


def numbers(folder: Path, command: str = "load") -> dict[str, float]:
    families = text_string_to_metric_families((folder / f"hotspots_{command}.prom").read_text())
    samples = [sample for family in families for sample in family.samples]
    assert {sample.labels["command"] for sample in samples} == {command}
    return {sample.name.removeprefix("hotspots_command_"): sample.value for sample in samples}


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("HOTSPOTS_METRICS_FOLDER", str(tmp_path))
    return tmp_path


def test_a_run_that_ends_well_says_when_how_long_and_how_many_rows(folder: Path) -> None:
    with time_machine.travel(1_800_000_000, tick=False), measured("load"):
        count_rows(1234)
    found = numbers(folder)
    assert found.pop("seconds") >= 0
    assert found == {
        "last_run_timestamp_seconds": 1.8e9,
        "last_success_timestamp_seconds": 1.8e9,
        "rows": 1234,
        "failures": 0,
    }
    assert [one.name for one in folder.iterdir()] == ["hotspots_load.prom"]


def test_a_run_that_fails_keeps_the_last_success_and_is_counted(folder: Path) -> None:
    with time_machine.travel(1_800_000_000, tick=False), measured("load"):
        count_rows(1234)
    for _ in range(2):
        with time_machine.travel(1_800_000_500, tick=False), pytest.raises(SystemExit), measured("load"):
            raise SystemExit(2)
    found = numbers(folder)
    assert (found["last_run_timestamp_seconds"], found["last_success_timestamp_seconds"]) == (
        1_800_000_500,
        1_800_000_000,
    )
    assert (found["failures"], found["rows"]) == (2, 1234)


def test_nothing_is_written_where_nobody_asks_and_a_folder_that_is_gone_fails_no_command(
    folder: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    with measured("status"):
        pass
    monkeypatch.delenv("HOTSPOTS_METRICS_FOLDER")
    with measured("load"):
        pass
    assert list(folder.iterdir()) == []
    monkeypatch.setenv("HOTSPOTS_METRICS_FOLDER", str(folder / "gone"))
    with measured("load"):
        pass
    assert "metrics not written" in "".join(capfd.readouterr())


def test_a_file_that_is_no_such_file_is_written_anew(folder: Path) -> None:
    (folder / "hotspots_load.prom").write_text("no metric {")
    with pytest.raises(OSError, match="full"), measured("load"):
        raise OSError(errno.ENOSPC, "full")
    assert numbers(folder)["failures"] == 1
