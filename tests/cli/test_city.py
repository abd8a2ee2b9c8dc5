"""`hotspots city`: from an agency's files to the map by a drafted city file, a check that writes nothing, and a new start."""

from __future__ import annotations

import csv
import json
import re
import shlex
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from hotspots.cli.main import app
from hotspots.settings import Settings
from tests import agency_files
from tests.database import TestDatabase, cloned_database

GUIDE = Path(__file__).parents[2] / "docs" / "your_city.md"


@pytest.fixture
def empty(cluster: Settings, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[TestDatabase]:
    with cloned_database(cluster, "test_cli_city") as database:
        monkeypatch.setenv("HOTSPOTS_DATABASE_URL", database.owner.dsn)
        monkeypatch.setenv("HOTSPOTS_HOME", str(tmp_path / "home"))
        yield database


def run(*arguments: str) -> Result:
    result = CliRunner().invoke(app, list(arguments))
    assert result.exit_code == 0, result.output
    return result


def rows_of(database: TestDatabase, question: str) -> list[tuple[Any, ...]]:
    with database.public.connect() as connection:
        return connection.execute(question).fetchall()


# Files, lines to edit, then incidents on the map by crime type. Types come in turn, so each number is a division.
AGENCIES: dict[str, tuple[Callable[[Path], None], list[tuple[str, str]], dict[str, int], str]] = {
    # 160 rows, 8 words: 20 each. Sexual offences and the unknown word are no rows; of the last day the last row, a vehicle theft, stands before noon.
    "socrata": (agency_files.socrata_city, [], {"theft": 20, "assault": 20, "burglary": 20, "criminal damage": 20, "drugs": 20, "vehicle theft": 19}, "beat"),
    # 120 rows, 6 words: 20 each. The last record, a robbery, stands before noon: its day counts as cut short.
    "arcgis": (agency_files.arcgis_city, [], {"burglary": 20, "vehicle theft": 20, "theft": 20, "assault": 20, "criminal damage": 20, "robbery": 19}, "district"),
    # 6 months of 30 rows, 6 words: 5 each, 30 in all. Violence with sexual offences is hidden.
    "police.uk": (agency_files.police_uk_city, [], {"anti social behaviour": 30, "burglary": 30, "vehicle crime": 30, "shoplifting": 30, "theft": 30}, "city"),
    # 140 incidents with 210 rows; the first row counts, so incident n has code n of 8. 140 = 17 * 8 + 4.
    "nibrs": (
        agency_files.nibrs_city,
        [("America/Matamoros", "America/Chicago")],
        {"burglary": 18, "vehicle theft": 18, "assault": 18, "vehicle crime": 18, "criminal damage": 17, "drugs": 17, "robbery": 17},
        "sector",
    ),
    # 120 rows, 6 words: 20 each. Sexual offences are hidden.
    "european": (agency_files.european_city, [], {"theft": 20, "burglary": 20, "assault": 20, "criminal damage": 20, "vehicle theft": 20}, "distrito"),
}  # fmt: skip


@pytest.mark.parametrize("agency", AGENCIES)
def test_five_agencies_go_from_file_to_map_by_a_draft_with_at_most_five_edited_lines(
    empty: TestDatabase, tmp_path: Path, agency: str
) -> None:
    write, edits, published, kind = AGENCIES[agency]
    assert len(edits) <= 5
    data = tmp_path / "data"
    data.mkdir()
    write(data)
    city = tmp_path / "city.toml"
    run("city", "init", *(str(path) for path in sorted(data.iterdir())), "--name", "Littleton", "--out", str(city))
    for old, new in edits:
        text = city.read_text()
        assert text.count(old) == 1
        city.write_text(text.replace(old, new))
    checked = json.loads(run("city", "check", str(city), "--data", str(data), "--json").stdout)
    assert checked["records"] > 100
    assert checked["incidents"] == checked["placed"] == checked["inside"]
    assert [one for one in checked["suspicions"] if one["refuses"]] == []
    with empty.owner.connect() as connection:
        assert connection.execute("select count(*) from raw.delivery").fetchone() == (0,)
    load = json.loads(run("load", str(city), "--data", str(data), "--json").stdout)["incidents"]
    assert load["new"] == checked["incidents"]
    run("publish")
    counts = rows_of(
        empty, "select t.name, count(*) from open.incident join open.crime_type t using (crime_type_id) group by 1"
    )
    on_the_map = dict(counts)
    if agency == "police.uk":  # months: whether the newest one is whole is the publication's rule
        assert set(on_the_map) == set(published)
        assert len({*on_the_map.values()}) == 1
    else:
        assert on_the_map == published
    assert rows_of(empty, "select kind, count(*) from open.area group by 1") == [(kind, 1 if kind == "city" else 4)]


def test_columns_about_people_are_neither_drafted_nor_kept(empty: TestDatabase, tmp_path: Path) -> None:
    del empty
    agency_files.nibrs_city(tmp_path)
    city = tmp_path / "city.toml"
    run("city", "init", str(tmp_path / "nibrs_2025.csv"), str(tmp_path / "sectors.geojson"), "--out", str(city))
    assert "victim" not in city.read_text()
    told = run("city", "check", str(city), "--data", str(tmp_path)).stdout
    assert "not kept: victim_race, victim_age" in told
    assert "as read  2025-01-01 " in told and "; burglary; sector Sector " in told


def test_a_draft_never_overwrites_a_city_file_and_says_what_no_file_has(empty: TestDatabase, tmp_path: Path) -> None:
    del empty
    (tmp_path / "city.toml").write_text("mine")
    (tmp_path / "list.csv").write_text("name,colour\nA,red\nB,blue\n")
    for arguments, words in (
        (["--out", str(tmp_path / "city.toml")], "exists already"),
        (["--out", str(tmp_path / "new.toml")], "None of the files has a column of times"),
    ):
        result = CliRunner().invoke(app, ["city", "init", str(tmp_path / "list.csv"), *arguments])
        assert (result.exit_code, words in result.stderr) == (2, True), result.output
    assert (tmp_path / "city.toml").read_text() == "mine"


def test_a_check_names_what_looks_wrong_with_its_figures(empty: TestDatabase, tmp_path: Path) -> None:
    del empty
    agency_files.socrata_city(tmp_path)
    city = tmp_path / "city.toml"
    run("city", "init", *(str(path) for path in sorted(tmp_path.iterdir()) if path.is_file()), "--out", str(city))
    text = city.read_text()
    swapped = text.replace('x = "longitude", y = "latitude"', 'x = "latitude", y = "longitude"')
    unnamed = re.sub(r'\[\[crime_type\]\]\nname = "sexual offence"(\n.+)+\n', "", text)
    for changed, code, words in (
        (swapped, 2, "are the axes swapped? exchange x and y"),
        (unnamed, 0, "'CRIM SEXUAL ASSAULT' (20 records) sounds sensitive"),
        (text.replace('"beat_num"', '"beat_num"\nwhere = { beat_num = ["0111", "0112"] }'), 0, "'0113'"),
    ):
        assert changed != text
        city.write_text(changed)
        result = CliRunner().invoke(app, ["city", "check", str(city), "--data", str(tmp_path)])
        assert (result.exit_code, words in result.output) == (code, True), result.output


def test_a_reset_removes_what_was_loaded_and_keeps_the_audit(empty: TestDatabase, tmp_path: Path) -> None:
    assert "nothing to remove" in run("city", "reset").stdout
    agency_files.european_city(tmp_path)
    city = tmp_path / "city.toml"
    run("city", "init", str(tmp_path / "delitos_2025.csv"), str(tmp_path / "distritos.geojson"), "--out", str(city))
    run("load", str(city), "--data", str(tmp_path))
    run("publish")
    vintages = rows_of(empty, "select max(vintage_id) from open.vintage")
    asked = CliRunner().invoke(app, ["city", "reset"], input="n\n")
    assert asked.exit_code == 1 and "with 120 incidents" in asked.output
    assert rows_of(empty, "select count(*) > 0 from open.incident") == [(True,)]
    run("city", "reset", "--yes")
    assert (
        rows_of(empty, "select count(*) from open.incident")
        == rows_of(empty, "select count(*) from open.city")
        == [(0,)]
    )
    with empty.owner.connect() as connection:
        detail = connection.execute("select detail from audit.event where verb = 'reset'").fetchall()
    assert [(row[0]["incidents"]) for row in detail] == [120]
    # Another city may follow, and no number of a publication comes back.
    city.write_text(city.read_text().replace('name = "', 'name = "New ', 1))
    run("load", str(city), "--data", str(tmp_path))
    run("publish")
    assert rows_of(empty, "select min(vintage_id) from open.vintage") > vintages


def test_the_guide_takes_a_newcomer_to_the_map(
    empty: TestDatabase, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    data = tmp_path / "deliveries"
    data.mkdir()
    agency_files.socrata_city(data)
    with (data / "intersections.csv").open("w", newline="") as file:
        csv.writer(file).writerows(
            [["street_1", "street_2", "longitude", "latitude"], ["Main St", "Oak Ave", -87.69, 41.81]]
        )
    blocks = re.findall(r"```(sh|toml)\n(.*?)```", GUIDE.read_text(), flags=re.DOTALL)
    assert [language for language, _ in blocks] == ["sh", "toml", "sh", "sh"]
    told = ""
    for language, content in blocks:
        if language == "toml":
            with (tmp_path / "littleton.toml").open("a") as city:
                city.write(content)
            continue
        for line in content.strip().splitlines():
            program, *arguments = shlex.split(line)
            assert program == "hotspots"
            told += run(*arguments).output
    assert "Nothing looks wrong." in told
    assert rows_of(empty, "select sum(residents) from open.area") == [(4006,)]
    assert rows_of(empty, "select count(*) from open.gazetteer where kind = 'intersection'") == [(1,)]
    assert rows_of(empty, "select count(*) from open.incident") == [(119,)]  # the last day counts as cut short
