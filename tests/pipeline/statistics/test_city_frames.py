"""A city as frames: what analysts read is what is stored, in the city's CRS."""

from datetime import date

import pytest

import hotspots
from hotspots.errors import InputError, NotFoundError
from hotspots.pipeline.statistics.city_frames import CityFrames
from tests.core_city_builder import SRID, X0, Y0
from tests.database import TestDatabase
from tests.pipeline.listed_city import build_listed_city


@pytest.fixture(scope="module")
def city(database: TestDatabase) -> TestDatabase:
    build_listed_city(database)
    with database.owner.connect() as connection:
        connection.execute(
            "insert into core.place (kind, kind_label, name, geom) values ('school', 'School', 'First School', st_setsrid(st_makepoint(%s, %s), %s))",
            [X0, Y0, SRID],
        )
    return database


def test_frames_hold_points_areas_places_and_forecasts_in_the_citys_crs(
    city: TestDatabase, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HOTSPOTS_STAFF_DATABASE_URL", city.staff.dsn)
    here = hotspots.connect()
    burglaries = here.incidents("burglary", first_day=date(2024, 12, 2), last_day=date(2024, 12, 31))
    assert burglaries.crs is not None and burglaries.crs.to_epsg() == SRID
    assert (len(burglaries), set(burglaries["crime_type"])) == (
        43,
        {"burglary"},
    )  # 30 + 10, a second victim, one elsewhere, an open window
    assert burglaries.attrs["question"]["Period"] == "2024-12-02 to 2024-12-31"
    assert sorted(here.areas("beat")["code"]) == ["1", "2", "3", "4"]
    assert here.places("school")["name"].tolist() == ["First School"]
    cells = here.forecast("burglary", model="long_run_count")
    assert len(cells) == 64 and cells.loc[cells["expected"].idxmax()].geometry.centroid.coords[0] == (X0 + 75, Y0 + 75)
    assert cells.attrs["forecast"]["from"] == "2025-01-01"


def test_what_is_not_there_is_named(city: TestDatabase) -> None:
    here = CityFrames(city.staff)
    with pytest.raises(InputError, match="'ward' is not one of: beat, district"):
        here.areas("ward")
    with pytest.raises(InputError, match="'bar' is not one of: school"):
        here.places("bar")
    with pytest.raises(NotFoundError, match="hotspots forecast makes one"):
        here.forecast("robbery")
