"""Work that is killed at one statement after the other, until it gets through."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable
from typing import Any

import psycopg

FACTOR = 2  # between the statements at which the work is killed: early ones all, later ones further apart


def die_at_statement(number: int) -> None:
    """Let this process kill itself, as `kill -9` does, where it would send its n-th statement to a database, a commit and a copy among them."""
    sent = 0

    def counted(method: Callable[..., Any]) -> Callable[..., Any]:
        def send(*arguments: Any, **named: Any) -> Any:
            nonlocal sent
            sent += 1
            if sent == number:
                os.kill(os.getpid(), signal.SIGKILL)
            return method(*arguments, **named)

        return send

    psycopg.Cursor.execute = counted(psycopg.Cursor.execute)
    psycopg.Cursor.copy = counted(psycopg.Cursor.copy)
    psycopg.Connection.commit = counted(psycopg.Connection.commit)


def killed_until_done(work: Callable[[], object], after_each: Callable[[], object]) -> int:
    """Do the work in a process that is killed at its first statement, a new one at a later one, and so on; return how many were killed.

    Parameters
    ----------
    work : what a command does, with connections that it opens itself.
    after_each : asked after each; its answer must stay what it was before the first, or be at once what it is after the last: a process
        may be killed after its commit.
    """
    answers, number = [after_each()], 1
    while True:
        child = os.fork()
        if child == 0:  # no test runs on in here
            code = 1
            try:
                die_at_statement(number)
                work()
                code = 0
            finally:
                os._exit(code)
        _, status = os.waitpid(child, 0)
        if os.WIFEXITED(status):
            assert os.WEXITSTATUS(status) == 0, "the work failed by itself"
            break
        assert os.WTERMSIG(status) == signal.SIGKILL
        answers.append(after_each())
        number *= FACTOR
    done = after_each()
    n_before = answers.count(answers[0])
    assert answers[n_before:] == [done] * (len(answers) - n_before), "between before and after"
    return len(answers) - 1
