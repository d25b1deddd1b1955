"""Simulated trials of a known truth agree with closed forms, each within a stated Monte-Carlo error.

A share is compared with what it should be, within 3.3 standard errors of the closed form's share: by chance one
comparison in a thousand would fail, and seeds are fixed.
"""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from alliance_sim.questions.power.people import ARMS, CENTRE, NULL, Cell, Design
from alliance_sim.questions.power.trials import Bench
from alliance_sim.stats.power_curve import CROSSED, NESTED, Counts
from alliance_sim.stats.power_search import NARROW, Goal, search
from alliance_sim.stats.trial_power import (
    Significance,
    Variances,
    crossed_error,
    nested_error,
    plain_error,
    smallest,
    t_power,
)

LEVEL = Significance()
TRIALS = 600
Benches = Callable[..., Bench]


def significant(
    bench: Bench, analysis: str, design: Design, scenario: str = ARMS, numbers: range | None = None
) -> float:
    """Share of trials with p < .05."""
    rows = bench.run([(Cell(scenario, CENTRE, "test", design), numbers or range(1, TRIALS + 1))], "")
    return float((rows.loc[rows["analysis"] == analysis, "p"] < 0.05).mean())


def near(share: float, trials: int = TRIALS) -> Any:
    """Within 3.3 Monte-Carlo standard errors."""
    return pytest.approx(share, abs=3.3 * np.sqrt(share * (1 - share) / trials))


def test_without_therapists_power_is_that_of_the_t_test(normal: Any, bench: Benches) -> None:
    closed = float(t_power(0.4 / plain_error(Variances(0, 1), Variances(0, 1), (60, 60)), 118, LEVEL))
    assert significant(bench(normal(0.4, 0.0), "ignoring"), "ignoring", Design(12, 5)) == near(closed)


@pytest.mark.parametrize(("analysis", "icc"), [("mixed", 0.2), ("means", 0.2), ("means", 0.05)])
def test_a_nested_trial_has_the_power_of_donner_and_klar(
    normal: Any, bench: Benches, analysis: str, icc: float
) -> None:
    arm = Variances(icc, 1 - icc)
    closed = float(t_power(0.5 / nested_error(arm, arm, 12, (10, 10)), float(NESTED.of(12)), LEVEL))
    assert significant(bench(normal(0.5, icc), analysis), analysis, Design(12, 10)) == near(closed)


def test_a_crossed_trial_has_the_power_of_raudenbush_and_liu(normal: Any, bench: Benches) -> None:
    arm = Variances(0.2, 0.8)
    closed = float(t_power(0.5 / crossed_error(arm, arm, 0.3, 16, (8, 8)), float(CROSSED.of(16)), LEVEL))
    source = normal(0.5, 0.2, crossed=True, effects=0.3)
    assert significant(bench(source, "mixed"), "mixed", Design(16, 8)) == near(closed)


def test_an_analysis_that_accounts_for_therapists_keeps_its_type_1_error_rate(normal: Any, bench: Benches) -> None:
    """Within two standard errors, but for the mixed model with few therapists, which may find less."""
    trials = bench(normal(0.5, 0.1), "mixed", "means", "ignoring")
    error = 2 * np.sqrt(0.05 * 0.95 / TRIALS)
    for analysis in ("mixed", "means"):
        assert significant(trials, analysis, Design(20, 10), NULL) == pytest.approx(0.05, abs=error)


def test_ignoring_clustering_by_therapist_inflates_the_type_1_error_rate(normal: Any, bench: Benches) -> None:
    """True size of its test: P(|Z| > c / sqrt(design effect)), here 15 % (normal approximation; Kish, 1965)."""
    share = significant(bench(normal(0.5, 0.1), "ignoring"), "ignoring", Design(20, 10), NULL)
    assert share == pytest.approx(0.155, abs=0.035)


def test_the_search_finds_the_closed_forms_number(normal: Any, bench: Benches) -> None:
    arm = Variances(0.05, 0.95)
    trials = bench(normal(0.35, 0.05), "means")
    error = nested_error(arm, arm, 1, (10, 10))
    closed = smallest(lambda j: float(t_power(0.35 / error * np.sqrt(j), NESTED.of(j), LEVEL)), 0.8, 2, 200)

    def simulate(therapists: int, numbers: range) -> int:
        """How many trials are significant."""
        return round(significant(trials, "means", Design(therapists, 10), numbers=numbers) * len(numbers))

    sizes = (4, 8, 16)  # all too small: the search must go beyond them
    coarse = Counts(
        np.array(sizes, float), np.full(3, 300.0), np.array([float(simulate(j, range(1, 301))) for j in sizes])
    )
    found = search(coarse, simulate, Goal(0.8, 200, 0.2, 4_000, 0, 500), LEVEL, NESTED)
    assert found.ended == NARROW
    assert found.smallest.low <= closed <= found.smallest.high
