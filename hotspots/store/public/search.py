"""The address search on the city's own gazetteer: house numbers, blocks, crossings, streets, places, areas, misspelt or not.

Nothing typed is kept: it is a parameter of a read, and the answer carries public gazetteer ids.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import dropwhile
from typing import Any

from hotspots.domain.language import DEFAULT
from hotspots.domain.places.search_match import Match
from hotspots.domain.places.street_name import (
    HouseNumbers,
    name_key,
    parse_house_numbers,
    parse_intersection,
    street_key,
    title_case,
)
from hotspots.errors import NotFoundError
from hotspots.store.sql.compose import Connection
from hotspots.store.sql.files import load_queries

LONGEST_TEXT = 200  # letters; what is longer is no address
MOST_STREETS = 12
WEAKEST = 0.45  # a weaker likeness is no match: "xyzzy" finds nothing
SURE, LEAD = 0.8, 0.05  # sure: so alike, and so far ahead of the next
CONTAINED, SURE_CONTAINED = (
    0.999,
    0.6,
)  # where every typed word is in the name, less of the name needs to be typed: "beat 1834"
SMALL_WORDS = frozenset({"the", "of", "de", "del", "la", "el", "no"})
ORDINAL = re.compile(r"^(\d+)(?:st|nd|rd|th|er|o|a)$")
SAME_NAME = 0.94  # an area called so whose kind stands in its name; behind one that is called so alone
# Exact before the beginning of a name before a part of it before what only sounds alike: no likeness climbs over a step.
BEGINS, HOLDS, TYPING, ALIKE = 0.86, 0.79, 0.75, 0.74
OTHER_NAME = 0.98  # of what is called exactly so, by another name than the city's
KIND_ALONE, POSTCODE, CODE_ALONE = 0.9, 0.7, 0.95
SURE_CODE = 4  # letters of a code that is typed alone: "60614" is no house number, "44" may become one
FARTHEST_NUMBER = 400  # house numbers away; beyond it the street goes on elsewhere


@dataclass(frozen=True)
class _Street:
    street_id: int
    name: str
    score: float
    is_plain: bool


@dataclass(frozen=True, slots=True)
class _Hit:
    """How well an entry answers, whether surely, and the other name by which it was met."""

    score: float
    sure: bool
    called: str | None = None


def suggest(connection: Connection, text: str, *, limit: int = 8, language: str = DEFAULT.code) -> tuple[Match, ...]:
    """Meanings of a typed text, best first; empty where nothing is like it.

    Parameters
    ----------
    text : as typed: ``1204 n state``, ``012XX N STATE ST``, ``1200 block of N State St``, ``state & division``,
        ``milwakee ave``, ``lincoln park``, ``beat 1834``.
    language : of the kind in the name of an area that has only a code.
    """
    typed = " ".join(text.replace("\x00", " ").split())[:LONGEST_TEXT]
    typed = typed.split(",")[0].strip() or typed  # "…, Chicago, IL"
    if not name_key(typed):
        return ()
    numbers, crossing = parse_house_numbers(typed), parse_intersection(typed)
    found: list[Match] = []
    if numbers:
        found += _by_number(connection, numbers)
    elif crossing:
        found += _at_crossing(connection, *crossing)
    else:
        found += _along_streets(connection, typed, limit=limit)
    found += _by_kind(connection, typed, limit=limit, language=language)
    found += _by_code(connection, typed, limit=limit, language=language)
    found += _by_name(connection, typed, limit=limit, language=language)
    return _ranked(found)[:limit]


def find(connection: Connection, *, gazetteer_id: int, language: str = DEFAULT.code) -> Match:
    """The entry that a URL names. Raises NotFoundError."""
    for match in _entries(connection, {gazetteer_id: _Hit(1.0, sure=True)}, language=language):
        return match
    raise NotFoundError(_unknown(gazetteer_id))


def entry_of_area(connection: Connection, *, area_id: int) -> int | None:
    """The gazetteer entry of an area, to ask for its surroundings; None where it has none."""
    return load_queries("public/search").entry_of_area(connection, area_id=area_id)


def named_points(connection: Connection, *, cell_m: int) -> tuple[tuple[int, float, float], ...]:
    """Return one named public point for each square of `cell_m` metres that has any: number, longitude, latitude.

    Degrees have four decimals, some 11 m: enough to find the nearest, and no list of exact points.
    """
    rows = load_queries("public/search").named_points(connection, cell_m=cell_m)
    return tuple((number, round(lon, 4), round(lat, 4)) for number, lon, lat in rows)


def find_shape(connection: Connection, *, gazetteer_id: int, radius_m: int) -> dict[str, Any]:
    """The ground within `radius_m` metres of an entry, as a GeoJSON geometry in degrees. Raises NotFoundError."""
    row = load_queries("public/search").find_shape(connection, gazetteer_id=gazetteer_id, radius_m=radius_m)
    if row is None:
        raise NotFoundError(_unknown(gazetteer_id))
    return row[0]


_KIND_WORDS = {
    "address": "address",
    "block": "block",
    "intersection": "intersection",
    "place": "place",
    "area": "area",
}


def _unknown(gazetteer_id: int) -> str:
    return f"at: {gazetteer_id} is not in the gazetteer; search for the address anew"


def _likeness(whole: float, part: float) -> float:
    """How alike two names are, 0 to 1: as a whole, and the typed one as a part ("state" of "n state st")."""
    return (whole + part) / 2


def _is_plain(whole: float, part: float) -> bool:
    """Whether so much of a name was typed, and so well, that it is what was meant unless another one is too."""
    likeness = _likeness(whole, part)
    return likeness >= SURE or (part >= CONTAINED and likeness >= SURE_CONTAINED)


def _streets_like(connection: Connection, typed: str) -> list[_Street]:
    key = street_key(typed)
    if not key:
        return []
    rows = load_queries("public/search").similar_streets(connection, key=key, most=MOST_STREETS)
    streets = (
        _Street(street_id, name, _likeness(whole, part), _is_plain(whole, part))
        for street_id, name, _, whole, part in rows
    )
    return sorted((street for street in streets if street.score >= WEAKEST), key=lambda street: -street.score)


def _by_number(connection: Connection, numbers: HouseNumbers) -> Iterable[Match]:
    streets = {street.street_id: street for street in _streets_like(connection, numbers.street)}
    rows = load_queries("public/search").numbers_on_streets(
        connection, streets=list(streets), number_from=numbers.number_from, number_to=numbers.number_to
    )
    for street_id, gazetteer_id, kind, name, off, lon, lat in rows:
        if off > FARTHEST_NUMBER:
            continue
        score = streets[street_id].score * (1.0 if off == 0 else 0.85 - 0.25 * off / FARTHEST_NUMBER)
        yield Match(
            gazetteer_id,
            kind,
            name,
            _number_words(numbers, kind, off),
            lon,
            lat,
            score,
            sure=off == 0 and streets[street_id].is_plain,
        )


def _number_words(numbers: HouseNumbers, kind: str, off: int) -> str:
    if off:
        return f"nearest on record to {numbers.number_from} on this street"
    if kind == "block" and not numbers.is_block:
        return f"block that holds {numbers.number_from}"
    if kind == "address" and numbers.is_block:
        return f"address within {numbers.number_from} to {numbers.number_to}"
    return _KIND_WORDS[kind]


def _at_crossing(connection: Connection, first: str, second: str) -> Iterable[Match]:
    one = {street.street_id: street for street in _streets_like(connection, first)}
    other = {street.street_id: street for street in _streets_like(connection, second)}
    rows = load_queries("public/search").crossings(connection, streets=list(one), other_streets=list(other), most=50)
    for street_id, other_street_id, gazetteer_id, kind, name, lon, lat in rows:
        as_typed = (one.get(street_id), other.get(other_street_id))
        turned = (one.get(other_street_id), other.get(street_id))
        pairs = [(a, b) for a, b in (as_typed, turned) if a and b]
        a, b = max(pairs, key=lambda pair: pair[0].score + pair[1].score)
        score = (a.score + b.score) / 2
        yield Match(gazetteer_id, kind, name, _KIND_WORDS[kind], lon, lat, score, sure=a.is_plain and b.is_plain)


def _along_streets(connection: Connection, typed: str, *, limit: int) -> Iterable[Match]:
    """Somewhere on a street that was typed without a number: a start, never a sure match."""
    streets = _streets_like(connection, typed)[:3]
    for street in streets:
        rows = load_queries("public/search").along_street(
            connection, street=street.street_id, most=max(1, limit // len(streets))
        )
        for gazetteer_id, kind, name, lon, lat in rows:
            words = f"on {title_case(street.name)}; add a house number or a crossing street"
            yield Match(gazetteer_id, kind, name, words, lon, lat, street.score * 0.9, sure=False)


def _by_name(connection: Connection, typed: str, *, limit: int, language: str) -> Iterable[Match]:
    """Places and areas called like the text, spaces and articles before it aside, by any of their names."""
    queries, key = load_queries("public/search"), name_key(typed)
    found: dict[int, _Hit] = {}
    bare = " ".join(dropwhile(SMALL_WORDS.__contains__, key.split()))
    for said in dict.fromkeys([key, bare or key]):
        for number, name, alias, whole, part in queries.similar_names(connection, key=said, most=limit):
            if _likeness(whole, part) >= WEAKEST:
                _keep(found, number, _named_hit(said, name, whole, part, alias))
        for number, is_whole in queries.same_name(connection, squashed=said.replace(" ", "")):
            _keep(found, number, _Hit(1.0 if is_whole else SAME_NAME, sure=True))
    return _entries(connection, found, language=language)


def _named_hit(said: str, name: str, whole: float, part: float, alias: str | None) -> _Hit:
    """How well a name answers: exact, its beginning, a part of it, a word half typed, or only alike."""
    typed, words = said.split(), name.split()
    share, sure = len(typed) / max(len(words), 1), _is_plain(whole, part)
    if said.replace(" ", "") == name.replace(" ", ""):
        return _Hit(OTHER_NAME if alias else 1.0, sure=True, called=alias)
    if typed == words[: len(typed)]:
        return _Hit(BEGINS + 0.08 * share, sure=sure, called=alias)
    if set(typed) <= set(words):
        return _Hit(HOLDS + 0.06 * share, sure=sure, called=alias)
    if set(typed[:-1]) <= set(words) and any(word.startswith(typed[-1]) for word in words):
        return _Hit(TYPING + 0.03 * share, sure=False, called=alias)
    return _Hit(ALIKE * _likeness(whole, part), sure=sure, called=alias)


def _by_code(connection: Connection, typed: str, *, limit: int, language: str) -> Iterable[Match]:
    """Areas by a code that was typed alone, such as a postcode's or a ward's; and places in a postcode, none of them surely."""
    queries, code = load_queries("public/search"), typed.casefold().replace(" ", "")
    if not any(letter.isdigit() for letter in code):
        return ()
    found = {
        number: _Hit(POSTCODE, sure=False, called=typed)
        for (number,) in queries.with_postcode(connection, postcode=code.upper(), most=limit)
    }
    for (number,) in queries.with_code(connection, code=code.lstrip("0")):
        found[number] = _Hit(CODE_ALONE, sure=len(code) >= SURE_CODE)
    return _entries(connection, found, language=language)


def _keep(found: dict[int, _Hit], number: int, hit: _Hit) -> None:
    """The better of two answers for one entry."""
    if number not in found or (hit.score, hit.sure) > (found[number].score, found[number].sure):
        found[number] = hit


def _of_kind_alone(connection: Connection, kinds: Sequence[tuple[str, str]], *, limit: int) -> dict[int, _Hit]:
    """The first few of each kind, where only kinds were typed: "hospital", "parks"."""
    each = max(2, limit // max(len(kinds), 1))
    return {
        number: _Hit(KIND_ALONE, sure=False)
        for of, kind in kinds
        for (number,) in load_queries("public/search").all_of_kind(connection, of=of, kind=kind, most=each)
    }


def _stems(word: str) -> set[str]:
    """A word, and what it may be the plural of."""
    return {word, *(word[: -len(end)] for end in ("s", "es") if word.endswith(end) and len(word) > len(end) + 2)}


def _by_kind(connection: Connection, typed: str, *, limit: int, language: str) -> Iterable[Match]:
    """Entries whose kind was typed beside a name or a code, in any language: "18th district", "escuela kelly"; or alone."""
    queries, words = load_queries("public/search"), name_key(typed).split()
    found: dict[int, _Hit] = {}

    def add(number: int, score: float, *, sure: bool) -> None:
        _keep(found, number, _Hit(score, sure=sure))

    alone: dict[tuple[str, str], None] = {}
    for of, kind, label in list(queries.kinds_in_words(connection)):
        spoken = name_key(label).split()
        said = {word for word in words if any(_stems(word) & _stems(other) for other in spoken)}
        rest = [word for word in words if word not in said and word not in SMALL_WORDS]
        if said and not rest:
            alone[of, kind] = None
        if not rest or not said:
            continue
        key = " ".join(rest)
        if of == "place":
            for number, whole, part in queries.places_of_kind(connection, kind=kind, key=key):
                add(number, 0.75 + _likeness(whole, part) / 4, sure=_is_plain(whole, part))
            continue
        code = ORDINAL.sub(r"\1", key).lstrip("0")
        for number, is_code, likeness in queries.areas_of_kind(connection, kind=kind, code=code, key=key):
            if is_code or not code[:1].isdigit():  # a code is met whole: beat 111 is not 1111
                add(number, 1.0 if is_code else 0.75 + likeness / 5, sure=is_code or likeness >= CONTAINED)
    for number, hit in _of_kind_alone(connection, list(alone), limit=limit).items():
        _keep(found, number, hit)
    return _entries(connection, found, language=language)


def _entries(connection: Connection, found: dict[int, _Hit], *, language: str) -> Iterable[Match]:
    """Gazetteer entries, each with its score and whether it is what was typed; of areas called the same, the city's first kind leads."""
    rows = list(load_queries("public/search").entries(connection, gazetteer_ids=list(found), language=language))
    first: dict[str, int] = {}
    for number, _kind, name, *_, position in rows:
        if position is not None and found[number].score == 1.0:
            first[name_key(name)] = min(position, first.get(name_key(name), position))
    for number, kind, name, lon, lat, area_id, label, position in rows:
        hit = found[number]
        score = SAME_NAME if position is not None and position > first.get(name_key(name), position) else hit.score
        called = f"{name} ({hit.called})" if hit.called else name
        yield Match(number, kind, called, label or _KIND_WORDS[kind], lon, lat, score, hit.sure, area_id)


def _ranked(found: Sequence[Match]) -> tuple[Match, ...]:
    """Best first, each entry once; sure only where it is the best and well ahead."""
    best: dict[int, Match] = {}
    for match in sorted(found, key=lambda match: (-match.score, match.gazetteer_id)):
        best.setdefault(match.gazetteer_id, match)
    ranked = list(best.values())
    runner_up = ranked[1].score if len(ranked) > 1 else 0.0
    return tuple(
        replace(match, sure=match.sure and place == 0 and match.score - runner_up >= LEAD)
        for place, match in enumerate(ranked)
    )
