"""The cluster-robust sandwich: against statsmodels and linearmodels, and against what it promises."""

import numpy as np
import pytest

from alliance_sim.stats.clustered import UNFITTED, clustered, mean_of
from alliance_sim.stats.linear import centred_twice, inverse, numbered

THERAPIST = np.repeat(np.arange(12), 8)
CLIENT, TIME = np.repeat(np.arange(24), 4), np.tile(np.arange(4), 24)
GAPS = np.arange(96) % 7 == 0


def sessions() -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Outcome, two predictors and an instrument of 96 sessions of 24 clients of 12 therapists."""
    rng = np.random.default_rng(4)
    x = rng.normal(size=(96, 2)) + rng.normal(size=12)[THERAPIST][:, None]
    y = 0.5 * x[:, 0] - 0.2 * x[:, 1] + rng.normal(size=12)[THERAPIST] + rng.normal(size=24)[CLIENT]
    return y + rng.normal(size=96), x, x[:, :1] + rng.normal(size=(96, 1))


Y, X, Z = sessions()

ORACLES = {
    # statsmodels 0.15: OLS(...).fit(cov_type="cluster", use_t=True); levels of clients and times as columns, those of
    # clients not counted in p; linearmodels 7.1: IV2SLS(...).fit(cov_type="clustered", debiased=True)
    "plain": ({}, False, [0.24280611, -0.30634918], [0.12005436, 0.1542273]),
    "clients": ({"units": CLIENT}, False, [0.52134418, -0.1545606], [0.09403323, 0.1319528]),
    "times, gaps": ({"times": TIME}, True, [0.32040504, -0.30956633], [0.1260678, 0.16626827]),
    "both, gaps": ({"units": CLIENT, "times": TIME}, True, [0.54819972, -0.14560843], [0.08758019, 0.13804703]),
    "instruments": (
        {"instruments": np.column_stack([Z, X[:, 1]])},
        False,
        [0.25318244, -0.31119257],
        [0.15526208, 0.1968162],
    ),
}


@pytest.mark.parametrize("case", ORACLES)
def test_coefficients_and_errors_are_those_of_other_programs(case: str) -> None:
    options, gaps, coefficients, errors = ORACLES[case]
    fit = clustered(np.where(GAPS & gaps, np.nan, Y), X, THERAPIST, **options)
    np.testing.assert_allclose(fit.coefficients[:2], coefficients, atol=1e-8)
    np.testing.assert_allclose(np.sqrt(np.diag(fit.covariance))[:2], errors, atol=1e-8)


def test_the_interval_is_that_of_statsmodels() -> None:
    assert clustered(Y, X, THERAPIST).of(1.0)[1:3] == pytest.approx((-0.02143176, 0.50704397), abs=1e-8)


def test_levels_are_taken_out_as_columns_for_every_level_would() -> None:
    """Unbalanced in two ways, to ten digits."""
    rng = np.random.default_rng(2)
    groups, others = rng.integers(0, 30, 400), rng.integers(0, 9, 400)
    values = rng.normal(size=(400, 2)) + others[:, None]
    marks = np.column_stack([groups[:, None] == np.arange(30), others[:, None] == np.arange(1, 9)]).astype(float)
    left, levels = centred_twice(values, groups, others)
    np.testing.assert_allclose(left, values - marks @ np.linalg.lstsq(marks, values, rcond=None)[0], atol=1e-10)
    assert levels == 8


def test_a_difference_of_coefficients_has_its_own_error() -> None:
    """b1 x1 + b2 (x1 + x2): the effect of x1 is b1 + b2."""
    both = clustered(Y, np.column_stack([X[:, 0], X[:, 0] + X[:, 1]]), THERAPIST).of(1.0, 1.0)
    assert both[:4] == pytest.approx(clustered(Y, X, THERAPIST).of(1.0)[:4])


def test_instruments_find_the_slope_that_least_squares_misses() -> None:
    rng = np.random.default_rng(4)
    z, hidden = rng.standard_normal((2, 20_000))
    x = (z + hidden)[:, None]
    y = 0.5 * x[:, 0] + hidden + rng.standard_normal(20_000)
    clusters = np.arange(20_000) // 10
    assert clustered(y, x, clusters).of(1.0).value == pytest.approx(1.0, abs=0.03)
    found = clustered(y, x, clusters, instruments=z[:, None]).of(1.0)
    assert found.low < 0.5 < found.high < found.low + 0.1


def test_intervals_by_clusters_cover_and_plain_ones_do_not() -> None:
    """Slopes and means of 400 samples with much in common within 40 clusters: within 3 standard errors of 95 %."""
    cluster = np.repeat(np.arange(40), 8)
    hits = np.zeros(3)
    for seed in range(400):
        rng = np.random.default_rng(seed)
        x = rng.standard_normal(40)[cluster] + 0.3 * rng.standard_normal(320)
        error = rng.standard_normal(40)[cluster] + rng.standard_normal(320)
        by_cluster, by_row = (clustered(0.5 * x + error, x[:, None], by).of(1.0) for by in (cluster, np.arange(320)))
        mean = mean_of(error, cluster)
        hits += [found.low <= true <= found.high for found, true in ((by_cluster, 0.5), (mean, 0.0), (by_row, 0.5))]
    slope, mean_hits, plain = hits / 400
    error = np.sqrt(0.95 * 0.05 / 400)
    assert slope == pytest.approx(0.94, abs=0.01 + 3.0 * error)  # the sandwich is a little small with 40 clusters
    assert mean_hits == pytest.approx(0.95, abs=3.0 * error)
    assert plain < 0.8


@pytest.mark.parametrize(
    ("x", "clusters", "options"),
    [
        (np.column_stack([X, X[:, 0] + X[:, 1]]), THERAPIST, {}),
        (X, THERAPIST, {"instruments": np.column_stack([X, X[:, 0]])}),
        (CLIENT[:, None] / 7.0, THERAPIST, {"units": CLIENT}),
        (TIME[:, None] / 7.0, THERAPIST, {"units": CLIENT, "times": TIME}),
        (X, np.zeros(96, np.int64), {}),
        (np.full((96, 1), np.nan), THERAPIST, {}),
    ],
    ids=["collinear", "instruments collinear", "constant in clients", "the time", "one cluster", "nothing known"],
)
def test_what_cannot_be_told_apart_is_not_estimated(x: np.ndarray, clusters: np.ndarray, options: dict) -> None:
    fit = clustered(Y, x, clusters, **options)
    assert fit is UNFITTED
    assert not fit.of(1.0).known


def test_cross_products_are_inverted_whatever_the_scale_of_columns() -> None:
    scale = np.array([1e-6, 1e6])
    found = inverse((X * scale).T @ (X * scale))
    np.testing.assert_allclose(found * np.outer(scale, scale), np.linalg.inv(X.T @ X), rtol=1e-10)
    assert inverse(np.ones((2, 2))) is None
    assert inverse(np.zeros((1, 1))) is None


@pytest.mark.parametrize(
    "groups",
    [np.array([3, 0, 3, 7]), np.array([0, 1, 1]), np.array([-4, 10**12, -4]), np.array(["b", "a"]), np.array([0][:0])],
)
def test_groups_are_numbered_in_the_order_of_their_names(groups: np.ndarray) -> None:
    names, codes = np.unique(groups, return_inverse=True)
    found, count = numbered(groups)
    assert found.tolist() == codes.tolist()
    assert count == len(names)
