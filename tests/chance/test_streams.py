"""Draws at different addresses look independent and uniform, whichever way one walks through the addresses.

Every check is a test of a true hypothesis on fixed seeds, so it passes always or never. All checks of a family together
would reject a perfect generator with probability ALPHA (Bonferroni). The same checks are shown to reject a
generator whose numbers carry their address.
"""

import itertools

import numba
import numpy as np
import pytest
from scipy import stats

from alliance_sim.chance import Luck, Purpose, draw, key_of

ALPHA = 1e-3
SEEDS = (0, 1, 2, 20261123)
AXES = ("seed", "replicate", "therapist", "client", "week", "purpose", "slot")
SHAPE = (len(SEEDS), 5, 4, 10, 12, len(Purpose), 4)


@numba.njit
def fill(out: np.ndarray, key_low: int, key_high: int) -> None:
    """Every draw of one seed at replicates, therapists and clients from 1, weeks and purposes from 0."""
    for r in range(out.shape[0]):
        for t in range(out.shape[1]):
            for c in range(out.shape[2]):
                for w in range(out.shape[3]):
                    for p in range(out.shape[4]):
                        d = draw(Luck(key_low, key_high, r + 1, t + 1, c + 1, w), p)
                        for k in range(4):
                            out[r, t, c, w, p, k] = d[k]


@pytest.fixture(scope="module")
def cube() -> np.ndarray:
    """Draws by seed, replicate, therapist, client, week, purpose and slot."""
    out = np.empty(SHAPE)
    for number, seed in enumerate(SEEDS):
        fill(out[number], *key_of(seed))
    return out


def walked(cube: np.ndarray, fastest: str) -> np.ndarray:
    """All draws in one row, in the order in which the named part of the address moves fastest."""
    return np.moveaxis(cube, AXES.index(fastest), -1).ravel()


def p_uniform(u: np.ndarray, bins: int = 256) -> float:
    """p of a chi-square test of a uniform distribution on (0, 1)."""
    return stats.chisquare(np.bincount((u * bins).astype(int), minlength=bins)).pvalue


def p_pairs(u: np.ndarray, lag: int, bins: int = 16) -> float:
    """p of a chi-square test that a draw and the one `lag` later fill the unit square evenly (pairs apart)."""
    first = u[: len(u) // (2 * lag) * 2 * lag].reshape(-1, 2, lag)
    cell = (first[:, 0] * bins).astype(int) * bins + (first[:, 1] * bins).astype(int)
    return stats.chisquare(np.bincount(cell.ravel(), minlength=bins * bins)).pvalue


def p_lag(u: np.ndarray, lag: int) -> float:
    """p of the correlation of a draw with the one `lag` later (normal approximation)."""
    v = (u - 0.5) * np.sqrt(12.0)
    return 2.0 * stats.norm.sf(abs(np.mean(v[:-lag] * v[lag:])) * np.sqrt(len(v) - lag))


def p_runs(u: np.ndarray) -> float:
    """p of the number of runs above and below one half (Wald and Wolfowitz, 1940; normal approximation)."""
    above = u > 0.5
    runs = 1 + np.count_nonzero(above[1:] != above[:-1])
    n = len(u)
    return 2.0 * stats.norm.sf(abs(runs - (n + 1) / 2) / np.sqrt((n - 1) / 4))


def p_serial(u: np.ndarray) -> list[float]:
    """p of every check of one walk through the addresses."""
    return [*(p_pairs(u, lag) for lag in (1, 2, 3, 22, 48)), *(p_lag(u, lag) for lag in range(1, 25)), p_runs(u)]


def test_draws_are_strictly_inside_zero_and_one_and_neighbouring_addresses_share_none(cube):
    assert 0.0 < cube.min() < cube.max() < 1.0
    assert len(np.unique(cube)) > cube.size - 2 - 3 * cube.size**2 * 2.0**-33


@pytest.mark.parametrize("axis", AXES)
def test_draws_are_uniform_at_every_value_of_every_part_of_the_address(cube, axis):
    slices = np.moveaxis(cube, AXES.index(axis), 0)
    ps = [p_uniform(part.ravel()) for part in slices]
    assert min(ps) > ALPHA / len(ps) / len(AXES)


@pytest.mark.parametrize("axis", AXES)
def test_draws_are_independent_in_whatever_order_they_are_visited(cube, axis):
    ps = p_serial(walked(cube, axis))
    assert min(ps) > ALPHA / len(ps) / len(AXES)


@pytest.mark.parametrize("axis", AXES)
def test_no_two_values_of_a_part_of_the_address_correlate(cube, axis):
    rows = np.moveaxis(cube, AXES.index(axis), 0).reshape(SHAPE[AXES.index(axis)], -1)
    r = np.corrcoef(rows)[np.triu_indices(len(rows), 1)]
    assert np.max(np.abs(r)) < stats.norm.isf(ALPHA / len(r) / len(AXES) / 2) / np.sqrt(rows.shape[1])


def test_one_changed_part_of_an_address_changes_all_four_draws():
    here = Luck(*key_of(0), 1, 1, 1, 1)
    moved = [here._replace(**{part: 2}) for part in ("replicate", "therapist", "client", "week")]
    drawn = [draw(luck, Purpose.WEEK) for luck in (here, *moved)]
    drawn.append(draw(here, Purpose.REPORTS))
    assert all(not set(a) & set(b) for a, b in itertools.combinations(drawn, 2))


@pytest.mark.parametrize("leak", ["week", "client", "purpose"])
def test_the_checks_reject_a_generator_that_carries_its_address(cube, leak):
    axis = AXES.index(leak)
    ramp = np.arange(SHAPE[axis]).reshape([-1 if k == axis else 1 for k in range(len(AXES))])
    leaking = (cube + 0.05 * ramp) % 1.0
    leaking = 0.97 * leaking + 0.03 * ((ramp * 0.618) % 1.0)
    assert min(p_serial(walked(leaking, leak))) < ALPHA / 30 / len(AXES)
