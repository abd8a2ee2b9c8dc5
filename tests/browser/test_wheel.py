"""The wheel in an empty environment: it serves the invented city with a map."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import time
import urllib.error
import urllib.request
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page

from tests.browser.reading import DRAWN, IDLE
from tests.database import temporary_home

CHECKOUT = Path(__file__).parents[2]
UV = str(Path(sys.executable).with_name("uv"))


def run(*command: str | Path, cwd: Path = CHECKOUT) -> None:
    done = subprocess.run([str(part) for part in command], cwd=cwd, env=clean(), capture_output=True, text=True)
    assert done.returncode == 0, done.stderr[-2000:]


def clean() -> dict[str, str]:
    """The environment without what leads to this checkout; an organisation's proxy signs with the machine's certificates."""
    own = {"UV_SYSTEM_CERTS": "true"} if Path("/etc/ssl/certs/ca-certificates.crt").exists() else {}
    return own | {name: value for name, value in os.environ.items() if name not in ("PYTHONPATH", "VIRTUAL_ENV")}


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Built from a copy of what git tracks and of the front-end packages, as a clone after set-up holds them."""
    clone = tmp_path_factory.mktemp("clone")
    tracked = subprocess.run(["git", "ls-files", "-z"], cwd=CHECKOUT, capture_output=True, check=True).stdout
    for name in filter(None, tracked.decode().split("\0")):
        if (CHECKOUT / name).is_file():
            (clone / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(CHECKOUT / name, clone / name)
    vendor = Path("dashboard", "hotspots_dashboard", "assets", "vendor")
    shutil.copytree(CHECKOUT / vendor, clone / vendor)
    run(UV, "build", "--quiet", "--wheel", "--out-dir", clone / "dist", cwd=clone)
    (built,) = (clone / "dist").glob("*.whl")
    return built


@pytest.fixture(scope="module")
def environment(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("empty") / "venv"
    run(UV, "venv", "--quiet", "--python", sys.executable, folder)
    # The versions that the rest of the suite runs on.
    pinned = folder.parent / "versions.txt"
    lock = (CHECKOUT / "requirements.lock").read_text()
    pinned.write_text("\n".join(re.findall(r"^[A-Za-z0-9._-]+==[^\\\n]+", lock, flags=re.MULTILINE)))
    run(UV, "pip", "install", "--quiet", "--python", folder, "--constraint", pinned, f"{wheel}[service]")
    return folder


@pytest.fixture
def served(environment: Path) -> Iterator[str]:
    """The address at which ``hotspots demo`` serves the city."""
    port = "18987"
    with temporary_home() as home:
        given = {**clean(), "HOTSPOTS_HOME": str(home), "HOTSPOTS_PUBLIC_PORT": port, "HOTSPOTS_STAFF_PORT": "18988"}
        command = [environment / "bin" / "hotspots", "demo"]
        log = home / "demo.log"
        with log.open("wb") as output:
            server = subprocess.Popen(command, cwd=home, env=given, stdout=output, stderr=subprocess.STDOUT)
        try:
            address = f"http://127.0.0.1:{port}/"
            assert waits_for(address, server), log.read_text()[-3000:]
            yield address
        finally:
            server.terminate()
            server.wait()
            subprocess.run([environment / "bin" / "hotspots", "db", "stop"], env=given, capture_output=True)


def waits_for(address: str, server: subprocess.Popen[bytes]) -> bool:
    while server.poll() is None:
        try:
            with urllib.request.urlopen(address + "api/health"):
                return True
        except (urllib.error.URLError, ConnectionError):
            time.sleep(0.5)
    return False


def test_the_wheel_carries_map_library_and_sql(wheel: Path) -> None:
    names = set(zipfile.ZipFile(wheel).namelist())
    assert "hotspots_dashboard/assets/vendor/maplibre-gl.mjs" in names
    assert "hotspots/_sql/public_columns.toml" in names
    assert not [name for name in names if name.startswith("tests/")]


def test_the_demo_from_the_wheel_draws_its_map(served: str, page: Page) -> None:
    page.goto(served)
    page.wait_for_selector(IDLE)
    assert page.evaluate(DRAWN) > 0
    assert "reported incidents" in page.locator("body").inner_text()
