"""Every text of pages, feeds, sheets and mails is in every catalogue, and no catalogue holds a text that nobody says."""

import ast
from pathlib import Path

import pytest
from babel.messages.catalog import Message
from babel.messages.pofile import read_po

from hotspots.domain.language import LANGUAGES
from hotspots.words.catalogue import CATALOGUES

CHECKOUT = Path(__file__).parents[2]
SOURCES = (CHECKOUT / "dashboard" / "hotspots_dashboard", CHECKOUT / "hotspots")
TRANSLATED = [code for code in LANGUAGES if code != "en"]


def said() -> set[str | tuple[str, ...]]:
    """Every text that the code marks by ``_``, ``ngettext``, ``phrase`` or ``language.say``."""
    found: set[str | tuple[str, ...]] = set()
    for source in (file for folder in SOURCES for file in sorted(folder.rglob("*.py"))):
        for node in ast.walk(ast.parse(source.read_text(encoding="utf-8"))):
            if not isinstance(node, ast.Call):
                continue
            if isinstance(node.func, ast.Name) and node.func.id in ("_", "ngettext", "phrase"):
                texts = [ast.literal_eval(part) for part in node.args[: 2 if node.func.id == "ngettext" else 1]]
                found.add(texts[0] if len(texts) == 1 else tuple(texts))
            elif isinstance(node.func, ast.Attribute) and node.func.attr == "say":
                found.add(ast.literal_eval(node.args[0]))
    return found


def catalogue(code: str) -> dict[str | tuple[str, ...], Message]:
    with (CATALOGUES / f"{code}.po").open("rb") as file:
        return {
            message.id if isinstance(message.id, str) else tuple(message.id): message
            for message in read_po(file, locale=LANGUAGES[code].locale)
            if message.id
        }


@pytest.mark.parametrize("code", TRANSLATED)
def test_every_word_is_translated(code: str) -> None:
    known = catalogue(code)
    assert sorted(map(str, said() - known.keys())) == []
    empty = [key for key, message in known.items() if not all(_texts(message))]
    assert empty == []


@pytest.mark.parametrize("code", TRANSLATED)
def test_no_entry_is_unused(code: str) -> None:
    assert sorted(map(str, catalogue(code).keys() - said())) == []


@pytest.mark.parametrize("code", TRANSLATED)
def test_no_entry_stands_twice(code: str) -> None:
    """Of two entries for one text one wins silently."""
    lines = (CATALOGUES / f"{code}.po").read_text(encoding="utf-8").splitlines()
    entries = sum(line.startswith("msgid ") for line in lines) - 1  # the first is the file's own head
    assert entries == len(catalogue(code))


@pytest.mark.parametrize("code", TRANSLATED)
def test_a_translation_names_the_same_values(code: str) -> None:
    differing = [
        key for key, message in catalogue(code).items() for text in _texts(message) if _names(key) != _names(text)
    ]
    assert differing == []


@pytest.mark.parametrize("code", TRANSLATED)
def test_no_translation_is_marked_doubtful(code: str) -> None:
    assert [key for key, message in catalogue(code).items() if message.fuzzy] == []


def _texts(message: Message) -> list[str]:
    return [message.string] if isinstance(message.string, str) else list(message.string or ())


def _names(key: str | tuple[str, ...]) -> set[str]:
    text = key if isinstance(key, str) else key[-1]
    return {part.partition("}")[0] for part in text.split("{")[1:]}
