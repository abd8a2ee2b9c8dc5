"""Incidents that tell an address and no point stand where the city's own lists have it, and each says by what it was placed."""

from __future__ import annotations

from pathlib import Path

import pytest

from hotspots.cli.city.commands import _print as print_check
from hotspots.errors import CityFileError
from hotspots.pipeline.load.city import load
from hotspots.pipeline.load.preview import check_city
from hotspots.pipeline.publish.publish import publish
from hotspots.sources.city_file import CityFile
from tests.database import TestDatabase
from tests.pipeline.load_city import EAST, NORTH, TODAY, deliver, row, write_city_file, write_zones

LISTS = """
[[gazetteer]]
kind = "address"
file = "addresses.csv"
street = "street"
number = "number"
location = { x = "x", y = "y", crs = "EPSG:26916" }

[[gazetteer]]
kind = "intersection"
file = "crossings.csv"
streets = ["one", "other"]
location = { x = "x", y = "y", crs = "EPSG:26916" }
"""
BLOCKS_OF_INCIDENTS = '[[gazetteer]]\nkind = "block"\nfrom = "incidents"\n'
POINTS = 'location = { x = "x", y = "y", crs = "EPSG:26916" }\naddress'
# As written, and the point in metres from the city's corner with what gave it.
WRITTEN: dict[str, tuple[float, float, str] | None] = {
    "1317 N HAWTHORN AVE": (300, 1317, "address"),
    "1317 North Hawthorn Avenue Apt 3": (300, 1317, "address"),
    "1303 n. hawthorn ave, Littleton, IL 60000": (300, 1303, "address"),
    "013XX N HAWTHORN AVE": (300, 1309, "block"),  # the middle one of 1301, 1303, 1309, 1315 and 1317
    "1300 block of N Hawthorn Ave": (300, 1309, "block"),
    "W Oak St & N Hawthorn Ave": (300, 1400, "intersection"),
    "N HAWTHORN AV / W OAK STREET": (300, 1400, "intersection"),
    "Hauptstraße 12": (700, 112, "address"),
    "Calle Mayor, 7": (800, 107, "address"),
    "9 ELM ST": None,  # two of them, 1 km apart
    "1318 N HAWTHORN AVE": None,  # not on the list, and no neighbour stands in for it
    "LAKE SHORE": None,
    "": None,
}


def write_lists(folder: Path) -> None:
    numbers = [(1301, 1301), (1303, 1303), (1309, 1309), (1315, 1315), (1317, 1317)]
    addresses = [(f"N HAWTHORN AVE,{number},{EAST + 300},{NORTH + y}") for number, y in numbers]
    addresses += [f"HAUPTSTRASSE,12,{EAST + 700},{NORTH + 112}", f"CALLE MAYOR,7,{EAST + 800},{NORTH + 107}"]
    addresses += [f"ELM ST,9,{EAST + 100},{NORTH + 100}", f"ELM ST,9,{EAST + 1100},{NORTH + 100}"]
    (folder / "addresses.csv").write_text("street,number,x,y\n" + "\n".join(addresses) + "\n")
    (folder / "crossings.csv").write_text(f"one,other,x,y\nN HAWTHORN AVE,W OAK ST,{EAST + 300},{NORTH + 1400}\n")


@pytest.fixture(scope="module")
def city(tmp_path_factory: pytest.TempPathFactory) -> tuple[CityFile, Path]:
    folder = tmp_path_factory.mktemp("addresses")
    write_zones(folder)
    write_lists(folder)
    deliver(
        folder, "2026-03-05", [row(f"{n:02}", when="2026-01-02 22:30", at=None, zone="", place=text) for n, text in enumerate(WRITTEN)]
    )  # fmt: skip
    town = write_city_file(folder, replace={POINTS: "address", BLOCKS_OF_INCIDENTS: LISTS})
    assert town.places_by_address
    return town, folder


def test_each_is_placed_by_what_it_says_and_nothing_is_guessed(
    database: TestDatabase, city: tuple[CityFile, Path]
) -> None:
    town, folder = city
    done = load(database.owner, town, folder, today=TODAY)
    with database.owner.connect() as connection:
        found = connection.execute(
            "select v.incident_key::int, st_x(l.geom) - %s, st_y(l.geom) - %s, l.placed_by, l.precision, "
            "(select a.code from core.area a where a.area_id = s.area_ids[1]) "
            "from core.incident_version v join core.location l using (location_id) left join core.label_set s using (label_set_id) order by 1",
            [EAST, NORTH],
        ).fetchall()
    as_read = {text: found[n][1:4] if found[n][3] else None for n, text in enumerate(WRITTEN)}
    assert as_read == WRITTEN
    # A house is exact though the city file says block: it must never be a public point.
    assert {by: precision for *_, by, precision, _ in found} == {
        "address": "exact", "block": "block", "intersection": "block", None: "none",
    }  # fmt: skip
    assert [code for *_, code in found[:6]] == ["002"] * 6  # y above 1000 m, x below: the north-western zone
    assert done.incidents is not None
    notes = {name: count for name, count in done.incidents.notes.items() if "placed" in name}
    assert notes == {"placed_by_address": 5, "placed_by_block": 2, "placed_by_intersection": 2, "unplaced_addresses": 3}
    assert done.incidents.counts["without_location"] == 4


def test_check_says_the_shares_and_what_was_not_found(
    city: tuple[CityFile, Path], capsys: pytest.CaptureFixture[str]
) -> None:
    found = check_city(*city, today=TODAY)
    assert (found.incidents, found.placed) == (13, 9)
    print_check(found)
    said = capsys.readouterr().out
    assert "placed by address" in said and "38.5%" in said  # 5 of 13
    for text in ("9 ELM ST", "1318 N HAWTHORN AVE", "LAKE SHORE"):
        assert f"1  {text}" in said


def test_no_house_becomes_a_public_point(database: TestDatabase, city: tuple[CityFile, Path]) -> None:
    town, folder = city
    load(database.owner, town, folder, today=TODAY)
    publish(database.owner, today=TODAY)
    with database.owner.connect() as connection:
        (houses,) = connection.execute(
            "select count(*) from open.anchor a join core.location l on l.placed_by = 'address' and st_dwithin(a.geom, l.geom, 1)"
        ).fetchone() or (None,)
        named = connection.execute("select name from open.anchor where name ~* '13(17|03)|hauptstr|mayor'").fetchall()
        (rows,) = connection.execute("select count(*) from open.incident").fetchone() or (0,)
    assert (houses, named) == (0, [])
    assert rows == 13


def test_a_point_that_is_told_stands_and_the_gazetteer_fills_in_only_where_it_is_asked_to(tmp_path: Path) -> None:
    write_zones(tmp_path)
    write_lists(tmp_path)
    house = "1317 N HAWTHORN AVE"
    deliver(tmp_path, "2026-03-05", [row("1", at=(50, 60), place=house), row("2", at=None, place=house)])
    asked = write_city_file(
        tmp_path,
        more="place_by_address = true",
        replace={BLOCKS_OF_INCIDENTS: LISTS, '"block"\nareas': '"exact"\nareas'},
    )
    found = check_city(asked, tmp_path, today=TODAY)
    assert (found.placed, dict(found.placed_by)) == (2, {"address": 1})
    assert "41." in found.rows[0].point and found.rows[0].point != found.rows[1].point
    unasked = write_city_file(tmp_path, replace={BLOCKS_OF_INCIDENTS: LISTS, '"block"\nareas': '"exact"\nareas'})
    assert check_city(unasked, tmp_path, today=TODAY).placed == 1
    with pytest.raises(
        CityFileError, match=r"place_by_address needs incidents\.address and a \[\[gazetteer\]\] with a file"
    ):
        write_city_file(tmp_path, more="place_by_address = true")


def test_another_address_list_places_what_was_loaded_before_and_moves_only_what_lies_elsewhere(
    empty: TestDatabase, city: tuple[CityFile, Path], tmp_path: Path
) -> None:
    """1318 is on the new list, 1317 is 4 m away, Hauptstraße 12 moves by 600 m, Calle Mayor 7 is no longer on it."""
    folder = tmp_path
    for file in city[1].iterdir():
        (folder / file.name).write_bytes(file.read_bytes())
    town = city[0]
    load(empty.owner, town, folder, today=TODAY)
    publish(empty.owner, today=TODAY)
    before = _points(empty)
    numbers = {1301: 1301, 1303: 1303, 1309: 1309, 1315: 1315, 1317: 1321, 1318: 1318}
    lines = [f"N HAWTHORN AVE,{number},{EAST + 300},{NORTH + y}" for number, y in numbers.items()]
    lines += [f"HAUPTSTRASSE,12,{EAST + 100},{NORTH + 112}"]
    lines += [f"SIDE ST,{number},{EAST + 900},{NORTH + number}" for number in range(1, 17, 2)]
    (folder / "addresses.csv").write_text("street,number,x,y\n" + "\n".join(lines) + "\n")
    done = load(empty.owner, town, folder, today=TODAY)
    after = _points(empty)
    key = {text: f"{n:02}" for n, text in enumerate(WRITTEN)}
    changed = {number for number in after if after[number] != before[number]}
    assert changed == {key["1318 N HAWTHORN AVE"], key["Hauptstraße 12"]}
    assert after[key["1318 N HAWTHORN AVE"]] == (300, 1318, "address", "exact")
    assert after[key["Hauptstraße 12"]] == (100, 112, "address", "exact")
    assert done.placed_anew == {"placed": 1, "moved": 1, "by_address": 2}
    counts = done.incidents.counts if done.incidents else {}
    assert (counts["read"], counts["unchanged"]) == (13, 13)  # no record changed
    publish(empty.owner, today=TODAY)
    with empty.owner.connect() as connection:
        (houses,) = connection.execute(
            "select count(*) from open.anchor a join core.location l on l.placed_by = 'address' and st_dwithin(a.geom, l.geom, 1)"
        ).fetchone() or (None,)
        totals = connection.execute("select count(*), count(distinct public_id) from core.incident_version").fetchall()
        statuses = connection.execute(
            "select count(*) filter (where a.status = 'located'), count(*) from open.incident join open.anchor a using (anchor_id)"
        ).fetchall()
    assert (houses, totals, statuses) == (0, [(13, 13)], [(10, 13)])  # 1318 is on the public map now
    again = load(empty.owner, town, folder, today=TODAY)
    assert (again.placed_anew, _points(empty)) == ({}, after)


def test_a_new_delivery_meets_the_places_that_the_new_list_gave(
    empty: TestDatabase, city: tuple[CityFile, Path], tmp_path: Path
) -> None:
    """The same address in a later file stands at the same location, and the earlier record is unchanged when it comes again."""
    for file in city[1].iterdir():
        (tmp_path / file.name).write_bytes(file.read_bytes())
    load(empty.owner, city[0], tmp_path, today=TODAY)
    with (tmp_path / "addresses.csv").open("a") as file:
        file.write(f"N HAWTHORN AVE,1318,{EAST + 300},{NORTH + 1318}\n")
    house = "1318 N HAWTHORN AVE"
    number = list(WRITTEN).index(house)
    deliver(
        tmp_path, "2026-03-06",
        [row(f"{number:02}", when="2026-01-02 22:30", at=None, zone="", place=house), row("99", when="2026-01-03 22:30", at=None, zone="", place=house)],
    )  # fmt: skip
    done = load(empty.owner, city[0], tmp_path, today=TODAY)
    counts = done.incidents.counts if done.incidents else {}
    with empty.owner.connect() as connection:
        (places,) = connection.execute(
            "select count(distinct location_id) from core.incident_version v join core.location l using (location_id) where l.address = %s", [house]
        ).fetchone() or (0,)  # fmt: skip
    assert places == 1
    assert (counts["new"], counts["changed"]) == (1, 0)


def _points(database: TestDatabase) -> dict[str, tuple[float | None, float | None, str | None, str]]:
    with database.owner.connect() as connection:
        rows = connection.execute(
            "select v.incident_key, st_x(l.geom) - %s, st_y(l.geom) - %s, l.placed_by, l.precision "
            "from core.incident_version v join core.location l using (location_id) where v.known_to is null",
            [EAST, NORTH],
        ).fetchall()
    return {key: (x, y, how, precision) for key, x, y, how, precision in rows}
