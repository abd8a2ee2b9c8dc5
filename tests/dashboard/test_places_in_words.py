"""How pages name points, cells and what can be searched, in both languages."""

from dataclasses import replace
from datetime import date

import pytest

from hotspots.domain.public_answer import Area, AreaKind, Choices, Counts, SensitiveMonth
from hotspots_dashboard import language
from hotspots_dashboard.public import sentences
from hotspots_dashboard.public.layout import search_hint

CHOICES = Choices((), (), (AreaKind("neighbourhood", "Neighbourhood", ()), AreaKind("ward", "Ward", ())), (), (), {})


@pytest.mark.parametrize(
    ("name", "heading", "spanish", "cell"),
    [
        ("1200 block of N State St", "1200 block of N State St", "Cuadra 1200 de N State St", "Round the 1200 block of N State St"),
        ("in Downtown", "In Downtown", "En Downtown", "In Downtown"),
        ("near State St & Oak St", "Near State St & Oak St", "Cerca de State St & Oak St", "Near State St & Oak St"),
        ("4th Rd and around", "4th Rd and around", "4th Rd y alrededores", "Round 4th Rd"),
        ("4th Rd 1334–1487", "4th Rd 1334–1487", "4th Rd 1334–1487", "Round 4th Rd 1334–1487"),
        ("Point of the public lattice", "Point of the public lattice", "Punto de la cuadrícula pública", "Round Point of the public lattice"),
    ],
)  # fmt: skip
def test_a_point_has_a_name_that_can_head_a_line(name: str, heading: str, spanish: str, cell: str) -> None:
    assert (sentences.place(name), sentences.surroundings(name)) == (heading, cell)
    with language.speaking("es"):
        assert sentences.place(name) == spanish


def test_protected_reports_too_few_to_publish_are_not_at_least_none() -> None:
    area = Area(1, "neighbourhood", "7", "Downtown", None, None)
    hidden = SensitiveMonth(date(2016, 12, 1), area, None)
    counts = Counts(1, 1, 0, 0, 0, 0, (hidden,))
    assert "single incidents: too few to be published in Downtown, December 2016." in (
        sentences.sensitive(counts) or ""
    )
    counts = replace(counts, sensitive=(hidden, SensitiveMonth(date(2016, 11, 1), area, 12)))
    assert "single incidents: at least 12 in Downtown, November 2016 to December 2016." in (
        sentences.sensitive(counts) or ""
    )


def test_the_search_field_names_what_can_be_found() -> None:
    assert search_hint(CHOICES) == "Address, crossing, school, park"
    assert search_hint(replace(CHOICES, addresses=False)) == "Neighbourhood and Ward"
