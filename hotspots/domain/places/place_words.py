"""The city's rules for words of places: which name no door, which are rare, and by which groups they may be published."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

from hotspots.domain.phrase import phrase

NOT_TOLD_APART = phrase("Sorts of place not told apart")  # the group of all that the city file gives none

Standing = Literal["told", "waiting", "merged"]


@dataclass(frozen=True, slots=True)
class PlaceWords:
    """The rules of one city.

    Attributes
    ----------
    is_exact : whether its points are doors; those of blocks are the agency's own, and so are the words beside them.
    told : words that are nobody's door, such as a street, published whatever the record shows.
    rare : words that are never published but by their group.
    group_of : the group of each word that has one.
    """

    is_exact: bool
    told: frozenset[str] = frozenset()
    rare: frozenset[str] = frozenset()
    group_of: Mapping[str, str] = field(default_factory=dict)

    @staticmethod
    def from_json(written: Mapping[str, Any], *, is_exact: bool) -> PlaceWords:
        """Read ``[public.location_words]``."""
        groups: Mapping[str, Sequence[str]] = written.get("groups") or {}
        return PlaceWords(
            is_exact=is_exact,
            told=frozenset(written.get("told") or ()),
            rare=frozenset(written.get("rare") or ()),
            group_of={word: group for group, words in groups.items() for word in words},
        )

    def group(self, word: str) -> str:
        """The group that a word is published by where it is not told."""
        return self.group_of.get(word, NOT_TOLD_APART)


@dataclass(frozen=True, slots=True)
class PlaceWord:
    """A word as it is published.

    Attributes
    ----------
    standing : `told` as it is; `waiting` in its group until there are reports enough to judge it by; `merged` into it for good.
        None: not decided yet.
    shown : itself or its group.
    """

    standing: Standing | None
    shown: str
