"""Problems, actions, designs: their states, and what a frozen design holds."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Literal, get_args

from hotspots.errors import InputError

Method = Literal["crossover", "paired draw", "similar places"]
Verdict = Literal["fewer", "no difference", "more", "pooled only"]
ProblemState = Literal["open", "analysed", "acting", "assessed", "closed"]
ActionState = Literal["proposed", "agreed", "under way", "done", "abandoned", "assessed", "published"]
PROBLEM_STATES: tuple[ProblemState, ...] = get_args(ProblemState)

# From each state of an action to those that a person may bring it to. `assessed` and `published` come by judging and signing alone.
ACTION_STEPS: Mapping[ActionState, tuple[ActionState, ...]] = {
    "proposed": ("agreed", "abandoned"),
    "agreed": ("under way", "abandoned"),
    "under way": ("done", "abandoned"),
    "done": ("assessed",),
    "abandoned": (),
    "assessed": ("published",),
    "published": (),
}
PROBLEM_STEPS: Mapping[ProblemState, tuple[ProblemState, ...]] = {
    "open": ("analysed", "closed"),
    "analysed": ("acting", "closed"),
    "acting": ("assessed", "closed"),
    "assessed": ("acting", "closed"),
    "closed": (),
}
_PERSON = re.compile(r"[a-z0-9][a-z0-9._-]{1,39}", re.ASCII)


@dataclass(frozen=True, slots=True, kw_only=True)
class Action:
    """An action as stored. `ends_on` is the day after the last; `chosen_from` the first day of what the places were chosen on."""

    action_id: int
    problem_id: int | None
    title: str
    remedy: str
    owner: str
    crime_types: tuple[str, ...]
    starts_on: date
    ends_on: date
    chosen_from: date | None
    patrol: bool
    cost: float | None
    state: ActionState
    proposed_by: str

    @property
    def days(self) -> int:
        """Length of its period."""
        return (self.ends_on - self.starts_on).days


@dataclass(frozen=True, slots=True, kw_only=True)
class Design:
    """A frozen design. `after_the_fact`: records of its period could be seen when it was frozen; no effect is claimed with it."""

    design_id: int
    action_id: int | None
    plan_id: int | None
    version: int
    why: str | None
    method: Method
    judgement_day: date
    after_the_fact: bool
    body: Mapping[str, Any]
    frozen_by: str
    frozen_at: datetime


def checked_person(name: str) -> str:
    """The name of an account. Raises InputError."""
    if not _PERSON.fullmatch(name):
        raise InputError(f"--as {name[:40]!r} is not the name of an account, such as analyst1.")
    return name


def check_step(action: Action, to: ActionState) -> None:
    """Raise InputError where an action may not go to that state."""
    if to not in ACTION_STEPS[action.state]:
        may = " or ".join(ACTION_STEPS[action.state]) or "nothing"
        raise InputError(f"Action {action.action_id} is {action.state}: from there it goes to {may}, not to {to}.")


_SENTENCES: Mapping[Verdict, str] = {
    "fewer": "Fewer than expected, more than chance explains.",
    "no difference": "No difference that could be told from chance",
    "more": "More than expected.",
    "pooled only": "Too small to be judged alone: it counts in the pooled figure of its remedy.",
}


def effect_sentence(verdict: Verdict, *, method: Method, smallest_effect: float | None) -> str:
    """The one sentence that an evaluation may say."""
    said = _SENTENCES[verdict]
    if verdict == "no difference":
        said += "." if smallest_effect is None else f"; only changes above {smallest_effect:.0%} could have been seen."
    if method == "similar places" and verdict != "pooled only":
        said += " Compared with similar places, not drawn by lot."
    return said
