"""Errors by leaving out one row after the other."""

import numpy as np
import pytest

from alliance_sim.stats.jackknife import jackknife, over_more, pseudo_values
from alliance_sim.stats.montecarlo import mcse_mean


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
