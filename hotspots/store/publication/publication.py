"""From the ledger to `open`: what is due, the rows of incidents, the vintage. The recipe is `pipeline/publish.py`."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import date
from typing import Any

import psycopg
from psycopg import sql

from hotspots.domain.period import Period
from hotspots.store.ledger.load_lock import lock_load, say_who_holds_it
from hotspots.store.publication.rules import LastPublication, Rules
from hotspots.store.server.connection import Database
from hotspots.store.sql.compose import Connection
from hotspots.store.sql.files import load_queries

ALL_VERSIONS = sql.Identifier("core", "incident_version")
DUE_VERSIONS = sql.Identifier("due_version")


@contextmanager
def publishing(owner: Database) -> Iterator[Connection]:
    """One transaction that sees one state of the ledger, with no load or other publication beside it; readers do not notice."""
    with owner.connect(autocommit=True) as connection:
        say_who_holds_it(connection)
        connection.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ
        with connection.transaction():
            lock_load(connection)  # first: the transaction's view of the data begins with its first question
            connection.execute("set local work_mem = '256MB'")
            _queries().remember_since(connection)
            yield connection


def collect_due(connection: Connection, deliveries: Sequence[int], *, old_end: date, new_end: date) -> None:
    """Gather what the deliveries changed and the days released now, [old_end, new_end), into temporary tables."""
    queries = _queries()
    queries.collect_due_versions(connection, deliveries=list(deliveries), old_end=old_end, new_end=new_end)
    queries.collect_closed_versions(connection, deliveries=list(deliveries))
    connection.execute("analyze due_version, closed_version")


def delete_changed(connection: Connection, *, end: date) -> tuple[list[int], set[date]]:
    """Take out incidents that changed, were withdrawn, or lie on or after `end`; return the anchor of each, and their days."""
    queries = _queries()
    gone = [*queries.delete_changed(connection), *queries.delete_after(connection, end=end)]
    return [anchor for anchor, _ in gone], {day for _, day in gone}


def renew_days(connection: Connection, days: Collection[date], *, due: bool) -> None:
    """Count the public incidents of some days anew; `due`: of the days of what was due besides."""
    queries = _queries()
    wanted = {*days, *(day for (day,) in queries.due_days(connection))} if due else days
    queries.renew_days(connection, days=sorted(wanted))


def count_all_days(connection: Connection) -> None:
    """Count the public incidents of every day."""
    _queries().count_all_days(connection)


def insert_incidents(connection: Connection, rules: Rules, versions: sql.Composable, *, end: date, today: date) -> int:
    """Write the incidents that the public may see, before the day `end`, public since `today` unless they were before; return how many."""
    return _select_incidents(connection, rules, versions, end=end, today=today, into="into_open")


def replace_incidents(connection: Connection, rules: Rules, *, end: date, today: date) -> tuple[int, int, int]:
    """Make `open` hold what the public may see before the day `end`, writing only what differs: all there are, written, taken out.

    Of a large city most stays as it is, and a row that is written anew costs ten times one that is compared.
    """
    queries = _queries()
    n_all = _select_incidents(connection, rules, ALL_VERSIONS, end=end, today=today, into="into_wanted")
    connection.execute("analyze wanted_incident")
    removed = queries.delete_others(connection)
    return n_all, queries.insert_missing(connection), removed


def _select_incidents(
    connection: Connection, rules: Rules, versions: sql.Composable, *, end: date, today: date, into: str
) -> int:
    queries = _queries()
    query = sql.SQL(queries.insert_incidents.sql).format(versions=versions, into=sql.SQL(getattr(queries, into).sql))
    values = {"end": end, "withhold": list(rules.withhold), "arrest": rules.arrest, "today": today}
    return connection.execute(query, values).rowcount


@contextmanager
def indexes_built_at_the_end(connection: Connection) -> Iterator[None]:
    """Fill an empty table before its indexes are built. Only before the first publication: it locks readers of the table out."""
    indexes = list(_queries().indexes_of_incidents(connection))
    connection.execute(
        "truncate open.incident"
    )  # empty as it is: without replication, what follows is then written once, not twice
    for _, _, removal in indexes:
        connection.execute(removal)
    yield
    connection.execute("set local maintenance_work_mem = '512MB'")
    for _, definition, _ in indexes:
        connection.execute(definition)


def is_open_empty(connection: Connection) -> bool:
    """Whether nothing was ever published."""
    return _queries().is_open_empty(connection)


def write_choices(connection: Connection, rules: Rules, versions: sql.Composable) -> None:
    """Write the crime types and the location types that a published incident may bear."""
    queries = _queries()
    queries.write_choices(connection, withhold=list(rules.withhold))
    members = sql.SQL(queries.members.sql)
    if versions is ALL_VERSIONS:
        connection.execute(sql.SQL(queries.write_all_location_types.sql).format(members=members))
    else:
        connection.execute(sql.SQL(queries.write_location_types.sql).format(versions=versions, members=members))
        queries.delete_unused_location_types(connection)


def write_hidden(connection: Connection) -> None:
    """Write about how many reports of each type are no rows, of the months whose count is published."""
    _queries().write_hidden(connection)


def write_vintage(
    connection: Connection,
    rules: Rules,
    *,
    incidents: int,
    newest_day: date | None,
    today: date,
    renew: bool,
) -> int:
    """Write the vintage; return its number. `renew`: count anew what is withheld."""
    return _queries().write_vintage(
        connection, incidents=incidents, newest_day=newest_day, labels_version=rules.labels_version,
        withhold=list(rules.withhold), round_to=rules.suppress_below, today=today, renew=renew,
    )  # fmt: skip


def close_books(
    connection: Connection,
    rules: Rules,
    *,
    vintage_id: int,
    newest_day: date | None,
    deliveries: Sequence[int],
    today: date,
) -> None:
    """Note what this publication looked at, and which vintage readers see after it."""
    queries = _queries()
    queries.record_publication(
        connection,
        vintage_id=vintage_id,
        newest_day=newest_day,
        rules=rules.fingerprint,
        layers=rules.layers,
        today=today,
        counts=rules.counts,
    )
    queries.mark_deliveries(connection, deliveries=list(deliveries))


def fingerprint_beside(connection: Connection) -> str:
    """A fingerprint of what is public beside the incidents: what was done here, and other records by month."""
    return _queries().fingerprint_beside(connection)


def read_days(connection: Connection, vintage_id: int) -> list[tuple[date, int]]:
    """Public incidents by day, from the first day of whole data on, days without any left out."""
    return list(_queries().read_days(connection, vintage_id=vintage_id))


def read_told_days(connection: Connection) -> tuple[list[Period], list[Period], bool]:
    """The days that the city file calls without data, the quiet ones, and whether the records tell months only."""
    no_data, quiet, by_month = _queries().read_told_days(connection)
    first, second = ([_days(one) for one in told] for told in (no_data, quiet))
    return first, second, by_month


def write_gaps(connection: Connection, vintage_id: int, gaps: Sequence[Period]) -> None:
    """Write the stretches of a vintage of which nothing is known."""
    _queries().write_gaps(
        connection, vintage_id=vintage_id, first_days=[gap.start for gap in gaps], ends=[gap.end for gap in gaps]
    )


def read_days_of_areas(connection: Connection, vintage_id: int, *, since: date) -> dict[int, list[tuple[date, int]]]:
    """Public incidents of each area by day, as `read_days` has those of the city, from a day on."""
    found: dict[int, list[tuple[date, int]]] = {}
    for area_id, day, incidents in _queries().read_days_of_areas(connection, vintage_id=vintage_id, since=since):
        found.setdefault(area_id, []).append((day, incidents))
    return found


def read_area_gaps_before(connection: Connection, vintage_id: int) -> dict[int, list[Period]]:
    """The stretches of single areas that the publication before this one has."""
    told = _queries().read_area_gaps_before(connection, vintage_id=vintage_id) or {}
    return {
        int(area_id): [Period(date.fromisoformat(first), date.fromisoformat(end)) for first, end in stretches]
        for area_id, stretches in told.items()
    }


def write_area_gaps(connection: Connection, vintage_id: int, gaps: Mapping[int, Sequence[Period]]) -> None:
    """Write the stretches of which nothing is known of one area alone."""
    told = {
        str(area_id): [[gap.start.isoformat(), gap.end.isoformat()] for gap in sorted(of_area)]
        for area_id, of_area in gaps.items()
    }
    _queries().write_area_gaps(connection, vintage_id=vintage_id, gaps=json.dumps(told))


def _days(told: dict[str, str]) -> Period:
    return Period.from_days(date.fromisoformat(told["from"]), date.fromisoformat(told["to"]))


def write_vintage_after_erasure(connection: Connection, rules: Rules, last: LastPublication, *, removed: int) -> int:
    """Write a vintage of its own for what is public after an erasure; no delivery is looked at. Return its number."""
    queries = _queries()
    vintage_id = queries.write_vintage(
        connection, incidents=last.incidents - removed, newest_day=last.newest_day, labels_version=last.labels_version,
        withhold=list(rules.withhold), round_to=rules.suppress_below, today=last.today, renew=False,
    )  # fmt: skip
    queries.record_publication(
        connection,
        vintage_id=vintage_id,
        newest_day=last.newest_day,
        rules=last.rules,
        layers=last.layers,
        today=last.today,
        counts=last.counts,
    )
    return vintage_id


def analyse_placed(connection: Connection) -> None:
    """Let the planner know how many anchors and links there are: an aborted publication leaves it with what was there before."""
    connection.execute("analyze core.anchor, core.anchor_site, core.location_anchor")


def analyse_incidents(connection: Connection) -> None:
    """Let the planner know the rows just written, before they are joined with anything."""
    connection.execute("analyze open.incident")


def analyse(connection: Connection) -> None:
    """Let the planner know the tables as they are now."""
    connection.execute(
        "analyze open.incident, open.anchor, open.anchor_area, open.anchor_place, open.gazetteer, open.street"
    )


def vacuum(owner: Database) -> None:
    """Mark rows as seen by all, so that readers answer from the index alone. Blocks no reader: the file is not cut.

    Entries of rows that are gone stay in the indexes until the server's own vacuum finds enough of them: to look for a few reads all.
    """
    with owner.connect(autocommit=True) as connection:
        connection.execute(
            "vacuum (truncate false, index_cleanup off) open.incident, open.anchor_area, open.anchor_place"
        )


def _queries() -> Any:
    return load_queries("publication/publication")
