"""Every model that a city can serve has a card that says what it is, what it learns from, and where it fails."""

from __future__ import annotations

from pathlib import Path

import pytest

from hotspots_models import registry

CARDS = Path(__file__).parents[2] / "models" / "cards"
SAID = ("**What it computes.**", "**Data.**", "**Assumptions.**", "**Known limits and harms.**", "**Source.**")


@pytest.mark.parametrize("name", registry.names())
def test_every_model_has_a_card_and_a_docstring(name: str) -> None:
    card = (CARDS / f"{name}.md").read_text(encoding="utf-8")
    assert card.startswith("# ") and f"(`{name}`)" in card.splitlines()[0]
    assert [said for said in SAID if said not in card] == []
    assert "No attribute of a person" in card
    assert "suspicion of nobody" in card
    assert type(registry.get(name)).__doc__


def test_no_card_is_left_over_from_a_model_that_is_gone() -> None:
    assert {card.stem for card in CARDS.glob("*.md")} == set(registry.names())
