"""An estimate, and what its interval allows to be said."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from alliance_sim.stats.estimate import UNKNOWN, Estimate

NAN = math.nan


@pytest.mark.parametrize(
    ("low", "high", "sign"), [(0.1, 0.5, 1), (-0.5, -0.1, -1), (-0.1, 0.5, 0), (0.0, 0.5, 0), (NAN, NAN, 0)]
)
def test_a_sign_is_claimed_only_where_the_interval_excludes_zero(low: float, high: float, sign: int) -> None:
    assert Estimate(0.2, low, high).sign == sign


@pytest.mark.parametrize(
    ("low", "high", "beyond"),
    [(0.3, 0.9, True), (-0.9, -0.3, True), (-0.1, 0.1, False), (0.1, 0.9, None), (-0.9, 0.9, None), (NAN, 0.1, None)],
)
def test_no_difference_needs_the_whole_interval_within_the_margin(low: float, high: float, beyond: bool | None) -> None:
    assert Estimate(0.0, low, high).beyond(0.2) is beyond


@given(st.floats(-5, 5), st.floats(0, 5), st.floats(-4, 4))
def test_other_units_keep_the_estimate_inside_its_interval(value: float, error: float, factor: float) -> None:
    found = Estimate(value, value - error, value + error, error, "points").times(factor)
    assert found.low <= found.value <= found.high
    assert found.error == pytest.approx(error * abs(factor))
    assert found.unit == "points"
    assert found.times(100.0, "%").unit == "%"


def test_what_was_not_estimated_is_unknown_in_any_unit() -> None:
    assert not UNKNOWN.known
    assert not UNKNOWN.times(2.0).known
    assert Estimate(0.0).known
