"""Given-data sensitivity on draws whose shares are known by construction, correlated ones too."""

import warnings

import numpy as np
import pytest
from scipy.stats import gaussian_kde, norm, rankdata

from alliance_sim.stats import given_data as module
from alliance_sim.stats.given_data import delta, first_order, given_data, partial_rank


def draws(n: int, rho: float, seed: int = 1) -> np.ndarray:
    """Three standard normal parameters, the first two with a correlation."""
    rng = np.random.default_rng(seed)
    a, b, c = rng.normal(size=(3, n))
    return np.column_stack([a, rho * a + np.sqrt(1.0 - rho * rho) * b, c])


def test_the_share_of_a_linear_estimate_is_its_squared_correlation() -> None:
    """y = a + noise of variance 1: half of the variance goes with a, nothing with c."""
    x = draws(4000, 0.0)
    y = x[:, 0] + np.random.default_rng(2).normal(size=len(x))
    assert first_order(x[:, 0], y) == pytest.approx(0.5, abs=0.03)
    assert first_order(x[:, 2], y) == pytest.approx(0.0, abs=0.01)
    assert first_order(x[:, 0], x[:, 0] ** 2) > 0.6  # no line


def test_a_parameter_that_only_comes_with_another_has_a_share_and_no_direction_of_its_own() -> None:
    """y = a; b goes with a (r .8): .64 of the variance goes with b; held at a, b does nothing."""
    x = draws(2000, 0.8)
    y = x[:, 0] + 0.3 * np.random.default_rng(2).normal(size=len(x))
    assert first_order(x[:, 1], y) == pytest.approx(0.64 / 1.09, abs=0.04)
    partial = partial_rank(x, y)
    assert partial[0].value > 0.8
    assert partial[1].low < 0 < partial[1].high


def test_delta_is_that_of_two_normals() -> None:
    """Half the area between N(0, 1) and N(r x, 1 - r^2), averaged over x: computed by quadrature for r = .7."""
    r = 0.7
    z = norm.ppf((np.arange(400) + 0.5) / 400)
    grid = np.linspace(-6, 6, 4001)
    inner = [np.trapezoid(np.abs(norm.pdf(grid) - norm.pdf(grid, r * x, np.sqrt(1 - r * r))), grid) for x in z]
    truth = 0.5 * float(np.mean(inner))
    x = draws(4000, r)
    assert delta(x[:, 0], x[:, 1]) == pytest.approx(truth, abs=0.04)


def test_delta_has_the_densities_of_scipy() -> None:
    """Each class of draws by `gaussian_kde`, one after the other; a class in which y does not vary has none."""
    x, y = draws(60, 0.4)[:, :2].T
    y[np.argsort(x)[:20]] = 0.3  # the lowest of three classes of 20 draws
    grid = np.linspace(y.min(), y.max(), module.GRID)
    whole, found = gaussian_kde(y, "silverman")(grid), 0.0
    for part in np.split(y[np.argsort(x)], 3):
        density = gaussian_kde(part, "silverman")(grid) if np.ptp(part) > 0 else np.zeros_like(grid)
        found += float(np.trapezoid(np.abs(whole - density), grid)) / 6.0
    assert delta(x, y) == pytest.approx(found, rel=1e-12)


@pytest.mark.parametrize("x", [np.arange(40.0), np.arange(40.0) % 3, np.zeros(40)], ids=["all", "ties", "constant"])
def test_a_share_is_the_adjusted_r_squared_of_a_cubic_in_ranks(x: np.ndarray) -> None:
    y = np.random.default_rng(0).normal(size=40) + x
    u = (rankdata(x) - 0.5) / 40 - 0.5
    fitted = np.vander(u, 4) @ np.linalg.lstsq(np.vander(u, 4), y, rcond=None)[0]
    expected = 1.0 - np.sum((y - fitted) ** 2) / 36 / np.var(y, ddof=1)
    assert first_order(x, y) == pytest.approx(expected, rel=1e-10, abs=1e-12)


@pytest.mark.slow
def test_delta_is_near_that_of_salib(monkeypatch: pytest.MonkeyPatch) -> None:
    from SALib.analyze import delta as salib

    x = draws(300, 0.5)
    y = x[:, 0] + x[:, 2] ** 2
    problem = {"num_vars": 3, "names": ["a", "b", "c"], "bounds": [[0, 1]] * 3}
    monkeypatch.setattr(warnings, "formatwarning", warnings.formatwarning)  # SALib replaces it, and the filters
    monkeypatch.setattr(salib.warnings, "warn", lambda *_, **__: None)
    with warnings.catch_warnings():
        theirs = salib.analyze(problem, x, y, num_resamples=20, seed=1, method="delta")
    found = given_data(x, y, 1)
    np.testing.assert_allclose(found.delta, theirs.get("delta_raw", theirs.get("delta")), atol=0.07)


def test_intervals_hold_the_truth_and_shuffled_parameters_stay_below_what_chance_gives(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(module, "RESAMPLES", 60)
    x = draws(400, 0.0)
    y = x[:, 0] + np.random.default_rng(2).normal(size=len(x))
    found = given_data(x, y, 0)
    assert found.first_low[0] < 0.5 < found.first_high[0]
    assert found.first[2] < found.first_by_chance < 0.05
    assert found.delta[2] < found.delta_by_chance < found.delta[0]


def test_the_same_seed_gives_the_same_intervals_zero_too(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "RESAMPLES", 20)
    x = draws(60, 0.2)
    one, again = (given_data(x, x[:, 0] + x[:, 2], 0) for _ in range(2))
    np.testing.assert_array_equal(one.first_low, again.first_low)
    assert one.delta_by_chance == again.delta_by_chance


def test_too_few_draws_for_so_many_parameters_have_no_direction() -> None:
    x = draws(5, 0.0)
    assert np.isnan(partial_rank(x, x[:, 0])[0].value)
