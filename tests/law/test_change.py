"""Stage 7: what makes distress fall."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from alliance_sim.law.change import (
    Change,
    agreement,
    hour_felt,
    improvement,
    kept_gain,
    life_outside,
    moved,
    present_distress,
    relationship_effect,
    technique_effect,
    week_outside,
)

shares = st.floats(0.0, 1.0)
doses = st.floats(0.0, 2.0)


@pytest.fixture(scope="module")
def gained(p):
    """Fall of distress in a session; a test names what differs from a usual one."""

    def of(mechanism=Change.GATE, settings=None, **changed):
        usual = {
            "dose": 0.5, "overload": 0.0, "agreed": 0.7, "alliance": 0.7, "bond": 0.7, "engagement": 0.6,
            "security_gain": 0.0, "responsiveness": 1.0, "distress": 2.0,
        }  # fmt: skip
        return improvement(p.change._replace(**(settings or {})), int(mechanism), *{**usual, **changed}.values())

    return of


def test_without_agreement_technique_does_nothing_behind_the_gate(p):
    assert technique_effect(p.change, int(Change.GATE), 1.0, 0.0) == 0.0
    assert technique_effect(p.change, int(Change.GATE), 1.0, 0.5) > 0.0


@given(doses, shares, shares)
def test_the_gate_lets_more_through_the_better_the_agreement(p, dose, a, b):
    low, high = sorted((a, b))
    weak, strong = (technique_effect(p.change, int(Change.GATE), dose, x) for x in (low, high))
    assert weak <= strong


@pytest.mark.parametrize("mechanism", [Change.ADDITIVE, Change.TECHNIQUE_ONLY])
def test_without_the_gate_the_alliance_does_not_touch_what_technique_does(p, mechanism):
    none, whole = (technique_effect(p.change, int(mechanism), 1.0, alliance) for alliance in (0.0, 1.0))
    assert none == whole > 0.0


def test_with_no_need_of_safety_the_gate_is_open(p):
    careless = p.change._replace(safety=0.0)
    for level in (0.0, 0.5, 1.0):
        open_gate = technique_effect(careless, int(Change.ADDITIVE), 1.0, level)
        assert technique_effect(careless, int(Change.GATE), 1.0, level) == pytest.approx(open_gate)


def test_under_technique_only_the_relationship_heals_nothing(gained):
    at = [gained(Change.TECHNIQUE_ONLY, alliance=a, bond=a, security_gain=a) for a in (0.0, 1.0)]
    assert at[0] == at[1] > 0.0
    assert gained(Change.TECHNIQUE_ONLY, dose=0.0) == 0.0


def test_under_relationship_only_technique_heals_nothing(gained):
    assert gained(Change.RELATIONSHIP_ONLY, dose=0.0) == gained(Change.RELATIONSHIP_ONLY, dose=2.0) > 0.0


def test_under_additive_change_neither_needs_the_other(gained):
    assert gained(Change.ADDITIVE, dose=0.0) > 0.0
    assert gained(Change.ADDITIVE, alliance=0.0, bond=0.0, engagement=0.0) > 0.0


def test_additive_effects_add_up(gained):
    both, technique, relation, neither = (
        gained(Change.ADDITIVE, dose=d, alliance=a, bond=a) for d, a in ((1.0, 0.8), (1.0, 0.0), (0.0, 0.8), (0.0, 0.0))
    )
    assert both - neither == pytest.approx((technique - neither) + (relation - neither))


@given(shares, shares, shares)
def test_with_a_third_of_weight_for_the_bond_the_gate_opens_to_the_alliance_as_such(p, goal, task, bond):
    assert agreement(p.change._replace(gate_bond=1 / 3), goal, task, bond) == pytest.approx((goal + task + bond) / 3)


def test_the_gate_opens_to_goals_and_tasks_or_to_the_bond_as_its_weight_says(p):
    assert agreement(p.change._replace(gate_bond=0.0), 0.4, 0.8, 0.1) == pytest.approx(0.6)
    assert agreement(p.change._replace(gate_bond=1.0), 0.4, 0.8, 0.1) == pytest.approx(0.1)


@pytest.mark.parametrize("mechanism", [Change.GATE, Change.ADDITIVE, Change.RELATIONSHIP_ONLY])
def test_who_responds_more_gains_more_from_technique_and_relationship(gained, mechanism):
    """Corrective experience and overload are what they are, whoever responds how much."""
    once, twice = (gained(mechanism, responsiveness=r, security_gain=0.1, overload=0.4) for r in (1.0, 2.0))
    fixed = gained(mechanism, responsiveness=0.0, security_gain=0.1, overload=0.4)
    assert twice - fixed == pytest.approx(2 * (once - fixed))
    assert once > fixed


def test_behind_the_gate_technique_and_alliance_multiply(gained):
    both, technique, relation, neither = (
        gained(Change.GATE, dose=d, agreed=a, alliance=a, bond=a)
        for d, a in ((1.0, 0.8), (1.0, 0.0), (0.0, 0.8), (0.0, 0.0))
    )
    assert both - neither > (technique - neither) + (relation - neither)


@pytest.mark.parametrize("weight", [0.0, 0.5, 1.0])
def test_the_behavioural_account_weighs_the_reinforcer_against_the_alliance(p, weight):
    change = p.change._replace(reinforcement=weight)
    expected = p.change.relationship * ((1 - weight) * 0.9 + weight * 0.3 * 0.4)
    assert relationship_effect(change, 0.9, 0.3, 0.4) == pytest.approx(expected)


def test_security_gained_relieves_as_far_as_the_attachment_account_goes(gained):
    assert gained(security_gain=0.1) > gained()
    without = {"corrective": 0.0}
    assert gained(settings=without, security_gain=0.1) == gained(settings=without)


def test_challenge_past_tolerance_distresses(gained):
    assert gained(overload=1.0) < gained()


def test_gains_slow_down_as_distress_falls_and_stop_when_there_is_none(gained):
    assert gained(distress=3.0) > gained(distress=1.0) > gained(distress=0.0) == 0.0
    assert gained(distress=-1.0) == 0.0


def test_life_outside_pulls_distress_to_its_resting_level(p):
    assert 1.0 < life_outside(p.change, 3.0, 1.0, 0.0) < 3.0
    assert -1.0 < life_outside(p.change, -1.0, 1.0, 0.0) < 1.0
    assert life_outside(p.change, 1.0, 1.0, 0.0) == 1.0


@given(st.floats(-3, 6), st.floats(-5, 8), st.floats(-6.5, 6.5))
def test_distress_stays_within_its_scale(p, distress, resting, z):
    assert -3.0 <= life_outside(p.change, distress, resting, z) <= 6.0


def test_moving_distress_moves_nothing_else(client):
    after = moved(client, 1.7, -0.2, 1.0)
    assert (after.distress, after.week, after.resting) == (1.7, -0.2, 1.0)
    assert after._replace(distress=client.distress, week=client.week, resting=client.resting) == client


def test_the_distress_of_a_week_is_its_lasting_part_and_its_departure(client):
    assert present_distress(client._replace(distress=1.5, week=-0.4)) == pytest.approx(1.1)


@pytest.mark.parametrize(("spread", "lasts"), [(0.4, 0.5), (0.8, 0.0), (0.3, 0.9)])
def test_good_and_bad_weeks_are_stationary_with_the_spread_and_memory_that_are_set(p, spread, lasts):
    change = p.change._replace(week=spread, week_lasts=lasts)
    z = np.random.default_rng(4).standard_normal(20_000)
    weeks = [spread * z[0]]
    for each in z[1:]:
        weeks.append(week_outside(change, weeks[-1], each))
    weeks = np.array(weeks)
    assert np.std(weeks[:10_000]) == pytest.approx(spread, rel=0.08)
    assert np.std(weeks[10_000:]) == pytest.approx(spread, rel=0.08)
    assert np.corrcoef(weeks[1:], weeks[:-1])[0, 1] == pytest.approx(lasts, abs=0.03)


def test_a_bad_week_passes(p):
    change = p.change._replace(week_lasts=0.5)
    assert [week_outside(change, w, 0.0) for w in (0.8, 0.4, -0.2)] == pytest.approx([0.4, 0.2, -0.1])


@pytest.mark.parametrize("mechanism", [Change.GATE, Change.ADDITIVE, Change.RELATIONSHIP_ONLY])
def test_an_hour_that_raised_the_alliance_is_felt_in_the_week_and_so_is_one_that_lowered_it(p, mechanism):
    change = p.change._replace(impact=2.0)
    assert [hour_felt(change, int(mechanism), rise) for rise in (0.1, -0.1)] == pytest.approx([0.2, -0.2])
    assert hour_felt(p.change._replace(impact=0.0), int(mechanism), 0.1) == 0.0


def test_under_technique_only_the_hour_is_not_felt_in_the_week(p):
    assert hour_felt(p.change._replace(impact=2.0), int(Change.TECHNIQUE_ONLY), 0.1) == 0.0


def test_what_improves_lasts_in_part_and_so_does_what_worsens(p):
    assert kept_gain(p.change, 1.2, 0.4) == pytest.approx(1.2 - 0.4 * p.change.lasting)
    assert kept_gain(p.change, 1.2, -0.4) == pytest.approx(1.2 + 0.4 * p.change.lasting)


@given(st.floats(-3, 6), st.floats(-20, 20))
def test_the_resting_level_stays_within_the_scale_of_distress(p, resting, improved):
    assert -3.0 <= kept_gain(p.change, resting, improved) <= 6.0
