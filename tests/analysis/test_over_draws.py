"""For how many draws of the parameters an effect is positive, with luck that is known by construction."""

import numpy as np
import pytest
from scipy import stats

from alliance_sim.analysis.over_draws import draw_of, over_draws


def made(mean: float, between: float, luck: float, draws: int = 800, times: int = 2) -> tuple[np.ndarray, np.ndarray]:
    """Effects of draws, normal about a mean, each seen several times with luck."""
    generator = np.random.default_rng(11)
    draw = np.tile(np.arange(draws), times)
    own = generator.normal(mean, between, draws)
    return own[draw] + generator.normal(0.0, luck, len(draw)), draw


def test_luck_is_told_from_the_draws() -> None:
    found = over_draws(*made(mean=1.0, between=0.5, luck=1.0))
    assert found.between == pytest.approx(0.5, abs=0.08)
    assert found.luck == pytest.approx(1.0 / np.sqrt(2), abs=0.04)


def test_the_share_is_that_of_the_draws_and_not_of_what_luck_made_of_them() -> None:
    """Draws N(0.5, 0.5): 84 % are positive; with luck of SD 1.5 of each mean only 62 % of the means are."""
    values, draw = made(mean=0.5, between=0.5, luck=1.5 * np.sqrt(2), draws=4000)
    found = over_draws(values, draw)
    assert found.positive == pytest.approx(stats.norm.cdf(1.0), abs=0.08)
    assert np.mean(values > 0) < 0.65


def test_without_luck_shares_are_counted() -> None:
    found = over_draws(np.array([1.0, -1.0, 2.0, 1.0, -1.0, 2.0]), np.array([0, 1, 2, 0, 1, 2]))
    assert found.positive == pytest.approx(2 / 3)
    assert found.error == pytest.approx(np.sqrt(2 / 9 / 3))


def test_an_effect_that_does_not_vary_with_the_draw_has_one_sign() -> None:
    values, draw = made(mean=0.2, between=0.0, luck=1.0, draws=4000)
    assert over_draws(values, draw).positive > 0.95


def test_draws_that_were_played_once_are_not_separated_from_luck() -> None:
    found = over_draws(np.array([1.0, -1.0, 2.0, 3.0]), np.arange(4))
    assert not found.separated
    assert found.positive == 0.75


def test_nothing_known_gives_nothing() -> None:
    assert over_draws(np.array([np.nan]), np.array([0])).draws == 0


def test_replicates_take_draws_in_turn() -> None:
    assert list(draw_of(np.array([1, 2, 3, 4, 5]), 3)) == [0, 1, 2, 0, 1]
