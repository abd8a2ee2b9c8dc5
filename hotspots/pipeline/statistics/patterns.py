"""Near repeats: does one incident make another near it soon more likely, and which zones are warm now?"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Literal

import numpy as np
import shapely

from hotspots.errors import InputError
from hotspots.pipeline.months_only import refuse_without_days
from hotspots.pipeline.statistics.reading import CAVEAT, Incidents, Question, labels_of, read_incidents
from hotspots.pipeline.statistics.report import Report
from hotspots.store.server.connection import Connection
from hotspots.store.staff import at_risk as store
from hotspots_models.errors import InputError as ModelInputError
from hotspots_models.figures import knox_table
from hotspots_models.statistics.near_repeat import KnoxTable, knox, warm_zones

LEAST_RATIO = 1.3  # the lower bound of it: a zone of less is not worth a visit
EPOCH = np.datetime64("1970-01-01").astype(object)


def patterns(
    connection: Connection,
    question: Question,
    *,
    show: Literal["knox", "warm"],
    distance_m: float,
    days: int,
    permutations: int = 199,
    seed: int = 0,
) -> Report:
    """Return the Knox table of a period, or the zones that are warm after its last day, the warmest first.

    Parameters
    ----------
    distance_m, days : the reach of a near repeat, for the warm zones.
    """
    if not 10 <= distance_m <= 2000 or not 1 <= days <= 90:
        raise InputError(f"--distance {distance_m:g} and --reach-days {days}: give 10 to 2000 metres and 1 to 90 days.")
    refuse_without_days(connection, "near repeats within days")
    incidents = read_incidents(connection, question, statistic=f"patterns, {show}")
    labels, srid = labels_of(connection, question.crime_types), store.read_city(connection).srid
    return patterns_of(
        incidents, question, labels, srid,
        show=show, distance_m=distance_m, days=days, permutations=permutations, seed=seed,
    )  # fmt: skip


def patterns_of(
    incidents: Incidents,
    question: Question,
    labels: Sequence[str],
    srid: int,
    *,
    show: Literal["knox", "warm"],
    distance_m: float,
    days: int,
    permutations: int = 199,
    seed: int = 0,
) -> Report:
    """Return the Knox table, or the warm zones, of incidents that were read."""
    asked = question.in_words(labels)
    edges_m = (0.0, 1.0, *(distance_m * part for part in (0.5, 1.0, 2.0)))
    edges_days = (0.0, days / 2, float(days), 2.0 * days, 4.0 * days)
    try:
        table = knox(
            incidents.xy_m, incidents.day.astype(float),
            distance_edges_m=edges_m, time_edges_days=edges_days, permutations=permutations, seed=seed,
        )  # fmt: skip
    except ModelInputError as error:
        raise InputError(f"{error}") from None
    if show == "knox":
        return Report(
            "Near repeats: pairs by distance and time against dates dealt out anew",
            {**asked, "Permutations": f"{permutations}, seed {seed}"},
            _knox_rows(table),
            (
                f"{table.incidents:,} incidents. A ratio above 1 with a small p: more pairs than place and season alone would give.",
                CAVEAT,
            ),
            chart=knox_table(table),
        )
    ratio, low = _ratio_within(table, distance_m, days)
    question_words = {
        **asked,
        "Reach": f"{distance_m:g} m and {days} days",
        "Ratio within the reach": f"{ratio:.2f}, at least {low:.2f}",
    }
    return _warm(incidents.xy_m, incidents.day.astype(float), question, question_words, low, distance_m, days, srid)


def _warm(
    xy_m: np.ndarray,
    t_days: np.ndarray,
    question: Question,
    asked: dict[str, str],
    low: float,
    distance_m: float,
    days: int,
    srid: int,
) -> Report:
    import pyproj

    title = f"Warm zones after {question.last_day}"
    if not low >= LEAST_RATIO:
        note = (
            f"No zones are shown: the lower bound of the ratio within the reach is {low:.2f}, and below {LEAST_RATIO:g} near repeats say "
            "too little here."
        )
        return Report(title, asked, [], (note, CAVEAT), geometry=[], srid=srid)
    as_of = float((question.end - EPOCH).days)
    zones = warm_zones(xy_m, t_days, as_of=as_of, distance_m=distance_m, days=days)
    to_degrees = pyproj.Transformer.from_crs(srid, 4326, always_xy=True)
    rows, shapes = [], []
    for zone in np.unique(zones.zone):
        inside = zones.incident[zones.zone == zone]
        points = shapely.points(xy_m[inside])
        newest, oldest = (EPOCH + timedelta(days=int(end)) for end in (t_days[inside].max(), t_days[inside].min()))
        longitude, latitude = to_degrees.transform(*xy_m[inside].mean(axis=0))
        rows.append(
            {
                "incidents": len(inside),
                "first": oldest,
                "newest": newest,
                "warm until": newest + timedelta(days=days - 1),
                "longitude": round(float(longitude), 6),
                "latitude": round(float(latitude), 6),
            }
        )
        shapes.append(shapely.union_all(shapely.buffer(points, distance_m)))
    order = sorted(range(len(rows)), key=lambda n: (-rows[n]["incidents"], -rows[n]["newest"].toordinal()))
    return Report(
        title,
        asked,
        [{"rank": rank, **rows[n]} for rank, n in enumerate(order, start=1)],
        ("Zones move with every day; ranked by incidents, then by the newest.", CAVEAT),
        geometry=[shapes[n] for n in order],
        srid=srid,
    )


def _knox_rows(table: KnoxTable) -> list[dict[str, object]]:
    rows = []
    for d, (near, far) in enumerate(zip(table.distance_edges_m, table.distance_edges_m[1:], strict=False)):
        for t, (soon, late) in enumerate(zip(table.time_edges_days, table.time_edges_days[1:], strict=False)):
            rows.append(
                {
                    "metres": f"{near:g} to {far:g}" if d else "same place",
                    "days": f"{soon:g} to {late:g}",
                    "pairs": int(table.observed[d, t]),
                    "expected": round(float(table.expected[d, t]), 1),
                    "ratio": round(float(table.ratio[d, t]), 3),
                    "p": round(float(table.p[d, t]), 4),
                }
            )
    return rows


def _ratio_within(table: KnoxTable, distance_m: float, days: int) -> tuple[float, float]:
    """Observed over expected pairs within the reach, and its lower 95 % bound for a Poisson count of pairs."""
    from scipy.stats import chi2

    near = np.array(table.distance_edges_m[1:]) <= distance_m
    soon = np.array(table.time_edges_days[1:]) <= days
    observed, expected = table.observed[near][:, soon].sum(), float(table.expected[near][:, soon].sum())
    if expected <= 0:
        return 0.0, 0.0
    return float(observed / expected), float(chi2.ppf(0.025, 2 * observed) / 2 / expected) if observed else 0.0
