"""The public map's questions, asked of true points: through the guarded views, for one person, in one opened view."""

from __future__ import annotations

from collections.abc import Callable, Generator, Hashable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from datetime import date
from typing import Any, Protocol, TypeVar

from psycopg import sql

from hotspots.domain.account import Person
from hotspots.domain.calendar import Calendar
from hotspots.domain.honest_number import Reconciliation
from hotspots.domain.incident_filter import IncidentFilter
from hotspots.domain.places.street_name import name_key
from hotspots.domain.public_answer import Choices, CrimeType, IncidentRow, Vintage
from hotspots.domain.public_counts import Counts
from hotspots.store.public import incident_rows
from hotspots.store.public.answer_cache import AnswerCache
from hotspots.store.public.answering import Need, Needs
from hotspots.store.public.incident_counts import TableCounts
from hotspots.store.public.incident_filter import Tables
from hotspots.store.public.map_tiles import tiles
from hotspots.store.public.reader import OpenReader
from hotspots.store.sql.compose import Connection
from hotspots.store.sql.files import load_queries
from hotspots.store.staff.door import Door, RefusedError

TRUE_POINTS = Tables(
    incident=sql.Identifier("desk", "incident"),
    anchor=sql.Identifier("desk", "location"),
    anchor_area=sql.Identifier("desk", "location_area"),
    anchor_place=sql.Identifier("desk", "location"),  # not asked: distances are measured
    crime_type=sql.Identifier("core", "crime_type"),
    location_type=sql.Identifier("core", "location_type"),
    near="near_measured",
    by_area="by_area_of_label_set",
)
KEPT_ANSWERS = 500
MOST_SHARED_BYTES = 32_000_000
MAP = "map"  # the verb of views that the map opens


T = TypeVar("T")


class Acting(Protocol):
    """Who asks in this request, the view that the request opened, and the state of the data that it saw."""

    person: Person
    view: int | None
    seen: dict[Hashable, Any]


class DeskReader(OpenReader):
    """Answers from true points, for whoever asks in this request.

    Parameters
    ----------
    door : opens views and carries sessions.
    acting : the person and view of the request that is being answered.
    fixed_day : the day on which the desk stands; None is today.
    """

    true_points = True

    def __init__(self, door: Door, acting: Callable[[], Acting], *, fixed_day: date | None = None) -> None:
        self._door, self._acting, self.fixed_day = door, acting, fixed_day
        self._desk_choices = AnswerCache(8)
        self._shared = AnswerCache(KEPT_ANSWERS, most_bytes=MOST_SHARED_BYTES)
        super().__init__(door.pool, kept_answers=KEPT_ANSWERS)
        ask_newest = self._newest
        self._newest = lambda: self._seen("vintage", ask_newest)

    def parse(self, query: Mapping[str, str]) -> IncidentFilter:
        """Read URL parameters into a filter and open the view for it: everything that this request reads belongs to that view."""
        question = super().parse(query)
        acting = self._acting()
        acting.view = self._door.open_view(acting.person, MAP, question.to_query())
        return question

    def each(self, question: IncidentFilter) -> Generator[IncidentRow, None, None]:
        """All rows, newest first, for an export, which has opened its own view. Nothing of it is kept."""
        choices = self.choices()
        with self._connection() as connection:
            yield from incident_rows.each(connection, question, choices=choices, tables=TRUE_POINTS)

    def calendar(self) -> Calendar:
        """The agency's shifts, week, periods and districts, as its city file says them."""
        with self._connection() as connection:
            return Calendar.from_config(load_queries("staff/desk/choices").read_city_config(connection) or {})

    def remember(self, key: Hashable, ask: Callable[[], T]) -> T:
        """Keep what is open to every role, such as statistics by area, until the data change: asked once for all."""
        return self._shared.get((self._data_version(), key), ask)

    def anchor(self, anchor_id: int) -> Any:
        """One location as recorded. Raises NotFoundError."""
        self._need_view({"location": anchor_id})
        return super().anchor(anchor_id)

    def incidents_tile(self, question: IncidentFilter, z: int, x: int, y: int) -> bytes:
        """Layer ``incidents`` of a tile, from true points, in the view that the page opened for this question.

        Raises
        ------
        RefusedError
            No page of this session asked this question: a tile opens no view.
        """
        tiles.check_tile(z, x, y)
        acting = self._acting()
        acting.view = self._door.opened_view(acting.person, MAP, question.to_query())
        if acting.view is None:
            raise RefusedError("no opened view: open the map with this question first")
        if z < tiles.SMALL_PART_ZOOM:
            return self._answer(tiles.incidents_of_city, question, needs=("choices", "tables"), z=z).get((x, y), b"")
        return self._answer(tiles.incidents, question, needs=("choices", "tables"), z=z, x=x, y=y)

    def read_tile_question(self, query: Mapping[str, str]) -> IncidentFilter:
        """Read URL parameters into a filter without opening a view."""
        return super().parse(query)

    def _seen(self, name: str, ask: Callable[[], T]) -> T:
        """Return what this request was told of the state of the data: it asks once."""
        seen = self._acting().seen
        if name not in seen:
            seen[name] = ask()
        return seen[name]

    def _data_version(self) -> str:
        return self._seen("data_version", self._door.data_version)

    @contextmanager
    def _connection(self) -> Iterator[Connection]:
        acting = self._acting()
        with self._door.acting(acting.person, view=acting.view) as connection:
            yield connection

    def _answer(
        self, ask: Callable[..., Any], question: IncidentFilter | None = None, *, needs: Needs = (), **options: Any
    ) -> Any:
        if question is not None and not {"counts", "tables"}.isdisjoint(
            needs
        ):  # what is counted or listed: true points
            self._need_view(question.to_query())
        return _every_type(super()._answer(ask, question, needs=needs, **options))

    def _need_view(self, asked: Mapping[str, Any]) -> None:
        acting = self._acting()
        if acting.view is None:
            acting.view = self._door.open_view(acting.person, MAP, asked)

    def _given(self, need: Need, vintage: Vintage | None, question: IncidentFilter | None) -> Any:
        if need == "counts":
            return TableCounts(TRUE_POINTS)
        return TRUE_POINTS if need == "tables" else super()._given(need, vintage, question)

    def _version(self, vintage: Vintage | None) -> Hashable:
        person = self._acting().person
        return self._data_version(), person.role, person.all_areas, person.areas

    def _choices_of(self, vintage: Vintage | None) -> Choices:
        def read() -> Choices:
            public = super(DeskReader, self)._choices_of(vintage)
            queries = load_queries("staff/desk/choices")
            with self._connection() as connection:
                types = [CrimeType(*row) for row in queries.read_crime_types(connection, language=self._language)]
                places = dict(queries.read_location_types(connection, language=self._language))
            return replace(
                public,
                crime_types=tuple(sorted(types, key=lambda one: (name_key(one.label), one.name))),
                groups=tuple(sorted({one.group for one in types}, key=lambda group: (group == "other", group))),
                location_types=dict(sorted(places.items(), key=lambda one: (name_key(one[1]), one[0]))),
                location_groups={},
                arrest=True,
            )

        return self._desk_choices.get((vintage and vintage.vintage_id, self._data_version(), self._language), read)


def _every_type(answer: Any) -> Any:
    """An answer without the months of sensitive reports: here they are among the incidents."""
    if isinstance(answer, Counts):
        return replace(answer, sensitive=())
    if isinstance(answer, tuple) and answer and isinstance(answer[0], Reconciliation):
        return tuple(replace(one, by_area_only=None, months=(), hidden_months=()) for one in answer)
    return answer
