"""The whole invented city in memory: ground plan, places, risk factors and what happened."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from hotspots.demo_city import landmarks, layout
from hotspots.demo_city.areas import Areas, build_areas
from hotspots.demo_city.attraction import attractions, near
from hotspots.demo_city.events import Events, build_events
from hotspots.demo_city.places import (
    Points,
    build_bus_stops,
    build_police_stations,
    build_schools,
    build_stations,
    choose_bars,
    choose_vacant,
    line_of,
)
from hotspots.demo_city.streets import Addresses, Intersections, build_addresses, build_intersections

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Ints = NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class DemoCity:
    """Everything that the files are written from, and the truth behind it."""

    addresses: Addresses
    intersections: Intersections
    areas: dict[str, Areas]
    schools: Points
    stations: Points
    police_stations: Points
    bus_stops: Points
    bars: Ints  # indexes into addresses
    vacant_buildings: Ints
    nearness: dict[str, Ints]  # by risk factor, (n addresses,) 2: within 100 m, 1: within 200 m, 0
    attractions: dict[str, Ints]  # by name, (n addresses,) true weights
    events: Events


def build_city() -> DemoCity:
    """Build the city: the same on every machine, in about two seconds."""
    addresses = build_addresses()
    areas = build_areas(addresses)
    schools, stations, bus_stops = build_schools(addresses), build_stations(), build_bus_stops()
    bars, vacant = choose_bars(addresses), choose_vacant(addresses)
    u_from, v_from, u_to, v_to = landmarks.CAMPUS
    quarter = np.maximum(np.abs(addresses.u - (u_from + u_to) / 2), np.abs(addresses.v - (v_from + v_to) / 2))
    nearness = {
        "bars": near(addresses, addresses.x_dm[bars], addresses.y_dm[bars]),
        "vacant buildings": near(addresses, addresses.x_dm[vacant], addresses.y_dm[vacant]),
        "bus stops": near(addresses, bus_stops.x_dm, bus_stops.y_dm),
        "stations": near(addresses, stations.x_dm, stations.y_dm),
        "schools": near(addresses, schools.x_dm, schools.y_dm),
        "car parks": near(addresses, *_middles(landmarks.CAR_PARKS)),
        "railway": near(addresses, *_railway()),
        "students' quarter": np.where(quarter < 3, 2, np.where(quarter < 5, 1, 0)),
    }
    community = areas["community_area"].of_cell[layout.cell_of(addresses.u, addresses.v)]
    weights = attractions(addresses, nearness, community)
    events = build_events(addresses, weights)
    return DemoCity(
        addresses,
        build_intersections(),
        areas,
        schools,
        stations,
        build_police_stations(),
        bus_stops,
        bars,
        vacant,
        nearness,
        weights,
        events,
    )


def _middles(rectangles: tuple[tuple[float, float, float, float], ...]) -> tuple[Ints, Ints]:
    return layout.to_decimetres(
        [(u0 + u1) / 2 for u0, _, u1, _ in rectangles], [(v0 + v1) / 2 for _, v0, _, v1 in rectangles]
    )


def _railway() -> tuple[Ints, Ints]:
    lines = [line_of(landmarks.RAILWAY), line_of(landmarks.BRANCH)]
    return np.concatenate([x for x, _ in lines]), np.concatenate([y for _, y in lines])
