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

GRID = (np.arange(400) + 0.5) / 400


@pytest.mark.parametrize("rate", [0.3, 1.0, 7.5, 40.0, 180.0, MOST_REFERRALS])
def test_referrals_are_poisson(rate):
    """The inverse distribution function of scipy, at 400 places."""
    assert [referred(rate, u) for u in GRID] == poisson.ppf(GRID, rate).astype(int).tolist()


def test_nobody_is_referred_at_a_rate_of_nothing():
    assert {referred(0.0, u) for u in GRID} == {0}


@given(st.floats(0, 100), st.floats(0, 100), st.floats(1e-9, 1 - 1e-9), st.floats(1e-9, 1 - 1e-9))
def test_more_luck_or_a_higher_rate_never_means_fewer_referrals(rate, more, u, v):
    low, high = sorted((u, v))
    assert referred(rate, low) <= referred(rate, high) <= referred(rate + more, high)


@given(st.integers(1, 10_000), st.integers(1, 60))
def test_a_client_asks_every_therapist_once(number, therapists):
    turns = [asked(number, turn, therapists) for turn in range(therapists)]
    assert sorted(turns) == list(range(1, therapists + 1))


def test_clients_begin_asking_with_each_therapist_in_turn():
    assert [asked(number, 0, 3) for number in range(1, 8)] == [1, 2, 3, 1, 2, 3, 1]


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


def test_who_waits_has_distress_and_no_alliance(traits):
    state = on_the_list(traits, -0.3)
    assert (state.distress, state.week, state.resting) == (traits.intake_distress, -0.3, traits.resting)
    assert sum(map(abs, state)) == pytest.approx(traits.intake_distress + 0.3 + traits.resting)


def test_when_treatment_begins_nothing_of_a_person_is_new_but_distress_at_intake(traits):
    assert at_start(traits, 0.7) == traits._replace(intake_distress=0.7)


def test_the_luck_of_a_client_knows_neither_therapist_nor_date():
    here = Luck(1, 2, 3, 4, 5, 6)
    assert luck_of_case(here, 7, 8) == luck_of_case(here._replace(therapist=9, client=9, week=9), 7, 8)
    assert luck_of_case(here, 7, 8) == Luck(1, 2, 3, 0, 7, 8)


def test_weeks_of_waiting_and_of_treatment_have_addresses_of_their_own():
    longest = length_of(Service(warm_up=520, year=520, horizon=260))
    assert longest < WAITING
    assert WAITING + longest < 65536


@pytest.mark.parametrize(
    ("left", "week", "standing"),
    [
        (0, 5, Standing.IN_TREATMENT),
        (1, 5, Standing.DROPPED_OUT),
        (2, 5, Standing.COMPLETED),
        (0, 16, Standing.PLANNED_END),
    ],
)
def test_a_client_stands_where_the_session_has_left_the_client(left, week, standing):
    assert standing_after(left, week, 16) == standing
