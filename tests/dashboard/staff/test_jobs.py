"""Jobs: asked on the desk, done by a worker with progress, done anew where a worker died; and the page of a backtest."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from typing import Any

import pytest

from hotspots.pipeline.queue.worker import work
from hotspots.store.staff import queue
from tests.database import TestDatabase
from tests.desk_city import DeskSite, desk_site

FORECAST = {"kind": "forecast", "crime_type": "theft", "model": "long_run_count", "horizon_days": "28"}
BACKTEST = {**FORECAST, "kind": "backtest", "horizon_days": "7", "origins": "2"}


@pytest.fixture(scope="module")
def site(database: TestDatabase) -> Iterator[DeskSite]:
    with desk_site(database) as made:
        with database.owner.connect() as connection:
            connection.execute("""update core.city set config = config || '{"grid": {"cell_m": 150}}'""")
        yield made


def ask(site: DeskSite, who: str = "analyst", **form: str) -> Any:
    return site.as_(who).post("/data/models/ask", data=form, headers=site.origin)


def rows(site: DeskSite, query: str) -> list[tuple]:
    with site.owner.connect() as connection:
        return connection.execute(query).fetchall()  # pyright: ignore[reportArgumentType, reportCallIssue]


def page(site: DeskSite, path: str = "/data/models") -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", site.as_("analyst").get(path).text).split())


def test_an_analysts_job_is_done_once_and_stands_on_the_page(site: DeskSite) -> None:
    assert ask(site, **FORECAST).status_code == 303
    assert ask(site, **FORECAST).status_code == 303  # asked twice is one job
    assert len(rows(site, "select 1 from queue.job")) == 1 and "waiting" in page(site)
    said: list[str] = []
    assert work(site.worker, once=True, say=said.append) == 1
    assert said[0].startswith("job 1: forecast of theft, asked by analyst") and said[-1] == "job 1: done"
    assert rows(site, "select count(*) > 0 from core.forecast where crime_types = '{theft}'") == [(True,)]
    assert rows(site, "select progress, failed, tries from queue.job") == [(1.0, None, 1)] and "done" in page(site)
    assert rows(site, "select count(*) from audit.event where verb = 'job' and actor = 'analyst'") == [(1,)]


def test_a_backtest_says_how_far_it_is_and_what_it_found(site: DeskSite) -> None:
    ask(site, **BACKTEST)
    assert work(site.worker, once=True, say=lambda _: None) == 1
    ended = rows(site, "select failed, doing from queue.job where kind = 'backtest'")
    assert ended == [(None, "2 of 2 windows")]
    number = rows(site, "select max(backtest_id) from core.backtest")[0][0]
    text = page(site, f"/data/backtests/{number}")
    assert "2 windows of 7 days" in text and "long run count" in text
    result = rows(site, f"select result from core.backtest where backtest_id = {number}")[0][0]
    for score in result[
        "scores"
    ]:  # the share in 5 % of the ground, and what came in the first boxes for each incident expected
        assert f"{100 * score['hit_rate']['5 %']:.1f} %" in text
    (line,) = [
        one
        for one in result["lists"]
        if (one["unit"], one["rank_by"], one["model"], one["shift"]) == ("box", "expected", "long_run_count", "")
    ]
    held = (line[key][line["sizes"].index(20)] for key in ("held", "held_low", "held_high"))
    assert "{:.2f} ({:.2f}–{:.2f})".format(*held) in text
    assert site.as_("analyst").get("/data/backtests/999999").status_code == 404


def test_a_job_whose_worker_died_is_done_anew_and_given_up_after_three_tries(site: DeskSite) -> None:
    ask(site, **{**FORECAST, "horizon_days": "7"})
    with site.worker.connect(autocommit=True) as connection:
        job = queue.take(connection, "first")
        assert job is not None and queue.take(connection, "second") is None  # nobody takes what is held
        connection.execute("update queue.job set lease_until = now() - interval '1 second' where ended_at is null")
        assert not queue.hold(connection, job.job_id, "second")
        again = queue.take(connection, "second")
        assert again is not None and (again.job_id, again.tries) == (job.job_id, 2)
        queue.finish(connection, job.job_id, "first", failed=None)  # the dead one comes late: it is the second's by now
        assert connection.execute("select 1 from queue.job where ended_at is null").fetchall()
        connection.execute("update queue.job set lease_until = now() - interval '1 second' where ended_at is null")
    assert work(site.worker, once=True, say=lambda _: None) == 1  # the third try
    ask(site, **{**FORECAST, "horizon_days": "14"})
    with site.owner.connect(autocommit=True) as connection:
        connection.execute(
            "update queue.job set tries = 3, lease_until = now() - interval '1 s' where ended_at is null"
        )
    assert work(site.worker, once=True, say=lambda _: None) == 0
    assert "its worker stopped 3 times" in page(site)


def test_the_command_does_a_job_with_the_workers_key_alone(site: DeskSite, database: TestDatabase) -> None:
    ask(site, **{**FORECAST, "horizon_days": "7", "model": "kde"})
    with site.owner.connect() as connection:  # who did it stands in the job
        connection.execute(
            "create function queue.tell_login() returns trigger language plpgsql as $$ begin new.doing := session_user; return new; end $$"
        )
        connection.execute(
            "create trigger tell_login before update on queue.job for each row when (new.ended_at is not null) execute function queue.tell_login()"
        )
    environment = {
        "PATH": os.environ["PATH"], "HOTSPOTS_HOME": str(database.settings.home), "HOTSPOTS_DATABASE_URL": database.owner.dsn,
    }  # fmt: skip
    try:
        ran = subprocess.run(
            [sys.executable, "-m", "hotspots.command", "work", "--once"],
            env=environment,
            capture_output=True,
            text=True,
        )
        assert (ran.returncode, ran.stdout) == (0, "1 job done\n"), ran.stderr
        assert rows(site, "select failed, doing from queue.job order by job_id desc limit 1") == [
            (None, "hotspots_worker")
        ]
    finally:
        with site.owner.connect() as connection:
            connection.execute("drop trigger tell_login on queue.job")
            connection.execute("drop function queue.tell_login")


def test_a_job_that_waits_can_be_withdrawn(site: DeskSite) -> None:
    ask(site, **{**FORECAST, "model": "kde"})
    number = str(rows(site, "select max(job_id) from queue.job")[0][0])
    for who, status in (("commander", 403), ("analyst", 303), ("analyst", 400)):
        answer = site.as_(who).post("/data/models/withdraw", data={"job": number}, headers=site.origin)
        assert answer.status_code == status, who
    assert "withdrawn by analyst" in page(site) and work(site.worker, once=True, say=lambda _: None) == 0


@pytest.mark.parametrize(
    ("form", "words"),
    [
        ({**FORECAST, "kind": "load"}, "is not one of forecast, backtest"),
        ({**FORECAST, "crime_type": "witchcraft"}, "this city has none of the name"),
        ({**FORECAST, "model": "../../etc"}, "is not one of blend"),
        ({**FORECAST, "horizon_days": "1000"}, "is not a whole number"),
        ({**FORECAST, "horizon_days": "9"}, "is not one of 7, 14, 28"),
        ({**BACKTEST, "origins": "99"}, "is not between 2 and 24"),
    ],
)
def test_what_cannot_be_asked_is_said(site: DeskSite, form: dict[str, str], words: str) -> None:
    before = len(rows(site, "select 1 from queue.job"))
    answer = ask(site, **form)
    assert answer.status_code == 400 and words in answer.text
    assert len(rows(site, "select 1 from queue.job")) == before


def test_a_failed_job_says_why_and_a_worker_checks_what_it_is_given(site: DeskSite) -> None:
    with site.owner.connect() as connection:  # as if somebody wrote past the page
        connection.execute(
            """insert into queue.job (kind, arguments, asked_by) values ('forecast', '{"crime_type": "x", "model": "kde", "horizon_days": 7}', 'nobody')"""
        )
    assert work(site.worker, once=True, say=lambda _: None) == 1
    assert "this city has none of the name" in page(site)


def test_only_an_analysts_session_asks(site: DeskSite) -> None:
    for who in ("commander", "prevention", "auditor", "admin"):
        assert ask(site, who, **FORECAST).status_code == 403
    with site.door.connection() as connection, pytest.raises(Exception, match="only an analyst"):
        connection.execute("""select queue.ask('forecast', '{}')""")
