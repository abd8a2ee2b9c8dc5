"""The lock files name versions and hashes, and no download address."""

import json
import re
from pathlib import Path

import pytest

CHECKOUT = Path(__file__).parents[2]


@pytest.mark.parametrize("lock", ["requirements.lock", "requirements-dev.lock"])
def test_a_python_lock_has_a_hash_for_every_package_and_no_address(lock: str) -> None:
    text = (CHECKOUT / lock).read_text()
    assert "://" not in text and "--index-url" not in text
    entries = re.split(r"\n(?=[a-z0-9])", text, flags=re.IGNORECASE)
    assert [entry.split()[0] for entry in entries if "--hash=sha256:" not in entry or "==" not in entry] == []


def test_the_frontend_lock_has_a_hash_for_every_package_and_no_download_address() -> None:
    lock = json.loads((CHECKOUT / "package-lock.json").read_text())
    packages = {name: entry for name, entry in lock["packages"].items() if name}
    assert [name for name, entry in packages.items() if "integrity" not in entry or "resolved" in entry] == []


def test_front_end_packages_are_asked_for_by_exact_version() -> None:
    asked = json.loads((CHECKOUT / "package.json").read_text())
    for version in [*asked["dependencies"].values(), *asked["devDependencies"].values()]:
        assert re.fullmatch(r"\d+\.\d+\.\d+", version)


def test_production_runs_what_was_tested() -> None:
    """Every package of the production lock stands with the same version in the development lock; no test tool in it."""
    production, development = (
        set(re.findall(r"^([A-Za-z0-9._-]+==[^\s;]+)", (CHECKOUT / lock).read_text(), flags=re.MULTILINE))
        for lock in ("requirements.lock", "requirements-dev.lock")
    )
    assert production < development
    assert not [package for package in production if package.startswith(("pytest", "hypothesis", "playwright", "ruff"))]
