"""``hotspots places import``: real files of shapes become places, or one line says why not."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import geopandas
import pytest
import shapely
from typer.testing import CliRunner, Result

from hotspots.cli.main import app
from tests.core_city_builder import SRID, X0, Y0, build_city
from tests.database import TestDatabase


@pytest.fixture(scope="module", autouse=True)
def city(database: TestDatabase) -> None:
    with database.owner.connect() as connection:
        build_city(connection)
        for name, role in (("jo", "analyst"), ("eye", "auditor")):
            connection.execute("insert into door.account (process, name, role) values ('staff', %s, %s)", [name, role])


@pytest.fixture
def run(database: TestDatabase, monkeypatch: pytest.MonkeyPatch):  # type: ignore[no-untyped-def]
    monkeypatch.setenv("HOTSPOTS_HOME", str(database.settings.home))
    monkeypatch.setenv("HOTSPOTS_DATABASE_URL", str(database.owner.dsn))

    def command(*words: str) -> Result:
        return CliRunner().invoke(app, ["places", "import", *words])

    return command


def write(path: Path, names: Sequence[str | None], shapes: Sequence[Any]) -> str:
    geopandas.GeoDataFrame({"title": names}, geometry=list(shapes), crs=SRID).to_crs(4326).to_file(path)
    return str(path)


LOT = shapely.box(X0, Y0, X0 + 200, Y0 + 100)
CORNER = shapely.Point(X0 + 500, Y0 + 500)


@pytest.mark.parametrize("ending", ["gpkg", "geojson", "shp"])
def test_a_file_becomes_places_once(run, database: TestDatabase, tmp_path: Path, ending: str) -> None:  # type: ignore[no-untyped-def]
    file = write(tmp_path / f"watch.{ending}", [f"Lot {ending}"], [LOT])
    points = write(tmp_path / f"corner.{ending}", [f"Corner {ending}"], [CORNER])
    for name in (file, points):
        first = run(name, "--name", "title", "--as", "jo")
        assert first.exit_code == 0 and first.stdout.startswith("P-"), first.output
        assert run(name, "--name", "title", "--as", "jo").stdout == ""
    with database.owner.connect() as connection:
        rows = connection.execute(
            "select name, source, owner, round(st_area(geom)) from desk.place where name like %s order by name",
            [f"% {ending}"],
        ).fetchall()
        versions = connection.execute(
            "select count(*) from desk.place_version v join desk.place p using (place_id) where p.name like %s",
            [f"% {ending}"],
        ).fetchone()
    assert [row[:3] for row in rows] == [(f"Corner {ending}", "imported", "jo"), (f"Lot {ending}", "imported", "jo")]
    assert rows[1][3] == pytest.approx(200 * 100, rel=0.001) and rows[0][3] == pytest.approx(
        3.13e4, rel=0.01
    )  # a circle of 100 m
    assert versions == (2,)


@pytest.mark.parametrize(
    ("names", "shapes", "words"),
    [
        (["ok", None], [LOT, LOT], "row 2: title is empty"),
        (["ok"], [None], "row 1 has no shape"),
        (["ok"], [shapely.box(X0, Y0, X0 + 9000, Y0 + 9000)], "at most 25"),
        (["lot of Mr Miller"], [LOT], "name of a person"),
        (["x" * 81], [LOT], "80"),
    ],
)
def test_bad_rows_save_nothing(run, database: TestDatabase, tmp_path: Path, names, shapes, words: str) -> None:  # type: ignore[no-untyped-def]
    file = write(tmp_path / "bad.gpkg", names, shapes)
    answer = run(file, "--name", "title", "--as", "jo")
    assert answer.exit_code == 2 and words in answer.output and "Traceback" not in answer.output
    with database.owner.connect() as connection:
        assert connection.execute("select 1 from desk.place where name = 'ok'").fetchone() is None


def test_other_columns_files_and_roles_are_one_line(run, tmp_path: Path) -> None:  # type: ignore[no-untyped-def]
    file = write(tmp_path / "watch.gpkg", ["Lot"], [LOT])
    assert "it has title" in run(file, "--name", "titel", "--as", "jo").output
    assert run(file, "--name", "title", "--as", "eye").exit_code == 2
    assert run(file, "--name", "title", "--as", "nobody").exit_code == 2
    text = tmp_path / "watch.txt"
    text.write_text("no shapes")
    assert run(str(text), "--as", "jo").exit_code == 2
