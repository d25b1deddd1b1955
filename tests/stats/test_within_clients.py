"""Slopes within clients, on panels whose slopes are known by construction."""

from collections.abc import Callable

import numpy as np
import pytest

from alliance_sim.stats import within_clients as within
from alliance_sim.stats.estimate import Estimate

Panel = Callable[..., tuple[np.ndarray, np.ndarray]]

STUDIES = 60


def per_unit(found: Estimate | None, alliance: np.ndarray, distress: np.ndarray) -> float:
    """A standardised slope turned back into SD of distress less per unit of the alliance."""
    assert found is not None
    return found.value / -within.occasions(alliance, distress).unit


def mean_of(estimator: Callable[..., Estimate | None], panel: Panel, studies: int = 10, **world: float) -> float:
    """Mean slope per unit over studies."""
    found = [panel(seed=100 + k, **world) for k in range(studies)]
    return float(np.mean([per_unit(estimator(a, d), a, d) for a, d in found]))


@pytest.mark.parametrize("estimator", [within.centred_lagged, within.fixed_effects, within.dynamic_panel])
def test_many_weeks_recover_the_slope(panel: Panel, estimator: Callable[..., Estimate | None]) -> None:
    assert mean_of(estimator, panel, studies=4, clients=150, weeks=60, effect=0.3) == pytest.approx(0.3, abs=0.03)


def test_centring_without_the_distress_before_is_right_where_nothing_lasts(panel: Panel) -> None:
    assert mean_of(within.centred, panel, stays=0.0) == pytest.approx(0.3, abs=0.02)
    assert mean_of(within.first_differences, panel, stays=0.0) == pytest.approx(0.3, abs=0.02)


def test_what_differs_between_clients_does_not_count(panel: Panel) -> None:
    for estimator in (within.centred, within.fixed_effects, within.first_differences):
        same = mean_of(estimator, panel, stays=0.0, confounded=0.0)
        assert mean_of(estimator, panel, stays=0.0, confounded=3.0) == pytest.approx(same, abs=0.01)


@pytest.mark.slow
def test_few_weeks_make_the_lag_too_small_and_reverse_causation_makes_that_a_bias(panel: Panel) -> None:
    """Nickell (1981): the demeaned lag carries later luck; what goes with the lag takes up what is missing.

    Here relief raises the next alliance (reverse), so that the alliance goes with low distress before, and the slope is
    too large; the longer the series, the less.
    """
    short, long = (mean_of(within.fixed_effects, panel, weeks=w, reverse=0.5) for w in (5, 40))
    assert short > long > 0.3
    assert short - 0.3 > 2.0 * (long - 0.3)


def test_instruments_are_right_with_few_weeks_and_reverse_causation(panel: Panel) -> None:
    found = mean_of(within.dynamic_panel, panel, studies=30, clients=600, weeks=6, reverse=0.5)
    assert found == pytest.approx(0.3, abs=0.03)


def test_error_of_measurement_makes_the_slope_smaller(panel: Panel) -> None:
    assert mean_of(within.centred, panel, stays=0.0, error=1.0) == pytest.approx(0.15, abs=0.02)


def test_detrending_takes_a_straight_line_out(panel: Panel) -> None:
    a, d = panel(weeks=40)
    slow = np.arange(40.0) * np.random.default_rng(3).standard_normal((len(a), 1))
    plain = within.centred_detrended(a, d)
    assert plain is not None
    trended = within.centred_detrended(a + slow, d + 5.0 * np.column_stack([slow[:, :1] * 0, slow]))
    assert trended is not None
    assert trended.value == pytest.approx(plain.value, abs=0.05)


@pytest.mark.parametrize("estimator", [within.centred_lagged, within.fixed_effects, within.dynamic_panel])
def test_intervals_cover_the_truth_as_often_as_they_say(
    panel: Panel, estimator: Callable[..., Estimate | None]
) -> None:
    """No lag and no feedback, so that nothing is biased; 60 studies: within 3 standard errors of 95 %."""
    hits = 0
    for seed in range(STUDIES):
        a, d = panel(clients=80, weeks=10, stays=0.0, seed=seed)
        found = estimator(a, d)
        assert found is not None
        truth = 0.3 * -within.occasions(a, d).unit
        hits += found.low <= truth <= found.high
    assert hits / STUDIES == pytest.approx(0.95, abs=3.0 * np.sqrt(0.95 * 0.05 / STUDIES))


def test_missed_sessions_are_left_out_with_what_depends_on_them(panel: Panel) -> None:
    a, d = panel(clients=3, weeks=4)
    a[0, 1] = np.nan
    d[1, 2] = np.nan
    rows = within.occasions(a, d)
    kept = set(zip(rows.client.tolist(), rows.week.tolist(), strict=True))
    assert kept == {(0, 0), (0, 2), (0, 3), (1, 0), (1, 3), (2, 0), (2, 1), (2, 2), (2, 3)}


def test_improvement_before_the_next_alliance_is_found(panel: Panel) -> None:
    a, d = panel(clients=600, weeks=40, reverse=0.5)
    found, nothing = within.next_alliance(a, d), within.next_alliance(*panel(clients=600, weeks=40))
    assert found is not None
    assert nothing is not None
    assert found.low > 0.1
    assert abs(nothing.value) < 0.03


def test_nothing_is_found_where_nobody_was_seen() -> None:
    nobody = np.full((4, 5), np.nan), np.full((4, 6), np.nan)
    for estimator in (
        within.centred, within.centred_lagged, within.centred_detrended, within.fixed_effects,
        within.first_differences, within.dynamic_panel, within.next_alliance,
    ):  # fmt: skip
        assert estimator(*nobody) is None
