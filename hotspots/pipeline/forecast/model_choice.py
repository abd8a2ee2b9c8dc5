"""Which model a city serves: the one that its own newest backtest supports, else the long-run count."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from hotspots.domain.forecasts.forecast import Basis
from hotspots.errors import InputError
from hotspots.store.staff.backtests import latest_backtest
from hotspots_models import registry
from hotspots_models.errors import UnknownModelError

if TYPE_CHECKING:
    from hotspots.store.server.connection import Connection


@dataclass(frozen=True, slots=True)
class Choice:
    """A model with the reason for it in words, and the backtest behind it, if there is one."""

    model: str
    words: str
    backtest_id: int | None = None


def choose_model(
    connection: Connection,
    *,
    crime_types: Sequence[str],
    basis: Basis,
    cell_size_m: float,
    horizon_days: int,
    asked_for: str | None,
) -> Choice:
    """Choose by the newest backtest of these crime types on this basis, with cells (metres) and windows (days) like the forecast's.

    A model asked for by name is taken for staff whatever the backtest says, and the words say what it says. The public is shown what the
    backtest supports, or the count where that is asked for.

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
    stored = latest_backtest(
        connection, crime_types=crime_types, basis=basis, cell_size_m=cell_size_m, horizon_days=horizon_days
    )
    if stored is None:
        who = f"{' and '.join(crime_types)} {'was' if len(crime_types) == 1 else 'together were'}"
        on = f"on {basis} with cells of {cell_size_m:g} m and windows of {horizon_days} days"
        if asked_for and basis == "true points":
            return Choice(asked_for, f"{_name(asked_for)} was asked for; {who} not backtested {on}.")
        return Choice(registry.BASELINE, f"The long-run count is served: {who} not backtested {on}.")
    tested = stored.of_horizon(horizon_days)
    decision = tested.decision
    withheld = basis == "anchors" and asked_for not in (decision.serve, registry.BASELINE)
    if asked_for is None or withheld:
        return Choice(decision.serve, decision.words, stored.backtest_id)
    # an earlier version stored neither a sentence of each model nor the candidate
    said = {score.model: score.sentence or decision.words for score in tested.scores}
    said |= dict.fromkeys((decision.candidate or decision.serve, registry.BASELINE), decision.words)
    found = said.get(asked_for, f"{_name(asked_for)} is not in the newest one.")
    return Choice(asked_for, f"{_name(asked_for)} was asked for. The backtest: {found}", stored.backtest_id)


def _name(model: str) -> str:
    return model.replace("_", " ")
