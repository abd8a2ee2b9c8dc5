"""``python -m tests.privacy.real_sequences demo|chicago|st_louis``: the attack on many publications, on a whole city, by hand.

It takes minutes to an hour; docs/privacy_attacks.md holds what it found.
"""

from __future__ import annotations

import os
import sys
import tempfile
from collections import defaultdict
from collections.abc import Callable, Sequence
from datetime import date
from pathlib import Path
from typing import Any

from psycopg.types.json import Jsonb

from hotspots.pipeline import demo
from hotspots.pipeline.load.city import label_all, load
from hotspots.pipeline.publish.publish import publish
from hotspots.sources.city_file_reading import find_city_file, read_city_file
from tests.database import TestDatabase, cloned_database, migrated_cluster
from tests.privacy.sequences import DUMP, Attacker, every_pair

TODAY = date(2027, 12, 31)
RULES: dict[str, list[Any]] = {
    "min_addresses": [8, 10, 9, 12], "delay_days": [7, 400, 30], "lattice_m": [300.0, 450.0, 200.0],
}  # fmt: skip
CHANGES = {
    "demo": ["list", "areas", "min_addresses", "kinds", "delay_days"],
    "st_louis": ["areas", "min_addresses", "lattice_m", "kinds", "delay_days"],
    "chicago": ["areas", "kinds", "delay_days"],
}


class City:
    """A loaded city that changes."""

    def __init__(self, database: TestDatabase) -> None:
        self.database = database
        self.step: dict[str, int] = defaultdict(int)
        ((self.kinds,),) = self.ask("select array(select kind::text from core.area_kind order by position)")
        self.kinds_published = [[*self.kinds], self.kinds[1:], self.kinds[:1]]

    def ask(self, question: str, parameters: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
        with self.database.owner.connect() as connection:
            found = connection.execute(question.encode(), parameters)
            return found.fetchall() if found.description else []

    def change(self, name: str) -> None:
        """Make the next change of a name."""
        self.step[name] += 1
        changes: dict[str, Callable[[], None]] = {"list": self.change_list, "areas": self.shift_areas}
        if name in changes:
            changes[name]()
            return
        values = self.kinds_published if name == "kinds" else RULES[name]
        key = "label_kinds" if name == "kinds" else name
        value = values[self.step[name] % len(values)]
        self.ask("update core.city set config = jsonb_set(config, array['public', %s], %s)", [key, Jsonb(value)])

    def change_list(self) -> None:
        """0.3 % new addresses beside old ones, 0.3 % gone."""
        salt = str(self.step["list"])
        self.ask(
            """insert into core.gazetteer (kind, name, street, number_from, geom)
               select 'address', (number_from + 1) || ' ' || street, street, number_from + 1, st_translate(geom, 3.1, 0.7)
               from core.gazetteer where kind = 'address' and ('x' || left(md5(name || 'n' || %s), 8))::bit(32)::bigint %% 1000 < 3""",
            [salt],
        )
        self.ask(
            """delete from core.gazetteer
               where kind = 'address' and ('x' || left(md5(name || 'g' || %s), 8))::bit(32)::bigint %% 1000 < 3""",
            [salt],
        )
        self.ask(
            """insert into raw.delivery (dataset, file, sha256, known_on) values ('gazetteer address', 'x', %s, '2020-01-01')""",
            [salt],
        )

    def shift_areas(self) -> None:
        """Move the edges of the finest kind by 30 m, there and back."""
        step = 30 if self.step["areas"] % 2 else -30
        self.ask(
            """update core.area set geom = st_translate(geom, %s, 0) where kind = (
                   select kind from core.area group by kind order by count(*) desc limit 1)""",
            [step],
        )
        with self.database.owner.connect() as connection:
            label_all(connection)

    def publish_and_keep(self, attacker: Attacker, pool_of: str) -> None:
        """Publish, and let the attacker keep it."""
        done = publish(self.database.owner, today=TODAY)
        ((least,),) = self.ask("select coalesce((config #>> '{public,min_addresses}')::int, 8) from core.city")
        rows = [(row, (anchor, tuple(areas))) for row, anchor, status, areas in self.ask(DUMP) if status == "located"]
        doors: dict[int, set[str]] = defaultdict(set)
        for anchor, door in self.ask(pool_of):
            doors[anchor].add(door)
        listed = frozenset(d for (d,) in self.ask("select upper(name) from core.gazetteer where kind = 'address'"))
        behind = {shown_at: frozenset(doors[shown_at[0]]) for shown_at in {at for _, at in rows}}
        attacker.keep(rows, behind, least=least, listed=listed)
        print(
            f"{attacker.n_publications:3} {'all' if done.everything else 'new':4} {len(rows):,} rows located, "
            f"{done.withheld_locations:,} locations withheld, {len(behind):,} points; smallest {attacker.smallest}, "
            f"below {attacker.below:,}, one {sum(len(p) <= 1 for p in attacker.left.values()):,}, cut {attacker.n_cut:,}",
            flush=True,
        )


OF_LIST = """select c.anchor_id, upper(s.number || ' ' || s.street) from open.anchor a
             join core.anchor c using (anchor_id) join core.address_site s using (site_id)"""
OF_REPORTS = """select distinct la.anchor_id, coalesce(upper(l.address), st_astext(l.geom)) from core.location_anchor la
                join open.anchor using (anchor_id) join core.location l using (location_id)"""


def write_city(folder: Path, name: str) -> Path:
    """Write the invented city's files, or link a real city's with one year of its incidents."""
    if name == "demo":
        demo.write_files(folder, say=print)
        return folder
    for file in (Path(os.environ["HOTSPOTS_REAL_DATA"]) / name.replace("_", "")).iterdir():
        if not file.name.startswith("incidents_201") or "2017" in file.name:
            (folder / file.name).symlink_to(file, target_is_directory=file.is_dir())
    return folder


def main(name: str) -> None:
    """Load one city and walk through every pair of its changes."""
    with migrated_cluster() as cluster, cloned_database(cluster, f"test_walk_{name}") as database:
        with tempfile.TemporaryDirectory() as made:
            folder = write_city(Path(made), name)
            load(database.owner, read_city_file(find_city_file(name)), folder, today=TODAY)
        city, attacker = City(database), Attacker()
        pool_of = OF_LIST if name == "demo" else OF_REPORTS
        city.publish_and_keep(attacker, pool_of)
        for change in every_pair(CHANGES[name]):
            city.change(change)
            print(change, end=" ")
            city.publish_and_keep(attacker, pool_of)


if __name__ == "__main__":
    main(sys.argv[1])
