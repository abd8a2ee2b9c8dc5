"""Whatever agencies send in whatever order, counts add up and the ledger answers as a plain dictionary would."""

from __future__ import annotations

import shutil
import tempfile
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from hotspots.settings import Settings
from tests.database import TestDatabase, cloned_database
from tests.pipeline.load_city import counts_of, deliver, load_incidents_only, row, write_city_file

FIRST_DAY = date(2026, 2, 1)
OFFENCES = ("BURGLARY", "THEFT")


@pytest.fixture(scope="module")
def shared(cluster: Settings) -> Iterator[TestDatabase]:
    with cloned_database(cluster, "test_load_properties") as database:
        yield database


@dataclass
class Oracle:
    """The ledger as a dictionary: what each id last said, and what was known on each day."""

    state: dict[str, str] = field(default_factory=dict)  # id -> offence, of current incidents
    withdrawn: set[str] = field(default_factory=set)
    on_day: dict[date, set[str]] = field(default_factory=dict)

    def deliver(self, day: date, rows: list[tuple[str, str, str, bool]]) -> Counter[str]:
        """Apply one delivery of (id, offence, status, readable)."""
        counts: Counter[str] = Counter(read=len(rows))
        said: dict[str, tuple[str, str]] = {}
        for key, offence, status, readable in rows:
            if status == "" and not readable:
                counts["rejected"] += 1
            elif key in said:
                counts["rejected"] += 1  # the earlier row gives way
                said[key] = (offence, status)
            else:
                said[key] = (offence, status)
        for key, (offence, status) in said.items():
            if status:
                if key in self.state:
                    del self.state[key]
                    self.withdrawn.add(key)
                    counts["withdrawn"] += 1
                else:
                    counts["unchanged" if key in self.withdrawn else "rejected"] += 1
            elif self.state.get(key) == offence:
                counts["unchanged"] += 1
            else:
                counts["changed" if key in self.state or key in self.withdrawn else "new"] += 1
                self.state[key] = offence
        self.on_day[day] = set(self.state)
        return counts


records = st.tuples(
    st.sampled_from("12345"),
    st.sampled_from(OFFENCES),
    st.sampled_from(["", "", "", "unfounded"]),
    st.sampled_from([True, True, True, False]),
)
deliveries = st.lists(st.lists(records, max_size=6), min_size=1, max_size=5)


@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
@given(deliveries=deliveries, at_once=st.booleans())
def test_any_mixture_of_deliveries_and_corrections_adds_up(
    shared: TestDatabase, deliveries: list[list[tuple[str, str, str, bool]]], at_once: bool
) -> None:
    with shared.owner.connect() as connection:
        connection.execute("truncate raw.delivery, core.location, core.source_type, core.city, core.gazetteer cascade")
    folder = Path(tempfile.mkdtemp())
    try:
        city, oracle, expected, counted = write_city_file(folder), Oracle(), Counter[str](), Counter[str]()
        for number, rows in enumerate(deliveries):
            day = FIRST_DAY + timedelta(days=number)
            # A note of its own keeps two deliveries of the same rows two files.
            lines = [
                row(key, offence=offence, status=status, when="2026-01-02 10:30" if readable else "unreadable")
                for key, offence, status, readable in rows
            ]
            deliver(folder, day.isoformat(), [*lines, row(f"own {number}")])
            expected += oracle.deliver(day, [*rows, (f"own {number}", "BURGLARY", "", True)])
            if not at_once:
                counted = Counter(counts_of(load_incidents_only(shared.owner, city, folder)))
        if at_once:
            counted = Counter(counts_of(load_incidents_only(shared.owner, city, folder)))
            assert {
                name: counted[name] for name in ("read", "new", "changed", "unchanged", "withdrawn", "rejected")
            } == {name: expected[name] for name in ("read", "new", "changed", "unchanged", "withdrawn", "rejected")}
        with shared.owner.connect() as connection:
            before = connection.execute(
                "select xmin::text, v::text from core.incident_version v order by version_id"
            ).fetchall()
            for day, keys in oracle.on_day.items():
                known = connection.execute(
                    """select incident_key from core.incident_version
                    where known_from <= %(day)s and (known_to is null or known_to > %(day)s)""",
                    {"day": day},
                ).fetchall()
                assert sorted(key for (key,) in known) == sorted(keys)
            offences = connection.execute(
                "select incident_key, words from core.incident_version join core.source_type using (source_type_id) where known_to is null"
            ).fetchall()
            assert dict(offences) == oracle.state
        again = counts_of(load_incidents_only(shared.owner, city, folder))
        assert again["read"] == again["unchanged"] + again["rejected"] == expected["read"]
        with shared.owner.connect() as connection:
            after = connection.execute(
                "select xmin::text, v::text from core.incident_version v order by version_id"
            ).fetchall()
        assert after == before
    finally:
        shutil.rmtree(folder)
