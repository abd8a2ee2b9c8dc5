"""The gate: which model a city serves by its own backtest, and what it says of it."""

from __future__ import annotations

from dataclasses import replace

import pytest

from hotspots_models.backtesting.folds import BUDGETS, Fold, FoldTask
from hotspots_models.backtesting.gate import decide, faster_in_words
from hotspots_models.backtesting.scores import ModelScore, Paired, sentence


def score(*, model: str = "blend", windows: int = 12, log_low: float = 0.1, hit_low: float = 0.001) -> ModelScore:
    """Twelve windows with 240 incidents; the model found 27 % in 5 % of the area, counting 25 %."""
    return ModelScore(
        model=model,
        crime_type="burglary",
        horizon_days=28.0,
        origins=12,
        incidents=240.0,
        expected=240.0,
        hit_rate=dict.fromkeys(BUDGETS, 0.27),
        hit_rate_interval=dict.fromkeys(BUDGETS),
        pai=dict.fromkeys(BUDGETS, 5.4),
        pei_star=dict.fromkeys(BUDGETS),
        recapture=dict.fromkeys(BUDGETS),
        log_skill=1.3,
        deviance_explained=0.1,
        calibration={},
        calibration_slope=1.0,
        area_share=[],
        capture_curve=None,
        best_curve=None,
        seconds_mean=1.0,
        seconds_max=1.0,
        peak_mb=None,
        against_baseline={
            "log skill": Paired(0.3, log_low, 0.5, 1.5, windows),
            "hit rate 5 %": Paired(0.02, hit_low, 0.04, 1.08, windows),
        },
    )


COUNT = replace(score(model="long_run_count"), against_baseline={})


def without_scores(model: str, *reasons: str) -> ModelScore:
    """A model that could not be fitted at any origin."""
    nothing = dict.fromkeys(BUDGETS)
    return replace(
        score(model=model), origins=0, incidents=0.0, hit_rate=nothing, pai=nothing, against_baseline={}, errors=list(reasons)
    )  # fmt: skip


def test_the_gate_serves_a_model_only_where_both_intervals_lie_above_0():
    passed = decide([score()])[0]
    assert passed.serve == "blend" and passed.beats_counting and "8 % more" in passed.words
    held = decide([score(hit_low=-0.001)])[0]
    assert held.serve == "long_run_count" and "hit rate 5 %" in held.words and "log skill" not in held.words
    assert "the interval of hit rate 5 % includes 0" in held.words
    worse = score()
    worse.against_baseline["hit rate 5 %"] = Paired(-0.02, -0.03, -0.01, 0.9, 12)
    assert "hit rate 5 % is worse" in decide([worse])[0].words
    few = decide([replace(score(), origins=6)])[0]
    assert few.serve == "long_run_count" and "6 windows" in few.words


def test_windows_without_incidents_show_nothing_to_the_gate():
    """Twelve windows of which three held an incident: the three decide, and three are too few."""
    (held,) = decide([score(windows=3)])
    assert (held.serve, held.beats_counting) == ("long_run_count", False)
    assert "12 windows, 3 of them with incidents, and fewer than 12 show too little" in held.words


def test_the_gate_never_says_that_it_found_nothing_more():
    little = score()
    for ratio, words in ((1.004, "found 0.4 % more"), (1.0004, "found more"), (1.015, "found 1 % more")):
        little.against_baseline["hit rate 5 %"] = Paired(0.002, 0.001, 0.003, ratio, 12)
        assert words in decide([little])[0].words


def test_a_type_and_horizon_get_one_decision_of_the_default_model_where_it_was_run():
    kde, blend = score(model="kde"), score(hit_low=-0.001)
    (decision,) = decide([COUNT, kde, blend])
    assert (decision.candidate, decision.serve) == ("blend", "long_run_count")
    assert "blend" in decision.words and "kde" not in decision.words


def test_without_the_default_model_the_first_that_was_asked_for_is_held_to_the_gate():
    (decision,) = decide([COUNT, score(model="kde"), score(model="mixture")])
    assert (decision.candidate, decision.serve) == ("kde", "kde")


def test_a_backtest_of_counting_alone_serves_it():
    (decision,) = decide([COUNT])
    assert (decision.serve, decision.beats_counting) == ("long_run_count", False)
    assert decision.words == "The long-run count is served: no other model was backtested here."


def test_a_model_that_ran_and_failed_is_named_with_its_reason():
    (decision,) = decide([COUNT, without_scores("blend", "a risk terrain needs risk factors.")])
    assert decision.words == "The long-run count is served: blend cannot be judged: a risk terrain needs risk factors."
    assert decision.serve == "long_run_count"


def test_a_budget_of_less_than_a_cell_judges_nobody():
    coarse = replace(
        score(),
        hit_rate={**dict.fromkeys(BUDGETS, 0.27), "5 %": None},
        pai={**dict.fromkeys(BUDGETS, 5.4), "5 %": None},
    )
    (decision,) = decide([coarse])
    assert decision.serve == "long_run_count" and not decision.beats_counting
    assert "5 % of the area is less than one cell; choose smaller cells (--cell)" in decision.words
    assert "nothing can be said: 5 % of the area is less than one cell" in sentence(coarse)


def test_a_model_that_fell_back_or_failed_in_some_windows_says_so():
    """Of fourteen windows two failed; of the twelve others, three were forecast by another model."""
    patchy = replace(score(), fell_back=["KDE: 30 days are too few"] * 3, errors=["no incident before 3 May."])
    fell_back = "In 3 of 12 windows blend had too little history and fell back to KDE."
    failed = "In other windows it could not be fitted: no incident before 3 May."
    (decision,) = decide([patchy])
    assert decision.serve == "blend"
    assert decision.words.endswith(f"{fell_back} {failed}")
    assert sentence(patchy).endswith(f"{fell_back} {failed}")


def test_the_sentence_says_whether_it_beats_counting_and_how_sure():
    assert "beats counting" in sentence(score())
    assert "no difference can be shown" in sentence(score(hit_low=-0.001))
    worse = score()
    worse.against_baseline["hit rate 5 %"] = Paired(-0.02, -0.03, -0.01, 0.9, 12)
    assert "worse than counting" in sentence(worse)
    assert sentence(score(windows=1)).endswith("These are means over the 1 window with incidents, 240 in all.")


def young(*, ratio: float, error: float = 0.02, windows: int = 12) -> ModelScore:
    """Windows of 10 days in a record of six months, the count at 25 %."""
    found = 0.25 * ratio
    pair = Paired(found - 0.25, found - 0.25 - 2 * error, found - 0.25 + 2 * error, ratio, windows, error)
    skill = Paired(0.3, 0.1, 0.5, 1.5, windows, 0.1)
    return replace(
        score(), origins=windows, window_days=10.0, hit_rate=dict.fromkeys(BUDGETS, found),
        against_baseline={"log skill": skill, "hit rate 5 %": pair},
    )  # fmt: skip


def test_a_young_record_is_judged_with_what_other_cities_found():
    """Own ln 1.08 = .077 with .02/.25 · 2.201/1.96 = .0898; others .15 with .1: weights 123.9 and 100, mean .1096, error .0668."""
    (decision,) = decide([young(ratio=1.08)])
    assert not decision.beats_counting and decision.serve == "long_run_count"
    assert "12 of 10 days were judged: blend found 8 % more" in decision.words
    assert "both together say +12 % (-2 to +27 %)" in decision.words  # exp(.1096), exp(.1096 ± 1.96 · .0668)
    (sure,) = decide([young(ratio=1.08, error=0.01)])
    assert sure.serve == "blend" and "In Chicago and St. Louis" in sure.words  # on its own .077 ± .088 would not do


def test_other_cities_serve_nothing_alone_and_an_own_loss_counts():
    (lost,) = decide([young(ratio=0.95)])
    assert lost.serve == "long_run_count" and "blend found 5 % less" in lost.words
    (unsure,) = decide([young(ratio=1.10, error=0.10, windows=2)])
    assert unsure.serve == "long_run_count"
    (single,) = decide([replace(young(ratio=1.3), against_baseline={"hit rate 5 %": Paired(0.1, None, None, 1.3, 1)})])
    assert "no two windows tell blend from it" in single.words


def folds_of(model: str, *, found: float, log_skill: float, seconds: float, windows: int = 12) -> list[Fold]:
    """Return windows of 1,000 incidents, of which a model found about so many in 5 % of the area."""
    return [
        Fold(
            FoldTask(model, "burglary", (0,), 28.0 * n, 28.0),
            observed=1000.0,
            expected=1000.0,
            log_skill=log_skill + 0.001 * (n % 3),
            hits=dict.fromkeys(BUDGETS, found + 5 * (n % 2)),
            area_shares=dict.fromkeys(BUDGETS, 0.05),
            pei_star=dict.fromkeys(BUDGETS),
            recapture=dict.fromkeys(BUDGETS),
            seconds=seconds,
        )
        for n in range(windows)
    ]


@pytest.mark.parametrize(
    ("found", "log_skill", "seconds", "windows", "offered"),
    [
        (249.0, 0.6, 4.0, 12, True),  # 249 for 250: within a hundredth
        (245.0, 0.6, 4.0, 12, False),  # 2 % less
        (260.0, 0.58, 4.0, 12, False),  # more, and .02 nats worse all over the city
        (250.0, 0.6, 6.0, 12, False),  # more than half the time
        (250.0, 0.6, 4.0, 6, False),  # as many windows as the gate asks for
    ],
)
def test_a_faster_model_is_offered_where_it_finds_as_much(
    found: float, log_skill: float, seconds: float, windows: int, offered: bool
) -> None:
    (served,) = decide([score()])
    folds = [
        *folds_of("blend", found=250.0, log_skill=0.6, seconds=9.0, windows=windows),
        *folds_of("residual_boosting", found=found, log_skill=log_skill, seconds=seconds, windows=windows),
        *folds_of("long_run_count", found=250.0, log_skill=0.6, seconds=0.1, windows=windows),
    ]
    said = faster_in_words(served, folds)
    assert ("--model residual_boosting" in said) is offered
    assert "long_run_count" not in said  # the count is what the served one was shown to beat
    assert faster_in_words(replace(served, serve="long_run_count"), folds) == ""
