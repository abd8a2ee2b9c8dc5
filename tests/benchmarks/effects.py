"""Do-nothing and planted actions on real records: how often each method calls what is not there, and finds what is.

Run: ``python -m tests.benchmarks.effects --scratch DIR`` (about an hour on one core). Forecasts are the cheap ones of
:func:`effect_records.forecast`, which stand for the blend. Windows of 84 days overlap, so actions are not independent.
"""

from __future__ import annotations

import argparse
import json
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import product
from pathlib import Path
from typing import Any

import numpy as np

from hotspots.pipeline.act.earlier_origins import LEVEL_ORIGINS, MOST_ORIGINS
from hotspots_models.errors import InputError
from hotspots_models.statistics.effects.crossover import CrossoverTrial, crossover_effect, draw_schedule
from hotspots_models.statistics.effects.difference_in_differences import difference_in_differences
from hotspots_models.statistics.effects.displacement import AreaCounts, observed_over_forecast, wdd
from hotspots_models.statistics.effects.effect_judgement import verdict
from hotspots_models.statistics.effects.effect_power import (
    PairsBefore,
    crossover_power,
    lots_power,
    paired_power,
    rho_power,
)
from hotspots_models.statistics.effects.paired_draw import draw_of_each_pair, pair_places, paired_effect
from hotspots_models.statistics.forecast_level import forecast_level
from hotspots_models.statistics.similar_places import (
    LEAST_GAP_M,
    LEAST_ORIGINS,
    edge_gap_m,
    rho,
    similar_places,
    tau_floor,
    tau_of,
)
from tests.benchmarks.effect_records import (
    HELD_OUT,
    OUTCOMES,
    UnitCounts,
    area_counts,
    forecast,
    read_chicago,
    read_st_louis,
    square_counts,
)
from tests.benchmarks.real_cities import find_data

HORIZON = 84
BLOCKS = HORIZON // 7
CARRIED_DAYS = 2
EFFECTS = (0.0, 0.2, 0.4, 0.6)
RULES = ("past year", "last 90 days", "forecast")
LEVEL = 0.95


@dataclass(frozen=True, eq=False)
class Origin:
    """The incidents known on a day and those that came after it, for every unit."""

    city: str
    shape: str
    outcome: int
    day: int
    expected: np.ndarray
    year: np.ndarray
    quarter: np.ndarray
    before: np.ndarray
    earlier: np.ndarray  # the 84 days that end before the longest window that chooses places
    weeks: np.ndarray
    after: np.ndarray  # (n_units, 84) daily
    units: UnitCounts

    def score(self, rule: str) -> np.ndarray:
        return {"past year": self.year, "last 90 days": self.quarter, "forecast": self.expected}[rule]

    def worst(self, rule: str, n: int, *, gap_m: float | None = None, tie_seed: int = 0) -> np.ndarray:
        """The n worst units by a rule, with a gap between their edges where one is asked for."""
        ties = np.random.default_rng(tie_seed).random(self.expected.size)
        order = np.lexsort((ties, -self.score(rule)))
        if gap_m is None or self.units.centres_m is None:
            return order[:n]
        chosen: list[int] = []
        side = self.units.side_m or 0.0
        for unit in order:
            apart = (
                np.maximum(np.abs(self.units.centres_m[chosen] - self.units.centres_m[unit]) - side, 0)
                if chosen
                else None
            )
            if apart is None or (np.hypot(apart[:, 0], apart[:, 1]) >= gap_m - 1e-6).all():
                chosen.append(int(unit))
            if len(chosen) == n:
                break
        return np.array(chosen)

    def half_of_worst(self, rule: str, n: int, *, seed: int) -> np.ndarray:
        """Half of the 2n worst, drawn blindly: what the service advises, since the exact top has no equals."""
        return np.random.default_rng([seed, self.day]).permutation(self.worst(rule, 2 * n))[:n]

    def eligible(self, treated: np.ndarray) -> np.ndarray:
        if self.units.centres_m is None:
            return np.ones(self.expected.size, dtype=bool)  # no outlines here: neighbouring areas may serve
        return edge_gap_m(self.units.centres_m, treated, side_m=self.units.side_m or 0.0) >= LEAST_GAP_M - 1e-6


def origins(folder: Path, *, held_out: bool = False) -> Iterator[list[Origin]]:
    """Every origin of a city, outcome and unit, in order of time; `held_out`: other crime types, at days between."""
    kinds = HELD_OUT if held_out else OUTCOMES
    for read, name, step, first in ((read_chicago, "chicago", 28, 200), (read_st_louis, "stlouis", 14, 120)):
        records = read(folder / name, held_out=held_out)
        first += step // 2 * held_out
        for shape, units in (
            ("box 250 m", square_counts(records, side_m=250.0)),
            ("cell 150 m", square_counts(records, side_m=150.0)),
            ("area", area_counts(records)),
        ):
            for outcome in range(len(kinds)):
                daily = units.counts[outcome]
                found = []
                for day in range(first, records.n_days - HORIZON + 1, step):

                    def total(start: int, end: int, daily: np.ndarray = daily) -> np.ndarray:
                        return daily[:, max(0, start) : max(0, end)].sum(axis=1).astype(float)

                    week_start = day - 26 * 7
                    found.append(
                        Origin(
                            records.city, shape, outcome, day,
                            expected=forecast(units, outcome, day, HORIZON),
                            year=total(day - 365, day), quarter=total(day - 90, day), before=total(day - HORIZON, day),
                            earlier=total(day - 365 - HORIZON, day - 365) if day >= 365 + HORIZON else np.zeros(0),
                            weeks=daily[:, max(0, week_start) : day].astype(float),
                            after=daily[:, day : day + HORIZON].astype(float), units=units,
                        )
                    )  # fmt: skip
                yield found


def thin(counts: np.ndarray, effect: float, rng: np.random.Generator) -> np.ndarray:
    return rng.binomial(counts.astype(int), 1 - effect).astype(float) if effect else counts


class Tally:
    """How often each method said what."""

    def __init__(self) -> None:
        self.said: dict[tuple[str, ...], dict[str, int]] = defaultdict(lambda: defaultdict(int))
        self.stated: dict[tuple[str, ...], list[float]] = defaultdict(list)

    def add(self, *key: str, low: float | None, high: float | None) -> None:
        word = "not judged" if low is None or high is None else verdict(low, high)
        self.said[key][word] += 1

    def table(self) -> list[dict[str, object]]:
        rows = []
        for key, said in sorted(self.said.items()):
            judged = sum(count for word, count in said.items() if word != "not judged")
            row: dict[str, object] = {"what": " | ".join(key), "judged": judged, **said}
            if judged:
                row |= {f"{word} %": round(100 * said.get(word, 0) / judged, 1) for word in ("fewer", "more")}
            if self.stated.get(key):
                row["stated power %"] = round(100 * float(np.mean(self.stated[key])), 1)
            rows.append(row)
        return rows


def earlier_level(totals: list[tuple[int, float, float]], day: int) -> float | None:
    """The forecast's level at the last origins whose period was over on a day; `totals` are day, observed, expected."""
    known = [row[1:] for row in totals if row[0] + HORIZON <= day][-LEVEL_ORIGINS:]
    return forecast_level(*np.array(known).T) if known else None


def try_rho(found: list[Origin], tally: Tally, seed: int) -> None:
    """Rho with tau from earlier origins, and beside it before-and-after, WDD, difference-in-differences, observed over forecast."""
    first = found[0]
    sizes = (5, 10) if first.shape == "area" else (20, 50)
    for rule, n, half in product(RULES, sizes, (False, True)):
        past: list[tuple[int, float, float, float, float]] = []
        group = (first.shape, f"half of the worst by {rule}" if half else rule, str(n))
        for number, origin in enumerate(found):
            rng = np.random.default_rng([number, n, RULES.index(rule), int(half), seed])
            treated = origin.half_of_worst(rule, n, seed=seed) if half else origin.worst(rule, n)
            after = origin.after.sum(axis=1)
            alike = similar_places(origin.expected, origin.before, treated, eligible=origin.eligible(treated))
            known = [row[1:] for row in past if row[0] + HORIZON <= origin.day]
            if len(known) >= LEAST_ORIGINS:
                _describe(origin, treated, None if alike is None else alike.controls, tally, group)
                tally.add("comparable places", *group, low=None if alike is None else 1.0, high=1.0)
            if alike is None:
                continue
            y_t, l_t = after[treated].sum(), origin.expected[treated].sum()
            y_c, l_c = after[alike.controls].sum(), origin.expected[alike.controls].sum()
            past.append((origin.day, y_t, l_t, y_c, l_c))
            if len(known) < LEAST_ORIGINS:
                continue
            tau = tau_of(
                *np.array(known[-MOST_ORIGINS:]).T,
                floor=tau_floor(n, shape="area" if origin.shape == "area" else "box"),
            )
            for effect in EFFECTS:
                seen = thin(after[treated], effect, rng).sum()
                result = rho(seen, l_t, y_c, l_c, tau=tau)
                share = f"{effect:.0%}"
                for key in (("rho", share), ("rho", share, *group), ("rho", origin.city, share)):
                    tally.add(*key, low=result.low, high=result.high)
                    tally.stated[key].append(rho_power(l_t, l_c, tau=tau, effect=effect))
                key = ("rho, calibrated", share)
                level_t, level_c = (
                    forecast_level(*np.array(known[-LEVEL_ORIGINS:]).T[side : side + 2]) for side in (0, 2)
                )
                if level_t and level_c:
                    tally.add(*key, low=result.low, high=result.high)
                    tally.stated[key].append(rho_power(level_t * l_t, level_c * l_c, tau=tau, effect=effect))


def _describe(
    origin: Origin, treated: np.ndarray, controls: np.ndarray | None, tally: Tally, group: tuple[str, ...]
) -> None:
    after = origin.after.sum(axis=1)
    y1, y0 = after[treated].sum(), origin.before[treated].sum()
    z = np.sqrt(2.0) * (np.sqrt(y1) - np.sqrt(y0))
    tally.add("before and after", low=1.1 if z > 1.96 else 0.5, high=0.9 if z < -1.96 else 1.5)
    tally.add("before and after", group[1], low=1.1 if z > 1.96 else 0.5, high=0.9 if z < -1.96 else 1.5)
    seen = observed_over_forecast(after[treated], origin.expected[treated], level=LEVEL)
    tally.add("observed over forecast", low=seen.low, high=seen.high)
    if controls is None:
        return
    size = controls.size / treated.size
    for name, before in (("WDD, period just before", origin.before), ("WDD, period before the choice", origin.earlier)):
        if before.size:
            found = wdd(
                AreaCounts(before[treated].sum(), y1),
                AreaCounts(before[controls].sum(), after[controls].sum(), size=size),
                level=LEVEL,
            )
            for key in ((name,), (name, group[1])):
                tally.add(*key, low=1.1 if found.low > 0 else 0.5, high=0.9 if found.high < 0 else 1.5)
    weeks = np.concatenate([origin.weeks, origin.after], axis=1)
    weeks = weeks[:, weeks.shape[1] % 7 :]
    both = np.concatenate([treated, controls])
    panel = weeks[both].reshape(both.size, -1, 7).sum(axis=2)
    try:
        did = difference_in_differences(
            panel, np.arange(both.size) < treated.size, start=panel.shape[1] - BLOCKS, level=LEVEL
        )
    except InputError:
        return
    tally.add("difference-in-differences", low=did.low, high=did.high)


def try_pairs(found: list[Origin], tally: Tally, seed: int) -> None:
    """A draw of one place of each pair."""
    if found[0].shape == "area":
        return
    for rule in RULES:
        for n in (20, 50):
            past: list[tuple[int, PairsBefore]] = []
            for number, origin in enumerate(found):
                rng = np.random.default_rng([number, n, RULES.index(rule), 7, seed])
                places = origin.worst(rule, 2 * n, gap_m=LEAST_GAP_M if origin.shape == "box 250 m" else None)
                pairs = places[pair_places(origin.expected[places], origin.before[places])]
                known = [one for day, one in past if day + HORIZON <= origin.day][-MOST_ORIGINS:]
                stated = (
                    lots_power(known, effects=EFFECTS, lots=2, seed=number) if len(known) >= LEAST_ORIGINS else None
                )
                past.append((origin.day, PairsBefore(origin.after.sum(axis=1)[pairs], origin.expected[pairs])))
                first = draw_of_each_pair(n, seed=int(rng.integers(2**31)))
                treated, other = np.where(first, pairs[:, 0], pairs[:, 1]), np.where(first, pairs[:, 1], pairs[:, 0])
                after = origin.after.sum(axis=1)
                for effect in EFFECTS:
                    result = paired_effect(
                        thin(after[treated], effect, rng), after[other],
                        expected_treated=origin.expected[treated], expected_other=origin.expected[other], draws=999, seed=number,
                    )  # fmt: skip
                    for key in (
                        ("pairs", f"{effect:.0%}"),
                        ("pairs", f"{effect:.0%}", OUTCOMES[origin.outcome], str(n)),
                    ):
                        tally.add(*key, low=result and result.low, high=result and result.high)
                        tally.stated[key].append(paired_power(origin.expected[pairs].mean(axis=1), effect=effect))
                    if stated:
                        key = ("pairs, calibrated", f"{effect:.0%}")
                        tally.add(*key, low=result and result.low, high=result and result.high)
                        tally.stated[key].append(stated[EFFECTS.index(effect)])


VARIANTS = ("as planned", "carry-over", "compliance 60 %", "half to the ring", "all three")


def try_crossover(found: list[Origin], tally: Tally, seed: int) -> None:
    """Boxes ON and OFF by weeks; and daily draws, which a carry-over of two days undoes."""
    if found[0].shape != "box 250 m":
        return
    for rule in RULES:
        for n in (20, 50):
            totals: list[tuple[int, float, float]] = []
            for number, origin in enumerate(found):
                boxes = origin.worst(rule, n, gap_m=LEAST_GAP_M)
                level = earlier_level(totals, origin.day)
                totals.append((origin.day, origin.after[boxes].sum(), origin.expected[boxes].sum()))
                if number % 2:
                    continue  # every second origin: a schedule is redrawn 999 times for each of eight questions
                rng = np.random.default_rng([number, n, RULES.index(rule), 11, seed])
                on = draw_schedule(n, BLOCKS, seed=int(rng.integers(2**31)))
                counts, expected = origin.after[boxes], origin.expected[boxes]
                outcome = OUTCOMES[origin.outcome]
                state = level is not None and number % 6 == 0
                for effect in EFFECTS:
                    for variant in VARIANTS if effect == 0.4 else VARIANTS[:1]:
                        treated_days = _delivered(on, variant, rng)
                        left, moved = counts.copy(), 0.0
                        left[treated_days] = thin(counts[treated_days], effect, rng)
                        if variant in ("half to the ring", "all three"):
                            moved = 0.5 * (counts - left).sum()
                        result = crossover_effect([CrossoverTrial(left, on, expected)], draws=999, seed=number)
                        keys = [
                            ("crossover", f"{effect:.0%}", variant),
                            ("crossover", f"{effect:.0%}", variant, outcome, str(n)),
                        ]
                        for key in keys:
                            tally.add(*key, low=result and result.low, high=result and result.high)
                        tally.stated[("moved to the ring", f"{effect:.0%}", variant)].append(
                            moved / max(counts.sum(), 1)
                        )
                        if state and effect and variant == "as planned":
                            power = crossover_power(
                                level * expected / HORIZON,
                                n_blocks=BLOCKS,
                                effect=effect,
                                runs=30,
                                draws=999,
                                seed=number,
                            )
                            for key in (
                                ("crossover, calibrated", f"{effect:.0%}"),
                                ("crossover, calibrated", f"{effect:.0%}", outcome, str(n)),
                            ):
                                tally.add(*key, low=result and result.low, high=result and result.high)
                                tally.stated[key].append(power)
                _daily(origin, boxes, tally, rng)


def _delivered(on: np.ndarray, variant: str, rng: np.random.Generator) -> np.ndarray:
    """(n_boxes, n_days) days on which the effect holds."""
    blocks = on & (rng.random(on.shape) < 0.6) if variant in ("compliance 60 %", "all three") else on
    days = np.repeat(blocks, 7, axis=1)
    if variant in ("carry-over", "all three"):
        carried = days.copy()
        for lag in range(1, CARRIED_DAYS + 1):
            carried[:, lag:] |= days[:, :-lag]
        days = carried
    return days


def _daily(origin: Origin, boxes: np.ndarray, tally: Tally, rng: np.random.Generator) -> None:
    counts = origin.after[boxes]
    on = rng.random(counts.shape) < 0.5
    held = on.copy()
    for lag in range(1, CARRIED_DAYS + 1):
        held[:, lag:] |= on[:, :-lag]
    left = counts.copy()
    left[held] = thin(counts[held], 0.4, rng)
    schedules = rng.random((1000, on.size)) < 0.5
    schedules[0] = on.ravel()
    seen, days = schedules @ left.ravel(), schedules.sum(axis=1)
    ratios = np.log((seen + 0.5) / days) - np.log((left.sum() - seen + 0.5) / (on.size - days))
    p = np.mean(np.abs(ratios) >= abs(ratios[0]) - 1e-12)
    fewer = p <= 1 - LEVEL and ratios[0] < 0
    tally.add("daily draws with carry-over, true −40 %", low=0.5, high=0.9 if fewer else 1.5)
    tally.stated[("daily draws: ratio found",)].append(float(np.exp(ratios[0])))


ATTEMPTS = {"rho": try_rho, "pairs": try_pairs, "crossover": try_crossover}


def main() -> None:
    """Run all and write the figures."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--scratch", type=Path, required=True)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument(
        "--held-out",
        action="store_true",
        help="crime types and days on which nothing was chosen: theft, simple assault, damage",
    )
    parser.add_argument("--only", choices=list(ATTEMPTS), help="one method in place of all")
    arguments = parser.parse_args()
    folder = find_data()
    if folder is None:
        raise SystemExit("the real data is not here: HOTSPOTS_REAL_DATA names its folder")
    tally, attempts = Tally(), [ATTEMPTS[arguments.only]] if arguments.only else list(ATTEMPTS.values())
    for found in origins(folder, held_out=arguments.held_out):
        for attempt in attempts:
            attempt(found, tally, arguments.seed)
        done = f"{found[0].city}, {found[0].shape}, {(HELD_OUT if arguments.held_out else OUTCOMES)[found[0].outcome]}: {len(found)} origins"
        print(done, flush=True)
        extra = {
            " | ".join(key): round(float(np.mean(values)), 3)
            for key, values in tally.stated.items()
            if key not in tally.said
        }
        (arguments.scratch / "effects.json").write_text(
            json.dumps({"rows": tally.table(), "means": extra}, indent=1, ensure_ascii=False)
        )
    print("\n".join(summary(tally.table())))


BARS = {"a side": 3.7, "in all": 6.7, "planted": 5.0}  # per cent of do-nothing actions; points from the stated power
PRIMARY = {"rho": "rho, calibrated", "pairs": "pairs, calibrated", "crossover": "crossover, calibrated"}


def summary(rows: list[dict[str, Any]]) -> list[str]:
    """A line for each primary method: do-nothing actions that it calls, and planted falls that it finds beside what was stated."""
    found = {row["what"]: row for row in rows}
    said = []
    for method, calibrated in PRIMARY.items():
        nothing = found.get(f"{method} | 0%") or found.get(f"{method} | 0% | as planned")
        if nothing is None:
            continue
        sides = [nothing["fewer %"], nothing["more %"]]
        holds = max(sides) <= BARS["a side"] and sum(sides) <= BARS["in all"]
        planted = []
        for effect in ("20%", "40%", "60%"):
            row = found.get(f"{calibrated} | {effect}")
            if row is not None:
                off = row["fewer %"] - row["stated power %"]
                holds = holds and abs(off) <= BARS["planted"]
                planted.append(f"-{effect} {row['fewer %']} (stated {row['stated power %']})")
        said.append(
            f"{method}: of {nothing['judged']} do-nothing actions {sides[0]} % fewer, {sides[1]} % more; planted {', '.join(planted)}: "
            f"{'holds' if holds else 'DOES NOT HOLD'}"
        )
    return said


if __name__ == "__main__":
    main()
