"""Every shipped city file says its labels in every language of the service, and names all that its incidents record."""

from __future__ import annotations

import pytest

from hotspots.demo_city import reports
from hotspots.domain.language import TRANSLATED
from hotspots.sources.city_file import CityFile
from hotspots.sources.city_file_reading import SHIPPED, read_city_file

CITIES = {file.stem: read_city_file(file) for file in sorted(SHIPPED.glob("*.toml"))}
PRESCRIBED = {"chicago"}  # the City of Chicago prescribes its disclaimer word for word


@pytest.mark.parametrize("code", TRANSLATED)
@pytest.mark.parametrize("name", CITIES)
def test_a_shipped_city_file_has_every_word_in_every_language(name: str, code: str) -> None:
    city, words = CITIES[name], CITIES[name].words[code]
    assert city.labels - words.labels.keys() == set()
    assert words.service and words.attribution
    assert (words.disclaimer is None) == (name in PRESCRIBED)


@pytest.mark.parametrize("code", TRANSLATED)
@pytest.mark.parametrize("name", CITIES)
def test_two_things_that_stand_beside_each_other_never_have_the_same_word(name: str, code: str) -> None:
    city, words = CITIES[name], CITIES[name].words[code].labels
    for beside in (city.crime_types, city.place):
        shown = {entry.label: words[entry.label] for entry in beside}
        assert len(set(shown.values())) == len(shown)
    assert len({words[label] for label in city.kinds.values()}) == len(city.kinds)


def test_words_of_labels_are_written_as_labels_are() -> None:
    for city in CITIES.values():
        for words in city.words.values():
            said = [*words.labels.items(), *words.location_types.items()]
            assert [word for label, word in said if word.isupper() or word[0].isupper() != label[0].isupper()] == []


@pytest.mark.parametrize("code", TRANSLATED)
def test_every_location_type_of_the_demo_city_has_a_word(code: str) -> None:
    recorded = {name for table in (*reports.INDOOR_TYPES, reports.STREET_TYPES) for name, _ in table}
    recorded |= {"BAR OR TAVERN", "VACANT BUILDING", "PARK PROPERTY", "TRANSIT STATION"}
    groups = CITIES["demo"].public.location_words.groups
    assert {word for words in groups.values() for word in words} < recorded
    assert recorded | set(groups) == set(CITIES["demo"].words[code].location_types)


def test_cities_say_the_same_of_what_they_name_the_same() -> None:
    def said(city: CityFile, code: str) -> dict[str, str]:
        return {**city.words[code].labels, **city.words[code].location_types}

    for code in TRANSLATED:
        first = said(CITIES["chicago"], code)
        for city in CITIES.values():
            other = said(city, code)
            assert {
                label: (first[label], other[label]) for label in first.keys() & other if first[label] != other[label]
            } == {}
