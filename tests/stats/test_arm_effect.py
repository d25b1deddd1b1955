"""Ways of analysing a trial of therapists and clients, on data whose answer is known by construction."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from alliance_sim.stats.arm_effect import ANALYSES, FITTED, NO_SPREAD, TOO_FEW, TrialRows, analyse, p_values
from alliance_sim.stats.multilevel import random_intercept


def nested(
    seed: int = 1, therapists: int = 8, clients: int = 6, between: float = 1.0, covariates: int = 0
) -> TrialRows:
    """Therapists 0 to J - 1 in the control arm, J to 2 J - 1 in the other."""
    rng = np.random.default_rng(seed)
    therapist = np.repeat(np.arange(2 * therapists), clients)
    outcome = rng.normal(size=len(therapist)) + between * rng.normal(size=2 * therapists)[therapist]
    return TrialRows(
        outcome, (therapist >= therapists).astype(float), therapist, rng.normal(size=(len(therapist), covariates))
    )


def crossed(seed: int = 1, therapists: int = 10, clients: int = 5, effects: float = 1.0) -> TrialRows:
    """Every therapist has as many clients in both arms; `effects` is the SD of therapist by arm."""
    rng = np.random.default_rng(seed)
    therapist = np.repeat(np.arange(therapists), 2 * clients)
    treated = np.tile(np.repeat([0.0, 1.0], clients), therapists)
    cells = rng.normal(size=(therapists, 2))[therapist, treated.astype(int)]
    outcome = rng.normal(size=len(therapist)) + 3.0 * rng.normal(size=therapists)[therapist] + effects * cells
    return TrialRows(outcome, treated, therapist, np.empty((len(therapist), 0)))


@settings(max_examples=25)
@given(st.integers(1, 10_000))
def test_with_equal_caseloads_the_mixed_model_is_the_t_test_of_therapists_means(seed: int) -> None:
    """Where the estimated variance of therapists is not at zero (balanced one-way layout; Searle, 1971)."""
    for rows, across in ((nested(seed), False), (crossed(seed), True)):
        mixed, means = analyse("mixed", rows, across), analyse("means", rows, across)
        assert mixed.df == means.df
        if mixed.between > 1e-3:
            assert (mixed.estimate, mixed.error) == pytest.approx((means.estimate, means.error), rel=1e-4)
        else:
            assert mixed.error >= means.error - 1e-9


def test_means_of_therapists_are_compared_as_scipy_does() -> None:
    rows = nested()
    level = rows.outcome.reshape(16, 6).mean(axis=1)
    found = analyse("means", rows, False)
    known = stats.ttest_ind(level[8:], level[:8])
    assert found.estimate / found.error == pytest.approx(known.statistic)
    across = crossed()
    level = across.outcome.reshape(10, 2, 5).mean(axis=2)
    found = analyse("means", across, True)
    assert found.estimate / found.error == pytest.approx(stats.ttest_rel(level[:, 1], level[:, 0]).statistic)


def test_without_covariates_ignoring_therapists_is_the_two_sample_t_test() -> None:
    rows = nested()
    found = analyse("ignoring", rows, False)
    known = stats.ttest_ind(rows.outcome[48:], rows.outcome[:48])
    assert (found.estimate / found.error, found.df) == pytest.approx((known.statistic, 94))
    assert p_values(*(np.array([x]) for x in found[:3]))[0] == pytest.approx(known.pvalue)


def test_the_robust_error_is_that_of_therapists_totals() -> None:
    """Equal caseloads, no covariate: V = sum over arms of sum (mean_j - mean)^2 / J^2, times the sample factor."""
    rows = nested()
    level = rows.outcome.reshape(2, 8, 6).mean(axis=2)
    plain = np.sum((level - level.mean(axis=1, keepdims=True)) ** 2) / 64
    found = analyse("robust", rows, False)
    assert found.error**2 == pytest.approx(plain * 16 / 15 * 95 / 94)
    assert found.df == 14


@pytest.mark.parametrize("analysis", ANALYSES)
@pytest.mark.parametrize("across", [False, True])
def test_an_effect_without_noise_is_found_whatever_the_covariate(analysis: str, across: bool) -> None:
    rows = crossed() if across else nested()
    rng = np.random.default_rng(2)
    intake = rng.normal(size=(len(rows.outcome), 1))
    small = 1e-6 * rng.normal(size=len(rows.outcome))
    exact = rows._replace(outcome=2.0 + 0.7 * rows.treated + 1.3 * intake[:, 0] + small, covariates=intake)
    found = analyse(analysis, exact, across)
    assert (found.status, found.estimate) == (FITTED, pytest.approx(0.7, abs=1e-5))


def test_clients_without_an_outcome_and_their_therapists_are_left_out() -> None:
    rows = nested()
    rows.outcome[:7] = np.nan  # all clients of one therapist, and one of another
    rest = TrialRows(rows.outcome[7:], rows.treated[7:], rows.therapist[7:], rows.covariates[7:])
    for analysis in ANALYSES:
        assert analyse(analysis, rows, False) == analyse(analysis, rest, False)
    assert analyse("mixed", rows, False).df == 13


def test_what_cannot_be_analysed_says_why() -> None:
    rows = nested()
    flat = rows._replace(outcome=np.zeros(len(rows.outcome)))
    alone = rows._replace(outcome=np.where(rows.therapist < 7, np.nan, rows.outcome))
    for analysis in ANALYSES:
        assert analyse(analysis, flat, False).status == NO_SPREAD
        assert analyse(analysis, alone, False).status == TOO_FEW
    apart = crossed()
    apart.outcome[(apart.therapist > 0) & (apart.treated == 1.0)] = np.nan
    assert analyse("mixed", apart, True).status == TOO_FEW


@settings(max_examples=25)
@given(st.integers(1, 10_000))
def test_blocks_of_a_mixed_model_are_levels_of_their_own(seed: int) -> None:
    """As a dummy variable for every therapist but one, which costs far more."""
    rows = crossed(seed)
    rows.outcome[::7] = np.nan
    cells = (2 * rows.therapist + rows.treated).astype(np.int64)
    dummies = np.column_stack([rows.treated, np.eye(10)[rows.therapist][:, 1:]])
    one = random_intercept(rows.outcome, rows.treated[:, None], cells, rows.therapist)
    other = random_intercept(rows.outcome, dummies, cells)
    assert one.coefficients[0] == pytest.approx(other.coefficients[1], abs=1e-6)
    assert one.standard_errors[0] == pytest.approx(other.standard_errors[1], rel=1e-5)


def test_one_sided_p_is_small_only_in_the_better_direction() -> None:
    t, one, df = np.array([2.0, -2.0]), np.ones(2), np.full(2, 20.0)
    two = p_values(t, one, df)
    assert two[0] == two[1] == pytest.approx(2 * stats.t.sf(2.0, 20))
    assert p_values(t, one, df, better=1) == pytest.approx([two[0] / 2, 1 - two[0] / 2])
    assert p_values(t, one, df, better=-1) == pytest.approx([1 - two[0] / 2, two[0] / 2])
