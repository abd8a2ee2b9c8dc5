"""Before and after at some areas beside others: described with intervals, never a verdict; and what could be seen at all."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import timedelta

import numpy as np

from hotspots.domain.act.effect_words import difference_words, times_words
from hotspots.domain.period import Period
from hotspots.errors import InputError
from hotspots.pipeline.months_only import refuse_without_days
from hotspots.pipeline.statistics.reading import CAVEAT, Incidents, Question, labels_of, read_incidents, refuse_broken
from hotspots.pipeline.statistics.report import Report
from hotspots.store.server.connection import Connection
from hotspots.store.staff import at_risk as store
from hotspots_models.errors import InputError as ModelInputError
from hotspots_models.statistics.effects.difference_in_differences import difference_in_differences
from hotspots_models.statistics.effects.displacement import AreaCounts, rate_ratio, smallest_detectable_drop, wdd
from hotspots_models.statistics.effects.effect_power import (
    smallest_crossover_effect,
    smallest_paired_effect,
    smallest_rho_effect,
)

LEVEL = 0.95
PAIRS = 20  # of a draw whose places are not named
FALLING_BACK = (
    "Places chosen for a bad period fall back by themselves, whatever was done. This describes and gives no verdict: that comes "
    "from a design agreed before the action (hotspots action agree)."
)


def effect(connection: Connection, question: Question, *, treated: Sequence[str], control: Sequence[str]) -> Report:
    """Compare the treated areas' counts of a period and of as many days before with those of the control areas.

    Parameters
    ----------
    treated, control : areas as kind and code, such as ``beat:12``, all of one kind.
    """
    before = question.first_day - timedelta(days=question.n_days)
    kind, ids = _areas(connection, [*treated, *control], question)
    if not treated or not control or set(treated) & set(control):
        raise InputError("--treated and --control name at least one area each, and none in both.")
    refuse_without_days(connection, "weeks before and after")
    remedy = "Give other days with --from and --to."
    refuse_broken(connection, Period(question.first_day, question.end), "The period", remedy)
    refuse_broken(connection, Period(before, question.first_day), "As many days before", remedy)
    incidents = read_incidents(connection, question, statistic="effect", since=before)
    first = (question.first_day - np.datetime64("1970-01-01").astype(object)).days
    counts = _by_area(connection, incidents, kind, ids)
    now = [int((incidents.day[inside] >= first).sum()) for inside in counts]
    past = [int((incidents.day[inside] < first).sum()) for inside in counts]
    n = len(treated)
    pairs = [(sum(past[:n]), sum(now[:n])), (sum(past[n:]), sum(now[n:]))]
    rows: list[dict[str, object]] = []
    sides = [AreaCounts(was, became) for was, became in pairs]
    found = wdd(sides[0], sides[1], level=LEVEL)
    rows.append(_row("WDD, incidents", found.estimate, found.low, found.high, found.p, words=difference_words))
    ratio = rate_ratio(sides[0], sides[1], level=LEVEL)
    if ratio:
        rows.append(_row("rate ratio", ratio.ratio, ratio.low, ratio.high, ratio.p, words=times_words))
    weekly, note = _weekly(incidents, counts, before, question, n)
    rows += weekly
    return Report(
        f"Before and after: {question.first_day} to {question.last_day} against {before} to {question.first_day - timedelta(days=1)}",
        {
            **question.in_words(labels_of(connection, question.crime_types)),
            "Treated": f"{', '.join(treated)}: {pairs[0][0]} before, {pairs[0][1]} after",
            "Control": f"{', '.join(control)}: {pairs[1][0]} before, {pairs[1][1]} after",
        },
        rows,
        (*note, FALLING_BACK, CAVEAT),
    )


def _weekly(
    incidents: Incidents, counts: list[np.ndarray], before: object, question: Question, n_treated: int
) -> tuple[list[dict[str, object]], tuple[str, ...]]:
    """Difference-in-differences on whole weeks, where there are enough areas and weeks for it."""
    weeks = question.n_days // 7
    if n_treated < 2 or len(counts) - n_treated < 2 or weeks < 2:
        return [], (
            "No difference-in-differences: it needs at least two treated and two control areas, and two weeks.",
        )
    first = (question.first_day - np.datetime64("1970-01-01").astype(object)).days
    week = np.floor((incidents.day - first) / 7).astype(np.int64) + weeks
    table = np.array(
        [np.bincount(week[inside & (week >= 0) & (week < 2 * weeks)], minlength=2 * weeks) for inside in counts]
    )
    try:
        found = difference_in_differences(table, np.arange(len(counts)) < n_treated, start=weeks, level=LEVEL)
    except ModelInputError as error:
        return [], (f"No difference-in-differences: {error}.",)
    name = "difference-in-differences, rate ratio"
    return [_row(name, found.rate_ratio, found.low, found.high, found.p, words=times_words)], ()


def _row(
    name: str, value: float, low: float, high: float, p: float | None, *, words: Callable[[float, float, float], str]
) -> dict[str, object]:
    return {
        "method": name,
        "estimate": round(value, 3),
        "low 95 %": round(low, 3),
        "high 95 %": round(high, 3),
        "p": None if p is None else round(p, 4),
        "in words": words(value, low, high),
    }


def _areas(connection: Connection, named: Sequence[str], question: Question) -> tuple[str, list[int]]:
    kinds = store.read_area_kinds(connection)
    parts = [word.partition(":") for word in named]
    wrong = [word for word, (kind, _, code) in zip(named, parts, strict=True) if kind not in kinds or not code]
    if wrong or len({kind for kind, _, _ in parts}) != 1:
        shown = wrong[0] if wrong else ", ".join(named)
        raise InputError(
            f"--treated and --control {shown!r}: give areas of one kind, such as {next(iter(kinds), 'beat')}:12."
        )
    kind = parts[0][0]
    units = store.read_units(connection, kind=kind, on_day=question.last_day)
    by_code = {code.casefold(): area_id for code, area_id in zip(units.code, units.unit_id.tolist(), strict=True)}
    missing = [code for _, _, code in parts if code.strip().casefold() not in by_code]
    if missing:
        raise InputError(
            f"there is no {kind} {missing[0]!r}. There are {', '.join(units.code[:12])}{', …' if len(units.code) > 12 else ''}."
        )
    return kind, [by_code[code.strip().casefold()] for _, _, code in parts]


def _by_area(connection: Connection, incidents: Incidents, kind: str, ids: Sequence[int]) -> list[np.ndarray]:
    of_labels = store.read_label_set_areas(connection, kind=kind)
    area = np.array([of_labels.get(labels, 0) for labels in incidents.label_set_id.tolist()], dtype=np.int64)
    return [area == one for one in ids]


def power(*, expected_treated: float, expected_control: float, tau: float) -> Report:
    """Return the smallest fall that each design would see, from the incidents expected without any effect. Reads nothing.

    Parameters
    ----------
    expected_treated, expected_control : incidents in the period, from a forecast, never from the past of chosen places.
    tau : spread of places beyond counting (ρ), .10 to .30.
    """
    if min(expected_treated, expected_control) <= 0 or not 0 <= tau <= 2:
        raise InputError("--treated-expected and --control-expected are above 0, --tau between 0 and 2.")
    sides = [AreaCounts(expected_treated, expected_treated), AreaCounts(expected_control, expected_control)]
    drop = smallest_detectable_drop(sides, alpha=0.025)
    smallest = {
        "WDD": drop / expected_treated if drop < expected_treated else None,
        f"rho, tau {tau:g}": smallest_rho_effect(expected_treated, expected_control, tau=tau),
        f"paired draw of {PAIRS} places and {PAIRS} others": smallest_paired_effect(
            np.full(PAIRS, min(expected_treated, expected_control) / PAIRS)
        ),
        "crossover in blocks of 7 days": smallest_crossover_effect(expected_treated),
    }
    rows = [
        {"design": design, "smallest fall that would be seen": "none" if fall is None else f"{100 * fall:.0f} %"}
        for design, fall in smallest.items()
    ]
    return Report(
        "What could be seen",
        {
            "Expected at treated places": f"{expected_treated:g}",
            "Expected at control places": f"{expected_control:g}",
            "Test": "two-sided 5 %, power 80 %",
        },
        rows,
        (
            "An action that could only show a fall above 60 % is judged pooled by remedy. A crossover has the treated count as its whole.",
        ),
    )
