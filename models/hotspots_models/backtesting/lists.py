"""How many incidents lists find: of a window, in the first 1, 2, 3, … boxes, cells or areas of a forecast, by shift."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass, field, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from hotspots_models.scoring.intervals import Interval, ratio_interval, wilson_interval
from hotspots_models.scoring.metrics import densest_first

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from hotspots_models.backtesting.folds import Fold
    from hotspots_models.boxes import Boxes
    from hotspots_models.grid import Grid

    Floats = NDArray[np.floating[Any]]

EXACT_UP_TO, LARGEST, STEP = 50, 5000, 1.1
WHOLE_WEEK = ""
RANK_KEYS = ("density", "expected")


@dataclass(frozen=True, eq=False)
class ListUnits:
    """The places that lists of one kind rank.

    Parameters
    ----------
    unit : ``box``, ``cell`` or a kind of area
    share_of_cell : (n_units, n_cells) sparse, the part of each cell that a unit holds
    ranked_by_m2 : (n_units,) what expected incidents are divided by
    boxes : where the units are boxes: incidents are then counted at their points, not by the cells
    """

    unit: str
    share_of_cell: Any
    ranked_by_m2: Floats
    boxes: Boxes | None = None

    def counts(self, xy_m: Floats, weights: Floats, grid: Grid) -> Floats:
        """Return (n_units,) the incidents in each unit, each with its weight."""
        if self.boxes is not None:
            box = self.boxes.box_of(xy_m)
            inside = box >= 0
            counted = np.bincount(box[inside], weights=weights[inside], minlength=self.boxes.n_boxes)
            return counted.astype(float)
        return np.asarray(self.share_of_cell @ grid.counts(xy_m, weights=weights))


@dataclass(frozen=True, eq=False)
class UnitSums:
    """Of one window, in the hours of a shift: (n_units,) incidents that were expected, and that came."""

    unit: str
    shift: str
    ranked_by_m2: Floats
    expected: Floats
    seen: Floats


@dataclass(frozen=True)
class ListFound:
    """Of one window: incidents in the first so many units, and what the forecast expected there.

    `sizes`, `found` and `claimed` are (k,); `observed` and `expected` are of the whole city, in the hours of the shift. `known_by` is how
    many incidents of one weight would tell a share as well; as many as came where all weigh the same.
    """

    unit: str
    shift: str
    rank_by: str
    sizes: tuple[int, ...]
    found: tuple[float, ...]
    claimed: tuple[float, ...]
    observed: float
    expected: float
    known_by: float


@dataclass(frozen=True)
class ListEvidence:
    """The result of lists of one kind over all windows: shares of the city's incidents with their 95 % interval, by size.

    `claimed` is the share that the model expected of them; a window without any incident counts without it. `held` is how many incidents
    came for each one that was expected there, over all windows, `held_low` and `held_high` its interval; None where nothing was expected.
    """

    crime_type: str
    horizon_days: float
    model: str
    unit: str
    shift: str
    rank_by: str
    windows: int
    incidents: float
    sizes: list[int] = field(default_factory=list)
    found: list[float] = field(default_factory=list)
    low: list[float] = field(default_factory=list)
    high: list[float] = field(default_factory=list)
    claimed: list[float] = field(default_factory=list)
    held: list[float | None] = field(default_factory=list)
    held_low: list[float | None] = field(default_factory=list)
    held_high: list[float | None] = field(default_factory=list)
    window_days: float | None = None  # judged of the horizon, where that is not all of it


def list_sizes(n_units: int) -> NDArray[np.int64]:
    """Return the sizes at which lists are judged: every one up to 50, then a tenth more each, up to 5,000 or all units."""
    sizes = list(range(1, EXACT_UP_TO + 1))
    while sizes[-1] < LARGEST:
        sizes.append(int(np.ceil(sizes[-1] * STEP)))
    return np.array([size for size in sizes if size <= n_units], dtype=np.int64)


def sum_units(
    kinds: Sequence[ListUnits],
    grid: Grid,
    expected: Floats,
    xy_m: Floats,
    *,
    weights: dict[str, Floats],
    share_of_week: dict[str, float],
) -> list[UnitSums]:
    """Return what was expected and what came in each unit of each kind, by shift.

    Parameters
    ----------
    expected : (n_cells,) expected incidents
    xy_m : (n, 2) incidents of the window
    weights : by shift, (n,) the part of each incident that falls into it
    share_of_week : by shift, the part of the expected incidents that is expected in it
    """
    sums = []
    for kind in kinds:
        of_unit = np.asarray(kind.share_of_cell @ expected)
        for shift, part in weights.items():
            seen = kind.counts(xy_m, part, grid)
            sums.append(UnitSums(kind.unit, shift, kind.ranked_by_m2, of_unit * share_of_week[shift], seen))
    return sums


def judge_lists(sums: Sequence[UnitSums]) -> list[ListFound]:
    """Count what the lists of one forecast found in its window, by each rank key."""
    return [found_in(one, rank_by, known_by=float(one.seen.sum())) for one in sums for rank_by in RANK_KEYS]


def found_in(sums: UnitSums, rank_by: str, *, known_by: float) -> ListFound:
    """Return what the first units of one kind, ranked by a key, held."""
    sizes = list_sizes(len(sums.expected))
    order = densest_first(sums.expected if rank_by == "expected" else sums.expected / sums.ranked_by_m2)
    claimed, hits = (np.cumsum(values[order])[sizes - 1] for values in (sums.expected, sums.seen))
    return ListFound(
        sums.unit, sums.shift, rank_by, tuple(sizes.tolist()), tuple(hits.tolist()), tuple(claimed.tolist()),
        float(sums.seen.sum()), float(sums.expected.sum()), known_by,
    )  # fmt: skip


def summarise_lists(folds: Sequence[Fold]) -> list[ListEvidence]:
    """Return what the lists of each crime type, horizon, model, unit and shift found: means over the windows with incidents."""
    groups: dict[tuple[Any, ...], list[ListFound]] = {}
    judged: dict[tuple[str, float], float | None] = {}
    for fold in folds:
        judged[fold.task.crime_type, fold.task.horizon_days] = fold.task.window_days
        for one in fold.lists:
            key = (fold.task.crime_type, fold.task.horizon_days, fold.task.model, one.unit, one.shift, one.rank_by)
            groups.setdefault(key, []).append(one)
    return [evidence_of(key, windows, window_days=judged[key[0], key[1]]) for key, windows in groups.items()]


def evidence_of(
    key: tuple[Any, ...], windows: Sequence[ListFound], *, window_days: float | None = None
) -> ListEvidence:
    """Return the evidence of lists of one kind: crime type, horizon, model, unit, shift and rank key in `key`."""
    return replace(_evidence(key, windows), window_days=window_days)


def _evidence(key: tuple[Any, ...], windows: Sequence[ListFound]) -> ListEvidence:
    told = [one for one in windows if one.observed > 0]
    if not told:
        return ListEvidence(*key, windows=0, incidents=0.0)
    came, promised = np.array([one.found for one in windows]), np.array([one.claimed for one in windows])
    ratios = [ratio_interval(came[:, n], promised[:, n]) for n in range(came.shape[1])]
    held, held_low, held_high = zip(*[_rounded(ratio) for ratio in ratios], strict=True)
    rates = np.mean([np.array(one.found) / one.observed for one in told], axis=0)
    claims = np.mean([np.array(one.claimed) / max(one.expected, 1e-300) for one in told], axis=0)
    # k windows of n incidents each know their mean like k² / Σ 1/n incidents know one share
    known = len(told) ** 2 / sum(1 / one.known_by for one in told)
    ends = [wilson_interval(min(float(rate), 1.0) * known, known) or (0.0, 1.0) for rate in rates]
    return ListEvidence(
        *key,
        windows=len(told),
        incidents=round(sum(one.observed for one in told), 1),
        sizes=list(told[0].sizes),
        found=[round(float(rate), 5) for rate in rates],
        low=[round(low, 5) for low, _ in ends],
        high=[round(high, 5) for _, high in ends],
        claimed=[round(float(claim), 5) for claim in claims],
        held=list(held),
        held_low=list(held_low),
        held_high=list(held_high),
    )


def _rounded(ratio: Interval | None) -> tuple[float | None, float | None, float | None]:
    return (None, None, None) if ratio is None else (round(ratio[0], 3), round(ratio[1], 3), round(ratio[2], 3))


def as_rows(evidence: Sequence[ListEvidence]) -> list[dict[str, Any]]:
    """Return the evidence as plain lists, dicts and numbers."""
    return [asdict(one) for one in evidence]
