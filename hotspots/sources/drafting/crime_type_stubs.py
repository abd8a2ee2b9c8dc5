"""Entries of a drafted city file for the agency's words for offences, with how often each stands there."""

from __future__ import annotations

import re
import unicodedata
from typing import Any

from hotspots.sources.drafting.guesses import filled
from hotspots.sources.drafting.offence_words import Meaning, looks_sensitive, meaning_of
from hotspots.sources.drafting.toml_text import quoted

MOST_STUBS = 60  # words that get an entry of their own


def crime_type_lines(rows: Any, offence: str) -> list[str]:
    """Entries of the known words, and entries to be looked at, behind a #, of the others."""
    counts = filled(rows[offence]).value_counts()
    known: dict[Meaning, list[tuple[str, int]]] = {}
    unknown: list[tuple[str, int]] = []
    for word, count in counts.items():
        meaning = meaning_of(str(word), column=offence)
        if meaning is not None:
            known.setdefault(meaning, []).append((str(word), int(count)))
        else:
            unknown.append((str(word), int(count)))
    lines = [
        f"# What the words of {quoted(offence)} mean, with how often they stand in the rows looked at. What no entry names becomes `other`."
    ]
    for meaning, words in known.items():
        lines += _crime_type(meaning, offence, words)
    names = {meaning.name for meaning in known}
    if unknown:
        lines.append(
            "# Not known, and not published until an entry names them: take the # away, and give each a group (violence, burglary,"
        )
        lines.append("# vehicle, theft, damage, other).")
    for word, count in unknown[:MOST_STUBS]:
        name = _slug(word, names)
        names.add(name)
        stub = Meaning(name, word.capitalize(), "other", "unknown", looks_sensitive(word))
        lines += [f"# {line}".rstrip() for line in _crime_type(stub, offence, [(word, count)])[:-1]] + [""]
    if len(unknown) > MOST_STUBS:
        rarer = ", ".join(word for word, _ in unknown[MOST_STUBS:][:40])
        lines += [f"# {len(unknown) - MOST_STUBS} rarer words: {rarer}", ""]
    return lines


def _crime_type(meaning: Meaning, offence: str, words: list[tuple[str, int]]) -> list[str]:
    told = ", ".join(f"{word} {count:,}" for word, count in words)
    return [
        "[[crime_type]]",
        f"name = {quoted(meaning.name)}",
        f"label = {quoted(meaning.label)}",
        f'group = "{meaning.group}"',
        f"when = {{ {quoted(offence)} = [{', '.join(quoted(word) for word, _ in words)}] }}  # {' '.join(told.split())[:200]}",
        f'initiated_by = "{meaning.initiated_by}"',
        *(["sensitive = true  # by area and month only, never as a row"] if meaning.sensitive else []),
        "",
    ]


def _slug(word: str, taken: set[str]) -> str:
    """A crime type's short name from an agency's word."""
    plain = unicodedata.normalize("NFKD", word).encode("ascii", "ignore").decode().lower()
    plain = re.sub(r"[^a-z0-9]+", " ", plain).strip()[:50]
    plain = plain if plain[:1].isalpha() else f"type {plain}".strip()
    number, name = 1, plain
    while name in taken:
        number += 1
        name = f"{plain} {number}"
    return name
