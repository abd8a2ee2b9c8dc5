"""Erase: nothing of the incident stays, nothing of its neighbours goes, and it does not come back."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest

from hotspots.domain.forecasts.forecast import ForecastRequest
from hotspots.errors import InputError, NotFoundError
from hotspots.pipeline.forecast.forecast import forecast
from hotspots.pipeline.load.city import load
from hotspots.pipeline.load.rejects_file import write_rejects
from hotspots.pipeline.publish.erase import erase
from hotspots.pipeline.publish.publish import publish
from hotspots.settings import Settings
from tests.builders import Report, SmallCity, random_reports
from tests.database import TestDatabase, cloned_database
from tests.pipeline.load_city import (
    BY_MATCH,
    BY_STATUS,
    counts_of,
    deliver,
    load_incidents_only,
    row,
    write_city_file,
    write_zones,
)
from tests.pipeline.load_city import TODAY as LOAD_DAY

TODAY = date(2024, 6, 1)
UNIQUE = "UNIQUE7731"
ADDRESS = "077XX ERASED LN"


@pytest.fixture
def city(cluster: Settings) -> Iterator[tuple[TestDatabase, SmallCity]]:
    """An incident alone on its block, in two versions and once more in a rejected record; neighbours with similar ids."""
    with cloned_database(cluster, "test_erase") as database:
        with database.owner.connect() as connection:
            small = SmallCity(connection).build()
            connection.execute("""update core.city set config = jsonb_set(config, '{incidents}',
                config -> 'incidents' || '{"id": ["ID"], "delimiter": ",", "occurrence_number": false}')""")
            others = random_reports(80, precision="block", first_day=date(2024, 1, 1), n_days=100)
            target = Report(UNIQUE, datetime(2024, 2, 2, 22, 17), 333.25, 777.75, ADDRESS, location_type="clinic")
            longer = Report(UNIQUE + "1", datetime(2024, 2, 3, 10), 30.25, 50, "001XX E 1TH ST")
            small.deliver([*others, target, longer], known_on=date(2024, 5, 1))
            small.deliver(
                [
                    Report(
                        UNIQUE, datetime(2024, 2, 2, 22, 17), 333.25, 777.75, ADDRESS, "assault", location_type="clinic"
                    )
                ],
                known_on=date(2024, 5, 2),
            )
            connection.execute("update raw.delivery set header = 'ID,Date,Block,Type'")
            connection.execute(
                "insert into raw.reject values (1, 999, 'repeated', %s)", [f"{UNIQUE},later,{ADDRESS},THEFT"]
            )
            # Another delivery held the record unchanged: no version points at it.
            connection.execute(
                "insert into raw.incident_row values (2, 50, %s)", [f"{UNIQUE},2024-02-02,{ADDRESS},theft"]
            )
            connection.commit()
        publish(database.owner, today=TODAY)
        yield database, small


def ask(database: TestDatabase, question: str) -> list[tuple[Any, ...]]:
    with database.owner.connect() as connection:
        return connection.execute(question.encode()).fetchall()


def whole_database(database: TestDatabase) -> str:
    tables = ask(
        database,
        "select table_schema, table_name from information_schema.tables where table_schema in ('raw', 'core', 'open', 'audit')",
    )
    return "\n".join(
        str(ask(database, f"select to_jsonb(o)::text from {schema}.{table} o")) for schema, table in tables
    )


def test_nothing_of_the_incident_stays_in_any_table(city: tuple[TestDatabase, SmallCity]) -> None:
    database, _ = city
    ((public_id,),) = ask(
        database, f"select distinct public_id from core.incident_version where incident_key = '{UNIQUE}'"
    )
    ((before, neighbours),) = ask(
        database, "select (select count(*) from open.incident), (select count(*) from core.incident_version)"
    )
    assert str(public_id) in whole_database(database)
    done = erase(database.owner, source_id=UNIQUE, reason="court order of 3 March")
    assert (done.versions, done.public_rows) == (2, 1)
    assert done.raw_records == 3
    everything = whole_database(database)
    assert UNIQUE + "1" in everything  # a neighbour whose id begins alike
    for trace in (UNIQUE, ADDRESS, str(public_id), "2024-02-02 22:17", "2024-02-02T22:17"):
        assert trace not in everything.replace(UNIQUE + "1", ""), trace
    assert "ERASED LN" not in everything.upper()
    assert ask(database, "select count(*) from open.incident") == [(before - 1,)]
    assert ask(database, "select count(*) from core.incident_version") == [(neighbours - 2,)]
    assert ask(database, "select incidents from open.vintage order by vintage_id desc limit 1") == [(before - 1,)]
    days = ask(database, "select day, count(*) from open.incident group by 1 order by 1")
    assert ask(database, "select day, incidents from core.published_day order by 1") == days
    assert ask(database, "select count(*) from open.location_type where name = 'clinic'") == [(0,)]


@pytest.mark.parametrize(("sensitive", "left"), [(False, 0), (True, 1)])
def test_a_published_forecast_that_learnt_from_it_goes_with_it(
    city: tuple[TestDatabase, SmallCity], sensitive: bool, left: int
) -> None:
    """Less what the other rows make, its cells would give the row back; one that was hidden was never in it."""
    database, small = city
    with database.owner.connect() as connection:
        small.connection = connection
        hidden = Report("HIDDEN-771", datetime(2024, 2, 4, 12), 30.25, 50, "001XX E 1TH ST", sensitive=True)
        small.deliver([hidden], known_on=date(2024, 5, 3))
        forecast(
            connection,
            ForecastRequest(
                crime_types=("theft",), as_of=date(2024, 4, 1), horizon_days=28, model="kde", cell_size_m=200
            ),
        )
    assert ask(database, "select count(*) from open.forecast") == [(1,)]
    done = erase(database.owner, source_id="HIDDEN-771" if sensitive else UNIQUE, reason="a court order")
    assert done.forecasts == 1 - left
    assert ask(database, "select count(*), (select count(*) > 0 from open.forecast_cell) from open.forecast") == [
        (left, left > 0)
    ]


def test_the_audit_keeps_the_reason_and_nothing_of_the_incident(city: tuple[TestDatabase, SmallCity]) -> None:
    database, _ = city
    erase(database.owner, source_id=UNIQUE, reason="court order of 3 March")
    ((detail,),) = ask(database, "select detail from audit.event where verb = 'erase'")
    assert detail == {"reason": "court order of 3 March", "versions": 2, "raw_records": 3}


@pytest.mark.parametrize(
    "reason", ["", "   ", f"wrongly sent {UNIQUE}", f"asked for by the owner of {ADDRESS.lower()}"]
)
def test_a_reason_that_is_empty_or_tells_the_incident_is_refused(
    city: tuple[TestDatabase, SmallCity], reason: str
) -> None:
    database, _ = city
    with pytest.raises(InputError, match="--reason"):
        erase(database.owner, source_id=UNIQUE, reason=reason)
    assert ask(database, f"select count(*) from core.incident_version where incident_key = '{UNIQUE}'") == [(2,)]


def test_an_unknown_id_is_an_error_that_does_not_repeat_it(city: tuple[TestDatabase, SmallCity]) -> None:
    database, _ = city
    with pytest.raises(NotFoundError) as caught:
        erase(database.owner, source_id="NOBODY", reason="court order")
    assert "NOBODY" not in str(caught.value)


def test_an_erased_incident_that_a_delivery_brings_back_is_erased_again(city: tuple[TestDatabase, SmallCity]) -> None:
    database, small = city
    erase(database.owner, source_id=UNIQUE, reason="court order")
    with database.owner.connect() as connection:
        small.connection = connection
        small.deliver(
            [Report(UNIQUE, datetime(2024, 2, 2, 22, 17), 333.25, 777.75, ADDRESS)], known_on=date(2024, 5, 9)
        )
    publish(database.owner, today=TODAY)
    everything = whole_database(database).replace(UNIQUE + "1", "")
    assert UNIQUE not in everything
    assert ADDRESS not in everything


@pytest.mark.parametrize("occurrence_number", [False, True])
def test_a_load_rejects_an_erased_incident_and_keeps_nothing_of_it(
    cluster: Settings, tmp_path: Path, occurrence_number: bool
) -> None:
    write_zones(tmp_path)
    city = write_city_file(tmp_path, withdrawal=BY_MATCH if occurrence_number else BY_STATUS)
    gone = {"place": "099XX W GONE ST", "at": (900, 900), "when": "2026-01-05 07:13"}
    with cloned_database(cluster, f"test_erase_load_{occurrence_number}") as database:
        unread = row("GONE7731", when="never")  # rejected: where ids repeat, the next row is number 2
        deliver(tmp_path, "2026-02-01", [row("STAYS01"), unread, row("GONE7731", **gone), row("GONE7731X")])
        load(database.owner, city, tmp_path, today=LOAD_DAY)
        erase(database.owner, source_id="GONE7731", reason="court order")
        kept = ask(database, "select count(*) from core.location")
        deliver(
            tmp_path,
            "2026-03-01",
            [row("GONE7731", **gone), row("STAYS02"), row("GONE7731", **gone), row("GONE7731", **gone, status="-1")],
        )
        summary = load_incidents_only(database.owner, city, tmp_path)
        counts = counts_of(summary)
        assert (counts["new"], counts["rejected"]) == (1, 1 + 3), "one of the first delivery, three of the second"
        assert [(line, reason, record) for _, line, reason, record in summary.incidents.rejects] == [
            (0, "erased", "")
        ] * 4
        everything = whole_database(database).replace("GONE7731X", "")
        for trace in ("GONE7731", "GONE ST", "07:13"):
            assert trace not in everything, trace
        assert ask(database, "select count(*) from core.location") == kept
        assert ask(database, "select line from raw.reject where reason = 'erased'") == [(0,)] * 3
        again = counts_of(load_incidents_only(database.owner, city, tmp_path))
        assert (again["new"], again["rejected"]) == (0, 4), "the same file again says the same"


def test_a_record_with_a_cell_longer_than_any_is_erased_like_others(cluster: Settings, tmp_path: Path) -> None:
    city = write_city_file(tmp_path)
    with cloned_database(cluster, "test_erase_long_cell") as database:
        deliver(tmp_path, "2026-02-01", [row("LONG0001", place="9" * 140_000), row("STAYS01")])
        load_incidents_only(database.owner, city, tmp_path)
        assert erase(database.owner, source_id="LONG0001", reason="court order").raw_records == 1
        assert ask(database, "select incident_key from core.incident_version") == [("STAYS01",)]


def test_an_id_that_only_a_rejected_record_holds_is_erased_there_and_in_rejects_files(
    city: tuple[TestDatabase, SmallCity], tmp_path: Path
) -> None:
    database, _ = city
    with database.owner.connect() as connection:
        connection.execute(
            "insert into raw.reject values (1, 998, 'no time', %s)", ["LONE5566,never,9XX LONE LN,THEFT"]
        )
        connection.execute("insert into raw.incident_row values (1, 998, %s)", ["LONE5566,never,9XX LONE LN,THEFT"])
    file = tmp_path / "rejects.csv"
    write_rejects(
        file,
        [("a.csv", 998, "no time", "LONE5566,never,9XX LONE LN,THEFT"), ("a.csv", 7, "no id", ",never,1XX A ST,THEFT")],
    )
    with pytest.raises(NotFoundError):
        erase(database.owner, source_id="NOBODY99", reason="a mistake", rejects_files=[file])
    done = erase(
        database.owner, source_id="LONE5566", reason="court order", rejects_files=[file, tmp_path / "none.csv"]
    )
    assert (done.versions, done.raw_records, done.public_rows, done.rejects_lines) == (0, 1, 0, 1)
    assert "LONE" not in file.read_text()
    assert "1XX A ST" in file.read_text()
    for table in ("raw.reject", "raw.incident_row"):
        assert ask(database, f"select 1 from {table} where record like '%LONE%'") == []
    (tmp_path / "other.csv").write_text("a,b\n")
    with pytest.raises(InputError, match="not a file of rejected records"):
        erase(database.owner, source_id=UNIQUE, reason="court order", rejects_files=[tmp_path / "other.csv"])
    assert ask(database, f"select count(*) from core.incident_version where incident_key = '{UNIQUE}'") == [(2,)]
