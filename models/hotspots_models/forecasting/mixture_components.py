"""Components of the kernel mixture: counts, smooths, points and addresses, of the type itself and of all types."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from hotspots_models.forecasting.evidence import OWN, Component
from hotspots_models.forecasting.point_memory import ADDRESSES, READINGS, REPEATED_LATELY

NEVER = float("inf")

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.floating[Any]]

HALF_LIVES_DAYS = (14.0, 60.0, 180.0, 720.0, NEVER)


SIGMAS_CELLS = (0.0, 0.5, 1.0, 2.0, 4.0, 8.0)


POINT_SIGMAS_CELLS = (0.0, 1.0)


OTHER_HALF_LIVES_DAYS = (60.0, NEVER)


OTHER_SIGMAS_CELLS = (0.0, 1.0, 2.0)


AROUND_CELLS = 2.0


ADDRESS_AROUND_CELLS = (2.0, 8.0)


def own_components(half_lives_days: tuple[float, ...] = HALF_LIVES_DAYS) -> list[Component]:
    """Return the readings of the forecast type itself, of cells and of the points in them.

    Raw counts of the last fortnight are left out: they overfit.
    """
    counts = [Component(OWN, h, s) for h in half_lives_days for s in SIGMAS_CELLS if h != HALF_LIVES_DAYS[0] or s > 0]
    fades = HALF_LIVES_DAYS[0] in half_lives_days
    readings = [reading for reading in READINGS if fades or reading != REPEATED_LATELY]
    return [*counts, *(Component(reading, NEVER, s) for reading in readings for s in POINT_SIGMAS_CELLS)]


def other_components(kinds: list[str], half_lives_days: tuple[float, ...] = OTHER_HALF_LIVES_DAYS) -> list[Component]:
    """Return the readings of the other types: as counted, and with each count worth what the forecast type is around it."""
    others = [(kind, h) for kind in kinds if kind != OWN for h in half_lives_days]
    plain = [Component(kind, h, s) for kind, h in others for s in OTHER_SIGMAS_CELLS]
    return [*plain, *(Component(kind, h, 0.0, AROUND_CELLS) for kind, h in others)]


def address_components() -> list[Component]:
    """Return the readings of how many addresses a cell has, each address worth what the forecast type is around it.

    Addresses are the points where anything was ever reported: what there is to steal from or break into, as far as the record knows.
    """
    return [Component(reading, NEVER, 0.0, around) for reading in ADDRESSES for around in ADDRESS_AROUND_CELLS]


def all_components(kinds: list[str], half_lives_days: tuple[float, ...]) -> list[Component]:
    """Return the readings of the forecast type and, where there are other types, of these and of the addresses."""
    own, others = own_components(half_lives_days), tuple(h for h in OTHER_HALF_LIVES_DAYS if h in half_lives_days)
    return [*own, *other_components(kinds, others), *address_components()] if len(kinds) > 1 else own
