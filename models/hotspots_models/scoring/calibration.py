"""Does as much come as was promised? Tables, the slope, and the correction λ ← e^a λ^b."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from hotspots_models.scoring.metrics import flag, rank

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.floating[Any]]


@dataclass(frozen=True)
class CalibrationRow:
    """Observed beside expected in one part of the area; ``ratio`` is None where nothing was expected."""

    part: str
    area_share: float
    observed: float
    expected: float

    @property
    def ratio(self) -> float | None:
        """Observed over expected."""
        return self.observed / self.expected if self.expected > 0 else None


def calibration_table(expected: Floats, observed: Floats, area_m2: Floats) -> list[CalibrationRow]:
    """Return observed and expected in the top 0.1, 1 and 5 % of the area and in each tenth of it, riskiest first."""

    def row(part: str, cells: NDArray[np.bool_]) -> CalibrationRow:
        share = float(area_m2[cells].sum() / area_m2.sum())
        return CalibrationRow(part, share, float(observed[cells].sum()), float(expected[cells].sum()))

    order = rank(expected, area_m2)
    middle = np.empty(len(order))
    middle[order] = (np.cumsum(area_m2[order]) - area_m2[order] / 2) / area_m2.sum()
    tenth = np.minimum((middle * 10).astype(int), 9)
    rows = [row(f"top {100 * share:g} %", flag(expected, area_m2, share=share)) for share in (0.001, 0.01, 0.05)]
    return [*rows, *(row(f"tenth {k + 1}", tenth == k) for k in range(10)), row("all", np.ones(len(order), dtype=bool))]


def calibration_line(
    expected: Floats, observed: Floats, *, weights: Floats | None = None
) -> tuple[float, float] | None:
    """Return (a, b) of ln E[y] = a + b ln λ by Poisson maximum likelihood; a = 0 and b = 1 is perfect.

    Cells where nothing is expected are left out. ``None`` when there is nothing to fit. Cox [1958] is the source of the line.
    """
    use = expected > 0
    y, log_expected = observed[use], np.log(expected[use])
    w = np.ones(y.size) if weights is None else weights[use]
    if float(np.sum(w * y)) <= 0 or float(np.ptp(log_expected)) < 1e-9:
        return None
    centre = float(np.average(log_expected, weights=w * np.exp(log_expected)))
    x = log_expected - centre
    a, b = float(np.log(np.sum(w * y) / np.sum(w * np.exp(log_expected)))) + centre, 1.0
    for _ in range(50):
        mean = w * np.exp(np.minimum(a + b * x, 50.0))
        gradient = np.array([np.sum(w * y - mean), np.sum((w * y - mean) * x)])
        hessian = np.array([[np.sum(mean), np.sum(mean * x)], [np.sum(mean * x), np.sum(mean * x * x)]])
        step = np.linalg.solve(hessian + 1e-12 * np.eye(2) * hessian[0, 0], gradient)
        step *= min(1.0, 1.0 / float(np.max(np.abs(step))) if np.any(step) else 1.0)
        a, b = a + float(step[0]), b + float(step[1])
        if float(np.max(np.abs(step))) < 1e-10:
            break
    return a - b * centre, b


def recalibrate(expected: Floats, line: tuple[float, float]) -> Floats:
    """Return λ^b, scaled so that the total stays what it was (a is refitted to the total)."""
    total = float(np.sum(expected))
    bent = np.where(expected > 0, np.exp(line[1] * np.log(np.where(expected > 0, expected, 1.0))), 0.0)
    return bent * (total / float(bent.sum())) if total > 0 else expected
