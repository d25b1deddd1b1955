"""Small functions of scales."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from alliance_sim.law.scales import clip, expit, hill

shares = st.floats(0.0, 1.0)


@given(st.floats(-1e6, 1e6))
def test_expit_is_strictly_between_zero_and_one(x):
    assert 0.0 < expit(x) < 1.0


@pytest.mark.parametrize("x", [-30.0, -3.0, -0.5, 0.0, 0.5, 3.0, 30.0])
def test_expit_undoes_the_logit(x):
    assert expit(x) == pytest.approx(1.0 / (1.0 + math.exp(-x)), rel=1e-14)


@given(st.floats(-50.0, 50.0), st.floats(0.0, 10.0))
def test_expit_never_falls(x, more):
    assert expit(x + more) >= expit(x)


@given(st.floats(-10.0, 10.0), st.floats(-5.0, 0.0), st.floats(0.0, 5.0))
def test_clip_holds_to_its_limits_and_leaves_the_rest_alone(x, low, high):
    held = clip(x, low, high)
    assert low <= held <= high
    assert held == x or not low <= x <= high


@given(st.floats(0.1, 0.9), st.floats(0.5, 12.0))
def test_nothing_passes_a_gate_at_zero_and_half_passes_at_the_middle(half, steepness):
    assert hill(0.0, half, steepness) == 0.0
    assert hill(half, half, steepness) == 0.5


@given(shares, shares, st.floats(0.1, 0.9), st.floats(0.5, 12.0))
def test_a_gate_opens_with_its_level(a, b, half, steepness):
    low, high = sorted((a, b))
    assert 0.0 <= hill(low, half, steepness) <= hill(high, half, steepness) <= 1.0


def test_a_steep_gate_is_nearly_a_threshold():
    assert hill(0.45, 0.5, 60.0) < 0.01
    assert hill(0.55, 0.5, 60.0) > 0.99
