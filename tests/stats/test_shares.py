"""Intervals of shares."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from alliance_sim.stats.intervals import wilson


def test_wilson_intervals_hold_at_the_ends() -> None:
    assert wilson(0.0, 50)[0] == 0.0
    assert wilson(1.0, 50)[1] == pytest.approx(1.0)
    assert np.isnan(wilson(0.5, 0)[0])


@given(st.integers(1, 5_000), st.floats(0, 1))
def test_the_interval_of_a_share_holds_it_to_the_last_bit(n: int, part: float) -> None:
    share = round(part * n) / n
    low, high = wilson(share, n)
    assert 0.0 <= low <= share <= high <= 1.0
