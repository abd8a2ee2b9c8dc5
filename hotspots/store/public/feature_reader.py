"""The open data's questions over the public reader's connections."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from typing import Any

from hotspots.domain.feature import Collection
from hotspots.errors import DatabaseError
from hotspots.store.public import city as open_city
from hotspots.store.public import features as open_features
from hotspots.store.public import incidents as open_incidents
from hotspots.store.public.answering import Answer
from hotspots.store.public.features import FeaturePage, FeatureQuestion, Key, ShapeFormat
from hotspots.store.public.work import begin, lane_of_period
from hotspots.store.sql.compose import Connection

LONG_ROWS = 2_000  # of a page: more of them take some tenths of a second
ROWS_OF_A_STEP = 2_000  # of a download: half a megabyte of memory, and a connection for some hundredths of a second


class FeatureReader:
    """Features from schema ``open``.

    Parameters
    ----------
    connect : opens a connection of the public room for a block.
    answer : asks a question, and keeps its answer until the next publication.
    choices : what the city has.
    confirm : raises NewerPublicationError where something was published since the request began.
    """

    def __init__(
        self,
        connect: Callable[[], AbstractContextManager[Connection]],
        answer: Answer,
        choices: Callable[[], Any],
        confirm: Callable[[Connection], None],
    ) -> None:
        self._connect = connect
        self._answer = answer
        self._choices = choices
        self._confirm = confirm

    def page(
        self, question: FeatureQuestion, *, limit: int, after: Key | None = None, shape: ShapeFormat = "geojson"
    ) -> FeaturePage:
        """At most `limit` features after a key; read anew each time, since a page is asked for once."""
        begin("long" if limit > LONG_ROWS else "short")
        choices = self._choices()
        open_features.check_question(question, choices)
        with self._connect() as connection:
            page = open_features.page(connection, question, choices=choices, limit=limit, after=after, shape=shape)
            self._confirm(connection)
            return page

    def one(self, collection: Collection, feature_id: str, *, shape: ShapeFormat = "geojson") -> FeaturePage:
        """The one feature with that id. Raises NotFoundError."""
        choices = self._choices()
        with self._connect() as connection:
            page = open_features.one(connection, collection, feature_id, choices=choices, shape=shape)
            self._confirm(connection)
            return page

    def count(self, question: FeatureQuestion) -> int:
        """How many match on all pages together."""
        if question.incidents is not None and question.box is None and question.hours_at_ends is None:
            return self._answer(open_incidents.total, question.incidents, needs=("counts",))
        if question.incidents is not None:
            begin(lane_of_period(question.incidents.period))
        return self._answer(open_features.count, question)

    def count_hour_unknown(self, question: FeatureQuestion) -> int:
        """How many incidents of the first and the last day have no known hour, where their hours are asked for."""
        return self._answer(open_features.count_hour_unknown, question)

    def pages(self, question: FeatureQuestion, *, shape: ShapeFormat) -> Iterator[FeaturePage]:
        """All pages of a download, all of one publication; no connection is held while one is taken away.

        Raises
        ------
        DatabaseError
            Something was published in between: half of the one and half of the other would be neither.
        """
        begin("file")
        with self._connect() as connection:
            vintage_id = open_city.read_vintage_id(connection)
        after = None
        while True:
            page = self.page(question, limit=ROWS_OF_A_STEP, after=after, shape=shape)
            with self._connect() as connection:
                if open_city.read_vintage_id(connection) != vintage_id:
                    raise DatabaseError("New data were published during this download. Start it again.")
            yield page
            if page.after is None:
                return
            after = page.after
