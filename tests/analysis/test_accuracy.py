"""Accuracy of an estimator against the formulas of Morris et al. (2019), and what several distortions add."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from alliance_sim.analysis.accuracy import accuracy
from alliance_sim.analysis.attribution import attributed
from alliance_sim.analysis.jackknife import jackknife
from alliance_sim.analysis.reliability import corrected, dependability, stepped_up
from alliance_sim.analysis.slopes import slope

NAN = float("nan")


def test_bias_spread_coverage_and_rejections_are_counted() -> None:
    values = np.array([0.1, 0.3, 0.5, NAN])
    found = accuracy(values, np.full(4, 0.1), values - 0.15, values + 0.15, truth=0.2, truth_mcse=0.03)
    assert found.bias == pytest.approx(0.1)
    assert found.bias_mcse == pytest.approx(np.hypot(0.2 / np.sqrt(3), 0.03))
    assert found.spread == pytest.approx(0.2)
    assert found.rmse == pytest.approx(np.sqrt((0.01 + 0.01 + 0.09) / 3))
    assert found.coverage == pytest.approx(2 / 3)
    assert found.rejected == pytest.approx(2 / 3)
    assert (found.studies, found.failed) == (3, 1)


def test_an_estimator_that_always_fails_is_counted_and_has_no_numbers() -> None:
    gone = np.full(5, NAN)
    found = accuracy(gone, gone, gone, gone, 0.2, 0.0)
    assert (found.studies, found.failed, found.truth) == (0, 5, 0.2)
    assert np.isnan(found.bias)


def test_the_error_of_the_rmse_is_what_repeated_simulations_differ_by() -> None:
    luck = np.random.default_rng(1).standard_normal((400, 100)) + 0.5
    found = [accuracy(row, row, row, row, 0.0, 0.0) for row in luck]
    assert np.mean([each.rmse_mcse for each in found]) == pytest.approx(np.std([each.rmse for each in found]), rel=0.15)


@settings(max_examples=30)
@given(st.lists(st.floats(-3, 3), min_size=8, max_size=8))
def test_parts_add_up_to_the_whole(numbers: list[float]) -> None:
    names = ["a", "b", "c"]
    subsets = [frozenset(n for k, n in enumerate(names) if code >> k & 1) for code in range(8)]
    values = {subset: np.array([number]) for subset, number in zip(subsets, numbers, strict=True)}
    parts = attributed(values, names)
    total = sum(float(part.mean[0]) for part in parts.values())
    assert total == pytest.approx(numbers[7] - numbers[0], abs=1e-9)
    assert all(part.lowest[0] - 1e-9 <= part.mean[0] <= part.highest[0] + 1e-9 for part in parts.values())


def test_what_two_do_together_is_shared_equally() -> None:
    one, two = frozenset({"a"}), frozenset({"b"})
    parts = attributed(
        {frozenset(): np.zeros(1), one: np.ones(1), two: np.zeros(1), one | two: np.full(1, 4.0)}, ["a", "b"]
    )
    assert (parts["a"].mean[0], parts["b"].mean[0]) == (2.5, 1.5)
    assert (parts["a"].lowest[0], parts["a"].highest[0]) == (1.0, 4.0)


def test_a_jackknifed_mean_has_the_error_of_a_mean() -> None:
    rows = np.array([[1.0], [2.0], [4.0], [5.0]])
    found = jackknife(lambda r: float(r.mean()), rows)
    assert found.value == 3.0
    assert found.error == pytest.approx(rows.std(ddof=1) / 2.0)
    assert found.high - found.low == pytest.approx(2 * 1.959964 * found.error, rel=1e-6)
    assert np.isnan(jackknife(lambda r: float(r.mean()), rows[:1]).error)


def test_correction_for_unreliability_undoes_the_error_of_ratings() -> None:
    luck = np.random.default_rng(2)
    true = luck.standard_normal(4000)
    y = 0.5 * true + np.sqrt(0.75) * luck.standard_normal(4000)
    ratings = true[:, None] + luck.standard_normal((4000, 4))
    one = dependability(ratings)
    assert one == pytest.approx(0.5, abs=0.03)
    assert stepped_up(one, 4) == pytest.approx(0.8, abs=0.02)
    for x, reliability in ((ratings[:, 0], one), (ratings.mean(axis=1), stepped_up(one, 4))):
        found = corrected(slope(float(np.corrcoef(x, y)[0, 1]), 0.01), reliability)
        assert found is not None
        assert found.value == pytest.approx(0.5, abs=0.04)
    assert corrected(slope(0.3, 0.1), 0.0) is None
