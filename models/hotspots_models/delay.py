"""How late incidents become known: learnt from deliveries, so that the newest days are not taken for quiet ones."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from hotspots_models.history import History

    Floats = NDArray[np.float64]

USUAL_DELAY_DAYS = 45.0  # a delivery whose rows are older, by median, hands in history and tells nothing of delays
LATEST_DAYS = 60  # rows that come later than this count as complete without them
LEARNT_DAYS, MOST_DELIVERIES = 365.0, 60
FEWEST_ROWS = 100
OF_ALL_TYPES = 20.0  # incidents of each age that the delays of all types weigh beside the forecast type's own
LEAST_COMPLETE = 0.1  # an incident stands for ten at most


@dataclass(frozen=True, eq=False)
class Delay:
    """How complete the newest days are.

    Parameters
    ----------
    delivered : day of the newest delivery
    until : the same, or the day of the forecast where that is earlier; nothing is known of later days
    complete : (61,) share of a day's incidents that a delivery 0, 1, 2, … days later holds
    n_rows : how many incidents it was learnt from, those of each delivery looked at
    """

    delivered: float
    until: float
    complete: Floats
    n_rows: int

    def weights(self, t_days: Floats) -> Floats:
        """Return (n,) how many incidents each known one stands for, by its age in whole days on the day of the newest delivery."""
        age = np.clip(np.floor(self.delivered - t_days), 0, LATEST_DAYS).astype(np.int64)
        return 1 / np.maximum(self.complete[age], LEAST_COMPLETE)


def known_when(t_days: Floats, delivered_days: Floats) -> Floats:
    """Return (n,) the day on which each row became known, from the day of its delivery.

    Deliveries that hand in history (the first one, or years loaded at once) do not tell when their rows were known: those count as
    known when they happened.

    Parameters
    ----------
    t_days, delivered_days : (n,) float, days since one epoch
    """
    known = np.array(delivered_days, dtype=float)
    for day in np.unique(known):
        rows = delivered_days == day
        if np.median(day - t_days[rows]) > USUAL_DELAY_DAYS:
            known[rows] = t_days[rows]
    return known


def learn_delay(history: History, *, as_of: float) -> Delay | None:
    """Return how complete the newest days are on the day of the newest delivery; None where deliveries do not tell.

    Looks at up to sixty earlier deliveries of the last year: of the incidents of each day before one, which part was in it or in an
    earlier one? The rest came within the 60 days or more since. The forecast type's own delays count, drawn to those of all types by 20
    incidents of each age: a robbery is reported sooner than a burglary, and with the delays of all types its total came out too high.

    Parameters
    ----------
    history : rows known before `as_of`, all crime types
    """
    if history.known_days is None:
        return None
    told = history.known_days > history.t_days
    t_days, known, own = history.t_days[told], history.known_days[told], history.is_target[told]
    if not len(known):
        return None
    delivered, deliveries = float(known.max()), np.unique(known)
    deliveries = deliveries[
        (deliveries <= delivered - LATEST_DAYS) & (deliveries >= delivered - LATEST_DAYS - LEARNT_DAYS)
    ]
    some = (
        deliveries[np.unique(np.linspace(0, len(deliveries) - 1, MOST_DELIVERIES).astype(int))]
        if len(deliveries)
        else []
    )
    there, all_of_it = (
        np.zeros((2, LATEST_DAYS + 1)),
        np.zeros((2, LATEST_DAYS + 1)),
    )  # of all types, and of the forecast type
    for day in some:
        near = (t_days < day) & (t_days >= day - LATEST_DAYS - 1)
        age = np.minimum(np.floor(day - t_days[near]), LATEST_DAYS).astype(np.int64)
        for n, counted in enumerate((np.ones(len(age), dtype=bool), own[near])):
            all_of_it[n] += np.bincount(age[counted], minlength=LATEST_DAYS + 1)
            there[n] += np.bincount(age[counted & (known[near] <= day)], minlength=LATEST_DAYS + 1)
    if all_of_it[0].sum() < FEWEST_ROWS:
        return None
    of_all = np.divide(there[0], all_of_it[0], out=np.ones(LATEST_DAYS + 1), where=all_of_it[0] > 0)
    complete = (there[1] + OF_ALL_TYPES * of_all) / (all_of_it[1] + OF_ALL_TYPES)
    return Delay(delivered, min(delivered, as_of), complete, int(all_of_it[0].sum()))
