"""Components of ratings: what was put in is found again."""

import numpy as np
import pytest

from alliance_sim.estimands.components import corrected, dependability, drift, levels, stepped_up
from alliance_sim.stats.estimate import Estimate
from alliance_sim.stats.multilevel import random_intercept

NAN = float("nan")


def course(rng: np.random.Generator, people: int, weeks: int, level: float, state: float, keeps: float, error: float):
    """Ratings with a stable trait, an autoregressive one and error, of these variances."""
    step = rng.standard_normal((people, weeks))
    drifting = step.copy()
    for week in range(1, weeks):
        drifting[:, week] = keeps * drifting[:, week - 1] + np.sqrt(1 - keeps**2) * step[:, week]
    lasting = np.sqrt(level) * rng.standard_normal((people, 1))
    return lasting + np.sqrt(state) * drifting + np.sqrt(error) * rng.standard_normal((people, weeks))


def test_levels_are_those_of_the_analysis_of_variance() -> None:
    rng = np.random.default_rng(1)
    ratings = 4 + rng.standard_normal((40, 1)) + 0.5 * rng.standard_normal((40, 10))
    found = levels(ratings)
    fit = random_intercept(ratings.ravel(), np.empty((400, 0)), np.repeat(np.arange(40), 10))
    assert (found.between, found.within) == pytest.approx((fit.between, fit.within), rel=1e-3)
    assert found.dependability == pytest.approx(fit.share, abs=1e-3)
    assert found.mean == pytest.approx(ratings.mean())


def test_unequal_numbers_of_ratings_bias_neither_variance() -> None:
    rng = np.random.default_rng(2)
    found = []
    for _ in range(200):
        ratings = rng.standard_normal((60, 1)) + 0.5 * rng.standard_normal((60, 10))
        ratings[np.arange(10) >= rng.integers(2, 11, 60)[:, None]] = NAN
        found.append(levels(ratings)[1:3])
    assert np.mean(found, axis=0) == pytest.approx([1.0, 0.25], abs=0.04)


def test_levels_of_people_who_were_rated_once_are_not_defined() -> None:
    assert np.isnan(levels(np.array([[1.0, NAN], [2.0, NAN]])).dependability)
    assert np.isnan(levels(np.full((3, 4), NAN)).between)


@pytest.mark.parametrize(
    ("level", "state", "keeps", "error"), [(0.5, 0.3, 0.8, 0.2), (0.5, 0.0, 0.5, 0.5), (0.0, 0.8, 0.9, 0.2)]
)
def test_trait_state_and_error_are_found_again(level: float, state: float, keeps: float, error: float) -> None:
    rng = np.random.default_rng(3)
    ratings = course(rng, 6000, 20, level, state, keeps, error)
    ratings[rng.random(ratings.shape) < 0.2] = NAN
    found = drift(ratings)
    lasting = (level + state * keeps ** np.array([1, 4, 8])) / (level + state + error)
    total = found.level + found.state + found.error
    again = (found.level + found.state * found.keeps ** np.array([1, 4, 8])) / total
    assert total == pytest.approx(level + state + error, rel=0.05)
    assert again == pytest.approx(lasting, abs=0.03)  # level and state share out what both explain
    assert found.error == pytest.approx(error, abs=0.05)


def test_a_single_week_is_all_error() -> None:
    found = drift(np.array([[1.0], [-1.0], [2.0]]))
    assert (found.level, found.state) == (0.0, 0.0)
    assert found.error == pytest.approx(2.0)


def test_correction_for_unreliability_undoes_the_error_of_ratings() -> None:
    rng = np.random.default_rng(2)
    true = rng.standard_normal(4000)
    y = 0.5 * true + np.sqrt(0.75) * rng.standard_normal(4000)
    ratings = true[:, None] + rng.standard_normal((4000, 4))
    one = dependability(ratings)
    assert one == pytest.approx(0.5, abs=0.03)
    assert stepped_up(one, 4) == pytest.approx(0.8, abs=0.02)
    for x, reliability in ((ratings[:, 0], one), (ratings.mean(axis=1), stepped_up(one, 4))):
        found = corrected(Estimate(float(np.corrcoef(x, y)[0, 1])), reliability)
        assert found.value == pytest.approx(0.5, abs=0.04)
    assert not corrected(Estimate(0.3), 0.0).known
