"""How complete the newest days are, learnt from what earlier deliveries knew of the days before them."""

from __future__ import annotations

from hotspots.store.publication.rules import Rules
from hotspots.store.sql.compose import Connection
from hotspots.store.sql.files import load_queries

SETTLED_DAYS = 60  # a delivery this much older than the newest: what it missed has come
MOST_LAG_DAYS = 45  # before a delivery, each of them looked at
MOST_DELIVERIES = 26  # the newest ones: half a year of weekly deliveries
FEWEST_DELIVERIES, FEWEST_INCIDENTS = 5, 100  # below these it is not known


def write_completeness(connection: Connection, rules: Rules, *, anew: bool) -> None:
    """Count what is old enough to be counted, and publish the shares; `anew`: count all, since the rules are others."""
    queries = load_queries("publication/completeness")
    if anew:
        queries.forget_known(connection)
    queries.count_known(
        connection,
        settled_days=SETTLED_DAYS,
        most_lag_days=MOST_LAG_DAYS,
        most_deliveries=MOST_DELIVERIES,
        withhold=list(rules.withhold),
    )
    queries.write_completeness(
        connection,
        most_deliveries=MOST_DELIVERIES,
        fewest_deliveries=FEWEST_DELIVERIES,
        fewest_incidents=FEWEST_INCIDENTS,
    )
