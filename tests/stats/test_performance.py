"""How analyses perform, on made-up studies."""

import math

import numpy as np
import pytest

from alliance_sim.stats.performance import performance


def test_bias_is_taken_study_by_study() -> None:
    rng = np.random.default_rng(1)
    truth = rng.normal(5.0, 3.0, 200)  # studies differ in what is true of them
    value = truth + 0.5 + 0.1 * rng.standard_normal(200)
    p = performance(value, truth, value - 1.0, value + 1.0, np.full(200, 0.5))
    assert p.bias.value == pytest.approx(0.5, abs=0.03)
    assert p.bias.mcse == pytest.approx(0.1 / np.sqrt(200), rel=0.2)
    assert p.error == 0.5


def test_conclusions_are_intervals_that_leave_zero_out() -> None:
    value = np.array([2.0, 2.0, -2.0, 0.0])
    p = performance(value, np.full(4, 1.0), value - 1.0, value + 1.0, np.ones(4))
    assert (p.positive, p.negative) == (0.5, 0.25)
    assert p.positive_mcse == pytest.approx(0.25)


def test_the_opposite_of_the_truth_depends_on_its_sign() -> None:
    value = np.array([2.0, 2.0, 2.0, -2.0])
    given = (value - 1.0, value + 1.0, np.ones(4))
    assert performance(value, np.array([1.0, 1.1, 0.9, 1.0]), *given).wrong_sign == 0.25
    assert performance(value, np.array([-1.0, -1.1, -0.9, -1.0]), *given).wrong_sign == 0.75
    assert math.isnan(performance(value, np.array([-1.0, 1.0, -1.0, 1.0]), *given).wrong_sign)


def test_studies_that_could_not_make_the_estimate_are_counted() -> None:
    value = np.array([1.0, np.nan, 3.0])
    p = performance(value, np.array([1.0, 1.0, np.nan]), value - 0.5, value + 0.5, value)
    assert (p.studies, p.failed) == (2, 1)
    assert p.positive == 1.0
    assert p.bias.replicates == 1
    none = performance(np.full(3, np.nan), np.ones(3), np.full(3, np.nan), np.full(3, np.nan), np.full(3, np.nan))
    assert none.studies == 0
    assert math.isnan(none.positive)
