"""The tab, the line in the answer, the marks on the map and the printed sheet of what was done here, in both languages."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from hotspots.pipeline.follow.place_sheet import sheet_words
from hotspots.store.public.reader import OpenReader
from hotspots.words.language import LANGUAGES
from hotspots_dashboard.public import result_panels, tabs
from hotspots_dashboard.state.page_state import PageState, read_state
from hotspots_dashboard.words import language
from tests.database import TestDatabase
from tests.open_city_builder import build_small_city


@pytest.fixture(scope="module")
def reader(database: TestDatabase) -> Iterator[OpenReader]:
    with database.owner.connect() as connection:
        build_small_city(connection, seed=6, n_incidents=200)
        connection.execute(
            "update open.done_action set verdict = 'no difference', ratio = .95, low = .7, high = null, smallest_effect = .4 where effect_id = 1"
        )
    with database.public.open_pool(max_size=2) as pool:
        yield OpenReader(pool, kept_answers=0)


def text(node: Any) -> str:
    if isinstance(node, str):
        return node
    children = node if isinstance(node, list) else getattr(node, "children", None)
    return " ".join(text(one) for one in (children if isinstance(children, list) else [children]) if one is not None)


def far_away(reader: OpenReader) -> str:
    """A question with a radius that holds no past action."""
    for number in range(1, 60):
        if not reader.done_here(read_state(reader, f"?at={number}&radius=100").question):
            return f"?at={number}&radius=100"
    raise AssertionError("every place has a past action")


def state(reader: OpenReader, search: str) -> PageState:
    return read_state(reader, search)


def test_the_tab_lists_null_results_like_others_and_states_what_could_have_been_seen(reader: OpenReader) -> None:
    said = text(tabs.content(reader, state(reader, "?tab=done")))
    assert "Street lighting" in said and "Hot spots patrol" in said
    assert "No difference that could be told from chance; only changes above 40 % could have been seen." in said
    assert "95 reports for every 100 expected (95 % interval: 70 or more)." in said
    assert "Too small to be judged alone" in said and "28 days after its last day" in said


def test_the_tab_speaks_spanish(reader: OpenReader) -> None:
    with language.speaking("es"):
        said = text(tabs.content(reader.in_language("es"), state(reader, "?tab=done")))
    assert "solo se habrían visto cambios de más del 40 %" in said and "Only" not in said and "Too small" not in said


def test_a_place_without_any_says_so_and_leads_to_the_city(reader: OpenReader) -> None:
    tab = tabs.content(reader, state(reader, f"{far_away(reader)}&tab=done"))
    assert "No past action with a published effect is on record for this place." in text(tab)
    assert "See those of the whole city" in text(tab)


def test_the_answer_leads_to_the_tab_where_there_is_any_and_is_silent_elsewhere(reader: OpenReader) -> None:
    (line,) = result_panels.done_beside(reader, state(reader, ""))
    assert "2 past actions with their effects" in text(line)
    assert result_panels.done_beside(reader, state(reader, far_away(reader))) == ([],)


def test_the_map_marks_them_while_the_tab_is_open(reader: OpenReader) -> None:
    assert result_panels.drawn_actions(reader, state(reader, "")) is None
    drawn = result_panels.drawn_actions(reader, state(reader, "?tab=done"))
    assert drawn is not None and [len(one["points"]) for one in drawn] == [4]  # the other has no public point


def test_the_sheet_says_what_was_done_and_that_nothing_is_on_record(reader: OpenReader) -> None:
    city = sheet_words(reader, state(reader, "").question, permalink="https://x.example/", language=LANGUAGES["en"])
    assert any("What was done here: street lighting" in note for note in city["notes"])
    none = sheet_words(
        reader, state(reader, far_away(reader)).question, permalink="https://x.example/", language=LANGUAGES["es"]
    )
    assert any("no consta ninguna acción pasada" in note for note in none["notes"])
