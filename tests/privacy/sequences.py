"""The attack on many publications: keep every dump, and intersect the doors that each row may stand for.

The walk goes through every ordered pair of changes (a de Bruijn sequence), so that each change follows each other one.
"""

from __future__ import annotations

import random
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from typing import Any

import psycopg
from psycopg.types.json import Jsonb

from hotspots.pipeline.publish.publish import publish
from hotspots.settings import Settings
from tests.builders import Precision, Report, SmallCity
from tests.database import TestDatabase, cloned_database
from tests.privacy.attacks import Finding

TODAY, KNOWN = date(2024, 6, 1), date(2024, 5, 1)
LAST_STREET = 5  # of ten: enough doors for runs, few enough for a quick walk
BEAT_CUTS = ((330, 710), (352, 676), (318, 724), (341, 699))

RELABEL = """
    with label as (
        select l.location_id, array_agg(coalesce(
            (select min(a.area_id) from core.area a where a.kind = k.kind and upper_inf(a.valid) and a.code = l.recorded[k.position]),
            (select min(a.area_id) from core.area a where a.kind = k.kind and upper_inf(a.valid) and st_intersects(a.geom, l.geom))) order by k.position) as ids
        from core.location l cross join core.area_kind k group by 1
    ), made as (
        insert into core.label_set (area_ids) select distinct ids from label
        on conflict (area_ids) do update set area_ids = excluded.area_ids returning label_set_id, area_ids
    )
    update core.location l set label_set_id = made.label_set_id
    from label join made on made.area_ids = label.ids where label.location_id = l.location_id"""

LABEL_LATE = """
    with label as (
        select l.location_id, array_agg(
            (select min(a.area_id) from core.area a where a.kind = k.kind and a.valid @> e.era and st_intersects(a.geom, l.geom)) order by k.position) as ids
        from core.location l join public.late_era e using (address) cross join core.area_kind k group by 1
    ), made as (
        insert into core.label_set (area_ids) select distinct ids from label
        on conflict (area_ids) do update set area_ids = excluded.area_ids returning label_set_id, area_ids
    )
    update core.location l set label_set_id = made.label_set_id, era = e.era
    from label join made on made.area_ids = label.ids, public.late_era e where label.location_id = l.location_id and e.address = l.address"""

DUMP = """
    with shown as (
        select a.anchor_id, a.status, array(select area_id from open.anchor_area aa where aa.anchor_id = a.anchor_id order by 1) as areas
        from open.anchor a
    )
    select i.public_id::text, anchor_id, status, areas from open.incident i join shown using (anchor_id)"""


@dataclass
class Attacker:
    """Who keeps every dump: for each row the doors that all of them together leave, and how many were promised."""

    left: dict[str, frozenset[str]] = field(default_factory=dict)
    promised: dict[str, int] = field(default_factory=dict)
    n_publications: int = 0
    n_cut: int = 0  # groups of rows that a later publication told apart
    _groups: dict[str, Any] = field(default_factory=dict)

    def keep(
        self,
        rows: Sequence[tuple[str, Any]],
        behind: Mapping[Any, frozenset[str]],
        *,
        least: int,
        listed: frozenset[str],
    ) -> None:
        """Intersect what was known of each row with a new dump.

        Parameters
        ----------
        rows : each row with what it is shown at: anchor and areas.
        behind : the doors that each of these can stand for.
        least : the number promised at this publication.
        listed : doors of today's list; one that was gone before a row came is not where it happened. Empty: there is no list.
        """
        met: dict[Any, frozenset[str]] = {}  # rows of one history share a set
        now = dict(rows)
        for row, shown_at in rows:
            pool = behind[shown_at]
            if row not in self.left:
                self.left[row] = met.setdefault(shown_at, pool & listed if listed else pool)
            else:
                key = id(self.left[row]), shown_at
                self.left[row] = met[key] if key in met else met.setdefault(key, self.left[row] & pool)
            self.promised[row] = min(self.promised.get(row, least), least)
        parts: dict[Any, set[Any]] = defaultdict(set)
        for row, was in self._groups.items():
            if row in now:
                parts[was].add(now[row])
        self.n_cut += sum(len(of) > 1 for of in parts.values())
        self._groups |= now
        self.n_publications += 1

    @property
    def below(self) -> int:
        """Rows that fewer doors are left for than were promised."""
        return sum(len(pool) < self.promised[row] for row, pool in self.left.items())

    @property
    def smallest(self) -> int:
        """The fewest doors that are left for a row."""
        return min(map(len, self.left.values()))


@dataclass
class Walk:
    """A city with an incident at every door, that changes and publishes."""

    database: TestDatabase
    connection: psycopg.Connection[Any]
    city: SmallCity
    attacker: Attacker = field(default_factory=Attacker)
    rng: random.Random = field(default_factory=lambda: random.Random(5))
    step: dict[str, int] = field(default_factory=lambda: defaultdict(int))
    n_new: int = 0

    def rule(self, key: str, values: Sequence[Any]) -> None:
        """Set a rule of the city file to the next of its values."""
        self.step[key] += 1
        self.connection.execute(
            "update core.city set config = jsonb_set(config, array['public', %s], to_jsonb(%s))",
            [key, Jsonb(values[self.step[key] % len(values)])],
        )

    def change(self, name: str) -> None:
        """Make one change of the world or of the rules."""
        changes: dict[str, Callable[[], None]] = {
            "list": self.change_list,
            "areas": self.redraw_beats,
            "min": lambda: self.rule("min_addresses", [8, 10, 9, 12]),
            "kinds": lambda: self.rule("label_kinds", [["beat", "district"], ["district"], ["beat"]]),
            "lattice": lambda: self.rule("lattice_m", [150.0, 220.0, 130.0, 300.0]),
            "vintage": self.begin_vintage,
            "withhold": lambda: self.rule("withhold", [[], ["assault"]]),
            "delay": lambda: self.rule("delay_days", [7, 60, 20]),
            "late": self.report_late,
            "reports": lambda: self.report_at([(5 + self.rng.random() * 990, 505 + self.rng.random() * 490) for _ in range(6)]),
        }  # fmt: skip
        changes[name]()
        self.connection.commit()

    def report_at(self, points: Sequence[tuple[float, float]], addresses: Sequence[str] | None = None) -> None:
        """Deliver an incident at each point."""
        reports = []
        for at, (x, y) in enumerate(points):
            self.n_new += 1
            address = addresses[at] if addresses else f"{self.n_new} NEW ST"
            reports.append(Report(f"N{self.n_new}", datetime(2024, 2, 1, 13), x, y, address))
        self.city.deliver(reports, known_on=KNOWN)
        if self.step["vintage"]:
            self.label_in_newest_era()

    def report_late(self) -> None:
        """Deliver reports of the era that ended last, beside those of the newest."""
        points = [(5 + self.rng.random() * 990, 5 + self.rng.random() * 490) for _ in range(6)]
        addresses = [f"{self.n_new + at} LATE ST" for at in range(6)]
        if self.step["vintage"]:
            self.connection.execute("create table if not exists public.late_era (address text primary key, era date)")
            for address in addresses:
                self.connection.execute(
                    "insert into public.late_era select %s, max(lower(valid)) from core.area where kind = 'beat' and not upper_inf(valid)",
                    [address],
                )
        self.report_at(points, addresses)

    def label_in_newest_era(self) -> None:
        """Label every location by the vintage in force, as the loader does: all incidents are of its era."""
        self.connection.execute(
            "update core.location set era = (select max(lower(valid)) from core.area where kind = 'beat')"
        )
        self.connection.execute(RELABEL)
        self.label_late()

    def label_late(self) -> None:
        """Let late reports keep the era in which they happened, and its areas."""
        if self.connection.execute("select to_regclass('public.late_era')").fetchone() != (None,):
            self.connection.execute(LABEL_LATE)

    def change_list(self) -> None:
        """New doors between the old ones, others gone, some back; something happens at each new one."""
        new = [
            (f"{int(address.split()[0]) + 2} {address.split(' ', 1)[1]}", x + 6, y)
            for address, x, y in self.rng.sample(doors(), 12)
        ]
        self.connection.execute(
            """create table if not exists public.lost as select * from core.gazetteer limit 0;
               insert into core.gazetteer (kind, name, street, number_from, geom)
                   select kind, name, street, number_from, geom from public.lost order by name limit 2"""
        )
        self.connection.execute(
            """with gone as (delete from core.gazetteer where gazetteer_id in (
                   select gazetteer_id from core.gazetteer where kind = 'address' order by md5(name || %s) limit 6) returning *)
               insert into public.lost select * from gone""",
            [str(self.step["list"])],
        )
        self.step["list"] += 1
        for address, x, y in new:
            number, street = address.split(" ", 1)
            self.connection.execute(
                "insert into core.gazetteer (kind, name, street, number_from, geom) values ('address', %s, %s, %s, %s)",
                [address, street, number, self.city.point(x, y)],
            )
        # The loader tells a changed list by its delivery.
        self.connection.execute(
            "insert into raw.delivery (dataset, file, sha256, known_on) values ('gazetteer address', 'x', %s, %s)",
            [str(self.step["list"]), KNOWN],
        )
        self.report_at([(x, y) for _, x, y in new], [address for address, _, _ in new])

    def redraw_beats(self) -> None:
        """Move the edges between beats, and label every location anew, as the loader does."""
        self.step["areas"] += 1
        edges = (0, *BEAT_CUTS[self.step["areas"] % len(BEAT_CUTS)], 1000)
        for number in (1, 2, 3):
            self.connection.execute(
                "update core.area set geom = st_multi(%s::geometry) where kind = 'beat' and upper_inf(valid) and code = %s",
                [self.city.box(edges[number - 1], 0, edges[number], 1000), f"{number:03}"],
            )
        self.connection.execute(RELABEL)
        self.label_late()
        self.connection.execute("update core.city set labels_version = labels_version + 1")

    def begin_vintage(self) -> None:
        """End the beats of today before all incidents, and begin others with other edges; every location is one of the new era."""
        self.step["vintage"] += 1
        day = date(2023, 1, 1) + timedelta(days=self.step["vintage"])
        self.connection.execute(
            """with ended as (
                   update core.area set valid = daterange(lower(valid), %s) where kind = 'beat' and upper_inf(valid) returning *
               )
               insert into core.area (kind, code, code_key, name, valid, geom)
               select kind, code, code_key, name, daterange(%s, null), geom from ended""",
            [day, day],
        )
        self.redraw_beats()
        self.label_in_newest_era()

    def publish_and_keep(self) -> None:
        """Publish, and let the attacker keep it."""
        publish(self.database.owner, today=TODAY)
        ask = self.connection.execute
        ((least,),) = ask("select (config #>> '{public,min_addresses}')::int from core.city").fetchall()
        address_of = dict(
            ask(
                "select public_id::text, coalesce(address, '') from core.incident_version join core.location using (location_id)"
            ).fetchall()
        )
        listed = frozenset(name for (name,) in ask("select name from core.gazetteer where kind = 'address'").fetchall())
        rows = [
            (row, (anchor, tuple(areas))) for row, anchor, status, areas in ask(DUMP).fetchall() if status == "located"
        ]
        self.connection.commit()
        # Reports of two eras at one point bear the areas of their era, which follow from the point: each of its doors may stand behind either.
        point_of = dict(ask("select anchor_id, st_astext(geom) from open.anchor where geom is not null").fetchall())
        at_point: dict[str, set[str]] = defaultdict(set)
        for row, (anchor, _) in rows:
            at_point[point_of[anchor]].add(address_of[row])
        behind = {shown_at: at_point[point_of[shown_at[0]]] for _, shown_at in rows}
        self.attacker.keep(rows, {at: frozenset(pool) for at, pool in behind.items()}, least=least, listed=listed)


def doors() -> list[tuple[str, float, float]]:
    """The first streets' addresses."""
    return [door for door in SmallCity.addresses() if int(door[0].split()[2].removesuffix("TH")) <= LAST_STREET]


def every_pair(names: Sequence[str]) -> list[str]:
    """A shortest walk in which each name follows each (a cyclic de Bruijn sequence of order two, with its first name again)."""
    sequence: list[int] = []

    def extend(t: int, p: int, word: list[int]) -> None:
        if t > 2:
            if 2 % p == 0:
                sequence.extend(word[1 : p + 1])
            return
        extend(t + 1, p, [*word[:t], word[t - p], *word[t + 1 :]])
        for letter in range(word[t - p] + 1, len(names)):
            extend(t + 1, t, [*word[:t], letter, *word[t + 1 :]])

    extend(1, 1, [0] * 3)
    return [names[letter] for letter in [*sequence, sequence[0]]]


@contextmanager
def walking(cluster: Settings, precision: Precision) -> Iterator[Walk]:
    """A city of one precision with an incident at every door of its list, and some without a place that name their areas."""
    with cloned_database(cluster, f"test_walk_{precision}") as database, database.owner.connect() as connection:
        city = SmallCity(connection, precision).build()
        names = [name for name, *_ in doors()]
        connection.execute("delete from core.gazetteer where kind = 'address' and name <> all(%s)", [names])
        reports = [Report(f"D{n}", datetime(2024, 2, 1, 13), x, y, name) for n, (name, x, y) in enumerate(doors())]
        # What may be withheld happens at doors where something else is public, so that each door behind a point is seen there.
        reports += [replace(one, key=f"A{one.key}", crime_type="assault") for one in reports[::4]]
        if precision == "block":
            reports = [
                replace(one, address=f"{int(one.address.split()[0]) // 100:03}XX {one.address.split(' ', 1)[1]}")  # type: ignore[union-attr]
                for one in reports
            ]
        unplaced = [
            Report(f"U{n}", datetime(2024, 2, 2, 13), recorded=(f"00{1 + n % 3}", str(1 + n % 2))) for n in range(6)
        ]
        city.deliver([*reports, *unplaced, Report("last", datetime(2024, 4, 20, 13))], known_on=KNOWN)
        yield Walk(database, connection, city)


def walk(cluster: Settings, precision: Precision, names: Sequence[str]) -> Attacker:
    """Publish, then change and publish through every pair of changes."""
    with walking(cluster, precision) as world:
        world.publish_and_keep()
        for name in every_pair(names):
            world.change(name)
            world.publish_and_keep()
        return world.attacker


def random_walk(
    cluster: Settings, precision: Precision, names: Sequence[str], *, seed: int, n_publications: int
) -> Attacker:
    """Make one to four changes in random order before each publication."""
    draw = random.Random(seed)
    with walking(cluster, precision) as world:
        world.publish_and_keep()
        for _ in range(n_publications - 1):
            for name in draw.choices(names, k=draw.randint(1, 4)):
                world.change(name)
            world.publish_and_keep()
        return world.attacker


def intersect_publications(cluster: Settings) -> Finding:
    """Every dump of a city that changes its address list, areas, `min_addresses`, lattice, kinds of area and delay, each after each; then all dumps intersected."""
    by_list = walk(cluster, "addresses", ["list", "areas", "min", "kinds", "delay"])
    by_ground = walk(cluster, "lattice", ["areas", "min", "lattice", "kinds", "reports"])
    both = by_list, by_ground
    n, rows = sum(one.n_publications for one in both), sum(len(one.left) for one in both)
    return Finding(
        f"{n} publications of a city with a list and one without, {rows} incidents: the fewest doors left for one are "
        f"{by_list.smallest} and {by_ground.smallest}; {sum(one.below for one in both)} incidents have fewer than were promised, "
        f"{sum(one.n_cut for one in both)} groups were told apart later",
        held=all(one.below == 0 and one.n_cut == 0 for one in both),
    )
