"""Places by kind, with the days on which they stand."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest

from hotspots.errors import CityFileError
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


OTHER_NAMES = """
[[place]]
kind = "hospital"
label = "Hospital"
file = "landmarks.csv"
where = { kind = "hospital" }
name = "name"
aliases = ["other", "short"]
postcode = "zip"
location = { x = "x", y = "y", crs = "EPSG:26916" }

[[place]]
kind = "landmark"
label = "Landmark"
listed = [{ name = "Tower", at = [-87.63, 41.88], aliases = ["Old Tower"], postcode = "60601" }]

[[backdrop]]
kind = "water"
listed = [{ name = "Lake", shape = "POLYGON ((-87.6 41.8, -87.5 41.8, -87.5 41.9, -87.6 41.8))" }]
"""


def test_places_have_other_names_and_postcodes_from_a_file_or_a_list(empty: TestDatabase, tmp_path: Path) -> None:
    rows = ["name,kind,other,short,zip,x,y", f"Saint Mary,hospital,County; Old County,SM,60614,{EAST},{NORTH}"]
    rows += [f"Plain,hospital,,,,{EAST + 5},{NORTH}", f"Bridge,landmark,,,,{EAST},{NORTH}"]
    (tmp_path / "landmarks.csv").write_text("\n".join(rows) + "\n")
    load(empty.owner, write_city_file(tmp_path, more=OTHER_NAMES), tmp_path, only=["places"], today=TODAY)
    question = "select kind, name, aliases, postcode from core.place order by 1, 2"
    assert ask(empty.owner, question) == [
        ("hospital", "Plain", [], None),
        ("hospital", "Saint Mary", ["County", "Old County", "SM"], "60614"),
        ("landmark", "Tower", ["Old Tower"], "60601"),
    ]
    around = "select kind, name, round(st_area(geom) / 1e6)::int from core.backdrop"
    assert ask(empty.owner, around) == [("water", "Lake", 46)]  # half of 8.3 km by 11.1 km
    # A new name moves nothing else: the place keeps its number, which is in people's links.
    numbers = ask(empty.owner, "select place_id from core.place order by 1")
    (tmp_path / "landmarks.csv").write_text(
        "\n".join(rows).replace("Old County", "New County").replace("60614", "60610")
    )
    without = OTHER_NAMES.split("[[backdrop]]")[0]
    load(empty.owner, write_city_file(tmp_path, more=without), tmp_path, only=["places"], today=TODAY)
    assert ask(empty.owner, question)[1] == ("hospital", "Saint Mary", ["County", "New County", "SM"], "60610")
    assert ask(empty.owner, "select place_id from core.place order by 1") == numbers
    assert ask(empty.owner, around) == []


@pytest.mark.parametrize(
    ("entry", "said"),
    [
        ('file = "a.csv"', "name is missing"),
        ('name = "name"', "give either file or listed"),
        ('file = "a.csv"\nname = "n"\nlisted = [{ name = "x", at = [-87.6, 41.8] }]', "give either file or listed"),
        ('listed = [{ name = "x" }]', "needs either at"),
        ('listed = [{ name = "x", at = [41.8, -187.6] }]', "no point of the earth"),
    ],
)
def test_a_list_that_says_too_little_or_too_much_is_refused(tmp_path: Path, entry: str, said: str) -> None:
    with pytest.raises(CityFileError, match=re.escape(said)):
        write_city_file(tmp_path, more=f'[[place]]\nkind = "landmark"\nlabel = "Landmark"\n{entry}\n')


@pytest.mark.parametrize(
    ("listed", "said"),
    [
        ("at = [41.88, -87.63]", "'x' lies far from the region"),
        ('shape = "POLYGON 41 87"', "the shape of 'x' is no well-known text"),
    ],
)
def test_what_stands_nowhere_near_the_city_is_refused_by_name(
    empty: TestDatabase, tmp_path: Path, listed: str, said: str
) -> None:
    entry = f'[[place]]\nkind = "landmark"\nlabel = "Landmark"\nlisted = [{{ name = "x", {listed} }}]\n'
    city = write_city_file(tmp_path, more=entry)
    with pytest.raises(CityFileError, match=said):
        load(empty.owner, city, tmp_path, only=["places"], today=TODAY)
