"""Where a clinic stands among simulated ones, one estimate at a time and all together."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from alliance_sim.estimands.standing import FEWEST_CLINICS, percentile_words, standing, together


def test_a_percentile_is_the_share_below_and_half_of_the_same() -> None:
    at = standing(3.0, np.array([1.0, 2.0, 3.0, 4.0]))
    assert at is not None
    assert (at.percentile, at.mean, at.clinics, at.outside) == (62.5, 2.5, 4, False)
    assert standing(np.nan, np.arange(9.0)) is None
    assert standing(1.0, np.array([np.nan, 1.0])) is None


@pytest.mark.parametrize(
    ("value", "outside"), [(25.0, False), (500.0, False), (974.0, False), (-1.0, True), (24.0, True), (975.0, True)]
)
def test_outside_is_outside_the_middle_95_percent(value: float, outside: bool) -> None:
    at = standing(value, np.arange(1000.0))
    assert at is not None
    assert at.outside == outside


@given(st.lists(st.floats(-1e6, 1e6), min_size=2, max_size=50), st.floats(-1e6, 1e6))
def test_a_percentile_is_turned_round_with_the_sign(numbers: list[float], value: float) -> None:
    one, other = standing(value, np.array(numbers)), standing(-value, -np.array(numbers))
    assert one is not None
    assert other is not None
    assert one.percentile == pytest.approx(100 - other.percentile)


def test_a_clinic_that_is_one_of_the_simulated_ones_has_a_uniform_percentile() -> None:
    """2000 clinics among 59 each: every tenth of the 60 ranks within .025 of a tenth in all but 1 of 400 tests."""
    rng = np.random.default_rng(1)
    found = [standing(rng.gamma(2.0), rng.gamma(2.0, size=59)) for _ in range(2000)]
    ranks = np.array([round(at.percentile * 0.59) for at in found if at])
    assert np.abs(np.bincount(ranks // 6, minlength=10) / 2000 - 0.1).max() < 0.025


def test_estimates_that_hang_together_lie_outside_together() -> None:
    """Five copies of one estimate: all are outside in 5 % of clinics, and then as many are outside in 5 % of them."""
    simulated = np.random.default_rng(2).standard_normal(400)
    names = [f"e{k}" for k in range(5)]
    found = together(dict.fromkeys(names, 9.0), dict.fromkeys(names, simulated))
    assert (found.outside, found.among) == (5, 5)
    assert found.share == pytest.approx(5.0, abs=0.5)
    none = together(dict.fromkeys(names, 0.0), dict.fromkeys(names, simulated))
    assert (none.outside, none.share) == (0, 100.0)


@pytest.mark.parametrize(("clinics", "words"), [(20, ("< 5", "> 95")), (40, ("< 3", "> 97")), (400, ("< 1", "> 99"))])
def test_a_percentile_goes_no_farther_than_the_number_of_clinics_bears(clinics: int, words: tuple[str, str]) -> None:
    ends = [standing(value, np.arange(float(clinics))) for value in (-1.0, clinics + 1.0)]
    assert tuple(percentile_words(at.percentile, clinics) for at in ends if at) == words
    assert [at.percentile for at in ends if at] == pytest.approx([100 / (clinics + 1), 100 * clinics / (clinics + 1)])
    assert all(at.mcse > 0 for at in ends if at)
    assert [at.outside for at in ends if at] == [clinics >= FEWEST_CLINICS] * 2


def test_few_simulated_clinics_place_nothing_and_a_share_of_none_has_an_error() -> None:
    nothing = together({"a": np.nan}, {"a": np.arange(9.0)})
    assert (nothing.outside, nothing.among) == (0, 0)
    few = together({"a": 99.0}, {"a": np.arange(20.0)})
    assert (few.outside, few.among, few.clinics, few.rare) == (0, 0, 20, 1)
    far = together({"a": 99.0, "b": 99.0}, {"a": np.arange(100.0), "b": np.arange(100.0)[::-1]})
    assert (far.outside, far.among) == (2, 2)
    assert far.mcse > 0
