"""Answers in memory: made once however many ask, forgotten in the order of use, never kept when they fail."""

from concurrent.futures import ThreadPoolExecutor
from threading import Event

import pytest

from hotspots.store.public.answer_cache import AnswerCache


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
