"""Stage 7: what makes distress fall."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from alliance_sim.law.change import (
    Change,
    agreement,
    hour_felt,
    kept_gain,
    life_outside,
    moved,
    present_distress,
    relationship_effect,
    technique_effect,
    week_outside,
)
from tests.law.people import CLIENT, P
from tests.law.rules import gained

shares = st.floats(0.0, 1.0)
with_the_relationship = pytest.mark.parametrize("mechanism", [Change.GATE, Change.ADDITIVE, Change.RELATIONSHIP_ONLY])
CORNERS = ((1.0, 0.8), (1.0, 0.0), (0.0, 0.8), (0.0, 0.0))
"""Dose and alliance: both, technique alone, alliance alone, neither."""


def test_without_agreement_technique_does_nothing_behind_the_gate():
    assert technique_effect(P.change, int(Change.GATE), 1.0, 0.0) == 0.0


@pytest.mark.parametrize("mechanism", [Change.ADDITIVE, Change.TECHNIQUE_ONLY])
def test_without_the_gate_the_alliance_does_not_touch_what_technique_does(mechanism):
    none, whole = (technique_effect(P.change, int(mechanism), 1.0, alliance) for alliance in (0.0, 1.0))
    assert none == whole > 0.0


def test_with_no_need_of_safety_the_gate_is_open():
    careless = P.change._replace(safety=0.0)
    for level in (0.0, 0.5, 1.0):
        gate, additive = (technique_effect(careless, int(m), 1.0, level) for m in (Change.GATE, Change.ADDITIVE))
        assert gate == pytest.approx(additive)


def test_under_technique_only_the_relationship_heals_nothing():
    none, whole = (gained(Change.TECHNIQUE_ONLY, alliance=a, bond=a, security_gain=a) for a in (0.0, 1.0))
    assert none == whole > 0.0
    assert gained(Change.TECHNIQUE_ONLY, dose=0.0) == 0.0


def test_under_relationship_only_technique_heals_nothing():
    assert gained(Change.RELATIONSHIP_ONLY, dose=0.0) == gained(Change.RELATIONSHIP_ONLY, dose=2.0) > 0.0


def test_additive_effects_add_up_and_behind_the_gate_they_multiply():
    both, technique, relation, neither = (gained(Change.ADDITIVE, dose=d, alliance=a, bond=a) for d, a in CORNERS)
    assert both - neither == pytest.approx((technique - neither) + (relation - neither))
    assert min(technique, relation) > 0.0  # neither needs the other
    both, technique, relation, neither = (gained(Change.GATE, dose=d, agreed=a, alliance=a, bond=a) for d, a in CORNERS)
    assert both - neither > (technique - neither) + (relation - neither)


@given(shares, shares, shares)
def test_with_a_third_of_weight_for_the_bond_the_gate_opens_to_the_alliance_as_such(goal, task, bond):
    assert agreement(P.change._replace(gate_bond=1 / 3), goal, task, bond) == pytest.approx((goal + task + bond) / 3)


@pytest.mark.parametrize(("weight", "expected"), [(0.0, 0.6), (1.0, 0.1)])
def test_the_gate_opens_to_goals_and_tasks_or_to_the_bond_as_its_weight_says(weight, expected):
    assert agreement(P.change._replace(gate_bond=weight), 0.4, 0.8, 0.1) == pytest.approx(expected)


@with_the_relationship
def test_who_responds_more_gains_more_from_technique_and_relationship(mechanism):
    """Corrective experience and overload are what they are, whoever responds how much."""
    fixed, once, twice = (gained(mechanism, responsiveness=r, security_gain=0.1, overload=0.4) for r in (0.0, 1.0, 2.0))
    assert twice - fixed == pytest.approx(2 * (once - fixed))
    assert once > fixed


@pytest.mark.parametrize("weight", [0.0, 0.5, 1.0])
def test_the_behavioural_account_weighs_the_reinforcer_against_the_alliance(weight):
    expected = P.change.relationship * ((1 - weight) * 0.9 + weight * 0.3 * 0.4)
    assert relationship_effect(P.change._replace(reinforcement=weight), 0.9, 0.3, 0.4) == pytest.approx(expected)


def test_security_gained_relieves_as_far_as_the_attachment_account_goes():
    without = {"corrective": 0.0}
    assert gained(settings=without, security_gain=0.1) == gained(settings=without)


def test_gains_stop_where_there_is_no_distress():
    assert gained(distress=0.0) == gained(distress=-1.0) == 0.0


def test_life_outside_pulls_distress_to_its_resting_level():
    assert 1.0 < life_outside(P.change, 3.0, 1.0, 0.0) < 3.0
    assert -1.0 < life_outside(P.change, -1.0, 1.0, 0.0) < 1.0
    assert life_outside(P.change, 1.0, 1.0, 0.0) == 1.0


@given(st.floats(-3, 6), st.floats(-5, 8), st.floats(-6.5, 6.5), st.floats(-20, 20))
def test_distress_and_its_resting_level_stay_within_the_scale(distress, resting, z, improved):
    assert -3.0 <= life_outside(P.change, distress, resting, z) <= 6.0
    assert -3.0 <= kept_gain(P.change, distress, improved) <= 6.0


def test_moving_distress_moves_nothing_else():
    after = moved(CLIENT, 1.7, -0.2, 1.0)
    assert (after.distress, after.week, after.resting) == (1.7, -0.2, 1.0)
    assert after._replace(distress=CLIENT.distress, week=CLIENT.week, resting=CLIENT.resting) == CLIENT


def test_the_distress_of_a_week_is_its_lasting_part_and_its_departure():
    assert present_distress(CLIENT._replace(distress=1.5, week=-0.4)) == pytest.approx(1.1)


@pytest.mark.parametrize(("sd", "lasts"), [(0.4, 0.5), (0.8, 0.0), (0.3, 0.9)])
def test_good_and_bad_weeks_are_stationary_with_the_sd_and_memory_that_are_set(sd, lasts):
    change = P.change._replace(week=sd, week_lasts=lasts)
    z = np.random.default_rng(4).standard_normal(20_000)
    weeks = [sd * z[0]]
    for each in z[1:]:
        weeks.append(week_outside(change, weeks[-1], each))
    assert np.std(weeks[:10_000]) == pytest.approx(sd, rel=0.08)
    assert np.std(weeks[10_000:]) == pytest.approx(sd, rel=0.08)
    assert np.corrcoef(weeks[1:], weeks[:-1])[0, 1] == pytest.approx(lasts, abs=0.03)


@with_the_relationship
def test_an_hour_that_raised_the_alliance_is_felt_in_the_week_and_so_is_one_that_lowered_it(mechanism):
    change = P.change._replace(impact=2.0)
    assert [hour_felt(change, int(mechanism), rise) for rise in (0.1, -0.1)] == pytest.approx([0.2, -0.2])
    assert hour_felt(P.change._replace(impact=0.0), int(mechanism), 0.1) == 0.0
    assert hour_felt(change, int(Change.TECHNIQUE_ONLY), 0.1) == 0.0


@pytest.mark.parametrize("improved", [0.4, -0.4])
def test_what_improves_lasts_in_part_and_so_does_what_worsens(improved):
    assert kept_gain(P.change, 1.2, improved) == pytest.approx(1.2 - improved * P.change.lasting)
