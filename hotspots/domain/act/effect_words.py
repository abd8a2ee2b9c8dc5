"""The figures of an effect in words: the word says which way a difference goes, never a sign; and beside each, what it cannot say."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

LEAST_P = 0.05  # of the weeks before: below it the two groups went apart already


@dataclass(frozen=True, slots=True)
class DescribedFigure:
    """One figure that stands beside the judgement without a verdict, and what it cannot say."""

    name: str
    words: str
    cannot: str


def difference_words(estimate: float, low: float, high: float) -> str:
    """A difference of counts with its interval, such as `12.0 fewer (26.1 fewer to 2.1 more)`."""
    return f"{_fewer_or_more(estimate)} ({_fewer_or_more(low)} to {_fewer_or_more(high)})"


def bounds_words(low: float, high: float | None) -> str:
    """The interval of a ratio; `high` is None where the data do not bound it."""
    return f"{low:.2f} or more" if high is None else f"{low:.2f} to {high:.2f}"


def times_words(ratio: float, low: float, high: float | None) -> str:
    """A ratio with its interval, such as `0.84 times (0.45 to 1.56)`."""
    return f"{ratio:.2f} times ({bounds_words(low, high)})"


def hundred_words(ratio: float, low: float, high: float | None) -> str:
    """A ratio with its 95 % interval for somebody who never saw one."""
    between = f"{100 * low:.0f} or more" if high is None else f"{100 * low:.0f} to {100 * high:.0f}"
    return (
        f"For every 100 reports expected, {100 * ratio:.0f} came. Reports come and go by chance, so the lasting figure may be anything "
        f"from {between}: of 100 such ranges 95 hold it."
    )


def described_figures(result: Mapping[str, Any]) -> tuple[DescribedFigure, ...]:
    """Everything that an evaluation describes beside its one judgement, in the order of the page."""
    found, lines = result.get("described") or {}, []
    if one := found.get("observed_over_forecast"):
        lines.append(
            DescribedFigure(
                "Reported against forecast",
                f"{one['observed']:,.0f} reported, {one['expected']:,.1f} forecast: {times_words(one['ratio'], one['low'], one['high'])}",
                "It cannot tell the action from a forecast that was too high or too low here.",
            )
        )
    for key, name, cannot in (
        (
            "wdd",
            "Change beside similar places (WDD)",
            "It cannot tell the action from places that fell back, or rose, by themselves.",
        ),
        (
            "wdd_harm",
            "The same, each report weighed by its harm",
            "One rare grave report can move it as far as many small ones.",
        ),
    ):
        if one := found.get(key):
            what = difference_words(one["estimate"], one["low"], one["high"])
            unit = f" in {one['unit']}" if one.get("unit") else ""
            lines.append(
                DescribedFigure(
                    name,
                    f"{what}{unit} than similar places suggest, against {one['before_from']} to before {one['before_ends']}",
                    cannot,
                )
            )
    if one := found.get("difference_in_differences"):
        p = one.get("leads_p")
        apart = (
            "Whether both went the same way before is not known."
            if p is None
            else f"They went apart already before the action (p {p:.2f}): do not read it."
            if p < LEAST_P
            else f"In the weeks before nothing speaks against it (p {p:.2f}), which does not prove it."
        )
        lines.append(
            DescribedFigure(
                "Week by week beside similar places (difference-in-differences)",
                times_words(one["ratio"], one["low"], one["high"]),
                f"It takes both to go the same way without the action. {apart}",
            )
        )
    if one := found.get("displacement"):
        lines.append(_displacement(one))
    given = ", ".join(
        f"{one['amount']:g} of {one['planned']:g} planned {one['unit']}"
        if "planned" in one
        else f"{one['amount']:g} {one['unit']}"
        for one in result.get("dose") or ()
    )
    lines.append(
        DescribedFigure(
            "Delivered",
            given or "not known: nothing was entered",
            "It is what people entered. The judgement is of what was agreed, not of what was delivered.",
        )
    )
    return tuple(lines)


def _displacement(one: Mapping[str, Any]) -> DescribedFigure:
    rise, chance = one.get("smallest_rise_seen"), one.get("half_moved_seen")
    seen = (
        "How small a rise could be seen there was not kept."
        if "smallest_rise_seen" not in one
        else "No rise could be seen there."
        if rise is None
        else f"Only a rise above {100 * rise:.0f} % could be seen there (in 80 of 100 cases)."
    )
    if chance is not None:
        seen += f" Had the action prevented 40 %, and half of that moved here, it would be seen in {100 * chance:.0f} of 100 cases."
    return DescribedFigure(
        f"Within {one['within_m']:.0f} m around: did it move there?",
        f"{times_words(one['ratio'], one['low'], one['high'])} what similar places had",
        f"{seen} It never shows that nothing moved: farther away, to other hours or to another crime type, nobody looked.",
    )


def _fewer_or_more(difference: float) -> str:
    shown = f"{abs(difference):,.1f}"
    return "as many" if float(shown.replace(",", "")) == 0 else f"{shown} {'fewer' if difference < 0 else 'more'}"
