"""Monte-Carlo errors against their formulas (Morris et al., 2019), and against what they promise."""

import math

import numpy as np
import pytest

from alliance_sim.stats import montecarlo as mc

VALUES = np.array([1.0, 2.0, 4.0, 5.0])


def test_errors_are_those_of_the_formulas() -> None:
    sd, errors = np.std(VALUES, ddof=1), (VALUES - 3.0) ** 2
    assert mc.mcse_mean(VALUES) == pytest.approx(sd / 2.0)
    assert mc.mcse_spread(VALUES) == pytest.approx(sd / math.sqrt(6.0))
    assert mc.mcse_squared_error(VALUES, 3.0) == pytest.approx(math.sqrt(((errors - 2.5) ** 2).sum() / 12.0))
    assert mc.mcse_proportion(0.95, 1900) == pytest.approx(0.005)  # the known rule: 1900 replicates for half a point
    summary = mc.summarise(VALUES)
    assert (summary.value, summary.high) == pytest.approx((3.0, 3.0 + 3.182446 * sd / 2.0), rel=1e-6)  # t(.975, 3)


def test_the_interval_covers_the_truth_as_often_as_it_says() -> None:
    draws = np.random.default_rng(1).normal(size=(2000, 8))
    hits = sum(1 for row in draws if (s := mc.summarise(row)).low <= 0.0 <= s.high)
    assert hits / 2000 == pytest.approx(0.95, abs=4.0 * mc.mcse_proportion(0.95, 2000))


def test_what_is_not_defined_is_not_counted_and_one_replicate_has_no_error() -> None:
    assert mc.summarise(np.array([1.0, np.nan, 3.0])).replicates == 2
    assert mc.summarise(np.array([np.nan])).replicates == 0
    alone = mc.summarise(np.array([2.0]))
    assert alone.value == 2.0
    assert np.isnan([alone.mcse, alone.low]).all()


@pytest.mark.parametrize(("shared", "own", "gain"), [(3.0, 1.0, 10.0), (0.0, 1.0, 1.0), (1.0, 0.0, math.inf)])
def test_twins_with_common_random_numbers_gain_what_the_formula_says(shared: float, own: float, gain: float) -> None:
    """Variance shared^2 + own^2 of each, 2 own^2 of the difference."""
    rng = np.random.default_rng(3)
    parts = shared * rng.normal(size=20000) + own * rng.normal(size=(2, 20000)) + [[0.0], [0.5]]
    ratio = mc.variance_ratio(parts, np.array([1.0, -1.0]), parts[0] - parts[1])
    assert ratio == pytest.approx(gain, rel=0.05)


def test_correlations_are_pooled_on_fishers_z() -> None:
    r = np.array([0.1, 0.5, 0.7])
    assert mc.on_scale(r, fisher=True).mean() == pytest.approx(math.tanh(np.arctanh(r).mean()))
    assert mc.on_scale(r, fisher=False).mean() == pytest.approx(r.mean())
