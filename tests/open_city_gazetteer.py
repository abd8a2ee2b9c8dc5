"""The address search of the small city in schema ``open``."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import psycopg

    from tests.open_city_builder import SmallAnchor


def write_small_gazetteer(
    connection: psycopg.Connection[Any], anchors: Sequence[SmallAnchor], *, west_m: int, south_m: int
) -> None:
    """Streets, the block of every anchor, four crossings, three house numbers, and the places and areas by name."""
    streets = {
        1: "N STATE ST",
        2: "N CLARK ST",
        3: "W NORTH AVE",
        4: "W DIVISION ST",
        5: "N MILWAUKEE AVE",
        6: "S STATE ST",
    }
    with connection.cursor() as cursor:
        cursor.executemany(
            "insert into open.street values (%s, %s, %s)", [(n, s, s.lower()) for n, s in streets.items()]
        )
        entry = (
            "insert into open.gazetteer (gazetteer_id, kind, name, key, street_id, other_street_id, number_from, number_to, geom)"
            " values (%s, %s, %s, lower(%s), %s, %s, %s, %s, st_setsrid(st_makepoint(%s, %s), 26916))"
        )
        number = 0
        for anchor in anchors:
            assert anchor.x is not None and anchor.y is not None
            number += 1
            first = int(anchor.name.split()[0])
            street = next(n for n, s in streets.items() if s == " ".join(anchor.name.split()[3:]).upper())
            at = (west_m + anchor.x, south_m + anchor.y)
            cursor.execute(entry, (number, "block", anchor.name, anchor.name, street, None, first, first + 99, *at))
        for one, x in ((1, 500), (2, 1500)):
            for other, y in ((3, 500), (4, 1500)):
                number += 1
                name = f"{streets[one]} & {streets[other]}"
                cursor.execute(
                    entry, (number, "intersection", name, name, one, other, None, None, west_m + x, south_m + y)
                )
        for house in (2001, 2004, 2010):
            number += 1
            name = f"{house} N MILWAUKEE AVE"
            cursor.execute(
                entry,
                (number, "address", name, name, 5, None, house, house, west_m + 100 + house - 2000, south_m + 1900),
            )
        cursor.execute(
            entry,
            (
                28,
                "block",
                "1200 block of S State St",
                "1200 s state st",
                6,
                None,
                1200,
                1299,
                west_m + 500,
                south_m + 50,
            ),
        )
        cursor.execute(
            "insert into open.gazetteer (gazetteer_id, kind, name, key, place_id, geom)"
            " select 100 + place_id, 'place', name, lower(name), place_id, geom from open.place"
        )
        cursor.execute(
            "insert into open.gazetteer (gazetteer_id, kind, name, key, area_id, geom)"
            " select 200 + area_id, 'area', k.label || ' ' || name, lower(k.label || ' ' || name), area_id, geom"
            " from open.area join open.area_kind k using (kind)"
        )
