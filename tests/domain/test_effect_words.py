"""Figures of an effect in words: no sign tells which way a difference goes, and beside each stands what it cannot say."""

from __future__ import annotations

import re

import pytest

from hotspots.domain.act.effect_words import described_figures, difference_words, hundred_words, times_words


@pytest.mark.parametrize(
    ("figures", "said"),
    [
        ((-12.04, -26.1, 2.1), "12.0 fewer (26.1 fewer to 2.1 more)"),
        ((12.0, -2.1, 26.1), "12.0 more (2.1 fewer to 26.1 more)"),
        ((-12.0, -26.0, -1.0), "12.0 fewer (26.0 fewer to 1.0 fewer)"),
        ((0.0, -0.04, 0.04), "as many (as many to as many)"),
        ((-1234.5, -2000.0, -10.0), "1,234.5 fewer (2,000.0 fewer to 10.0 fewer)"),
    ],
)
def test_a_difference_says_fewer_or_more_and_bears_no_sign(figures: tuple[float, float, float], said: str) -> None:
    assert difference_words(*figures) == said


def test_a_ratio_without_an_upper_bound_says_so() -> None:
    assert times_words(0.84, 0.45, 1.56) == "0.84 times (0.45 to 1.56)"
    assert times_words(2.0, 0.5, None) == "2.00 times (0.50 or more)"
    assert "expected, 84 came." in hundred_words(0.84, 0.45, 1.56) and "from 45 to 156:" in hundred_words(
        0.84, 0.45, 1.56
    )
    assert "from 50 or more:" in hundred_words(2.0, 0.5, None)


@pytest.mark.parametrize("way", [-1.0, 1.0])
def test_every_described_figure_says_its_way_in_a_word_and_what_it_cannot_say(way: float) -> None:
    change = {
        "estimate": 8 * way,
        "low": 8 * way - 3,
        "high": 8 * way + 3,
        "before_from": "2016-01-01",
        "before_ends": "2016-03-01",
    }
    ratio = {"ratio": 1 + way / 2, "low": 0.4, "high": 1.9}
    result = {
        "described": {
            "observed_over_forecast": {**ratio, "observed": 45.0, "expected": 53.2},
            "wdd": change,
            "wdd_harm": {**change, "unit": "days"},
            "difference_in_differences": {**ratio, "leads_p": 0.01},
            "displacement": {**ratio, "within_m": 500.0, "smallest_rise_seen": 0.61, "half_moved_seen": 0.12},
        },
        "dose": [{"unit": "visits", "amount": 312, "planned": 480}],
    }
    lines = described_figures(result)
    assert len(lines) == 6 and all(one.cannot for one in lines)
    assert not any(re.search(r"[-−+]\d+\.\d", one.words) for one in lines)  # a day such as 2016-01-01 is no figure
    change_words = [one.words for one in lines if "similar places suggest" in one.words]
    assert len(change_words) == 2 and all(
        one.startswith(f"8.0 {'fewer' if way < 0 else 'more'} (") for one in change_words
    )
    assert "apart already before the action (p 0.01): do not read it" in lines[3].cannot
    assert "Only a rise above 61 %" in lines[4].cannot and "in 12 of 100 cases" in lines[4].cannot
    assert lines[5].words == "312 of 480 planned visits"


def test_nothing_entered_is_not_known_and_an_old_ring_does_not_claim_that_nothing_could_be_seen() -> None:
    old = {"within_m": 500.0, "ratio": 1.0, "low": 0.5, "high": 2.0, "smallest_change_seen": 0.4}
    ring, given = described_figures({"described": {"displacement": old}, "dose": []})
    assert "was not kept" in ring.cannot and "No rise" not in ring.cannot
    assert given.words == "not known: nothing was entered"
