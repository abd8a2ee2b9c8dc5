"""Publish: the city's own layers: places, streets, search."""

from __future__ import annotations

from datetime import date

from hotspots.pipeline.publish.publish import publish
from tests.builders import SmallCity
from tests.database import TestDatabase
from tests.pipeline.publish_city import TODAY, ask, build


def test_new_places_change_the_distances_and_the_search_and_no_incident(empty: TestDatabase) -> None:
    build(empty)
    publish(empty.owner, today=TODAY)
    with empty.owner.connect() as connection:
        connection.execute(
            "insert into core.place (kind, kind_label, name, geom) values ('station', 'Station', 'Central', %s)",
            [SmallCity.point(SmallCity(connection), 500, 500)],
        )
    done = publish(empty.owner, today=TODAY)
    assert (done.everything, done.written, done.removed) == (False, 0, 0)
    assert ask(empty, "select name from open.gazetteer where kind = 'place' order by 1") == [
        ("Central",),
        ("Green Park",),
        ("North School",),
    ]
    wrong = ask(
        empty,
        """select a.anchor_id from open.anchor a cross join (select distinct kind from open.place) k
               left join open.anchor_place p on p.anchor_id = a.anchor_id and p.kind = k.kind
           where a.geom is not null
               and abs(p.distance_m - (select min(st_distance(a.geom, o.geom)) from open.place o where o.kind = k.kind)) is distinct from 0
               and not abs(p.distance_m - (select min(st_distance(a.geom, o.geom)) from open.place o where o.kind = k.kind)) <= 0.051""",
    )
    assert wrong == []


def test_successive_intersections_of_a_street_are_joined_and_no_others(empty: TestDatabase) -> None:
    with empty.owner.connect() as connection:
        city = SmallCity(connection).build()
        connection.execute("delete from core.gazetteer")
        for x in (0, 100, 200, 900, 1000):  # a gap of 700 m between two parts
            connection.execute(
                "insert into core.gazetteer (kind, name, street, other_street, geom) values ('intersection', 'x', 'E LONG ST', %s, %s)",
                [f"N {x} AVE", city.point(x, 10)],
            )
    publish(empty.owner, today=TODAY)
    streets = ask(
        empty,
        """select name, st_numgeometries(geom_3857), round(st_length(st_transform(geom_3857, 26916)))
           from open.base where layer = 'street'""",
    )
    assert streets == [("E LONG ST", 2, 300)]


def test_the_search_finds_streets_by_one_spelling(empty: TestDatabase) -> None:
    build(empty, "addresses")
    publish(empty.owner, today=TODAY)
    assert ask(empty, "select name from open.street where key = 'e 3th st'") == [("E 3th St",)]
    found = """select g.name, g.kind, g.key from open.gazetteer g join open.street s using (street_id)
        where s.key = 'e 3th st' and number_from = 104"""
    assert ask(empty, found) == [("104 E 3th St", "address", "104 e 3th st")]
    assert ask(empty, "select count(*) from open.gazetteer where kind = 'address'") == [(830,)]
    assert ask(empty, "select count(*) from open.gazetteer where kind = 'intersection'") == [(100,)]


def test_a_place_is_shown_and_measured_only_while_it_stands(empty: TestDatabase) -> None:
    city = build(empty)
    with empty.owner.connect() as connection:
        connection.execute(
            """insert into core.place (kind, kind_label, name, valid, geom) values
                   ('station', 'Station', 'Old', '(,2024-04-20)', %(here)s),
                   ('station', 'Station', 'New', '[2024-04-20,)', %(there)s)""",
            {"here": city.point(500, 500), "there": city.point(100, 100)},
        )
    question = "select name from open.place where kind = 'station' union all select name from open.gazetteer where name in ('Old', 'New')"
    nearest = """
        select count(*) from open.anchor_place x join open.anchor a using (anchor_id) join open.place p on p.kind = x.kind
        where x.kind = 'station' and abs(x.distance_m - st_distance(a.geom, p.geom)) > 0.051"""
    # The newest public day moves over the day on which the one closes and the other opens; no delivery, no incident changed.
    for newest_day, stands in ((date(2024, 4, 19), "Old"), (date(2024, 4, 20), "New"), (date(2024, 4, 19), "Old")):
        publish(empty.owner, today=TODAY, newest_day=newest_day)
        assert ask(empty, question) == [(stands,), (stands,)]
        assert ask(empty, nearest) == [(0,)]


def test_other_names_and_what_lies_around_the_city_come_from_its_file(empty: TestDatabase) -> None:
    build(empty)
    publish(empty.owner, today=TODAY)
    with empty.owner.connect() as connection:
        city = SmallCity(connection)
        connection.execute(
            """insert into core.place (kind, kind_label, name, geom, aliases, postcode)
               values ('hospital', 'Hospital', 'ST MARY', %s, '{COUNTY HOSPITAL,MARY''S}', '60614')""",
            [city.point(500, 500)],
        )
        # A lake far larger than the city, east of it; its name stands near the city.
        connection.execute(
            """insert into core.backdrop (kind, name, geom)
               select kind, name, st_setsrid(geom, 26916) from (values
                   ('water', 'GREAT LAKE', st_makeenvelope(st_x(%(at)s), st_y(%(at)s) - 90000, st_x(%(at)s) + 90000, st_y(%(at)s) + 90000)),
                   ('water', 'Far Pond', st_makeenvelope(st_x(%(at)s) + 50000, st_y(%(at)s), st_x(%(at)s) + 50100, st_y(%(at)s) + 100)),
                   ('town', 'NEXT TOWN', st_translate(%(at)s, 0, 2000))) as b (kind, name, geom)""",
            {"at": city.point(1000, 500)},
        )
    publish(empty.owner, today=TODAY)
    assert ask(empty, "select name, aliases, alias_keys, postcode from open.gazetteer where name = 'St Mary'") == [
        ("St Mary", ["County Hospital", "Mary's"], ["county hospital", "marys"], "60614")
    ]
    around = "select layer, name, st_dimension(geom_3857) from open.base where layer in ('water', 'town', 'airport') order by 2, 3"
    assert ask(empty, around) == [
        ("water", "Far Pond", 2),
        ("water", "Great Lake", 0),
        ("water", "Great Lake", 2),
        ("town", "Next Town", 0),
    ]
    near = """select st_distance(st_transform(b.geom_3857, 26916), s.geom) < 2000 from open.base b, core.study_area s
              where b.name = 'Great Lake' and st_dimension(b.geom_3857) = 0"""
    assert ask(empty, near) == [(True,)]
