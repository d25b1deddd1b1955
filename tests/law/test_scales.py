"""Small functions of scales."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from alliance_sim.law.scales import clip, expit, hill

shares = st.floats(0.0, 1.0)


@pytest.mark.parametrize("x", [-30.0, -3.0, -0.5, 0.0, 0.5, 3.0, 30.0])
def test_expit_undoes_the_logit(x):
    assert expit(x) == pytest.approx(1.0 / (1.0 + math.exp(-x)), rel=1e-14)


@given(st.floats(-1e6, 1e6), st.floats(0.0, 10.0))
def test_expit_never_falls_and_is_strictly_between_zero_and_one(x, more):
    assert 0.0 < expit(x) <= expit(x + more) < 1.0


@given(st.floats(-10.0, 10.0), st.floats(-5.0, 0.0), st.floats(0.0, 5.0))
def test_clip_holds_to_its_limits_and_leaves_the_rest_alone(x, low, high):
    held = clip(x, low, high)
    assert low <= held <= high
    assert held == x or not low <= x <= high


@given(shares, shares, st.floats(0.1, 0.9), st.floats(0.5, 12.0))
def test_a_gate_opens_with_its_level_and_half_passes_at_its_middle(a, b, half, steepness):
    low, high = sorted((a, b))
    assert hill(0.0, half, steepness) == 0.0
    assert 0.0 <= hill(low, half, steepness) <= hill(high, half, steepness) <= 1.0
    assert hill(half, half, steepness) == 0.5
    assert hill(0.45, 0.5, 60.0) < 0.01 < 0.99 < hill(0.55, 0.5, 60.0)  # a steep gate is nearly a threshold
