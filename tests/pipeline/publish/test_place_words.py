"""Which words for sorts of place are told: judged on records made by hand."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pytest

from hotspots.domain.places.place_words import NOT_TOLD_APART, PlaceWord, PlaceWords
from hotspots.pipeline.publish.place_words import Tally, decide, settle_new

NEW = PlaceWord(None, "")
Record = tuple[str, int, str, int]  # word, point, door, reports


def tally(*records: Record, points: Mapping[str, int] | None = None) -> Tally:
    """Reports by word, point and door; doors of one true point where `points` says so."""
    doors = {door: number for number, door in enumerate(sorted({record[2] for record in records}))}
    at = points or doors
    names = sorted({record[0] for record in records})
    return Tally(
        names,
        np.array([names.index(record[0]) for record in records]),
        np.array([record[1] for record in records]),
        np.array([doors[record[2]] for record in records]),
        np.array([at[record[2]] for record in records]),
        np.array([record[3] for record in records]),
    )


def spread(word: str, points: range, n_doors: int = 3, each: int = 1) -> list[Record]:
    """A word at several doors of each point."""
    return [(word, point, f"{point}/{word}{door}", each) for point in points for door in range(n_doors)]


def rules(**written: object) -> PlaceWords:
    return PlaceWords.from_json(written, is_exact=True)


def new(*words: str) -> dict[str, PlaceWord]:
    return dict.fromkeys(words, NEW)


def test_a_word_at_several_doors_of_most_points_is_told() -> None:
    found = tally(*spread("flat", range(9)), ("flat", 9, "9/one", 3))  # one of ten points at one door
    assert decide(new("flat"), found, rules()) == {"flat": PlaceWord("told", "flat")}


@pytest.mark.parametrize(
    ("at_one_door", "told"), [(3, True), (4, False)]
)  # of twelve points: a quarter may, more may not
def test_a_word_at_one_door_of_more_than_a_quarter_of_its_points_is_not(at_one_door: int, told: bool) -> None:
    records = spread("flat", range(at_one_door, 12)) + spread("flat", range(at_one_door), n_doors=1, each=3)
    assert decide(new("flat"), tally(*records), rules())["flat"].standing == ("told" if told else "merged")


def test_four_of_five_reports_at_a_door_are_as_good_as_all() -> None:
    nearly = [
        record for point in range(12) for record in (("bar", point, f"{point}/a", 4), ("bar", point, f"{point}/b", 1))
    ]
    half = [
        record for point in range(12) for record in (("bar", point, f"{point}/a", 3), ("bar", point, f"{point}/b", 1))
    ]
    assert decide(new("bar"), tally(*nearly), rules())["bar"].standing == "merged"
    assert decide(new("bar"), tally(*half), rules())["bar"].standing == "told"


def test_two_flats_of_one_house_are_one_door() -> None:
    records = spread("flat", range(12), n_doors=2, each=2)
    one_point = {record[2]: record[1] for record in records}
    assert decide(new("flat"), tally(*records), rules())["flat"].standing == "told"
    assert decide(new("flat"), tally(*records, points=one_point), rules())["flat"].standing == "merged"


def test_points_with_two_reports_say_nothing_and_a_word_of_nine_points_waits() -> None:
    assert decide(new("flat"), tally(*spread("flat", range(40), n_doors=2)), rules())["flat"].standing == "waiting"
    assert decide(new("flat"), tally(*spread("flat", range(9))), rules())["flat"].standing == "waiting"
    assert decide(new("flat"), tally(*spread("flat", range(10))), rules())["flat"].standing == "told"


def test_what_waits_is_told_once_it_can_be_judged_and_what_is_merged_never_is() -> None:
    known = {"flat": PlaceWord("waiting", NOT_TOLD_APART), "bar": PlaceWord("merged", NOT_TOLD_APART)}
    found = tally(*spread("flat", range(12)), *spread("bar", range(12)))
    assert decide(known, found, rules()) == {"flat": PlaceWord("told", "flat"), "bar": known["bar"]}


def test_a_told_word_that_comes_to_point_at_doors_is_merged_and_one_whose_record_shrinks_stays() -> None:
    told = {"bar": PlaceWord("told", "bar")}
    assert decide(told, tally(*spread("bar", range(12), n_doors=1, each=3)), rules())["bar"].standing == "merged"
    assert decide(told, tally(*spread("bar", range(5))), rules()) == told


BARS = spread("bar", range(12), n_doors=1, each=3)
SHOPS = spread("shop", range(12), n_doors=3)
MANY_FLATS = spread("flat", range(40), n_doors=3)


def test_a_group_takes_in_the_rarest_word_that_hides_its_members() -> None:
    """Of twelve points with a bar three shops stand at each, so that three of six reports are at the bar; flats would do too, but are more."""
    now = decide(new("bar", "shop", "flat"), tally(*BARS, *SHOPS, *MANY_FLATS), rules())
    assert now == {
        "bar": PlaceWord("merged", NOT_TOLD_APART),
        "shop": PlaceWord("merged", NOT_TOLD_APART),
        "flat": PlaceWord("told", "flat"),
    }


def test_a_group_of_the_city_file_takes_in_words_of_its_own_first_and_else_joins_that_of_all_others() -> None:
    groups = {"BUSINESS": ["bar", "kiosk"]}
    kiosks = spread("kiosk", range(100, 112))  # never where a bar is
    now = decide(new("bar", "shop", "kiosk"), tally(*BARS, *SHOPS, *kiosks), rules(groups=groups))
    assert {name: word.shown for name, word in now.items()} == dict.fromkeys(("bar", "shop", "kiosk"), NOT_TOLD_APART)
    beside = spread("kiosk", range(12))
    now = decide(new("bar", "shop", "kiosk"), tally(*BARS, *SHOPS, *beside), rules(groups=groups))
    assert {name: word.shown for name, word in now.items()} == {"bar": "BUSINESS", "kiosk": "BUSINESS", "shop": "shop"}


def test_many_rare_words_are_looked_at_together() -> None:
    """Twelve words at one point each: alone none of them can be judged, together they point."""
    rare = [(f"word {n}", n, f"{n}/a", 3) for n in range(12)]
    now = decide(new("shop", *(word for word, *_ in rare)), tally(*rare, *SHOPS), rules())
    assert {word.shown for word in now.values()} == {NOT_TOLD_APART}


def test_what_the_city_file_says_goes_before_the_record() -> None:
    said = rules(told=["bar"], rare=["flat"])
    now = decide(new("bar", "flat", "shop"), tally(*BARS, *SHOPS, *MANY_FLATS), said)
    assert now["bar"] == PlaceWord("told", "bar") and now["flat"] == PlaceWord("merged", NOT_TOLD_APART)
    blocks = PlaceWords.from_json({"rare": ["flat"]}, is_exact=False)
    now = decide(new("bar", "flat"), Tally.empty(), blocks)
    assert now == {"bar": PlaceWord("told", "bar"), "flat": PlaceWord("merged", NOT_TOLD_APART)}


def test_a_group_that_the_city_file_changes_later_keeps_the_words_it_had() -> None:
    """Two groups that cut the words differently could be intersected."""
    known = {"bar": PlaceWord("merged", "A"), "shop": PlaceWord("merged", "A"), "kiosk": PlaceWord("told", "kiosk")}
    found = tally(*BARS, *SHOPS, *spread("kiosk", range(12)))
    now = decide(known, found, rules(groups={"B": ["bar", "kiosk"], "C": ["shop"]}))
    assert now == known


def test_a_new_word_waits_until_the_record_is_looked_at() -> None:
    known = {"bar": PlaceWord("merged", "A"), "kiosk": NEW}
    assert settle_new(known, rules(groups={"A": ["kiosk"]})) == {
        "bar": known["bar"],
        "kiosk": PlaceWord("waiting", "A"),
    }
    assert settle_new(new("kiosk"), PlaceWords(is_exact=False)) == {"kiosk": PlaceWord("told", "kiosk")}
