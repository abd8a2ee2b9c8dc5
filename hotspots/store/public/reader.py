"""The public questions behind one object: what the pages and the API ask, without SQL or connections.

Answers are kept in this process by vintage and question: a publication makes a new vintage, so nothing old is ever served.
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Hashable, Iterator, Mapping
from contextlib import closing, contextmanager
from copy import copy
from dataclasses import dataclass, field
from datetime import date
from math import inf
from time import monotonic
from typing import Any, TypeVar

import psycopg
from psycopg_pool import ConnectionPool, PoolTimeout

from hotspots.domain.act.done_action import DoneAction
from hotspots.domain.forecasts.published import PublicForecast
from hotspots.domain.incident_filter import IncidentFilter
from hotspots.domain.language import DEFAULT, LANGUAGES
from hotspots.domain.period import Period
from hotspots.domain.places.search_match import Match
from hotspots.domain.public_answer import Anchor, AreaFrame, Choices, City, FeedHealth, IncidentRow, Vintage
from hotspots.domain.public_counts import (
    AreaCount,
    Counts,
    DayCount,
    HourWeekdayCount,
    LocationTypeCount,
    TypeCount,
    WeekCount,
)
from hotspots.errors import DatabaseAwayError, DatabaseError, NewerPublicationError, NotFoundError
from hotspots.store.public import city as open_city
from hotspots.store.public import done_actions, incident_rows, place_sheet, search, standing
from hotspots.store.public import incidents as open_incidents
from hotspots.store.public.answer_cache import AnswerCache
from hotspots.store.public.answering import Need, Needs
from hotspots.store.public.feature_reader import FeatureReader
from hotspots.store.public.incident_filter import OPEN
from hotspots.store.public.map_table import WordsReader
from hotspots.store.public.map_tiles import recent_tiles, tiles
from hotspots.store.public.newest_vintage import PIN, NewestVintage
from hotspots.store.public.recent.recent_reader import RecentReader
from hotspots.store.public.statistics_reader import HonestReader
from hotspots.store.public.work import SHORT_DAYS, CountedCursor, Lane, at_work, begin, lane_of_period
from hotspots.store.sql.compose import Connection

T = TypeVar("T")
AWAY = "The database does not answer at the moment. Try again in a minute."
KEPT_BYTES = 128 * 1024 * 1024  # of kept answers, in each process
AGAIN_S = 1.0  # after a question that was not answered
STEP_ROWS = 250  # of a download, until it gives way to others: some milliseconds
OF_ONE_POINT = (incident_rows.at_anchor, incident_rows.read_anchor)  # short, however many days they are about
OF_ONE_LOOK = (
    open_incidents.total,
    open_incidents.by_week,
)  # so are these in memory: a page about months asks them of years


@dataclass(slots=True)
class _Outage:
    """The state that the readers of all languages share: until when nobody asks the database, and the answers that go on without it."""

    until_s: float = -inf
    last_read: dict[Callable[..., Any], Any] = field(default_factory=dict)


class OpenReader:
    """Answers from schema ``open``.

    Parameters
    ----------
    pool : ConnectionPool
        Logs in as the public role; opened and closed by the caller.
    kept_answers : int
        How many answers are kept in memory; 0 keeps none.
    held_bytes : int
        Memory for incidents that are held to be counted there, the newest ones where it is not enough for all; 0 holds none.
    unseen_s : float
        How many seconds a publication may go unseen, so that not every question asks for the newest.
    """

    true_points = False  # a circle stands at a public point
    takes_concerns = False  # whether this server has a form for residents' concerns

    def __init__(
        self, pool: ConnectionPool, *, kept_answers: int = 2000, held_bytes: int = 0, unseen_s: float = 0
    ) -> None:
        self._pool = pool
        self._cache = AnswerCache(kept_answers, most_bytes=KEPT_BYTES)
        # Of this vintage, and of the one before while it is being replaced.
        self._choices = AnswerCache(2 * len(LANGUAGES))
        newest = NewestVintage(self._connection, unseen_s=unseen_s)
        self._newest: Callable[[], Vintage | None] = newest
        self._confirm = newest.confirm
        self._outage = _Outage()
        self._language = DEFAULT.code
        self.recent = RecentReader(self._connection, most_bytes=held_bytes)
        self.words = WordsReader(self._answer)
        self.features = FeatureReader(self._connection, self._answer, self.choices, self._confirm)
        self.honest = HonestReader(self._answer)

    def in_language(self, code: str) -> OpenReader:
        """The same reader, which names things in a language wherever the city has words in it."""
        spoken = copy(self)
        spoken._language = code  # noqa: SLF001  (it is one of us)
        spoken.words, spoken.honest = WordsReader(spoken._answer), HonestReader(spoken._answer)  # noqa: SLF001
        return spoken

    # The city ------------------------------------------------------------------------------------------------------

    def city(self) -> City:
        """The city, its service's name, its box and its words. Raises NotFoundError before the first publication."""
        return self._answer(open_city.read_city, needs=("language",))

    def vintage(self) -> Vintage:
        """The current publication. Raises NotFoundError before the first."""
        vintage = self._newest()
        if vintage is None:
            raise NotFoundError(open_city.NOT_PUBLISHED)
        return vintage

    def choices(self) -> Choices:
        """Crime types, area kinds with areas, place kinds, location types."""
        return self._choices_of(self._newest())

    def forecasts(self) -> tuple[PublicForecast, ...]:
        """Published forecasts, newest first."""
        return self._read_anew(open_city.read_forecasts)

    def newest_incident(self) -> date | None:
        """The newest public day on which anything happened; None where nothing is published."""
        return self._answer(open_city.newest_incident)

    def feeds(self) -> tuple[FeedHealth, ...]:
        """When each live feed last answered; read anew each time, since no publication says it."""
        return self._read_anew(open_city.read_feeds)

    def area_frames(self, kind: str) -> dict[int, AreaFrame]:
        """Where the name of each area of a kind stands, and its box, by number of the area."""
        return self._answer(open_city.read_area_frames, kind=kind)

    def default_period(self) -> Period:
        """The last days that the public map shows."""
        return open_city.default_period(self.city(), self.vintage())

    def parse(self, query: Mapping[str, str]) -> IncidentFilter:
        """Read URL parameters into a filter, checked against the city; raises FilterError naming the part."""
        question = IncidentFilter.from_query(query, default_period=self.default_period())
        if self.city().by_month:
            question = question.with_period(question.period.whole_months())
        self.check(question)
        return question

    def check(self, question: IncidentFilter) -> None:
        """Raise FilterError where the filter names a type, area, place kind or gazetteer entry that is not there."""
        self._answer(open_city.check_filter, question, needs=("choices",))

    # Incidents -----------------------------------------------------------------------------------------------------

    def count(self, question: IncidentFilter) -> Counts:
        """How many match, on the map and off it."""
        return self._answer(open_incidents.count, question, needs=("choices", "vintage", "counts"))

    def by_day(self, question: IncidentFilter) -> tuple[DayCount, ...]:
        """Every day of the period that has data, zeros included, oldest first."""
        return self._answer(open_incidents.by_day, question, needs=("choices", "vintage", "counts"))

    def by_week(self, question: IncidentFilter) -> tuple[WeekCount, ...]:
        """Seven days each, counted back from the end of the period, zeros included, oldest first."""
        return self._answer(open_incidents.by_week, question, needs=("choices", "vintage", "counts"))

    def by_hour_weekday(self, question: IncidentFilter) -> tuple[HourWeekdayCount, ...]:
        """Hour of the day by weekday; hour None where it is not known; zeros left out."""
        return self._answer(open_incidents.by_hour_weekday, question, needs=("counts",))

    def by_type(self, question: IncidentFilter) -> tuple[TypeCount, ...]:
        """Every crime type, most incidents first, zeros included. For what a choice would leave, ask without `crime_types`."""
        return self._answer(open_incidents.by_type, question, needs=("choices", "counts"))

    def by_area(self, question: IncidentFilter, kind: str) -> tuple[AreaCount, ...]:
        """Every area of the kind, most incidents first, zeros included; area None where there is none, if any."""
        return self._answer(open_incidents.by_area, question, needs=("choices", "vintage", "counts"), kind=kind)

    def by_location_type(self, question: IncidentFilter) -> tuple[LocationTypeCount, ...]:
        """Types of location that occur, most incidents first."""
        return self._answer(open_incidents.by_location_type, question, needs=("counts",))

    def page(
        self,
        question: IncidentFilter,
        *,
        sort: str = "day",
        descending: bool = True,
        limit: int = 100,
        offset: int = 0,
    ) -> tuple[IncidentRow, ...]:
        """Rows of the table. `sort`: one of ``incident_rows.SORTS`` (day, hour, type, group, location_type, arrest, anchor, status)."""
        return self._answer(
            incident_rows.page,
            question,
            needs=("choices", "tables"),
            sort=sort,
            descending=descending,
            limit=limit,
            offset=offset,
        )

    def latest(self, question: IncidentFilter, *, limit: int) -> tuple[tuple[date | None, IncidentRow], ...]:
        """The rows that became public last, each with the day since which it is public, where that is known."""
        return self._answer(incident_rows.latest, question, needs=("choices",), limit=limit)

    def at_anchor(self, question: IncidentFilter, anchor_id: int, *, limit: int = 500) -> tuple[IncidentRow, ...]:
        """Matching incidents of one anchor, and of the others of its block, newest first."""
        return self._answer(
            incident_rows.at_anchor,
            question,
            needs=("choices", "tables"),
            anchor_id=anchor_id,
            limit=limit,
        )

    def each(self, question: IncidentFilter) -> Generator[IncidentRow, None, None]:
        """All rows, newest first, for a download; holds a connection until the last one is taken. Nothing of it is kept."""
        begin("file")
        choices = self.choices()
        with (
            self._connection() as connection,
            connection.transaction(),
            # Closed here: left over, its cursor would be closed by whoever uses the connection next, in the midst of a statement.
            closing(incident_rows.each(connection, question, choices=choices)) as rows,
        ):
            first = next(rows, None)
            self._confirm(connection)
            if first is not None:
                yield first
            for n, row in enumerate(rows, 2):
                if n % STEP_ROWS == 0:
                    begin("file")
                yield row

    def anchor(self, anchor_id: int) -> Anchor:
        """One public point in words. Raises NotFoundError."""
        return self._answer(incident_rows.read_anchor, needs=("choices", "tables"), anchor_id=anchor_id)

    def done_here(self, question: IncidentFilter) -> tuple[DoneAction, ...]:
        """Past actions with a published effect at the place of a question, newest first."""
        return self._answer(done_actions.done_here, question, needs=("choices",))

    # Tiles: Mapbox vector tiles, as bytes ------------------------------------------------------------------------------

    def incidents_tile(self, question: IncidentFilter, z: int, x: int, y: int) -> bytes:
        """Layer ``incidents``: points with f.id = anchor id and attributes n, n_<group> (left out where zero)).

        Also top (the group with most) and anchors (how many are gathered in this feature: 1 from zoom 12 on).
        """
        tiles.check_tile(z, x, y)
        if self.recent.held(self._newest(), question):
            return self._answer(recent_tiles.incidents, question, needs=("choices", "counts"), z=z, x=x, y=y)
        if z < tiles.SMALL_PART_ZOOM:
            return self._answer(tiles.incidents_of_city, question, needs=("choices", "tables"), z=z).get((x, y), b"")
        return self._answer(tiles.incidents, question, needs=("choices", "tables"), z=z, x=x, y=y)

    def circles(self, question: IncidentFilter) -> tuple[tiles.Circle, ...]:
        """Every point on the map that has incidents of a question, most first: the tiles' content without their grid."""
        begin("long")  # whatever the period: megabytes of text
        return self._answer(tiles.circles, question, needs=("choices", "tables"))

    def base_tile(self, z: int, x: int, y: int) -> bytes:
        """Layers ``land``, ``park`` (name), ``street`` (name, rank)."""
        return self._answer(tiles.base, z=z, x=x, y=y)

    def areas_tile(self, kind: str, z: int, x: int, y: int) -> bytes:
        """Layer ``area``: polygons with f.id = area id and attributes code, name. Raises NotFoundError for an unknown kind."""
        return self._answer(tiles.areas, needs=("choices",), kind=kind, z=z, x=x, y=y)

    def forecast_tile(self, forecast_id: int, z: int, x: int, y: int) -> bytes:
        """Layer ``forecast``: polygons with f.id = cell id and attributes expected, level (1 to 5). Raises NotFoundError."""
        return self._answer(tiles.forecast, forecast_id=forecast_id, z=z, x=x, y=y)

    # Search --------------------------------------------------------------------------------------------------------

    def suggest(self, text: str, *, limit: int = 8) -> tuple[Match, ...]:
        """Meanings of a typed text, best first; nothing typed is kept, not even in memory."""
        begin()
        with self._connection() as connection:
            return search.suggest(connection, text, limit=limit, language=self._language)

    def find(self, gazetteer_id: int) -> Match:
        """The gazetteer entry that a URL names. Raises NotFoundError."""
        return self._answer(search.find, needs=("language",), gazetteer_id=gazetteer_id)

    def entry_of_area(self, area_id: int) -> int | None:
        """The gazetteer entry of an area, to ask for what lies around it; None where it has none."""
        return self._answer(search.entry_of_area, area_id=area_id)

    def named_points(self, *, cell_m: int) -> tuple[tuple[int, float, float], ...]:
        """One named public point a square of `cell_m` metres, all over the city: number in the gazetteer, longitude, latitude."""
        return self._answer(search.named_points, cell_m=cell_m)

    def areas_of_place(self, gazetteer_id: int) -> tuple[int, ...]:
        """Numbers of the areas that hold a gazetteer entry's point."""
        return self._answer(standing.areas_of_place, gazetteer_id=gazetteer_id)

    # Places of the same size ---------------------------------------------------------------------------------------

    def points_with_incidents(self, question: IncidentFilter) -> standing.Points:
        """(n, 3): x and y in metres of the city's CRS, and the incidents there."""
        return self._answer(standing.points_with_incidents, question, needs=("tables",))

    def spread_points(self, *, most: int) -> standing.Points:
        """(n, 2): public points spread evenly over all of them, in metres of the city's CRS."""
        return self._answer(standing.spread_points, most=most)

    def find_shape(self, gazetteer_id: int, radius_m: int) -> dict[str, Any]:
        """The area within `radius_m` metres of an entry as GeoJSON, measured in the city's CRS: what the map draws round it."""
        return self._answer(search.find_shape, gazetteer_id=gazetteer_id, radius_m=radius_m)

    def sheet_map(self, question: IncidentFilter, *, aspect: float) -> place_sheet.SheetMap:
        """The shapes of a printed map of the question; `aspect` is its width over its height. Too large to be kept."""
        with self._connection() as connection:
            drawn = place_sheet.read_map(connection, question, aspect=aspect)
            self._confirm(connection)
            return drawn

    @property
    def is_away(self) -> bool:
        """Whether the database did not answer in the last second, so that only what is in memory can be asked."""
        return monotonic() < self._outage.until_s

    @contextmanager
    def _connection(self) -> Iterator[Connection]:
        if self.is_away:
            raise DatabaseAwayError(AWAY)  # nobody waits for what the question before did not get
        try:
            with self._pool.connection() as connection, at_work():
                connection.cursor_factory = CountedCursor
                yield connection
        except psycopg.errors.QueryCanceled:
            raise DatabaseError("This question takes too long. Ask for a shorter period or a smaller area.") from None
        except psycopg.errors.SerializationFailure:
            # A replica must take up a change that this question stood in the way of.
            raise DatabaseError("The data changed while this was being answered. Ask again.") from None
        except (psycopg.OperationalError, PoolTimeout):
            self._outage.until_s = monotonic() + AGAIN_S
            raise DatabaseAwayError(AWAY) from None

    def _answer(
        self, ask: Callable[..., T], question: IncidentFilter | None = None, *, needs: Needs = (), **options: Any
    ) -> T:
        """Return the answer of `ask`, kept until the next publication.

        Parameters
        ----------
        needs : what the reader gives to `ask` beside the question, each under its own name.
        options : what the caller gives; with the question they name the answer.
        """
        vintage = self._newest()
        language = self._language if "choices" in needs or "language" in needs else None

        def make() -> T:
            given = {need: self._given(need, vintage, question) for need in needs}
            with self._connection() as connection:
                answer = ask(connection, *(() if question is None else (question,)), **options, **given)
                self._confirm(connection)
                return answer

        key = (self._version(vintage), language, ask, question, *sorted(options.items()))
        # Another request may be making it: who waits for that waits in a lane that is as long.
        begin("short" if key in self._cache else self._lane(ask, question, needs, vintage))
        try:
            return self._cache.get(key, make)
        except NewerPublicationError:  # another request may have been the one that asked
            if pin := PIN.get():
                pin.is_outdated = True
            raise

    def _lane(
        self, ask: Callable[..., Any], question: IncidentFilter | None, needs: Needs, vintage: Vintage | None
    ) -> Lane:
        """The lane of a question whose answer is not kept."""
        counts_incidents = ("counts" in needs or "tables" in needs) and ask not in OF_ONE_POINT
        if not isinstance(question, IncidentFilter) or not counts_incidents or question.period.n_days <= SHORT_DAYS:
            return "short"
        held = self.recent.held(vintage, question) if "counts" in needs else None
        if held is not None and ask in OF_ONE_LOOK:
            return "short"
        return lane_of_period(question.period) if held is None else held.lane(question)

    def _given(self, need: Need, vintage: Vintage | None, question: IncidentFilter | None) -> Any:
        """Return what a question needs: what may be named, the publication, where to count, which tables to ask, or the language."""
        match need:
            case "choices":
                return self._choices_of(vintage)
            case "vintage":
                return self.vintage()
            case "counts":
                return self.recent.counts(vintage, question)
            case "tables":
                return OPEN
            case "language":
                return self._language

    def _version(self, vintage: Vintage | None) -> Hashable:
        """Which data an answer belongs to: it is kept until this changes."""
        return vintage and vintage.vintage_id

    def _read_anew(self, read: Callable[[Connection], T]) -> T:
        """The state that changes between publications: read at each question; while the database is away, as it was last read."""
        try:
            with self._connection() as connection:
                self._outage.last_read[read] = read(connection)
        except DatabaseAwayError:
            if read not in self._outage.last_read:
                raise
        return self._outage.last_read[read]

    def _choices_of(self, vintage: Vintage | None) -> Choices:
        def read() -> Choices:
            with self._connection() as connection:
                choices = open_city.read_choices(connection, language=self._language)
                self._confirm(connection)
                return choices

        return self._choices.get((vintage and vintage.vintage_id, self._language), read)
