"""Does as much come as was promised? Tables, the slope, and corrections that keep the order of cells."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from hotspots_models.scoring.metrics import flag, rank

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.floating[Any]]


TAIL_SHARE = 0.01  # of the cells: the tail that a bend may correct apart from the rest


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


@dataclass(frozen=True)
class Bend:
    """A correction of shares that keeps their order: λ^slope below the knee, λ^(slope + tail) above it, normalised.

    The knee lies at the share of the cell that begins the top 1 %. Slope 1 and tail 0 change nothing.
    """

    slope: float = 1.0
    tail: float = 0.0

    def applied(self, shares: Floats) -> Floats:
        """Return (n_cells,) the corrected shares; they sum to 1."""
        log_share, above = _log_share_and_above(shares)
        bent = np.where(shares > 0, np.exp(self.slope * log_share + self.tail * above), 0.0)
        return bent / bent.sum()


def fit_bend(windows: Sequence[tuple[Floats, Floats]], *, slope_prior: float, tail_prior: float) -> Bend:
    """Return the bend that turns forecasts of past windows into what came in them, drawn towards none.

    Poisson maximum likelihood of ln E[y] = a + b ln λ + c max(0, ln λ − ln knee), with a ridge on b − 1 and c. The top of a forecast
    holds few incidents and may promise less, or more, than a line through all cells says; so it has a term of its own.

    Parameters
    ----------
    windows : of each past window the forecast's shares (n_cells,) and what came (n_cells,)
    slope_prior : how many incidents "the slope is right" is worth
    tail_prior : how many incidents one unit above the knee in ln λ "the tail is right" is worth
    """
    windows = [(shares / shares.sum(), came) for shares, came in windows if came.sum() > 0]
    if not windows:
        return Bend()
    expected = np.concatenate([shares * came.sum() for shares, came in windows])
    observed = np.concatenate([came for _, came in windows])
    log_share, above = (
        np.concatenate(column) for column in zip(*(_log_share_and_above(s) for s, _ in windows), strict=True)
    )
    use = expected > 0
    expected, observed, above = expected[use], observed[use], above[use]
    along = log_share[use] - float(np.average(log_share[use], weights=expected))
    design = np.column_stack([np.ones_like(along), along, above])
    ridge = np.array([0.0, slope_prior * float(np.average(along**2, weights=expected)), tail_prior])
    found = np.zeros(3)
    for _ in range(50):
        mean = expected * np.exp(np.minimum(design @ found, 20.0))
        gradient = design.T @ (observed - mean) - ridge * found
        step = np.linalg.solve(design.T @ (design * mean[:, None]) + np.diag(ridge + 1e-9), gradient)
        step *= min(1.0, 0.5 / max(float(np.max(np.abs(step))), 1e-12))
        found = found + step
        if float(np.max(np.abs(step))) < 1e-8:
            break
    return Bend(1.0 + float(found[1]), float(found[2]))


def _log_share_and_above(shares: Floats) -> tuple[Floats, Floats]:
    """(n_cells,) ln of the shares, and how far it lies above the knee."""
    log_share = np.log(np.where(shares > 0, shares, 1.0))
    knee = float(np.log(np.quantile(shares[shares > 0], 1 - TAIL_SHARE)))
    return log_share, np.where(shares > 0, np.maximum(log_share - knee, 0.0), 0.0)
