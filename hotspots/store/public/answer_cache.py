"""Answers kept in memory, the least recently used forgotten first; safe for threads."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Hashable
from concurrent.futures import Future
from math import inf
from threading import Lock
from typing import Any, TypeVar

from hotspots.store.public.answer_size import size_of

T = TypeVar("T")


class AnswerCache:
    """Keep answers. What several threads ask at once is made once, for all of them.

    Parameters
    ----------
    size : the most answers that are kept; with 0 nothing is.
    most_bytes : the most memory that they take together, roughly. What takes a quarter of it by itself is not kept.
    """

    def __init__(self, size: int, *, most_bytes: int | None = None) -> None:
        self._size = size
        self._most_bytes = most_bytes
        self._bytes: dict[Hashable, int] = {}
        self.n_bytes = 0
        self._answers: OrderedDict[Hashable, Any] = OrderedDict()
        self._being_made: dict[Hashable, Future[Any]] = {}
        self._lock = Lock()

    def __contains__(self, key: Hashable) -> bool:
        """Whether an answer is kept; one that is being made is not."""
        return key in self._answers

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
        size = size_of(answer) if answer and self._most_bytes is not None else 0
        with self._lock:
            del self._being_made[key]
            if not answer or not self._size or 4 * size > (self._most_bytes or inf):
                return
            self._answers[key], self._bytes[key] = answer[0], size
            self.n_bytes += size
            while len(self._answers) > self._size or self.n_bytes > (self._most_bytes or inf):
                oldest, _ = self._answers.popitem(last=False)
                self.n_bytes -= self._bytes.pop(oldest)
