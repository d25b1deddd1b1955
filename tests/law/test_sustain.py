"""What a pair can sustain, and how it begins."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.special import ndtri

from alliance_sim.chance import Draws
from alliance_sim.law.attention import Treatment
from alliance_sim.law.engagement import engagement_level
from alliance_sim.law.scales import expit
from alliance_sim.law.sustain import expressed_alliance, felt_alliance, first_impression, held, sustainable

AVERAGE = Treatment()


@pytest.fixture(scope="module")
def pair_level(p, therapist, traits):
    """What an average pair can sustain; a test names what differs."""

    def of(treatment=AVERAGE, goal=0.7, met=0.0, security=0.5, strain=0.0, trust=0.0, gained=0.0, therapist=therapist,
           settings=None, **changed):  # fmt: skip
        who = traits._replace(**changed)
        q = p.sustain._replace(**(settings or {}))
        return sustainable(q, treatment, therapist, who, goal, met, security, trust, gained, strain)

    return of


def test_felt_alliance_is_the_mean_of_goal_task_and_bond(client):
    assert felt_alliance(client) == pytest.approx((expit(0.8) + expit(0.6) + expit(1.0)) / 3.0)


@given(st.floats(0.0, 1.5), st.floats(0.0, 6.0))
def test_what_is_shown_is_never_less_than_what_is_felt(client, deference, mask):
    assert expressed_alliance(client._replace(mask=mask), deference) >= felt_alliance(client)


def test_the_further_apart_aims_are_the_less_agreement_can_be_sustained(pair_level):
    treatment = Treatment(target=0.0)
    levels = [pair_level(treatment, priority=x).goal for x in (0.1, 0.5, 0.9)]
    assert levels == sorted(levels, reverse=True)


def test_goal_mismatch_lowers_what_rests_on_it(pair_level):
    assert pair_level(goal=0.2).task < pair_level(goal=0.8).task


def test_negotiating_brings_aims_and_ways_together(pair_level):
    treatment = Treatment(target=0.0, structure=0.0)
    apart_, near = (pair_level(treatment, met=met, priority=0.9, preference=0.9) for met in (0.0, 0.8))
    assert near.goal > apart_.goal
    assert near.task > apart_.task


def test_when_everything_is_met_the_differences_no_longer_count(pair_level):
    levels = [pair_level(met=1.0, priority=x, preference=x)[:2] for x in (0.0, 0.5, 1.0)]
    assert levels[0] == levels[1] == levels[2]


def test_the_bond_rests_on_attunement_and_security_and_suffers_from_strain(pair_level, therapist):
    usual = pair_level()
    assert pair_level(therapist=therapist._replace(attunement=1.0)).bond > usual.bond
    assert pair_level(security=0.9).bond > usual.bond
    assert pair_level(strain=2.0).bond < usual.bond


def test_improvement_since_intake_raises_agreement_and_by_its_share_the_bond(pair_level):
    rule = {"improvement": 0.5, "improvement_bond": 0.2}
    worse, usual, better = (np.array(pair_level(settings=rule, gained=g)) for g in (-0.6, 0.0, 0.6))
    assert better - usual == pytest.approx([0.3, 0.3, 0.06])
    assert usual - worse == pytest.approx([0.3, 0.3, 0.06])
    assert pair_level(settings={"improvement": 0.0}, gained=0.6) == pair_level(settings={"improvement": 0.0})


def test_trust_that_was_earned_raises_every_level(pair_level):
    rule = {"trust": 2.0}
    raised = np.array(pair_level(settings=rule, trust=0.1)) - np.array(pair_level(settings=rule))
    assert raised == pytest.approx(np.full(3, 0.2))
    assert pair_level(settings={"trust": 0.0}, trust=0.1) == pair_level(settings={"trust": 0.0})


def test_a_convincing_rationale_comes_with_competence(pair_level, therapist):
    assert pair_level(therapist=therapist._replace(competence=1.0)).task > pair_level().task


def test_a_pair_begins_below_what_it_can_sustain(p, therapist, traits, middle, pair_level):
    start = first_impression(p.sustain, p.engagement, Treatment(), therapist, traits, 0.5, 0.2, middle)
    level = pair_level(goal=expit(start.goal))
    gap = p.sustain.start_gap
    assert (start.goal, start.task, start.bond) == pytest.approx((level.goal - gap, level.task - gap, level.bond - gap))
    assert (start.unresolved, start.mask, start.met, start.ratings, start.trust) == (0.0, 0.0, 0.0, 0.0, 0.0)
    assert (start.hurt_goal, start.hurt_task, start.hurt_bond) == (0.0, 0.0, 0.0)


def test_a_client_begins_as_engaged_as_the_first_impression_makes(p, therapist, traits, middle):
    start = first_impression(p.sustain, p.engagement, Treatment(), therapist, traits, 0.5, 0.2, middle)
    assert start.engagement == pytest.approx(engagement_level(p.engagement, felt_alliance(start)))


@given(st.floats(-1e9, 1e9))
def test_no_component_is_lost_to_the_rest_of_the_model(x):
    assert -6.0 <= held(x) <= 6.0


def test_a_first_impression_is_made_of_its_luck_as_the_model_description_says(case):
    """Section 5 of docs/model.md, typed in again."""
    q, e, x = case.p.sustain, case.p.engagement, case.traits
    luck = Draws(*case.rng.random(4))
    z = ndtri(np.array(luck))
    start = first_impression(q, e, case.treatment, case.helper, x, 0.4, -0.3, luck)
    level = sustainable(q, case.treatment, case.helper, x, expit(start.goal), 0.0, 0.4, 0.0, 0.0, 0.0)
    felt = np.clip(np.array(level) - q.start_gap + q.start_noise * z[:3], -6, 6)
    assert (start.goal, start.task, start.bond) == pytest.approx(tuple(felt), abs=1e-6)
    engagement = engagement_level(e, felt_alliance(start)) + e.noise * z[3]
    assert start.engagement == pytest.approx(np.clip(engagement, 0, 1), abs=1e-6)
    assert (start.distress, start.week, start.resting) == (x.intake_distress, -0.3, x.resting)
    assert start.security == 0.4
