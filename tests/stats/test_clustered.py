"""Regressions with clustered errors: against statsmodels, and against what they promise."""

import numpy as np
import pytest

from alliance_sim.stats.clustered import clustered, mean_of
from alliance_sim.stats.estimate import UNKNOWN
from alliance_sim.stats.intervals import by_t

THERAPIST = np.repeat(np.arange(12), 8)
CLIENT = np.repeat(np.arange(24), 4)


@pytest.fixture
def data() -> tuple[np.ndarray, np.ndarray]:
    """Outcome and two predictors of 96 sessions of 24 clients of 12 therapists."""
    rng = np.random.default_rng(4)
    x = rng.normal(size=(96, 2)) + rng.normal(size=12)[THERAPIST][:, None]
    y = 0.5 * x[:, 0] - 0.2 * x[:, 1] + rng.normal(size=12)[THERAPIST] + rng.normal(size=24)[CLIENT]
    return y + rng.normal(size=96), x


def test_coefficients_and_errors_are_those_of_statsmodels(data: tuple[np.ndarray, np.ndarray]) -> None:
    fit = clustered(*data, THERAPIST)  # OLS(...).fit(cov_type="cluster"), statsmodels 0.15
    assert fit is not None
    np.testing.assert_allclose(fit.coefficients, [0.24280611, -0.30634918, 0.17774147], atol=1e-8)
    np.testing.assert_allclose(np.sqrt(np.diag(fit.covariance)), [0.12005436, 0.1542273, 0.35384981], atol=1e-8)


def test_centring_gives_what_a_column_for_every_client_gives(data: tuple[np.ndarray, np.ndarray]) -> None:
    y, x = data
    dummies = (CLIENT[:, None] == np.arange(24)).astype(float)
    slow = np.linalg.lstsq(np.column_stack([x, dummies]), y, rcond=None)[0]
    fit = clustered(y, x, THERAPIST, CLIENT)
    assert fit is not None
    np.testing.assert_allclose(fit.coefficients, slow[:2], atol=1e-10)
    np.testing.assert_allclose(np.sqrt(np.diag(fit.covariance)), [0.09403323, 0.1319528], atol=1e-8)


def test_a_difference_of_coefficients_has_its_own_error(data: tuple[np.ndarray, np.ndarray]) -> None:
    y, x = data
    both = clustered(y, np.column_stack([x[:, 0], x[:, 0] + x[:, 1]]), THERAPIST)
    alone = clustered(y, x, THERAPIST)
    assert both is not None
    assert alone is not None
    one, other = both.of(1.0, 1.0), alone.of(1.0)  # b1 x1 + b2 (x1 + x2): the effect of x1 is b1 + b2
    assert one.value == pytest.approx(other.value)
    assert one.error == pytest.approx(other.error)


def test_the_interval_of_a_mean_covers_the_truth_as_often_as_it_says() -> None:
    rng = np.random.default_rng(9)
    hits = 0
    for _ in range(600):
        found = mean_of(rng.normal(size=12)[THERAPIST] + rng.normal(size=96), THERAPIST)
        hits += found.low <= 0.0 <= found.high
    assert hits / 600 == pytest.approx(0.95, abs=4.0 * np.sqrt(0.95 * 0.05 / 600))


def test_unknown_rows_are_left_out(data: tuple[np.ndarray, np.ndarray]) -> None:
    y, x = data
    gaps = np.where(np.arange(96) % 5 == 0, np.nan, y)
    known = np.isfinite(gaps)
    with_gaps, without = clustered(gaps, x, THERAPIST), clustered(y[known], x[known], THERAPIST[known])
    assert with_gaps is not None
    assert without is not None
    np.testing.assert_array_equal(with_gaps.coefficients, without.coefficients)


def test_what_cannot_be_told_apart_is_not_estimated(data: tuple[np.ndarray, np.ndarray]) -> None:
    y, x = data
    assert clustered(y, np.column_stack([x, x[:, 0] + x[:, 1]]), THERAPIST) is None
    assert clustered(y, CLIENT[:, None] * 1.0, THERAPIST, CLIENT) is None  # nothing varies within clients
    assert clustered(y, x, np.zeros(96, np.int64)) is None
    assert clustered(y[:0], x[:0], THERAPIST[:0]) is None


def test_an_estimate_without_error_is_none_at_all() -> None:
    assert by_t(1.0, 0.0, 5) is UNKNOWN
    assert by_t(float("nan"), 1.0, 5) is UNKNOWN
    assert by_t(1.0, 1.0, 0) is UNKNOWN
    assert by_t(1.0, 1.0, 4).high == pytest.approx(1.0 + 2.776445, abs=1e-6)  # t(.975, 4)
    assert by_t(1.0, 0.5, 4).times(2.0) == by_t(2.0, 1.0, 4)
