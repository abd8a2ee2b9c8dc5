"""Settings come from HOTSPOTS_ variables; a bad one is named."""

from pathlib import Path

import pytest

from hotspots.errors import SettingsError
from hotspots.settings import read_settings


@pytest.fixture(autouse=True)
def _no_settings(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("HOTSPOTS_HOME", "HOTSPOTS_DATABASE_URL", "HOTSPOTS_PUBLIC_PORT"):
        monkeypatch.delenv(name, raising=False)


def test_as_root_the_default_home_is_where_the_servers_user_can_go(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("os.geteuid", lambda: 0)
    assert read_settings().home == Path("/var/lib/hotspots")


def test_a_users_default_home_is_the_data_folder_of_the_user(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("os.geteuid", lambda: 1000)
    monkeypatch.setenv("XDG_DATA_HOME", "/home/ada/data")
    assert read_settings().home == Path("/home/ada/data/hotspots")


def test_a_relative_home_becomes_absolute(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("HOTSPOTS_HOME", "here")
    assert read_settings().home == tmp_path / "here"


def test_an_empty_variable_is_as_if_it_were_not_set(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOTSPOTS_DATABASE_URL", "")
    assert read_settings().database_url is None


def test_a_wrong_value_names_the_variable_and_the_value(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOTSPOTS_PUBLIC_PORT", "eighty")
    with pytest.raises(SettingsError, match="HOTSPOTS_PUBLIC_PORT='eighty' does not work"):
        read_settings()


def test_addresses_are_not_shown_when_settings_are_printed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOTSPOTS_DATABASE_URL", "postgresql://ada:geheim@host/city")
    assert "geheim" not in repr(read_settings())
