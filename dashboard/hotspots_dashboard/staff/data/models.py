"""The tab Models of Data: jobs that analysts ask for, and backtests with what their lists found."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from starlette.responses import Response

from hotspots.domain.forecasts.backtest import ListsFound
from hotspots.errors import InputError, NotFoundError
from hotspots.pipeline.queue.jobs import HORIZONS, KINDS, MODELS, MOST_ORIGINS, checked
from hotspots.store.staff import queue as store
from hotspots.store.staff.backtests import read_backtest
from hotspots.store.staff.desk import change as desk_change
from hotspots.store.staff.desk.reader import DeskReader
from hotspots_dashboard.staff.desk import Asked, Desk, read_whole, see_other

BOX = "box"
SHOWN_SIZES = (3, 6, 10, 20, 50)


@dataclass(frozen=True, slots=True)
class ListLine:
    """Lists of one size and what they found: shares of the city's incidents, with the interval, and the model's own claim beside it.

    `held` is what came for each incident expected, with its interval; None where it was not measured.
    """

    model: str
    shift: str
    places: int
    found: float
    low: float
    high: float
    claimed: float
    held: tuple[float, float, float] | None = None


def register(desk: Desk, reader: DeskReader) -> None:
    """Register the tab Models, its jobs and the page of a backtest."""
    door = desk.door

    @desk.page("/data/models", needs="data.read")
    def models(asked: Asked) -> Response:
        with door.acting(asked.who) as connection:
            jobs = store.read_jobs(connection)
            backtests = desk_change.read_backtests(connection)
        try:
            types = [one for one in reader.choices().crime_types if one.initiated_by != "police"]
        except NotFoundError:
            types = []
        return desk.render(
            asked,
            "data/models.html",
            jobs=jobs,
            is_moving=any(job.ended_at is None for job in jobs),
            backtests=backtests,
            types=types,
            labels={one.name: one.label for one in types},
            models=MODELS,
            horizons=HORIZONS,
            most=MOST_ORIGINS,
            can_ask=asked.who.may("list.make"),
        )

    @desk.page("/data/models/ask", needs="list.make", methods=("POST",))
    def ask(asked: Asked) -> Response:
        kind = asked.one("kind")
        known = {one.name: one.initiated_by for one in reader.choices().crime_types}
        names = ("crime_type", "model", "horizon_days", *(("origins",) if kind == KINDS[1] else ()))
        kept = checked(kind, {name: asked.one(name) for name in names}, known=known)
        with door.acting(asked.who) as connection:
            store.ask(connection, kind, kept)
        return see_other("/data/models")

    @desk.page("/data/models/withdraw", needs="list.make", methods=("POST",))
    def withdraw(asked: Asked) -> Response:
        with door.acting(asked.who) as connection:
            if not store.withdraw(connection, read_whole(asked.one("job"), field="job")):
                raise InputError("This job runs or has ended: only one that waits can be withdrawn.")
        return see_other("/data/models")

    @desk.page("/data/backtests/{number}", needs="data.read")
    def backtest(asked: Asked) -> Response:
        number = read_whole(asked.path["number"], field="backtest")
        with door.acting(asked.who) as connection:
            found = read_backtest(connection, number)
        return desk.render(
            asked,
            "data/backtest.html",
            number=number,
            types=found.crime_types,
            made_at=found.created_at,
            settings=found.settings,
            decisions=[words for one in found.decisions for words in (one.words, one.faster) if words],
            scores=found.scores,
            lists=list_lines(found.lists),
        )


def list_lines(lists: Iterable[ListsFound]) -> list[ListLine]:
    """List what boxes found in a backtest, by model, shift and size."""
    return [
        ListLine(one.model, one.shift, size, found, low, high, claimed, one.held_at(n))
        for one in lists
        if one.unit == BOX and one.rank_by == "expected"
        for n, (size, found, low, high, claimed) in enumerate(
            zip(one.sizes, one.found, one.low, one.high, one.claimed, strict=True)
        )
        if size in SHOWN_SIZES
    ]
