"""Areas of incidents: whatever comes first, whichever vintage, when shapes change."""

from __future__ import annotations

from pathlib import Path

import pytest

from hotspots.errors import InputError
from hotspots.pipeline.load.city import load
from hotspots.settings import Settings
from tests.database import TestDatabase, cloned_database
from tests.pipeline.ledger_questions import ask
from tests.pipeline.load_city import (
    TODAY,
    deliver,
    load_incidents_only,
    row,
    square,
    write_city_file,
    write_zones,
)


def test_loading_incidents_before_the_areas_ends_with_the_same_labels(cluster: Settings, tmp_path: Path) -> None:
    write_zones(tmp_path)
    rows = [
        row("1"),
        row("2", at=(500, 1500), zone="4"),
        row("3", at=(1500, 200), zone=""),
        row("4", at=(-50, 10), zone=""),
    ]
    deliver(tmp_path, "2026-01-31", [*rows, row("5", at=None, zone="2"), row("6", at=(1000, 1000), zone="77")])
    city = write_city_file(tmp_path)
    question = """
        select v.incident_key, a.code, l.in_study_area from core.incident_version v join core.location l using (location_id)
        left join core.label_set s using (label_set_id) left join core.area a on a.area_id = s.area_ids[1] order by 1"""
    expected = [
        ("1", "001", True),
        ("2", "004", True),  # the recorded zone wins over the point, which lies in 002
        ("3", "003", True),
        ("4", None, False),
        ("5", "002", None),
        ("6", "001", True),  # no zone 77; the corner of all four goes to the lowest number
    ]
    with cloned_database(cluster, "test_load_areas_first") as database:
        summary = load(database.owner, city, tmp_path, today=TODAY)
        assert ask(database.owner, question) == expected
        assert summary.incidents is not None
        assert dict(summary.incidents.agreement["zone"]) == {
            "recorded": 3, "recorded_with_point": 2, "point_agrees": 1, "joined": 2, "unknown": 1,
        }  # fmt: skip
        assert ask(database.owner, "select labels_version from core.city") == [(1,)]
    with cloned_database(cluster, "test_load_areas_later") as database:
        load_incidents_only(database.owner, city, tmp_path)
        assert ask(
            database.owner,
            "select count(*) from core.location where label_set_id is not null or in_study_area is not null",
        ) == [(0,)]
        later = load(database.owner, city, tmp_path, only=["areas"], today=TODAY)
        assert ask(database.owner, question) == expected
        assert dict(later.agreement["zone"]) == {
            "recorded": 3,
            "recorded_with_point": 2,
            "point_agrees": 1,
            "joined": 2,
            "unknown": 1,
        }
        assert ask(database.owner, "select labels_version from core.city") == [(2,)]


def test_a_city_file_of_another_city_is_refused_by_its_name_whatever_its_areas(
    empty: TestDatabase, tmp_path: Path
) -> None:
    write_zones(tmp_path)
    deliver(tmp_path, "2026-01-31", [row("1")])
    load(empty.owner, write_city_file(tmp_path), tmp_path, today=TODAY)
    other = {'name = "Littleton"': 'name = "Farville"', '"zone"': '"ward"', "{ zone =": "{ ward ="}
    with pytest.raises(InputError, match="serves Littleton, not Farville"):
        load(empty.owner, write_city_file(tmp_path, replace=other), tmp_path, today=TODAY)


def test_areas_keep_their_numbers_when_their_shapes_change_and_locations_are_labelled_anew(
    empty: TestDatabase, tmp_path: Path
) -> None:
    write_zones(tmp_path)
    deliver(tmp_path, "2026-01-31", [row("1", zone="", at=(500, 1500))])
    city = write_city_file(tmp_path)
    load(empty.owner, city, tmp_path, today=TODAY)
    numbers = dict(ask(empty.owner, "select code, area_id from core.area"))
    # 002 and 004 change places; 003 goes.
    write_zones(tmp_path, {"001": square(0, 0), "002": square(1, 1), "004": square(0, 1)})
    summary = load(empty.owner, city, tmp_path, today=TODAY)
    assert dict(ask(empty.owner, "select code, area_id from core.area")) == {
        code: numbers[code] for code in ("001", "002", "004")
    }
    assert summary.relabelled == 1
    labelled = ask(empty.owner, "select area_ids from core.location join core.label_set using (label_set_id)")
    assert labelled == [([numbers["004"]],)]
    assert ask(empty.owner, "select labels_version, st_area(geom) from core.city, core.study_area") == [
        (2, 3_000_000.0)
    ]


def test_a_boundary_vintage_labels_the_incidents_of_its_days(empty: TestDatabase, tmp_path: Path) -> None:
    write_zones(tmp_path, {"1": square(0, 0), "2": square(0, 1)})
    (tmp_path / "zones.geojson").rename(tmp_path / "old.geojson")
    write_zones(tmp_path, {"1": square(0, 1), "2": square(0, 0)})
    city = write_city_file(
        tmp_path,
        replace={
            'file = "zones.geojson"\ncode = "code"\nname = "name"\n': 'file = "zones.geojson"\ncode = "code"\n'
            "valid = { from = 2026-01-10 }\n"
            '[[area]]\nkind = "zone"\nlabel = "Zone"\nfile = "old.geojson"\ncode = "code"\nvalid = { to = 2026-01-10 }\n'
        },
    )
    days = {"before": "2026-01-09 23:59", "after": "2026-01-10 00:00"}
    deliver(tmp_path, "2026-01-31", [row(key, when=when, zone="", at=(500, 500)) for key, when in days.items()])
    load(empty.owner, city, tmp_path, today=TODAY)
    labels = ask(
        empty.owner,
        """select v.incident_key, a.code, l.era::text from core.incident_version v join core.location l using (location_id)
        join core.label_set s using (label_set_id) join core.area a on a.area_id = s.area_ids[1]""",
    )
    assert set(labels) == {("before", "1", None), ("after", "2", "2026-01-10")}
