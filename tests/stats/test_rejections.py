"""What many trials report: shares with intervals, honest levels, and significant estimates that are too large."""

import numpy as np
import pytest
from scipy.stats import norm

from alliance_sim.stats.rejections import (
    adjusted_power,
    effective_trials,
    exaggeration,
    rate,
    rate_of_draws,
    significant,
    significant_of_analysed,
)


def test_the_interval_is_wilsons() -> None:
    """8 of 10: Wilson's interval without continuity correction is .490 to .943 (Newcombe, 1998, by its formula)."""
    found = rate(8, 10)
    assert (found.value, found.low, found.high) == pytest.approx((0.8, 0.4902, 0.9433), abs=1e-4)
    assert rate(0, 50).low == pytest.approx(0.0, abs=1e-12)
    assert np.isnan(rate(0, 0).value)


def test_trials_of_one_draw_that_are_all_alike_tell_as_much_as_one() -> None:
    told = np.repeat([True, False, True, True], 25)
    assert effective_trials(told, np.repeat(np.arange(4), 25)) == pytest.approx(3.0)  # k - 1: the variance is estimated
    assert effective_trials(np.zeros(100, bool), np.repeat(np.arange(4), 25)) == 4.0


def test_trials_with_draws_of_their_own_are_independent() -> None:
    told = np.random.default_rng(1).random(2_000) < 0.3
    found, simple = rate_of_draws(told, np.arange(2_000)), rate(int(told.sum()), 2_000)
    assert (found.low, found.high) == pytest.approx((simple.low, simple.high), abs=1e-4)


def test_the_interval_of_draws_holds_what_one_of_trials_misses() -> None:
    """400 times 60 draws with power between 40 and 100 %, 10 trials each: 95 % and not 80 %, within 3 errors."""
    rng, draw = np.random.default_rng(2), np.repeat(np.arange(60), 10)
    held = np.zeros(2)
    for _ in range(400):
        told = rng.random(600) < np.repeat(rng.uniform(0.4, 1.0, 60), 10)
        for k, found in enumerate((rate_of_draws(told, draw), rate(int(told.sum()), 600))):
            held[k] += found.low <= 0.7 <= found.high
    assert held[0] / 400 == pytest.approx(0.95, abs=3 * np.sqrt(0.95 * 0.05 / 400))
    assert held[1] / 400 < 0.9


def test_trials_that_could_not_be_analysed_count_as_not_significant() -> None:
    p = np.array([0.01, 0.2, np.nan, 0.04])
    assert significant(p, 0.05).value == 0.5
    assert significant_of_analysed(p, 0.05).value == pytest.approx(2 / 3)


def test_significant_trials_of_little_power_exaggerate() -> None:
    """Normal estimates, z = 0.5: wrong signs are P(Z < -2.46) of all, right ones P(Z > 1.46)."""
    z = np.random.default_rng(1).normal(0.5, 1.0, 400_000)
    found = exaggeration(z, 2.0 * norm.sf(np.abs(z)), 0.05, 0.5)
    c = norm.isf(0.025)
    below, above = norm.cdf(-c - 0.5), norm.sf(c - 0.5)
    size = (0.5 * above + norm.pdf(c - 0.5) - 0.5 * below + norm.pdf(c + 0.5)) / (above + below)  # E |Z|, significant
    assert found.wrong_sign.value == pytest.approx(below / (above + below), abs=0.008)
    assert found.exaggeration == pytest.approx(size / 0.5, abs=5 * found.exaggeration_mcse)
    assert np.isnan(exaggeration(z, z, 0.05, 0.0).exaggeration)


def trials(draws: int, times: int, generator: np.random.Generator) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """p of trials of a test that rejects too often, with an effect that differs between draws and without, by draw."""
    draw = np.tile(np.arange(draws), times)
    shift = generator.normal(2.0, 0.7, draws)[draw]
    p, null = (2.0 * norm.sf(np.abs(1.3 * generator.normal(size=len(draw)) + at)) for at in (shift, 0.0))
    return p, null, draw


def test_adjusted_power_is_the_share_below_the_level_of_the_null_world() -> None:
    p, null, _ = trials(50, 20, np.random.default_rng(1))
    found = adjusted_power(p, null, 0.05).power
    assert found.value == np.mean(p < np.quantile(null, 0.05))  # the level that a share of 5 % of the null are below
    assert found.low < found.value < found.high
    assert np.isnan(adjusted_power(p, np.full(10, np.nan), 0.05).power.value)


def test_the_interval_of_adjusted_power_holds_the_error_of_its_level() -> None:
    """1,000 trials of each kind: wider by a third and more than that of a share of 1,000 at a level that is known."""
    p, null, _ = trials(1000, 1, np.random.default_rng(4))
    found = adjusted_power(p, null, 0.05).power
    known = rate(round(1000 * found.value), 1000)
    assert found.high - found.low > 1.33 * (known.high - known.low)


def test_power_of_all_trials_is_known_no_better_than_so_many_trials_tell_it() -> None:
    found = adjusted_power(np.full(20, 1e-9), np.linspace(0.01, 1, 20), 0.05).power
    assert (found.value, found.high) == (1.0, 1.0)
    assert found.low == pytest.approx(0.839, abs=0.001)  # Wilson, 20 of 20


def test_the_same_analysis_twice_differs_by_nothing() -> None:
    p, null, draw = trials(20, 10, np.random.default_rng(2))
    for draws in (None, (draw, draw)):
        one, other = (adjusted_power(p, null, 0.05, draws).anew for _ in range(2))
        assert (one == other).all()


@pytest.mark.slow
@pytest.mark.parametrize("together", [False, True])
def test_intervals_of_adjusted_power_hold_the_true_one(together: bool) -> None:
    """120 times 500 trials of each kind: 95 % within 3 errors, with draws of their own and with 50 draws that repeat.

    The truth: z of both kinds has SD 1.3, with effect beside it .7 between draws; a level that keeps its promise
    rejects beyond 1.96 times 1.3.
    """
    generator, held = np.random.default_rng(7), 0
    edge, spread = 1.3 * norm.ppf(0.975), np.hypot(1.3, 0.7)
    truth = norm.sf((edge - 2.0) / spread) + norm.cdf((-edge - 2.0) / spread)
    for _ in range(120):
        p, null, draw = trials(50 if together else 500, 10 if together else 1, generator)
        found = adjusted_power(p, null, 0.05, (draw, draw) if together else None).power
        held += found.low <= truth <= found.high
    assert held / 120 == pytest.approx(0.95, abs=3 * np.sqrt(0.95 * 0.05 / 120))
