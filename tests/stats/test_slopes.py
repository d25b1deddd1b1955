"""Slopes, their intervals, and errors that know of clusters."""

import numpy as np
import pytest

from alliance_sim.stats.slopes import clustered_slope, correlation_slope, grouped_slope

STUDIES = 200


def test_a_correlation_has_fishers_interval() -> None:
    x = np.array([1.0, 2, 3, 4, 5, np.nan])
    y = np.array([1.0, 3, 2, 5, 4, 9.0])
    found = correlation_slope(x, y)
    assert found is not None
    assert found.value == pytest.approx(0.8)
    half = 1.959964 / np.sqrt(2)
    assert (found.low, found.high) == pytest.approx((np.tanh(np.arctanh(0.8) - half), np.tanh(np.arctanh(0.8) + half)))
    assert correlation_slope(x[:3], y[:3]) is None
    assert correlation_slope(np.ones(9), np.arange(9.0)) is None


def clustered(seed: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """y = 0.5 x + luck, both with much in common within 40 clusters of 8."""
    luck = np.random.default_rng(seed)
    cluster = np.repeat(np.arange(40), 8)
    x = luck.standard_normal(40)[cluster] + 0.3 * luck.standard_normal(320)
    return 0.5 * x + luck.standard_normal(40)[cluster] + luck.standard_normal(320), x, cluster


def test_intervals_by_clusters_cover_and_plain_ones_do_not() -> None:
    """200 studies: within 3 standard errors of 95 % (sandwich errors are a little small with 40 clusters: 2 points)."""
    hits = plain = 0
    for seed in range(STUDIES):
        y, x, cluster = clustered(seed)
        by_cluster = clustered_slope(y, x[:, None], cluster)
        by_row = clustered_slope(y, x[:, None], np.arange(len(y)))
        assert by_cluster is not None
        assert by_row is not None
        hits += by_cluster.low <= 0.5 <= by_cluster.high
        plain += by_row.low <= 0.5 <= by_row.high
    assert hits / STUDIES == pytest.approx(0.94, abs=0.02 + 3.0 * np.sqrt(0.95 * 0.05 / STUDIES))
    assert plain / STUDIES < 0.8


def test_instruments_find_the_slope_that_least_squares_misses() -> None:
    luck = np.random.default_rng(4)
    z, hidden = luck.standard_normal((2, 20_000))
    x = z + hidden
    y = 0.5 * x + hidden + luck.standard_normal(20_000)
    clusters = np.arange(20_000) // 10
    naive, found = clustered_slope(y, x[:, None], clusters), clustered_slope(y, x[:, None], clusters, z[:, None])
    assert naive is not None
    assert found is not None
    assert naive.value == pytest.approx(1.0, abs=0.03)
    assert found.low < 0.5 < found.high
    assert found.high - found.low < 0.1


def test_controls_and_groups_are_taken_out() -> None:
    luck = np.random.default_rng(6)
    group = np.repeat(np.arange(50), 20)
    control = luck.standard_normal(1000)
    x = control + luck.standard_normal(1000)
    y = 0.4 * x - control + luck.standard_normal(50)[group] + luck.standard_normal(1000)
    y[0] = np.nan
    found = grouped_slope(y, x, control[:, None], group)
    assert found is not None
    assert found.low < 0.4 < found.high
    assert found.error == pytest.approx(1.0 / np.sqrt(1000), rel=0.1)


def test_what_follows_from_the_rest_has_no_slope() -> None:
    x = np.arange(30.0)
    groups = np.arange(30) // 3
    assert clustered_slope(x, np.column_stack([x, 2.0 * x]), groups) is None
    assert clustered_slope(x, x[:, None], groups, np.column_stack([x, x])) is None
    assert clustered_slope(x, x[:, None], np.zeros(30, np.int64)) is None
    assert grouped_slope(x, x, x[:, None], groups) is None
