"""The words of a list about each of its places: where it is in words, how sure, why, and what stands near."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
import pyproj
import shapely

from hotspots.domain.place_list import FactorNear, RankedPlace
from hotspots.pipeline.at_risk.city_words import Labelled
from hotspots.pipeline.at_risk.explanations import Reasons
from hotspots.pipeline.at_risk.units import Units
from hotspots.store.server.connection import Connection
from hotspots.store.staff import at_risk as staff_lists
from hotspots.store.staff import forecasts as forecast_store
from hotspots.words.language import Language

if TYPE_CHECKING:
    from datetime import date

    from numpy.typing import NDArray

FACTOR_DISTANCE_M = 150.0


def described(
    connection: Connection,
    city: staff_lists.City,
    units: Units,
    reasons: Reasons,
    *,
    chosen: NDArray[np.int64],
    n_random: int,
    letters: Sequence[str | None],
    before: dict[str, staff_lists.Listed],
    on_day: date,
    language: Language,
    labelled: Labelled,
) -> list[RankedPlace]:
    """Describe the chosen units in their order; the last `n_random` were drawn blindly, `before` are the lists that held a code."""
    inside = shapely.point_on_surface(units.geometry[chosen])
    xy = shapely.get_coordinates(inside).reshape(-1, 2)
    where = staff_lists.read_neighbourhoods(connection, xy, srid=city.srid, on_day=on_day)
    to_degrees = pyproj.Transformer.from_crs(city.srid, 4326, always_xy=True)
    longitude, latitude = to_degrees.transform(xy[:, 0], xy[:, 1])
    known = {labelled(name): shapes for name, shapes in _known_factors(connection, on_day).items()}
    factors = _factors(known, units.geometry, chosen, reasons)
    usual = units.count_last_year[reasons.comparable]
    typical = float(np.median(usual)) if len(usual) else 0.0
    total, sure = float(units.expected_in_cell.sum()), reasons.sure
    return [
        RankedPlace(
            rank=n + 1,
            letter=letters[n],
            boxes=int(units.boxes[unit]),
            chosen_by="random" if n >= len(chosen) - n_random else "expected incidents",
            unit_id=int(units.unit_id[unit]),
            code=str(units.code[unit]),
            words=_words(units.name[unit], where[n], language, labelled),
            area_name=where[n].area_name,
            geometry=units.geometry[unit],
            longitude=round(float(longitude[n]), 6),
            latitude=round(float(latitude[n]), 6),
            area_m2=float(units.area_m2[unit]),
            expected=float(units.expected[unit]),
            harm=float(units.harm[unit]),
            share_of_city=float(units.expected[unit] / total) if total else 0.0,
            count_last_year=round(float(units.count_last_year[unit]), 1),
            typical_count=round(typical * float(units.boxes[unit]), 1),
            others={labelled(label): share for label, share in reasons.others_of(unit).items()},
            usual_others={labelled(label): share for label, share in reasons.usual_others.items()},
            count_low=int(sure.count_low[unit]),
            count_high=int(sure.count_high[unit]),
            chance_on_list=round(float(sure.chance_in_top[unit]), 3),
            rank_low=int(sure.rank_low[unit]),
            rank_high=int(sure.rank_high[unit]),
            shares=reasons.shares_of(unit),
            risk_values=reasons.risk_values_of(unit),
            listed_since=min((one.since for one in _listed(before, str(units.code[unit])) if one.since), default=None),
            lists_before=max((one.days for one in _listed(before, str(units.code[unit]))), default=0),
            factors=tuple(one[n] for one in factors),
        )
        for n, unit in enumerate(chosen.tolist())
    ]


def _listed(before: dict[str, staff_lists.Listed], code: str) -> list[staff_lists.Listed]:
    """The lists that held any box of a place."""
    return [before[part] for part in code.split("+") if part in before]


def _known_factors(connection: Connection, on_day: date) -> dict[str, NDArray[np.object_]]:
    return {
        one.name: one.geometry
        for one in forecast_store.read_risk_factors(connection)
        if (one.valid_from is None or one.valid_from <= on_day) and (one.valid_to is None or on_day < one.valid_to)
    }


def _words(name: str | None, where: staff_lists.Neighbourhood, language: Language, labelled: Labelled) -> str:
    if name:
        return name
    near = language.say("near {place}", place=where.nearest) if where.nearest else language.say("no named street near")
    return f"{near}, {labelled(where.area_label or '')} {where.area_name}" if where.area_name else near


def _factors(
    factors: dict[str, NDArray[np.object_]], geometry: NDArray[np.object_], chosen: NDArray[np.int64], reasons: Reasons
) -> list[list[FactorNear]]:
    """For each factor, one `FactorNear` a chosen unit; medians are over all units."""
    described = []
    for name, shapes in factors.items():
        tree = shapely.STRtree(shapes)
        hits = tree.query(geometry, predicate="dwithin", distance=FACTOR_DISTANCE_M)[0]
        within = np.bincount(hits, minlength=len(geometry))
        (queried, _), metres = tree.query_nearest(geometry, return_distance=True, all_matches=False)
        nearest = np.full(len(geometry), np.nan)
        nearest[queried] = metres
        described.append(
            [
                FactorNear(
                    name=name,
                    within_150_m=int(within[unit]),
                    nearest_m=round(float(nearest[unit]), 1),
                    city_median_within_150_m=float(np.median(within)),
                    city_median_nearest_m=round(float(np.median(nearest)), 1),
                    absent_share=reasons.absent_share(within == 0),
                )
                for unit in chosen.tolist()
            ]
        )
    return described
