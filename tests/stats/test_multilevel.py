"""The random-intercept model and its slopes between and within groups, where the answer is known by construction."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from alliance_sim.stats.linear import centred_in_groups
from alliance_sim.stats.multilevel import UNFITTED, between_within, detrended, random_intercept

BETWEEN, WITHIN = 0.9, 0.2
NAN = float("nan")


def practice(seed: int, therapists: int = 60, clients: int = 10) -> tuple[np.ndarray, ...]:
    """y, x, group: slope .9 on the group's level (SD .5), .2 on the member's own part (SD 1)."""
    rng = np.random.default_rng(seed)
    code = np.repeat(np.arange(therapists), clients)
    usual, own = 0.5 * rng.standard_normal(therapists), rng.standard_normal(len(code))
    y = BETWEEN * usual[code] + WITHIN * own + 0.2 * rng.standard_normal(therapists)[code]
    return y + rng.standard_normal(len(code)), usual[code] + own, code


def none(rows: np.ndarray) -> np.ndarray:
    """No predictor."""
    return np.empty((len(rows), 0))


def test_variances_of_balanced_groups_are_those_of_the_analysis_of_variance() -> None:
    rng = np.random.default_rng(1)
    k, n = 30, 12
    groups = np.repeat(np.arange(k), n)
    y = 2 + rng.standard_normal(k)[groups] + 1.5 * rng.standard_normal(k * n)
    within = y.reshape(k, n).var(axis=1, ddof=1).mean()
    between = n * y.reshape(k, n).mean(axis=1).var(ddof=1)
    fit = random_intercept(y, none(y), groups)
    assert fit.coefficients[0] == pytest.approx(y.mean())
    assert fit.share == pytest.approx((between - within) / n / ((between - within) / n + within), abs=1e-4)


def test_it_agrees_with_statsmodels() -> None:
    """MixedLM(...).fit(method="powell") of statsmodels 0.15, whose errors allow for those of the variances."""
    y, x, code = practice(5, 20, 6)
    kept = np.arange(120) % 5 > 0
    fit = random_intercept((y + np.sin(code))[kept], x[kept, None], code[kept])
    assert fit.coefficients == pytest.approx([0.0714845, 0.5450811], abs=1e-6)
    assert fit.standard_errors == pytest.approx([0.2296465, 0.1364069], rel=0.01)
    assert (fit.between, fit.within) == pytest.approx((0.821535, 0.993587), rel=1e-5)


def dense(y: np.ndarray, x: np.ndarray, groups: np.ndarray, ratio: float) -> tuple[np.ndarray, np.ndarray, float]:
    """Generalised least squares with the whole covariance matrix: coefficients, their errors, restricted deviance."""
    v = np.eye(len(y)) + ratio * (groups[:, None] == groups[None, :])
    inner = x.T @ np.linalg.solve(v, x)
    b = np.linalg.solve(inner, x.T @ np.linalg.solve(v, y))
    free, left = len(y) - x.shape[1], float((y - x @ b) @ np.linalg.solve(v, y - x @ b))
    deviance = free * np.log(left / free) + np.linalg.slogdet(v)[1] + np.linalg.slogdet(inner)[1]
    return b, np.sqrt(left / free * np.diag(np.linalg.inv(inner))), float(deviance)


@pytest.mark.parametrize("blocked", [False, True])
@pytest.mark.parametrize("seed", range(6))
def test_it_is_generalised_least_squares_at_the_ratio_with_the_least_deviance(seed: int, blocked: bool) -> None:
    """Groups of unequal size, some of them missing, and rows with gaps; with blocks a column for each."""
    rng = np.random.default_rng(seed)
    groups = rng.choice([1, 2, 4, 5, 9, 11, 12, 20, 21, 22], 90)
    blocks, x = groups // 3, rng.standard_normal((90, 2))
    y = 0.4 * x[:, 0] + rng.standard_normal(30)[groups] * seed / 4 + rng.standard_normal(90)
    y[7], x[11, 1] = NAN, NAN
    known = np.isfinite(y) & np.isfinite(x[:, 1])
    levels = (blocks[known, None] == np.unique(blocks)).astype(float) if blocked else np.ones((known.sum(), 1))
    data = y[known], np.hstack([levels, x[known]]), groups[known]
    fit = random_intercept(y, x, groups, blocks if blocked else None)
    ratio = fit.between / fit.within
    coefficients, errors, least = dense(*data, ratio)
    assert fit.coefficients[-2:] == pytest.approx(coefficients[-2:], rel=1e-10)
    assert fit.standard_errors[-2:] == pytest.approx(errors[-2:], rel=1e-10)
    others = [0.0, *np.exp(np.linspace(-12.0, 6.0, 61)), *(ratio * np.array([1 - 1e-4, 1 + 1e-4]))]
    assert all(least <= dense(*data, other)[2] + 1e-10 for other in others)


def test_groups_that_do_not_differ_have_no_share() -> None:
    assert random_intercept(np.tile([0.0, 1.0, 2.0], 20), np.empty((60, 0)), np.repeat(np.arange(20), 3)).share == 0


@pytest.mark.parametrize("shape", ["one group", "collinear", "nobody"])
def test_what_cannot_be_fitted_has_no_coefficients(shape: str) -> None:
    x, groups = np.arange(30.0), np.arange(30) // 3
    fit = {
        "one group": lambda: random_intercept(x, none(x), np.zeros(30, np.int64)),
        "collinear": lambda: random_intercept(x, np.column_stack([x, 2 * x]), groups),
        "nobody": lambda: random_intercept(x[:0], none(x[:0]), groups[:0]),
    }[shape]()
    assert fit is UNFITTED
    assert not fit.coefficient(1).known
    assert np.isnan(fit.share)


def test_observed_means_are_drawn_toward_the_slope_within_and_shrunken_ones_are_not() -> None:
    """40 practices, means within 4 Monte-Carlo standard errors, and intervals within 3 of 95 %.

    A mean of 10 has reliability .25 / (.25 + .1): its slope is .2 + .7 x .714 = .70.
    """
    fits = [
        [between_within(y, x, none(y), code, shrunken=shrunken) for shrunken in (False, True)]
        for y, x, code in map(practice, range(40))
    ]
    observed, shrunken = (np.array([fit[k].between.value for fit in fits]) for k in (0, 1))
    within = [fit[0].within for fit in fits]
    assert observed.mean() == pytest.approx(0.70, abs=0.05)
    for values, truth in ((shrunken, BETWEEN), (np.array([each.value for each in within]), WITHIN)):
        assert abs(values.mean() - truth) < 4.0 * values.std(ddof=1) / np.sqrt(40)
    hits = np.mean([each.low <= WITHIN <= each.high for each in within])
    assert hits == pytest.approx(0.95, abs=3.0 * np.sqrt(0.95 * 0.05 / 40))


def test_a_control_is_taken_out_at_both_levels() -> None:
    y, x, code = practice(1)
    control = np.random.default_rng(9).standard_normal(len(y))
    plain = between_within(y, x, none(y), code)
    other = between_within(y + 5.0 * control, x, control[:, None], code)
    assert other.between.value == pytest.approx(plain.between.value, abs=0.05)


def test_groups_that_do_not_differ_cannot_be_shrunk_and_two_are_too_few() -> None:
    y, x, code = practice(2)
    assert not between_within(y, centred_in_groups(x, code), none(y), code, shrunken=True).between.known
    few = code < 2
    assert not between_within(y[few], x[few], none(y[few]), code[few]).within.known


def test_centred_values_have_mean_zero_in_every_group() -> None:
    groups = np.array([0, 0, 0, 1, 1])
    assert centred_in_groups(np.array([1.0, 3, NAN, 10, 20]), groups) == pytest.approx([-1, 1, NAN, -5, 5], nan_ok=True)
    assert centred_in_groups(np.array([[1.0], [3], [5], [10], [20]]), groups)[:, 0] == pytest.approx([-2, 0, 2, -5, 5])


@given(st.floats(-5, 5), st.floats(-5, 5), st.integers(3, 12))
def test_a_straight_line_is_detrended_to_nothing(level: float, slope: float, weeks: int) -> None:
    line = (level + slope * np.arange(weeks))[None, :].copy()
    line[0, 1] = NAN
    flat = detrended(line)
    assert np.isnan(flat[0, 1])
    assert np.nanmax(np.abs(flat)) < 1e-9
