"""Ways of analysing a trial of therapists and clients, on data whose answer is known by construction."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from alliance_sim.stats.arm_effect import ANALYSES, FITTED, NO_SPREAD, TOO_FEW, TrialData, analyse, p_values
from alliance_sim.stats.clustered import clustered
from alliance_sim.stats.multilevel import random_intercept


def trials(seed: int = 1, shape: tuple[int, int, int] = (1, 8, 6), k: int = 0, crossed: bool = False) -> TrialData:
    """Trials of (trials, therapists of an arm, clients); therapists differ, crossed ones in their effect too."""
    rng, (n, therapists, clients) = np.random.default_rng(seed), shape
    outcome = rng.normal(size=(n, 2, therapists, clients)) + rng.normal(size=(n, 2, therapists, 1))
    if crossed:
        outcome += 3.0 * rng.normal(size=(n, 1, therapists, 1))
    return TrialData(outcome, rng.normal(size=(n, 2, therapists, clients, k)))


def rows_of(data: TrialData, trial: int, crossed: bool) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Outcome, predictors (arm and covariates) and therapist of each client of a trial with an outcome."""
    _, _, therapists, clients = data.outcome.shape
    who = np.repeat(np.arange(therapists), clients)
    therapist = np.concatenate([who, who if crossed else therapists + who])
    covariates = data.covariates[trial].reshape(len(therapist), -1)
    x = np.column_stack([np.repeat([0.0, 1.0], len(who)), covariates])
    y = data.outcome[trial].ravel()
    there = np.isfinite(y)
    return y[there], x[there], therapist[there]


@pytest.mark.parametrize("crossed", [False, True])
@pytest.mark.parametrize("k", [0, 1])
@pytest.mark.parametrize("missing", [0.0, 0.3, 0.8])
def test_many_trials_at_once_are_analysed_like_each_of_them_alone(crossed: bool, k: int, missing: float) -> None:
    """By the regressions of the package and a dense least squares, which see one trial at a time."""
    data = trials(3, (12, 5, 4), k, crossed)
    data.outcome[np.random.default_rng(4).random(data.outcome.shape) < missing] = np.nan
    found = {name: analyse(name, data, crossed) for name in ANALYSES}
    for t in range(12):
        y, x, therapist = rows_of(data, t, crossed)
        if found["mixed"].status[t] == TOO_FEW:
            continue
        design = np.column_stack([np.ones(len(y)), x])
        b, left, rank, _ = np.linalg.lstsq(design, y, rcond=None)
        if rank == design.shape[1] and len(left):
            error = np.sqrt(left[0] / (len(y) - rank) * np.linalg.inv(design.T @ design)[1, 1])
            own = found["ignoring"]
            assert (own.estimate[t], own.error[t]) == pytest.approx((b[1], error), rel=1e-10)
        if len(y) > rank + 1:
            arm = clustered(y, x, therapist).of(1.0)
            assert (found["robust"].estimate[t], found["robust"].error[t]) == pytest.approx(
                arm[:1] + arm[3:4], rel=1e-10
            )
        cells = (2 * therapist + x[:, 0]).astype(np.int64)
        fit = random_intercept(y, x, cells, therapist) if crossed else random_intercept(y, x, therapist)
        if found["mixed"].status[t] == FITTED:
            place = 0 if crossed else 1
            assert found["mixed"].estimate[t] == pytest.approx(fit.coefficients[place], abs=1e-5)
            assert found["mixed"].error[t] == pytest.approx(fit.standard_errors[place], rel=1e-5)


@settings(max_examples=25)
@given(st.integers(1, 10_000))
def test_with_equal_caseloads_the_mixed_model_is_the_t_test_of_therapists_means(seed: int) -> None:
    """Where the estimated variance of therapists is not at zero (balanced one-way layout; Searle, 1971)."""
    for crossed in (False, True):
        data = trials(seed, (3, 8, 6), crossed=crossed)
        mixed, means = (analyse(name, data, crossed) for name in ("mixed", "means"))
        np.testing.assert_array_equal(mixed.df, means.df)
        apart = mixed.between > 1e-3
        np.testing.assert_allclose(mixed.estimate[apart], means.estimate[apart], rtol=1e-4)
        np.testing.assert_allclose(mixed.error[apart], means.error[apart], rtol=1e-4)
        assert (mixed.error >= means.error - 1e-4)[~apart].all()


def test_means_of_therapists_are_compared_as_scipy_does() -> None:
    data = trials()
    level = data.outcome[0].mean(axis=2)
    for crossed, test in ((False, stats.ttest_ind), (True, stats.ttest_rel)):
        found = analyse("means", data, crossed)
        assert found.estimate / found.error == pytest.approx(test(level[1], level[0]).statistic)


def test_without_covariates_ignoring_therapists_is_the_two_sample_t_test() -> None:
    data = trials()
    found = analyse("ignoring", data, False)
    known = stats.ttest_ind(data.outcome[0, 1].ravel(), data.outcome[0, 0].ravel())
    assert (found.estimate[0] / found.error[0], found.df[0]) == pytest.approx((known.statistic, 94))
    assert p_values(found.estimate, found.error, found.df)[0] == pytest.approx(known.pvalue)


def test_the_robust_error_is_that_of_therapists_totals() -> None:
    """Equal caseloads, no covariate: V = sum over arms of sum (mean_j - mean)^2 / J^2, times the sample factor."""
    data = trials()
    level = data.outcome[0].mean(axis=2)
    plain = np.sum((level - level.mean(axis=1, keepdims=True)) ** 2) / 64
    found = analyse("robust", data, False)
    assert found.error[0] ** 2 == pytest.approx(plain * 16 / 15 * 95 / 94)
    assert found.df[0] == 14


@pytest.mark.parametrize("analysis", ANALYSES)
@pytest.mark.parametrize("crossed", [False, True])
def test_an_effect_without_noise_is_found_whatever_the_covariate(analysis: str, crossed: bool) -> None:
    data = trials(k=1)
    small = 1e-6 * np.random.default_rng(2).normal(size=data.outcome.shape)
    outcome = 2.0 + 0.7 * np.array([0.0, 1.0])[:, None, None] + 1.3 * data.covariates[..., 0] + small
    found = analyse(analysis, data._replace(outcome=outcome), crossed)
    assert (found.status[0], found.estimate[0]) == (FITTED, pytest.approx(0.7, abs=1e-5))


def test_therapists_without_a_client_who_has_an_outcome_do_not_count() -> None:
    data = trials()
    data.outcome[0, 0, 0] = np.nan
    for analysis, df in {"mixed": 13, "ignoring": 88, "robust": 13, "means": 13}.items():
        assert analyse(analysis, data, False).df[0] == df


def test_what_cannot_be_analysed_says_why_and_the_other_trials_are() -> None:
    data = trials(shape=(3, 8, 6))
    data.outcome[0] = 0.0
    data.outcome[1, 0, :7] = np.nan
    for analysis in ANALYSES:
        found = analyse(analysis, data, False)
        assert list(found.status) == [NO_SPREAD, TOO_FEW, FITTED]
        np.testing.assert_array_equal(np.isnan(found.estimate), [True, True, False])
    assert analyse("mixed", data, True).status[1] == TOO_FEW


@settings(max_examples=25)
@given(st.integers(1, 10_000))
def test_blocks_of_a_mixed_model_are_levels_of_their_own(seed: int) -> None:
    """As a dummy variable for every therapist but one, which costs far more."""
    data = trials(seed, (1, 10, 5), crossed=True)
    data.outcome[0].ravel()[::7] = np.nan
    y, x, therapist = rows_of(data, 0, True)
    cells = (2 * therapist + x[:, 0]).astype(np.int64)
    one = random_intercept(y, x, cells, therapist)
    other = random_intercept(y, np.column_stack([x, np.eye(10)[therapist][:, 1:]]), cells)
    assert one.coefficients[0] == pytest.approx(other.coefficients[1], abs=1e-6)
    assert one.standard_errors[0] == pytest.approx(other.standard_errors[1], rel=1e-5)


def test_one_sided_p_is_small_only_in_the_better_direction() -> None:
    t, one, df = np.array([2.0, -2.0]), np.ones(2), np.full(2, 20.0)
    two = p_values(t, one, df)
    assert two[0] == two[1] == pytest.approx(2 * stats.t.sf(2.0, 20))
    assert p_values(t, one, df, better=1) == pytest.approx([two[0] / 2, 1 - two[0] / 2])
    assert p_values(t, one, df, better=-1) == pytest.approx([1 - two[0] / 2, two[0] / 2])
