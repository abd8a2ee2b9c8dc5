"""Miles and the 12-hour clock where the city's country uses them, metres and 24 hours elsewhere, whatever the language."""

import re
from dataclasses import replace

import httpx
import pytest

from hotspots.domain.public_answer import City
from hotspots.domain.units import METRIC, Units
from hotspots.store.server.connection import open_public
from hotspots.words.language import language_of
from hotspots.words.units import country_of, units_of
from hotspots_dashboard.server.app import create_server
from tests.database import TestDatabase
from tests.live_server import served
from tests.open_city_builder import build_small_city
from tests.pdf import pdf_strings, pdf_text

AMERICAN = Units(miles=True, twelve_hours=True)
CITY = City("Smallville", "Map", "America/Chicago", 26916, True, "Nobody", "None.", 90, 0, 0, 1, 1)


@pytest.mark.parametrize(
    ("timezone", "country", "units"),
    [  # Unicode CLDR: measurement systems by territory, and the short time of each territory's first language
        ("America/Chicago", "US", Units(miles=True, twelve_hours=True)),
        ("US/Central", "US", Units(miles=True, twelve_hours=True)),
        ("Europe/London", "GB", Units(miles=True, twelve_hours=False)),
        ("America/Toronto", "CA", Units(miles=False, twelve_hours=True)),
        ("Australia/Sydney", "AU", Units(miles=False, twelve_hours=True)),
        ("Asia/Kolkata", "IN", Units(miles=False, twelve_hours=True)),
        ("Europe/Berlin", "DE", METRIC),
        ("Europe/Madrid", "ES", METRIC),
        ("UTC", None, METRIC),
    ],
)
def test_the_country_of_the_time_zone_says_the_units(timezone: str, country: str | None, units: Units) -> None:
    assert country_of(timezone) == country
    assert units_of(replace(CITY, timezone=timezone)) == units


def test_the_city_file_says_it_before_the_country() -> None:
    assert units_of(replace(CITY, distances="metres", clock=24)) == METRIC
    assert units_of(replace(CITY, timezone="Europe/Berlin", distances="miles")) == Units(miles=True)


@pytest.mark.parametrize(
    ("metres", "metric", "miles", "spanish"),
    [  # a mile is 1,609.344 m, a foot 0.3048 m
        (100, "100 m", "330 ft", "330 pies"),  # 328.08
        (152, "152 m", "500 ft", "500 pies"),  # 498.69
        (305, "305 m", "1,000 ft", "1,000 pies"),  # 1000.66
        (400, "400 m", "¼ mile", "¼ milla"),  # 0.2486, within one in a hundred of a quarter
        (500, "500 m", "0.31 miles", "0.31 millas"),
        (800, "800 m", "½ mile", "½ milla"),
        (1600, "1.6 km", "1 mile", "1 milla"),
        (2000, "2 km", "1¼ miles", "1¼ millas"),  # 1.2427
        (3200, "3.2 km", "2 miles", "2 millas"),
        (5000, "5 km", "3.1 miles", "3.1 millas"),
    ],
)
def test_distances(metres: int, metric: str, miles: str, spanish: str) -> None:
    assert language_of("en").distance(metres) == metric
    assert language_of("en", AMERICAN).distance(metres) == miles
    assert language_of("es", AMERICAN).distance(metres) == spanish


@pytest.mark.parametrize(
    ("start", "end", "long", "short"),
    [
        (18, 19, "18:00–19:00", "6–7 pm"),
        (18, 2, "18:00–02:00", "6 pm–2 am"),
        (0, 1, "00:00–01:00", "midnight–1 am"),
        (11, 12, "11:00–12:00", "11 am–noon"),
        (12, 13, "12:00–13:00", "noon–1 pm"),
        (23, 24, "23:00–24:00", "11 pm–midnight"),
        (7, 16, "07:00–16:00", "7 am–4 pm"),
        (10, 9, "10:00–09:00", "10 am–9 am"),
    ],
)
def test_hours(start: int, end: int, long: str, short: str) -> None:
    assert language_of("en").hours(start, end) == long
    assert language_of("en", AMERICAN).hours(start, end) == short
    assert [language_of("en", AMERICAN).short_hour(hour) for hour in (0, 9, 12, 23)] == ["12a", "9a", "12p", "11p"]


METRIC_WORDS = re.compile(r"\d (?:m|km|km²)\b|square kilomet|\b(?:[01]\d|2[0-4]):00\b")


def test_every_public_text_of_an_american_city_is_in_miles_and_am_and_pm(database: TestDatabase) -> None:
    """Pages before any script, area page, feed and printed sheet: none holds a metre, a kilometre or an hour of 24."""
    with database.owner.connect() as connection:
        build_small_city(connection)
        connection.execute("update open.city set distances = null, clock = null")
    question = "at=1&radius=800&hours=18-02&near=school:400"
    with (
        served(create_server(open_public(database.settings).open_pool())) as url,
        httpx.Client(base_url=url, timeout=60, follow_redirects=True) as client,
    ):
        texts = {
            path: client.get(path, headers={"Accept-Language": "en"}).text
            for path in (
                f"/?{question}&tab=hours", f"/?{question}&tab=words", "/?areas=5&tab=areas", f"/?{question}&tab=table",
                "/area/beat/" + connection_code(database), f"/api/feed?{question}",
            )
        }  # fmt: skip
        sheet = " ".join(pdf_strings(pdf_text(client.get(f"/api/place.pdf?{question}").content), "Alt"))
        spanish = client.get(f"/?{question}&lang=es").text
    for path, text in texts.items():
        said = re.sub(
            r"<script.*?</script>|<style.*?</style>|<updated>.*?</updated>|<published>.*?</published>|(?:href|src)=\"[^\"]*\"",
            "",
            text,
            flags=re.DOTALL,
        )
        assert METRIC_WORDS.findall(said) == [], path
    assert "within ½ mile of the 1000 block of N State St" in texts[f"/?{question}&tab=hours"]
    assert "between 6 pm and 2 am" in texts[f"/?{question}&tab=hours"]
    assert "per square mile" in texts["/?areas=5&tab=areas"] or "square miles" in texts["/?areas=5&tab=areas"]
    assert "within ½ mile" in texts[f"/api/feed?{question}"]
    assert "½ mile" in sheet and METRIC_WORDS.findall(sheet) == []
    said = re.search(r"class=.answer.*?</span>", spanish, re.DOTALL)
    assert said is not None and "½ milla" in said[0], said
    assert "6 p. m." in said[0] and "2 a. m." in said[0], said


def connection_code(database: TestDatabase) -> str:
    with database.owner.connect() as connection:
        row = connection.execute("select code from open.area where kind = 'beat' order by code limit 1").fetchone()
    assert row is not None
    return str(row[0])
