"""Slopes within people, on panels whose slopes are known by construction."""

from collections.abc import Callable

import numpy as np
import pytest

from alliance_sim.stats import panel as within
from alliance_sim.stats.estimate import UNKNOWN, Estimate

Panel = Callable[..., tuple[np.ndarray, np.ndarray]]
Estimator = Callable[[np.ndarray, np.ndarray], Estimate]


def mean_of(estimator: Estimator, panel: Panel, studies: int = 10, **scenario: float) -> float:
    """Mean slope over studies, in points of y per unit of x."""
    found = [panel(seed=100 + k, **scenario) for k in range(studies)]
    return float(np.mean([estimator(x, -y).value / within.occasions(x, y).unit for x, y in found]))


@pytest.mark.parametrize("estimator", [within.centred_lagged, within.fixed_effects, within.dynamic_panel])
def test_many_times_recover_the_slope(panel: Panel, estimator: Estimator) -> None:
    assert mean_of(estimator, panel, studies=4, clients=150, weeks=60, effect=0.3) == pytest.approx(0.3, abs=0.03)


@pytest.mark.parametrize("estimator", [within.centred, within.fixed_effects, within.first_differences])
def test_what_differs_between_people_does_not_count(panel: Panel, estimator: Estimator) -> None:
    same = mean_of(estimator, panel, stays=0.0, confounded=0.0)
    assert mean_of(estimator, panel, stays=0.0, confounded=3.0) == pytest.approx(same, abs=0.01)


@pytest.mark.parametrize(
    ("estimator", "expected", "scenario"),
    [
        (within.centred, 0.3, {"stays": 0.0}),
        (within.first_differences, 0.3, {"stays": 0.0}),
        (within.centred, 0.15, {"stays": 0.0, "error": 1.0}),  # half of the variance within people is error
        (within.dynamic_panel, 0.3, {"studies": 30, "clients": 600, "weeks": 6, "reverse": 0.5}),
    ],
    ids=["nothing lasts", "differences", "error of measurement", "instruments, few times, reverse causation"],
)
def test_each_is_right_where_its_assumptions_hold(
    panel: Panel, estimator: Estimator, expected: float, scenario: dict
) -> None:
    assert mean_of(estimator, panel, **scenario) == pytest.approx(expected, abs=0.03)


@pytest.mark.slow
def test_few_times_make_the_lag_too_small_and_reverse_causation_makes_that_a_bias(panel: Panel) -> None:
    """Nickell (1981): the demeaned lag carries later errors; what goes with the lag takes up what is missing.

    Here a rise of y raises the next x (reverse), so that x goes with high y before, and the slope is too large; the
    longer the series, the less.
    """
    short, long = (mean_of(within.fixed_effects, panel, weeks=w, reverse=0.5) for w in (5, 40))
    assert short > long > 0.3
    assert short - 0.3 > 2.0 * (long - 0.3)


def test_detrending_takes_a_straight_line_out(panel: Panel) -> None:
    x, y = panel(weeks=40)
    slow = np.arange(40.0) * np.random.default_rng(3).standard_normal((len(x), 1))
    plain = within.centred_detrended(x, y)
    trended = within.centred_detrended(x + slow, y + 5.0 * np.column_stack([slow[:, :1] * 0, slow]))
    assert trended.value == pytest.approx(plain.value, abs=0.05)


@pytest.mark.parametrize("estimator", [within.centred_lagged, within.fixed_effects, within.dynamic_panel])
def test_intervals_cover_the_truth_as_often_as_they_say(panel: Panel, estimator: Estimator) -> None:
    """No lag and no feedback, so that nothing is biased; 60 studies: within 3 standard errors of 95 %."""
    hits = 0
    for seed in range(60):
        x, y = panel(clients=80, weeks=10, stays=0.0, seed=seed)
        found = estimator(x, -y)
        hits += found.low <= 0.3 * within.occasions(x, y).unit <= found.high
    assert hits / 60 == pytest.approx(0.95, abs=3.0 * np.sqrt(0.95 * 0.05 / 60))


def test_what_is_missing_is_left_out_with_what_depends_on_it(panel: Panel) -> None:
    x, y = panel(clients=3, weeks=4)
    x[0, 1] = np.nan
    y[1, 2] = np.nan
    rows = within.occasions(x, y)
    kept = set(zip(rows.person.tolist(), rows.time.tolist(), strict=True))
    assert kept == {(0, 0), (0, 2), (0, 3), (1, 0), (1, 3), (2, 0), (2, 1), (2, 2), (2, 3)}


def test_a_rise_before_the_next_x_is_found(panel: Panel) -> None:
    (x, y), (other, unrelated) = panel(clients=600, weeks=40, reverse=0.5), panel(clients=600, weeks=40)
    assert within.next_x(x, -y).low > 0.1
    assert abs(within.next_x(other, -unrelated).value) < 0.03


@pytest.mark.parametrize(
    "estimator",
    [
        within.centred,
        within.centred_lagged,
        within.centred_detrended,
        within.fixed_effects,
        within.first_differences,
        within.dynamic_panel,
        within.next_x,
    ],
)
def test_nothing_is_estimated_where_nobody_was_measured(estimator: Estimator) -> None:
    assert estimator(np.full((4, 5), np.nan), np.full((4, 6), np.nan))[:1] == pytest.approx(UNKNOWN[:1], nan_ok=True)
