"""Feeds, sheets and mails: every catalogue holds every text, with the same names to fill in, and nothing that is gone."""

import ast
import string
from pathlib import Path

import pytest
from babel.messages.pofile import read_po

import hotspots
from hotspots.words.language import CATALOGUES, LANGUAGES

SOURCES = sorted(Path(hotspots.__file__).parent.rglob("*.py"))


def said() -> set[str]:
    """The texts that stand in the code as ``….say("…")``."""
    found: set[str] = set()
    for source in SOURCES:
        for node in ast.walk(ast.parse(source.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "say":
                text = ast.literal_eval(node.args[0])
                assert isinstance(text, str)
                found.add(text)
    return found


def names(text: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name}


@pytest.mark.parametrize("code", [code for code in LANGUAGES if code != "en"])
def test_a_catalogue_holds_every_text_and_no_other(code: str) -> None:
    with (CATALOGUES / f"{code}.po").open("rb") as file:
        catalogue = {str(message.id): str(message.string) for message in read_po(file) if message.id}
    assert set(catalogue) == said()
    assert [text for text, translated in catalogue.items() if names(text) != names(translated) or not translated] == []
