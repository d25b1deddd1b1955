"""A power curve through simulated designs, and where it reaches a wanted power."""

import numpy as np
import pytest

from alliance_sim.stats.power_curve import (
    CROSSED,
    NESTED,
    Counts,
    fit_curve,
    near,
    smallest_design,
    with_draws,
)
from alliance_sim.stats.trial_power import Significance, smallest, t_power

LEVEL = Significance()
SIZES = np.array([6.0, 12.0, 24.0, 48.0, 96.0])
SLOPE = 0.46


def simulated(trials: int, seed: int, spread: float = 0.0, sizes: np.ndarray = SIZES) -> Counts:
    """Significant trials of designs whose noncentrality is SLOPE sqrt(J), or differs between worlds with an SD."""
    rng = np.random.default_rng(seed)
    found = []
    for j in sizes:
        slope = SLOPE + spread * rng.normal(size=trials)
        found.append(float(np.sum(rng.random(trials) < t_power(slope * np.sqrt(j), NESTED.of(j), LEVEL))))
    return Counts(sizes, np.full(len(sizes), float(trials)), np.array(found))


def true_size(wanted: float) -> int | None:
    """The fewest therapists with a power, in closed form."""
    return smallest(lambda j: float(t_power(SLOPE * np.sqrt(j), NESTED.of(j), LEVEL)), wanted, 2, 1000)


def test_the_curve_is_the_power_of_the_test_itself() -> None:
    curve = fit_curve(simulated(20_000, 1), LEVEL, NESTED)
    assert (curve.slope, curve.offset) == pytest.approx((SLOPE, 0.0), abs=0.06)
    assert curve.power(SIZES) == pytest.approx(t_power(SLOPE * np.sqrt(SIZES), NESTED.of(SIZES), LEVEL), abs=0.015)
    assert curve.misfit > 0.01


def test_the_interval_of_the_smallest_design_holds_the_true_one() -> None:
    """20 times; whole numbers at its ends make the interval wider than 95 %. Fewer than 17 would be a 1 in 400."""
    true = true_size(0.8)
    assert true is not None
    found = [smallest_design(fit_curve(simulated(400, seed), LEVEL, NESTED), 0.8, 1000) for seed in range(20)]
    assert sum(each.low <= true <= each.high for each in found) >= 17
    assert all(each.low <= each.therapists <= each.high for each in found)


def test_more_trials_make_the_band_narrower() -> None:
    widths = []
    for trials in (200, 3200):
        low, high = fit_curve(simulated(trials, 3), LEVEL, NESTED).band(30.0)
        widths.append(float(high[0] - low[0]))
    assert widths[1] == pytest.approx(widths[0] / 4, rel=0.35)


def test_worlds_that_differ_have_a_power_that_rises_more_slowly() -> None:
    curve = fit_curve(simulated(8_000, 4, spread=0.2), LEVEL, NESTED, scenarios_differ=True)
    assert (curve.slope, curve.spread) == pytest.approx((SLOPE, 0.2), abs=0.03)
    alike = curve._replace(spread=0.0)
    assert float(curve.power(60.0)) < float(alike.power(60.0))
    assert float(curve.power(4.0)) > float(alike.power(4.0))


def banded(told: np.ndarray, copies: int) -> tuple[float, float]:
    """Widths of the band at 30 therapists when every trial (draws, sizes) is played so often: of trials, of draws."""
    counts = Counts(SIZES, np.full(5, float(copies * len(told))), copies * told.sum(axis=0) * 1.0)
    curve = fit_curve(counts, LEVEL, NESTED, scenarios_differ=True)
    drawn = with_draws(curve, SIZES, np.full(told.shape, float(copies)), copies * told.astype(float))
    return tuple(float(np.diff(np.ravel(each.band(30.0)))[0]) for each in (curve, drawn))


def test_trials_under_the_same_draw_do_not_make_a_band_narrower() -> None:
    rng = np.random.default_rng(8)
    slopes = (SLOPE + 0.2 * rng.normal(size=2_000))[:, None]
    told = rng.random((2_000, 5)) < t_power(slopes * np.sqrt(SIZES), NESTED.of(SIZES), LEVEL)
    trials, draws = banded(told, 1)
    trials_often, draws_often = banded(told, 4)
    assert draws_often == pytest.approx(draws, rel=0.03)  # what is repeated tells nothing new
    assert trials_often == pytest.approx(trials / 2, rel=0.03)
    assert draws > 1.2 * trials  # a draw that is significant in one design is so in others
    apart = np.stack([rng.permutation(told[:, k]) for k in range(5)], axis=1)
    assert banded(apart, 1)[1] == pytest.approx(trials, rel=0.05)


def test_draws_of_a_single_design_that_all_say_the_same_have_a_band_all_the_same() -> None:
    size = np.array([6.0])
    curve = fit_curve(Counts(size, np.array([80.0]), np.array([0.0])), LEVEL, NESTED, scenarios_differ=True)
    low, high = with_draws(curve, size, np.full((8, 1), 10.0), np.zeros((8, 1))).band(np.array([2.0, 6.0, 300.0]))
    assert (low <= high).all()


def test_a_power_that_no_allowed_size_has_is_out_of_reach() -> None:
    curve = fit_curve(simulated(2000, 5), LEVEL, NESTED)
    assert smallest_design(curve, 0.8, 20) == (None, None, None)
    assert smallest_design(curve, 0.8, true_size(0.8) or 0).low is not None


@pytest.mark.parametrize("share", [0.0, 1.0])
def test_designs_that_find_nothing_or_always_something_have_a_curve(share: float) -> None:
    curve = fit_curve(Counts(SIZES, np.full(5, 50.0), np.full(5, 50.0 * share)), LEVEL, NESTED)
    assert np.isfinite(curve.power(SIZES)).all()
    assert float(curve.power(48.0)) == pytest.approx(share, abs=0.1)


def test_a_single_design_gives_a_slope_alone() -> None:
    curve = fit_curve(simulated(5000, 6, sizes=np.array([30.0])), LEVEL, NESTED)
    assert (curve.slope, curve.offset) == (pytest.approx(SLOPE, abs=0.03), 0.0)
    found = smallest_design(curve, 0.8, 1000)
    assert found.low <= (true_size(0.8) or 0) <= found.high


def test_designs_near_a_power_are_those_within_a_probit_and_at_least_two() -> None:
    counts = Counts(SIZES, np.full(5, 1000.0), np.array([80.0, 180.0, 450.0, 800.0, 990.0]))
    assert list(near(counts, 0.8).therapists) == [24.0, 48.0]
    assert list(near(counts, 0.05).therapists) == [6.0, 12.0]
    assert list(near(counts._replace(significant=np.full(5, 100.0)), 0.999).therapists) == list(SIZES)
    assert len(near(Counts(*(column[:1] for column in counts)), 0.8).therapists) == 1


def test_a_test_that_is_careful_with_few_therapists_leaves_what_is_near_as_it_is() -> None:
    """Designs of 6 and 12 therapists find a third less than their test would; the answer lies far above."""
    true = true_size(0.8)
    assert true is not None
    counts = simulated(20_000, 7)
    careful = counts._replace(significant=counts.significant * np.array([0.6, 0.7, 1.0, 1.0, 1.0]))
    found = smallest_design(fit_curve(near(careful, 0.8), LEVEL, NESTED), 0.8, 1000)
    assert found.low <= true <= found.high
    assert fit_curve(careful, LEVEL, NESTED).misfit < 0.001


def test_degrees_of_freedom_follow_the_therapists() -> None:
    assert (float(NESTED.of(10)), float(CROSSED.of(10)), float(CROSSED.of(1))) == (18.0, 9.0, 1.0)
