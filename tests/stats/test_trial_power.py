"""Power in closed form, against printed values, other programs and itself."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import nct

from alliance_sim.stats.trial_power import (
    Significance,
    Variances,
    best_clients,
    crossed_error,
    design_effect,
    nested_error,
    plain_error,
    smallest,
    t_power,
)

LEVEL = Significance()


def two_groups(d: float, clients: int, level: Significance = LEVEL) -> float:
    """Power of a t test of two groups of so many clients each."""
    arm = Variances(0.0, 1.0)
    return float(t_power(d / plain_error(arm, arm, (clients, clients)), 2 * clients - 2, level))


@pytest.mark.parametrize(("d", "clients"), [(0.2, 393), (0.5, 64), (0.8, 26)])
def test_cohens_sample_sizes_for_a_power_of_80_percent(d: float, clients: int) -> None:
    """Cohen (1992), table 2: N per group for small, medium, large d at alpha .05, two-sided."""
    found = smallest(lambda n: two_groups(d, n), 0.8, 2, 1000)
    assert found == pytest.approx(clients, abs=1)


@given(st.floats(0, 6), st.integers(2, 500))
def test_power_is_the_tail_of_noncentral_t(noncentrality: float, df: int) -> None:
    t = float(LEVEL.critical(df))
    known = nct.sf(t, df, noncentrality) + nct.cdf(-t, df, noncentrality)
    assert float(t_power(noncentrality, df, LEVEL)) == pytest.approx(known, abs=1e-9)


def test_without_an_effect_power_is_alpha_and_far_out_in_a_tail_one_or_none() -> None:
    for sided in (1, 2):
        assert float(t_power(0.0, 12, Significance(0.03, sided))) == pytest.approx(0.03)
    assert t_power(np.array([60.0, 400.0, -60.0]), 30.0, LEVEL) == pytest.approx([1.0, 1.0, 1.0])
    assert t_power(np.array([60.0, -60.0]), 30.0, Significance(0.05, 1)) == pytest.approx([1.0, 0.0])


@given(st.floats(0, 0.5), st.integers(2, 60), st.integers(2, 60))
def test_a_nested_trial_is_a_plain_one_less_the_design_effect(icc: float, therapists: int, clients: int) -> None:
    """Variance 2 sigma^2 [1 + (m - 1) rho] / (J m) (Donner & Klar, 2000)."""
    arm = Variances(icc, 1.0 - icc)
    wanted = 2.0 * design_effect(clients, icc) / (therapists * clients)
    assert nested_error(arm, arm, therapists, (clients, clients)) ** 2 == pytest.approx(wanted)


def test_crossed_therapists_cancel_but_for_their_own_effects_and_arms_add_up() -> None:
    """Variance [tau^2 + 4 sigma^2 / n] / J with n clients of each therapist in both arms (Raudenbush & Liu, 2000)."""
    arm = Variances(5.0, 1.0)
    assert crossed_error(arm, arm, 0.3, 12, (4, 4)) ** 2 == pytest.approx((0.3 + 4.0 / 8) / 12)
    one, other = Variances(0.1, 2.0), Variances(0.2, 1.0)
    assert nested_error(one, other, 10, (4, 5)) ** 2 == pytest.approx((0.1 + 2.0 / 4) / 10 + (0.2 + 1.0 / 5) / 10)
    assert (one.total, other.icc) == pytest.approx((2.1, 1 / 6))


def test_the_best_number_of_clients_gives_the_most_power_for_a_budget() -> None:
    best = best_clients(10.0, 1.0, 0.05)
    assert best == pytest.approx(np.sqrt(10 * 0.95 / 0.05))
    arm = Variances(0.05, 0.95)
    errors = {m: nested_error(arm, arm, 1000.0 / (10.0 + m), (m, m)) for m in range(2, 60)}
    assert min(errors, key=errors.__getitem__) == pytest.approx(best, abs=1)
    assert best_clients(10.0, 1.0, 0.0) == np.inf


def test_no_size_that_is_allowed_may_be_enough() -> None:
    assert smallest(lambda n: n / 100, 0.8, 2, 50) is None
    assert smallest(lambda n: n / 100, 0.8, 2, 100) == 80
    assert smallest(lambda _: 1.0, 0.8, 2, 100) == 2
