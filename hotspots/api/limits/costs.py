"""Processor seconds that each network has cost lately: a sum that fades, so that nothing needs to be taken off it later."""

from __future__ import annotations

from collections.abc import Callable
from math import ceil, exp, log
from time import monotonic

FADES_S = 60.0  # in this time a cost fades to a third (1/e); a steady cost of so much a minute stands as that much
SWEEP_AT = 1_000  # networks; then those that cost next to nothing are forgotten
NOTHING_S = 0.001


class Costs:
    """Kept in this process's memory, under the names that the caller gives."""

    def __init__(self, *, clock: Callable[[], float] = monotonic) -> None:
        self._clock = clock
        self._costs: dict[str, tuple[float, float]] = {}  # seconds, and when that was
        self._sweep_at = SWEEP_AT

    def __len__(self) -> int:
        """How many networks are kept."""
        return len(self._costs)

    def of(self, name: str) -> float:
        """Seconds that a network has cost in about the last minute."""
        seconds, then = self._costs.get(name, (0.0, 0.0))
        return seconds * exp((then - self._clock()) / FADES_S)

    def add(self, name: str, seconds: float) -> None:
        """Count seconds to a network."""
        self._costs[name] = (self.of(name) + seconds, self._clock())
        if len(self._costs) > self._sweep_at:
            self._costs = {one: kept for one, kept in self._costs.items() if self.of(one) > NOTHING_S}
            self._sweep_at = max(SWEEP_AT, 2 * len(self._costs))

    def wait_s(self, name: str, budget_s: float) -> int:
        """Whole seconds until a network's cost is within a budget; 0 where it is."""
        return ceil(FADES_S * log(max(self.of(name), budget_s) / budget_s))
