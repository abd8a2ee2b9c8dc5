"""Every question of a reader states its needs: all of them, so that the desk never counts public points where it may count true ones."""

import ast
import inspect
from collections.abc import Iterator
from types import ModuleType
from typing import Any, get_args

import pytest

from hotspots.store.public import map_table, reader, statistics_reader
from hotspots.store.public.answering import Need
from hotspots.store.staff.desk import reader as desk_reader


def asked(module: ModuleType) -> Iterator[tuple[Any, set[str], set[str]]]:
    """Each function that a module asks by ``self._answer``, with the needs and the options that stand there."""
    for node in ast.walk(ast.parse(inspect.getsource(module))):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "_answer":
            name = ast.unparse(node.args[0])
            if name == "ask":
                continue
            given = {one.arg: one.value for one in node.keywords if one.arg}
            needs = set(ast.literal_eval(given.pop("needs"))) if "needs" in given else set()
            yield eval(name, vars(module)), needs, set(given)


QUESTIONS = [
    (ask, needs, options)
    for module in (reader, map_table, statistics_reader, desk_reader)
    for ask, needs, options in asked(module)
]


@pytest.mark.parametrize(("ask", "needs", "options"), QUESTIONS, ids=lambda one: getattr(one, "__name__", ""))
def test_a_question_is_given_what_it_can_take(ask: Any, needs: set[str], options: set[str]) -> None:
    parameters = set(inspect.signature(ask).parameters)
    assert needs == parameters & set(get_args(Need))
    assert options <= parameters


def test_the_questions_are_found() -> None:
    assert len(QUESTIONS) > 35
