"""Long periods are months with a line a year, rates are a year's, and days that the data do not hold are said."""

from datetime import date, datetime, timedelta

import pytest

from hotspots.domain.honest_number import Rate
from hotspots.domain.incident_filter import IncidentFilter
from hotspots.domain.period import Period
from hotspots.domain.public_answer import Vintage
from hotspots.domain.public_counts import DayCount
from hotspots_dashboard.components.answer import beyond_data
from hotspots_dashboard.components.change_and_rates import rate_sentence
from hotspots_dashboard.components.charts import by_month, month_grid
from hotspots_dashboard.public.first_paint_html import plain_html

VINTAGE = Vintage(
    1, datetime(2018, 1, 1), date(2018, 1, 1), date(1990, 5, 1), date(2017, 12, 31), 9, 1, data_from=date(2014, 1, 1)
)
DAYS = [DayCount(date(2015, 12, 30) + timedelta(days=n), 1) for n in range(2 + 366 + 15)]  # to 15 January 2017


def test_days_become_months_and_one_that_is_cut_is_told_from_a_whole_one() -> None:
    months = by_month(DAYS)
    assert [(one.first, one.incidents, one.is_whole) for one in (months[0], months[2], months[-1])] == [
        (date(2015, 12, 1), 2, False),
        (date(2016, 2, 1), 29, True),
        (date(2017, 1, 1), 15, False),
    ]


def test_the_grid_has_a_line_a_year_and_adds_up() -> None:
    page = plain_html(month_grid(DAYS))
    assert [year in page for year in (">2015<", ">2016<", ">2017<")] == [True, True, True]
    assert page.endswith('<td class="sum">383</td></tr></tfoot></table></div>')
    assert page.count(">–<") == 11 + 11  # months that were not asked for are no zeros


@pytest.mark.parametrize(
    ("first", "last", "said"),
    [
        (date(2017, 1, 1), date(2017, 12, 31), None),
        (date(2017, 12, 22), date(2021, 12, 31), "10 of these 1,471 days"),
        (date(2099, 1, 1), date(2099, 12, 31), "0 of these 365 days"),
        (date(2013, 12, 31), date(2014, 1, 1), "1 of these 2 days"),  # older ones are strays
    ],
)
def test_days_that_the_data_do_not_hold_are_said(first: date, last: date, said: str | None) -> None:
    notice = plain_html(beyond_data(IncidentFilter(Period.from_days(first, last)), VINTAGE))
    assert (said in notice) if said else notice == ""


def test_a_rate_of_years_is_a_rate_a_year_and_a_rare_one_is_per_100_000() -> None:
    homicides = Rate(2436, 2_695_598, 2010, "US Census", 1000 * 2436 / 2_695_598, None, 600.0, 4.06)
    said = rate_sentence(homicides, n_days=1461)
    assert said.startswith("22.6 per 100,000 residents a year (2,695,598 residents; US Census, 2010).")  # 609 a year
    assert "1.0 per square kilometre a year" in said
    thefts = Rate(15_000, 100_000, 2010, None, 150.0, None, None, None)
    assert rate_sentence(thefts, n_days=90) == "150.0 per 1,000 residents (100,000 residents; 2010)."
