"""Where an answer turns, on surfaces whose crossings are known by construction."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.interpolate import PchipInterpolator

from alliance_sim.stats.turning_point import crossings, turning, verdict

LEVELS = np.array([-2.0, -1.0, 0.0, 1.0])


@pytest.mark.parametrize(
    ("share", "words"),
    [(1.0, "yes"), (0.9, "yes"), (0.89, "open"), (0.39, "open"), (0.1, "no"), (0.0, "no"), (float("nan"), "open")],
)
def test_nine_in_ten_draws_are_a_yes_one_in_ten_a_no_and_all_between_is_open(share: float, words: str) -> None:
    assert verdict(share) == words


@pytest.mark.parametrize(
    ("values", "reference", "expected"),
    [
        ([0.2 + 0.4 * z for z in LEVELS], 0.0, -0.5),  # y = .2 + .4 z falls below 0 at -.2 / .4
        ([0.0, 1.0, 2.0, 3.0], 1.5, -0.5),  # the reference of its own draw
        ([1.0, 2.0, 3.0, 4.0], 0.0, -np.inf),  # past the levels that are shown, by side
        ([-4.0, -3.0, -2.0, -1.0], 0.0, np.inf),
        ([np.nan] * 4, 0.0, np.nan),
        ([np.nan, -0.5, 0.5, np.nan], 0.0, -0.5),  # levels that a draw does not reach are left out
    ],
)
def test_an_outcome_falls_below_its_reference_where_it_should(
    values: list[float], reference: float, expected: float
) -> None:
    found = crossings(np.array([values]), np.array([reference]), LEVELS)
    np.testing.assert_allclose(found, [expected], atol=1e-9)


def test_borders_are_those_between_which_the_verdict_is_open() -> None:
    """Crossings 1 to 100: nine in ten draws say yes from 90 up, one in ten or fewer below 11."""
    found = turning(np.arange(1.0, 101.0))
    assert (found.middle.value, found.yes, found.no, found.draws) == (50.5, 90.0, 11.0, 100)
    assert found.middle.low < 50.5 < found.middle.high


@given(st.lists(st.floats(-2, 2), min_size=1, max_size=60), st.floats(-2, 2))
def test_the_borders_agree_with_the_verdict_at_every_level(levels: list[float], at: float) -> None:
    found = turning(np.array(levels))
    share = float(np.mean(np.array(levels) <= at))
    assert (verdict(share) == "yes") == (at >= found.yes)
    assert (verdict(share) == "no") == (at < found.no)


def test_infinite_crossings_count_at_their_side_and_unknown_ones_do_not() -> None:
    found = turning(np.array([-np.inf, -np.inf, -1.0, np.nan, -0.5, np.inf]))
    assert found.middle.value == -1.0
    assert found.draws == 5
    assert found.yes == np.inf
    assert turning(np.array([-np.inf] * 4)).middle.value == -np.inf
    assert turning(np.array([np.nan])).draws == 0


def test_too_few_draws_have_an_interval_without_ends() -> None:
    assert turning(np.arange(5.0)).middle[1:3] == (-np.inf, np.inf)
    assert turning(np.arange(6.0)).middle[1:3] == (0.0, 5.0)


def test_draws_are_looked_at_together_as_each_by_itself() -> None:
    """Random curves with gaps: the root of each curve's own monotone cubic interpolation."""
    rng = np.random.default_rng(4)
    axis, reference = np.array([-2.0, -1.5, -1.0, 0.0, 0.5, 1.0]), rng.normal(size=80)
    values = np.cumsum(rng.normal(0.3, 0.6, (80, 6)), axis=1)
    values[rng.random((80, 6)) < 0.15] = np.nan
    found = crossings(values, reference, axis)
    inside = np.flatnonzero(np.isfinite(found))
    assert len(inside) > 15
    for k in inside:
        there = np.isfinite(values[k])
        curve = PchipInterpolator(axis[there], values[k, there] - reference[k])
        roots = curve.solve(0.0, extrapolate=False)
        assert found[k] == pytest.approx(roots.max(), rel=1e-10)
        assert curve(found[k] - 1e-4) < 0
