"""The models by name. A name leads to a factory, so nothing heavy is imported before a model is asked for."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

from hotspots_models.errors import UnknownModelError

if TYPE_CHECKING:
    from hotspots_models.base import CellModel

BASELINE = "long_run_count"
DEFAULT = "blend"

_MODELS: dict[str, tuple[str, str, dict[str, Any]]] = {
    "long_run_count": ("forecasting.grid_counts", "LongRunCount", {}),
    "recent_count": ("forecasting.grid_counts", "RecentCount", {}),
    "kde": ("forecasting.kde", "KDE", {}),
    "kde_adaptive": ("forecasting.kde", "AdaptiveKDE", {}),
    "promap": ("forecasting.promap", "ProMap", {}),
    "etas": ("forecasting.etas", "CellETAS", {}),
    "mixture_own": ("forecasting.kernel_mixture", "OwnKernelMixture", {}),
    "mixture": ("forecasting.kernel_mixture", "KernelMixture", {}),
    "risk_terrain": ("forecasting.risk_terrain", "RiskTerrain", {"resamples": 0}),
    "residual_boosting": ("forecasting.residual_boosting", "ResidualBoosting", {}),
    "yearly_trees": ("forecasting.residual_boosting", "YearlyTrees", {}),
    "blend": ("forecasting.blend", "Blend", {}),
}


def names() -> list[str]:
    """Return the names of all models, the baseline first."""
    return list(_MODELS)


def get(name: str, **settings: Any) -> CellModel:
    """Return a model by name, with settings other than its own where they are given."""
    if name not in _MODELS:
        raise UnknownModelError(f"model {name!r} is unknown: choose one of {', '.join(names())}")
    module, class_name, own = _MODELS[name]
    return getattr(import_module(f"hotspots_models.{module}"), class_name)(**{**own, **settings})
