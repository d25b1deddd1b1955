"""How analyses perform, on made-up studies and against the formulas of Morris et al. (2019)."""

import math

import numpy as np
import pytest

from alliance_sim.stats.performance import accuracy, performance


def test_bias_is_taken_study_by_study() -> None:
    rng = np.random.default_rng(1)
    truth = rng.normal(5.0, 3.0, 200)  # studies differ in what is true of them
    value = truth + 0.5 + 0.1 * rng.standard_normal(200)
    p = performance(value, truth, value - 1.0, value + 1.0)
    assert p.bias.value == pytest.approx(0.5, abs=0.03)
    assert p.bias.mcse == pytest.approx(0.1 / np.sqrt(200), rel=0.2)


def test_conclusions_are_intervals_that_leave_zero_out() -> None:
    value = np.array([2.0, 2.0, -2.0, 0.0])
    p = performance(value, np.full(4, 1.0), value - 1.0, value + 1.0)
    assert (p.positive, p.negative) == (0.5, 0.25)


def test_the_opposite_of_the_truth_depends_on_its_sign() -> None:
    value = np.array([2.0, 2.0, 2.0, -2.0])
    given = (value - 1.0, value + 1.0)
    assert performance(value, np.array([1.0, 1.1, 0.9, 1.0]), *given).wrong_sign == 0.25
    assert performance(value, np.array([-1.0, -1.1, -0.9, -1.0]), *given).wrong_sign == 0.75
    assert math.isnan(performance(value, np.array([-1.0, 1.0, -1.0, 1.0]), *given).wrong_sign)


def test_studies_that_could_not_make_the_estimate_are_counted() -> None:
    value = np.array([1.0, np.nan, 3.0])
    p = performance(value, np.array([1.0, 1.0, np.nan]), value - 0.5, value + 0.5)
    assert (p.studies, p.failed) == (2, 1)
    assert p.positive == 1.0
    assert p.bias.replicates == 1
    none = performance(np.full(3, np.nan), np.ones(3), np.full(3, np.nan), np.full(3, np.nan))
    assert none.studies == 0
    assert math.isnan(none.positive)


def test_bias_spread_coverage_and_rejections_are_counted() -> None:
    values = np.array([0.1, 0.3, 0.5, np.nan])
    found = accuracy(values, np.full(4, 0.1), values - 0.15, values + 0.15, truth=0.2, truth_mcse=0.03)
    assert (found.bias.value, found.bias.error) == pytest.approx((0.1, np.hypot(0.2 / np.sqrt(3), 0.03)))
    assert found.spread.value == pytest.approx(0.2)
    assert found.rmse.value == pytest.approx(np.sqrt((0.01 + 0.01 + 0.09) / 3))
    assert (found.coverage.value, found.rejected.value) == pytest.approx((200 / 3, 200 / 3))
    assert found.coverage.low < 200 / 3 < found.coverage.high
    assert (found.studies, found.failed) == (3, 1)


def test_an_estimator_that_always_fails_is_counted_and_has_no_numbers() -> None:
    gone = np.full(5, np.nan)
    found = accuracy(gone, gone, gone, gone, 0.2, 0.0)
    assert (found.studies, found.failed) == (0, 5)
    assert not found.bias.known


def test_the_error_of_the_rmse_is_what_repeated_simulations_differ_by() -> None:
    studies = np.random.default_rng(1).standard_normal((400, 100)) + 0.5
    found = [accuracy(row, row, row, row, 0.0, 0.0) for row in studies]
    assert np.mean([each.rmse.error for each in found]) == pytest.approx(
        np.std([each.rmse.value for each in found]), rel=0.15
    )
