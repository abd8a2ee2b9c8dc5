"""The reports, where and when: all that a model may learn from."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from hotspots_models.errors import InputError, LeakError

if TYPE_CHECKING:
    from numpy.typing import NDArray

MONTH_DAYS, NEWEST_MONTHS, STRAGGLERS = 30, 24, 0.1


@dataclass(frozen=True, eq=False)
class History:
    """Reported incidents as arrays, with the crime type(s) whose future is asked for.

    Parameters
    ----------
    xy_m : (n, 2) float, metres, projected CRS
        Where. Longitude and latitude are refused.
    t_days : (n,) float, days since any one epoch
        When, of the local wall clock; the same epoch as ``as_of``.
    crime_type : (n,) int
        What, as codes.
    target : (k,) int
        The code or codes to forecast (a single int will do). The other types are there as evidence.
    event : (n,) int, optional
        The agency's incident that a row belongs to. Rows of one event and one type (one for each victim, say) count once.
    known_days : (n,) float, days since the epoch, optional
        When each row became known: the day of its delivery. What came later is not known to a forecast made before. Where nothing tells,
        the time of the row itself.
    """

    xy_m: NDArray[np.float64]
    t_days: NDArray[np.float64]
    crime_type: NDArray[np.int64]
    target: tuple[int, ...] | int
    event: NDArray[np.int64] | None = None
    known_days: NDArray[np.float64] | None = None

    def __post_init__(self) -> None:
        """Bring the arrays to one type each and check them."""
        target = tuple(int(code) for code in np.atleast_1d(np.asarray(self.target, dtype=np.int64)))
        object.__setattr__(self, "target", target)
        object.__setattr__(self, "xy_m", np.asarray(self.xy_m, dtype=float).reshape(-1, 2))
        object.__setattr__(self, "t_days", np.asarray(self.t_days, dtype=float))
        object.__setattr__(self, "crime_type", np.asarray(self.crime_type, dtype=np.int64))
        if self.event is not None:
            object.__setattr__(self, "event", np.asarray(self.event, dtype=np.int64))
        if self.known_days is not None:
            object.__setattr__(self, "known_days", np.asarray(self.known_days, dtype=float))
        n = len(self.xy_m)
        for name in ("t_days", "crime_type", "event", "known_days"):
            column = getattr(self, name)
            if column is not None and column.shape != (n,):
                raise InputError(
                    f"{name} has shape {column.shape}, but there are {n} points in xy_m: give one value a point"
                )
        if not target:
            raise InputError("target is empty: give the code of at least one crime type to forecast")
        if not np.isfinite(self.xy_m).all():
            bad = int((~np.isfinite(self.xy_m).all(axis=1)).sum())
            raise InputError(
                f"{bad} of {n} points in xy_m are not finite: leave unlocated incidents out and count them apart"
            )
        if not np.isfinite(self.t_days).all():
            raise InputError(
                f"{int((~np.isfinite(self.t_days)).sum())} of {n} times in t_days are not finite: leave them out"
            )
        if n and (np.abs(self.xy_m[:, 0]) <= 180).all() and (np.abs(self.xy_m[:, 1]) <= 90).all():
            x, y = self.xy_m[0]
            raise InputError(
                f"xy_m looks like longitude and latitude (first point {x:g}, {y:g}): project it to metres first"
            )

    def __len__(self) -> int:
        """Return the number of rows."""
        return len(self.xy_m)

    @property
    def targets(self) -> tuple[int, ...]:
        """The code or codes to forecast."""
        return (self.target,) if isinstance(self.target, int) else self.target

    @property
    def is_target(self) -> NDArray[np.bool_]:
        """(n,) True for rows of the type(s) to forecast."""
        return np.isin(self.crime_type, self.targets)

    def take(self, kept: NDArray[np.bool_] | NDArray[np.int64]) -> History:
        """Return the rows that a mask or an index names."""
        event = None if self.event is None else self.event[kept]
        known = None if self.known_days is None else self.known_days[kept]
        return replace(
            self,
            xy_m=self.xy_m[kept],
            t_days=self.t_days[kept],
            crime_type=self.crime_type[kept],
            event=event,
            known_days=known,
        )

    def before(self, t_days: float) -> History:
        """Return the rows strictly before a time and known by then: what a forecast made then may know."""
        past = self.t_days < t_days
        return self.take(past if self.known_days is None else past & (self.known_days <= t_days))

    def between(self, from_days: float, to_days: float) -> History:
        """Return the rows of the half-open period [from_days, to_days)."""
        return self.take((self.t_days >= from_days) & (self.t_days < to_days))

    def of_target(self) -> History:
        """Return the rows of the type(s) to forecast."""
        return self.take(self.is_target)

    def for_target(self, target: int | tuple[int, ...]) -> History:
        """Return the same rows with another crime type to forecast."""
        return replace(self, target=target)

    def one_row_an_event(self) -> History:
        """Return the earliest row of each event and type, whatever the order of rows; where no events are given, all rows."""
        if self.event is None:
            return self
        order = np.lexsort((self.xy_m[:, 1], self.xy_m[:, 0], self.t_days, self.crime_type, self.event))
        which = np.column_stack([self.event, self.crime_type])[order]
        first = np.append(True, (which[1:] != which[:-1]).any(axis=1))[: len(self)]
        return self if first.all() else self.take(np.sort(order[first]))

    def records_begin(self, as_of: float) -> float:
        """Return the day from which the records are more than stragglers.

        A file of two years often holds a few incidents that happened decades before they were reported. Taken for the start of the
        history they would make it look long and empty. So the oldest month (of 30 days back from ``as_of``) counts that has at least a
        tenth of the rows that a month of the newest two years has (median of the months with any).
        """
        if not len(self):
            return float(as_of)
        month = np.floor((as_of - self.t_days) / MONTH_DAYS).astype(np.int64)
        rows = np.bincount(month)
        newest = rows[:NEWEST_MONTHS][rows[:NEWEST_MONTHS] > 0]
        usual = float(np.median(newest)) if newest.size else 0.0
        oldest = int(np.flatnonzero(rows >= max(STRAGGLERS * usual, 1.0))[-1])
        return float(self.t_days[month <= oldest].min())

    def check_before(self, as_of: float) -> None:
        """Raise :class:`LeakError` when a row lies at or after the origin of a forecast."""
        late = self.t_days >= as_of
        if late.any():
            raise LeakError(
                f"{int(late.sum())} of {len(self)} incidents lie at or after as_of {as_of:g} (the latest at {self.t_days.max():g} days): "
                "a forecast may only know what came before; cut the history with History.before(as_of)"
            )
