"""Answers kept in memory, the least recently used forgotten first; safe for threads."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Hashable
from concurrent.futures import Future
from threading import Lock
from typing import Any, TypeVar

T = TypeVar("T")


class AnswerCache:
    """At most `size` answers; with 0 nothing is kept. What several threads ask at once is made once, for all of them."""

    def __init__(self, size: int) -> None:
        self._size = size
        self._answers: OrderedDict[Hashable, Any] = OrderedDict()
        self._being_made: dict[Hashable, Future[Any]] = {}
        self._lock = Lock()

    def get(self, key: Hashable, make: Callable[[], T]) -> T:
        """The kept answer, or a new one. What `make` raises reaches everybody who waited for it, and is not kept."""
        with self._lock:
            if key in self._answers:
                self._answers.move_to_end(key)
                return self._answers[key]
            made: Future[Any] = Future()
            awaited = self._being_made.setdefault(key, made)
        if awaited is not made:
            return awaited.result()
        try:
            answer = make()
        except BaseException as error:
            self._end(key)
            made.set_exception(error)
            raise
        self._end(key, answer)
        made.set_result(answer)
        return answer

    def _end(self, key: Hashable, *answer: Any) -> None:
        with self._lock:
            del self._being_made[key]
            if not answer or not self._size:
                return
            self._answers[key] = answer[0]
            while len(self._answers) > self._size:
                self._answers.popitem(last=False)
