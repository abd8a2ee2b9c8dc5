"""Every word of the pages is in every catalogue, and no catalogue holds a word that the pages do not say."""

from pathlib import Path

import pytest
from babel.messages.catalog import Message
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po

from hotspots_dashboard.words.language import CATALOGUES, LANGUAGES

PAGES = Path(__file__).parents[2] / "dashboard" / "hotspots_dashboard"
TRANSLATED = [code for code in LANGUAGES if code != "en"]


def said() -> set[str | tuple[str, ...]]:
    """Every text that the code marks by ``_`` or ``ngettext``."""
    keywords: dict[str, tuple[int, ...] | None] = {"_": None, "ngettext": (1, 2)}
    found = extract_from_dir(PAGES, method_map=[("**.py", "python")], keywords=keywords)
    return {message if isinstance(message, str) else tuple(message) for _, _, message, _, _ in found}


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
def test_a_translation_names_the_same_values(code: str) -> None:
    differing = [
        key for key, message in catalogue(code).items() for text in _texts(message) if _names(key) != _names(text)
    ]
    assert differing == []


@pytest.mark.parametrize("code", TRANSLATED)
def test_no_translation_is_marked_doubtful(code: str) -> None:
    assert [key for key, message in catalogue(code).items() if message.fuzzy] == []


def _texts(message: Message) -> list[str]:
    return [message.string] if isinstance(message.string, str) else list(message.string)


def _names(key: str | tuple[str, ...]) -> set[str]:
    text = key if isinstance(key, str) else key[-1]
    return {part.partition("}")[0] for part in text.split("{")[1:]}
