"""Street names: every usual spelling of one street has one key."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hotspots.domain.places.street_name import (
    HouseNumbers,
    name_key,
    parse_house_numbers,
    parse_intersection,
    street_key,
    title_case,
)


@pytest.mark.parametrize(
    ("typed", "key"),
    [
        ("N STATE ST", "n state st"),
        ("North State Street", "n state st"),
        ("n. state  st.", "n state st"),
        ("W NORTH AVE", "w north ave"),
        ("West North Avenue", "w north ave"),
        ("North Avenue", "north ave"),
        ("Court Street", "court st"),
        ("S DR MARTIN LUTHER KING JR DR", "s dr martin luther king jr dr"),
        ("Seventh Avenue", "7th ave"),
        ("E 79th Street", "e 79th st"),
        ("Saint Louis Avenue", "st louis ave"),
        ("N ST LOUIS AVE", "n st louis ave"),
        ("Main Street South", "main st s"),
        ("O'Brien Rd.", "obrien rd"),
        ("Peña Boulevard", "pena blvd"),
        ("Broadway", "broadway"),
        ("", ""),
    ],
)
def test_usual_spellings_of_a_street_have_one_key(typed: str, key: str) -> None:
    assert street_key(typed) == key


@given(
    st.text(alphabet="abcdefgstNSEW .'-0123456789é", max_size=40)
    | st.lists(
        st.sampled_from(
            [
                "north",
                "s",
                "west",
                "street",
                "st",
                "ave",
                "avenue",
                "saint",
                "main",
                "7th",
                "seventh",
                "court",
                "place",
            ]
        ),
        max_size=6,
    ).map(" ".join)
)
def test_the_key_of_a_key_is_itself(text: str) -> None:
    assert street_key(street_key(text)) == street_key(text)
    assert name_key(name_key(text)) == name_key(text)


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("012XX N STATE ST", HouseNumbers(1200, 1299, "N STATE ST")),
        ("0000X W RANDOLPH ST", HouseNumbers(0, 9, "W RANDOLPH ST")),
        ("000XX E 79TH ST", HouseNumbers(0, 99, "E 79TH ST")),
        ("xx n state st", HouseNumbers(0, 99, "n state st")),
        ("1200 block of N State St", HouseNumbers(1200, 1299, "N State St")),
        ("1200 blk N State St", HouseNumbers(1200, 1299, "N State St")),
        ("1204 N State St", HouseNumbers(1204, 1204, "N State St")),
        ("1204 N State St, Apt 3", HouseNumbers(1204, 1204, "N State St")),
        ("1204 N State St apt 3B", HouseNumbers(1204, 1204, "N State St")),
        ("1204-1206 N State St", HouseNumbers(1204, 1204, "N State St")),
        ("79th Street", None),
        ("79 street", None),
        ("N State St", None),
        ("", None),
    ],
)
def test_house_numbers_and_block_forms_are_read(typed: str, expected: HouseNumbers | None) -> None:
    assert parse_house_numbers(typed) == expected


def test_a_block_and_a_house_are_shown_in_words() -> None:
    assert HouseNumbers(1200, 1299, "N STATE ST").name == "1200 block of N State St"
    assert HouseNumbers(1204, 1204, "N STATE ST").name == "1204 N State St"


@pytest.mark.parametrize(
    "typed",
    ["State & Division", "State and Division", "State/Division", " State at Division "],
)
def test_two_crossing_streets_are_read(typed: str) -> None:
    assert parse_intersection(typed) == ("State", "Division")


@pytest.mark.parametrize("typed", ["State", "A & B & C", "Grand Ave", "Portland St", "&"])
def test_what_is_not_a_crossing_is_none(typed: str) -> None:
    assert parse_intersection(typed) is None


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("N STATE ST", "N State St"),
        ("E 79TH ST", "E 79th St"),
        ("O'HARE", "O'Hare"),
        ("MCKINLEY PARK", "McKinley Park"),
        ("N MCLEAN AVE", "N McLean Ave"),
        ("ST MARY'S", "St Mary's"),
        ("N O'BRIEN-LEE ST", "N O'Brien-Lee St"),
        ("Loyola (Red)", "Loyola (Red)"),
    ],
)
def test_shouted_names_are_shown_in_title_case(name: str, shown: str) -> None:
    assert title_case(name) == shown


@pytest.mark.parametrize(
    "text", ["9999999999XX N STATE ST", "9" * 5000 + "XX N STATE ST", "9" * 5000 + " block of N State St"]
)
def test_a_number_that_no_house_has_is_no_block(text: str) -> None:
    assert parse_house_numbers(text) is None
