"""How pages name points, cells and what can be searched, in both languages."""

import re
from dataclasses import replace
from datetime import date, datetime

import pytest

from hotspots.domain.public_answer import Area, AreaKind, Choices, City, PlaceKind, Vintage
from hotspots.domain.public_counts import Counts, SensitiveMonth
from hotspots.store.publication.anchors import block_name
from hotspots.store.sql.files import load_queries
from hotspots.words.places import read_place
from hotspots_dashboard.public.layout import search_hint, search_kinds
from hotspots_dashboard.words import language, sentences
from hotspots_dashboard.words.components import search_words

CHOICES = Choices((), (), (AreaKind("neighbourhood", "Neighbourhood", ()), AreaKind("ward", "Ward", ())), (), (), {})  # pyright: ignore[reportArgumentType]


@pytest.mark.parametrize(
    ("name", "heading", "spanish", "cell"),
    [
        ("1200 block of N State St", "1200 block of N State St", "Cuadra 1200 de N State St", "Round the 1200 block of N State St"),
        ("in Downtown", "In Downtown", "En Downtown", "In Downtown"),
        ("near State St & Oak St", "Near State St & Oak St", "Cerca de State St & Oak St", "Near State St & Oak St"),
        ("4th Rd and around", "4th Rd and around", "4th Rd y alrededores", "Round 4th Rd"),
        ("4th Rd 1334–1487", "4th Rd 1334–1487", "4th Rd 1334–1487", "Round 4th Rd 1334–1487"),
        ("Point of the public lattice", "Point of the public lattice", "Punto de la cuadrícula pública", "Round a point of the public lattice"),
        ("Block without a name", "Block without a name", "Cuadra sin nombre", "Round a block without a name"),
    ],
)  # fmt: skip
def test_a_point_has_a_name_that_can_head_a_line(name: str, heading: str, spanish: str, cell: str) -> None:
    assert (sentences.place(name), sentences.surroundings(name)) == (heading, cell)
    with language.speaking("es"):
        assert sentences.place(name) == spanish


def test_every_form_that_a_publication_writes_is_read() -> None:
    """Names are made in two places: a query, for points that stand near something, and the store, for blocks."""
    query = load_queries("publication/anchor_sites").insert_sites.sql
    (made,) = re.findall(r"coalesce\(d\.name, (.*?)\),\n", query)
    forms = [f"{text}X" if text.endswith(" ") else text for text in re.findall(r"'([^']+)'", made)]
    assert forms == ["near X", "in X", "Point of the public lattice"]
    written = [*forms, *(block_name(key)[1] for key in ("012XX N STATE ST", "near 448000 4637000"))]
    assert [read_place(name).kind for name in written] == ["near", "in", "lattice", "block", "unnamed"]


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


def test_a_few_reports_of_long_ago_do_not_make_the_data_reach_back_so_far() -> None:
    city = City("Smallville", "Map", "America/Chicago", 26916, True, "Nobody", "None.", 90, 0, 0, 1, 1)
    whole = Vintage(
        1, datetime(2017, 1, 2), date(2017, 1, 1), date(2015, 1, 1), date(2016, 12, 31), 92156, 1, date(2015, 1, 1)
    )
    said = "92,156 incidents from 1 January 2015 to 31 December 2016 are published."
    assert sentences.published(city, whole).endswith(said)
    older = sentences.published(city, replace(whole, first_day=date(1989, 5, 18)))
    assert "from 18 May 1989 to 31 December 2016" in older
    assert older.endswith("The data are whole from 1 January 2015 on; what is older was reported late.")


@pytest.mark.parametrize(
    ("streets", "places", "field", "sentence", "spanish"),
    [
        ("address intersection", "School Park", "Address, crossing, school or park", "address, crossing, school, park, neighbourhood and ward", "dirección, cruce, school, park, neighbourhood y ward"),
        ("address block", "", "Address, neighbourhood or ward", "address, neighbourhood and ward", "dirección, neighbourhood y ward"),
        ("block intersection", "", "Street and number or crossing", "street and number, crossing, neighbourhood and ward", "calle y número, cruce, neighbourhood y ward"),
        ("intersection", "Library", "Crossing, library or neighbourhood", "crossing, library, neighbourhood and ward", "cruce, library, neighbourhood y ward"),
        ("", "", "Neighbourhood or ward", "neighbourhood and ward", "neighbourhood y ward"),
    ],
)  # fmt: skip
def test_the_search_names_only_what_the_city_has_and_the_field_as_much_as_it_can_hold(
    streets: str, places: str, field: str, sentence: str, spanish: str
) -> None:
    kinds = tuple(PlaceKind(label.lower(), label, 1) for label in places.split())
    choices = replace(CHOICES, street_kinds=tuple(streets.split()), place_kinds=kinds)
    assert search_hint(search_kinds(choices)) == field
    for code, found in (("en", sentence), ("es", spanish)):
        with language.speaking(code):
            words = search_words(search_kinds(choices))["none"]
            assert words.endswith(f": {found}.")
            assert "“{text}”" in words


def test_the_field_names_what_the_city_has_most_of() -> None:
    kinds = (PlaceKind("hospital", "Hospital", 3), PlaceKind("park", "Park", 25), PlaceKind("school", "School", 40))
    choices = replace(CHOICES, street_kinds=("address",), place_kinds=kinds)
    assert search_hint(search_kinds(choices)) == "Address, school, park or hospital"


def test_a_city_without_anything_to_find_offers_nothing() -> None:
    assert search_kinds(replace(CHOICES, area_kinds=())) == []
    assert search_hint([]) == ""
    assert search_words([])["none"] == "No place called “{text}” is known here."
