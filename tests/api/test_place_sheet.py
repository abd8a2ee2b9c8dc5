"""The page about a place: one page, tagged for a screen reader, and the numbers of the map."""

import re
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from hotspots.api.app import create_api
from hotspots.domain.incident_filter import IncidentFilter
from hotspots.domain.period import Period
from hotspots.pipeline.follow.place_sheet import change_sentences, sheet_words
from hotspots.pipeline.follow.place_sheet_drawings import (
    EDGES,
    GROUP_COLOURS,
    LAND,
    MAIN_STREET,
    MIXED,
    MIXED_EDGE,
    PAPER,
    PARK,
    STREET,
    WATER,
)
from hotspots.store.public.reader import OpenReader
from hotspots.store.server.connection import open_public
from hotspots.words.language import LANGUAGES
from hotspots_dashboard.public.shell import ASSETS
from tests.database import TestDatabase
from tests.incident_oracle import matching
from tests.live_server import served
from tests.open_city_builder import CRIME_TYPES, NEWEST_DAY, SmallIncident, build_small_city
from tests.pdf import pdf_strings, pdf_text
from tests.pdf_ua import broken_rules

QUARTER = Period.last_days(NEWEST_DAY, 90)
DRAWINGS = {"en": ["Map,", "Reported"], "es": ["Mapa,", "Incidentes"]}
LINK = "https://map.example/?vintage=1"


@pytest.fixture(scope="module")
def city(database: TestDatabase) -> list[SmallIncident]:
    with database.owner.connect() as connection:
        return build_small_city(connection, seed=7, n_incidents=500)


@pytest.fixture(scope="module")
def reader(database: TestDatabase, city: list[SmallIncident]) -> Iterator[OpenReader]:
    with open_public(database.settings).open_pool() as pool:
        yield OpenReader(pool)


@pytest.fixture(scope="module")
def client(reader: OpenReader) -> Iterator[httpx.Client]:
    with (
        served(create_api(reader, public_url="https://map.example")) as url,
        httpx.Client(base_url=url, timeout=60) as asking,
    ):
        yield asking


def sheet(client: httpx.Client, **query: str) -> str:
    answer = client.get("/place.pdf", params=query)
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "application/pdf"
    assert answer.content.startswith(b"%PDF-")
    return pdf_text(answer.content)


def n_pages(text: str) -> int:
    return len(re.findall(r"/Type\s*/Page\b", text))


@pytest.mark.parametrize("lang", LANGUAGES)
def test_it_is_one_tagged_page_with_title_language_and_words_for_its_drawings(client: httpx.Client, lang: str) -> None:
    text = sheet(client, at="1", radius="400", lang=lang)
    assert n_pages(text) == 1
    assert re.search(r"/MarkInfo\s*<<[^>]*/Marked true", text)
    assert "<pdfuaid:part>1</pdfuaid:part>" in text
    assert re.search(r"/DisplayDocTitle true", text)
    assert lang in pdf_strings(text, "Lang")
    (title,) = set(re.findall(r"<rdf:li xml:lang=\"x-default\">(.*?)</rdf:li>|<dc:title>(.*?)</dc:title>", text)[0]) - {
        ""
    }
    assert title  # the service's name: who lists files sees it where nobody opened the page that was searched for
    assert "State" not in title
    assert not any(
        "State" in told for name in ("Title", "Author", "Subject", "Keywords") for told in pdf_strings(text, name)
    )
    roles = set(re.findall(r"/S\s*/(\w+)", text))
    assert {"Document", "H1", "H2", "Figure", "Caption", "Table", "TH", "TD", "Link"} <= roles
    assert [words.split()[0] for words in dict.fromkeys(pdf_strings(text, "Alt"))] == DRAWINGS[lang]
    assert pdf_strings(text, "Contents") == pdf_strings(text, "URI")  # what a screen reader says of the link


def test_verapdf_finds_no_rule_of_pdf_ua_broken_and_would_find_one(client: httpx.Client, tmp_path: Path) -> None:
    questions = [{"at": "1", "radius": "400"}, {"types": "theft"}, {"from": "2015-01-01", "to": "2015-01-01"}]
    files = []
    for number, asked in enumerate([{**question, "lang": lang} for question in questions for lang in LANGUAGES]):
        files.append(tmp_path / f"{number}.pdf")
        files[-1].write_bytes(client.get("/place.pdf", params=asked).content)
    (whole, no_words) = (files[0].read_bytes(), tmp_path / "no words for its drawings.pdf")
    no_words.write_bytes(whole.replace(b"/Alt", b"/Alx"))
    *found, planted = broken_rules(*files, no_words)
    assert found == [[]] * len(files)
    assert [one.split(":")[0] for one in planted] == ["7.3-1"] * len(DRAWINGS["en"])  # clause 7.3, Graphics


def test_its_link_names_the_filter_and_the_publication(client: httpx.Client) -> None:
    text = sheet(client, types="theft", **{"from": "2017-12-01", "to": "2017-12-24"})
    assert pdf_strings(text, "URI") == ["https://map.example/?from=2017-12-01&to=2017-12-24&types=theft&vintage=1"]


def test_the_longest_question_still_is_one_page(client: httpx.Client, database: TestDatabase) -> None:
    with database.owner.connect() as owner:
        (before,) = owner.execute("select disclaimer from open.city").fetchone() or ("",)
        owner.execute("update open.city set disclaimer = repeat('Long words of an agency. ', 400)")
        owner.execute("update open.area set name = repeat('Long name ', 40) where area_id in (1, 2, 3, 4)")
        owner.execute(
            "insert into open.vintage (known_on, first_day, newest_day, incidents, labels_version)"
            " select known_on, first_day, newest_day, incidents, labels_version from open.vintage order by vintage_id desc limit 1"
        )
    text = sheet(
        client,
        **{"from": "2000-01-01", "to": "2030-12-31", "types": ",".join(CRIME_TYPES), "areas": "1,2,3,4,5,6,7,8"},
        at="1", radius="5000", near="school:5000,park:5000,station:5000", hours="18-02", weekdays="mon,tue,wed,thu,fri,sat,sun",
        locations="STREET|RESIDENCE|SMALL RETAIL STORE",
    )  # fmt: skip
    with database.owner.connect() as owner:
        owner.execute("update open.city set disclaimer = %s", [before])
        owner.execute("update open.area set name = code")
        owner.execute("delete from open.vintage where vintage_id > 1")
    assert n_pages(text) == 1


def test_nothing_found_is_a_page_too(client: httpx.Client) -> None:
    assert n_pages(sheet(client, **{"from": "2015-01-01", "to": "2015-01-01"})) == 1


def test_its_numbers_are_those_of_the_filter(reader: OpenReader, city: list[SmallIncident]) -> None:
    question = IncidentFilter(QUARTER, crime_types=("theft", "burglary"), areas=(5,))
    words = sheet_words(reader, question, permalink=LINK, language=LANGUAGES["en"])
    expected = matching(city, question)
    located = sum(one.anchor.status == "located" for one in expected)
    assert words["total"] == str(len(expected))
    assert words["sentence"].startswith(f"{located} on the map + {len(expected) - located} without a location")
    assert sum(int(n) for _, n, *_ in words["types"]) == len(expected)
    assert f"{located} reported incidents at" in words["map_words"]
    weekly = [int(n) for n in words["weeks_words"].removesuffix(".").split(": ")[1].split(", ")]
    assert sum(weekly) == len(expected)


def test_a_year_that_the_published_days_do_not_reach_is_said(reader: OpenReader) -> None:
    for days, asked in ((30, "the same days last year"), (1, "the same day last year")):
        question = IncidentFilter(Period.last_days(NEWEST_DAY, days))
        said = change_sentences(reader, question, language=LANGUAGES["en"])
        assert said == [f"Against {asked}: the data do not cover these days in both years."]


def test_the_browser_keeps_it_until_the_next_publication(client: httpx.Client) -> None:
    tag = client.get("/place.pdf?types=theft").headers["etag"]
    assert client.get("/place.pdf?types=theft", headers={"If-None-Match": tag}).status_code == 304


@pytest.mark.parametrize("query", ["lang=xx", "at=999999", "types=nothing", "radius=1&at=1"])
def test_what_cannot_be_asked_is_a_problem(client: httpx.Client, query: str) -> None:
    answer = client.get(f"/place.pdf?{query}")
    assert answer.status_code == 400
    assert answer.headers["content-type"] == "application/problem+json"


def test_the_sheet_has_the_colours_of_the_page() -> None:
    tokens = (ASSETS / "tokens.css").read_text(encoding="utf-8")
    light = dict(re.findall(r"--([\w-]+): (#[0-9a-f]{6});", tokens.partition("@media")[0]))
    drawn = {f"group-{group}": colour for group, colour in GROUP_COLOURS.items()} | {"mixed": MIXED}
    drawn |= {f"group-{group}-edge": colour for group, colour in EDGES.items()} | {"mixed-edge": MIXED_EDGE}
    drawn |= {"map-paper": PAPER, "map-water": WATER, "map-land": LAND, "map-park": PARK}
    drawn |= {"map-street": STREET, "map-main-street": MAIN_STREET}
    assert drawn == {name: light[name] for name in drawn} and GROUP_COLOURS.keys() == EDGES.keys()


def test_a_circle_has_the_colour_of_the_types_that_are_half_of_it(
    reader: OpenReader, city: list[SmallIncident]
) -> None:
    def circles(*types: str) -> list[tuple[int, str | None]]:
        found = reader.sheet_map(IncidentFilter(QUARTER, crime_types=types), aspect=1.7).circles
        return [(n, group) for n, _, _, group in found]

    assert {group for _, group in circles("theft")} == {"theft"}
    assert {group for _, group in circles("theft", "burglary")} == {
        "theft",
        "burglary",
    }  # of two, one has at least half
    assert {group for _, group in circles("robbery", "battery")} == {"violence"}  # two types of one group
    located = sum(one.anchor.status == "located" for one in matching(city, IncidentFilter(QUARTER)))
    assert sum(n for n, _ in circles()) == located and None in {group for _, group in circles()}


def test_the_sheet_is_set_in_the_typeface_of_the_page(client: httpx.Client) -> None:
    if not list((ASSETS / "vendor" / "fonts").glob("*.woff")):
        pytest.skip("set-up has not brought the typeface for paper")
    assert re.search(r"/BaseFont\s*/\w+\+PublicSans", sheet(client, at="1", radius="400"))
