"""The share of Monte-Carlo error, on settings and draws that are known."""

import numpy as np
import pytest

from alliance_sim.stats.simulation_noise import noise_of, rank_agreement

SETTINGS, REPLICATES = 400, 10


def numbers(shared: float, own: float, seed: int = 1) -> np.ndarray:
    """Effects of settings with SD 1, draws of replicates with SD `shared`, of single cells with SD `own`."""
    rng = np.random.default_rng(seed)
    effects = rng.normal(size=(SETTINGS, 1))
    effects = (effects - effects.mean()) / effects.std(ddof=1)
    return effects + shared * rng.normal(size=(1, REPLICATES)) + own * rng.normal(size=(SETTINGS, REPLICATES))


def test_only_noise_of_single_cells_is_a_part_of_the_differences_of_settings() -> None:
    """Variance 2 a cell, 10 replicates: .2 of 1.2 of a mean's variance."""
    common, both, own = (noise_of(numbers(*sds)) for sds in ((5.0, 0.0), (3.0, 2.0**0.5), (0.0, 2.0)))
    assert common.share == pytest.approx(0.0, abs=1e-12)
    assert common.apart > 0.3
    assert (both.share, both.error) == (pytest.approx(0.2 / 1.2, rel=0.1), pytest.approx(0.2**0.5, rel=0.05))
    assert own.share == pytest.approx(own.apart, rel=0.05)


def test_settings_with_an_undefined_replicate_are_left_out() -> None:
    values = numbers(shared=1.0, own=1.0)
    values[3, 2] = np.nan
    assert noise_of(values).settings == SETTINGS - 1
    assert np.isnan(noise_of(values[:, :1]).share)
    assert np.isnan(noise_of(np.ones((5, 4))).share)


def test_rankings_agree_as_spearman_has_it() -> None:
    assert rank_agreement(np.array([1.0, 2.0, 3.0]), np.array([10.0, 20.0, 90.0])) == pytest.approx(1.0)
    assert rank_agreement(np.array([1.0, 2.0, 3.0]), np.array([9.0, 2.0, 1.0])) == pytest.approx(-1.0)
    assert np.isnan(rank_agreement(np.array([1.0, 1.0, 1.0]), np.array([1.0, 2.0, 3.0])))
    assert np.isnan(rank_agreement(np.array([1.0, np.nan, 2.0]), np.array([1.0, 2.0, 3.0])))
