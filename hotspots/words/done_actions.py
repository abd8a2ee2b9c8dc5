"""A past action in words: when, judged by what, and its one sentence, in every language."""

from __future__ import annotations

from hotspots.domain.act.done_action import DoneAction
from hotspots.words.language import Language


def when_words(action: DoneAction, *, language: Language) -> str:
    """The days of an action."""
    return language.say(
        "{first} to {last}", first=language.short_day(action.starts_on), last=language.short_day(action.ends_on)
    )


def effect_words(action: DoneAction, *, language: Language) -> str:
    """The one sentence that its evaluation may say, as `effect_sentence` does in English."""
    said = {
        "fewer": language.say("Fewer than expected, more than chance explains."),
        "more": language.say("More than expected."),
        "no difference": language.say("No difference that could be told from chance."),
        "pooled only": language.say("Too small to be judged alone: it counts in the pooled figure of its remedy."),
    }[action.verdict]
    if action.verdict == "no difference" and action.smallest_effect is not None:
        said = language.say(
            "No difference that could be told from chance; only changes above {percent} % could have been seen.",
            percent=language.number(100 * action.smallest_effect),
        )
    if action.method == "similar places" and action.verdict != "pooled only":
        said += " " + language.say("Compared with similar places, not drawn by lot.")
    return said


def figures_words(action: DoneAction, *, language: Language) -> str | None:
    """Reports for every 100 expected, with the interval; None where it says nothing by itself."""
    if action.ratio is None or action.low is None:
        return None
    shown = {name: language.number(100 * value) for name, value in (("n", action.ratio), ("low", action.low))}
    if action.high is None:
        return language.say("{n} reports for every 100 expected (95 % interval: {low} or more).", **shown)
    return language.say(
        "{n} reports for every 100 expected (95 % interval: {low} to {high}).",
        high=language.number(100 * action.high),
        **shown,
    )
