"""Where an answer turns, on surfaces whose crossings are known by construction."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from alliance_sim.stats.turning_point import crossings, turning, verdict

ALLIANCE = np.array([-2.0, -1.0, 0.0, 1.0])


@pytest.mark.parametrize(
    ("share", "words"), [(1.0, "yes"), (0.9, "yes"), (0.89, "open"), (0.39, "open"), (0.1, "no"), (0.0, "no")]
)
def test_nine_in_ten_draws_are_a_yes_one_in_ten_a_no_and_all_between_is_open(share: float, words: str) -> None:
    assert verdict(share) == words


def test_what_no_draw_tells_is_open() -> None:
    assert verdict(float("nan")) == "open"


def test_a_line_falls_below_its_reference_where_it_should() -> None:
    """y = .2 + s z falls below 0 at -.2 / s."""
    slope = np.array([0.2, 0.4, 0.16])
    values = 0.2 + slope[:, None] * ALLIANCE
    np.testing.assert_allclose(crossings(values, np.zeros(3), ALLIANCE), [-1.0, -0.5, -1.25])


def test_a_crossing_is_where_the_outcome_equals_the_reference_of_its_own_draw() -> None:
    values = np.array([[0.0, 1.0, 2.0, 3.0], [0.0, 1.0, 2.0, 3.0]])
    np.testing.assert_allclose(crossings(values, np.array([1.0, 1.5]), ALLIANCE), [-1.0, -0.5])


def test_crossings_past_the_levels_shown_are_told_by_their_side() -> None:
    values = np.array([[1.0, 2.0, 3.0, 4.0], [-4.0, -3.0, -2.0, -1.0], [np.nan] * 4])
    np.testing.assert_array_equal(crossings(values, np.zeros(3), ALLIANCE), [-np.inf, np.inf, np.nan])


def test_levels_that_a_draw_does_not_reach_are_left_out() -> None:
    values = np.array([[np.nan, -0.5, 0.5, np.nan]])
    np.testing.assert_allclose(crossings(values, np.zeros(1), ALLIANCE), [-0.5], atol=1e-9)


def test_borders_are_those_between_which_the_verdict_is_open() -> None:
    """Crossings 1 to 100: nine in ten draws say yes from 90 up, one in ten or fewer below 11."""
    found = turning(np.arange(1.0, 101.0))
    assert (found.middle, found.yes, found.no, found.draws) == (50.5, 90.0, 11.0, 100)
    assert found.low < 50.5 < found.high


@given(st.lists(st.floats(-2, 2), min_size=1, max_size=60), st.floats(-2, 2))
def test_the_borders_agree_with_the_verdict_at_every_level(levels: list[float], at: float) -> None:
    found = turning(np.array(levels))
    share = float(np.mean(np.array(levels) <= at))
    assert (verdict(share) == "yes") == (at >= found.yes)
    assert (verdict(share) == "no") == (at < found.no)


def test_infinite_crossings_count_at_their_side_and_unknown_ones_do_not() -> None:
    found = turning(np.array([-np.inf, -np.inf, -1.0, np.nan, -0.5, np.inf]))
    assert found.middle == -1.0
    assert found.draws == 5
    assert found.yes == np.inf
    assert turning(np.array([-np.inf] * 4)).middle == -np.inf
    assert turning(np.array([np.nan])).draws == 0


def test_too_few_draws_have_an_interval_without_ends() -> None:
    assert (turning(np.arange(5.0)).low, turning(np.arange(5.0)).high) == (-np.inf, np.inf)
    assert (turning(np.arange(6.0)).low, turning(np.arange(6.0)).high) == (0.0, 5.0)
