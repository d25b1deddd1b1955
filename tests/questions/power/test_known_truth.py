"""Simulated trials of a known truth agree with closed forms, each within a stated Monte-Carlo error.

A share is compared with what it should be, within 3.3 standard errors of the closed form's share: by chance one
comparison in a thousand would fail, and seeds are fixed.
"""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from alliance_sim.questions.power.people import ARMS, CENTRE, NULL, Cell, TrialSize
from alliance_sim.questions.power.run import Bench
from alliance_sim.stats.power_curve import CROSSED, NESTED
from alliance_sim.stats.trial_power import (
    Significance,
    Variances,
    crossed_error,
    nested_error,
    plain_error,
    t_power,
)

LEVEL = Significance()
TRIALS = 600
Benches = Callable[..., Bench]


def significant(
    bench: Bench, analysis: str, design: TrialSize, scenario: str = ARMS, numbers: range | None = None
) -> float:
    """Share of trials with p < .05."""
    rows = bench.run([(Cell(scenario, CENTRE, "test", design), numbers or range(1, TRIALS + 1))], "")
    return float((rows.loc[rows["analysis"] == analysis, "p"] < 0.05).mean())


def closed(error: float, effect: float, df: float) -> float:
    """Power of the test in closed form."""
    return float(t_power(effect / error, df, LEVEL))


ONE, FEW, MANY = Variances(0.0, 1.0), Variances(0.05, 0.95), Variances(0.2, 0.8)
NESTED_12, CROSSED_16 = float(NESTED.of(12)), float(CROSSED.of(16))


@pytest.mark.parametrize(
    ("truth", "more", "analysis", "design", "power"),
    [
        ((0.4, 0.0), {}, "ignoring", TrialSize(12, 5), closed(plain_error(ONE, ONE, (60, 60)), 0.4, 118)),
        ((0.5, 0.2), {}, "mixed", TrialSize(12, 10), closed(nested_error(MANY, MANY, 12, (10, 10)), 0.5, NESTED_12)),
        ((0.5, 0.2), {}, "means", TrialSize(12, 10), closed(nested_error(MANY, MANY, 12, (10, 10)), 0.5, NESTED_12)),
        ((0.5, 0.05), {}, "means", TrialSize(12, 10), closed(nested_error(FEW, FEW, 12, (10, 10)), 0.5, NESTED_12)),
        (
            (0.5, 0.2),
            {"crossed": True, "effects": 0.3},
            "mixed",
            TrialSize(16, 8),
            closed(crossed_error(MANY, MANY, 0.3, 16, (8, 8)), 0.5, CROSSED_16),
        ),
    ],
    ids=["t test", "Donner & Klar, mixed", "Donner & Klar, means", "Donner & Klar, low ICC", "Raudenbush & Liu"],
)
def test_simulated_power_is_that_of_the_closed_form(
    normal: Any, bench: Benches, truth: Any, more: Any, analysis: str, design: TrialSize, power: float
) -> None:
    found = significant(bench(normal(*truth, **more), analysis), analysis, design)
    assert found == pytest.approx(power, abs=3.3 * np.sqrt(power * (1 - power) / TRIALS))


def test_an_analysis_keeps_its_type_1_error_rate_unless_it_ignores_clustering(normal: Any, bench: Benches) -> None:
    """True size of the test that ignores it: P(|Z| > c / sqrt(design effect)), 15 % (normal approximation; Kish, 1965).

    Others within two standard errors.
    """
    trials = bench(normal(0.5, 0.1), "mixed", "means", "ignoring")
    error = 2 * np.sqrt(0.05 * 0.95 / TRIALS)
    expected = {"mixed": (0.05, error), "means": (0.05, error), "ignoring": (0.155, 0.035)}
    for analysis, (rate, reach) in expected.items():
        assert significant(trials, analysis, TrialSize(20, 10), NULL) == pytest.approx(rate, abs=reach)
