"""A portal that is busy, cut off or wrong: asked again, or refused in one line; a token goes nowhere else."""

from __future__ import annotations

import base64
import hashlib
from datetime import UTC, datetime
from pathlib import Path

import pytest

from hotspots.sources.feeds.portal import BusyError, Pace, Patience, Portal, PortalError, retry_after_s
from tests.sources.feeds.portals import Asked, Reply, serving


def well(asked: Asked) -> Reply:
    del asked
    return 200, [1, 2], {}


@pytest.mark.parametrize(
    "trouble",
    [
        (429, b"", {}),
        (429, b"", {"Retry-After": "0"}),
        (500, b"", {}),
        (503, b"", {}),
        (200, b'[{"half": ', {}),
        "cut",
    ],
)
def test_what_may_pass_is_asked_again(trouble: Reply | str, patience: Patience) -> None:
    with serving(well) as server, Portal("feed", patience=patience) as portal:
        server.troubles = [trouble, trouble]
        assert portal.json(f"{server.url}/x").content == [1, 2]
        assert len(server.asked) == 3


def test_a_portal_that_stays_busy_is_given_up_after_the_last_attempt(patience: Patience) -> None:
    with serving(well) as server, Portal("feed", patience=patience) as portal:
        server.troubles = [(503, b"", {})] * 9
        with pytest.raises(BusyError, match="feed: it answers 503"):
            portal.json(f"{server.url}/x")
        assert len(server.asked) == 4


def test_a_portal_that_asks_for_a_long_wait_is_left_to_the_next_run(patience: Patience) -> None:
    with serving(well) as server, Portal("feed", patience=patience) as portal:
        server.troubles = [(429, b"", {"Retry-After": "3600"})]
        with pytest.raises(BusyError):
            portal.json(f"{server.url}/x")
        assert len(server.asked) == 1


@pytest.mark.parametrize(
    ("reply", "words"),
    [
        ((400, {"message": "No such column: beat"}, {}), "refuses with 400: No such column: beat"),
        ((403, b"<html>", {}), "refuses with 403"),
        (
            (301, b"", {"Location": "https://elsewhere.example/x?secret=1"}),
            "it has moved to https://elsewhere.example/x;",
        ),
    ],
)
def test_a_refusal_is_told_in_the_portals_words_and_asked_once(reply: Reply, words: str, patience: Patience) -> None:
    with serving(well) as server, Portal("feed", patience=patience) as portal:
        server.troubles = [reply]
        with pytest.raises(PortalError, match=words.replace("?", r"\?")):
            portal.json(f"{server.url}/x?token=secret")
        assert len(server.asked) == 1


def test_a_token_is_sent_as_a_header_and_follows_no_redirect(patience: Patience) -> None:
    with (
        serving(well) as elsewhere,
        serving(lambda asked: (302, b"", {"Location": f"{elsewhere.url}/x"})) as server,
        Portal("feed", headers={"X-App-Token": "secret"}, patience=patience) as portal,
    ):
        with pytest.raises(PortalError, match="it has moved") as error:
            portal.json(f"{server.url}/x")
        assert server.asked[0].headers["x-app-token"] == "secret"
        assert elsewhere.asked == []
        assert "secret" not in str(error.value)


def test_retry_after_is_read_as_seconds_or_as_a_date() -> None:
    now = datetime(2026, 3, 1, 12, 0, 0, tzinfo=UTC)
    assert retry_after_s("30", now=now) == 30
    assert retry_after_s("Sun, 01 Mar 2026 12:01:30 GMT", now=now) == 90
    assert retry_after_s("Sun, 01 Mar 2026 11:00:00 GMT", now=now) == 0
    assert retry_after_s("soon", now=now) is None
    assert retry_after_s("", now=now) is None


def test_a_pace_spreads_requests_evenly() -> None:
    clock = [0.0]
    slept: list[float] = []

    def sleep(seconds: float) -> None:
        slept.append(seconds)
        clock[0] += seconds

    pace = Pace(15, now=lambda: clock[0], sleep=sleep)
    for _ in range(31):
        pace.wait()
    assert clock[0] == pytest.approx(2.0)
    clock[0] += 10
    pace.wait()
    assert sum(slept) == pytest.approx(2.0)


def test_a_download_is_private_and_held_to_its_checksum(tmp_path: Path, patience: Patience) -> None:
    body = b"id,when\n1,2026-01-01\n"
    good = base64.b64encode(hashlib.sha256(body).digest()).decode()
    with (
        serving(lambda asked: (200, body, {"Content-Digest": f"sha-256=:{good}:"})) as server,
        Portal("feed", patience=patience) as portal,
    ):
        server.troubles = [(200, body[:-3], {"Content-Digest": f"sha-256=:{good}:"})]
        answer = portal.download(f"{server.url}/x.csv", tmp_path / "x", headers={})
        assert answer is not None and answer.content == hashlib.sha256(body).hexdigest()
        assert (tmp_path / "x").read_bytes() == body
        assert (tmp_path / "x").stat().st_mode & 0o777 == 0o600
        assert len(server.asked) == 2


def test_a_download_that_is_cut_off_is_made_anew(tmp_path: Path, patience: Patience) -> None:
    with serving(lambda asked: (200, b"whole", {})) as server, Portal("feed", patience=patience) as portal:
        server.troubles = ["cut"]
        portal.download(f"{server.url}/x.csv", tmp_path / "x", headers={})
        assert (tmp_path / "x").read_bytes() == b"whole"
