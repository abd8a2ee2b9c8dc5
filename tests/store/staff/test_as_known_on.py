"""The ledger as known on a day, under today's rules: on the newest day it is what is published."""

from collections.abc import Iterator
from datetime import date, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hotspots.domain.incident_filter import HourRange, IncidentFilter, Near
from hotspots.domain.period import Period
from hotspots.errors import InputError
from hotspots.pipeline.publish.publish import publish
from hotspots.store.public.city import read_choices, read_vintage
from hotspots.store.public.incident_counts import TableCounts
from hotspots.store.public.incident_rows import page
from hotspots.store.public.incidents import by_area, by_type, count
from hotspots.store.server.connection import Connection
from hotspots.store.staff.as_known_on import ledger_tables
from tests.builders import Report, SmallCity, random_reports
from tests.database import TestDatabase
from tests.drawn_polygons import drawn, square_at

FIRST, SECOND, THIRD = date(2017, 4, 1), date(2017, 5, 1), date(2017, 6, 1)
SPRING = Period.from_days(date(2017, 3, 1), date(2017, 3, 31))


@pytest.fixture(scope="module")
def staff(database: TestDatabase) -> Iterator[Connection]:
    """March 2017 as told in April, corrected in May and June."""
    with database.owner.connect() as connection:
        city = SmallCity(connection).build()
        reports = random_reports(300, precision="block", first_day=date(2017, 3, 1), n_days=31)
        at = {"x": 450.0, "y": 450.0, "address": "001XX E 5TH ST"}
        base = [
            Report("B1", datetime(2017, 3, 10, 12), crime_type="theft", **at),
            Report("B2", datetime(2017, 3, 10, 13), crime_type="theft", **at),
            Report("B3", datetime(2017, 3, 10, 14), crime_type="theft", **at),
            Report("B4", datetime(2017, 3, 10, 15), crime_type="theft", **at),
        ]
        city.deliver([*reports, *base], known_on=FIRST)
        # B1 becomes an assault, B2 turns out to be sensitive, B3 is withdrawn; B5 is reported late.
        city.deliver(
            [
                Report("B1", datetime(2017, 3, 10, 12), crime_type="assault", **at),
                Report("B2", datetime(2017, 3, 10, 13), crime_type="theft", sensitive=True, **at),
                Report("B5", datetime(2017, 3, 10, 16), crime_type="theft", **at),
            ],
            known_on=SECOND,
            withdrawn=["B3"],
        )
        city.deliver([Report("C1", datetime(2017, 5, 20, 16), crime_type="theft", **at)], known_on=THIRD)
    publish(database.owner, today=date(2018, 1, 1))
    with database.staff.connect() as connection:
        yield connection


def known(staff: Connection, question: IncidentFilter, known_on: date) -> dict[str, int]:
    tables = ledger_tables(staff, question, known_on=known_on)
    types = by_type(staff, question, choices=read_choices(staff), counts=TableCounts(tables))
    return {row.name: row.incidents for row in types if row.incidents}


def test_corrections_show_from_the_day_they_were_known(staff: Connection) -> None:
    tenth = IncidentFilter(Period.from_days(date(2017, 3, 10), date(2017, 3, 10)))
    others = random_reports(300, precision="block", first_day=date(2017, 3, 1), n_days=31)
    same_day = [
        r for r in others if r.when.date() == date(2017, 3, 10) and not r.sensitive and r.crime_type != "stalking"
    ]

    def of(crime_type: str) -> int:
        return sum(report.crime_type == crime_type for report in same_day)

    # In April: B1 a theft, B3 not withdrawn yet, B4. B2 is sensitive today, so it shows on no day. B5 is not known.
    assert known(staff, tenth, FIRST).get("theft", 0) == of("theft") + 3
    assert known(staff, tenth, date(2017, 4, 30)) == known(staff, tenth, FIRST)
    # In May: B1 is an assault, B3 is gone, B5 has come.
    assert known(staff, tenth, SECOND).get("theft", 0) == of("theft") + 2
    assert known(staff, tenth, SECOND).get("assault", 0) == of("assault") + 1


def test_a_day_before_the_first_delivery_is_said_to_be_unknown(staff: Connection) -> None:
    with pytest.raises(InputError, match="nothing was known then; the first delivery is of 2017-04-01"):
        known(staff, IncidentFilter(SPRING), date(2017, 3, 31))


questions = st.builds(
    IncidentFilter,
    period=st.sampled_from(
        [SPRING, Period.from_days(date(2017, 3, 5), date(2017, 3, 12)), Period.from_days(date(2017, 1, 1), THIRD)]
    ),
    crime_types=st.sampled_from([(), ("theft",), ("assault", "drugs")]),
    areas=st.lists(st.integers(1, 5), max_size=3, unique=True).map(tuple),
    near=st.sampled_from([(), (Near("school", 300),), (Near("school", 500), Near("park", 400))]),
    hours=st.sampled_from([None, HourRange(8, 16), HourRange(20, 3)]),
    weekdays=st.sampled_from([(), (5, 6)]),
    polygon=st.sampled_from([None, square_at(450, 450, half_m=210), drawn([(0, 0), (1000, 0), (300, 900)])]),
    arrest=st.sampled_from([None, None, True, False]),
    initiated_by=st.sampled_from([None, None, "public", "police"]),
)


@settings(max_examples=40, deadline=None)
@given(question=questions)
def test_as_known_on_the_newest_day_the_ledger_is_what_is_published(
    staff: Connection, question: IncidentFilter
) -> None:
    choices, vintage = read_choices(staff), read_vintage(staff)
    tables = ledger_tables(staff, question, known_on=THIRD)
    assert count(staff, question, choices=choices, counts=TableCounts(tables)) == count(
        staff, question, choices=choices
    )
    ledger = by_area(staff, question, kind="beat", choices=choices, vintage=vintage, counts=TableCounts(tables))
    assert ledger == by_area(staff, question, kind="beat", choices=choices, vintage=vintage)
    assert page(staff, question, choices=choices, limit=1000, tables=tables) == page(
        staff, question, choices=choices, limit=1000
    )


def test_the_newest_day_holds_incidents_of_every_status(staff: Connection) -> None:
    counts = count(staff, IncidentFilter(SPRING), choices=read_choices(staff))
    assert counts.located > 100
    assert counts.no_location > 0
    assert counts.outside > 0


def test_reading_the_ledger_is_written_to_the_audit_without_the_address(
    database: TestDatabase, staff: Connection
) -> None:
    from hotspots.domain.incident_filter import Around

    drawing = square_at(450, 450, half_m=210)
    question = IncidentFilter(SPRING, crime_types=("theft",), around=Around(7, 800), polygon=drawing)
    with database.staff.connect() as connection:
        ledger_tables(connection, question, known_on=SECOND, most=3)
    with database.owner.connect() as connection:
        row = connection.execute(
            "select actor, detail from audit.event where verb = 'incidents' order by event_id desc limit 1"
        ).fetchone()
    assert row is not None
    actor, detail = row
    assert actor == "hotspots_staff"
    assert detail == {
        "known_on": "2017-05-01", "most_rows": 3, "around_a_point": True, "in_a_polygon": True, "from": "2017-03-01", "to": "2017-03-31", "types": "theft",
    }  # fmt: skip


def test_who_breaks_off_before_the_first_row_is_on_record_all_the_same(database: TestDatabase) -> None:
    import psycopg

    connection = psycopg.connect(database.staff.dsn)
    ledger_tables(connection, IncidentFilter(SPRING), known_on=SECOND, most=17)
    connection.close()  # without a commit, as `| head` ends a command
    with database.owner.connect() as owner:
        newest = owner.execute(
            "select detail ->> 'most_rows' from audit.event order by event_id desc limit 1"
        ).fetchone()
    assert newest == ("17",)
