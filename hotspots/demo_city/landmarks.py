"""Landmarks in lattice coordinates: parks, schools, stations, the railway, car parks and bar strips."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hotspots.demo_city.layout import N_U, N_V, rectangle

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

PARKS: tuple[tuple[str, float, float, float, float], ...] = (
    ("Founders Park", 30, 28, 36, 34),
    ("Lakeshore Park North", 69, 44, 72, 60),
    ("Lakeshore Park South", 69, 14, 72, 26),
    ("Riverside Gardens", 36, 41, 43, 43),
    ("Millrace Meadow", 17, 36, 20, 40),
    ("Kiln Hill Common", 18, 62, 23, 68),
    ("Heronsgate Park", 50, 62, 54, 66),
    ("Quarry Fields Recreation Ground", 22, 8, 26, 12),
    ("Eastfields Park", 58, 20, 62, 24),
    ("Prairie End Park", 46, 2, 50, 6),
    ("Old Orchard Green", 12, 24, 14, 28),
    ("Saltmarsh Nature Reserve", 62, 68, 70, 74),
    ("Tanners Green", 33, 54, 36, 56),
    ("Court Square", 46, 34, 47, 36),
    ("Harbour Green", 64, 10, 66, 12),
    ("Weavers Cross Playing Field", 36, 12, 39, 16),
    ("Swift Street Pocket Park", 44, 72, 46, 74),
    ("Foundry Row Gardens", 6, 46, 8, 50),
    ("Alder Playground", 2, 24, 4, 26),
    ("Hickory Playground", 30, 20, 32, 22),
    ("Juniper Playground", 41, 22, 42, 24),
    ("Kestrel Playground", 26, 50, 28, 52),
    ("Poplar Playground", 55, 48, 57, 50),
    ("Walnut Playground", 66, 32, 68, 34),
)
CAR_PARKS: tuple[tuple[float, float, float, float], ...] = (
    (40.2, 32.2, 40.8, 32.8),
    (43.2, 38.2, 43.8, 38.8),
    (49.2, 31.2, 49.8, 31.8),
    (52.2, 36.2, 52.8, 36.8),
    (54.2, 33.2, 54.8, 33.8),
    (12.2, 30.2, 13.8, 31.6),
    (13.2, 32.2, 14.8, 33.6),
    (27.2, 46.3, 28.8, 47.7),
    (52.2, 56.3, 53.8, 57.7),
    (60.2, 26.3, 61.8, 27.7),
    (61.2, 28.3, 62.8, 29.7),
    (24.2, 16.3, 25.8, 17.7),
    (66.2, 38.3, 67.8, 39.5),
    (38.2, 4.3, 39.8, 5.7),
)
# Name, kind, other names, postcode and place of what residents search for.
LANDMARKS: tuple[tuple[str, str, str, str, float, float], ...] = (
    ("Exampleton General Hospital", "hospital", "General;City Hospital", "50021", 34.4, 45.2),
    ("St Brigid Hospital", "hospital", "Brigid's", "50034", 58.3, 55.4),
    ("Harbour Street Clinic", "hospital", "", "50012", 61.2, 12.6),
    ("City Hall", "landmark", "Town Hall", "50001", 45.5, 34.6),
    ("Central Library", "landmark", "Library", "50001", 47.3, 36.6),
    ("Founders Stadium", "landmark", "The Bowl;Founders Field", "50021", 37.4, 30.4),
    ("Museum of Bridges", "landmark", "Bridge Museum", "50001", 50.2, 38.7),
    ("Market West", "landmark", "Market West shopping centre;The Mall", "50043", 13.6, 31.4),
    ("Old Customs House", "landmark", "", "50012", 64.4, 7.4),
)
# What lies around the city: water from corner to corner, and names.
WATER: tuple[tuple[str, float, float, float, float], ...] = (
    ("Heron Lake", N_U, -150, N_U + 200, N_V + 150),
    ("Mill River", -200, 40, N_U, 41),
)
AROUND: tuple[tuple[str, str, float, float], ...] = (
    ("Otterbrook", "town", 3, 70),
    ("Sallow Hill", "town", 2, 4),
    ("Far Meadow", "town", 34, -6),
    ("Northcote", "town", 46, N_V + 5),
    ("Exampleton Airfield", "airport", -6, 26),
)
MALL = (12, 30, 15, 33)  # Market West shopping centre
CAMPUS = (26, 46, 32, 50)  # Technical High School and its students' quarter

# The railway from the north-west to the harbour and its branch; stations stand on it in the order of names.STATIONS.
RAILWAY: tuple[tuple[float, float], ...] = (
    (30, 76),
    (30, 60),
    (31, 46),
    (34, 42),
    (38, 37),
    (44, 35),
    (48, 34),
    (49, 30),
    (50, 16),
    (58, 8),
    (61, 4),
)
BRANCH: tuple[tuple[float, float], ...] = ((44, 35), (34, 35), (26, 33), (14, 33), (6, 37))
STATION_AT: tuple[tuple[float, float], ...] = (
    (30, 76),
    (30, 70),
    (30, 64),
    (30, 58),
    (30.5, 53),
    (31, 47),
    (36, 39.6),
    (44, 35),
    (48, 34),
    (49.4, 25),
    (49.8, 18.6),
    (53, 13),
    (60, 5.4),
    (14, 33),
    (22, 33),
    (33, 34.9),
    (8, 36),
)
POLICE_STATION_AT: tuple[tuple[float, float], ...] = ((22.5, 57), (55.5, 59), (20.5, 21), (58.5, 15))
BAR_STRIPS: tuple[tuple[float, float], ...] = (
    (44, 39),
    (46, 38),
    (51, 33),
    (28, 48),
    (52, 24),
    (36, 64),
    (20, 24),
    (60, 52),
)
# Where houses stand empty: around these points, within so many lines.
DECLINE: tuple[tuple[float, float, float], ...] = ((16, 16, 7), (10, 52, 6), (26, 38, 5), (56, 6, 5))


def park_cells() -> NDArray[np.bool_]:
    """(2 N_U, 2 N_V) which squares lie in a park."""
    mask = rectangle(0, 0, 0, 0)
    for _, u_from, v_from, u_to, v_to in PARKS:
        mask |= rectangle(u_from, v_from, min(u_to, N_U), min(v_to, N_V))
    return mask
