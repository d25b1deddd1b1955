"""The statistics of the studies, against answers that are known."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from alliance_sim.estimands.baselines import reliable_drop
from alliance_sim.stats.multilevel import centred_in_groups, detrended, random_intercept
from alliance_sim.stats.pooling import correlations_of_studies, pool_correlations

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


def test_variances_of_balanced_groups_are_those_of_the_analysis_of_variance() -> None:
    luck = np.random.default_rng(1)
    k, n = 30, 12
    groups = np.repeat(np.arange(k), n)
    y = 2 + luck.standard_normal(k)[groups] + 1.5 * luck.standard_normal(k * n)
    means = y.reshape(k, n).mean(axis=1)
    within = y.reshape(k, n).var(axis=1, ddof=1).mean()
    between = n * means.var(ddof=1)
    fit = random_intercept(y, np.empty((k * n, 0)), groups)
    assert fit is not None
    assert fit.coefficients[0] == pytest.approx(y.mean())
    assert fit.share == pytest.approx((between - within) / n / ((between - within) / n + within), abs=1e-4)


def test_groups_that_do_not_differ_have_no_share() -> None:
    y = np.tile([0.0, 1.0, 2.0], 20)
    fit = random_intercept(y, np.empty((60, 0)), np.repeat(np.arange(20), 3))
    assert fit is not None
    assert fit.share == 0


def test_one_group_cannot_be_fitted() -> None:
    assert random_intercept(np.arange(5.0), np.empty((5, 0)), np.zeros(5, int)) is None


def test_centred_values_have_mean_zero_in_every_group() -> None:
    centred = centred_in_groups(np.array([1.0, 3, NAN, 10, 20]), np.array([0, 0, 0, 1, 1]))
    assert centred == pytest.approx([-1, 1, NAN, -5, 5], nan_ok=True)


@given(st.floats(-5, 5), st.floats(-5, 5), st.integers(3, 12))
def test_a_straight_line_is_detrended_to_nothing(level: float, slope: float, weeks: int) -> None:
    line = (level + slope * np.arange(weeks))[None, :].copy()
    line[0, 1] = NAN
    flat = detrended(line)
    assert np.isnan(flat[0, 1])
    assert np.nanmax(np.abs(flat)) < 1e-9


def test_a_reliable_drop_is_that_of_jacobson_and_truax() -> None:
    assert reliable_drop(0.7, 0.77) == pytest.approx(1.96 * 0.7 * np.sqrt(2 * (1 - 0.77)), rel=1e-3)
