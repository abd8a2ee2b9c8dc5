"""`run_feeds`: whole files or none, on record, and then the ordinary load."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from hotspots.errors import CityFileError, InputError
from hotspots.pipeline.fetch.run import FeedRun, FetchOptions, run_feeds
from hotspots.pipeline.load.city import load
from hotspots.settings import Settings
from hotspots.sources.city_file import CityFile
from hotspots.sources.feeds.portal import Patience
from hotspots.store.ledger import feed_runs
from tests.database import TestDatabase, cloned_database
from tests.pipeline.load_city import EAST, NORTH, TODAY, write_city_file
from tests.sources.feeds.portals import Portal, Socrata, serving

FIELDS = {name: name for name in ("id", "when", "x", "y", "zone", "offence", "place", "status")}
OPTIONS = FetchOptions(patience=Patience(attempts=2, first_wait_s=0.0))


@pytest.fixture
def empty(cluster: Settings, request: pytest.FixtureRequest) -> Any:
    with cloned_database(cluster, f"test_fetch_{abs(hash(request.node.name)) % 10**9}") as database:
        yield database


def portal_row(number: int, *, updated: str = "2026-05-01T10:00:00.000Z", offence: str = "BURGLARY") -> dict[str, Any]:
    return {
        ":id": f"row-{number:04}", ":updated_at": updated, "id": str(number), "when": "2026-04-30 10:30", "x": f"{EAST + 500}",
        "y": f"{NORTH + 500}", "zone": "1", "offence": offence, "place": "001XX N MAIN ST", "status": "",
    }  # fmt: skip


def city_with_feed(folder: Path, server: Portal, *, feed: str = "", supply: str = 'supply = "increment"') -> CityFile:
    text = f'[[feed]]\nname = "incidents"\nkind = "socrata"\nurl = "{server.url}/resource/abcd-1234"\n{feed}\n[[area]]'
    return write_city_file(folder, replace={"[[area]]": text, 'supply = "increment"': supply})


def fetched(database: TestDatabase, city: CityFile, folder: Path, *, day: date = TODAY, **options: Any) -> FeedRun:
    runs = run_feeds(
        database.owner, city, folder, today=day, options=FetchOptions(patience=OPTIONS.patience, **options)
    )
    assert len(runs) == 1
    return runs[0]


def state(database: TestDatabase) -> feed_runs.FeedState:
    with database.owner.connect() as connection:
        (one,) = feed_runs.read_feeds(connection)
    return one


def loaded(database: TestDatabase, city: CityFile, folder: Path, *, day: date = TODAY) -> dict[str, int]:
    summary = load(database.owner, city, folder, only=["incidents"], today=day)
    assert summary.incidents is not None
    return {**summary.incidents.counts, "gone": summary.incidents.withdrawn_by_absence}


def test_a_feed_is_fetched_loaded_and_goes_on_from_where_it_was(empty: TestDatabase, tmp_path: Path) -> None:
    portal = Socrata([portal_row(1), portal_row(2)], FIELDS)
    with serving(portal) as server:
        city = city_with_feed(tmp_path, server, feed="overlap_days = 1")
        assert fetched(empty, city, tmp_path) == FeedRun("incidents", "incidents_2026-06-01_01.csv", 2)
        assert (tmp_path / "incidents_2026-06-01_01.csv").stat().st_mode & 0o777 == 0o600
        assert loaded(empty, city, tmp_path)["new"] == 2
        # The same rows again, inside the overlap: nothing new, and no file.
        assert fetched(empty, city, tmp_path) == FeedRun("incidents", None, 0)
        portal.rows.append(portal_row(3, updated="2026-05-03T10:00:00.000Z"))
        portal.rows[0] = portal_row(1, updated="2026-05-02T10:00:00.000Z", offence="STALKING")
        next_day = TODAY + timedelta(days=1)
        assert fetched(empty, city, tmp_path, day=next_day).file == "incidents_2026-06-02_01.csv"
    counts = loaded(empty, city, tmp_path, day=next_day)
    assert (counts["new"], counts["changed"], counts["withdrawn"], counts["gone"]) == (1, 1, 0, 0)
    with empty.owner.connect() as connection:
        days = connection.execute("select file, known_on::text from raw.delivery order by 1").fetchall()
    assert days == [(f"incidents_{day}_01.csv", day) for day in ("2026-06-01", "2026-06-02")]
    assert (state(empty).rows, state(empty).failures, state(empty).failure) == (3, 0, None)


def test_a_half_fetch_leaves_no_file_and_withdraws_nothing(empty: TestDatabase, tmp_path: Path) -> None:
    portal = Socrata([portal_row(number) for number in range(1, 9)], FIELDS)
    whole = 'supply = "snapshot"\nscope = "all"'
    with serving(portal) as server:
        city = city_with_feed(tmp_path, server, feed='reads = "whole"', supply=whole)
        fetched(empty, city, tmp_path)
        assert loaded(empty, city, tmp_path)["new"] == 8
        # Half way: description, count, then the page breaks off, again and again.
        server.troubles = [None, None, "cut", "cut"]
        failed = fetched(empty, city, tmp_path)
        assert failed.file is None and failed.failure is not None and "no whole answer" in failed.failure
        # An answer that is whole, and yet lacks more than half.
        portal.rows = portal.rows[:2]
        fewer = fetched(empty, city, tmp_path)
        assert fewer.failure is not None and "more than half would be withdrawn" in fewer.failure
        assert (state(empty).failures, state(empty).failure) == (2, fewer.failure)
        assert loaded(empty, city, tmp_path)["gone"] == 0
        # Told that it is right, it is taken: what disappeared from a whole is withdrawn.
        next_day = TODAY + timedelta(days=1)
        assert fetched(empty, city, tmp_path, day=next_day, accept_fewer=True).rows == 2
    assert loaded(empty, city, tmp_path, day=next_day)["gone"] == 6
    assert sorted(path.name for path in tmp_path.iterdir() if "incidents" in path.name) == [
        "incidents_2026-06-01_01.csv", "incidents_2026-06-02_01.csv",
    ]  # fmt: skip


def test_a_changed_schema_is_one_line_on_record_and_the_public_learns_since_when(
    empty: TestDatabase, tmp_path: Path
) -> None:
    fields = {name: name for name in FIELDS if name != "offence"}
    with serving(Socrata([], fields)) as server:
        run = fetched(empty, city_with_feed(tmp_path, server), tmp_path)
    assert run.failure is not None and "no column 'offence', which incidents.source_type names" in run.failure
    with empty.public.connect() as connection:
        rows = connection.execute("select feed, last_success, failing_since is not null from open.feed").fetchall()
    assert rows == [("incidents", None, True)]


def test_two_fetches_at_once_are_one(empty: TestDatabase, tmp_path: Path) -> None:
    with serving(Socrata([portal_row(1)], FIELDS)) as server:
        city = city_with_feed(tmp_path, server)
        with feed_runs.only_fetch(empty.owner) as is_ours:
            assert is_ours
            with pytest.raises(InputError, match="Another `hotspots fetch` is running"):
                fetched(empty, city, tmp_path)
        assert fetched(empty, city, tmp_path).rows == 1


def test_a_clock_that_was_set_back_makes_no_older_file(empty: TestDatabase, tmp_path: Path) -> None:
    portal = Socrata([portal_row(1)], FIELDS)
    with serving(portal) as server:
        city = city_with_feed(tmp_path, server)
        fetched(empty, city, tmp_path)
        portal.rows.append(portal_row(2))
        assert fetched(empty, city, tmp_path, day=TODAY - timedelta(days=30)).file == "incidents_2026-06-01_02.csv"


def test_another_question_begins_at_the_beginning(empty: TestDatabase, tmp_path: Path) -> None:
    portal = Socrata([portal_row(1, updated="2026-01-01T00:00:00.000Z"), portal_row(2)], FIELDS)
    with serving(portal) as server:
        assert fetched(empty, city_with_feed(tmp_path, server), tmp_path).rows == 2
        again = city_with_feed(tmp_path, server, feed="where = \"offence = 'BURGLARY'\"")
        fetched(empty, again, tmp_path)
        last = server.asked[-1].query["$where"]
    assert ":updated_at" not in last


@pytest.mark.parametrize(
    ("feed", "supply", "words"),
    [
        ("", 'supply = "snapshot"\nscope = "all"', 'write reads = "whole", or supply = "increment"'),
        ('reads = "whole"', 'supply = "snapshot"\nscope = "file"', 'write scope = "period"'),
        (
            '[[feed]]\nname = "calls"\nkind = "folder"\npath = "/x"',
            'supply = "increment"',
            "match none of incidents.files",
        ),
    ],
)
def test_a_feed_that_would_harm_the_ledger_is_refused(tmp_path: Path, feed: str, supply: str, words: str) -> None:
    with serving(Socrata([], FIELDS)) as server, pytest.raises(CityFileError, match=words):
        city_with_feed(tmp_path, server, feed=feed, supply=supply)
