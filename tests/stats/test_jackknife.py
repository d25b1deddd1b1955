"""Accuracy of an estimator against the formulas of Morris et al. (2019), and what several distortions add."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from alliance_sim.estimands.reliability import corrected, dependability, stepped_up
from alliance_sim.stats.accuracy import accuracy
from alliance_sim.stats.estimate import Estimate
from alliance_sim.stats.jackknife import jackknife, over_more, pseudo_values
from alliance_sim.stats.montecarlo import mcse_mean
from alliance_sim.stats.shapley import attributed

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
    assert all(part.lowest - 1e-9 <= part.mean[0] <= part.highest + 1e-9 for part in parts.values())


def test_what_two_do_together_is_shared_equally() -> None:
    one, two = frozenset({"a"}), frozenset({"b"})
    parts = attributed(
        {frozenset(): np.zeros(1), one: np.ones(1), two: np.zeros(1), one | two: np.full(1, 4.0)}, ["a", "b"]
    )
    assert (parts["a"].mean[0], parts["b"].mean[0]) == (2.5, 1.5)
    assert (parts["a"].lowest, parts["a"].highest) == (1.0, 4.0)


def test_luck_does_not_draw_the_least_and_the_most_apart_where_every_order_adds_the_same() -> None:
    """Luck of .02 in each of 200 replicates and 32 worlds: the mean of a step has an error of .02 sqrt(2 / 200) = .002.

    All 80 steps lie within five errors of the truth but with a probability of 5e-5; the extremes of single replicates
    would be some .05 from it on either side.
    """
    adds, luck = {"a": 0.0, "b": 0.01, "c": 0.0, "d": 0.03, "e": -0.1}, np.random.default_rng(0)
    subsets = [frozenset(n for k, n in enumerate(adds) if code >> k & 1) for code in range(32)]
    values = {s: 0.3 + sum(adds[name] for name in s) + luck.normal(0.0, 0.02, 200) for s in subsets}
    for name, part in attributed(values, list(adds)).items():
        assert adds[name] - 0.01 < part.lowest < part.mean.mean() < part.highest < adds[name] + 0.01


def test_a_jackknifed_mean_has_the_error_of_a_mean() -> None:
    rows = np.array([[1.0], [2.0], [4.0], [5.0]])
    found = jackknife(lambda r: float(r.mean()), rows)
    assert found.value == 3.0
    assert found.error == pytest.approx(rows.std(ddof=1) / 2.0)
    assert found.high - found.low == pytest.approx(2 * 1.959964 * found.error, rel=1e-6)
    assert np.isnan(jackknife(lambda r: float(r.mean()), rows[:1]).error)


def ratio(rows: np.ndarray) -> float:
    """Of the means of two columns."""
    return float(rows[:, 0].mean() / rows[:, 1].mean())


def test_pseudo_values_of_a_mean_are_the_rows_and_those_of_a_ratio_have_its_value_and_error() -> None:
    rows = np.random.default_rng(1).uniform(1.0, 2.0, (12, 2))
    np.testing.assert_allclose(pseudo_values(lambda r: float(r[:, 0].mean()), rows), rows[:, 0])
    found, whole = pseudo_values(ratio, rows), jackknife(ratio, rows)
    assert (found.mean(), mcse_mean(found)) == pytest.approx((whole.value, whole.error))
    assert pseudo_values(ratio, rows[:1]) == pytest.approx([ratio(rows[:1])])


def test_pseudo_values_of_the_same_rows_are_subtracted_to_the_error_of_the_difference() -> None:
    rows = np.random.default_rng(2).uniform(1.0, 2.0, (12, 4))
    apart = pseudo_values(ratio, rows[:, :2]) - pseudo_values(ratio, rows[:, 2:])
    together = jackknife(lambda r: ratio(r[:, :2]) - ratio(r[:, 2:]), rows)
    assert (apart.mean(), mcse_mean(apart)) == pytest.approx((together.value, together.error))


def test_numbers_of_some_rows_keep_their_mean_and_its_error_among_more() -> None:
    few = np.array([1.0, 2.0, 6.0])
    found = over_more(few, np.array([4, 0, 2]), 7)
    assert (found.mean(), mcse_mean(found)) == pytest.approx((few.mean(), mcse_mean(few)))
    assert np.argmax(found) == 2
    np.testing.assert_array_equal(over_more(few, np.array([2, 0, 1]), 3), [2.0, 6.0, 1.0])
    assert np.isnan(over_more(few[:1], np.array([0]), 3)).all()


def test_correction_for_unreliability_undoes_the_error_of_ratings() -> None:
    luck = np.random.default_rng(2)
    true = luck.standard_normal(4000)
    y = 0.5 * true + np.sqrt(0.75) * luck.standard_normal(4000)
    ratings = true[:, None] + luck.standard_normal((4000, 4))
    one = dependability(ratings)
    assert one == pytest.approx(0.5, abs=0.03)
    assert stepped_up(one, 4) == pytest.approx(0.8, abs=0.02)
    for x, reliability in ((ratings[:, 0], one), (ratings.mean(axis=1), stepped_up(one, 4))):
        found = corrected(Estimate(float(np.corrcoef(x, y)[0, 1])), reliability)
        assert found.value == pytest.approx(0.5, abs=0.04)
    assert not corrected(Estimate(0.3), 0.0).known
