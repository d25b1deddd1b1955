"""The steps of a sensitivity analysis on functions whose sensitivity is known, in place of the simulator.

Ishigami's function (a = 7, b = 0.1): first-order indices .314, .442, 0; total ones .558, .442, .244.
"""

from collections.abc import Callable

import numpy as np
import pytest

from alliance_sim.questions.sensitivity.draws import related
from alliance_sim.questions.sensitivity.section import Numbers
from alliance_sim.questions.sensitivity.steps import (
    agreement,
    check_fixing,
    decompose,
    errors_of,
    means,
    screen,
    together,
)

FIRST = (0.3139, 0.4424, 0.0)
TOTAL = (0.5576, 0.4424, 0.2437)
WIDTH = 5
"""Three settings of Ishigami's function and two that do nothing."""

NUMBERS = Numbers(trajectories=20, base=256, checks=256, most=3, blocks=2, threshold=0.05, design_seed=0)
REPLICATES = 6

Evaluate = Callable[[str, np.ndarray], np.ndarray]


def ishigami(unit: np.ndarray) -> np.ndarray:
    """The function on the unit cube; a setting that is as configured stands in the middle, where x is 0."""
    x = np.pi * (2.0 * np.where(np.isnan(unit), 0.5, unit) - 1.0)
    return np.sin(x[:, 0]) + 7.0 * np.sin(x[:, 1]) ** 2 + 0.1 * x[:, 2] ** 4 * np.sin(x[:, 0])


def with_luck(shared: float = 0.0, own: float = 0.0) -> Evaluate:
    """The function played in six clinics, whose luck is shared by all settings, or each setting's own (SD)."""
    common = np.random.default_rng(5).normal(size=REPLICATES)

    def evaluate(_: str, unit: np.ndarray) -> np.ndarray:
        rng = np.random.default_rng(len(unit))
        luck = shared * common + own * rng.normal(size=(len(unit), REPLICATES))
        return (ishigami(unit)[:, None] + luck)[:, :, None]

    return evaluate


def test_the_whole_way_from_screening_to_indices_finds_what_is_known() -> None:
    evaluate, numbers = with_luck(shared=3.0), NUMBERS._replace(base=1024)
    screened = screen(evaluate, WIDTH, numbers)
    kept = together(screened)
    assert sorted(kept) == [0, 1, 2]
    assert screened[0].effects.largest[3:] == pytest.approx([0.0, 0.0], abs=1e-9)
    found = decompose(evaluate, WIDTH, kept, numbers)[0]
    order = np.argsort(found.settings)
    np.testing.assert_allclose(found.indices.first[order], FIRST, atol=0.05)
    np.testing.assert_allclose(found.indices.total[order], TOTAL, atol=0.05)
    assert found.luck.share == pytest.approx(0.0, abs=1e-12)
    assert agreement([block.total for block in found.blocks]) == pytest.approx((1.0, 0.0), abs=1e-9)


def test_luck_of_its_own_at_every_setting_inflates_total_indices_and_shared_luck_does_not() -> None:
    """Variance 13.84, luck of a mean 13.5 / 6 = 2.25: every total index, that of nothing too, gains .14."""
    all_settings = list(range(WIDTH))
    shared, own = (
        decompose(with_luck(**luck), WIDTH, all_settings, NUMBERS)[0]
        for luck in ({"shared": 13.5**0.5}, {"own": 13.5**0.5})
    )
    assert shared.indices.total.sum() == pytest.approx(sum(TOTAL), abs=0.1)
    assert shared.indices.total[3:] == pytest.approx([0.0, 0.0], abs=1e-9)
    inflated = (sum(TOTAL) * 13.84 + WIDTH * 2.25) / (13.84 + 2.25)
    assert own.indices.total.sum() == pytest.approx(inflated, abs=0.15)
    np.testing.assert_allclose(own.indices.total[3:], 2.25 / (13.84 + 2.25), rtol=0.25)


def test_the_share_of_luck_tells_how_far_an_index_may_be_inflated() -> None:
    own = decompose(with_luck(own=13.5**0.5), WIDTH, list(range(WIDTH)), NUMBERS)[0]
    assert own.luck.share == pytest.approx(2.25 / (13.84 + 2.25), rel=0.1)
    np.testing.assert_allclose(own.indices.total[3:], own.luck.share, rtol=0.25)


def test_what_fixing_costs_is_what_the_fixed_settings_would_have_explained() -> None:
    """With x1 and x3 varied, x2 is lost: .442 of the variance; fixed at 0 it adds nothing to the mean either."""
    found = check_fixing(with_luck(shared=1.0), WIDTH, [0, 2], NUMBERS)[0]
    assert found.explained.share == pytest.approx(0.5576, abs=0.08)
    assert found.sd_fixed**2 == pytest.approx(0.5576 * 13.84, rel=0.15)
    assert found.sd_all**2 == pytest.approx(13.84, rel=0.1)


def test_settings_beyond_the_most_are_counted() -> None:
    one = screen(with_luck(), WIDTH, NUMBERS._replace(most=2))[0]
    assert (len(one.kept), one.left_out) == (2, 1)


@pytest.mark.parametrize("seed", [0, 1])
def test_the_same_design_seed_gives_the_same_answer_zero_too(seed: int) -> None:
    numbers = NUMBERS._replace(design_seed=seed, base=16)
    one, again = (decompose(with_luck(own=1.0), WIDTH, [0, 1], numbers)[0].indices for _ in range(2))
    np.testing.assert_array_equal(one.total, again.total)
    np.testing.assert_array_equal(one.total_reach, again.total_reach)


def test_an_estimate_counts_where_half_of_the_replicates_define_it() -> None:
    values = np.array([[1.0, 3.0, np.nan, np.nan], [np.nan, np.nan, np.nan, 1.0], [1.0, 2.0, 3.0, 4.0]])
    np.testing.assert_array_equal(means(values), [2.0, np.nan, 2.5])
    np.testing.assert_allclose(errors_of(values), [1.0, np.nan, np.std([1, 2, 3, 4], ddof=1) / 2])


def test_draws_that_go_with_an_estimate_are_found_and_its_turning_sign_too() -> None:
    rng = np.random.default_rng(0)
    x = rng.normal(size=(200, 3))
    values = 0.4 + x[:, :1] + 0.1 * rng.normal(size=(200, 8))
    found = related(x, values, 2, 0)
    assert found.flipping == [0]
    assert found.given.first[0] > 0.9
    assert found.other.share == pytest.approx(np.mean(x[:, 0] < -0.4), abs=0.05)
    assert len(found.blocks) == 2
