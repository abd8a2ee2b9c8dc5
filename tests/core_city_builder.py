"""A city small enough to do its sums by hand, written straight into `core`.

Eight by eight cells of 150 m, the south-west corner at (500100, 4000050) in UTM zone 16: whole multiples of the cell size. Four beats of 600 m by 600 m, numbered 1 (south-west),
2 (south-east), 3 (north-west) and 4 (north-east), and one district over all of them.
"""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

import psycopg
from psycopg.types.json import Jsonb

SRID, X0, Y0, CELL_M, SIDE_M = 26916, 500_100.0, 4_000_050.0, 150.0, 1200.0

CONFIG = {
    "city": {"name": "Handville", "invented": True, "attribution": "Nobody", "disclaimer": "None of it happened"},
    "incidents": {"same_event": "place and time"},
    "grid": {"cell_m": CELL_M},
    "public": {"label_kinds": ["beat", "district"]},
    # A section that the city file leaves out is kept as null.
    "population": None,
    "harm": None,
    "calendar": None,
    "concerns": None,
    "words": None,
}


def build_city(connection: psycopg.Connection[Any]) -> None:
    """Write city, crime types, areas, study area, gazetteer and risk factors; no incident yet."""
    run = connection.execute
    run(
        "insert into core.city (name, srid, timezone, config) values ('Handville', %s, 'America/Chicago', %s)",
        [SRID, Jsonb(CONFIG)],
    )
    run(
        "insert into core.crime_type (name, label, crime_group, initiated_by, sensitive) values ('burglary', 'Burglary', 'burglary', 'public', false),"
        " ('robbery', 'Robbery', 'violence', 'public', false), ('narcotics', 'Narcotics', 'other', 'police', false)"
    )
    run(
        "insert into core.source_type (words, crime_type_id, named) select upper(name), crime_type_id, true from core.crime_type"
    )
    run("insert into core.area_kind values ('beat', 'Police beat', 1), ('district', 'District', 2)")
    half = SIDE_M / 2
    for code, (column, row) in {"1": (0, 0), "2": (1, 0), "3": (0, 1), "4": (1, 1)}.items():
        box = (X0 + column * half, Y0 + row * half, X0 + (column + 1) * half, Y0 + (row + 1) * half, SRID)
        run(
            "insert into core.area (kind, code, code_key, name, geom) values ('beat', %s, %s, %s, st_multi(st_makeenvelope(%s, %s, %s, %s, %s)))",
            [code, code, f"Beat {code}", *box],
        )
    whole = (X0, Y0, X0 + SIDE_M, Y0 + SIDE_M, SRID)
    run(
        "insert into core.area (kind, code, code_key, name, geom) values ('district', 'A', 'a', 'District A', st_multi(st_makeenvelope(%s, %s, %s, %s, %s)))",
        whole,
    )
    run("insert into core.study_area (geom) values (st_multi(st_makeenvelope(%s, %s, %s, %s, %s)))", whole)
    run(
        "insert into core.gazetteer (kind, name, street, other_street, geom) values ('intersection', '=FIRST ST & MAIN ST', 'FIRST ST', 'MAIN ST', "
        "st_setsrid(st_makepoint(%s, %s), %s))",
        [X0 + 75, Y0 + 75, SRID],
    )
    run(
        "insert into raw.delivery (dataset, file, sha256, known_on) values ('incidents', 'hand.csv', 'none', '2025-01-01')"
    )


def add_factor(
    connection: psycopg.Connection[Any], name: str, points: Iterable[tuple[float, float]], *, valid: str = "(,)"
) -> None:
    """Add a risk factor at points given in metres from the city's south-west corner."""
    for x, y in points:
        connection.execute(
            "insert into core.risk_factor (name, valid, geom) values (%s, %s, st_setsrid(st_makepoint(%s, %s), %s))",
            [name, valid, X0 + x, Y0 + y, SRID],
        )


def add_incident(
    connection: psycopg.Connection[Any],
    key: str,
    at: tuple[float, float],
    occurred: datetime,
    *,
    until: datetime | None = None,
    crime_type: str = "burglary",
    recorded_beat: str | None = None,
) -> None:
    """Add a current incident at a point in metres from the south-west corner; its beat as recorded, else by the point."""
    x, y = at
    beat = recorded_beat or str(1 + (x >= SIDE_M / 2) + 2 * (y >= SIDE_M / 2))
    label_set = connection.execute(
        "with ids as (select array[(select area_id from core.area where code = %s), (select area_id from core.area where code = 'A')] as area_ids),"
        " made as (insert into core.label_set (area_ids) select area_ids from ids on conflict do nothing returning label_set_id)"
        " select label_set_id from made union all select label_set_id from core.label_set join ids using (area_ids)",
        [beat],
    ).fetchone()
    location = connection.execute(
        "insert into core.location (key, geom, precision, recorded, label_set_id, in_study_area) values (md5(%s)::uuid, "
        "st_setsrid(st_makepoint(%s, %s), %s), 'exact', '{}', %s, true) on conflict (key) do update set precision = 'exact' returning location_id",
        [f"{x} {y} {beat}", X0 + x, Y0 + y, SRID, label_set[0] if label_set else None],
    ).fetchone()
    connection.execute(
        "insert into core.incident_version (incident_key, delivery_id, line, known_from, occurred_from, occurred_to, crime_type_id, source_type_id, location_id, sensitive)"
        " select %s, (select max(delivery_id) from raw.delivery), 1, '2025-01-01', %s, %s, crime_type_id, source_type_id, %s, false"
        " from core.crime_type join core.source_type using (crime_type_id) where name = %s",
        [key, occurred, until, location[0] if location else None, crime_type],
    )
