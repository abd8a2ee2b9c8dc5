"""Cities written straight into schema ``open``: a small one whose numbers can be counted by hand, and large ones for measuring.

The small city is 2 km by 2 km. Four beats of 1 km (11 south-west, 12 south-east, 21 north-west, 22 north-east), two
community areas (West: 11 and 21, East: 12 and 22), two wards (1 south: 11 and 12, 2 north: 21 and 22)::

       N STATE ST x=500    N CLARK ST x=1500
    ┌──────────┬──────────┐
    │ beat 21  │ beat 22  │  W DIVISION ST y=1500
    ├──────────┼──────────┤
    │ beat 11  │ beat 12  │  W NORTH AVE y=500
    └──────────┴──────────┘
"""

from __future__ import annotations

import random
import uuid
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import psycopg
from psycopg.types.json import Jsonb

from tests.open_city_gazetteer import write_small_gazetteer

SRID = 26916
WEST_M, SOUTH_M = 447000, 4636000
FIRST_DAY, NEWEST_DAY = date(2017, 1, 1), date(2017, 12, 31)

CRIME_TYPES = {  # name: (id, label, group)
    "robbery": (1, "Robbery", "violence"),
    "battery": (2, "Battery", "violence"),
    "burglary": (3, "Burglary", "burglary"),
    "vehicle theft": (4, "Vehicle theft", "vehicle"),
    "theft": (5, "Theft", "theft"),
    "criminal damage": (6, "Criminal damage", "damage"),
    "narcotics": (7, "Narcotics", "other"),
}
FOUND_BY_POLICE = {"narcotics"}
LOCATION_TYPES = {"STREET": 1, "RESIDENCE": 2, "SMALL RETAIL STORE": 3}
SPANISH = {  # as a city file gives them
    "service": "Mapa de incidentes de Smallville",
    "labels": {
        "Robbery": "Robo con violencia", "Battery": "Agresión física", "Burglary": "Robo en inmuebles", "Vehicle theft": "Robo de vehículos",
        "Theft": "Hurto", "Criminal damage": "Daños a la propiedad", "Narcotics": "Narcóticos",
        "Police beat": "Sector policial", "Community area": "Área comunitaria", "Ward": "Distrito municipal",
        "Public school": "Escuela pública", "Station": "Estación", "Park": "Parque",
    },
    "location_types": {"STREET": "Vía pública", "RESIDENCE": "Casa", "SMALL RETAIL STORE": "Tienda"},
}  # fmt: skip
BEATS = {"11": 1, "12": 2, "21": 3, "22": 4}  # code: area id
COMMUNITY_AREAS = {"West": 5, "East": 6}
WARDS = {"1": 7, "2": 8}
SCHOOL_AT, STATION_AT = (500, 900), (1500, 1500)
PARK = (1100, 1100, 1400, 1400)


@dataclass(frozen=True)
class SmallAnchor:
    """An anchor of the small city; x and y in metres from its south-west corner, None where it has no point."""

    anchor_id: int
    name: str
    x: float | None
    y: float | None
    areas: tuple[int, ...]
    status: str = "located"


@dataclass(frozen=True)
class SmallIncident:
    """An incident of the small city, as the tests count it by hand."""

    public_id: uuid.UUID
    anchor: SmallAnchor
    day: date
    hour: int | None
    crime_type: str
    location_type: str | None
    arrest: bool


def _areas_at(x: float, y: float) -> tuple[int, ...]:
    west, south = x < 1000, y < 1000
    beat = {(True, True): 1, (False, True): 2, (True, False): 3, (False, False): 4}[west, south]
    return (beat, 5 if west else 6, 7 if south else 8)


def small_anchors() -> list[SmallAnchor]:
    """Twenty blocks, then an anchor without location that has labels, one without any, and one outside that has labels."""
    blocks: list[tuple[str, float, float]] = []
    for number in range(5):
        at = 200.0 + 400 * number
        blocks += [
            (f"{number + 10}00 block of N State St", 500, at),
            (f"{number + 10}00 block of N Clark St", 1500, at),
            (f"{number + 1}00 block of W North Ave", at, 500),
            (f"{number + 1}00 block of W Division St", at, 1500),
        ]
    anchors = [SmallAnchor(n, name, x, y, _areas_at(x, y)) for n, (name, x, y) in enumerate(blocks, start=1)]
    return [
        *anchors,
        SmallAnchor(21, "Location not known", None, None, (1, 5, 7), "no_location"),
        SmallAnchor(22, "Location not known", None, None, (), "no_location"),
        SmallAnchor(23, "Outside the study area", None, None, (2, 6, 7), "outside"),
    ]


def small_incidents(*, seed: int = 1, n_incidents: int = 1500) -> list[SmallIncident]:
    """Incidents spread over the last 120 days with a seeded draw; one in twelve has no hour, one in ten no point."""
    draw = random.Random(seed)
    anchors = small_anchors()
    located, pointless = anchors[:20], anchors[20:]
    incidents = []
    for _ in range(n_incidents):
        anchor = draw.choice(located if draw.random() > 0.1 else pointless)
        incidents.append(
            SmallIncident(
                public_id=uuid.UUID(int=draw.getrandbits(128), version=4),
                anchor=anchor,
                day=NEWEST_DAY - timedelta(days=draw.randrange(120)),
                hour=None if draw.random() < 1 / 12 else draw.randrange(24),
                crime_type=draw.choice(list(CRIME_TYPES)),
                location_type=draw.choice([*LOCATION_TYPES, None]),
                arrest=draw.random() < 0.2,
            )
        )
    return incidents


class SmallCity(list[SmallIncident]):
    """The incidents of the small city; a property that fails says so in a line."""

    def __repr__(self) -> str:
        return f"<the small city with {len(self)} incidents>"


def build_small_city(
    connection: psycopg.Connection[Any], *, seed: int = 1, n_incidents: int = 1500
) -> list[SmallIncident]:
    """Write the small city with its incidents, and return them."""
    incidents = small_incidents(seed=seed, n_incidents=n_incidents)
    _write_city(connection, incidents=len(incidents))
    _write_words(connection)
    _write_areas_and_places(connection)
    _write_anchors(connection)
    with connection.cursor() as cursor:
        cursor.executemany(
            "insert into open.incident values (%s, %s, %s, %s, %s, %s, %s)",
            [
                (
                    i.public_id, i.anchor.anchor_id, i.day, i.hour, CRIME_TYPES[i.crime_type][0],
                    None if i.location_type is None else LOCATION_TYPES[i.location_type], i.arrest,
                )
                for i in incidents
            ],
        )  # fmt: skip
    write_small_gazetteer(connection, small_anchors()[:20], west_m=WEST_M, south_m=SOUTH_M)
    _write_forecast_and_base(connection)
    return SmallCity(incidents)


def _write_city(connection: psycopg.Connection[Any], *, incidents: int) -> None:
    connection.execute(
        """
        insert into open.city (name, service, timezone, srid, invented, attribution, disclaimer, map_days, west, south, east, north, arrest,
            licence, licence_url, words, distances, clock)
        select 'Smallville', 'Smallville incident map', 'America/Chicago', %(srid)s, true, 'Nobody', 'Invented.', 90,
            st_xmin(b), st_ymin(b), st_xmax(b), st_ymax(b), true, 'Open for tests 1.0', 'https://city.example/licence', %(words)s, 'metres', 24
        from (select st_transform(st_makeenvelope(%(w)s, %(s)s, %(w)s + 2000, %(s)s + 2000, %(srid)s), 4326) as b) box
        """,
        {"srid": SRID, "w": WEST_M, "s": SOUTH_M, "words": Jsonb({"es": SPANISH})},
    )
    connection.execute(
        "insert into open.vintage (known_on, first_day, newest_day, incidents, labels_version) values (%s, %s, %s, %s, 1)",
        (date(2018, 1, 7), FIRST_DAY, NEWEST_DAY, incidents),
    )
    connection.execute(
        "insert into open.sensitive_count values ('2017-10-01', 0, 40), ('2017-11-01', 0, 41), ('2017-12-01', 0, 42),"
        " ('2017-11-01', 5, 30), ('2017-11-01', 6, 11), ('2017-12-01', 5, null), ('2017-12-01', 6, null)"
    )


def _write_words(connection: psycopg.Connection[Any]) -> None:
    with connection.cursor() as cursor:
        cursor.executemany(
            "insert into open.crime_type values (%s, %s, %s, %s, %s)",
            [
                (number, name, label, group, "police" if name in FOUND_BY_POLICE else "public")
                for name, (number, label, group) in CRIME_TYPES.items()
            ],
        )
        cursor.executemany(
            "insert into open.location_type values (%s, %s)", [(n, name) for name, n in LOCATION_TYPES.items()]
        )


def _write_areas_and_places(connection: psycopg.Connection[Any]) -> None:
    connection.execute(
        "insert into open.area_kind values ('beat', 'Police beat', 1), ('community_area', 'Community area', 2), ('ward', 'Ward', 3)"
    )
    boxes = {
        ("beat", "11"): (0, 0, 1000, 1000), ("beat", "12"): (1000, 0, 2000, 1000),
        ("beat", "21"): (0, 1000, 1000, 2000), ("beat", "22"): (1000, 1000, 2000, 2000),
        ("community_area", "West"): (0, 0, 1000, 2000), ("community_area", "East"): (1000, 0, 2000, 2000),
        ("ward", "1"): (0, 0, 2000, 1000), ("ward", "2"): (0, 1000, 2000, 2000),
    }  # fmt: skip
    ids = {"beat": BEATS, "community_area": COMMUNITY_AREAS, "ward": WARDS}
    with connection.cursor() as cursor:
        cursor.executemany(
            "insert into open.area (area_id, kind, code, name, residents, residents_year, geom)"
            " values (%s, %s, %s, %s, %s, %s, st_multi(st_makeenvelope(%s, %s, %s, %s, 26916)))",
            [
                (
                    ids[kind][code], kind, code, code, 1000 if kind == "community_area" else None,
                    2010 if kind == "community_area" else None, *_shift(box),
                )
                for (kind, code), box in boxes.items()
            ],
        )  # fmt: skip
        cursor.executemany(
            "insert into open.place (place_id, kind, kind_label, name, geom) values (%s, %s, %s, %s, st_geomfromtext(%s, 26916))",
            [
                (
                    1,
                    "school",
                    "Public school",
                    "Ogden Elementary",
                    f"POINT({WEST_M + SCHOOL_AT[0]} {SOUTH_M + SCHOOL_AT[1]})",
                ),
                (
                    2,
                    "station",
                    "Station",
                    "Clark/Division",
                    f"POINT({WEST_M + STATION_AT[0]} {SOUTH_M + STATION_AT[1]})",
                ),
            ],
        )
        cursor.execute(
            "insert into open.place (place_id, kind, kind_label, name, geom)"
            " values (3, 'park', 'Park', 'Lincoln Park', st_makeenvelope(%s, %s, %s, %s, 26916))",
            _shift(PARK),
        )


def _shift(box: tuple[int, int, int, int]) -> tuple[int, int, int, int]:
    return (WEST_M + box[0], SOUTH_M + box[1], WEST_M + box[2], SOUTH_M + box[3])


def _write_anchors(connection: psycopg.Connection[Any]) -> None:
    with connection.cursor() as cursor:
        for anchor in small_anchors():
            cursor.execute(
                "insert into open.anchor (anchor_id, kind, status, name, geom)"
                " values (%s, %s, %s, %s, st_setsrid(st_makepoint(%s::float8, %s::float8), 26916))",
                (
                    anchor.anchor_id, "block" if anchor.status == "located" else "area", anchor.status, anchor.name,
                    None if anchor.x is None else WEST_M + anchor.x, None if anchor.y is None else SOUTH_M + anchor.y,
                ),
            )  # fmt: skip
            cursor.executemany(
                "insert into open.anchor_area values (%s, %s)", [(a, anchor.anchor_id) for a in anchor.areas]
            )
    connection.execute(
        "insert into open.anchor_place select p.kind, a.anchor_id, min(st_distance(a.geom, p.geom))"
        " from open.anchor a, open.place p where a.geom is not null group by 1, 2"
    )


def _write_forecast_and_base(connection: psycopg.Connection[Any]) -> None:
    connection.execute(
        "insert into open.forecast values (1, '{burglary}', 'kde', '1', '{}', '2017-01-01', '2018-01-01', 28, 1, 'Words.', null)"
    )
    connection.execute(
        "insert into open.forecast_cell (forecast_id, cell_id, expected, level, geom)"
        " select 1, x + 4 * y, 0.1 * x, 1 + x,"
        " st_makeenvelope(%(w)s + 500 * x, %(s)s + 500 * y, %(w)s + 500 * x + 500, %(s)s + 500 * y + 500, 26916)"
        " from generate_series(0, 3) x, generate_series(0, 3) y",
        {"w": WEST_M, "s": SOUTH_M},
    )
    connection.execute(
        "insert into open.done_action (effect_id, remedy, crime_types, starts_on, ends_on, method, verdict, ratio, low, high, sentence, geom) values"
        " (1, 'street lighting', '{burglary}', '2017-03-01', '2017-05-23', 'similar places', 'fewer', 0.61, 0.42, 0.89,"
        "  'Fewer than expected, more than chance explains. Compared with similar places, not drawn by lot.',"
        "  (select st_multi(st_collect(geom order by anchor_id)) from open.anchor where geom is not null and anchor_id <= 4)),"
        " (2, 'hot spots patrol', '{burglary,robbery}', '2017-06-01', '2017-08-23', 'crossover', 'pooled only', null, null, null,"
        "  'Too small to be judged alone: it counts in the pooled figure of its remedy.', null)"
    )
    connection.execute(
        "insert into open.base (layer, name, rank, geom_3857)"
        " select 'land', null::text, 1, st_transform(st_union(geom), 3857) from open.area where kind = 'ward'"
        " union all select 'park', name, 1, st_transform(geom, 3857) from open.place where kind = 'park'"
        " union all select 'street', s.name, case when s.street_id <= 2 then 1 else 2 end,"
        " st_transform(st_makeline(g.geom order by g.number_from), 3857)"
        " from open.street s join open.gazetteer g using (street_id) where g.kind in ('block', 'address') group by s.street_id"
        " having count(*) > 1"
    )
