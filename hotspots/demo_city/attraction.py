"""Which addresses an offence prefers: the use of the building, what is near by, and a long tail from door to door."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from hotspots.demo_city.draws import Draws
from hotspots.demo_city.layout import SEED

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from hotspots.demo_city.streets import Addresses

    Ints = NDArray[np.int64]

NEAR_M, FAR_M = 100, 200
# Weight by use of the address: house, flats, shop, office, workshop.
USES: dict[str, tuple[int, int, int, int, int]] = {
    "homes": (3, 14, 1, 0, 0),
    "tension": (2, 8, 5, 1, 1),
    "nightlife": (0, 1, 9, 2, 0),
    "robbery": (1, 3, 8, 3, 1),
    "burglary": (6, 5, 0, 0, 0),
    "shops": (0, 0, 8, 5, 9),
    "cars": (4, 6, 4, 3, 3),
    "crowds": (1, 3, 10, 7, 1),
    "tills": (0, 0, 12, 0, 0),
    "students": (2, 6, 4, 5, 0),
    "damage": (4, 6, 5, 2, 3),
    "vacant": (2, 3, 2, 1, 3),
    "corners": (1, 2, 4, 0, 1),
}
# The truth about risk factors: by how many percent a factor within 100 m, and one within 200 m, raises the weight.
EFFECTS: dict[str, dict[str, tuple[int, int]]] = {
    "homes": {"vacant buildings": (60, 20)},
    "tension": {"bars": (150, 50), "vacant buildings": (120, 40), "bus stops": (30, 0)},
    "nightlife": {"bars": (900, 200), "stations": (100, 50)},
    "robbery": {"bars": (180, 60), "stations": (250, 120), "bus stops": (80, 20), "vacant buildings": (50, 0)},
    "burglary": {"vacant buildings": (220, 80), "railway": (50, 20)},
    "shops": {"vacant buildings": (80, 0), "railway": (60, 0)},
    "cars": {"car parks": (350, 120), "stations": (120, 60)},
    "crowds": {"stations": (220, 80), "bars": (60, 20)},
    "tills": {"bus stops": (40, 0)},
    "students": {"students' quarter": (600, 300), "stations": (200, 50)},
    "damage": {"bars": (60, 20), "schools": (80, 40), "vacant buildings": (80, 30)},
    "vacant": {"vacant buildings": (900, 200), "railway": (60, 0)},
    "corners": {"vacant buildings": (300, 100), "bus stops": (120, 20)},
}
# From door to door and from one stretch of street to the next, most are quiet and a few are not.
_TAIL = np.array([2, 2, 3, 3, 4, 4, 5, 6, 8, 10, 14, 22, 40])
_TAIL_WEIGHTS = (160, 160, 150, 130, 100, 80, 60, 45, 32, 20, 12, 6, 2)


def near(addresses: Addresses, x_dm: Ints, y_dm: Ints) -> Ints:
    """(n,) 2 where one of the points is within 100 m of the address, 1 within 200 m, else 0."""
    level = np.zeros(len(addresses), dtype=np.int64)
    for x, y in zip(x_dm.tolist(), y_dm.tolist(), strict=True):
        close = np.flatnonzero(np.abs(addresses.x_dm - x) <= FAR_M * 10)
        squared = (addresses.x_dm[close] - x) ** 2 + (addresses.y_dm[close] - y) ** 2
        level[close] = np.maximum(
            level[close], (squared <= (FAR_M * 10) ** 2).astype(np.int64) + (squared <= (NEAR_M * 10) ** 2)
        )
    return level


def attractions(addresses: Addresses, nearness: dict[str, Ints], community: Ints) -> dict[str, Ints]:
    """(n,) whole-number weights of the addresses for each kind of attraction.

    Parameters
    ----------
    nearness : by factor, (n,) 0, 1 or 2 as `near` gives it.
    community : (n,) index of each address's community area; some are busier than others.
    """
    segments = int(addresses.segment.max()) + 1
    busy = _TAIL[Draws(SEED, "busy streets").pick(_TAIL_WEIGHTS, segments)][
        addresses.segment
    ]  # for every offence alike
    weights = {}
    for name, by_use in USES.items():
        draws = Draws(SEED, f"attraction {name}")
        own = _TAIL[draws.pick(_TAIL_WEIGHTS, segments)][addresses.segment]
        tail = busy * (4 + own) * _TAIL[draws.pick(_TAIL_WEIGHTS, len(addresses))] // 8
        area = 60 + 12 * draws.below(11, int(community.max()) + 1)[community]
        percent = np.full(len(addresses), 100, dtype=np.int64)
        for factor, (within_near, within_far) in EFFECTS[name].items():
            percent = percent * (100 + np.asarray((0, within_far, within_near))[nearness[factor]]) // 100
        weights[name] = np.asarray(by_use)[addresses.use] * tail * area // 10 * percent // 100
    return weights
