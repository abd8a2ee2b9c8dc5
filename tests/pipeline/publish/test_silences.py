"""One area that falls silent while the city goes on is named, with what would be usual; a small one's empty weeks are not."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import date, timedelta

import pytest
from typer.testing import CliRunner

from hotspots.cli.main import app
from hotspots.domain.period import Period
from hotspots.pipeline.load.city import load
from hotspots.pipeline.publish.publish import publish
from hotspots.pipeline.publish.silences import silences_of
from hotspots.settings import Settings
from tests.database import TestDatabase, cloned_database
from tests.pipeline.load.test_agency_files import HEADER, city_file

SPAN = Period.from_days(date(2023, 1, 1), date(2024, 8, 31))
SILENT = Period.from_days(date(2024, 4, 1), date(2024, 4, 28))


def every(step: int, *, but: Period | None = None) -> list[tuple[date, int]]:
    return [(day, 2) for n, day in enumerate(SPAN.days()) if n % step == 0 and not (but and but.is_around(day))]


@pytest.mark.parametrize(
    ("step", "but", "found"),
    [
        (1, SILENT, [SILENT]),  # two a day: 56 are missing
        (1, None, []),
        (30, SILENT, []),  # two a month: four weeks without any are usual
    ],
)
def test_a_silence_is_what_the_areas_own_rate_makes_impossible(
    step: int, but: Period | None, found: list[Period]
) -> None:
    silences = silences_of("beat", "7", every(step, but=but), span=SPAN, known=[], among=400)
    assert [one.period for one in silences] == found


def test_days_of_which_nothing_is_known_of_the_whole_city_are_no_silence_of_an_area() -> None:
    assert silences_of("beat", "7", every(1, but=SILENT), span=SPAN, known=[SILENT], among=400) == []


@pytest.fixture(scope="module")
def database(cluster: Settings, tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestDatabase]:
    """Two thefts a day in the north and one in the south, which says nothing for 28 days."""
    folder = tmp_path_factory.mktemp("silences")
    lines, n = [], 0
    for day in SPAN.days():
        for lon in (-87.65, -87.65, *([] if SILENT.is_around(day) else [-87.55])):
            lines.append(f"{n},{day} {8 + n % 12:02}:30,THEFT,{lon},41.85\n")
            n += 1
    (folder / "sent.csv").write_text(f"{HEADER}\n{''.join(lines)}")
    with cloned_database(cluster, "test_silences") as cloned:
        today = SPAN.last_day + timedelta(days=20)
        load(cloned.owner, city_file(folder, {}), folder, anyway=True, today=today)
        assert publish(cloned.owner, today=today).gaps == ()
        yield cloned


def test_status_names_the_area_and_no_other(database: TestDatabase) -> None:
    settings = database.settings
    where = {"HOTSPOTS_HOME": str(settings.home), "HOTSPOTS_DATABASE_URL": database.owner.dsn}
    answer = CliRunner().invoke(app, ["status", "--silences", "--json"], env=where)
    assert answer.exit_code == 0, answer.output
    (found,) = json.loads(answer.stdout)["silences"]
    assert (found["kind"], found["found"], round(found["expected"])) == ("ward", 0, 28)
    assert "0 incidents from 2024-04-01 to 2024-04-28, where about 28 would be usual" in found["words"]
    plain = CliRunner().invoke(app, ["status", "--silences"], env=where)
    assert "look at this: ward South" in plain.stdout
