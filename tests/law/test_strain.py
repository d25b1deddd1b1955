"""Stage 8: what an hour leaves in a therapist."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from alliance_sim.law.rupture import Break
from alliance_sim.law.state import TherapistState
from alliance_sim.law.strain import StrainParameters, after_hour, after_week

CALM = Break(0, 0, 0.0)
WITHDRAWAL = Break(1, 3, 0.8)
CONFRONTATION = Break(2, 3, 0.8)


@pytest.fixture(scope="module")
def hour(p, nothing_done):
    """A therapist after one hour; a test names what differs from a calm hour of a rested therapist."""

    def of(broken=CALM, done=nothing_done, felt=None, spillover=1, strain=0.0, learned=0.0):
        reached = done if felt is None else felt
        return after_hour(p.strain, spillover, broken, done, reached, TherapistState(strain, learned))

    return of


def test_a_rupture_leaves_strain_and_a_confrontation_more_than_a_withdrawal(hour):
    assert hour(CONFRONTATION).strain > hour(WITHDRAWAL).strain > hour().strain == 0.0


def test_resolution_spares_strain(hour, whole_repair):
    assert hour(CONFRONTATION, whole_repair).strain < hour(CONFRONTATION).strain


def test_a_repair_that_does_not_reach_the_client_does_not_relieve_but_still_teaches(hour, whole_repair):
    unfelt = whole_repair._replace(resolution=0.0, repaired=0)
    assert hour(CONFRONTATION, whole_repair, unfelt).strain == hour(CONFRONTATION).strain
    assert hour(CONFRONTATION, whole_repair, unfelt).learned > 0.0


def test_strain_wears_off_from_hour_to_hour_and_over_the_weekend(hour, p):
    assert 0.0 < hour(strain=2.0).strain < 2.0
    assert 0.0 < after_week(p.strain, TherapistState(2.0, 0.3)).strain < 2.0


def test_a_week_of_rest_takes_no_skill_away(p):
    assert after_week(p.strain, TherapistState(2.0, 0.3)).learned == 0.3


def test_without_spill_over_the_next_client_meets_no_strain(hour):
    assert hour(CONFRONTATION, spillover=0, strain=2.0).strain == 0.0


def test_only_a_repaired_rupture_teaches(hour, whole_repair):
    assert hour(WITHDRAWAL, whole_repair).learned > 0.0
    assert hour(WITHDRAWAL, whole_repair._replace(repaired=0)).learned == 0.0


@given(st.floats(0.0, 0.2), st.floats(0.0, 3.0), st.integers(1, 300))
def test_what_practice_can_teach_is_bounded(whole_repair, learning, ceiling, repairs):
    p = StrainParameters(learning=learning, ceiling=ceiling)
    state = TherapistState(0.0, 0.0)
    for _ in range(repairs):
        before, state = state, after_hour(p, 1, WITHDRAWAL, whole_repair, whole_repair, state)
        assert before.learned <= state.learned <= ceiling + 1e-12


@given(st.floats(0, 10), st.floats(0, 18), st.sampled_from([1, 2]), st.floats(0, 1))
def test_strain_stays_between_nothing_and_ten(hour, nothing_done, strain, severity, kind, part):
    after = hour(Break(kind, 3, severity), nothing_done._replace(resolution=part), strain=strain)
    assert 0.0 <= after.strain <= 10.0
