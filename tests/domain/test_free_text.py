"""Free text holds places and conditions: what names a person is refused, and not repeated."""

import pytest

from hotspots.domain.act.free_text import checked_needed, checked_text
from hotspots.errors import InputError

FINE = [
    "Customers leaving the late shop are robbed in the unlit lot, Thu-Sat 21-24.",
    "lights out at P-0412 since 2017-11-04, repaired 12/11/2017 at 21:30",
    "1200 block of N State St, lot behind 1150",
    "plan 7: 312 of 480 minutes; box b16003-2001; beat 1831",
    "St. Mary Street between Martin Luther King Drive and the park",
    "James Street and Franklin Park: two lamps dark",
    "El lote está oscuro; falta una lámpara en la calle Juárez",
    "IUCR 0820, 22 in 12 months",
]


@pytest.mark.parametrize("text", FINE)
def test_places_and_conditions_are_fine(text: str) -> None:
    assert checked_text(f"  {text} ", field="--statement") == text


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("ask John Miller who sells there", "the name of a person"),
        ("Maria Gonzalez lives opposite", "the name of a person"),
        ("maria Gonzalez lives opposite", "the name of a person"),
        ("Mr. Smith stands there at night", "the name of a person"),
        ("a man called Dean", "the name of a person"),
        ("la señora Pérez lo vio", "the name of a person"),
        ("call 312-555-0143 after six", "a telephone number"),
        ("(312) 555 0143", "a telephone number"),
        ("+34 600 123 456", "a telephone number"),
        ("a van, ABC-1234", "a number plate"),
        ("a van, XY 99 and 7ABC123", "a number plate"),
        ("license plate K 12 345", "a number plate"),
        ("placa 1234", "a number plate"),
        ("write to someone@example.org", "an e-mail address"),
    ],
)
def test_what_names_a_person_is_refused_and_not_repeated(text: str, found: str) -> None:
    with pytest.raises(InputError) as caught:
        checked_text(text, field="--statement")
    message = str(caught.value)
    assert found in message and "--statement" in message
    assert not {
        "Miller",
        "Gonzalez",
        "Smith",
        "Dean",
        "Pérez",
        "0143",
        "123",
        "1234",
        "7ABC123",
        "345",
        "someone",
    } & set(message.split())


def test_long_and_empty_texts_are_refused() -> None:
    with pytest.raises(InputError, match="at most 500"):
        checked_text("a " * 300, field="--statement")
    with pytest.raises(InputError, match="--title is empty"):
        checked_needed("   ", field="--title")
