"""The invented city's files: the same bytes every time, a plausible map, and deliveries like real ones."""

import csv
import hashlib
import json
from collections import Counter
from datetime import date, datetime, timedelta
from itertools import combinations
from pathlib import Path

import pytest
import shapely

from hotspots.demo_city import newest_end, write_demo_city
from hotspots.demo_city.folder import STAMP
from hotspots.errors import InputError

# Of all files but the version stamp, name and content in order of names. It changes only when the city itself is meant to change.
DIGEST = "b361b60e40179ce1e6335ed4222b9814ed61008f6a247062ce3369b3fa56e60f"
KINDS = ("beats", "districts", "community_areas", "neighbourhoods")


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    folder = tmp_path_factory.mktemp("demo") / "city"
    write_demo_city(folder)
    return folder


@pytest.fixture(scope="module")
def deliveries(folder):
    """Rows by delivery in order of time; the rows whose columns do not match the header are left out."""
    read = {}
    for path in sorted(folder.glob("incidents_*.csv")):
        with path.open(newline="") as file:
            header, *rows = csv.reader(file)
        read[path.name] = [dict(zip(header, row, strict=True)) for row in rows if len(row) == len(header)]
    return read


@pytest.fixture(scope="module")
def shapes(folder):
    return {kind: _shapes(folder / f"{kind}.geojson") for kind in (*KINDS, "parks")}


def _shapes(path: Path) -> dict[str, shapely.Geometry]:
    features = json.loads(path.read_text())["features"]
    named = {
        feature["properties"].get("code", feature["properties"]["name"]): feature["geometry"] for feature in features
    }
    return {name: shapely.from_geojson(json.dumps(geometry)) for name, geometry in named.items()}


def _table(path: Path) -> list[dict[str, str]]:
    with path.open(newline="") as file:
        return list(csv.DictReader(file))


def test_the_same_bytes_come_out_every_time(folder):
    digest = hashlib.sha256()
    for path in sorted(folder.iterdir()):
        if path.name != STAMP:
            digest.update(path.name.encode() + b"\0" + path.read_bytes())
    assert digest.hexdigest() == DIGEST


def test_files_that_are_there_are_not_written_again_and_a_damaged_stamp_writes_them_anew(tmp_path):
    folder = tmp_path / "city"
    assert write_demo_city(folder)
    before = {path.name: path.stat().st_mtime_ns for path in folder.iterdir()}
    assert not write_demo_city(folder)
    assert {path.name: path.stat().st_mtime_ns for path in folder.iterdir()} == before
    (folder / STAMP).write_text("of another version")
    (folder / "left_over.csv").write_text("")
    assert write_demo_city(folder)
    assert {path.name for path in folder.iterdir()} == set(before)


def test_a_later_end_moves_every_day_by_whole_weeks_and_nothing_else(folder, tmp_path):
    """47 weeks: 31 December 2025 becomes 25 November 2026, a Wednesday too; the delivery of the day after comes on the 26th."""
    assert newest_end(date(2026, 11, 30)) == date(2026, 11, 25) == newest_end(date(2026, 11, 26))
    assert newest_end(date(2026, 11, 25)) == date(2026, 11, 18)
    assert newest_end(date(2020, 1, 1)) == date(2025, 12, 31)
    later = tmp_path / "later"
    assert write_demo_city(later, ends=date(2026, 11, 25))
    assert not write_demo_city(later)  # what is there stays
    assert (later / "incidents_2026-11-26.csv").is_file()
    assert len(list(later.glob("incidents_*.csv"))) == 24
    first, moved = (_table(sorted(one.glob("incidents_*.csv"))[-1]) for one in (folder, later))
    assert [{**row, "reported": "", "occurred_from": "", "occurred_to": ""} for row in first] == [
        {**row, "reported": "", "occurred_from": "", "occurred_to": ""} for row in moved
    ]
    for column in ("reported", "occurred_from"):
        days = [
            tuple(datetime.fromisoformat(row[column]) for row in pair)
            for pair in zip(first, moved, strict=True)
            if pair[0][column]
        ]
        assert {after - before for before, after in days} == {timedelta(weeks=47)}
    with pytest.raises(
        InputError, match="2026-11-24 is no Wednesday: reports move by whole weeks; the nearest day is 2026-11-25"
    ):
        write_demo_city(tmp_path / "wrong", ends=date(2026, 11, 24))


def test_the_city_says_that_it_is_invented_in_its_read_me_and_in_every_layer(folder):
    assert "invented" in (folder / "README.txt").read_text()
    for path in folder.glob("*.geojson"):
        assert "invented" in json.loads(path.read_text())["name"]


@pytest.mark.parametrize("kind", KINDS)
def test_areas_of_a_kind_are_valid_do_not_overlap_and_cover_the_city(shapes, kind):
    areas = shapes[kind]
    assert all(shapely.is_valid(list(areas.values())))
    for (one, first), (other, second) in combinations(areas.items(), 2):
        assert first.intersection(second).area == 0, f"{one} and {other} overlap"
    city = shapely.union_all(list(shapes["community_areas"].values()))
    assert shapely.union_all(list(areas.values())).equals(city)


def test_there_are_24_beats_in_4_districts_and_39_neighbourhoods_in_13_community_areas(shapes):
    assert [len(shapes[kind]) for kind in KINDS] == [24, 4, 13, 39]
    for code, beat in shapes["beats"].items():
        assert shapes["districts"][code[:2].lstrip("0")].covers(beat)


def test_the_study_area_is_no_rectangle_and_the_river_parts_it_in_two(shapes):
    city = shapely.union_all(list(shapes["community_areas"].values()))
    assert city.area < 0.9 * shapely.box(*city.bounds).area
    assert len(shapely.get_parts(city)) == 2


def test_beat_boundaries_follow_streets_in_part_and_cut_across_blocks_in_part(folder, shapes):
    # A house stands 14 m from the middle of its street: where a boundary passes between houses of one stretch, it cuts the block.
    streets: dict[tuple[str, int], set[str]] = {}
    rows = _table(folder / "addresses.csv")
    points = shapely.points([(float(row["x"]), float(row["y"])) for row in rows])
    beats = {code: area.buffer(0) for code, area in shapes["beats"].items()}
    for code, area in beats.items():
        shapely.prepare(area)
        for i in shapely.contains(area, points).nonzero()[0]:
            # 100 house numbers a side, even and odd apart, are one side of one block.
            streets.setdefault(
                (rows[i]["street"], int(rows[i]["number"]) // 100 * 2 + int(rows[i]["number"]) % 2), set()
            ).add(code)
    cut = sum(1 for codes in streets.values() if len(codes) > 1)
    assert cut > 20
    assert cut < 0.1 * len(streets)


def test_every_address_is_there_once_and_lies_in_a_beat_and_outside_the_parks(folder, shapes):
    rows = _table(folder / "addresses.csv")
    assert max(Counter((row["street"], row["number"]) for row in rows).values()) == 1
    points = shapely.points([(float(row["x"]), float(row["y"])) for row in rows])
    tree = shapely.STRtree(points)
    beats = Counter(i for area in shapes["beats"].values() for i in tree.query(area, predicate="intersects").tolist())
    assert len(beats) == len(rows)
    # A few doors stand exactly on a boundary, as in any city.
    assert sum(1 for n in beats.values() if n > 1) < 0.005 * len(rows)
    assert not any(len(tree.query(park, predicate="contains_properly")) for park in shapes["parks"].values())


def test_a_street_name_and_a_crossing_name_belong_together(folder):
    addressed = {row["street"] for row in _table(folder / "addresses.csv")}
    crossed = {row[column] for row in _table(folder / "intersections.csv") for column in ("street_1", "street_2")}
    assert addressed <= crossed


def test_the_24_deliveries_carry_the_first_of_each_month_and_what_was_reported_in_the_month_before(deliveries):
    months = [datetime(2024 + i // 12, i % 12 + 1, 1) for i in range(1, 25)]
    assert list(deliveries) == [f"incidents_{month:%Y-%m-%d}.csv" for month in months]
    seen: set[str] = set()
    for month, rows in zip(months, deliveries.values(), strict=True):
        first_time = [row for row in rows if row["report_no"] not in seen and row["report_no"][3:4] not in ("9", "")]
        for row in first_time:
            reported = datetime.fromisoformat(row["reported"])
            assert (reported.year * 12 + reported.month) == (month.year * 12 + month.month - 1)
            assert datetime.fromisoformat(row["occurred_from"]) <= reported
        seen |= {row["report_no"] for row in rows}


def test_two_years_hold_forty_to_sixty_thousand_incidents_of_which_two_to_four_percent_have_no_location_but_a_beat(
    deliveries,
):
    newest = {
        row["report_no"]: row for rows in deliveries.values() for row in rows if row["report_no"][3:4] not in ("9", "")
    }
    assert 40_000 < len(newest) < 60_000
    unlocated = [row for row in newest.values() if row["x"] in ("", "0")]
    assert 0.02 < len(unlocated) / len(newest) < 0.04
    assert all(row["beat"] and row["community_area"] for row in unlocated)
    outside = [row for row in newest.values() if not row["beat"]]
    assert 50 < len(outside) < 200


def test_later_deliveries_reclassify_move_clear_and_withdraw_earlier_reports(deliveries):
    known: dict[str, dict[str, str]] = {}
    changes: Counter[str] = Counter()
    for rows in deliveries.values():
        for row in rows:
            before = known.get(row["report_no"])
            if before is not None:
                changes["offence"] += before["offence"] != row["offence"]
                changes["moved"] += (before["x"], before["y"]) != (row["x"], row["y"]) and before["x"] not in ("", "0")
                changes["found"] += before["x"] in ("", "0") and row["x"] not in ("", "0")
                changes["arrest"] += (before["arrest"], row["arrest"]) == ("N", "Y")
                changes["withdrawn"] += row["status"] == "UNFOUNDED"
                changes["nothing"] += before == row
            known[row["report_no"]] = row
    assert min(changes[kind] for kind in ("offence", "moved", "found", "arrest", "withdrawn", "nothing")) > 200


def test_only_burglary_and_thefts_that_nobody_saw_have_a_window_and_it_ends_before_the_report(deliveries):
    offences: dict[str, str] = {}  # as first delivered: a burglary may turn out to be a trespass
    for rows in deliveries.values():
        for row in rows:
            if row["occurred_to"]:
                assert row["occurred_from"] < row["occurred_to"] <= row["reported"]
                offences.setdefault(row["report_no"], row["offence"])
    assert set(offences.values()) == {
        "BURGLARY - DWELLING",
        "BURGLARY - BUSINESS",
        "VEHICLE THEFT",
        "THEFT FROM VEHICLE",
        "BICYCLE THEFT",
    }


def test_the_lake_lies_east_of_the_city_and_towns_lie_on_dry_ground_around_it(folder):
    """The first lake was bent across the north-west, over towns and the map's own name for it."""
    areas = json.loads((folder / "community_areas.geojson").read_text())["features"]
    city = shapely.union_all([shapely.geometry.shape(area["geometry"]) for area in areas])
    water = {
        one["properties"]["name"]: shapely.geometry.shape(one["geometry"])
        for one in json.loads((folder / "water.geojson").read_text())["features"]
    }
    lake = water["Heron Lake"]
    assert all(one.is_valid for one in water.values())
    assert lake.intersection(city).area < 0.001 * city.area
    assert lake.distance(city) < 1, "it begins at the shore"
    _, south, east, north = city.bounds
    assert lake.bounds[1] < south and lake.bounds[3] > north and lake.bounds[2] > east
    with (folder / "around.csv").open(newline="") as file:
        for one in csv.DictReader(file):
            at = shapely.Point(float(one["x"]), float(one["y"]))
            assert not city.contains(at), one["name"]
            assert not any(part.contains(at) for part in water.values()), one["name"]
