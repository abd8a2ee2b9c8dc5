"""The invented city through load, publish and forecast: every number against the files read by other means."""

import csv
import re
import shlex
from collections import Counter
from datetime import date
from pathlib import Path

import pytest
from typer.testing import CliRunner

from hotspots.cli.main import app
from hotspots.errors import InputError
from hotspots.pipeline import demo

TODAY = date(2026, 3, 1)
SENSITIVE = {"SEXUAL ASSAULT", "OFFENCE AGAINST A CHILD", "STALKING", "PROSTITUTION"}


def _ignore(*_) -> None:
    return None


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    folder = tmp_path_factory.mktemp("demo") / "city"
    demo.write_files(folder, say=_ignore)
    return folder


@pytest.fixture(scope="module")
def published(database, folder):
    said: list[str] = []
    demo.load_files(database.owner, folder, today=TODAY, anew=True, say=said.append, tell=_ignore)
    demo.publish_city(database.owner, today=TODAY, say=said.append, tell=_ignore)
    return said


@pytest.fixture(scope="module")
def current(folder):
    """What stands after all deliveries, by report number: each file read row by row, the newest row wins, UNFOUNDED takes away.

    One row of all has no number; it stands as well, under none.
    """
    standing: dict[str, dict[str, str]] = {}
    for path in sorted(folder.glob("incidents_*.csv")):
        with path.open(newline="") as file:
            header, *rows = csv.reader(file)
        for row in rows:
            record = dict(zip(header, row, strict=False))
            if record["report_no"][3:4] == "9":  # the blunders
                continue
            if record["status"] == "UNFOUNDED":
                del standing[record["report_no"]]
            else:
                standing[record["report_no"]] = record
    return standing


def _rows(database, query: str) -> list[tuple]:
    with database.owner.connect() as connection:
        return connection.execute(query).fetchall()


@pytest.mark.usefixtures("published")
def test_the_ledger_holds_what_the_files_say_by_offence(database, current):
    found = _rows(
        database,
        """select split_part(words, ' | ', 2), count(*) from core.incident_version join core.source_type using (source_type_id)
        where known_to is null group by 1""",
    )
    assert dict(found) == Counter(record["offence"] for record in current.values())


@pytest.mark.usefixtures("published")
def test_each_delivery_was_known_on_the_day_of_its_name(database):
    found = _rows(database, "select file, known_on from raw.delivery where dataset = 'incidents' order by known_on")
    assert len(found) == 24
    assert all(file == f"incidents_{known_on}.csv" for file, known_on in found)


@pytest.mark.usefixtures("published")
def test_the_blunders_are_rejected_with_reasons_and_nothing_else_is(database):
    found = _rows(database, "select reason, count(*) from raw.reject group by 1")
    assert sum(count for _, count in found) == 7
    assert len(found) >= 5


@pytest.mark.usefixtures("published")
def test_what_nothing_names_is_other_and_listed(database):
    found = _rows(database, "select words from core.source_type where not named order by 1")
    assert found == [("9010 | FOUND PROPERTY",), ("9020 | INCIDENT REPORT, SEE NARRATIVE",)]


@pytest.mark.usefixtures("published")
def test_the_public_sees_each_incident_that_is_not_sensitive_once(database, current):
    shown = [record for record in current.values() if record["domestic"] == "N" and record["offence"] not in SENSITIVE]
    assert _rows(database, "select count(*) from open.incident") == [(len(shown),)]
    assert _rows(database, "select invented, name from open.city") == [(True, "Exampleton")]
    days = Counter(record["occurred_from"][:10] for record in shown)
    assert {
        str(day): count for day, count in _rows(database, "select day, count(*) from open.incident group by 1")
    } == days


@pytest.mark.usefixtures("published")
def test_no_public_point_with_its_labels_stands_for_fewer_than_eight_addresses(database):
    # Behind a point stand the addresses of its group; of these, somebody who reads its labels can rule out those that lie elsewhere.
    points = _rows(
        database,
        """with behind as materialized (
            select a.anchor_id, g.gazetteer_id, g.geom from open.anchor a
            join core.anchor c using (anchor_id) join core.address_site s using (site_id) join core.gazetteer g using (gazetteer_id)
            where a.status = 'located'
        ), ruled_out as materialized (
            select distinct b.anchor_id, b.gazetteer_id from behind b
            join open.anchor_area l using (anchor_id) join open.area ar using (area_id) where not st_intersects(ar.geom, b.geom)
        )
        select a.anchor_id, a.addresses, count(b.gazetteer_id) filter (where r.gazetteer_id is null) from open.anchor a
        left join behind b using (anchor_id) left join ruled_out r using (anchor_id, gazetteer_id)
        where a.status = 'located' group by 1, 2""",
    )
    assert len(points) > 1000
    assert min(left for _, _, left in points) >= 8
    assert all(said <= left for _, said, left in points)


@pytest.mark.usefixtures("published")
def test_an_incident_at_a_listed_address_in_its_recorded_beat_is_shown_at_the_point_of_its_address(database):
    # Where the record names another beat than the one round the door, the incident moves to a point of the recorded one.
    elsewhere, at_home = _rows(
        database,
        """select count(*) filter (where c.site_id <> s.site_id), count(*)
        from open.incident i join core.incident_version v on v.public_id = i.public_id and v.known_to is null
        join core.location l using (location_id) join core.gazetteer g on g.kind = 'address' and g.name = l.address
        join core.area beat on beat.kind = 'beat' and beat.code_key = l.recorded[1] and st_intersects(beat.geom, g.geom)
        join core.address_site s using (gazetteer_id) join core.anchor c using (anchor_id)
        where c.status = 'located'""",
    )[0]
    assert (elsewhere, at_home > 20_000) == (0, True)


@pytest.mark.usefixtures("published")
def test_a_second_run_finds_everything_there(database, folder):
    said: list[str] = []
    assert not demo.write_files(folder, say=said.append)
    assert not demo.load_files(database.owner, folder, today=TODAY, anew=False, say=said.append, tell=_ignore)
    assert "loaded already" in said[-1]


@pytest.mark.usefixtures("published")
def test_a_forecast_is_stored_for_staff_and_public_and_made_again_only_for_newer_data(database):
    def made() -> str:
        said: list[str] = []
        demo.forecast_city(database.owner, crime_types=("burglary",), model="kde", say=said.append, tell=_ignore)
        return said[-1]

    assert made().endswith("1 crime types")
    assert made().endswith("0 crime types, 1 were there")
    bases = _rows(database, "select distinct basis, trained_to from core.forecast order by 1")
    assert bases == [("anchors", date(2026, 1, 1)), ("true points", date(2026, 1, 1))]
    assert _rows(database, "select count(*) from open.forecast where crime_types = array['burglary']") == [(1,)]
    with database.owner.connect() as connection:  # as if a delivery had come since
        connection.execute("update core.forecast set known_on = known_on - 1")
    assert made().endswith("1 crime types")


@pytest.mark.usefixtures("published")
def test_the_public_is_shown_what_a_backtest_on_its_own_points_supports(database):
    def tested() -> str:
        said: list[str] = []
        demo.backtest_city(database.owner, crime_types=("robbery",), windows=2, say=said.append, tell=_ignore)
        return said[-1]

    assert tested().endswith("beat the long-run count in 0 of 2 tests")  # two windows show too little
    assert tested().endswith("0 of 2 tests, 2 of them stored before")
    demo.forecast_city(database.owner, crime_types=("robbery",), say=_ignore, tell=_ignore)
    model, words = _rows(database, "select model, words from open.forecast where crime_types = array['robbery']")[0]
    assert model == "long_run_count"
    assert "backtested on 2 windows, and fewer than 12 show too little" in words


@pytest.mark.usefixtures("published")
def test_files_of_another_version_are_not_mixed_into_what_is_loaded(database, folder, tmp_path):
    for path in folder.iterdir():
        (tmp_path / path.name).write_bytes(path.read_bytes())
    changed = tmp_path / "incidents_2024-02-01.csv"
    changed.write_bytes(changed.read_bytes().replace(b"BURGLARY", b"THEFT"))
    with pytest.raises(InputError, match="another version"):
        demo.load_files(database.owner, tmp_path, today=TODAY, anew=True, say=_ignore, tell=_ignore)


@pytest.mark.usefixtures("published")
def test_a_city_that_another_version_read_otherwise_is_told_how_to_start_over(database, folder):
    with database.owner.connect() as connection:
        connection.execute("create table kept as select delivery_id, summary from raw.delivery")
        connection.execute("""update raw.delivery set summary = jsonb_set(summary, '{reading}', '"of before"')""")
    with pytest.raises(InputError, match="hotspots city reset"):
        demo.load_files(database.owner, folder, today=TODAY, anew=False, say=_ignore, tell=_ignore)
    with database.owner.connect() as connection:
        connection.execute(
            "update raw.delivery as d set summary = k.summary from kept as k where k.delivery_id = d.delivery_id"
        )
        connection.execute("drop table kept")


@pytest.mark.usefixtures("published")
def test_a_database_of_another_city_is_refused(database, folder):
    with database.owner.connect() as connection:
        connection.execute("""update core.city set config = jsonb_set(config, '{city,name}', '"Springfield"')""")
    with pytest.raises(InputError, match="holds Springfield"):
        demo.load_files(database.owner, folder, today=TODAY, anew=False, say=_ignore, tell=_ignore)


STATISTICS = ("change", "patterns", "hot-spots", "hours", "concentration", "effect", "power")


@pytest.mark.usefixtures("published")
def test_the_statistics_examples_of_the_documentation_run_on_this_city(database, tmp_path, monkeypatch):
    text = (Path(__file__).parents[2] / "docs" / "cli.md").read_text()
    examples = [line for line in text.splitlines() if re.match(rf"hotspots ({'|'.join(STATISTICS)}) ", line)]
    assert {line.split()[1] for line in examples} == set(STATISTICS)
    monkeypatch.setenv("HOTSPOTS_STAFF_DATABASE_URL", database.staff.dsn)
    monkeypatch.setenv("HOTSPOTS_HOME", str(tmp_path / "home"))
    monkeypatch.chdir(tmp_path)
    for line in examples:
        words = shlex.split(line)[1:]
        result = CliRunner().invoke(app, words)
        assert result.exit_code == 0, f"{line}: {result.output}"
        if "--out" in words:
            assert (tmp_path / words[words.index("--out") + 1]).stat().st_size > 0
        else:
            assert "2025-12-31" in result.stdout or words[0] == "power"
