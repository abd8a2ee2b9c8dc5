"""A small delivery on a long history reads what it brings, and no more of a longer one."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

from hotspots.settings import Settings
from tests.database import TestDatabase, cloned_database
from tests.pipeline.ledger_questions import ask
from tests.pipeline.load_city import counts_of, deliver, load_incidents_only, row, write_city_file, write_zones


def read_of(database: TestDatabase) -> dict[str, int]:
    """Rows read from each table of the ledger so far, by scan or by index."""
    with database.owner.connect() as connection:
        connection.execute("select pg_stat_force_next_flush()")
    return dict(
        ask(
            database.owner,
            """select relname, (coalesce(seq_tup_read, 0) + coalesce(idx_tup_fetch, 0))::int
               from pg_stat_user_tables where schemaname in ('core', 'raw')""",
        )
    )


def test_a_small_load_reads_no_more_of_a_longer_history(cluster: Settings, tmp_path: Path) -> None:
    work = []
    for n in (500, 2000):
        folder = tmp_path / str(n)
        folder.mkdir()
        with cloned_database(cluster, f"test_small_load_{n}") as database:
            city = write_city_file(folder)
            write_zones(folder)
            first = [
                row(
                    str(i),
                    when=f"{date(2020, 1, 1) + timedelta(days=i % 700)} 10:30",
                    at=(i % 900 + 3.0, i % 800 + 3.0),
                )
                for i in range(n)
            ]
            deliver(folder, "2026-01-31", first)
            load_incidents_only(database.owner, city, folder)
            with database.owner.connect(autocommit=True) as connection:
                connection.execute("vacuum analyze")
            other = write_city_file(
                folder, replace={'address = "place"\n': ""}
            )  # then rows without an id are looked for
            deliver(folder, "2026-02-28", [row("N1"), row("N2", at=(7.5, 7.5)), row("3", offence="STALKING"), row("4")])
            (folder / "incidents_2026-01-31.csv").unlink()  # read by other words, it would be read again
            before = read_of(database)
            counts = counts_of(load_incidents_only(database.owner, other, folder))
            after = read_of(database)
            assert (counts["new"], counts["changed"]) == (2, 2)
            work.append({table: after[table] - before.get(table, 0) for table in after})
    short, long = work
    for table in ("incident_version", "location", "incident_row", "gazetteer", "source_type", "location_type"):
        assert long[table] <= short[table] + 20, (table, short[table], long[table])
