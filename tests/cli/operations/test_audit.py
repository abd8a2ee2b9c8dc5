"""``hotspots audit seal`` and ``check``: a sealed line that changes or goes is found, also by who may write everything."""

from datetime import UTC, date, datetime, timedelta

import pytest
from typer.testing import CliRunner, Result

from hotspots.cli.main import app
from hotspots.store.audit_seal import broken_days, seal_days
from tests.database import TestDatabase

TODAY = datetime.now(UTC).date()


@pytest.fixture
def run(database: TestDatabase, monkeypatch: pytest.MonkeyPatch):  # type: ignore[no-untyped-def]
    monkeypatch.setenv("HOTSPOTS_HOME", str(database.settings.home))
    monkeypatch.setenv("HOTSPOTS_DATABASE_URL", str(database.owner.dsn))
    with database.owner.connect() as connection:
        connection.execute("delete from audit.seal")
        connection.execute("delete from audit.event")
        for back in (4, 2, 2, 1, 0):
            connection.execute(
                "insert into audit.event (at, verb, detail) values (now() - make_interval(days => %s), 'load', %s::jsonb)",
                [back, f'{{"rows": {back}}}'],
            )

    def command(*words: str) -> Result:
        return CliRunner().invoke(app, ["audit", *words])

    return command


def test_whole_days_are_sealed_once_and_hold(run) -> None:  # type: ignore[no-untyped-def]
    sealed = run("seal")
    lines = sealed.stdout.splitlines()
    days = [line.split()[2:4] for line in lines]  # the day between without a line is sealed too, today is not
    assert days == [[str(TODAY - timedelta(days=back)), n] for back, n in ((4, "1"), (3, "0"), (2, "2"), (1, "1"))]
    assert len({line.split()[-1] for line in lines}) == 4 and all(len(line.split()[-1]) == 64 for line in lines)
    assert run("seal").stdout == "" and run("check").exit_code == 0


@pytest.mark.parametrize(
    "change",
    [
        "update audit.event set detail = '{\"rows\": 9}' where event_id = (select min(event_id) + 1 from audit.event)",
        "update audit.event set actor = 'another' where event_id = (select min(event_id) + 1 from audit.event)",
        "delete from audit.event where event_id = (select min(event_id) + 1 from audit.event)",
        "insert into audit.event (at, verb) values (now() - interval '2 days', 'late')",
    ],
)
def test_a_sealed_day_that_changed_is_named_and_no_other(run, database: TestDatabase, change: str) -> None:  # type: ignore[no-untyped-def]
    run("seal")
    with database.owner.connect() as connection:
        connection.execute(change.encode())
    answer = run("check")
    assert answer.exit_code == 1 and answer.stdout.split(":")[0] == str(TODAY - timedelta(days=2))
    assert len(answer.stdout.splitlines()) == 1


def test_an_audit_without_a_line_has_nothing_to_seal(run, database: TestDatabase) -> None:  # type: ignore[no-untyped-def]
    with database.owner.connect() as connection:
        connection.execute("delete from audit.event")
        assert seal_days(connection, today=date(2030, 1, 1)) == [] and broken_days(connection) == (0, [])
