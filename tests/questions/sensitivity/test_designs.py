"""The designs of a sensitivity analysis on functions whose sensitivity is known, in place of the simulator.

Ishigami's function (a = 7, b = 0.1): first-order indices .314, .442, 0; total ones .558, .442, .244.
"""

import numpy as np
import pytest

from alliance_sim.questions.sensitivity.designs import (
    agreement,
    effects_of,
    errors_of,
    fixing_design,
    fixing_of,
    going_on,
    in_blocks,
    indices_design,
    indices_of,
    means,
    screening_design,
)
from alliance_sim.questions.sensitivity.section import SensitivityNumbers
from alliance_sim.stats.simulation_noise import noise_of
from alliance_sim.stats.sobol import Indices

FIRST = (0.3139, 0.4424, 0.0)
TOTAL = (0.5576, 0.4424, 0.2437)
WIDTH = 5
"""Three settings of Ishigami's function and two that do nothing."""

NUMBERS = SensitivityNumbers(trajectories=20, base=256, checks=256, most=3, blocks=2, threshold=0.05, design_seed=0)
REPLICATES = 6


def ishigami(unit: np.ndarray) -> np.ndarray:
    """The function on the unit cube; a setting that is as configured stands in the middle, where x is 0."""
    x = np.pi * (2.0 * np.where(np.isnan(unit), 0.5, unit) - 1.0)
    return np.sin(x[:, 0]) + 7.0 * np.sin(x[:, 1]) ** 2 + 0.1 * x[:, 2] ** 4 * np.sin(x[:, 0])


def values_at(unit: np.ndarray, shared: float = 0.0, own: float = 0.0) -> np.ndarray:
    """The function in six clinics, with random draws that all settings share, or of each setting alone (their SD)."""
    common = np.random.default_rng(5).normal(size=REPLICATES)
    alone = np.random.default_rng(len(unit)).normal(size=(len(unit), REPLICATES))
    return ishigami(unit)[:, None] + shared * common + own * alone


def indices_with(kept: list[int], numbers: SensitivityNumbers = NUMBERS, **draws: float) -> Indices:
    return indices_of(values_at(indices_design(WIDTH, kept, numbers), **draws), len(kept), numbers)


def test_the_whole_way_from_screening_to_indices_finds_what_is_known() -> None:
    numbers = NUMBERS._replace(base=1024)
    effects = effects_of(values_at(screening_design(WIDTH, numbers), shared=3.0), WIDTH, numbers)
    kept = going_on([effects], numbers)
    assert sorted(kept) == [0, 1, 2]
    assert effects.largest[3:] == pytest.approx([0.0, 0.0], abs=1e-9)
    values = values_at(indices_design(WIDTH, kept, numbers), shared=3.0)
    found, order = indices_of(values, 3, numbers), np.argsort(kept)
    np.testing.assert_allclose(found.first[order], FIRST, atol=0.05)
    np.testing.assert_allclose(found.total[order], TOTAL, atol=0.05)
    assert noise_of(values).share == pytest.approx(0.0, abs=1e-12)
    blocks = [indices_of(part, 3, numbers).total for part in in_blocks(values, 2)]
    assert agreement(blocks) == pytest.approx((1.0, 0.0), abs=1e-9)


def test_draws_of_its_own_at_every_setting_inflate_total_indices_and_shared_draws_do_not() -> None:
    """Variance 13.84, that of a mean by its draws 13.5 / 6 = 2.25: every total index, that of nothing too, gains .14.

    The share of random draws shows by how much.
    """
    every = list(range(WIDTH))
    shared, own = indices_with(every, shared=13.5**0.5), indices_with(every, own=13.5**0.5)
    assert shared.total.sum() == pytest.approx(sum(TOTAL), abs=0.1)
    assert shared.total[3:] == pytest.approx([0.0, 0.0], abs=1e-9)
    share = 2.25 / (13.84 + 2.25)
    assert own.total.sum() == pytest.approx((sum(TOTAL) * 13.84 + WIDTH * 2.25) / (13.84 + 2.25), abs=0.15)
    np.testing.assert_allclose(own.total[3:], share, rtol=0.25)
    assert noise_of(values_at(indices_design(WIDTH, every, NUMBERS), own=13.5**0.5)).share == pytest.approx(
        share, rel=0.1
    )


def test_what_fixing_costs_is_what_the_fixed_settings_would_have_explained() -> None:
    """With x1 and x3 varied, x2 is lost: .442 of the variance; fixed at 0 it adds nothing to the mean either."""
    found = fixing_of(values_at(fixing_design(WIDTH, [0, 2], NUMBERS), shared=1.0), NUMBERS)
    assert found.explained.share == pytest.approx(0.5576, abs=0.08)
    assert found.sd_fixed**2 == pytest.approx(0.5576 * 13.84, rel=0.15)
    assert found.sd_all**2 == pytest.approx(13.84, rel=0.1)


def test_no_more_settings_go_on_than_are_wanted_for_each_estimate() -> None:
    effects = effects_of(values_at(screening_design(WIDTH, NUMBERS)), WIDTH, NUMBERS)
    turned = effects._replace(mu_star=effects.mu_star[::-1], reach=effects.reach[::-1], largest=effects.largest[::-1])
    one = NUMBERS._replace(most=1)
    first = going_on([effects], one)
    assert len(first) == 1
    assert going_on([effects, turned], one) == [*first, WIDTH - 1 - first[0]]


def test_an_estimate_counts_where_half_of_the_replicates_define_it() -> None:
    values = np.array([[1.0, 3.0, np.nan, np.nan], [np.nan, np.nan, np.nan, 1.0], [1.0, 2.0, 3.0, 4.0]])
    np.testing.assert_array_equal(means(values), [2.0, np.nan, 2.5])
    np.testing.assert_allclose(errors_of(values), np.array([1.0, np.nan, 0.5 * np.std([1, 2, 3, 4], ddof=1)]))
