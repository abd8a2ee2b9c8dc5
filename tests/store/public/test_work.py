"""Work of a request: which question needs which lane, and what a request has cost."""

import inspect
import threading
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest

from hotspots.domain.feature import INCIDENTS
from hotspots.domain.incident_filter import IncidentFilter
from hotspots.domain.period import Period
from hotspots.store.public import incident_rows, work
from hotspots.store.public.features import FeatureQuestion
from hotspots.store.public.reader import OpenReader
from hotspots.store.public.recent import recent_incidents
from hotspots.store.public.work import WORK, LongerError, Work, at_work, begin, counted
from tests.database import TestDatabase
from tests.open_city_builder import FIRST_DAY, NEWEST_DAY, build_small_city

YEAR = IncidentFilter(Period.from_days(FIRST_DAY, NEWEST_DAY))
QUARTER = IncidentFilter(Period.last_days(NEWEST_DAY, 90))


@pytest.fixture(scope="module")
def readers(database: TestDatabase) -> Iterator[dict[str, OpenReader]]:
    """One that counts in memory, and one whose database counts."""
    with database.owner.connect() as connection:
        build_small_city(connection, seed=3, n_incidents=200)
    with database.public.open_pool() as pool:
        in_memory = OpenReader(pool, held_bytes=1_000_000)
        in_memory.recent.read()
        yield {"memory": in_memory, "database": OpenReader(pool)}


@pytest.fixture
def short(monkeypatch: pytest.MonkeyPatch) -> Iterator[Work]:
    """A request in the short lane of a city where a year is long."""
    monkeypatch.setattr(recent_incidents, "LONG_INCIDENTS", 150)
    monkeypatch.setattr(work, "LONG_DAYS", 300)
    made = Work("short")
    token = WORK.set(made)
    yield made
    WORK.reset(token)


def needs(ask: Callable[[], Any], request: Work) -> str | None:
    """The lane that a question needs; None where it is answered in the one that it has."""
    request.needs = None
    try:
        ask()
    except LongerError:
        assert request.needs is not None
    return request.needs


@pytest.mark.parametrize("where", ["memory", "database"])
def test_questions_over_long_periods_need_the_long_lane_and_short_ones_none(
    readers: dict[str, OpenReader], where: str, short: Work
) -> None:
    reader = readers[where]
    asks: dict[str, Callable[[IncidentFilter], Any]] = {
        "count": reader.count, "day": reader.by_day, "hour": reader.by_hour_weekday, "type": reader.by_type,
        "area": lambda asked: reader.by_area(asked, "beat"), "location": reader.by_location_type, "table": reader.page,
        "tile": lambda asked: reader.incidents_tile(asked, 10, 262, 380), "points": reader.points_with_incidents,
        "rate": reader.honest.rate, "sums": reader.honest.reconcile,
    }  # fmt: skip
    assert {name: needs(lambda ask=ask: ask(QUARTER), short) for name, ask in asks.items()} == dict.fromkeys(asks)
    assert {name: needs(lambda ask=ask: ask(YEAR), short) for name, ask in asks.items()} == dict.fromkeys(asks, "long")


def test_a_click_and_one_look_in_memory_are_short_over_all_years(readers: dict[str, OpenReader], short: Work) -> None:
    reader, in_database = readers["memory"], readers["database"]
    assert needs(lambda: reader.at_anchor(YEAR, 1), short) is None
    assert needs(lambda: reader.by_week(YEAR), short) is None  # the usual weeks beside some months
    assert needs(lambda: reader.features.count(FeatureQuestion(INCIDENTS, YEAR)), short) is None
    assert needs(lambda: in_database.by_week(YEAR), short) == "long"


def test_files_many_rows_and_pictures_of_the_whole_map_say_what_they_are(
    readers: dict[str, OpenReader], short: Work
) -> None:
    reader, asked = readers["memory"], FeatureQuestion(INCIDENTS, QUARTER)
    assert needs(lambda: list(reader.each(QUARTER)), short) == "file"
    assert needs(lambda: list(reader.features.pages(asked, shape="wkb")), short) == "file"
    assert needs(lambda: reader.features.page(asked, limit=10_000), short) == "long"
    assert needs(lambda: reader.features.page(asked, limit=100), short) is None
    assert needs(lambda: reader.circles(QUARTER), short) == "long"


def test_in_its_lane_a_long_question_is_answered_and_its_kept_answer_is_short(
    readers: dict[str, OpenReader], short: Work
) -> None:
    reader = readers["memory"]
    year = IncidentFilter(Period.from_days(FIRST_DAY + timedelta(days=1), NEWEST_DAY))
    assert needs(lambda: reader.count(year), short) == "long"
    short.lane = "long"
    asked = reader.count(year)
    short.lane = "short"
    assert needs(lambda: reader.count(year), short) is None and reader.count(year) == asked
    assert needs(lambda: reader.by_type(year), short) is None  # what the filter leaves is kept for it
    short.lane = "file"
    assert len(list(reader.each(year))) == asked.total


def test_a_question_that_another_request_is_answering_is_waited_for_in_its_own_lane(
    readers: dict[str, OpenReader], short: Work
) -> None:
    reader, year = readers["memory"], IncidentFilter(Period.from_days(FIRST_DAY + timedelta(days=2), NEWEST_DAY))
    begun, go_on = threading.Event(), threading.Event()

    def slowly(*_: Any, **__: Any) -> int:
        begun.set()
        assert go_on.wait(60)
        return 7

    thread = threading.Thread(target=lambda: reader._answer(slowly, year, needs=("counts",)))
    thread.start()
    assert begun.wait(60)
    assert needs(lambda: reader._answer(slowly, year, needs=("counts",)), short) == "long"
    go_on.set()
    thread.join()
    assert reader._answer(slowly, year, needs=("counts",)) == 7


def test_outside_of_a_server_everything_is_answered(readers: dict[str, OpenReader]) -> None:
    assert WORK.get() is None
    begin("file")
    assert readers["memory"].count(YEAR).total == 200


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """The processor time of the thread, in its only element."""
    now = [100.0]
    monkeypatch.setattr(work, "thread_time", lambda: now[0])
    return now


def test_a_request_that_has_taken_the_time_of_a_short_one_needs_the_long_lane(short: Work, clock: list[float]) -> None:
    with at_work():
        begin()
        clock[0] += work.SHORT_S + 0.001
        assert needs(begin, short) == "long"


def test_time_is_counted_once_where_blocks_stand_inside_each_other(short: Work, clock: list[float]) -> None:
    def inner() -> None:
        with at_work():
            clock[0] += 2

    @counted
    def outer() -> None:
        clock[0] += 1
        inner()

    outer()
    inner()
    assert short.seconds == 5


def test_the_databases_time_counts(readers: dict[str, OpenReader], short: Work) -> None:
    readers["database"].at_anchor(QUARTER, 2)
    assert short.thread_s > 0 and short.database_s > 0


def test_long_work_stands_still_while_short_work_is_done(
    short: Work, clock: list[float], monkeypatch: pytest.MonkeyPatch
) -> None:
    slept: list[float] = []
    monkeypatch.setattr(work, "sleep", slept.append)
    busy = [True]
    short.lane, short.is_busy = "long", lambda: busy[0]
    with at_work():
        clock[0] += 0.1
        begin()
        assert slept == [pytest.approx(0.1 * work.GIVE_WAY)]
        begin()
        assert slept[1:] == [0]  # nothing was worked since
        clock[0] += 5
        begin()
        assert slept[2:] == [work.STILL_S]
        busy[0] = False
        clock[0] += 5
        begin()
    assert len(slept) == 3


def test_a_file_that_ends_early_leaves_no_cursor_to_close_later(
    readers: dict[str, OpenReader], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A cursor left over is closed whenever memory is cleared, in the midst of the next statement of its connection: both wait for ever."""
    reader, begun = readers["database"], []

    def remembered(*arguments: Any, **named: Any) -> Any:
        begun.append(each(*arguments, **named))
        return begun[-1]

    each = incident_rows.each
    monkeypatch.setattr(incident_rows, "each", remembered)
    rows = reader.each(YEAR)
    next(rows)
    rows.close()
    monkeypatch.setattr(reader, "_confirm", raising(RuntimeError("a newer publication")))
    with pytest.raises(RuntimeError, match="newer"):
        next(reader.each(YEAR))
    assert [inspect.getgeneratorstate(one) for one in begun] == [inspect.GEN_CLOSED] * 2


def raising(error: Exception) -> Any:
    """A function that raises it, whatever it is given."""

    def fail(*_: Any) -> None:
        raise error

    return fail
