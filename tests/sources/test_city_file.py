"""A wrong city file is an error that names the file, the key and what is allowed."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from hotspots.errors import CityFileError, InputError
from hotspots.sources.city_file import CityFile
from hotspots.sources.city_file_reading import find_city_file, read_city_file
from tests.pipeline.load_city import BY_STATUS, CITY_FILE

VALID = CITY_FILE.format(withdrawal=BY_STATUS, more="")
ANOTHER_ZONE = '[[area]]\nkind = "zone"\nlabel = "Z"\nfile = "z"\ncode = "c"\n\n'
KNOWN_ON = "known_on = { file_name = '(\\d{4}-\\d{2}-\\d{2})', format = \"%Y-%m-%d\" }"


def error_of(folder: Path, old: str, new: str) -> str:
    assert old in VALID
    path = folder / "town.toml"
    path.write_text(VALID.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(CityFileError) as caught:
        read_city_file(path)
    assert str(caught.value).startswith("town.toml: ")
    return str(caught.value)


@pytest.mark.parametrize("name", ["chicago", "st_louis", "demo"])
def test_a_shipped_city_file_is_found_by_its_name_and_valid(name: str) -> None:
    city = read_city_file(find_city_file(name))
    # What is stored in the database can be read again.
    assert json.loads(json.dumps(city.model_dump(mode="json", by_alias=True)))["city"]["name"] == city.city.name
    assert len({entry.group for entry in city.crime_types}) <= 6
    assert city.crime_types[-1].name == "other"


def test_an_unknown_city_file_names_the_shipped_ones() -> None:
    with pytest.raises(
        InputError, match=r"'chicgo' does not exist; did you mean 'chicago'\?; shipped are chicago, demo, st_louis"
    ):
        find_city_file("chicgo")


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ('timezone = "America/Chicago"', 'timezone = "America/Chicgo"', ["city.timezone", "did you mean 'America/Chicago'"]),
        ('crs = "EPSG:26916"', 'crs = "EPSG:99999"', ["city.crs", "'EPSG:99999' is not a known coordinate reference system"]),
        ('crs = "EPSG:26916"', 'crs = "EPSG:4326"', ["city.crs", "measured in degree", "projected system in metres"]),
        ('crs = "EPSG:26916"', 'crs = "EPSG:3435"', ["city.crs", "US survey foot"]),
        ('crs = "EPSG:26916"', 'crs = "ESRI:54009"', ["city.crs", "no EPSG code"]),
        ('y = "y", crs = "EPSG:26916"', 'y = "y", crs = "ESRI:0"', ["incidents.location.crs", "ESRI:102696"]),
        ('supply = "increment"', 'suply = "increment"', ["incidents.suply", "did you mean 'supply'", "allowed here are files"]),
        ('supply = "increment"', 'supply = "increments"', ["incidents.supply", "'increment' or 'snapshot'", "did you mean"]),
        ('supply = "increment"', 'supply = "snapshot"', ["scope"]),
        ('name = "Littleton"', "", ["city.name is missing"]),
        ("[public]", '[calendar]\nshifts = { night = "22-25" }\n\n[public]', ['calendar.shifts.night', '22-25']),
        ("[public]", '[calendar]\nweek_start = "moonday"\n\n[public]', ['calendar.week_start', 'did you mean']),
        ("[public]", '[calendar]\nperiod_days = 30\n\n[public]', ['calendar.period_days', 'whole weeks']),
        ("[public]", '[calendar]\nyear_start = "02-29"\n\n[public]', ['calendar.year_start', '02-29', '07-01']),
        ("[public]", '[calendar]\ndistricts = "precinct"\n\n[public]', ['calendar.districts', "'precinct' is not a kind of [[area]]"]),
        ('name = "Littleton"', 'name = "L"\nlicence_url = "https://city.example/terms"', ["licence_url needs a licence"]),
        ('name = "Littleton"', 'name = "L"\nlicence = "CC0"\nlicence_url = "javascript:1"', ["city.licence_url", "'javascript:1'", "https"]),
        ('format = "%Y-%m-%d %H:%M"', 'fmt = "%Y"', ["incidents.occurred.fmt", "did you mean 'format'"]),
        ('format = "%Y-%m-%d %H:%M"', 'format = "%Y-%q"', ["incidents.occurred", "%q", "%Y, %y, %m"]),
        ('format = "%Y-%m-%d %H:%M"', 'format = "%d %I:%M"', ["has no year"]),
        ('{ column = "when", format = "%Y-%m-%d %H:%M" }', '{ year = "y", day = "d" }', ["year, month and day"]),
        ('{ column = "when", format = "%Y-%m-%d %H:%M" }', '{ from = { column = "when" } }', ["incidents.occurred.from"]),
        ('{ column = "when", format = "%Y-%m-%d %H:%M" }', '"when"', ["incidents.occurred", "{ column = "]),
        ('x = "x", y = "y"', 'x = "x"', ["incidents.location", "x and y belong together"]),
        ('x = "x", y = "y"', 'x = "x", y = "y", wkt = "w"', ["incidents.location", "give x and y, or wkt, or lat_lon"]),
        ('areas = { zone = "zone" }', 'areas = { zoen = "zone" }', ["incidents.areas", "'zoen'", "did you mean 'zone'"]),
        ('group = "violence"', 'group = "violense"', ["crime_type[2].group", "did you mean 'violence'"]),
        ('{ "offence" = "STALKING" }', '{ "offense" = "STALKING" }', ["'stalking'", "'offense'", "did you mean 'offence'"]),
        ('{ "offence" = "STALKING" }', '{ "offence" = { pattern = "(" } }', ["pattern '(' is not a regular expression"]),
        ('{ "offence" = "STALKING" }', '{ "offence" = { from = 3, to = 2 } }', ["ends (2) before it starts (3)"]),
        ('{ "offence" = "STALKING" }', '{ "offence" = { from = 3, pattern = "x" } }', ["give a value, a list of values, { pattern"]),
        ('name = "stalking"', 'name = "burglary"', ["'burglary' appears twice"]),
        ('precision = "block"', 'precision = "exact"', ["gazetteer.from", "precision = \"block\"", "door"]),
        ('study_area = ["zone"]', 'study_area = ["Zone"]', ["city.study_area"]),
        ('sensitive_kind = "zone"', 'sensitive_kind = "ward"', ["public.sensitive_kind", "allowed are zone"]),
        ('name = "stalking"', 'name = "other"', ['crime_type "other"', 'other = "publish"']),
        ('label_kinds = ["zone"]', 'other = "hide"', ["public.other", "withhold"]),
        ('label_kinds = ["zone"]', 'withhold = ["burglry"]', ["public.withhold", "did you mean 'burglary'"]),
        (KNOWN_ON, 'known_on = { file_name = "x", format = "%Y" }', ["known_on", "group in round brackets"]),
        (KNOWN_ON, 'known_on = { format = "%Y" }', ["give file_name or column"]),
        ('code = "code"\n', 'code = "code"\nvalid = { from = 2020-01-01, to = 2019-01-01 }\n', ["area[1].valid", "before it starts"]),
        ("[[gazetteer]]", ANOTHER_ZONE + "[[gazetteer]]", ["two entries hold on the same days"]),
        ("[city]", "words = 3\n[city]", ["words: ", "not 3"]),
        ("[city]", '[words.fr]\nservice = "Carte"\n[city]', ["words.fr: 'fr' is not a language", "in English, others are es"]),
        ("[city]", '[words.en]\nservice = "Map"\n[city]', ["words.en: 'en' is not a language"]),
        ("[city]", '[words.es]\nlables = { }\n[city]', ["words.es.lables", "did you mean 'labels'", "service, attribution"]),
        ("[city]", '[words.es]\nservice = " "\n[city]', ["words.es.service", "at least 1 character"]),
        ("[city]", '[words.es.labels]\n"Burglary" = ""\n[city]', ["words.es.labels.Burglary", "at least 1 character"]),
        ("[city]", '[words.es.labels]\n"Burglary" = 3\n[city]', ["words.es.labels.Burglary", "not 3"]),
        ("[city]", '[words.es.labels]\n"Burglry" = "Robo"\n[city]', ["words.es.labels: 'Burglry' is no label", "did you mean 'Burglary'"]),
        ("[city]", '[words.es.location_types]\n"STREET" = "Calle"\n[city]', ["words.es.location_types", "incidents.location_type"]),
        ("[city]", "[city", ["is not TOML"]),
    ],
)  # fmt: skip
def test_a_wrong_key_or_value_is_named_with_what_is_allowed(
    tmp_path: Path, old: str, new: str, words: list[str]
) -> None:
    if words == ["is not TOML"]:
        path = tmp_path / "town.toml"
        path.write_text(VALID.replace(old, new, 1))
        with pytest.raises(CityFileError, match="is not TOML"):
            read_city_file(path)
        return
    message = error_of(tmp_path, old, new)
    for word in words:
        assert word in message


def test_words_of_location_types_may_be_of_some_that_never_occur(tmp_path: Path) -> None:
    path = tmp_path / "town.toml"
    words = '[words.es.location_types]\n"STREET" = " Calle "\n[words.es.labels]\n"Other" = "Otros"\n[city]'
    path.write_text(VALID.replace("[city]", words, 1).replace('address = "place"', 'location_type = "place"', 1))
    read = read_city_file(path).words["es"]
    assert (read.location_types, read.labels, read.service) == ({"STREET": "Calle"}, {"Other": "Otros"}, None)


def test_two_mistakes_are_told_at_once_a_line_each(tmp_path: Path) -> None:
    message = error_of(
        tmp_path, 'timezone = "America/Chicago"\ncrs = "EPSG:26916"', 'timezone = "Mars"\ncrs = "EPSG:1"'
    )
    assert re.search(r"city\.timezone.*\n.*city\.crs", message)


def test_a_file_that_is_not_text_or_not_there_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "town.toml").write_bytes(b"\xff\xfe")
    with pytest.raises(CityFileError, match="is not UTF-8 text"):
        read_city_file(tmp_path / "town.toml")
    with pytest.raises(CityFileError, match="cannot be read"):
        read_city_file(tmp_path / "nowhere.toml")


@pytest.mark.parametrize("name", ["chicago", "st_louis", "demo"])
def test_a_city_file_as_it_is_kept_reads_as_the_same_city_file(name: str) -> None:
    city = read_city_file(find_city_file(name))
    assert CityFile.model_validate(json.loads(json.dumps(city.model_dump(mode="json", by_alias=True)))) == city
