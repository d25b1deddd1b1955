"""Intervals of shares."""

import numpy as np
import pytest

from alliance_sim.analysis.shares import wilson


def test_wilson_intervals_hold_at_the_ends() -> None:
    assert wilson(0.0, 50)[0] == 0.0
    assert wilson(1.0, 50)[1] == pytest.approx(1.0)
    assert np.isnan(wilson(0.5, 0)[0])
