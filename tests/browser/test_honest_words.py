"""Honest numbers in words: never a bare percentage, every denominator named, every sum beside its parts. No browser needed."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from hotspots.domain.honest_number import Change, DayCompleteness, Freshness, Rate, Reconciliation
from hotspots.domain.incident_filter import Around, IncidentFilter
from hotspots.domain.period import Period
from hotspots.domain.places.polygon import Polygon
from hotspots.domain.public_answer import Area, Choices
from hotspots_dashboard.components import change_and_rates
from hotspots_dashboard.state.compared_places import place_of, question_at, read_places
from hotspots_dashboard.words import language

LAST_90 = Period.last_days(date(2017, 12, 31), 90)
YEAR_BEFORE = Period.last_days(date(2016, 12, 31), 90)
BEAT = Area(5, "beat", "1834", "1834", None, None)
CHOICES = Choices((), (), (), (), (), {5: BEAT}, True)
MONTHS = (date(2017, 10, 1), date(2017, 11, 1))


@pytest.mark.parametrize(
    ("category", "english", "spanish"),
    [
        ("within", "within what is normal here.", "dentro de lo normal aquí."),
        ("higher", "higher than chance explains.", "más de lo que explica el azar."),
        ("lower", "lower than chance explains.", "menos de lo que explica el azar."),
    ],
)
def test_a_change_is_judged_in_words(category: str, english: str, spanish: str) -> None:
    change = Change(LAST_90, YEAR_BEFORE, 312, 298, 298.0, 0.8, category)  # pyright: ignore[reportArgumentType]
    assert change_and_rates.change_sentence(change) == f"Against 298 in the same days last year: {english}"
    with language.speaking("es"):
        assert change_and_rates.change_sentence(change) == f"Frente a 298 en los mismos días del año pasado: {spanish}"


def test_one_day_is_compared_with_the_same_day_last_year() -> None:
    today, then = (Period.from_days(day, day) for day in (date(2017, 12, 31), date(2016, 12, 31)))
    change = Change(today, then, 3, 4, 4.0, -0.4, "within")
    assert (
        change_and_rates.change_sentence(change) == "Against 4 on the same day last year: within what is normal here."
    )


def test_a_share_of_reports_with_a_location_is_told_where_it_moved() -> None:
    moved = Change(LAST_90, YEAR_BEFORE, 312, 298, 250.0, 0.8, "within", located_shares=(0.95, 0.799))
    said = change_and_rates.located_share_sentence(moved)
    assert said and said.startswith("In the whole city 79.9 % of reports have a location, 95.0 % in the same days")
    steady = Change(LAST_90, YEAR_BEFORE, 312, 298, 298.0, 0.8, "within", located_shares=(0.95, 0.953))
    assert change_and_rates.located_share_sentence(steady) is None


def test_a_rate_names_what_it_is_divided_by() -> None:
    of_area = Rate(496, 1000, 2010, "US Census", 496.0, None, 2.0, 248.0)
    assert change_and_rates.rate_sentence(of_area) == (
        "496.0 per 1,000 residents (1,000 residents; US Census, 2010). 248.0 per square kilometre (2.00 km²)."
    )
    of_circle = Rate(298, None, None, None, None, "place", 1.13, 263.1)
    assert change_and_rates.rate_sentence(of_circle).startswith("No rate by residents: no census counts")
    of_nothing = Rate(3, None, None, None, None, "several_kinds", None, None)
    assert change_and_rates.rate_sentence(of_nothing) == "There is nothing fair to divide this number by."


def test_the_parts_stand_beside_their_sum() -> None:
    city = Reconciliation(None, LAST_90, 1009, 73, 39, 123, MONTHS, (date(2017, 12, 1),), 2)
    assert change_and_rates.reconciliation_sentence(city, {}) == (
        "Whole city: 1,009 on the map + 73 without a location + 123 published by area only + 39 outside the city = 1,244."
        " Too few to publish: December 2017. Reports that are counted by area only are known by whole months: 2 days of this period are in none."
    )
    of_type = Reconciliation(BEAT, LAST_90, 10, 2, 0, None, (), (), 0)
    assert change_and_rates.reconciliation_sentence(of_type, {"beat": "Police beat"}) == (
        "Police beat 1834: 10 on the map + 2 without a location + 0 outside the city = 12."
        " Reports published by area only are not counted for this selection."
    )


def fresh(shares: list[float | None], *, stale: bool | None = False) -> Freshness:
    first = date(2017, 12, 31) - timedelta(days=len(shares) - 1)
    days = tuple(DayCompleteness(first + timedelta(days=n), share) for n, share in enumerate(shares))
    return Freshness(date(2018, 1, 7), 30, 7.0, stale, days)


def test_the_newest_days_say_how_complete_they_are() -> None:
    said = change_and_rates.completeness_sentence(fresh([1.0] * 11 + [0.97, 0.9, 0.7]), *LAST_90_DAYS)
    assert (
        said
        == "The newest days are not complete: of the incidents since 29 December 2017, about 70–97 % are known by now."
    )
    assert change_and_rates.completeness_sentence(fresh([1.0] * 14), *LAST_90_DAYS) is None
    assert "may still be arriving" in (change_and_rates.completeness_sentence(fresh([None] * 14), *LAST_90_DAYS) or "")
    assert change_and_rates.completeness_sentence(fresh([0.5] * 14), date(2017, 1, 1), date(2017, 1, 31)) is None


LAST_90_DAYS = (LAST_90.start, LAST_90.last_day)


def test_only_a_late_feed_has_a_banner() -> None:
    assert change_and_rates.stale_banner(fresh([1.0])) == change_and_rates.stale_banner(fresh([1.0], stale=None)) == []
    (banner,) = change_and_rates.stale_banner(fresh([1.0], stale=True))
    assert "came 30 days ago; usually one comes every 7 days" in banner.children  # pyright: ignore[reportAttributeAccessIssue]
    old = replace(fresh([1.0]), newest_incident=date(2017, 1, 2), today=date(2026, 1, 7))
    (said,) = change_and_rates.stale_banner(old)
    assert "The newest incident is of" in str(said.children) and "2017" in str(said.children)
    assert change_and_rates.stale_banner(replace(old, today=date(2017, 5, 1))) == []
    (banner,) = change_and_rates.stale_banner(replace(fresh([1.0], stale=True), days_since=3613))
    assert "came on 7 January 2018; usually" in banner.children  # pyright: ignore[reportAttributeAccessIssue]


def test_compared_places_are_read_from_the_address() -> None:
    assert read_places("12r800,a5,a5,junk,9r1,a6,a7,a8") == ("12r800", "a5", "a6", "a7", "a8")
    assert read_places(None) == ()
    question = IncidentFilter(LAST_90, crime_types=("theft",), around=Around(12, 800))
    assert place_of(question) == "12r800"
    beat = question_at("a5", question, CHOICES)
    assert beat == IncidentFilter(LAST_90, crime_types=("theft",), areas=(5,))
    assert place_of(beat) == "a5"
    assert question_at("12r800", beat, CHOICES) == question
    assert question_at("a99", question, CHOICES) is None
    assert question_at("12r0050", question, CHOICES) is None  # 50 m is less than a radius may be


def test_a_drawn_area_is_a_place_to_compare() -> None:
    outline = Polygon.parse("-87.65 41.88,-87.64 41.88,-87.64 41.875")
    token = "p-87.65_41.88~-87.64_41.88~-87.64_41.875"
    question = IncidentFilter(LAST_90, polygon=outline)
    assert place_of(question) == token
    assert read_places(f"a5,{token}") == ("a5", token)
    assert question_at(token, IncidentFilter(LAST_90, areas=(5,)), CHOICES) == question
    assert question_at("p0_0~1_1~1_0~0_1", question, CHOICES) is None  # its sides cross
    assert read_places("p0_0~1_1,p0_0~1_1~,p1_1~2_2~3e9_1," + "p" + "~".join(f"{n}_{n}" for n in range(101))) == ()
    assert place_of(IncidentFilter(LAST_90, polygon=outline, areas=(5,))) is None
