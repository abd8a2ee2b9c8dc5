"""English and Spanish: numbers, days and sentences of each, the switch, the browser's own wish."""

import re
from collections.abc import Callable
from datetime import date
from types import SimpleNamespace

import httpx
import pytest
from playwright.sync_api import BrowserContext, expect

from hotspots.domain.incident_filter import Around, HourRange, IncidentFilter
from hotspots.domain.period import Period
from hotspots.domain.public_answer import Choices
from hotspots.domain.public_counts import Counts
from hotspots_dashboard.words import formats, language, sentences
from tests.browser.reading import Site, expect_answer, open_map
from tests.browser.test_access import violations

LAST_90 = Period.last_days(date(2017, 12, 31), 90)
NO_CHOICES = Choices((), (), (), (), (), {}, True)  # pyright: ignore[reportArgumentType]
COUNTS = Counts(1312, 1300, 12, 0, 0, 0, ())


def test_a_sentence_in_both_languages() -> None:
    question = IncidentFilter(LAST_90, around=Around(1, 800), hours=HourRange(18, 2), weekdays=(5, 6))
    block = "1200 block of N State St"
    assert sentences.sentence(question, COUNTS, NO_CHOICES, block) == (
        "reported incidents within 800 m of the 1200 block of N State St on Fridays and Saturdays"
        " between 18:00 and 02:00 in the 90 days to 31 December 2017."
    )
    with language.speaking("es"):
        assert sentences.sentence(question, COUNTS, NO_CHOICES, block) == (
            "incidentes reportados a menos de 800 m de la cuadra 1200 de N State St los viernes y sábados"
            " entre las 18:00 y las 02:00 en los 90 días hasta el 31 de diciembre de 2017."
        )


@pytest.mark.parametrize(
    ("code", "number", "short_day", "weekday", "far"),
    [("en", "12,345.7", "31 Dec 2017", "Mon", "1.6 km"), ("es", "12,345.7", "31 dic 2017", "lun", "1.6 km")],
)
def test_numbers_and_days(code: str, number: str, short_day: str, weekday: str, far: str) -> None:
    with language.speaking(code):
        assert formats.number(12345.67, decimals=1) == number
        assert formats.day(date(2017, 12, 31), short=True) == short_day
        assert formats.weekday(1) == weekday
        assert formats.distance(1600) == far


@pytest.mark.parametrize(
    ("asked", "accepted", "chosen"),
    [
        ("es", ["en-US"], "es"),
        (None, ["es-MX", "en"], "es"),
        (None, ["fr", "en-GB"], "en"),
        (None, ["fr"], "en"),
        ("xx", ["es"], "es"),
        ("en", ["es"], "en"),
    ],
)
def test_the_address_wins_over_the_browser(asked: str | None, accepted: list[str], chosen: str) -> None:
    with language.speaking("en"):
        assert language.choose(asked, accepted).code == chosen


def test_the_first_paint_says_its_language(site: Site) -> None:
    spanish = httpx.get(site.url, headers={"Accept-Language": "es-MX,es;q=0.9,en;q=0.5"})
    assert re.search('<html lang="es-419"[ >]', spanish.text)
    assert "Accept-Language" in spanish.headers["vary"]
    asked = SimpleNamespace(text=httpx.get(f"{site.url}/?lang=en&print=large", headers={"Accept-Language": "es"}).text)
    assert re.search('<html lang="en" class="large-print"[ >]', asked.text)


def test_a_visit_in_spanish(open_context: Callable[..., BrowserContext], site: Site) -> None:
    page = open_context(locale="es-MX", color_scheme="dark").new_page()
    open_map(page, site, "?types=theft&tab=table")
    expect(page.locator("#answer")).to_contain_text(
        "incidentes reportados de hurto en los 90 días hasta el 31 de diciembre"
    )
    expect(page.locator("#table-title")).to_contain_text("incidentes reportados")
    expect(page.get_by_role("heading", level=1)).to_have_text("Mapa de incidentes de Smallville")
    expect(page.get_by_role("link", name="Quitar: Hurto")).to_be_visible()
    assert set(page.locator("table.incidents tbody td:nth-child(3)").all_inner_texts()) == {"Hurto"}
    recorded = set(page.locator("table.incidents tbody td:nth-child(5)").all_inner_texts())
    assert recorded == {"Casa", "Tienda", "Vía pública", "Sin registrar"}
    page.locator("summary", has_text="Tipo de ubicación").click()
    kinds = page.locator("details.fold", has=page.locator("summary", has_text="Tipo de ubicación")).get_by_role(
        "checkbox"
    )
    expect(kinds).to_have_count(3)
    assert kinds.first.evaluate("(one) => one.closest('label').innerText").startswith("Casa")
    page.get_by_role("checkbox", name=re.compile("^Robo con violencia")).check()
    expect(page.locator("#answer")).to_contain_text("de hurto o robo con violencia")
    expect(page).to_have_url(re.compile(r"types=robbery,theft|types=theft,robbery"))
    page.get_by_role("link", name="Quitar: Robo con violencia").click()
    page.get_by_role("combobox", name="Buscar un lugar").press_sequentially("beat 12")
    expect(page.get_by_role("listbox").get_by_role("option", name="Sector policial 12")).to_be_visible()
    page.get_by_role("combobox", name="Buscar un lugar").clear()
    page.get_by_role("combobox", name="Buscar un lugar").press_sequentially("1432 n state st")
    page.get_by_role("listbox").get_by_role("option", name="Cuadra 1400 de N State St").first.click()
    expect(page.locator("#answer")).to_contain_text("a menos de 800 m de la cuadra 1400 de N State St")
    assert violations(page) == []
    page.get_by_role("link", name="English").click()
    expect(page.locator("#answer")).to_contain_text("within 800 m of the 1400 block of N State St")
    expect(page.locator("html")).to_have_attribute("lang", "en")
    page.get_by_role("link", name="Clear all").click()
    expect_answer(page, site.count("true"))
