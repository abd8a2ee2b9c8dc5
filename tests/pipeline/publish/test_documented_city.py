"""The first city file of docs/city_file.md, word for word: loaded, published and asked by every door."""

from __future__ import annotations

import gzip
import json
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from psycopg_pool import ConnectionPool

from hotspots.domain.incident_filter import IncidentFilter
from hotspots.domain.period import Period
from hotspots.errors import FilterError, NotFoundError
from hotspots.pipeline.comparison import funnel
from hotspots.pipeline.follow.feed import draw_feed
from hotspots.pipeline.follow.place_sheet import sheet_words
from hotspots.pipeline.load.city import load
from hotspots.pipeline.publish.publish import publish
from hotspots.settings import Settings
from hotspots.sources.city_file_reading import read_city_file
from hotspots.store.public.reader import OpenReader
from hotspots.words.language import LANGUAGES
from tests.database import TestDatabase, cloned_database

DOCUMENT = Path(__file__).parents[3] / "docs" / "city_file.md"
TODAY = date(2026, 7, 15)
FIRST, LAST = date(2026, 1, 1), date(2026, 6, 29)
BEATS = ("0111", "0112", "0121", "0122")
ENGLISH = LANGUAGES["en"]


def example() -> str:
    found = re.search(r"```toml\n(\[city\].*?)```", DOCUMENT.read_text(encoding="utf-8"), flags=re.DOTALL)
    assert found is not None
    return found[1]


def write_town(folder: Path, text: str) -> dict[str, int]:
    """The example's files; returns the incidents of each beat. Beats are squares of a hundredth of a degree in a row."""
    (folder / "city.toml").write_text(text)
    features = []
    for number, beat in enumerate(BEATS):
        west = -87.65 + number * 0.01
        ring = [[west, 41.85], [west + 0.01, 41.85], [west + 0.01, 41.86], [west, 41.86], [west, 41.85]]
        geometry = {"type": "Polygon", "coordinates": [ring]}
        features.append({"type": "Feature", "properties": {"BEAT": beat, "town": "1"}, "geometry": geometry})
    (folder / "beats.geojson").write_text(json.dumps({"type": "FeatureCollection", "features": features}))
    rows, of_beat = [], Counter[str]()
    for number in range(180):
        day = FIRST + timedelta(days=number)
        beat = number * number % 4  # 0 or 1
        of_beat[BEATS[beat]] += 1
        lon = -87.645 + beat * 0.01
        rows.append(f"{number},{day:%m/%d/%Y},{13 + number % 9}:30,{lon:.3f},41.855,BURGLARY OF A DWELLING")
    text = "case,date,time,lon,lat,offense\n" + "\n".join(rows) + "\n"
    (folder / "incidents_1.csv.gz").write_bytes(gzip.compress(text.encode()))
    return dict(of_beat)


@pytest.fixture(scope="module")
def town(cluster: Settings, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[OpenReader, dict[str, int]]]:
    folder = tmp_path_factory.mktemp("documented")
    of_beat = write_town(folder, example())
    with cloned_database(cluster, "test_documented_city") as database:
        load(database.owner, read_city_file(folder / "city.toml"), folder, today=TODAY)
        publish(database.owner, today=TODAY)
        with ConnectionPool(database.public.dsn, min_size=1, max_size=2) as pool:
            yield OpenReader(pool), of_beat  # pyright: ignore[reportArgumentType]


def whole() -> IncidentFilter:
    return IncidentFilter(Period.from_days(FIRST, LAST))


def test_kinds_of_area_are_published_with_every_incident(town: tuple[OpenReader, dict[str, int]]) -> None:
    reader, of_beat = town
    rows = {row.area.code: row.incidents for row in reader.by_area(whole(), "beat") if row.area}
    assert rows == dict.fromkeys(BEATS, 0) | of_beat
    assert sum(rows.values()) == reader.count(whole()).total == 180
    busy = next(area for area in reader.choices().areas.values() if area.code == BEATS[0])
    assert reader.count(replace(whole(), areas=(busy.area_id,))).total == of_beat[BEATS[0]]
    assert {area.area.code: area.incidents for area in funnel(reader, whole(), "beat").areas} == rows


def test_a_kind_that_the_city_has_not_is_refused_by_name(town: tuple[OpenReader, dict[str, int]]) -> None:
    with pytest.raises(NotFoundError, match="'ward' is not one of the kinds beat"):
        town[0].by_area(whole(), "ward")


PERIODS = [
    (Period.from_days(FIRST, LAST), 180, (FIRST, LAST, 180, 180)),
    (Period.from_days(date(2025, 12, 1), date(2026, 1, 10)), 10, (FIRST, date(2026, 1, 10), 10, 41)),
    (Period.from_days(date(2026, 6, 20), date(2026, 7, 10)), 10, (date(2026, 6, 20), LAST, 10, 21)),
    (Period.from_days(date(2025, 1, 1), date(2025, 1, 31)), 0, (None, None, 0, 31)),
    (Period.from_days(date(2026, 7, 1), date(2026, 7, 5)), 0, (None, None, 0, 5)),
]


@pytest.mark.parametrize(("period", "incidents", "covered"), PERIODS)
def test_days_outside_the_data_are_no_days_without_incidents(
    town: tuple[OpenReader, dict[str, int]], period: Period, incidents: int, covered: tuple[Any, ...]
) -> None:
    reader, _ = town
    counts = reader.count(IncidentFilter(period))
    assert counts.coverage is not None
    found = counts.coverage
    assert (counts.total, found.first_day, found.last_day, found.days, found.of_days) == (incidents, *covered)
    assert counts.is_known == (found.days > 0)
    days = reader.by_day(IncidentFilter(period))
    assert len(days) == found.days
    assert sum(day.incidents for day in days) == incidents  # pyright: ignore[reportArgumentType, reportCallIssue]
    rate = reader.honest.rate(IncidentFilter(period))
    assert (rate.incidents, rate.days) == (incidents, found.days)
    assert (rate.per_km2 is None) == (found.days == 0)


def said_of(reader: OpenReader, period: Period) -> list[str]:
    """The words of sheet and feed for a period's numbers."""
    question = IncidentFilter(period)
    sheet = sheet_words(reader, question, permalink="https://map.example/", language=ENGLISH)
    feed = draw_feed(
        reader, question, asked={}, self_url="https://map.example/f", page_url="https://map.example/", language=ENGLISH
    )
    return [f"{sheet['total']} {sheet['sentence']}", feed.decode()]


def test_every_door_says_which_days_are_covered(town: tuple[OpenReader, dict[str, int]]) -> None:
    for said in said_of(town[0], PERIODS[1][0]):
        assert "There are data for 10 of these 41 days, from 1 January 2026 to 10 January 2026" in said
    sheet, feed = said_of(town[0], PERIODS[3][0])
    assert sheet.startswith("– There are no data for these days")
    assert "There are no data for these days" in feed
    assert "newest of 0" not in feed
    for said in said_of(town[0], PERIODS[0][0]):
        assert "There are" not in said


def test_a_kind_that_only_counts_protected_reports_is_not_offered_and_refused(
    empty: TestDatabase, tmp_path: Path
) -> None:
    two_kinds = example().replace('sensitive_kind = "beat"', 'sensitive_kind = "town"\nlabel_kinds = ["beat"]') + (
        '\n[[area]]\nkind = "town"\nlabel = "Town"\nfile = "beats.geojson"\ncode = "town"\n'
    )
    write_town(tmp_path, two_kinds)
    load(empty.owner, read_city_file(tmp_path / "city.toml"), tmp_path, today=TODAY)
    publish(empty.owner, today=TODAY)
    with ConnectionPool(empty.public.dsn, min_size=1, max_size=2) as pool:
        reader = OpenReader(pool)  # pyright: ignore[reportArgumentType]
        choices = reader.choices()
        assert [kind.kind for kind in choices.area_kinds] == ["beat"]
        with pytest.raises(NotFoundError, match="'town' is not one of the kinds beat"):
            reader.by_area(whole(), "town")
        (town,) = (area.area_id for area in choices.areas.values() if area.kind == "town")
        with pytest.raises(FilterError, match="no incident is published by town"):
            reader.parse({"areas": str(town)})
        assert [match.name for match in reader.suggest("town 1") if match.kind == "area"] == []


def test_a_type_says_how_many_of_its_reports_are_hidden(empty: TestDatabase, tmp_path: Path) -> None:
    flagged = example().replace(
        'source_type = "offense"', 'source_type = "offense"\nsensitive = { time = { pattern = "^1[34]" } }'
    )
    write_town(tmp_path, flagged)
    load(empty.owner, read_city_file(tmp_path / "city.toml"), tmp_path, today=TODAY)
    publish(empty.owner, today=TODAY)
    with ConnectionPool(empty.public.dsn, min_size=1, max_size=2) as pool:
        reader = OpenReader(pool)  # pyright: ignore[reportArgumentType]
        hidden = {one.name: one.hidden for one in reader.choices().crime_types if one.hidden is not None}
        # Days 0, 1 of every nine are at 13 or 14 o'clock: 34 of the 151 days of January to May, rounded up to tens.
        assert hidden == {"burglary": 40}
        assert [row.hidden for row in reader.by_type(whole()) if row.name == "burglary"] == [40]
        for said in said_of(reader, whole().period)[1:]:
            assert "Burglary about 40" in said
