"""Telling rival accounts apart, on draws whose truth is known."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import multivariate_normal, norm

from alliance_sim.stats.discrimination import (
    confusion,
    log_density,
    log_density_by_draws,
    predicted,
    separation,
    share_right,
)

RNG = np.random.default_rng(7)


def account(mean: list[float], draws: int = 400) -> np.ndarray:
    """Draws with SD 1 around a mean."""
    return np.random.default_rng(len(mean) + int(100 * abs(sum(mean)))).standard_normal((draws, len(mean))) + mean


def test_separation_is_the_distance_in_standard_deviations() -> None:
    one, other = RNG.standard_normal(200_000), 2.0 + RNG.standard_normal(200_000)
    assert separation(one, other) == pytest.approx(2.0, abs=0.02)
    assert separation(one, other, error=np.sqrt(3.0)) == pytest.approx(1.0, abs=0.02)


def test_separation_of_what_nobody_predicts_is_not_defined() -> None:
    assert np.isnan(separation(np.full(9, np.nan), np.arange(9.0)))
    assert np.isnan(separation(np.ones(9), np.ones(9)))


@given(st.floats(0, 8))
def test_more_separation_is_told_apart_more_often(d: float) -> None:
    assert 0.5 <= share_right(d) <= share_right(d + 0.1) <= 1.0


def test_a_density_with_errors_is_that_of_the_sum_of_both() -> None:
    known = predicted(account([0.0, 1.0], 4000))
    errors = np.array([0.5, 2.0])
    value = np.array([[0.3, -1.0]])
    wanted = multivariate_normal(known.mean, known.covariance + np.diag(errors**2)).logpdf(value[0])
    assert log_density(value, known, errors)[0] == pytest.approx(wanted, abs=1e-10)


def test_shrinking_leaves_variances_and_takes_chance_correlations() -> None:
    draws = RNG.standard_normal((30, 25))
    known = predicted(draws)
    assert np.allclose(np.diag(known.covariance), draws.var(axis=0, ddof=1))
    off = ~np.eye(25, dtype=bool)
    plain = np.corrcoef(draws.T)[off]
    shrunken = (known.covariance / np.sqrt(np.outer(np.diag(known.covariance), np.diag(known.covariance))))[off]
    assert np.abs(shrunken).mean() < 0.3 * np.abs(plain).mean()


def test_shrinking_keeps_correlations_that_are_there() -> None:
    common = RNG.standard_normal((2000, 1))
    known = predicted(common + 0.5 * RNG.standard_normal((2000, 4)))
    assert known.covariance[0, 1] == pytest.approx(1.0, abs=0.1)


def test_too_few_draws_are_no_prediction() -> None:
    with pytest.raises(ValueError, match="three draws"):
        predicted(np.full((9, 2), np.nan))


def test_density_over_draws_is_the_mean_of_their_densities() -> None:
    draws = account([0.0], 50)
    found, error = log_density_by_draws(np.array([0.4]), draws, np.array([0.7]))
    assert found == pytest.approx(np.log(norm(draws[:, 0], 0.7).pdf(0.4).mean()), abs=1e-12)
    assert 0 < error < 0.2


def test_accounts_far_apart_are_found_again_and_equal_ones_are_guessed() -> None:
    """Error rate: guesses among equals lie within 5 Monte-Carlo errors of one half."""
    errors = np.array([0.1, 0.1])
    apart = confusion([account([0.0, 0.0]), account([8.0, 8.0])], errors, 400, 4, 1)
    assert apart.right > 0.99
    same = confusion([account([0.0, 0.0], 2000), account([0.0, 0.0], 2001)], errors, 4000, 4, 1)
    assert abs(same.right - 0.5) < 0.05
    assert apart.shares.sum(axis=1) == pytest.approx([1.0, 1.0])


def test_the_error_of_a_share_is_not_less_than_that_of_having_so_many_draws_and_not_much_more() -> None:
    """Error rate: the SD of 60 shares has an error of 9 %; the bounds leave two of them on either side."""
    rng = np.random.default_rng(11)
    errors = np.zeros(1)
    found = [
        confusion([rng.standard_normal((60, 1)), 1.0 + rng.standard_normal((60, 1))], errors, 20_000, 10, k)
        for k in range(60)
    ]
    truth = np.std([one.right for one in found], ddof=1)
    told = np.mean([one.error for one in found])
    assert 0.82 * truth < told < 1.6 * truth
