"""Intervals that hold together: against known critical values, and by how often they all hold."""

import numpy as np
import pytest
from scipy import stats

from alliance_sim.stats import simultaneous as module
from alliance_sim.stats.simultaneous import simultaneous

NORMAL = np.random.default_rng(7)


def test_critical_values_are_those_of_student_of_sidak_and_of_one_contrast_that_is_there_three_times() -> None:
    alone, apart, column = (
        NORMAL.normal(1.0, 2.0, (12, 1)),
        NORMAL.normal(size=(4000, 10)),
        NORMAL.normal(size=(4000, 1)),
    )
    one, same = simultaneous(alone), simultaneous(np.hstack([column, 3.0 * column, -column]))
    assert one.critical == pytest.approx(stats.t.ppf(0.975, 11), rel=0.01)
    assert one.p[0] == pytest.approx(stats.ttest_1samp(alone[:, 0], 0.0).pvalue, abs=0.004)
    assert simultaneous(apart).critical == pytest.approx(stats.norm.ppf(0.5 + 0.5 * 0.95 ** (1 / 10)), rel=0.01)
    assert same.critical == pytest.approx(stats.norm.ppf(0.975), rel=0.01)
    assert same.low[1] == pytest.approx(3.0 * same.low[0])


def test_adjusted_p_is_never_below_the_one_of_a_contrast_alone() -> None:
    values = NORMAL.normal(0.3, 1.0, (40, 6))
    found = simultaneous(values)
    alone = stats.ttest_1samp(values, 0.0).pvalue
    assert np.all(found.p > alone - 0.003)


def test_a_contrast_without_spread_is_no_part_of_the_family() -> None:
    values = np.column_stack([NORMAL.normal(size=50), np.full(50, 2.0), np.zeros(50)])
    found = simultaneous(values)
    assert (found.low[1], found.high[1], found.p[1]) == (2.0, 2.0, 0.0)
    assert found.p[2] == 1.0
    assert found.critical == pytest.approx(stats.t.ppf(0.975, 49), rel=0.01)


def test_replicates_that_do_not_define_every_contrast_are_left_out() -> None:
    values = NORMAL.normal(size=(20, 2))
    values[3, 1] = np.nan
    assert simultaneous(values).replicates == 19


def test_all_intervals_hold_in_95_of_100_samples(monkeypatch: pytest.MonkeyPatch) -> None:
    """400 samples of 15 replicates and 6 correlated contrasts that are all zero: an SE of 1.1 %, 3 SE allowed."""
    monkeypatch.setattr(module, "DRAWS", 4000)
    generator = np.random.default_rng(3)
    held = 0
    for _ in range(400):
        common = generator.normal(size=(15, 1))
        found = simultaneous(common + generator.normal(size=(15, 6)))
        held += bool(np.all((found.low < 0) & (found.high > 0)))
    assert held / 400 == pytest.approx(0.95, abs=0.033)
