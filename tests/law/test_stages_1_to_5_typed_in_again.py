"""The formulas of docs/model.md for the hour itself (stages 1 to 5), typed in again, give what the law gives.

Written from the description and not from the code, in another style, with NumPy and SciPy. People, states, luck and
parameters are those of the fixture `case`.
"""

import numpy as np
import pytest
from scipy.special import expit, logit

from alliance_sim.chance import Draws
from alliance_sim.law.attendance import attendance
from alliance_sim.law.attention import divide
from alliance_sim.law.policy import Plan, Policy
from alliance_sim.law.repair import notices, repair
from alliance_sim.law.rupture import confronts, hazard, misattunement, rupture, strain
from alliance_sim.law.technique import technique


def close(value, expected):
    """Assert that a number or tuple is what the text says it is."""
    assert value == pytest.approx(expected, rel=1e-9, abs=1e-9)


def test_stage_1(case):
    q, c = case.p.attendance, case.client
    close(logit(attendance(q, c)), q.base + q.engagement * (c.engagement - 1 / 2) - q.unresolved * c.unresolved)


def test_stage_2(case):
    t, planned = case.treatment, 0.25
    parts = np.array([t.goal, t.task, t.bond, t.technique])
    close(tuple(divide(t, planned)), (*((1 - planned) * parts / parts.sum()), planned))


def test_stage_3(case):
    q, c, t = case.p.technique, case.client, case.treatment
    share, bond = 0.45, expit(c.bond)
    challenge = t.challenge * q.intensity * share
    tolerance = q.tolerance_base + q.tolerance_bond * bond + q.tolerance_security * c.security
    quality = expit(q.quality_base + q.quality_competence * case.helper.competence)
    work = technique(q, t.challenge, t.efficacy, share, case.helper.competence, bond, c.security, c.engagement)
    close(work.challenge, challenge)
    close(work.overload, max(challenge - tolerance, 0))
    close(work.dose, min(challenge, tolerance) * quality * c.engagement * t.efficacy)


def test_stage_4_strain_and_hazard(case):
    q, c, t = case.p.rupture, case.client, case.treatment
    untuned = expit(q.out_of_tune - q.attunement * case.helper.attunement + q.tired * case.therapist.strain)
    mismatch = abs(case.traits.priority - t.target) * (1 - c.met)
    expected = (
        q.mismatch * mismatch * (1 - expit(c.goal)),
        q.arbitrary * (1 - expit(c.task)) + q.challenge * 0.3,
        q.misattunement * untuned + q.insecurity * (1 - c.security),
        q.unresolved * c.unresolved,
    )
    s = strain(q, c, mismatch, 0.3, misattunement(q, case.helper.attunement, case.therapist.strain))
    close(tuple(s), expected)
    close(logit(hazard(q, s)), q.base + q.slope * sum(expected))


def test_stage_4_type_and_severity(case):
    q, c, x = case.p.rupture, case.client, case.traits
    bond = expit(c.bond)
    chance = (
        q.confrontation + q.confrontation_bond * (bond - 1 / 2) + q.confrontation_security * (c.security - 1 / 2)
        + q.confrontation_anxiety * x.anxiety - q.confrontation_avoidance * x.avoidance
    )  # fmt: skip
    close(logit(confronts(q, x, bond, c.security)), chance)
    s = strain(q, c, 0.4, 0.3, 0.5)
    u = Draws(1e-9, *case.rng.random(3))
    broken = rupture(q, s, x, c, u)
    ends = np.cumsum([s.goal, s.task, s.bond]) / (s.goal + s.task + s.bond)
    assert broken.type == (2 if u.b < expit(chance) else 1)
    assert broken.source == 1 + np.searchsorted(ends, u.c)
    close(broken.severity, 3 * q.severity * u.d**2)


def test_stage_5_noticing(case):
    q, c, broken = case.p.repair, case.client, case.broken
    skill = case.helper.repair_skill + case.therapist.learned
    severity = broken.severity if broken.type else c.unresolved
    chance = (
        q.notice + 0.7 + q.notice_severity * severity + q.notice_skill * skill
        + q.notice_attunement * case.helper.attunement - q.notice_strain * case.therapist.strain + q.notice_asked * 0.05
    )  # fmt: skip
    if case.kind == "confrontation":
        chance += q.notice_confrontation
    else:
        chance -= q.notice_mask * c.mask + q.notice_hidden * broken.severity
    if case.kind == "calm":
        chance -= q.notice_old
    policy = Policy()._replace(vigilance=0.7)
    ours, flagged, known = (
        notices(q, policy, case.helper, case.therapist, c._replace(known=k), broken, f, 0.05)
        for f, k in ((0, 0.0), (1, 0.0), (0, 1.0))
    )
    close(ours, expit(chance))
    close(flagged, expit(chance + q.notice_flag))
    close(known, expit(chance + (q.notice_old if case.kind == "calm" else 0)))


def test_stage_5_steps(case):
    q, c, broken = case.p.repair, case.client, case.broken
    plan = Plan(0.9, 0.8, 0.7, 1.6, 0.5)
    first, steps = Draws(0.0, *case.rng.random(3)), Draws(*(0.6 * case.rng.random(4)))
    able = q.step_skill * (case.helper.repair_skill + case.therapist.learned) + q.step_security * (c.security - 1 / 2)
    defence = q.defensive + q.defensive_trait * case.helper.defensiveness + q.defensive_strain * case.therapist.strain
    if case.kind == "confrontation":
        defence += q.defensive_confrontation
    defensive = first.b < expit(defence)
    sorry = first.c < q.over_apology * (plan.apology - 1) and not defensive
    acknowledged = not defensive and steps.a < plan.acknowledge * expit(q.step + able)
    explored = acknowledged and steps.b < plan.explore * expit(q.step + able - q.explore_apology * sorry)
    negotiated = explored and steps.c < plan.negotiate * expit(q.step + able)
    about_bond = (broken.source if broken.type else c.about) == 3
    resolution = (
        q.weight_acknowledge * acknowledged
        + (q.weight_main if about_bond else q.weight_other) * explored
        + (q.weight_other if about_bond else q.weight_main) * negotiated
    )
    tried = 1 + (acknowledged and steps.b < plan.explore) + (explored and steps.c < plan.negotiate)
    done = repair(q, plan, case.helper, case.therapist, c, broken, True, first, steps)
    assert (done.defensive, done.over_apologised) == (defensive, sorry)
    assert (done.acknowledged, done.explored, done.negotiated) == (acknowledged, explored, negotiated)
    assert done.repaired == (min(resolution, 1) >= q.criterion)
    close(done.resolution, min(resolution, 1))
    close(done.harm, q.harm_defensive if defensive and broken.type else 0)
    close(done.hurt, q.harm_apology if sorry else 0)
    close(done.time, tried * q.time)
