"""Correlations: of one sample, of many studies, and pooled."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from alliance_sim.stats.pooling import correlate, correlations_of_studies, fixed_effect, pool_correlations

NAN = float("nan")


@given(st.floats(-0.95, 0.95), st.integers(2, 40))
def test_studies_that_agree_pool_to_what_they_say(r: float, studies: int) -> None:
    pooled = pool_correlations(np.full(studies, r), np.full(studies, 50))
    assert pooled.r == pytest.approx(r, abs=1e-9)
    assert pooled.low < r < pooled.high


def test_pooling_is_that_of_dersimonian_and_laird() -> None:
    r, n = np.array([0.1, 0.5, 0.3, -0.2]), np.array([40, 60, 100, 30])
    z, w = np.arctanh(r), n - 3.0
    fixed = (w * z).sum() / w.sum()
    tau2 = max(0.0, ((w * (z - fixed) ** 2).sum() - 3) / (w.sum() - (w * w).sum() / w.sum()))
    v = 1 / (1 / w + tau2)
    assert pool_correlations(r, n).r == pytest.approx(np.tanh((v * z).sum() / v.sum()), abs=1e-12)
    assert tau2 > 0


def test_correlations_are_those_of_each_study_without_what_is_missing() -> None:
    x = np.array([1.0, 2, 3, NAN, 1, 2, 3, 4])
    y = np.array([1.0, 2, 3, 9, 4, 3, 2, 1])
    r, n = correlations_of_studies(x, y, np.array([0, 0, 0, 0, 1, 1, 1, 1]))
    assert r == pytest.approx([1, -1])
    assert list(n) == [3, 4]


def test_a_correlation_has_fishers_interval() -> None:
    x, y = np.array([1.0, 2, 3, 4, 5, NAN]), np.array([1.0, 3, 2, 5, 4, 9.0])
    found = correlate(x, y)
    half = 1.959964 / np.sqrt(2)
    ends = np.tanh(np.arctanh(0.8) - half), np.tanh(np.arctanh(0.8) + half)
    assert found[:3] == pytest.approx((0.8, *ends))
    assert not correlate(x[:3], y[:3]).known
    assert not correlate(np.ones(9), np.arange(9.0)).known


def test_estimates_with_equal_errors_give_the_plain_mean() -> None:
    found = fixed_effect(np.array([1.0, 2.0, 3.0]), np.full(3, 2.0))
    assert (found.mean, found.error) == pytest.approx((2.0, 2.0 / np.sqrt(3.0)))
    assert found.p == pytest.approx(np.exp(-0.25))  # Q = 0.5 with 2 degrees of freedom


def test_p_is_uniform_where_all_estimate_one_number() -> None:
    """1,000 times: 5 % below .05, within three errors."""
    rng = np.random.default_rng(4)
    p = [fixed_effect(rng.normal(3.0, (0.5, 1.0, 2.0)), np.array([0.5, 1.0, 2.0])).p for _ in range(1_000)]
    assert np.mean(np.array(p) < 0.05) == pytest.approx(0.05, abs=3 * np.sqrt(0.05 * 0.95 / 1_000))


def test_a_certain_estimate_decides_and_a_single_one_has_nothing_to_differ_from() -> None:
    assert fixed_effect(np.array([1.0, 5.0]), np.array([0.001, 1.0])).mean == pytest.approx(1.0, abs=1e-4)
    alone = fixed_effect(np.array([4.0]), np.array([0.5]))
    assert alone == pytest.approx((4.0, 0.5, np.nan), nan_ok=True)
