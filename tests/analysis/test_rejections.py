"""What many trials report: shares with intervals, honest levels, and significant estimates that are too large."""

import numpy as np
import pytest
from scipy.stats import norm

from alliance_sim.analysis.rejections import adjusted_alpha, rate, reports, significant, significant_of_analysed


def test_the_interval_is_wilsons() -> None:
    """8 of 10: Wilson's interval without continuity correction is .490 to .943 (Newcombe, 1998, by its formula)."""
    found = rate(8, 10)
    assert (found.share, found.low, found.high) == pytest.approx((0.8, 0.4902, 0.9433), abs=1e-4)
    assert rate(0, 50).low == pytest.approx(0.0, abs=1e-12)
    assert np.isnan(rate(0, 0).share)


def test_trials_that_could_not_be_analysed_count_as_not_significant() -> None:
    p = np.array([0.01, 0.2, np.nan, 0.04])
    assert (significant(p, 0.05).share, significant(p, 0.05).trials) == (0.5, 4)
    assert significant_of_analysed(p, 0.05).share == pytest.approx(2 / 3)


def test_the_adjusted_level_is_what_the_null_world_keeps() -> None:
    p = np.linspace(0, 1, 1001) ** 2  # a test that rejects too often
    level = adjusted_alpha(p, 0.05)
    assert level == pytest.approx(0.05**2)
    assert np.mean(p <= level) == pytest.approx(0.05, abs=0.001)


def test_significant_trials_of_little_power_exaggerate() -> None:
    """Normal estimates, z = 0.5: wrong signs are P(Z < -2.46) of all, right ones P(Z > 1.46)."""
    z = np.random.default_rng(1).normal(0.5, 1.0, 400_000)
    found = reports(z, 2.0 * norm.sf(np.abs(z)), 0.05, 0.5)
    c = norm.isf(0.025)
    below, above = norm.cdf(-c - 0.5), norm.sf(c - 0.5)
    size = (0.5 * above + norm.pdf(c - 0.5) - 0.5 * below + norm.pdf(c + 0.5)) / (above + below)  # E |Z|, significant
    assert found.wrong_sign.share == pytest.approx(below / (above + below), abs=0.008)
    assert found.exaggeration == pytest.approx(size / 0.5, abs=5 * found.exaggeration_mcse)
    assert np.isnan(reports(z, z, 0.05, 0.0).exaggeration)
