"""Decide which words for sorts of place may be told: none by which a public point, whose doors a reader knows, gives one of them away.

A point stands for at least eight doors. Where few of them could bear a word (a bar, a vacant building), the word beside the point names
the door. Nobody has told us which doors could; so each word is judged by the record, over the whole city: of the points at which it was
reported three times or more, at how many one door bore nearly all of these reports. A word is judged for all of the city, never for one
point: there the word would go when a third report came to the same door, and its going would say so.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING, Any

import numpy as np

from hotspots.domain.places.place_words import NOT_TOLD_APART, PlaceWord, PlaceWords
from hotspots.store.publication import place_words as store

if TYPE_CHECKING:
    import pyarrow as pa
    from numpy.typing import NDArray

    from hotspots.store.publication.publication import Connection
    from hotspots.store.publication.rules import Rules

    Ints = NDArray[np.int64]
    Flags = NDArray[np.bool_]

NEARLY_ALL = 0.8  # of the reports at a point: its door is as good as named
LEAST_REPORTS = 3  # at a point, before its doors can be compared
LEAST_POINTS = 10  # before a word can be judged
ONE_IN = 4  # of the points may have nearly all their reports at one door


class Tally:
    """The public reports of each word at each point, by door."""

    def __init__(self, names: Sequence[str], word: Ints, site: Ints, address: Ints, point: Ints, reports: Ints) -> None:
        """Take the reports.

        Parameters
        ----------
        names : the words.
        word : (n,) int
            Index into them.
        site, address, point : (n,) int
            The public point, and which door by its words and by its true point; the same door where either is the same.
        reports : (n,) int
        """
        self._word = word
        self._number = {name: number for number, name in enumerate(names)}
        self._reports = reports
        self._sites, self._site = np.unique(site, return_inverse=True)
        self._doors = [self._number_doors(door) for door in (address, point)]
        by_word = np.argsort(self._word, kind="stable")
        starts = np.searchsorted(self._word[by_word], np.arange(1, len(names)))
        self._at = [np.unique(sites) for sites in np.split(self._site[by_word], starts)]

    @staticmethod
    def empty() -> Tally:
        """Return no reports at all."""
        none = np.zeros(0, np.int64)
        return Tally((), none, none, none, none, none)

    @staticmethod
    def from_table(table: pa.Table, names: Mapping[int, str]) -> Tally:
        """Read what the database counted."""
        number, site, address, point, reports = (
            table.column(name).to_numpy().astype(np.int64) for name in ("word", "site", "address", "point", "reports")
        )
        numbers, at = np.unique(number, return_inverse=True)
        return Tally([names[one] for one in numbers.tolist()], at.astype(np.int64), site, address, point, reports)

    def points(self, group: Collection[str]) -> tuple[Flags, Flags]:
        """Return at which points a group was reported often enough, and at which of these one door bears nearly all of it."""
        n = len(self._sites)
        numbers = [self._number[word] for word in group if word in self._number]
        reports = np.where(np.isin(self._word, numbers), self._reports, 0)
        total = np.bincount(self._site, reports, n)
        often = total >= LEAST_REPORTS
        most = np.zeros(n)
        for door, starts in self._doors:
            most = np.maximum(most, np.maximum.reduceat(np.bincount(door, reports), starts)) if n else most
        return often, often & (most >= NEARLY_ALL * total)

    def at(self, words: Iterable[str]) -> Ints:
        """Return the points at which any of some words was reported."""
        found = [self._at[self._number[word]] for word in words if word in self._number]
        return np.unique(np.concatenate(found)) if found else np.zeros(0, np.int64)

    def rows(self, word: str) -> int:
        """How many reports bear a word."""
        return int(self._reports[self._word == self._number[word]].sum()) if word in self._number else 0

    def _number_doors(self, door: Ints) -> tuple[Ints, Ints]:
        """Number the doors of each point in the order of the points: of each row its door, and of each point its first."""
        least = door.min(initial=0)
        size = int(door.max(initial=0) - least) + 1
        pairs, number = np.unique(self._site * size + (door - least), return_inverse=True)
        return number, np.searchsorted(pairs, np.arange(len(self._sites)) * size)


def _looked_at(points: tuple[Flags, Flags], at: Ints) -> tuple[int, int]:
    often, named = points
    return int(often[at].sum()), int(named[at].sum())


def _points_at_doors(found: tuple[int, int]) -> bool:
    points, named = found
    return named * ONE_IN > points


def decide(words: Mapping[str, PlaceWord], tally: Tally, rules: PlaceWords) -> dict[str, PlaceWord]:
    """Decide as what each word is published from now on.

    What the record cannot judge yet waits in its group. What it is against is merged into it for good. A group takes in further words until
    most of the points where one of its members was reported have reports of the group at several doors.

    Parameters
    ----------
    words : every word that was ever public, as it was published so far.
    tally : the public reports.
    """
    now = {name: _judged(name, word, tally, rules) for name, word in words.items()}
    shown = {word.shown for name, word in now.items() if word.standing != "told"}
    for group in sorted(shown - {NOT_TOLD_APART}):
        _widen(now, group, tally, rules)
    if any(word.standing != "told" and word.shown == NOT_TOLD_APART for word in now.values()):
        _widen(now, NOT_TOLD_APART, tally, rules)
    return now


def settle_new(words: Mapping[str, PlaceWord], rules: PlaceWords) -> dict[str, PlaceWord]:
    """Let words that nothing public bore before wait in their groups; those of a city of blocks are told."""
    nothing = Tally.empty()
    return {
        name: _judged(name, word, nothing, rules) if word.standing is None else word for name, word in words.items()
    }


def _judged(name: str, word: PlaceWord, tally: Tally, rules: PlaceWords) -> PlaceWord:
    """Judge one word alone. Its group is that under which it was first published."""
    if name in rules.told or not (rules.is_exact or name in rules.rare):
        return PlaceWord("told", name)
    group = word.shown if word.standing in ("waiting", "merged") else rules.group(name)
    if name in rules.rare or word.standing == "merged":
        return PlaceWord("merged", group)
    found = _looked_at(tally.points([name]), tally.at([name]))
    if found[0] < LEAST_POINTS:
        return word if word.standing == "told" else PlaceWord("waiting", group)
    return PlaceWord("merged", group) if _points_at_doors(found) else PlaceWord("told", name)


def _widen(now: dict[str, PlaceWord], group: str, tally: Tally, rules: PlaceWords) -> None:
    """Take further words into a group until it holds; one of the city file that cannot is merged into that of all others."""
    pointing = {name for name, word in now.items() if word.standing != "told" and word.shown == group}
    members = set(pointing)
    while not _holds(pointing, tally.points(members), tally):
        others = [
            name
            for name, word in now.items()
            if word.standing == "told" and name not in rules.told and name not in members
            and (group == NOT_TOLD_APART or rules.group(name) == group)
        ]  # fmt: skip
        if not others:
            break
        members.add(min(others, key=lambda name: _cost(name, pointing, members, tally)))
    if group != NOT_TOLD_APART and not _holds(pointing, tally.points(members), tally):
        group = NOT_TOLD_APART
    for name in members:
        is_waiting = now[name].standing == "waiting"
        now[name] = replace(now[name], standing="waiting" if is_waiting else "merged", shown=group)


def _holds(pointing: Collection[str], points: tuple[Flags, Flags], tally: Tally) -> bool:
    """Whether no member is given away by its group; those that were reported at few points are looked at together."""
    found = {name: _looked_at(points, tally.at([name])) for name in pointing}
    few = [name for name, (n, _) in found.items() if n < LEAST_POINTS]
    many = [one for name, one in found.items() if name not in few]
    return not any(map(_points_at_doors, [*many, _looked_at(points, tally.at(few))]))


def _cost(name: str, pointing: Collection[str], members: Collection[str], tally: Tally) -> tuple[bool, int, int, str]:
    """Of words that make a group hold the one with the fewest reports, else the one that leaves the fewest points at one door."""
    points = tally.points({*members, name})
    holds = _holds(pointing, points, tally)
    return not holds, 0 if holds else _looked_at(points, tally.at(pointing))[1], tally.rows(name), name


def settle_place_words(connection: Connection, rules: Rules, versions: Any, *, end: date, judge: bool) -> bool:
    """Give every word that is public now its standing; `judge`: look at the record too. Return whether a word that was public moved."""
    store.number_words(connection, rules, versions, end=end)
    words, names = store.read_words(connection)
    if not judge:
        now = settle_new(words, rules.place_words)
    elif not rules.place_words.is_exact:
        now = decide(words, Tally.empty(), rules.place_words)
    else:
        now = decide(words, Tally.from_table(store.read_tally(connection, rules, end=end), names), rules.place_words)
    store.write_words(connection, {name: word for name, word in now.items() if word != words[name]})
    return any(words[name].standing is not None and words[name].shown != word.shown for name, word in now.items())
