"""Stage 8: what an hour leaves in a therapist."""

from hypothesis import given
from hypothesis import strategies as st

from alliance_sim.law.rupture import Break
from alliance_sim.law.state import TherapistState
from alliance_sim.law.strain import StrainParameters, after_hour, after_week
from tests.law.people import CONFRONTATION, NOTHING_DONE, WHOLE_REPAIR, WITHDRAWAL, P
from tests.law.rules import after


def test_a_rupture_leaves_strain_a_confrontation_more_than_a_withdrawal_and_resolution_spares_it():
    assert after(CONFRONTATION).strain > after(WITHDRAWAL).strain > after().strain == 0.0
    assert after(CONFRONTATION, WHOLE_REPAIR).strain < after(CONFRONTATION).strain


def test_a_repair_that_does_not_reach_the_client_does_not_relieve_but_still_teaches():
    unfelt = WHOLE_REPAIR._replace(resolution=0.0, repaired=0)
    assert after(CONFRONTATION, WHOLE_REPAIR, unfelt).strain == after(CONFRONTATION).strain
    assert after(CONFRONTATION, WHOLE_REPAIR, unfelt).learned > 0.0


def test_strain_wears_off_from_hour_to_hour_and_over_the_weekend_and_skill_does_not():
    assert 0.0 < after(tension=2.0).strain < 2.0
    rested = after_week(P.strain, TherapistState(2.0, 0.3))
    assert 0.0 < rested.strain < 2.0
    assert rested.learned == 0.3


def test_without_spill_over_the_next_client_meets_no_strain():
    assert after(CONFRONTATION, spillover=0, tension=2.0).strain == 0.0


def test_only_a_repaired_rupture_teaches():
    assert after(WITHDRAWAL, WHOLE_REPAIR).learned > 0.0
    assert after(WITHDRAWAL, WHOLE_REPAIR._replace(repaired=0)).learned == 0.0


@given(st.floats(0.0, 0.2), st.floats(0.0, 3.0), st.integers(1, 300))
def test_what_practice_can_teach_is_bounded(learning, ceiling, repairs):
    p = StrainParameters(learning=learning, ceiling=ceiling)
    state = TherapistState(0.0, 0.0)
    for _ in range(repairs):
        before, state = state, after_hour(p, 1, WITHDRAWAL, WHOLE_REPAIR, WHOLE_REPAIR, state)
        assert before.learned <= state.learned <= ceiling + 1e-12


@given(st.floats(0, 10), st.floats(0, 18), st.sampled_from([1, 2]), st.floats(0, 1))
def test_strain_stays_between_nothing_and_ten(strain, severity, kind, part):
    left = after(Break(kind, 3, severity), NOTHING_DONE._replace(resolution=part), tension=strain)
    assert 0.0 <= left.strain <= 10.0
