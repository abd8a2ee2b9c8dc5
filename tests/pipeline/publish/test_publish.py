"""Publish: everything is accounted for, at the newest day that is complete."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest

from hotspots.errors import InputError
from hotspots.pipeline.publish.publish import publish
from tests.builders import Precision, Report, SmallCity
from tests.database import TestDatabase
from tests.pipeline.publish_city import PRECISIONS, TODAY, ask, build


def test_without_a_city_there_is_nothing_to_publish(empty: TestDatabase) -> None:
    with pytest.raises(InputError, match="hotspots load"):
        publish(empty.owner, today=TODAY)


def test_the_agencys_licence_stands_in_the_public_city_once_its_file_names_one(empty: TestDatabase) -> None:
    build(empty, n=20)
    publish(empty.owner, today=TODAY)
    assert ask(empty, "select licence, licence_url from open.city") == [(None, None)]
    given = '{"licence": "CC BY 4.0", "licence_url": "https://city.example/terms"}'
    with empty.owner.connect() as owner:
        config = f"jsonb_set(config, '{{city}}', config->'city' || '{given}')"
        owner.execute(f"update core.city set config = {config}".encode())
    publish(empty.owner, today=TODAY)
    assert ask(empty, "select licence, licence_url from open.city") == [("CC BY 4.0", "https://city.example/terms")]


def test_the_citys_words_in_other_languages_are_published_with_the_next_publication(empty: TestDatabase) -> None:
    build(empty, n=20)
    publish(empty.owner, today=TODAY)
    assert ask(empty, "select words from open.city") == [({},)]
    words = '{"es": {"labels": {"Burglary": "Robo en inmuebles"}, "location_types": {"STREET": "Calle"}}}'
    with empty.owner.connect() as owner:
        owner.execute(f"update core.city set config = config || '{{\"words\": {words}}}'".encode())
    publish(empty.owner, today=TODAY)
    assert ask(empty, "select words #>> '{es,labels,Burglary}' from open.city") == [("Robo en inmuebles",)]


@pytest.mark.parametrize("precision", PRECISIONS)
def test_every_current_incident_is_a_row_or_sensitive_or_held_back(empty: TestDatabase, precision: Precision) -> None:
    build(empty, precision)
    done = publish(empty.owner, today=TODAY)
    ((current, sensitive, held_back),) = ask(
        empty,
        f"""select count(*), count(*) filter (where sensitive),
                count(*) filter (where not sensitive and occurred_from::date > '{done.newest_day}')
            from core.incident_version where known_to is null""",
    )
    by_status = dict(
        ask(empty, "select status, count(*) from open.incident join open.anchor using (anchor_id) group by 1")
    )
    assert sum(by_status.values()) == current - sensitive - held_back == done.incidents
    assert held_back > 0
    assert sensitive > 0
    ((outside, unlocated),) = ask(
        empty,
        f"""select count(*) filter (where not in_study_area), count(*) filter (where geom is null)
            from core.incident_version join core.location using (location_id)
            where known_to is null and not sensitive and occurred_from::date <= '{done.newest_day}'""",
    )
    assert by_status["outside"] == outside
    if precision == "block":
        assert by_status["no_location"] == unlocated
    else:  # located ones whose record and map disagree too far are shown without a place
        assert by_status["no_location"] >= unlocated


def test_an_incident_keeps_its_own_areas_wherever_it_is_shown(empty: TestDatabase) -> None:
    build(empty, "addresses")
    publish(empty.owner, today=TODAY)
    wrong = ask(
        empty,
        """select 1 from open.incident i join core.incident_version v using (public_id) join core.location using (location_id)
               join core.label_set s using (label_set_id) join open.anchor_area a on a.anchor_id = i.anchor_id
           where v.known_to is null and a.area_id <> all(s.area_ids)""",
    )
    assert wrong == []


def test_an_hour_is_shown_only_where_the_window_is_at_most_an_hour(empty: TestDatabase) -> None:
    with empty.owner.connect() as connection:
        city = SmallCity(connection).build()
        noon = datetime(2024, 3, 1, 12, 59)
        windows = {
            "point": None,
            "hour": timedelta(minutes=60),
            "longer": timedelta(minutes=61),
            "day": timedelta(hours=24),
        }
        city.deliver(
            [
                Report(key, noon, 30, 50, "001XX E 1TH ST", until=noon + length if length else None)
                for key, length in windows.items()
            ]
            + [Report("last", datetime(2024, 4, 1, 13), 30, 50, "001XX E 1TH ST")],
            known_on=date(2024, 4, 1),
        )
    publish(empty.owner, today=TODAY)
    hours = dict(
        ask(empty, "select incident_key, hour from open.incident join core.incident_version using (public_id)")
    )
    assert hours == {"point": 12, "hour": 12, "longer": None, "day": None, "last": 13}


@pytest.mark.parametrize(
    ("last_record", "today", "asked", "newest"),
    [
        (datetime(2024, 4, 10, 23, 0), date(2024, 6, 1), None, date(2024, 4, 10)),
        (datetime(2024, 4, 10, 12, 0), date(2024, 6, 1), None, date(2024, 4, 10)),
        (datetime(2024, 4, 10, 11, 59), date(2024, 6, 1), None, date(2024, 4, 9)),
        (datetime(2024, 4, 10, 23, 0), date(2024, 4, 12), None, date(2024, 4, 5)),
        (datetime(2024, 4, 10, 23, 0), date(2024, 6, 1), date(2024, 3, 1), date(2024, 3, 1)),
        (datetime(2024, 4, 10, 23, 0), date(2024, 4, 12), date(2024, 4, 11), date(2024, 4, 5)),
    ],
)
def test_the_newest_day_is_complete_delayed_and_not_later_than_asked(
    empty: TestDatabase, last_record: datetime, today: date, asked: date | None, newest: date
) -> None:
    with empty.owner.connect() as connection:
        SmallCity(connection).build().deliver(
            [Report("A", last_record, 30, 50, "001XX E 1TH ST")], known_on=date(2024, 4, 11)
        )
    assert publish(empty.owner, today=today, newest_day=asked).newest_day == newest


def test_what_no_entry_names_is_withheld_and_counted_until_the_city_says_otherwise(empty: TestDatabase) -> None:
    with empty.owner.connect() as connection:
        city = SmallCity(connection).build()
        connection.execute(
            "insert into core.crime_type (name, label, crime_group, initiated_by) values ('other', 'Other', 'other', 'unknown')"
        )
        connection.execute(
            "insert into core.source_type (words, crime_type_id, named) select 'FAILS TO REGISTER', crime_type_id, false from core.crime_type where name = 'other'"
        )
        reports = [
            Report(f"{crime_type}{n}", datetime(2024, 3, 1, 12), 30, 50, "001XX E 1TH ST", crime_type)
            for crime_type, many in (("other", 12), ("drugs", 7), ("theft", 3))
            for n in range(many)
        ]
        city.deliver([*reports, Report("last", datetime(2024, 4, 1, 13))], known_on=date(2024, 4, 1))
        connection.execute("""update core.city set config = jsonb_set(config, '{public,withhold}', '["drugs"]')""")
    publish(empty.owner, today=TODAY)
    assert ask(
        empty, "select name, count(*) from open.incident join open.crime_type using (crime_type_id) group by 1"
    ) == [("theft", 4)]
    assert ask(empty, "select withheld from open.vintage") == [(15,)]  # 12 and 7, rounded down to fives
    with empty.owner.connect() as connection:
        connection.execute("""update core.city set config = jsonb_set(config, '{public,other}', '"publish"')""")
    publish(empty.owner, today=TODAY)
    assert ask(
        empty, "select count(*) from open.incident join open.crime_type using (crime_type_id) where name = 'other'"
    ) == [(12,)]
    assert ask(empty, "select withheld from open.vintage order by vintage_id desc limit 1") == [(5,)]


def test_a_clock_that_was_set_back_takes_no_day_off_the_map_unless_it_is_meant(empty: TestDatabase) -> None:
    with empty.owner.connect() as connection:
        SmallCity(connection).build().deliver(
            [Report("A", datetime(2024, 4, 10, 13), 30, 50, "001XX E 1TH ST")], known_on=date(2024, 4, 11)
        )
    publish(empty.owner, today=date(2024, 4, 20))
    with pytest.raises(InputError, match="Today is 2024-04-12, before the last publication's 2024-04-20.*--yes"):
        publish(empty.owner, today=date(2024, 4, 12))
    assert ask(empty, "select count(*) from open.incident") == [(1,)]
    assert publish(empty.owner, today=date(2024, 4, 18)).incidents == 1  # back, and no day leaves
    done = publish(empty.owner, today=date(2024, 4, 12), clock_may_be_back=True)
    assert (done.newest_day, done.incidents) == (date(2024, 4, 5), 0)


def test_a_cell_of_a_forecast_is_ground_and_nothing_else(empty: TestDatabase) -> None:
    import psycopg

    collection = "geometrycollection(polygon((0 0, 1 0, 1 1, 0 0)), linestring(1 1, 2 2))"
    with empty.owner.connect() as connection:
        connection.execute(
            "insert into core.grid (cell_size_m, origin_x, origin_y, n_rows, n_cols, labels_version) values (1, 0, 0, 1, 1, 1)"
        )
        with pytest.raises(psycopg.errors.CheckViolation, match="cell_is_ground"):
            connection.execute("insert into core.cell values (1, 0, 0, 0, %s::geometry, 1)", [collection])
