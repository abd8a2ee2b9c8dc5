"""The state of the database: freshness, vintages, and counts that add up."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from hotspots.domain.period import Period
from hotspots.store.ledger.feed_runs import read_feeds
from hotspots.store.sql.files import load_queries

if TYPE_CHECKING:
    from datetime import date

    import psycopg

VERSIONS = (
    "versions", "current", "superseded", "withdrawn", "inside", "outside", "unplaced", "without_location", "first_day", "last_day",
)  # fmt: skip
DELIVERIES = ("deliveries", "known_on", "loaded_at", "read", "new", "changed", "unchanged", "withdrawn", "rejected")
VINTAGE = ("vintage_id", "published_at", "known_on", "first_day", "newest_day", "incidents", "labels_version", "gaps")


def read_status(connection: psycopg.Connection[Any]) -> dict[str, Any]:
    """The state of ledger and publication.

    Returns
    -------
    dict
        city (name, labels version) or None; incidents: versions = current + superseded + withdrawn, and
        current = inside + outside + unplaced (no study area is loaded) + without_location; deliveries: read = new + changed +
        unchanged + withdrawn + rejected; datasets; feeds: how each stands; record_kinds: records beside the incidents, with their days;
        published: the newest vintage, or None.
    """
    queries, cities = load_queries("ledger/status"), load_queries("ledger/city")
    city = cities.read_city(connection)
    vintage = queries.newest_vintage(connection)
    return {
        "city": {"name": city[0], "srid": city[1], "timezone": city[2], "labels_version": city[4]} if city else None,
        "incidents": dict(zip(VERSIONS, queries.count_versions(connection), strict=True)),
        "deliveries": dict(zip(DELIVERIES, queries.sum_deliveries(connection), strict=True)),
        "datasets": [
            {"dataset": dataset, "file": file, "known_on": known_on, "loaded_at": loaded_at}
            for dataset, file, known_on, loaded_at in queries.list_datasets(connection)
        ],
        "record_kinds": [
            dict(zip(("kind", "records", "first_day", "last_day"), row, strict=True))
            for row in load_queries("ledger/records").list_kinds(connection)
        ],
        "feeds": [asdict(feed) for feed in read_feeds(connection)],
        "published": dict(zip(VINTAGE, vintage, strict=True)) if vintage else None,
    }


def city_gaps(connection: psycopg.Connection[Any]) -> list[Period]:
    """Stretches of which nothing is known of the whole city, as the newest publication found them."""
    return [Period(first, end) for first, end in load_queries("ledger/status").city_gaps(connection)]


def days_of_areas_and_types(connection: psycopg.Connection[Any]) -> list[tuple[str, str, date, int]]:
    """Kind (of area, or "type"), name, day and current incidents; days without any are left out.

    Types that the police initiate are left out: they come and go with its work.
    """
    return list(load_queries("ledger/status").days_of_areas_and_types(connection))
