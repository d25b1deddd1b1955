"""What a service adds to the law: referrals, whom they ask for a place, waiting, and where a client stands."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import poisson

from alliance_sim.chance import Luck
from alliance_sim.law.service import (
    MOST_REFERRALS,
    WAITING,
    Service,
    Standing,
    asked,
    at_start,
    gives_up,
    length_of,
    luck_of_case,
    on_the_list,
    rate_of,
    referred,
    standing_after,
)
from tests.law.people import TRAITS, grid

GRID = grid(400)


@pytest.mark.parametrize("rate", [0.3, 1.0, 7.5, 40.0, 180.0, MOST_REFERRALS])
def test_referrals_are_poisson(rate):
    """The inverse distribution function of scipy, at 400 places."""
    assert [referred(rate, u) for u in GRID] == poisson.ppf(GRID, rate).astype(int).tolist()
    assert {referred(0.0, u) for u in GRID} == {0}


@given(st.floats(0, 100), st.floats(0, 100), st.floats(1e-9, 1 - 1e-9), st.floats(1e-9, 1 - 1e-9))
def test_a_higher_draw_or_rate_never_means_fewer_referrals(rate, more, u, v):
    low, high = sorted((u, v))
    assert referred(rate, low) <= referred(rate, high) <= referred(rate + more, high)


@given(st.integers(1, 10_000), st.integers(1, 60))
def test_a_client_asks_every_therapist_once_and_clients_begin_with_each_in_turn(number, therapists):
    turns = [asked(number, turn, therapists) for turn in range(therapists)]
    assert sorted(turns) == list(range(1, therapists + 1))
    assert asked(number, 0, therapists) == 1 + (number - 1) % therapists


def test_as_many_give_up_as_the_probability_says():
    assert np.mean([gives_up(Service(give_up=0.3), u) for u in GRID]) == 0.3


def test_referrals_follow_places_and_what_comes_in_addition():
    service = Service(load=1.2, referrals=2.0)
    assert rate_of(service, 100, 16) == pytest.approx(1.2 * 100 / 16 + 2.0)
    assert rate_of(service._replace(load=0.0), 100, 16) == 2.0


def test_a_service_is_played_until_its_last_counted_referral_is_at_the_horizon():
    service = Service(warm_up=10, year=20, horizon=5)
    last_counted = service.warm_up + service.year
    assert length_of(service) == last_counted + service.horizon - 1


def test_who_waits_has_distress_and_no_alliance():
    state = on_the_list(TRAITS, -0.3)
    assert (state.distress, state.week, state.resting) == (TRAITS.intake_distress, -0.3, TRAITS.resting)
    assert sum(map(abs, state)) == pytest.approx(TRAITS.intake_distress + 0.3 + TRAITS.resting)


def test_when_treatment_begins_nothing_of_a_person_is_new_but_distress_at_intake():
    assert at_start(TRAITS, 0.7) == TRAITS._replace(intake_distress=0.7)


def test_the_draws_of_a_client_know_neither_therapist_nor_date():
    here = Luck(1, 2, 3, 4, 5, 6)
    assert luck_of_case(here, 7, 8) == luck_of_case(here._replace(therapist=9, client=9, week=9), 7, 8)
    assert luck_of_case(here, 7, 8) == Luck(1, 2, 3, 0, 7, 8)


def test_weeks_of_waiting_and_of_treatment_have_addresses_of_their_own():
    longest = length_of(Service(warm_up=520, year=520, horizon=260))
    assert longest < WAITING < WAITING + longest < 65536


def test_a_client_stands_where_the_session_has_left_the_client():
    assert [standing_after(left, 5, 16) for left in (0, 1, 2)] == [
        Standing.IN_TREATMENT, Standing.DROPPED_OUT, Standing.COMPLETED,
    ]  # fmt: skip
    assert standing_after(0, 16, 16) == Standing.PLANNED_END
