"""A made-up city of Chicago's size, written straight into schema ``open``: for measuring where no real data are."""

from __future__ import annotations

from typing import Any

import psycopg

SRID = 26916

# 32,400 blocks on a lattice of 130 m, areas as squares of several sizes, incidents denser towards the middle and by night.
STATEMENTS = (
    """
    insert into open.city (name, service, timezone, srid, invented, attribution, disclaimer, map_days, west, south, east, north)
    values ('Synthetic', 'Synthetic incident map', 'America/Chicago', 26916, true, 'Nobody', 'Made up.', 90, -87.95, 41.6, -87.5, 42.05)
    """,
    """
    insert into open.crime_type
    select n, 'type ' || n, 'Type ' || n, (array['violence', 'burglary', 'vehicle', 'theft', 'damage', 'other'])[1 + n % 6], 'public'
    from generate_series(1, 18) n
    """,
    "insert into open.location_type select n, 'LOCATION ' || n from generate_series(1, 120) n",
    """
    insert into open.area_kind
    values ('beat', 'Beat', 1), ('district', 'District', 2), ('community_area', 'Community area', 3), ('ward', 'Ward', 4),
        ('neighbourhood', 'Neighbourhood', 5)
    """,
    """
    insert into open.area (area_id, kind, code, name, geom)
    select 1000 * position + n, kind, n::text, n::text, st_multi(st_makeenvelope(
        430000 + (n % side) * 23400.0 / side, 4610000 + (n / side) * 23400.0 / side,
        430000 + (n % side + 1) * 23400.0 / side, 4610000 + (n / side + 1) * 23400.0 / side, 26916))
    from open.area_kind
    join (values ('beat', 17), ('district', 5), ('community_area', 9), ('ward', 7), ('neighbourhood', 10)) s (kind, side) using (kind)
    cross join lateral generate_series(0, side * side - 1) n
    """,
    """
    insert into open.anchor (anchor_id, kind, status, name, geom)
    select 1 + n, 'block', 'located', n || ' block',
        st_setsrid(st_makepoint(
            430010 + (n % 180) * 130 + (n::bigint * 7919) % 50, 4610010 + (n / 180) * 130 + (n::bigint * 104729) % 50), 26916)
    from generate_series(0, 32399) n
    """,
    """
    insert into open.anchor (anchor_id, kind, status, name)
    select 40000 + n, 'area', case when n < 290 then 'no_location' else 'outside' end, 'Location not known' from generate_series(0, 299) n
    """,
    """
    insert into open.anchor_area
    select r.area_id, a.anchor_id from open.anchor a join open.area r on st_intersects(a.geom, r.geom)
    """,
    "insert into open.anchor_area select 1000 + n, 40000 + n from generate_series(0, 288) n",
    """
    insert into open.place (place_id, kind, kind_label, name, geom)
    select 1000 * k + n, (array['school', 'park', 'station'])[k], (array['School', 'Park', 'Station'])[k], 'Place ' || n,
        st_setsrid(st_makepoint(430000 + (n::bigint * 7907) % 23400, 4610000 + (n::bigint * 6733) % 23400), 26916)
    from generate_series(1, 3) k, generate_series(1, 400) n
    """,
    """
    insert into open.anchor_place
    select k.kind, a.anchor_id, p.distance_m
    from open.anchor a
    cross join (select distinct kind from open.place) k
    cross join lateral (
        select st_distance(p.geom, a.geom) as distance_m from open.place p where p.kind = k.kind order by p.geom <-> a.geom limit 1
    ) p
    where a.geom is not null
    """,
    """
    insert into open.gazetteer (gazetteer_id, kind, name, key, geom)
    select anchor_id, 'block', name, name, geom from open.anchor where geom is not null
    """,
    """
    insert into open.base (layer, rank, geom_3857)
    select 'land', 1, st_transform(st_union(geom), 3857) from open.area where kind = 'district'
    """,
)
INCIDENTS = """
    insert into open.incident
    select
        md5(n::text)::uuid,
        case when random() < 0.02 then 40000 + (random() * 299)::int
             else 1 + 180 * least(179, abs(90 + (random() + random() + random() - 1.5) * 60))::int
                  + least(179, abs(90 + (random() + random() + random() - 1.5) * 60))::int end,
        date '2017-12-31' - (n * %(days)s::bigint / %(n)s)::int,
        case when random() < 0.02 then null else (random() * 23)::int end,
        1 + (random() ^ 2 * 17)::int, 1 + (random() ^ 3 * 119)::int, random() < 0.2
    from generate_series(0, %(n)s - 1) n
"""


def build_synthetic_city(connection: psycopg.Connection[Any], *, incidents: int, days: int) -> None:
    """Write the city with `incidents` spread evenly over `days` up to the last of 2017; the same draw every time."""
    connection.execute("select setseed(0.17)")
    for statement in STATEMENTS:
        connection.execute(statement.encode())
    connection.execute(INCIDENTS, {"n": incidents, "days": days})
    connection.execute(
        "insert into open.vintage (known_on, first_day, newest_day, incidents, labels_version)"
        " select '2018-01-07', min(day), max(day), count(*), 1 from open.incident"
    )
    connection.commit()
