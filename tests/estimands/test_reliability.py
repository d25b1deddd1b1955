"""Reliability, and correction for the lack of it."""

import numpy as np
import pytest

from alliance_sim.estimands.components import corrected, dependability, stepped_up
from alliance_sim.stats.estimate import Estimate


def test_correction_for_unreliability_undoes_the_error_of_ratings() -> None:
    luck = np.random.default_rng(2)
    true = luck.standard_normal(4000)
    y = 0.5 * true + np.sqrt(0.75) * luck.standard_normal(4000)
    ratings = true[:, None] + luck.standard_normal((4000, 4))
    one = dependability(ratings)
    assert one == pytest.approx(0.5, abs=0.03)
    assert stepped_up(one, 4) == pytest.approx(0.8, abs=0.02)
    for x, reliability in ((ratings[:, 0], one), (ratings.mean(axis=1), stepped_up(one, 4))):
        found = corrected(Estimate(float(np.corrcoef(x, y)[0, 1])), reliability)
        assert found.value == pytest.approx(0.5, abs=0.04)
    assert not corrected(Estimate(0.3), 0.0).known
