"""Which model a city serves: the one that its own newest backtest supports, else the long-run count."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from hotspots.domain.forecast import Basis
from hotspots.errors import InputError
from hotspots.store.backtests import latest_backtest
from hotspots_models import registry
from hotspots_models.errors import UnknownModelError

if TYPE_CHECKING:
    from hotspots.store.connection import Connection


@dataclass(frozen=True, slots=True)
class Choice:
    """A model with the reason for it in words, and the scores of the backtest behind it, if there is one."""

    model: str
    words: str
    backtest: dict[str, Any] | None = None


def choose_model(connection: Connection, *, crime_types: Sequence[str], basis: Basis, asked_for: str | None) -> Choice:
    """Choose by the newest backtest of these crime types on this basis.

    A model asked for by name is taken for staff whatever the backtest says, and the words say what it says. The public is shown it only
    where the backtest supports it.

    Raises
    ------
    InputError
        No model of that name.
    """
    if asked_for is not None:
        try:
            registry.get(asked_for)
        except UnknownModelError as error:
            raise InputError(f"{error}.") from None
    stored = latest_backtest(connection, crime_types=crime_types, basis=basis)
    if stored is None:
        if asked_for and basis == "true points":
            return Choice(
                asked_for,
                f"{_name(asked_for)} was asked for; no backtest is stored that says whether it beats counting.",
            )
        return Choice(
            registry.BASELINE, "The long-run count is served: no backtest is stored that supports another model."
        )
    decisions = list(stored.result["decisions"])
    skill = {score["model"]: score["log_skill"] or 0.0 for score in stored.result["scores"]}
    scores = {
        "scores": [_without_curves(score) for score in stored.result["scores"]],
        "settings": dict(stored.settings),
    }
    if asked_for is not None:
        own = [one for one in decisions if one["serve"] == asked_for or asked_for in one["words"]]
        said = own[0]["words"] if own else f"{_name(asked_for)} is not in the newest backtest."
        if basis == "true points" or (own and own[0]["beats_counting"]) or asked_for == registry.BASELINE:
            return Choice(asked_for, f"{_name(asked_for)} was asked for. The backtest: {said}", scores)
        return Choice(registry.BASELINE, said, scores)
    better = [one for one in decisions if one["beats_counting"]]
    if not better:
        return Choice(
            registry.BASELINE, decisions[0]["words"] if decisions else "The long-run count is served.", scores
        )
    best = max(better, key=lambda one: skill.get(one["serve"], 0.0))
    return Choice(best["serve"], best["words"], scores)


def _name(model: str) -> str:
    return model.replace("_", " ")


def _without_curves(score: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in score.items() if key not in ("area_share", "capture_curve", "best_curve")}
