"""The partition stays: after an upgrade, when a list comes late, and for a door that was never reported before."""

from __future__ import annotations

from datetime import date, datetime

import pytest

from hotspots.errors import InputError
from hotspots.pipeline.publish.publish import publish
from tests.builders import Report, SmallCity
from tests.database import TestDatabase
from tests.pipeline.publish_city import TODAY, ask, build, deliver

SHOWN = """select public_id, anchor_id, st_astext(geom), array(select area_id from open.anchor_area aa where aa.anchor_id = a.anchor_id order by 1)
    from open.incident join open.anchor a using (anchor_id) order by 1"""


def test_a_partition_made_before_ground_was_kept_gets_its_ground_and_stays(empty: TestDatabase) -> None:
    build(empty, "lattice", n=300)
    publish(empty.owner, today=TODAY)
    before = ask(empty, SHOWN)
    with empty.owner.connect() as connection:
        connection.execute("update core.lattice_piece set geom = null")
    publish(empty.owner, today=TODAY, everything=True)
    assert ask(empty, SHOWN) == before
    assert ask(empty, "select count(*) from core.lattice_piece where geom is null") == [(0,)]
    ((covered,),) = ask(empty, "select st_area(st_union(geom)) from core.lattice_piece")
    assert covered == pytest.approx(1000 * 1000, rel=0.001)


def test_a_list_that_comes_after_the_lattice_changes_no_point(empty: TestDatabase) -> None:
    build(empty, "lattice", n=300)
    publish(empty.owner, today=TODAY)
    before = ask(empty, SHOWN)
    with empty.owner.connect() as connection:
        for address, x, y in SmallCity.addresses():
            number, street = address.split(" ", 1)
            connection.execute(
                "insert into core.gazetteer (kind, name, street, number_from, geom) values ('address', %s, %s, %s, %s)",
                [address, street, number, SmallCity(connection).point(x, y)],
            )
    publish(empty.owner, today=TODAY, everything=True)
    assert ask(empty, SHOWN) == before


def test_a_list_that_is_gone_leaves_its_runs(empty: TestDatabase) -> None:
    build(empty, "addresses", n=300)
    publish(empty.owner, today=TODAY)
    before = ask(empty, SHOWN)
    with empty.owner.connect() as connection:
        connection.execute("delete from core.gazetteer where kind = 'address'")
    publish(empty.owner, today=TODAY, everything=True)
    assert ask(empty, SHOWN) == before


def test_a_list_that_shrinks_below_the_number_is_refused_and_what_is_public_stays(empty: TestDatabase) -> None:
    build(empty, "addresses", n=100)
    publish(empty.owner, today=TODAY)
    before = ask(empty, SHOWN)
    with empty.owner.connect() as connection:
        connection.execute("delete from core.gazetteer where kind = 'address' and name not like '1%% E 1TH ST'")
        connection.execute("delete from core.gazetteer where kind = 'address' and number_from > 120")
    with pytest.raises(InputError, match="fewer than 8 addresses"):
        publish(empty.owner, today=TODAY)
    assert ask(empty, SHOWN) == before


def test_the_first_report_from_empty_ground_is_shown_among_others_of_its_areas(empty: TestDatabase) -> None:
    with empty.owner.connect() as connection:
        city = SmallCity(connection, "lattice", public={"lattice_m": 300.0}).build()
        crowd = [Report(f"C{n}", datetime(2024, 2, 1, 13), 20.0 + n * 9, 30.0, f"{n} CROWD ST") for n in range(12)]
        city.deliver([*crowd, Report("last", datetime(2024, 4, 1, 13))], known_on=date(2024, 4, 2))
    publish(empty.owner, today=TODAY)
    points = ask(empty, "select distinct st_astext(geom) from open.anchor where geom is not null")
    assert len(points) == 1
    alone = Report(
        "A1", datetime(2024, 2, 2, 13), 40.0, 420.0, "1 LONELY LN"
    )  # the same beat and district, other ground
    deliver(empty, city, [alone], known_on=date(2024, 4, 9))
    done = publish(empty.owner, today=TODAY)
    assert (done.everything, done.merged_points) == (False, 1)
    assert ask(empty, "select distinct st_astext(geom) from open.anchor where geom is not null") == points
    elsewhere = Report(
        "A2", datetime(2024, 2, 3, 13), 900.0, 900.0, "1 FAR LN"
    )  # areas in which nothing was ever shown
    deliver(empty, city, [elsewhere], known_on=date(2024, 4, 16))
    assert publish(empty.owner, today=TODAY).withheld_locations == 1
    assert ask(
        empty, "select count(*) from open.incident join open.anchor using (anchor_id) where status = 'located'"
    ) == [(13,)]
