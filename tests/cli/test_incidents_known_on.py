"""``hotspots incidents --known-on``: the ledger at the shell, as staff, with a line in the audit."""

import json
from datetime import date, datetime
from typing import Any

import pytest
from typer.testing import CliRunner

from hotspots.cli.main import app
from hotspots.pipeline.publish.publish import publish
from tests.builders import Report, SmallCity, random_reports
from tests.database import TestDatabase

MARCH = ("--from", "2017-03-01", "--to", "2017-03-31")


@pytest.fixture(scope="module")
def published(database: TestDatabase) -> TestDatabase:
    with database.owner.connect() as connection:
        city = SmallCity(connection).build()
        reports = random_reports(120, precision="block", first_day=date(2017, 3, 1), n_days=31)
        city.deliver(reports, known_on=date(2017, 4, 1))
        late = Report("L1", datetime(2017, 3, 9, 23), x=450.0, y=450.0, address="001XX E 5TH ST", crime_type="theft")
        city.deliver([late], known_on=date(2017, 5, 1))
    publish(database.owner, today=date(2018, 1, 1))
    return database


@pytest.fixture
def run(published: TestDatabase, monkeypatch: pytest.MonkeyPatch) -> Any:
    monkeypatch.setenv("HOTSPOTS_PUBLIC_DATABASE_URL", published.public.dsn)
    monkeypatch.setenv("HOTSPOTS_STAFF_DATABASE_URL", published.staff.dsn)

    def invoke(*arguments: str) -> dict[str, Any]:
        result = CliRunner().invoke(app, ["incidents", *MARCH, "--format", "json", *arguments])
        assert result.exit_code == 0, result.stderr
        return json.loads(result.stdout)

    return invoke


def test_the_newest_day_gives_the_public_answer_and_an_earlier_one_what_was_known(run: Any) -> None:
    public, newest, earlier = run(), run("--known-on", "2017-05-01"), run("--known-on", "2017-04-30")
    assert newest["incidents"] == public["incidents"]
    assert newest["counts"] == public["counts"] | {"coverage": None}  # the covered days are those of a publication
    gone = {row["public_id"] for row in public["incidents"]} - {row["public_id"] for row in earlier["incidents"]}
    assert len(gone) == 1
    (late,) = [row for row in public["incidents"] if row["public_id"] in gone]
    assert (late["day"], late["hour"]) == ("2017-03-09", 23)
    assert earlier["known_on"] == "2017-04-30"


def test_who_reads_the_ledger_is_on_record_and_a_public_read_is_not(run: Any, published: TestDatabase) -> None:
    def lines() -> list[tuple[Any, ...]]:
        with published.owner.connect() as connection:
            return connection.execute(
                "select actor, detail from audit.event where verb = 'incidents' order by event_id"
            ).fetchall()

    before = len(lines())
    run()
    assert len(lines()) == before
    run("--known-on", "2017-04-15", "--type", "theft")
    actor, detail = lines()[-1]
    assert len(lines()) == before + 1
    assert actor == "hotspots_staff"
    assert (detail["known_on"], detail["types"], detail["most_rows"]) == ("2017-04-15", "theft", None)


def test_a_reader_who_closes_the_pipe_is_on_record(
    run: Any, published: TestDatabase, monkeypatch: pytest.MonkeyPatch
) -> None:
    def closed(*_: Any, **__: Any) -> None:
        raise BrokenPipeError

    def n_lines() -> int:
        with published.owner.connect() as connection:
            row = connection.execute("select count(*) from audit.event where verb = 'incidents'").fetchone()
        assert row is not None
        return row[0]

    before = n_lines()
    monkeypatch.setattr("hotspots.cli.incident_report.write_report", closed)
    CliRunner().invoke(app, ["incidents", *MARCH, "--format", "csv", "--known-on", "2017-04-15"])
    assert n_lines() == before + 1
