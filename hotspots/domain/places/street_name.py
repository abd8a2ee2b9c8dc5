"""Street names spelt one way, so that what a resident types meets what the city has on file.

`street_key` is the one normalisation: the published streets are keyed with it and the search asks with it.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

DIRECTIONS = {
    "north": "n", "south": "s", "east": "e", "west": "w",
    "northeast": "ne", "northwest": "nw", "southeast": "se", "southwest": "sw",
}  # fmt: skip
SUFFIXES = {
    "alley": "aly", "avenue": "ave", "av": "ave", "aven": "ave", "avn": "ave", "boulevard": "blvd", "boul": "blvd",
    "bl": "blvd", "bv": "blvd", "bridge": "brg", "circle": "cir", "circ": "cir", "close": "cl", "court": "ct",
    "crt": "ct", "crescent": "cres", "drive": "dr", "driv": "dr", "drv": "dr", "expressway": "expy",
    "expwy": "expy", "extension": "ext", "freeway": "fwy", "gardens": "gdns", "grove": "grv", "heights": "hts",
    "highway": "hwy", "hiway": "hwy", "lane": "ln", "landing": "lndg", "parkway": "pkwy", "pky": "pkwy",
    "parkwy": "pkwy", "place": "pl", "plaza": "plz", "point": "pt", "ridge": "rdg", "road": "rd", "square": "sq",
    "sqr": "sq", "street": "st", "str": "st", "strt": "st", "terrace": "ter", "terr": "ter", "trail": "trl",
    "tr": "trl", "turnpike": "tpke", "view": "vw", "way": "way", "wy": "way",
}  # fmt: skip
ORDINALS = {
    "first": "1st", "second": "2nd", "third": "3rd", "fourth": "4th", "fifth": "5th",
    "sixth": "6th", "seventh": "7th", "eighth": "8th", "ninth": "9th", "tenth": "10th",
}  # fmt: skip
LEADING_WORDS = {
    "saint": "st",
    "sainte": "ste",
    "mount": "mt",
    "fort": "ft",
    "doctor": "dr",
}

SHORT_DIRECTIONS = frozenset(DIRECTIONS.values())
SHORT_SUFFIXES = frozenset(SUFFIXES.values())

MASKED_BLOCK = re.compile(r"^\s*(\d{0,5})(X{1,4})\s+(\S.*)$", re.IGNORECASE)
WORDED_BLOCK = re.compile(r"^\s*(\d{1,6})\s*(?:st|nd|rd|th)?\s*(?:block|blk)\s+(?:of\s+)?(\S.*)$", re.IGNORECASE)
NUMBERED = re.compile(r"^\s*(\d{1,6})(?:\s*-\s*\d{1,6})?[a-z]?\s+(\S.*)$", re.IGNORECASE)
UNIT = re.compile(
    r"\s*(?:,|#|\b(?:apt|apartment|unit|suite|fl|floor|rm|room)\b\.?\s*#?\s*\w+\s*$).*$",
    re.IGNORECASE,
)
CROSSING = re.compile(r"\s*(?:&|/|@|\+|\b(?:and|at|y|con)\b)\s*", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class HouseNumbers:
    """A house number on a street, or the numbers of a block (`number_from` to `number_to`, both inside)."""

    number_from: int
    number_to: int
    street: str

    @property
    def is_block(self) -> bool:
        """Whether it stands for more than one house."""
        return self.number_to > self.number_from

    @property
    def name(self) -> str:
        """As shown: `1200 block of N State St` or `1204 N State St`."""
        street = title_case(self.street)
        return f"{self.number_from} block of {street}" if self.is_block else f"{self.number_from} {street}"


def name_key(text: str) -> str:
    """Lower case, no accents, no punctuation, single spaces: the key of a place's or an area's name."""
    plain = unicodedata.normalize("NFKD", text.casefold())
    kept = "".join(letter for letter in plain if not unicodedata.combining(letter) and letter not in "'’.")
    return " ".join(re.findall(r"[^\W_]+", kept))


def street_key(text: str) -> str:
    """Spell a street one way: `North State Street`, `N. STATE ST` and `n state st` are all `n state st`.

    A direction is shortened only where a name stands beside it (`West North Avenue` is `w north ave`), a suffix only at
    the end (`Court Street` is `court st`).
    """
    words = [ORDINALS.get(word, word) for word in name_key(text).split()]
    before, words = _leading_direction(words)
    words, after = _trailing_direction(words)
    if len(words) > 1:
        words = [
            LEADING_WORDS.get(words[0], words[0]),
            *words[1:-1],
            SUFFIXES.get(words[-1], words[-1]),
        ]
    return " ".join([*before, *words, *after])


def title_case(text: str) -> str:
    """`N STATE ST` as `N State St`; a name that already has small letters stays as it is."""
    if any(letter.islower() for letter in text):
        return " ".join(text.split())
    return " ".join(_title_word(word) for word in text.split())


def parse_house_numbers(text: str) -> HouseNumbers | None:
    """Read an address or a block: `1204 N State St Apt 3`, `012XX N STATE ST`, `1200 block of N State St`; None for anything else."""
    if match := MASKED_BLOCK.match(text):
        digits, mask, street = match.groups()
        first = int(digits or "0") * 10 ** len(mask)
        return HouseNumbers(first, first + 10 ** len(mask) - 1, " ".join(street.split()))
    if match := WORDED_BLOCK.match(text):
        first = int(match[1]) // 100 * 100
        return HouseNumbers(first, first + 99, " ".join(match[2].split()))
    if match := NUMBERED.match(text):
        street = " ".join(UNIT.sub("", match[2]).split())
        is_ordinal_street = (
            SUFFIXES.get(name_key(street), name_key(street)) in SHORT_SUFFIXES
        )  # '79 street' is a street, not house 79
        return HouseNumbers(int(match[1]), int(match[1]), street) if street and not is_ordinal_street else None
    return None


def parse_intersection(text: str) -> tuple[str, str] | None:
    """Read two crossing streets: `State & Division`, `state and division`, `State/Division`; None for anything else."""
    parts = [part for part in CROSSING.split(text.strip()) if part.strip()]
    return (parts[0], parts[1]) if len(parts) == 2 else None


def _leading_direction(words: list[str]) -> tuple[list[str], list[str]]:
    if len(words) < 2:
        return [], words
    short = DIRECTIONS.get(words[0], words[0])
    has_name = (words[1] not in SUFFIXES and words[1] not in SHORT_SUFFIXES) or len(words) > 2
    return ([short], words[1:]) if short in SHORT_DIRECTIONS and has_name else ([], words)


def _trailing_direction(words: list[str]) -> tuple[list[str], list[str]]:
    if len(words) < 3:
        return words, []
    short = DIRECTIONS.get(words[-1], words[-1])
    follows_suffix = words[-2] in SUFFIXES or words[-2] in SHORT_SUFFIXES
    return (words[:-1], [short]) if short in SHORT_DIRECTIONS and follows_suffix else (words, [])


def _title_word(word: str) -> str:
    if word.casefold() in SHORT_DIRECTIONS:
        return word.upper()
    if word[:1].isdigit():
        return word.lower()
    written = re.sub(r"[^\W\d_]+", lambda part: part[0][0].upper() + part[0][1:].lower(), word)
    written = re.sub(r"(?<=\w['’])S\b", "s", written)  # Mary's, and not O's
    return re.sub(r"\bMc([a-z])(?=[a-z]{2})", lambda name: "Mc" + name[1].upper(), written)  # McKinley, and not MCs
