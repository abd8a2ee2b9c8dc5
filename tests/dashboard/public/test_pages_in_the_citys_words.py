"""A page says what the city file names in its own language, in every filter, chip, sentence, tab and legend; its addresses stay."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from functools import partial
from typing import Any

import pytest
from plotly.utils import PlotlyJSONEncoder

from hotspots.store.public.reader import OpenReader
from hotspots.store.server.connection import open_public
from hotspots_dashboard.public import result_panels
from hotspots_dashboard.public.pages import page, public_head
from hotspots_dashboard.public.tabs import names
from hotspots_dashboard.words import language
from tests.database import TestDatabase
from tests.open_city_builder import SPANISH, build_small_city

LABELS: dict[str, str] = SPANISH["labels"]
LOCATION_TYPES: dict[str, str] = SPANISH["location_types"]
FILTERED = "?types=burglary,theft&areas=1,7&near=school:500&locations=STREET&forecast=1&compare=a1&compare=a5"
NAMES = {
    "value",
    "id",
    "className",
    "kind",
    "name",
    "focus",
    "mark",
    "types",
    "href",
    "search",
    "answered",
    "query",
}  # and no words


@pytest.fixture(scope="module")
def reader(database: TestDatabase) -> Iterator[OpenReader]:
    with database.owner.connect() as connection:
        build_small_city(connection, seed=4, n_incidents=600)
    with open_public(database.settings).open_pool(max_size=2) as pool:
        yield OpenReader(pool)


def page_of(reader: OpenReader, code: str, path: str, search: str) -> Any:
    """The page as its scripts get it."""
    with language.speaking(code):
        actions = partial(result_panels.actions_of, url_base="/", alerts=False)
        spoken = reader.in_language(code)
        head = partial(public_head, spoken, url_base="/")
        shown = page(spoken, path, search, head=head, actions=actions, url_base="/", online_tiles=None)
        return json.loads(json.dumps(shown, cls=PlotlyJSONEncoder))


def read(node: Any) -> Iterator[str]:
    """Every text that somebody reads or hears."""
    if isinstance(node, str):
        yield from [] if node.startswith(("/", "?")) else [node]  # an address to share
    elif isinstance(node, dict):
        for name, value in node.items():
            if name not in NAMES:
                yield from read(value)
    elif isinstance(node, list):
        for one in node:
            yield from read(one)


def addresses(node: Any) -> Iterator[str]:
    """Every address that a page leads to, in order, but for those that name a language."""
    if isinstance(node, dict):
        found = [value for name, value in node.items() if name in ("href", "query") and isinstance(value, str)]
        yield from (one for one in found if "lang=" not in one)
    for one in node.values() if isinstance(node, dict) else node if isinstance(node, list) else ():
        yield from addresses(one)


def searches() -> list[str]:
    return ["", *(f"{start}&tab={tab}" for start in ("?", FILTERED) for tab in names())]


def test_a_spanish_page_leaves_no_label_of_the_city_in_english(reader: OpenReader) -> None:
    texts = [text for search in searches() for text in read(page_of(reader, "es", "/", search))]
    recorded = "|".join([*LOCATION_TYPES, *map(str.capitalize, LOCATION_TYPES)])
    english = re.compile(rf"\b((?i:{'|'.join(LABELS)})|{recorded})\b")
    own = re.compile("Lincoln Park|Street lighting")  # names: of an area, and of an action as its owner wrote it
    assert {text for text in texts if english.search(own.sub("", text))} == set()
    said = " | ".join(texts)
    assert [word for word in (*LABELS.values(), *LOCATION_TYPES.values()) if word not in said] == []
    assert "Mapa de incidentes de Smallville" in said
    assert "de hurto o robo en inmuebles" in said or "de robo en inmuebles o hurto" in said
    assert "en sector policial 11 en distrito municipal 1" in said
    assert "un lugar del tipo escuela pública" in said
    assert "Sector policial 11" in said, "its chip"


def test_an_english_page_leaves_no_word_in_spanish(reader: OpenReader) -> None:
    said = " | ".join(text for search in searches() for text in read(page_of(reader, "en", "/", search)))
    assert [word for word in LABELS.values() if re.search(rf"\b{word}\b", said)] == []
    assert [label for label in LABELS if label not in said] == []
    assert [name for name in LOCATION_TYPES if name.capitalize() not in said] == []


def test_what_the_city_file_has_not_in_spanish_is_marked_as_english(reader: OpenReader) -> None:
    for path in ("/", "/about"):
        assert '"children": "Invented.", "lang": "en"' in json.dumps(page_of(reader, "es", path, ""))
        assert '"children": "Invented.", "lang": null' in json.dumps(page_of(reader, "en", path, ""))


def test_addresses_are_the_same_in_both_languages(reader: OpenReader) -> None:
    for search in ("", f"{FILTERED}&tab=compare", f"{FILTERED}&tab=areas"):
        english, spanish = (sorted(addresses(page_of(reader, code, "/", search))) for code in ("en", "es"))
        assert english == spanish != []
