"""A city's own words in another language: in choices, rows and their order, points, search and counts; the rest stays."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest
from hypothesis import given, settings

from hotspots.domain.incident_filter import IncidentFilter
from hotspots.domain.period import Period
from hotspots.pipeline.follow.place_sheet import sheet_words
from hotspots.store.public.reader import OpenReader
from hotspots.store.server.connection import open_public
from hotspots.words.language import LANGUAGES
from tests.database import TestDatabase
from tests.drawn_filters import filters
from tests.open_city_builder import CRIME_TYPES, NEWEST_DAY, SPANISH, SmallIncident, build_small_city

LAST_90_DAYS = IncidentFilter(Period.last_days(NEWEST_DAY, 90))
LABELS: dict[str, str] = SPANISH["labels"]
LOCATION_TYPES: dict[str, str] = SPANISH["location_types"]


@pytest.fixture(scope="module")
def city(database: TestDatabase) -> list[SmallIncident]:
    with database.owner.connect() as connection:
        return build_small_city(connection, seed=3, n_incidents=400)


@pytest.fixture(scope="module")
def english(database: TestDatabase, city: list[SmallIncident]) -> Iterator[OpenReader]:
    with open_public(database.settings).open_pool(max_size=2) as pool:
        yield OpenReader(pool)


@pytest.fixture(scope="module")
def spanish(english: OpenReader) -> OpenReader:
    return english.in_language("es")


def test_a_filter_names_everything_in_the_language_and_in_its_order(spanish: OpenReader, english: OpenReader) -> None:
    choices = spanish.choices()
    assert [one.label for one in choices.crime_types] == [
        "Agresión física", "Daños a la propiedad", "Hurto", "Narcóticos", "Robo con violencia", "Robo de vehículos", "Robo en inmuebles",
    ]  # fmt: skip
    assert {one.name for one in choices.crime_types} == set(CRIME_TYPES)
    assert [(one.kind, one.label) for one in choices.area_kinds] == [
        ("beat", "Sector policial"), ("community_area", "Área comunitaria"), ("ward", "Distrito municipal"),
    ]  # fmt: skip
    assert [(one.kind, one.label) for one in choices.place_kinds] == [
        ("school", "Escuela pública"), ("station", "Estación"), ("park", "Parque"),
    ]  # fmt: skip
    assert list(choices.location_types.items()) == [
        ("RESIDENCE", "Casa"), ("SMALL RETAIL STORE", "Tienda"), ("STREET", "Vía pública"),
    ]  # fmt: skip
    plain = english.choices()
    assert [one.label for one in plain.crime_types] == sorted(label for _, label, _ in CRIME_TYPES.values())
    assert list(plain.location_types.items()) == [(name, name) for name in sorted(LOCATION_TYPES)]


def test_the_city_says_what_it_has_and_marks_what_it_has_not(spanish: OpenReader, english: OpenReader) -> None:
    city = spanish.city()
    assert (city.service, city.attribution) == ("Mapa de incidentes de Smallville", "Nobody")
    assert (city.disclaimer, city.disclaimer_lang) == ("Invented.", "en")
    assert (english.city().service, english.city().disclaimer_lang) == ("Smallville incident map", None)


@pytest.mark.parametrize("sort", ["type", "location_type"])
@pytest.mark.parametrize("descending", [False, True])
def test_rows_are_named_and_sorted_in_the_language(
    spanish: OpenReader, english: OpenReader, sort: str, descending: bool
) -> None:
    plain = {row.public_id: row for row in english.page(LAST_90_DAYS, limit=1000)}
    rows = spanish.page(LAST_90_DAYS, sort=sort, descending=descending, limit=1000)
    for row in rows:
        named = plain[row.public_id]
        assert row.crime_type == LABELS[named.crime_type]
        assert row.location_type == (LOCATION_TYPES[named.location_type] if named.location_type else None)
    shown = [row.crime_type if sort == "type" else row.location_type for row in rows]
    there = [word for word in shown if word is not None]
    assert shown == sorted(there, reverse=descending) + [None] * (len(shown) - len(there))
    assert len(rows) == len(plain) > 0


def test_counts_and_points_are_named_in_the_language(spanish: OpenReader, english: OpenReader) -> None:
    assert {(one.name, one.label) for one in spanish.by_type(LAST_90_DAYS)} == {
        (name, LABELS[label]) for name, (_, label, _) in CRIME_TYPES.items()
    }
    points = {one.anchor_id: one.most for one in english.words.points(LAST_90_DAYS).points}
    said = {one.anchor_id: one.most for one in spanish.words.points(LAST_90_DAYS).points}
    assert said == {anchor_id: LABELS[most] for anchor_id, most in points.items()}
    average = spanish.honest.average(LAST_90_DAYS, "beat")
    assert average.label == "Sector policial"


def test_the_search_names_the_kind_of_an_area_in_the_language(spanish: OpenReader, english: OpenReader) -> None:
    beat = english.suggest("police beat 11")[0]
    assert (beat.name, english.find(beat.gazetteer_id).name) == ("Police beat 11", "Police beat 11")
    assert spanish.find(beat.gazetteer_id).name == "Sector policial 11"
    assert spanish.suggest("police beat 11")[0].name == "Sector policial 11"
    typed = spanish.suggest("Sector policial 11")[0]
    assert (typed.gazetteer_id, typed.sure) == (beat.gazetteer_id, True)
    # Typed in any language, named in the reader's.
    assert english.suggest("Sector policial 11")[0].name == "Police beat 11"
    park = spanish.suggest("lincoln park")[0]
    assert (park.kind, park.name) == ("place", "Lincoln Park")


def test_a_sheet_speaks_of_the_city_in_the_language(spanish: OpenReader) -> None:
    question = replace(LAST_90_DAYS, areas=(7,), crime_types=("theft", "burglary"), location_types=("STREET",))
    words = sheet_words(spanish, question, permalink="https://map.example/", language=LANGUAGES["es"])
    assert words["service"] == "Mapa de incidentes de Smallville"
    assert words["title"] == "Incidentes reportados en Distrito municipal 1"
    assert ("Tipo de ubicación", "Vía pública") in words["narrowed"]
    assert sorted(label for label, *_ in words["types"]) == ["Hurto", "Robo en inmuebles"]
    assert words["source_lang"] == "en", "its disclaimer is not in Spanish"


@given(question=filters)
@settings(max_examples=15, deadline=None)
def test_an_address_means_the_same_in_every_language(
    spanish: OpenReader, english: OpenReader, question: IncidentFilter
) -> None:
    read = spanish.parse(question.to_query())
    assert read == english.parse(question.to_query())
    assert read.to_query() == question.to_query()
    assert spanish.count(read) == english.count(question)
