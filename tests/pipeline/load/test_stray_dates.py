"""A mistyped date is no newest day: what is published and forecast follows the bulk of the records."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime

from hotspots.pipeline.forecast.training_data import choose_types, learn
from hotspots.pipeline.publish.publish import publish
from hotspots.store.staff.forecasts import read_span
from tests.builders import Report, random_reports
from tests.database import TestDatabase
from tests.pipeline.publish_city import TODAY, ask, build, deliver

STRAY = Report("stray", datetime(2024, 5, 31, 13), x=30.25, y=30.0, address="000XX First St")


def test_a_record_alone_after_a_gap_moves_neither_the_public_day_nor_the_forecast(empty: TestDatabase) -> None:
    city = build(empty, n=400)
    newest = publish(empty.owner, today=TODAY).newest_day
    assert newest is not None
    deliver(empty, city, [STRAY], known_on=date(2024, 6, 1))
    assert publish(empty.owner, today=date(2024, 6, 20)).newest_day == newest
    with empty.owner.connect() as connection:
        assert read_span(connection).last_day == date(2024, 4, 29)
    assert ask(empty, "select count(*) from open.incident where day > '2024-04-30'") == [(0,)]


def test_more_than_a_few_records_after_a_gap_are_news(empty: TestDatabase) -> None:
    city = build(empty, n=400)
    later = random_reports(10, precision="block", first_day=date(2024, 5, 31), n_days=1, key="B")
    deliver(empty, city, later, known_on=date(2024, 6, 1))
    with empty.owner.connect() as connection:
        assert read_span(connection).last_day == date(2024, 5, 31)


def test_what_a_forecast_says_it_learnt_from_begins_with_the_records_not_with_a_straggler(empty: TestDatabase) -> None:
    city = build(empty, n=400)
    deliver(empty, city, [replace(STRAY, when=datetime(1998, 5, 31, 13))], known_on=date(2024, 6, 1))
    with empty.owner.connect() as connection:
        theft = choose_types(connection, ["theft"], police_initiated_reason=None)
        learnt = learn(connection, theft, basis="true points", as_of=date(2024, 4, 30))
    assert learnt.trained_from == date(2024, 1, 1)
    assert learnt.history.t_days.min() < 10_957  # the straggler is there, as evidence of its place
