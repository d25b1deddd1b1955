"""Intervals: against scipy, at their ends, and as often right as they say."""

import doctest
import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from alliance_sim.stats import estimate, intervals
from alliance_sim.stats.estimate import UNKNOWN

NAN = math.nan


@pytest.mark.parametrize("module", [estimate, intervals])
def test_the_examples_hold(module: object) -> None:
    assert doctest.testmod(module).failed == 0  # type: ignore[arg-type]


@given(st.integers(1, 5_000), st.floats(0, 1))
def test_wilsons_interval_is_scipys_and_holds_its_share_to_the_last_bit(n: int, part: float) -> None:
    happened = round(part * n)
    low, high = intervals.wilson(happened / n, n)
    assert 0.0 <= low <= happened / n <= high <= 1.0
    assert (low, high) == pytest.approx(stats.binomtest(happened, n).proportion_ci(method="wilson"), abs=1e-9)


def test_a_share_of_nothing_is_unknown_and_one_of_all_has_an_error() -> None:
    assert math.isnan(intervals.wilson(0.5, 0)[0])
    assert not intervals.share_of(np.empty(0, bool)).known
    assert intervals.share_of(np.ones(20, bool)).error > 0.0


def test_fishers_interval_is_scipys() -> None:
    x, y = np.random.default_rng(1).multivariate_normal([0, 0], [[1, 0.6], [0.6, 1]], 30).T
    known = stats.pearsonr(x, y)
    found = intervals.fisher_z(float(known.statistic), 30)
    assert found[1:3] == pytest.approx(known.confidence_interval(), abs=1e-9)
    assert found.low < found.value < found.high


@pytest.mark.parametrize(("r", "n"), [(0.5, 3), (NAN, 30)])
def test_a_correlation_of_three_pairs_or_none_has_no_interval(r: float, n: int) -> None:
    assert math.isnan(intervals.fisher_z(r, n).low)


def test_t_is_wider_than_the_normal_with_few_degrees_of_freedom() -> None:
    assert intervals.normal(1.0, 0.5)[1:3] == pytest.approx(stats.norm.interval(0.95, 1.0, 0.5))
    assert intervals.by_t(1.0, 0.5, 4)[1:3] == pytest.approx(stats.t.interval(0.95, 4, 1.0, 0.5))


@pytest.mark.parametrize(("value", "error", "degrees"), [(1.0, 0.0, 5), (NAN, 1.0, 5), (1.0, NAN, 5), (1.0, 1.0, 0)])
def test_a_t_without_error_or_degrees_of_freedom_is_unknown(value: float, error: float, degrees: int) -> None:
    assert intervals.by_t(value, error, degrees) is UNKNOWN


def test_the_median_leaves_out_what_is_not_known_and_is_not_moved_by_an_outlier() -> None:
    values = np.append(np.arange(101.0), NAN)
    wild = np.where(values == 100.0, math.inf, values)
    assert intervals.median(wild) == intervals.median(values)
    assert intervals.median(values).value == 50.0
    assert intervals.median(np.array([-math.inf, -math.inf, 1.0])).value == -math.inf


def test_fewer_than_six_numbers_do_not_bound_their_median() -> None:
    assert math.isnan(intervals.median(np.arange(5.0)).low)
    assert intervals.median(np.arange(6.0))[1:3] == (0.0, 5.0)
    assert intervals.median(np.full(3, NAN)) is UNKNOWN


def test_the_interval_of_a_median_holds_that_of_a_skewed_distribution() -> None:
    """95 % of intervals do, or a little more: 2000 samples of 60, 93 % is four standard errors below."""
    samples = np.random.default_rng(4).exponential(size=(2000, 60))
    held = [found.low <= math.log(2.0) <= found.high for found in map(intervals.median, samples)]
    assert 0.93 < np.mean(held) <= 0.99


def test_the_error_of_a_median_is_that_of_a_normal_sample() -> None:
    """sqrt(pi / 2) / sqrt(n) for the median of standard normal numbers, on average over samples."""
    samples = np.random.default_rng(5).standard_normal((400, 200))
    errors = [intervals.median(each).error for each in samples]
    assert np.mean(errors) == pytest.approx(math.sqrt(math.pi / 2.0 / 200.0), rel=0.08)


@given(st.lists(st.floats(-1e3, 1e3), min_size=1, max_size=50))
def test_the_middle_is_numpys(values: list[float]) -> None:
    found = intervals.middle(np.array([*values, NAN]))
    assert found == pytest.approx(np.quantile(values, [0.025, 0.975]), abs=1e-9)


def test_quantiles_of_infinite_values_are_values() -> None:
    found = intervals.quantiles(np.array([-math.inf, 1.0, 2.0, math.inf]), (0.1, 0.5, 0.9))
    assert found.tolist() == [-math.inf, 1.0, math.inf]
