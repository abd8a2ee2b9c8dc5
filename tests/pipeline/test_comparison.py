"""One rule says how far a comparison reaches back, and one what an unusual week is: page, printed sheet and mails read them here."""

from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from typing import Any

import pytest

from hotspots.domain.incident_filter import Around, IncidentFilter
from hotspots.domain.period import Period
from hotspots.domain.public_answer import Vintage
from hotspots.domain.public_counts import Counts, WeekCount
from hotspots.pipeline.comparison import change_from_last_year, usual_weeks
from hotspots.pipeline.follow.place_sheet import change_sentences
from hotspots.words.language import LANGUAGES

NEWEST = date(2017, 12, 31)
MONTH = Period.from_days(date(2017, 12, 1), NEWEST)


@dataclass
class Reader:
    """So many incidents a day; `days` of their own override, and `without_location` is a share of the city's."""

    first_day: date
    data_from: date | None = None
    a_day: int = 0
    days: dict[date, int] = field(default_factory=dict)
    without_location: dict[int, float] = field(default_factory=dict)

    def vintage(self) -> Vintage:
        return Vintage(1, datetime(2018, 1, 1), NEWEST, self.first_day, NEWEST, 0, 1, data_from=self.data_from)

    def _on(self, day: date) -> int:
        return self.days.get(day, self.a_day) if self.first_day <= day <= NEWEST else 0

    def count(self, question: IncidentFilter) -> Counts:
        period = question.period
        total = sum(self._on(period.start + timedelta(days=n)) for n in range(period.n_days))
        unlocated = round(total * self.without_location.get(period.last_day.year, 0))
        if question.around:  # a circle holds what has a location
            return Counts(total - unlocated, total - unlocated, 0, 0, 0, unlocated, ())
        return Counts(total, total - unlocated, unlocated, 0, 0, unlocated, ())

    def by_week(self, question: IncidentFilter) -> tuple[WeekCount, ...]:
        weeks, end = [], question.period.end
        while end > question.period.start:
            start = max(end - timedelta(days=7), question.period.start)
            counted = sum(self._on(start + timedelta(days=n)) for n in range((end - start).days))
            weeks.append(WeekCount(start, end - timedelta(days=1), counted, (end - start).days))
            end = start
        return tuple(reversed(weeks))


def weeks_of(*counts: int) -> Any:
    """The last weeks before the newest day's end, all of a week on its last day."""
    days = {NEWEST - timedelta(days=7 * n): counts[-1 - n] for n in range(len(counts))}
    return Reader(NEWEST - timedelta(days=7 * len(counts) - 1), days=days)


def test_reports_from_before_whole_data_are_no_past_for_any_door() -> None:
    """Three stray reports of last December, 200 of this: the page told no change, the sheet "higher, z 17.6"."""
    stray = {date(2016, 12, 5): 1, date(2016, 12, 9): 1, date(2016, 12, 20): 1, date(2017, 12, 12): 200}
    reader: Any = Reader(date(1990, 5, 3), data_from=date(2017, 1, 1), days=stray)
    assert change_from_last_year(reader, IncidentFilter(MONTH)) is None
    said = change_sentences(reader, IncidentFilter(MONTH), language=LANGUAGES["en"])
    assert said == ["Against the same days last year: the data do not cover these days in both years."]
    assert usual_weeks(reader, IncidentFilter(Period.from_days(date(2017, 1, 2), date(2017, 1, 29)))) == ()
    reader.data_from = date(2016, 12, 1)
    change = change_from_last_year(reader, IncidentFilter(MONTH))
    assert change and (change.past, change.now, change.category) == (3, 200, "higher")


def test_a_period_that_goes_on_after_the_data_is_compared_with_nothing() -> None:
    reader: Any = Reader(date(2014, 1, 1), a_day=4)
    beyond = IncidentFilter(Period.from_days(date(2017, 12, 1), date(2018, 1, 5)))
    assert change_from_last_year(reader, beyond) is None
    assert usual_weeks(reader, beyond) == ()


def test_eight_weeks_of_16_and_then_31_is_unusual_and_20_is_not() -> None:
    last = IncidentFilter(Period.last_days(NEWEST, 7))
    (unusual,) = usual_weeks(weeks_of(*[16] * 8, 31), last)
    assert (unusual.category, unusual.week.incidents, round(unusual.expected)) == ("higher", 31, 16)
    (usual,) = usual_weeks(weeks_of(*[16] * 8, 20), last)
    assert usual.category == "within"
    assert usual.lowest <= 20 <= usual.highest < 31
    assert usual_weeks(weeks_of(*[16] * 7, 31), last) == (), "seven weeks are too few"


def test_only_whole_weeks_of_the_period_are_judged() -> None:
    reader: Any = Reader(date(2014, 1, 1), a_day=4)
    judged = usual_weeks(reader, IncidentFilter(Period.last_days(NEWEST, 31)))
    assert [one.week.first_day for one in judged] == [NEWEST - timedelta(days=7 * n - 1) for n in (4, 3, 2, 1)]
    assert {one.category for one in judged} == {"within"}


@pytest.mark.parametrize("around", [None, Around(1, 800)])
def test_reports_that_lose_their_location_are_no_fall_in_crime(around: Around | None) -> None:
    """As many reports as last year, a third of them without a location now."""
    reader: Any = Reader(date(2014, 1, 1), a_day=30, without_location={2017: 1 / 3})
    change = change_from_last_year(reader, replace(IncidentFilter(MONTH), around=around))
    assert change is not None and change.category == "within"
    assert change.now == pytest.approx(change.expected) == (620 if around else 930)
    assert change.located_shares == ((1.0, pytest.approx(2 / 3)) if around else None)


def test_a_place_that_varies_much_changes_less_surely() -> None:
    """The same sums of two Decembers: told apart where every week is alike, and not where weeks swing from 14 to 42 anyway."""
    calm: Any = Reader(date(2015, 1, 1), a_day=4)
    calm.days = {NEWEST - timedelta(days=n): 6 for n in range(31)}
    swinging: Any = Reader(date(2015, 1, 1), a_day=4)
    swinging.days = {NEWEST - timedelta(days=n): 2 if n // 7 % 2 else 6 for n in range(31, 1000)} | calm.days
    found = [change_from_last_year(one, IncidentFilter(MONTH)) for one in (calm, swinging)]
    assert [one.category for one in found if one] == ["higher", "within"]
