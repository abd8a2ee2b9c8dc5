"""Fixtures of all tests: real PostGIS, real data where it is, a real browser."""

import os
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from hotspots.settings import Settings
from tests.database import TestDatabase, cloned_database, migrated_cluster

CHECKOUT = Path(__file__).parent.parent


NOT_OF_A_DEPLOYMENT = ("HOTSPOTS_REAL_DATA", "HOTSPOTS_CHROMIUM", "HOTSPOTS_POSTGRES_BIN")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The browser comes last: it takes longest, and everything else is known by then."""
    items.sort(key=lambda item: "browser" in item.path.parts)


@pytest.fixture(scope="session", autouse=True)
def _own_settings() -> Iterator[None]:
    """Keep the tests away from the deployment that the person's own environment names."""
    with pytest.MonkeyPatch.context() as patch:
        for name in os.environ:
            if name.startswith("HOTSPOTS_") and name not in NOT_OF_A_DEPLOYMENT:
                patch.delenv(name)
        yield


@pytest.fixture(scope="session")
def cluster() -> Iterator[Settings]:
    """Settings of an embedded cluster of this session; its database `hotspots` is the template and stays empty."""
    with migrated_cluster() as settings:
        yield settings


@pytest.fixture(scope="module")
def database(cluster: Settings, request: pytest.FixtureRequest) -> Iterator[TestDatabase]:
    """A migrated, empty database that only this test module uses."""
    name = "test_" + re.sub(r"\W", "_", str(request.module.__name__))[-50:]
    with cloned_database(cluster, name) as cloned:
        yield cloned


@pytest.fixture(scope="session")
def real_data() -> Path:
    """Folder of real cities' data; tests that need it are skipped where it is not."""
    named = os.environ.get("HOTSPOTS_REAL_DATA")
    folder = Path(named) if named else CHECKOUT.parent / "shared" / "data"
    if not folder.is_dir():
        pytest.skip(f"real data not here: no folder {folder}; HOTSPOTS_REAL_DATA names another")
    return folder


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict[str, Any]) -> dict[str, Any]:
    """Debian's Chromium, drawing WebGL in software: the machine needs no graphics card and no download."""
    return {
        **browser_type_launch_args,
        "executable_path": os.environ.get("HOTSPOTS_CHROMIUM", "/usr/bin/chromium"),
        "args": ["--no-sandbox", "--use-gl=angle", "--use-angle=swiftshader", "--enable-unsafe-swiftshader"],
    }
