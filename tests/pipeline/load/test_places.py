"""Places by kind, with the days on which they stand."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from hotspots.pipeline.load.city import load
from hotspots.sources.city_file import CityFile
from tests.database import TestDatabase
from tests.pipeline.ledger_questions import ask
from tests.pipeline.load_city import EAST, NORTH, TODAY, write_city_file

SCHOOL = """
[[place]]
kind = "school"
label = "School"
file = "{file}"
name = "name"
location = {{ x = "x", y = "y", crs = "EPSG:26916" }}
{valid}
"""


def city_with(folder: Path, *, closed: str) -> CityFile:
    more = SCHOOL.format(file="schools.csv", valid="") + SCHOOL.format(file="closed.csv", valid=closed)
    return write_city_file(folder, more=more)


def schools(database: TestDatabase) -> list[tuple[Any, ...]]:
    return ask(
        database.owner, "select name, lower(valid)::text, upper(valid)::text, place_id from core.place order by 1, 2"
    )


def test_places_of_one_kind_are_put_together_each_with_its_days(empty: TestDatabase, tmp_path: Path) -> None:
    (tmp_path / "schools.csv").write_text(f"name,x,y\nNorth,{EAST},{NORTH}\nSouth,{EAST},{NORTH + 9}\n")
    (tmp_path / "closed.csv").write_text(f"name,x,y\nNorth,{EAST},{NORTH}\nOld,{EAST + 5},{NORTH}\n")
    city = city_with(tmp_path, closed="valid = { from = 2010-08-01, to = 2016-07-01 }")
    load(empty.owner, city, tmp_path, only=["places"], today=TODAY)
    loaded = schools(empty)
    # North was closed under the same name and on the same spot, and stands again: two vintages of it.
    assert [row[:3] for row in loaded] == [
        ("North", "2010-08-01", "2016-07-01"),
        ("North", None, None),
        ("Old", "2010-08-01", "2016-07-01"),
        ("South", None, None),
    ]
    load(empty.owner, city, tmp_path, only=["places"], today=TODAY)
    assert schools(empty) == loaded
    redated = city_with(tmp_path, closed="valid = { to = 2016-07-01 }")
    load(empty.owner, redated, tmp_path, only=["places"], today=TODAY)
    numbers = {row[:3]: row[3] for row in loaded}
    assert [row[:3] for row in schools(empty) if row[0] == "Old"] == [("Old", None, "2016-07-01")]
    assert all(numbers.get(row[:3], row[3]) == row[3] for row in schools(empty)), "what stayed keeps its number"
