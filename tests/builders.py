"""Small cities of known shape, written straight into `core`: a street grid with addresses, areas that cut its blocks.

The city is 1,000 m by 1,000 m. Avenues run north every 100 m, streets run east every 100 m; houses stand every 12 m on the
streets. Beats are three strips cut at x = 330 and x = 710, districts two halves cut at y = 455: never along a street.
"""

from __future__ import annotations

import json
import random
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from itertools import pairwise
from typing import Any, Literal

import psycopg

SRID = 26916
ORIGIN = (447_000.0, 4_636_000.0)
SIDE_M = 1000
BEAT_CUTS = (0, 330, 710, 1000)
DISTRICT_CUTS = (0, 455, 1000)
PLACE_WORDS = [
    "street",
    "residence",
    "clinic",
    "alley",
    "bus stop",
]  # told whatever the record of so small a city shows

Precision = Literal["block", "addresses", "lattice"]


@dataclass(frozen=True)
class Report:
    """One incident as a test wants it; `x` and `y` in metres from the city's south-west corner, None: no location."""

    key: str
    when: datetime
    x: float | None = None
    y: float | None = None
    address: str | None = None
    crime_type: str = "theft"
    location_type: str = "street"
    sensitive: bool = False
    until: datetime | None = None
    arrest: bool | None = None
    recorded: tuple[str, str] = ("", "")  # beat, district


@dataclass
class SmallCity:
    """Writes a small city and its deliveries into an empty, migrated database."""

    connection: psycopg.Connection[Any]
    precision: Precision = "block"
    n_deliveries: int = 0
    public: dict[str, Any] = field(default_factory=dict)

    def build(self) -> SmallCity:
        """Write the city file, areas, places, population and search sources."""
        public = {
            "days": 90, "delay_days": 7, "label_kinds": ["beat", "district"], "sensitive_kind": "district", "suppress_below": 5,
            "arrest": True, "withhold": [], "min_addresses": 8, "lattice_m": 150.0, "location_words": {"told": PLACE_WORDS}, **self.public,
        }  # fmt: skip
        config = {
            "city": {
                "name": "Smallville",
                "service": "Smallville incident map",
                "attribution": "Nobody",
                "disclaimer": "Made up.",
                "invented": True,
            },
            "incidents": {
                "precision": "block" if self.precision == "block" else "exact",
                "same_event": "place and time",
            },
            "gazetteer": [{"kind": "block", "from": "incidents"}] if self.precision == "block" else [],
            "public": public,
        }
        run = self.connection.execute
        run(
            "insert into core.city (name, srid, timezone, config) values ('Smallville', %s, 'America/Chicago', %s)",
            [SRID, json.dumps(config)],
        )
        run("insert into core.area_kind values ('beat', 'Police beat', 1), ('district', 'District', 2)")
        for number, (west, east) in enumerate(pairwise(BEAT_CUTS), start=1):
            self._area("beat", f"{number:03}", west, 0, east, SIDE_M)
        for number, (south, north) in enumerate(pairwise(DISTRICT_CUTS), start=1):
            self._area("district", str(number), 0, south, SIDE_M, north)
        run("insert into core.study_area (geom) select st_multi(st_union(geom)) from core.area where kind = 'district'")
        run("insert into core.population select area_id, 2010, 1000 * area_id from core.area where kind = 'district'")
        for name, sensitive, initiated in [
            ("theft", False, "public"),
            ("assault", False, "public"),
            ("stalking", True, "public"),
            ("drugs", False, "police"),
        ]:
            run(
                "insert into core.crime_type (name, label, crime_group, initiated_by, sensitive) values (%s, %s, 'other', %s, %s)",
                [name, name.title(), initiated, sensitive],
            )
        run(
            "insert into core.source_type (words, crime_type_id, named) select upper(name), crime_type_id, true from core.crime_type"
        )
        run("insert into core.location_type (name) values ('street'), ('residence'), ('clinic')")
        run("""insert into core.place (kind, kind_label, name, geom)
               values ('school', 'School', 'NORTH SCHOOL', %s), ('park', 'Park', 'Green Park', %s)""",
            [self.point(510.5, 720.5), self.box(600, 100, 780, 180)])  # fmt: skip
        self._crossings()
        if self.precision == "addresses":
            for address, x, y in self.addresses():
                number, street = address.split(" ", 1)
                run(
                    "insert into core.gazetteer (kind, name, street, number_from, geom) values ('address', %s, %s, %s, %s)",
                    [address, street, number, self.point(x, y)],
                )
        return self

    @staticmethod
    def addresses() -> list[tuple[str, float, float]]:
        """Every address with its point in metres: house numbers grow by 4 every 12 m along ten streets that run east."""
        return [
            (f"{100 + 4 * house} E {street + 1}TH ST", 6.0 + 12 * house, 50.0 + 100 * street)
            for street in range(10)
            for house in range(83)
        ]

    def deliver(self, reports: Sequence[Report], *, known_on: date, withdrawn: Sequence[str] = ()) -> int:
        """Write one delivery: new incidents, changed ones (the same key again) and withdrawals; return its number."""
        self.n_deliveries += 1
        row = self.connection.execute(
            "insert into raw.delivery (dataset, file, sha256, known_on) values ('incidents', %s, %s, %s) returning delivery_id",
            [f"delivery_{self.n_deliveries}.csv", str(self.n_deliveries), known_on],
        ).fetchone()
        assert row is not None
        delivery_id = row[0]
        for line, report in enumerate(reports, start=2):
            self._version(report, delivery_id, line, known_on)
        for key in withdrawn:
            self._close(key, delivery_id, known_on, withdrawn=True)
        self.connection.commit()
        return delivery_id

    def point(self, x: float, y: float) -> str:
        """A point in metres from the south-west corner, as EWKT."""
        return f"SRID={SRID};POINT({ORIGIN[0] + x} {ORIGIN[1] + y})"

    def box(self, west: float, south: float, east: float, north: float) -> str:
        """A rectangle in metres from the south-west corner, as EWKT."""
        corners = [(west, south), (east, south), (east, north), (west, north), (west, south)]
        return f"SRID={SRID};POLYGON((" + ", ".join(f"{ORIGIN[0] + x} {ORIGIN[1] + y}" for x, y in corners) + "))"

    def _area(self, kind: str, code: str, west: float, south: float, east: float, north: float) -> None:
        self.connection.execute(
            "insert into core.area (kind, code, code_key, name, geom) values (%s, %s, %s, %s, st_multi(%s::geometry))",
            [kind, code, code.lstrip("0"), code, self.box(west, south, east, north)],
        )

    def _crossings(self) -> None:
        for street in range(10):
            for avenue in range(10):
                names = f"E {street + 1}TH ST", f"N {avenue + 1}TH AVE"
                self.connection.execute(
                    "insert into core.gazetteer (kind, name, street, other_street, geom) values ('intersection', %s, %s, %s, %s)",
                    [" & ".join(names), *names, self.point(50 + 100 * avenue, 50 + 100 * street)],
                )

    def _version(self, report: Report, delivery_id: int, line: int, known_on: date) -> None:
        public_id = self._close(report.key, delivery_id, known_on, withdrawn=False)
        record = f"{report.key},{report.when},{report.address},{report.crime_type}"
        self.connection.execute("insert into raw.incident_row values (%s, %s, %s)", [delivery_id, line, record])
        self.connection.execute(
            """insert into core.incident_version (incident_key, public_id, delivery_id, line, known_from, occurred_from, occurred_to,
                   crime_type_id, source_type_id, location_type_id, location_id, arrest, sensitive)
               select %s, coalesce(%s, gen_random_uuid()), %s, %s, %s, %s, %s,
                   t.crime_type_id, s.source_type_id, l.location_type_id, %s, %s, t.sensitive or %s
               from core.crime_type t join core.source_type s using (crime_type_id), core.location_type l
               where t.name = %s and l.name = %s""",
            [report.key, public_id, delivery_id, line, known_on, report.when, report.until, self._location(report), report.arrest,
             report.sensitive, report.crime_type, report.location_type],
        )  # fmt: skip

    def _close(self, key: str, delivery_id: int, known_on: date, *, withdrawn: bool) -> Any:
        row = self.connection.execute(
            """update core.incident_version set known_to = %s, closed_by = %s, withdrawn = %s
               where incident_key = %s and known_to is null returning public_id""",
            [known_on, delivery_id, withdrawn, key],
        ).fetchone()
        return row[0] if row else None

    def _location(self, report: Report) -> int:
        """Labels as the loader gives them: the recorded code, else the area that holds the point."""
        has_point = report.x is not None and report.y is not None
        geom = self.point(report.x, report.y) if report.x is not None and report.y is not None else None
        row = self.connection.execute(
            """with label as (
                   select array_agg(coalesce(
                       (select area_id from core.area a
                        where a.kind = k.kind and a.code = case k.kind when 'beat' then %(beat)s else %(district)s end),
                       (select min(area_id) from core.area a where a.kind = k.kind and st_intersects(a.geom, %(geom)s::geometry))
                   ) order by k.position) as ids
                   from core.area_kind k
               ), made as (
                   insert into core.label_set (area_ids) select ids from label
                   on conflict (area_ids) do update set area_ids = excluded.area_ids
                   returning label_set_id
               )
               insert into core.location (key, address, geom, precision, recorded, label_set_id, in_study_area)
               select
                   md5(concat_ws('|', %(address)s::text, st_astext(%(geom)s::geometry), %(beat)s::text, %(district)s::text))::uuid,
                   %(address)s, %(geom)s::geometry, %(precision)s, array[%(beat)s::text, %(district)s::text], label_set_id,
                   case when %(geom)s::geometry is not null then (select st_covers(geom, %(geom)s::geometry) from core.study_area) end
               from made
               on conflict (key) do update set address = excluded.address
               returning location_id""",
            {
                "beat": report.recorded[0], "district": report.recorded[1], "geom": geom, "address": report.address,
                "precision": "none" if not has_point else "block" if self.precision == "block" else "exact",
            },
        ).fetchone()  # fmt: skip
        assert row is not None
        return row[0]


def random_reports(
    n: int, *, precision: Precision, first_day: date, n_days: int, seed: int = 1, key: str = "A"
) -> list[Report]:
    """Incidents at addresses or block points, some sensitive, unlocated, outside the city, or with a window; in time order."""
    rng = random.Random(seed)
    doors = SmallCity.addresses()
    reports = []
    for number in range(n):
        address, x, y = rng.choice(doors)
        when = datetime.combine(first_day, datetime.min.time()) + timedelta(minutes=rng.randrange(n_days * 1440))
        draw = rng.random()
        if precision == "block":
            house, street = address.split(" ", 1)
            address, x = f"{int(house) // 100:03}XX {street}", x // 60 * 60 + 30.25
        if draw < 0.05:
            x, y = None, None  # type: ignore[assignment]
        elif draw < 0.08:
            x, y = x + 5000, y
        reports.append(
            Report(
                key=f"{key}{number:05}", when=when, x=x, y=y, address=address,
                crime_type=rng.choice(["theft", "theft", "assault", "drugs", "stalking"]),
                location_type=rng.choice(["street", "residence"]),
                sensitive=rng.random() < 0.1,
                until=when + timedelta(hours=rng.choice([0, 1, 5])) if rng.random() < 0.2 else None,
                arrest=rng.random() < 0.2,
                recorded=(rng.choice(["001", "002", "003"]), rng.choice(["1", "2"])) if rng.random() < 0.08 else ("", ""),
            )
        )  # fmt: skip
    return reports
