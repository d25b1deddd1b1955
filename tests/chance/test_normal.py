"""Normal deviates are the inverse distribution function of uniform draws, to about 1e-7."""

import numpy as np
import pytest
from scipy.special import ndtri

from alliance_sim.chance import normal

UNIT = 2.0**-32


def corners_and_grid() -> np.ndarray:
    """Draws that can occur: both ends of the grid of 2**-32, the seams of the approximation, and a spread."""
    ends = (np.arange(200) + 0.5) * UNIT
    tails = 10.0 ** np.linspace(-9.5, -1.0, 500)
    seams = np.array([0.075, 0.925])
    around = np.concatenate([seams * (1 + k * 1e-12) for k in (-2, -1, 0, 1, 2)])
    middle = (np.arange(4000) + 0.5) / 4000
    return np.unique(np.concatenate([ends, tails, around, middle, 1.0 - tails, 1.0 - ends]))


def test_normal_is_the_inverse_of_the_normal_distribution_function():
    u = corners_and_grid()
    ours = np.array([normal(x) for x in u])
    theirs = ndtri(u)
    away = np.abs(theirs) > 1e-3
    assert np.max(np.abs(ours[away] / theirs[away] - 1.0)) < 2e-7
    assert np.max(np.abs(ours - theirs)[~away]) < 1e-9


@pytest.mark.parametrize("place", [0.0, 1.0, 0.075, 0.925, 0.5, 0.2])
def test_a_higher_draw_is_never_a_lower_deviate(place):
    first = min(max(int(place / UNIT) - 2000, 0), 2**32 - 4000)
    neighbours = (np.arange(first, first + 4000) + 0.5) * UNIT
    assert np.all(np.diff([normal(x) for x in neighbours]) >= 0.0)


def test_deviates_rise_over_the_whole_range():
    assert np.all(np.diff([normal(x) for x in corners_and_grid()]) >= 0.0)


def test_normal_is_symmetric_about_one_half_and_finite_at_the_farthest_draws():
    assert normal(0.5) == 0.0
    assert all(normal(u) == -normal(1.0 - u) for u in (0.25, 0.03125, 2.0**-20, 0.5 * UNIT))
    assert -6.4 < normal(0.5 * UNIT) < -6.2
