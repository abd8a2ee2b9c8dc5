"""Answers in memory: made once however many ask, forgotten in the order of use, never kept when they fail."""

import tracemalloc
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import date, timedelta
from threading import Event

import numpy as np
import pytest

from hotspots.store.public.answer_cache import AnswerCache
from hotspots.store.public.answer_size import size_of


def test_what_several_ask_at_once_is_made_once_for_all() -> None:
    cache, asked, started, go_on = AnswerCache(10), [], Event(), Event()

    def slowly() -> str:
        asked.append("made")
        started.set()
        go_on.wait()
        return "answer"

    with ThreadPoolExecutor(4) as threads:
        answers = [threads.submit(cache.get, "key", slowly) for _ in range(4)]
        started.wait()
        go_on.set()
        assert [one.result() for one in answers] == ["answer"] * 4
    assert asked == ["made"]


def test_a_failure_reaches_all_who_wait_and_the_next_one_tries_again() -> None:
    cache, started, go_on = AnswerCache(10), Event(), Event()

    def fail() -> str:
        started.set()
        go_on.wait()
        raise LookupError("no answer")

    with ThreadPoolExecutor(2) as threads:
        first = threads.submit(cache.get, "key", fail)
        started.wait()
        second = threads.submit(cache.get, "key", fail)
        go_on.set()
        for one in (first, second):
            with pytest.raises(LookupError, match="no answer"):
                one.result()
    assert cache.get("key", lambda: "answer") == "answer"


def test_the_least_recently_used_is_forgotten_first() -> None:
    cache = AnswerCache(2)
    for key in ("a", "b", "a", "c"):
        cache.get(key, lambda key=key: key)
    assert cache.get("a", lambda: "anew") == "a"
    assert cache.get("b", lambda: "anew") == "anew"


def test_with_no_room_nothing_is_kept() -> None:
    cache = AnswerCache(0)
    assert [cache.get("key", lambda n=n: n) for n in (1, 2)] == [1, 2]


def test_what_is_kept_has_a_size_together() -> None:
    cache = AnswerCache(1000, most_bytes=100_000)
    for n in range(50):
        cache.get(n, lambda: b"x" * 10_000)
        assert cache.n_bytes <= 100_000
    asked: list[int] = []

    def make(n: int) -> bytes:
        asked.append(n)
        return b"x" * 10_000

    for n in (49, 45, 0):
        cache.get(n, lambda n=n: make(n))
    assert asked == [0]  # the newest are there, the oldest is gone
    assert cache.n_bytes > 50_000


def test_what_is_too_large_pushes_nothing_out() -> None:
    cache = AnswerCache(1000, most_bytes=100_000)
    cache.get("small", lambda: "answer")
    for _ in range(2):
        assert len(cache.get("large", lambda: b"x" * 30_000)) == 30_000
    asked: list[str] = []
    cache.get("small", lambda: asked.append("again"))
    assert asked == []


@dataclass(frozen=True)
class Row:
    name: str
    day: date
    n: int


@pytest.mark.parametrize(
    "make",
    [
        lambda: b"x" * 200_000,
        lambda: tuple(Row(f"name {n}", date(2020, 1, 1) + timedelta(days=n % 999), n + 1000) for n in range(2000)),
        lambda: {(n, n + 1000): b"x" * (n % 500) for n in range(1000)},
        lambda: np.zeros((100, 300)),
    ],
    ids=["bytes", "rows", "tiles", "array"],
)
def test_the_size_of_an_answer_is_about_what_the_memory_says(make: Callable[[], object]) -> None:
    tracemalloc.start()
    try:
        answer = make()
        taken, _ = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert taken / 2 < size_of(answer) < taken * 2
