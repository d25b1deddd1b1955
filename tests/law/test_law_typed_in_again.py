"""The formulas of docs/model.md, typed in a second time from the text, give what the law gives.

Written from the description and not from the code, in another style, with NumPy and SciPy. States, traits and luck are
drawn at random; every parameter is moved away from its default, so that no term is zero by chance.
"""

from types import SimpleNamespace

import numpy as np
import pytest
from scipy.special import expit, logit, ndtri

from alliance_sim.chance import Draws
from alliance_sim.law.alliance import alliance, apart
from alliance_sim.law.attendance import attendance
from alliance_sim.law.attention import Treatment, divide
from alliance_sim.law.change import Change, improvement, kept_gain, life_outside
from alliance_sim.law.leaving import drops_out
from alliance_sim.law.policy import Plan, Policy
from alliance_sim.law.repair import Repair, notices, repair
from alliance_sim.law.rupture import Break, confronts, hazard, misattunement, rupture, strain
from alliance_sim.law.security import Learning, first_security, learn_security
from alliance_sim.law.state import ClientState, ClientTraits, TherapistState, TherapistTraits
from alliance_sim.law.strain import after_hour, after_week
from alliance_sim.law.sustain import Sustainable, expressed_alliance, felt_alliance, sustainable
from alliance_sim.law.technique import technique
from alliance_sim.law.world import Parameters

CASES = range(15)
KINDS = ("calm", "withdrawal", "confrontation")


def shaken(group, rng):
    """A group of parameters, each moved to a random place in the middle of its range."""
    values = {}
    for name, note in type(group).__annotations__.items():
        about = note.__metadata__[0]
        values[name] = float(about.low + (0.2 + 0.6 * rng.random()) * (about.high - about.low))
    return group._replace(**values)


@pytest.fixture(params=CASES)
def case(request):
    """Random parameters, people, states and events."""
    rng = np.random.default_rng(request.param)
    kind = request.param % 3
    severity = float(rng.uniform(0.1, 1.5)) if kind else 0.0
    share = rng.random
    return SimpleNamespace(
        rng=rng,
        p=Parameters(*(shaken(group, rng) for group in Parameters())),
        client=ClientState(
            *rng.normal(0.5, 1.0, 3), share(), share(), rng.uniform(0.5, 2.0), float(rng.integers(1, 4)), share(),
            rng.uniform(0, 2), rng.uniform(0.2, 3), rng.uniform(0, 2), rng.normal(0, 0.3), 0.0, 3.0, 3.5, 4.0,
        ),
        traits=ClientTraits(
            *rng.normal(size=2), share(), share(), share(), rng.normal(0, 0.5), rng.normal(), share(), 1.2, 2.0
        ),
        helper=TherapistTraits(*rng.normal(size=5)),
        therapist=TherapistState(rng.uniform(0, 2), rng.uniform(0, 0.5)),
        treatment=Treatment(*rng.uniform(0.1, 1.0, 4), rng.uniform(0.5, 1.5), *rng.random(2), rng.uniform(0.5, 1.5)),
        broken=Break(kind, int(rng.integers(1, 4)) if kind else 0, severity),
        kind=KINDS[kind],
    )  # fmt: skip


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


def test_stage_6_levels(case):
    q, c, x, t, h = case.p.sustain, case.client, case.traits, case.treatment, case.helper
    mismatch = abs(x.priority - t.target) * (1 - c.met)
    fit = 1 - abs(x.preference - t.structure) * (1 - c.met)
    expected = (
        q.goal_level - q.goal_mismatch * mismatch + x.rapport,
        q.task_level + q.task_fit * fit + q.task_goal * expit(c.goal) + q.task_competence * h.competence + x.rapport,
        q.bond_level + q.bond_attunement * h.attunement + q.bond_security * (c.security - 1 / 2)
        - q.bond_anxiety * x.anxiety - q.bond_avoidance * x.avoidance - q.bond_strain * case.therapist.strain
        + x.rapport,
    )  # fmt: skip
    close(tuple(sustainable(q, t, h, x, expit(c.goal), c.met, c.security, case.therapist.strain)), expected)


def test_stage_6_felt_and_shown(case):
    c, deference = case.client, case.traits.deference
    felt = np.array([c.goal, c.task, c.bond])
    close(felt_alliance(c), expit(felt).mean())
    close(expressed_alliance(c, deference), expit(felt + deference + c.mask).mean())


def test_stage_6_dynamics(case):
    """A repair that went part of the way, explored and negotiated; or a defensive answer."""
    p, c, broken, rng = case.p, case.client, case.broken, case.rng
    a, e, q = p.alliance, p.engagement, p.repair
    failed = rng.random() < 0.3
    mended = Repair(1, 1, 1, 1, 0, 0, 0, 0, 0.6, 0.0, 0.2, 0.3)
    if failed:
        mended = Repair(1, 0, 0, 0, 0, 1, 0, 0, 0.0, 0.5, 0.0, 0.1)
    hour, level, luck = divide(case.treatment, 0.3), Sustainable(1.1, 0.7, 1.6), Draws(*rng.random(4))
    felt = np.array([c.goal, c.task, c.bond])
    z = ndtri(np.array(luck))
    gain, share = np.array([a.goal_gain, a.task_gain, a.bond_gain]), np.array([hour.goal, hour.task, hour.bond])
    kept = 1 - q.restoration * mended.resolution
    about = np.arange(1, 4) == broken.source
    damage = broken.severity * (1 + mended.harm) * kept * (1 + a.fragility * (1 - c.security))
    damage = damage * np.where(about, a.damage_main, a.damage_other) * [1, 1, a.bond_hurt]
    new = (
        felt + np.minimum(gain * share, 1) * (np.array(level) - felt) + a.neglect_rate * (a.neglect_level - felt)
        + a.coupling * ((felt.sum() - felt) / 2 - felt) + a.reciprocity * c.improvement - a.drag * c.unresolved
        + a.noise * z[:3] - damage - [0, 0, mended.hurt]
    )  # fmt: skip
    new = np.clip(new, -6, 6)
    mask = c.mask * (1 - a.mask_decay)
    rest = expit(e.base + e.alliance * (expit(new).mean() - 1 / 2))
    engagement = c.engagement + e.rate * (rest - c.engagement) + e.noise * z[3]
    if case.kind == "withdrawal":
        mask += a.mask_withdrawal * damage.mean()
        engagement -= e.withdrawal * broken.severity * (1 + mended.harm) * kept * c.engagement
    if case.kind == "confrontation":
        mask *= 1 - a.unmask
    mask *= 1 - mended.resolution * mended.explored
    load = (c.unresolved + broken.severity * (1 + mended.harm)) * (1 - mended.resolution) * (1 - a.fading)
    met = c.met + (1 - c.met) * min(a.settle * hour.goal + a.settle_repair * mended.negotiated, 1)
    after = alliance(a, e, q, 1, level, hour, True, broken, mended, Learning(c.security, 0.0), c, luck)
    assert (after.goal, after.task, after.bond) == pytest.approx(tuple(new), abs=1e-6)
    assert after.engagement == pytest.approx(np.clip(engagement, 0, 1), abs=1e-6)
    close((after.mask, after.unresolved, after.met), (mask, load, met))


def test_stage_6_a_week_apart(case):
    a, c = case.p.alliance, case.client
    felt = np.array([c.goal, c.task, c.bond])
    new = felt + a.neglect_rate * (a.neglect_level - felt) + a.reciprocity * c.improvement - a.drag * c.unresolved
    later = apart(a, case.p.repair, 1, c)
    close((later.goal, later.task, later.bond), tuple(np.clip(new, -6, 6)))
    close((later.unresolved, later.mask), (c.unresolved * (1 - a.fading), c.mask * (1 - a.mask_decay)))


def test_stage_6_security(case):
    q, c, x, broken = case.p.security, case.client, case.traits, case.broken
    close(
        logit(first_security(q, x)), q.level - q.anxiety * x.anxiety - q.avoidance * x.avoidance - q.trauma * x.trauma
    )
    mended = Repair(1, 1, 1, 1, 1, 0, 0, 0, 0.7, 0.0, 0.0, 0.3)
    load = c.unresolved + broken.severity
    gain = min(q.corrective * (1 + q.corrective_trauma * x.trauma) * 0.7 * load, 1) * (1 - c.security)
    loss = q.erosion * broken.severity * (1 - 0.7) * c.security
    close(tuple(learn_security(q, 0, x.trauma, c.security, broken, load, mended)), (c.security + gain - loss, gain))


@pytest.mark.parametrize("mechanism", Change)
def test_stage_7(case, mechanism):
    q, c = case.p.change, case.client
    dose, overload, felt, bond, gain = 0.6, 0.2, 0.55, 0.65, 0.05
    gate = felt**q.gate_steepness / (felt**q.gate_steepness + q.gate_half**q.gate_steepness)
    passes = {
        Change.GATE: q.safety * gate + (1 - q.safety) * q.open_gate,
        Change.ADDITIVE: q.open_gate,
        Change.TECHNIQUE_ONLY: q.open_gate,
        Change.RELATIONSHIP_ONLY: 0,
    }[mechanism]
    relation = q.relationship * ((1 - q.reinforcement) * felt + q.reinforcement * bond * c.engagement)
    corrective = q.corrective * gain
    if mechanism == Change.TECHNIQUE_ONLY:
        relation = corrective = 0
    expected = c.distress / 2 * (q.technique * dose * passes + relation) + corrective - q.overload * overload
    fell = improvement(q, int(mechanism), dose, overload, felt, bond, c.engagement, gain, c.distress)
    close(fell, expected)


def test_stage_7_life_outside(case):
    q, c = case.p.change, case.client
    close(kept_gain(q, c.resting, 0.3), c.resting - q.lasting * 0.3)
    close(life_outside(q, c.distress, c.resting, 0.8), c.distress + q.natural * (c.resting - c.distress) + q.life * 0.8)


def test_stage_8(case):
    q, t, broken = case.p.strain, case.therapist, case.broken
    mended = Repair(1, 1, 1, 1, 1, 0, 0, 0, 0.7, 0.0, 0.0, 0.3)
    weight = q.confrontation if case.kind == "confrontation" else 1
    after = after_hour(q, 1, broken, mended, mended, t)
    close(after.strain, t.strain * (1 - q.hour) + q.rupture * broken.severity * weight * (1 - q.relief * 0.7))
    close(after.learned, t.learned + q.learning * max(q.ceiling - t.learned, 0))
    close(after_week(q, t).strain, t.strain * (1 - q.week))


def test_stage_10(case):
    q, c = case.p.leaving, case.client
    chance = q.base - q.alliance * (0.6 - 1 / 2) + q.unresolved * c.unresolved - q.change * (2.1 - c.distress)
    close(logit(drops_out(q, c, 0.6, 2.1)), chance)
