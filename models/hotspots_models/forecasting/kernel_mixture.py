"""Kernel mixture: many readings of the past, weighted by how well each foretold the windows that followed it."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np

from hotspots_models.base import Explanation, FittedModel
from hotspots_models.forecasting.city_total import YEAR_DAYS
from hotspots_models.forecasting.evidence import OF_TYPE, Component, Evidence
from hotspots_models.forecasting.mixture_components import HALF_LIVES_DAYS, NEVER, all_components
from hotspots_models.forecasting.share_model import ShareModel, Spread, Task

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from numpy.typing import NDArray

    Floats = NDArray[np.floating[Any]]

FEWEST_A_YEAR = 50
EM_STEPS = 200
FEWEST_AND_MOST_WINDOWS = (12, 26)
LEAST_UNIFORM = (
    1e-30  # of the weights: no cell is impossible, however long EM saw nothing there; no other digit notices
)


def window_count(horizon_days: float) -> int:
    """Return how many windows weigh the mixture: 12 of a month or longer, up to 26 of a fortnight or shorter."""
    return int(np.clip(round(360 / min(horizon_days, 30.0)), *FEWEST_AND_MOST_WINDOWS))


def window_origins(*, as_of: float, start: float, horizon_days: float, more: int = 0) -> Floats:
    """Return (k,) past origins, ascending: the windows that weigh the mixture, and ``more`` before them, a month apart at most.

    The last window ends at ``as_of``. Long horizons overlap; the first origin leaves 120 days of history, or half of a short one.
    """
    step = min(horizon_days, 30.0)
    origins = as_of - horizon_days - step * np.arange(window_count(horizon_days) + more - 1, -1, -1)
    return origins[origins >= start + min(120.0, (as_of - start) / 2)]


def mixture_weights(relative: Floats, counts: Floats, *, steps: int = EM_STEPS) -> Floats:
    """Return (k,) weights by expectation maximisation of the likelihood of a mixture with known parts.

    Parameters
    ----------
    relative : (n, k) float
        Density of each part where incidents fell, over the uniform one.
    counts : (n,) float
        Incidents there.
    """
    weights = np.full(relative.shape[1], 1 / relative.shape[1], dtype=relative.dtype)
    total = counts.sum()
    for _ in range(steps):
        weights = weights * (relative.T @ (counts / (relative @ weights))) / total
    return weights


@dataclass(frozen=True, eq=False)
class MixtureFit:
    """Weights of the components; the last weight is that of the uniform distribution."""

    components: list[Component]
    weights: Floats
    n_windows: int
    n_incidents: float

    def shares(self, parts: NDArray[np.float32], uniform: Floats) -> Floats:
        """Return (n_cells,) the mixture, summing to 1, from ``parts (k, n_cells)``."""
        mixed = self.weights[:-1].astype(np.float32) @ parts + self.weights[-1] * uniform
        return mixed / mixed.sum()

    def announced(self) -> dict[str, Any]:
        """Return the weights of 0.5 % and more, largest first, with the windows they come from."""
        labels = [*(component.label for component in self.components), "everywhere"]
        order = [int(i) for i in np.argsort(-self.weights) if self.weights[i] >= 0.005]
        kept = {labels[i]: round(float(self.weights[i]), 4) for i in order}
        return {"weights": kept, "windows": self.n_windows, "incidents_in_windows": int(self.n_incidents)}


def fit_mixture(
    evidence: Evidence,
    components: list[Component],
    *,
    origins: NDArray[np.int64],
    horizon_days: float,
    parts: Callable[[int], NDArray[np.float32]] | None = None,
) -> MixtureFit | None:
    """Weigh the components on the incidents that followed each origin; each component comes from before the origin it is judged on.

    None where no incident followed any: there is nothing to weigh them on. ``parts`` gives the components (k, n_cells) at an origin
    where the caller keeps them already.
    """
    uniform = evidence.grid.area_m2 / evidence.grid.area_m2.sum()
    relative, counts = [], []
    for origin in origins:
        outcome = evidence.counts_after(int(origin), horizon_days=horizon_days)
        hit = outcome > 0
        shares = parts(int(origin)) if parts else evidence.shares(components, origins=np.array([origin]))[0]
        relative.append(
            np.column_stack([(shares[:, hit] / uniform[hit]).T, np.ones(int(hit.sum()))]).astype(np.float32)
        )
        counts.append(outcome[hit].astype(np.float32))
    together = np.concatenate(counts) if counts else np.empty(0, dtype=np.float32)
    if not together.sum() > 0:
        return None
    weights = mixture_weights(np.concatenate(relative), together).astype(float)
    weights[-1] = max(weights[-1], LEAST_UNIFORM)
    return MixtureFit(components, weights / weights.sum(), len(origins), float(together.sum()))


@dataclass(frozen=True, eq=False)
class FittedMixture(FittedModel):
    """A mixture that can say what each cell's share is made of."""

    mixture: MixtureFit | None = None
    parts: NDArray[np.float32] | None = field(default=None, repr=False)  # (k, n_cells)

    def explain(self, cell: int) -> Explanation:
        """Return the shares by family and the contribution of each component, in expected incidents."""
        plain = super().explain(cell)
        if self.mixture is None or self.parts is None:
            return plain
        uniform = self.grid.area_m2[cell] / self.grid.area_m2.sum()
        pieces = self.mixture.weights * np.append(self.parts[:, cell], uniform)
        pieces = pieces / pieces.sum()
        labels = [*(component.label for component in self.mixture.components), "everywhere"]
        top = [int(i) for i in np.argsort(-pieces)[:10] if pieces[i] > 0.005]
        contributions = {labels[i]: float(pieces[i] * plain.expected) for i in top}
        return replace(plain, contributions=contributions, words=share_words(plain.expected, plain.shares))

    def shares_of_other_types(self) -> dict[int, Floats]:
        """Return by code of each other crime type the (n_cells,) part of a cell's share that comes from its reports."""
        if self.mixture is None or self.parts is None:
            return {}
        uniform = self.grid.area_m2 / self.grid.area_m2.sum()
        whole = self.mixture.weights[:-1] @ self.parts + self.mixture.weights[-1] * uniform
        kinds = np.array([component.kind for component in self.mixture.components])
        of_types = [kind for kind in dict.fromkeys(kinds.tolist()) if kind.startswith(OF_TYPE)]
        return {
            int(kind.removeprefix(OF_TYPE)): self.mixture.weights[:-1][kinds == kind]
            @ self.parts[kinds == kind]
            / whole
            for kind in of_types
        }

    def rate_draws(self, draws: int, rng: np.random.Generator) -> Callable[[int], Floats] | None:
        """Draw the weights anew: Dirichlet round the fitted ones with as many incidents as chose them [Bayesian bootstrap, Rubin 1981]."""
        mixture, parts = self.mixture, self.parts
        if mixture is None or parts is None:
            return None
        uniform = self.grid.area_m2 / self.grid.area_m2.sum()
        base = mixture.shares(parts, uniform)
        weights = rng.dirichlet(np.maximum(mixture.weights * mixture.n_incidents, 1e-3), size=draws)
        return lambda draw: (weights[draw, :-1] @ parts + weights[draw, -1] * uniform) / base


def family_pieces(mixture: MixtureFit, parts: NDArray[np.float32], uniform: Floats) -> dict[str, Floats]:
    """Return by family of evidence (n_cells,) what it adds to the mixture."""
    of_family = np.array([component.family for component in mixture.components])
    families = list(dict.fromkeys(of_family.tolist()))
    weights = np.where(of_family == np.array(families)[:, None], mixture.weights[:-1], 0.0).astype(np.float32)
    pieces = (weights @ parts).astype(float)
    return {**dict(zip(families, pieces, strict=True)), "everywhere": mixture.weights[-1] * uniform}


def family_shares(mixture: MixtureFit, parts: NDArray[np.float32], uniform: Floats) -> dict[str, Floats]:
    """Return by family of evidence the (n_cells,) part of each cell's share that comes from it."""
    pieces = family_pieces(mixture, parts, uniform)
    whole = np.sum(list(pieces.values()), axis=0)
    return {family: piece / whole for family, piece in pieces.items()}


def share_words(expected: float, shares: Mapping[str, float]) -> str:
    """Say in one sentence where most of a cell's expected incidents come from."""
    largest = max(shares, key=lambda family: shares[family])
    return f"{expected:.2g} reported incidents expected; {100 * shares[largest]:.0f} % of that comes from {FAMILY_WORDS[largest]}."


FAMILY_WORDS = {
    "long memory": "what was reported here over the years",
    "recent": "what was reported here and nearby in the last weeks",
    "other offences": "other offences reported here and nearby",
    "number of addresses": "how many addresses have had reports here, at the rate around them",
    "places": "the places nearby",
    "everywhere": "the level of the whole city",
}


@dataclass(frozen=True)
class KernelMixture(ShareModel):
    """Mixture of the readings of all types the public reports; KDE, ProMap, ETAS and long-run counts are special cases.

    Candidate densities are raw counts and Gaussian smooths, with exponential half-lives, of the type and of every other type, the
    other types' raw counts and the number of addresses times the local ratio of the forecast type to them [Kelsall & Diggle 1995],
    and the uniform one.
    Expectation maximisation on the incidents of the windows that followed gives the weights: a proper density, whose weights say
    how much is memory and how much is near repeat.

    With fewer than 50 incidents of the type in the last year nothing fades; with fewer than 25 in all the model is the KDE. The settings
    say so.
    """

    others: ClassVar[bool] = True
    name: ClassVar[str] = "mixture"
    version: ClassVar[str] = "4"

    def spread(self, task: Task) -> Spread:
        """Weigh and mix."""
        if too_short(task):
            return kde_instead(task)
        usable, grid = task.usable if self.others else task.target, task.grid
        origins = window_origins(as_of=task.as_of, start=task.as_of - task.history_days, horizon_days=task.horizon_days)
        half_lives, memory = fading(task)
        evidence = Evidence(usable, grid, origins=np.append(origins, task.as_of), half_lives_days=half_lives)
        components = all_components(evidence.kinds, half_lives)
        mixture = fit_mixture(evidence, components, origins=np.arange(len(origins)), horizon_days=task.horizon_days)
        if mixture is None:
            return kde_instead(task)
        parts = evidence.shares(components, origins=np.array([len(origins)]))[0]
        uniform = grid.area_m2 / grid.area_m2.sum()
        return Spread(
            mixture.shares(parts, uniform),
            {**memory, **mixture.announced()},
            family_shares(mixture, parts, uniform),
            FittedMixture,
            {"mixture": mixture, "parts": parts},
        )


@dataclass(frozen=True)
class OwnKernelMixture(KernelMixture):
    """The kernel mixture of the forecast type alone."""

    others: ClassVar[bool] = False
    name: ClassVar[str] = "mixture_own"
    version: ClassVar[str] = "1"


def too_short(task: Task) -> bool:
    """Whether there are too few incidents to weigh anything.

    How long the history is does not matter: on two, three, six, nine and twelve months of St. Louis the mixture found 17 to 28 % more in
    5 % of the area than the count (docs/research/forecast_models.md).
    """
    return len(task.target) < FEWEST_A_YEAR // 2


def fading(task: Task) -> tuple[tuple[float, ...], dict[str, Any]]:
    """Return the half-lives to offer, and the announcement: none but "never" for a type too rare to show how fast it fades."""
    last_year = int((task.target.t_days >= task.as_of - YEAR_DAYS).sum())
    rare = last_year < FEWEST_A_YEAR
    memory = f"no fading: {last_year} incidents in the last year" if rare else "fading offered"
    return (NEVER,) if rare else HALF_LIVES_DAYS, {"incidents_last_year": last_year, "memory": memory}


def kde_instead(task: Task) -> Spread:
    """Return the KDE in place of a model that lacks the data for more, and say so."""
    from hotspots_models.forecasting.kde import KDE

    spread = KDE().spread(task)
    reason = f"KDE: {task.history_days:.0f} days and {len(task.target)} incidents are too little for more"
    return replace(spread, settings={**spread.settings, "fell_back_to": reason})
