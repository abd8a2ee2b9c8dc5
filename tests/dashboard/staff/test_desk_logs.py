"""Whatever fails at the desk, no log holds what was asked, typed or looked at, who it was, or a secret; with all that there is in the log."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
import structlog

from hotspots.domain.account import PERMISSIONS, ROLES
from hotspots.logs import configure_logs, log_uncaught
from hotspots.store.staff.door import Door
from hotspots_dashboard.staff.desk import OPEN
from hotspots_dashboard.staff.guard import Guard
from tests.database import TestDatabase
from tests.desk_city import DeskSite, desk_site

SEARCHED, TYPED, SECRET = "471147", "Elmhurst", "s3cret-of-nobody"


@pytest.fixture(scope="module")
def site(database: TestDatabase) -> Iterator[DeskSite]:
    before = structlog.get_config()
    with desk_site(database) as made, pytest.MonkeyPatch.context() as patch:
        patch.setattr("threading.excepthook", None)  # put back at the end
        patch.setattr("sys.unraisablehook", None)
        configure_logs(database.settings.model_copy(update={"log_level": "debug"}))
        log_uncaught()
        yield made
    structlog.configure(**before)


@pytest.mark.attack(
    "logs and files",
    tried="every page of the desk fails, by every method, with words and secrets in paths, queries and forms, and the session of a person",
    now="only the types of errors and places in the code",
)
def test_no_page_of_the_desk_that_fails_logs_what_was_asked(
    site: DeskSite, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    @contextmanager
    def fail(*_: Any, **__: Any) -> Iterator[None]:
        asked = f"near {SEARCHED} {TYPED} Street, {SECRET}"
        raise RuntimeError(f"no answer to {asked}")
        yield

    monkeypatch.setattr(Door, "acting", fail)
    (guard,) = [one for one in site.app.user_middleware if one.cls is Guard]  # pyright: ignore[reportAttributeAccessIssue]
    codes = []
    for rule in guard.kwargs["desk"].rules:
        if rule.is_prefix or rule.path == "/sign-out":
            continue
        role = next((one for one in ROLES if rule.needs == OPEN or rule.needs in PERMISSIONS[one]), None)
        path = re.sub(r"\{\w+\}", TYPED, re.sub(r"\{\w+:int\}", SEARCHED, rule.path))
        words = {
            "types": TYPED,
            "at": SEARCHED,
            "t": SECRET,
            "name": TYPED,
            "password": SECRET,
            "text": f"{SEARCHED} {TYPED}",
            "code": SEARCHED,
        }
        for method in sorted(rule.methods - {"HEAD"}):
            sent: dict[str, Any] = {"params": words} if method == "GET" else {"data": words, "headers": site.origin}
            codes.append(site.as_(role).request(method, path, **sent).status_code)
    logged = "".join(capfd.readouterr())
    assert codes.count(500) > 20
    assert logged.count("RuntimeError") > 20 and "test_desk_logs.py" in logged
    for secret in (SEARCHED, TYPED, SECRET, "no answer to", "127.0.0.1", *site.tokens.values()):
        assert secret not in logged, [line for line in logged.splitlines() if secret in line][:3]
    assert "Traceback" not in logged
