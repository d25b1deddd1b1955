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
from tests.law.people import CLIENT, MIDDLE, THERAPIST, TRAITS, P
from tests.law.rules import pair_level


def test_felt_alliance_is_the_mean_of_goal_task_and_bond():
    assert felt_alliance(CLIENT) == pytest.approx((expit(0.8) + expit(0.6) + expit(1.0)) / 3.0)


@given(st.floats(0.0, 1.5), st.floats(0.0, 6.0))
def test_what_is_shown_is_never_less_than_what_is_felt(deference, mask):
    assert expressed_alliance(CLIENT._replace(mask=mask), deference) >= felt_alliance(CLIENT)


def test_when_everything_is_met_the_differences_no_longer_count():
    levels = [pair_level(met=1.0, priority=x, preference=x)[:2] for x in (0.0, 0.5, 1.0)]
    assert levels[0] == levels[1] == levels[2]


def test_improvement_since_intake_raises_agreement_and_by_its_share_the_bond():
    rule = {"improvement": 0.5, "improvement_bond": 0.2}
    worse, usual, better = (np.array(pair_level(settings=rule, gained=g)) for g in (-0.6, 0.0, 0.6))
    assert better - usual == pytest.approx([0.3, 0.3, 0.06])
    assert usual - worse == pytest.approx([0.3, 0.3, 0.06])
    assert pair_level(settings={"improvement": 0.0}, gained=0.6) == pair_level(settings={"improvement": 0.0})


def test_trust_that_was_earned_raises_every_level():
    rule = {"trust": 2.0}
    raised = np.array(pair_level(settings=rule, trust=0.1)) - np.array(pair_level(settings=rule))
    assert raised == pytest.approx(np.full(3, 0.2))
    assert pair_level(settings={"trust": 0.0}, trust=0.1) == pair_level(settings={"trust": 0.0})


def test_a_pair_begins_below_what_it_can_sustain_and_as_engaged_as_that_makes():
    start = first_impression(P.sustain, P.engagement, Treatment(), THERAPIST, TRAITS, 0.5, 0.2, MIDDLE)
    level = np.array(pair_level(goal=expit(start.goal)))
    assert start[:3] == pytest.approx(level - P.sustain.start_gap)
    assert (start.unresolved, start.mask, start.met, start.ratings, start.trust) == (0.0, 0.0, 0.0, 0.0, 0.0)
    assert (start.hurt_goal, start.hurt_task, start.hurt_bond) == (0.0, 0.0, 0.0)
    assert start.engagement == pytest.approx(engagement_level(P.engagement, felt_alliance(start)))


@given(st.floats(-1e9, 1e9))
def test_no_component_is_lost_to_the_rest_of_the_model(x):
    assert -6.0 <= held(x) <= 6.0


def test_a_first_impression_is_made_of_its_draws_as_the_model_description_says(case):
    """Section 5 of docs/model.md, typed in again."""
    q, e, x = case.p.sustain, case.p.engagement, case.traits
    draws = Draws(*case.rng.random(4))
    z = ndtri(np.array(draws))
    start = first_impression(q, e, case.treatment, case.helper, x, 0.4, -0.3, draws)
    level = sustainable(q, case.treatment, case.helper, x, expit(start.goal), 0.0, 0.4, 0.0, 0.0, 0.0)
    felt = np.clip(np.array(level) - q.start_gap + q.start_noise * z[:3], -6, 6)
    assert (start.goal, start.task, start.bond) == pytest.approx(tuple(felt), abs=1e-6)
    engagement = engagement_level(e, felt_alliance(start)) + e.noise * z[3]
    assert start.engagement == pytest.approx(np.clip(engagement, 0, 1), abs=1e-6)
    assert (start.distress, start.week, start.resting) == (x.intake_distress, -0.3, x.resting)
    assert start.security == 0.4
