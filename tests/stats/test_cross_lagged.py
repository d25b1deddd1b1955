"""The random-intercept cross-lagged model, on panels with known lags and against another program."""

import numpy as np
import pytest

from alliance_sim.stats.cross_lagged import implied, random_intercept_cross_lagged

LAGS = np.array([[0.3, -0.1], [0.15, 0.4]])


def waves(people: int, count: int, seed: int, missing: float = 0.0) -> tuple[np.ndarray, np.ndarray]:
    """Waves of x and y whose own parts follow LAGS, and whose random intercepts correlate by .3."""
    rng = np.random.default_rng(seed)
    lasting = rng.multivariate_normal([0.0, 0.0], [[1.0, 0.3], [0.3, 1.0]], people)
    new = rng.multivariate_normal([0.0, 0.0], [[1.0, 0.2], [0.2, 1.0]], (count + 30, people))
    own, found = np.zeros((people, 2)), []
    for step in new:
        own = own @ LAGS.T + step
        found.append(lasting + own)
    whole = np.array(found[-count:]).transpose(1, 0, 2)
    whole[rng.random((people, count)) < missing] = np.nan
    return whole[:, :, 0], whole[:, :, 1]


@pytest.mark.parametrize("missing", [0.0, 0.15])
def test_known_lags_are_recovered_and_intervals_cover_them(missing: float) -> None:
    """25 studies of 400 people: means within 4 standard errors, coverage of 100 intervals within 3 of 95 %."""
    fits = [random_intercept_cross_lagged(*waves(400, 5, seed, missing)) for seed in range(25)]
    lags = [[f.x_to_x, f.y_to_x, f.x_to_y, f.y_to_y] for f in fits if f is not None]
    assert len(lags) == 25
    values = np.array([[slope.value for slope in each] for each in lags])
    off = (values.mean(axis=0) - LAGS.ravel()) / (values.std(axis=0, ddof=1) / 5.0)
    assert np.abs(off).max() < 4.0
    hits = [s.low <= t <= s.high for each in lags for s, t in zip(each, LAGS.ravel(), strict=True)]
    assert np.mean(hits) == pytest.approx(0.95, abs=3.0 * np.sqrt(0.95 * 0.05 / 100))


def test_it_agrees_with_another_program() -> None:
    """Estimates and errors of semopy 2.3.11 (maximum likelihood, the same equality constraints) for these data."""
    found = random_intercept_cross_lagged(*waves(400, 5, 11))
    assert found is not None
    theirs = {
        "x_to_x": (0.303458, 0.038848),
        "y_to_x": (-0.089543, 0.033646),
        "x_to_y": (0.129211, 0.033788),
        "y_to_y": (0.410606, 0.040787),
    }
    for name, (value, error) in theirs.items():
        mine = getattr(found, name)
        assert mine.value == pytest.approx(value, abs=2e-4)
        assert mine.error == pytest.approx(error, rel=1e-3)
    assert found.spread[0] ** 2 == pytest.approx(0.933128, abs=2e-3)


def test_units_of_the_measures_do_not_matter() -> None:
    x, y = waves(300, 4, 3)
    plain, other = random_intercept_cross_lagged(x, y), random_intercept_cross_lagged(10.0 * x + 5.0, y / 4.0)
    assert plain is not None
    assert other is not None
    assert other.x_to_y.value == pytest.approx(plain.x_to_y.value / 40.0, rel=1e-3)
    assert other.x_to_y.error == pytest.approx(plain.x_to_y.error / 40.0, rel=1e-3)
    assert other.y_to_y.value == pytest.approx(plain.y_to_y.value, abs=1e-4)


def test_implied_covariances_are_those_of_simulated_waves() -> None:
    theta = np.array([*LAGS.ravel(), 1.0, 0.3, np.sqrt(0.91), 1.0, 0.0, 1.0, 1.0, 0.2, np.sqrt(0.96)])
    rng = np.random.default_rng(2)
    n = 200_000
    lasting = rng.multivariate_normal([0.0, 0.0], [[1.0, 0.3], [0.3, 1.0]], n)
    first = rng.standard_normal((n, 2))
    second = first @ LAGS.T + rng.multivariate_normal([0.0, 0.0], [[1.0, 0.2], [0.2, 1.0]], n)
    seen = np.cov(np.column_stack([lasting + first, lasting + second]).T)
    assert implied(theta, 2) == pytest.approx(seen, abs=0.02)


def test_without_lasting_differences_there_is_no_proper_solution() -> None:
    rng = np.random.default_rng(5)
    own = rng.standard_normal((60, 8)).cumsum(axis=1)
    found = [random_intercept_cross_lagged(own[:, :4], own[:, :4] + 1e-9 * own[:, 4:])]
    found.append(random_intercept_cross_lagged(np.ones((50, 4)), rng.standard_normal((50, 4))))
    found.append(random_intercept_cross_lagged(own[:, :2], own[:, 2:4]))
    assert found == [None, None, None]
