"""The formulas of docs/model.md for what follows an hour (stages 6 to 10), typed in again, give what the law gives.

Written from the description and not from the code, in another style, with NumPy and SciPy. People, states, luck and
parameters are those of the fixture `case`.
"""

import numpy as np
import pytest
from scipy.special import expit, logit, ndtri

from alliance_sim.chance import Draws, ItemDraws, ShortDraws
from alliance_sim.law.alliance import alliance, apart
from alliance_sim.law.attention import divide
from alliance_sim.law.change import (
    Change,
    agreement,
    hour_felt,
    improvement,
    kept_gain,
    life_outside,
    present_distress,
    week_outside,
)
from alliance_sim.law.leaving import drops_out
from alliance_sim.law.rating import SymptomScale, alliance_ratings, reports, resolved, symptoms
from alliance_sim.law.repair import Repair
from alliance_sim.law.security import Learning, first_security, learn_security
from alliance_sim.law.strain import after_hour, after_week
from alliance_sim.law.sustain import Sustainable, expressed_alliance, felt_alliance, sustainable


def close(value, expected):
    """Assert that a number or tuple is what the text says it is."""
    assert value == pytest.approx(expected, rel=1e-9, abs=1e-9)


def test_stage_6_levels(case):
    q, c, x, t, h = case.p.sustain, case.client, case.traits, case.treatment, case.helper
    mismatch = abs(x.priority - t.target) * (1 - c.met)
    fit = 1 - abs(x.preference - t.structure) * (1 - c.met)
    gained = x.intake_distress - min(max(c.distress + c.week, -3), 6)
    expected = np.array([
        q.goal_level - q.goal_mismatch * mismatch,
        q.task_level + q.task_fit * fit + q.task_goal * expit(c.goal) + q.task_competence * h.competence,
        q.bond_level + q.bond_attunement * h.attunement + q.bond_security * (c.security - 1 / 2)
        - q.bond_anxiety * x.anxiety - q.bond_avoidance * x.avoidance - q.bond_strain * case.therapist.strain,
    ]) + x.rapport + q.trust * c.trust + q.improvement * gained * np.array([1.0, 1.0, q.improvement_bond])  # fmt: skip
    level = sustainable(q, t, h, x, expit(c.goal), c.met, c.security, c.trust, gained, case.therapist.strain)
    close(tuple(level), tuple(expected))


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
    kept = 1 - mended.resolution
    left = (1 - a.healing * c.security) * kept
    about = np.arange(1, 4) == broken.source
    damage = broken.severity * (1 + mended.harm) * kept * (1 + a.fragility * (1 - c.security))
    damage = damage * np.where(about, a.damage_main, a.damage_other) * [1, 1, a.bond_hurt]
    old = np.array([c.hurt_goal, c.hurt_task, c.hurt_bond])
    hurt = np.minimum(old * left + damage + [0, 0, mended.hurt], 6)
    whole = felt + old
    new = (
        whole + np.minimum(gain * share, 1) * (np.array(level) - whole) + a.neglect_rate * (a.neglect_level - whole)
        + a.negotiation * np.array([whole[1] - whole[0], whole[0] - whole[1], 0]) + a.noise * z[:3] - hurt
    )  # fmt: skip
    new = np.clip(new, -6, 6)
    mask = c.mask * left
    rest = expit(e.base + e.alliance * (expit(new).mean() - 1 / 2))
    engagement = c.engagement + e.rate * (rest - c.engagement) + e.noise * z[3]
    if case.kind == "withdrawal":
        mask += a.mask_withdrawal * damage.mean()
        engagement -= e.withdrawal * broken.severity * (1 + mended.harm) * kept * c.engagement
    if case.kind == "confrontation":
        mask *= 1 - a.unmask
    mask *= 1 - mended.resolution * mended.explored
    mask = min(mask, 6)
    load = c.unresolved * left + broken.severity * (1 + mended.harm) * kept
    met = c.met + (1 - c.met) * min(a.settle * hour.goal + a.settle_repair * mended.negotiated, 1)
    after = alliance(a, e, q, level, hour, True, broken, mended, Learning(0.4, 0.03), c, luck)
    assert (after.goal, after.task, after.bond) == pytest.approx(tuple(new), abs=1e-6)
    assert after.engagement == pytest.approx(np.clip(engagement, 0, 1), abs=1e-6)
    close((after.hurt_goal, after.hurt_task, after.hurt_bond), tuple(hurt))
    close((after.mask, after.unresolved, after.met), (mask, load, met))
    close((after.security, after.trust), (0.4, c.trust + 0.03))


def test_stage_6_a_week_apart(case):
    a, c = case.p.alliance, case.client
    felt = np.array([c.goal, c.task, c.bond])
    old = np.array([c.hurt_goal, c.hurt_task, c.hurt_bond])
    left = 1 - a.healing * c.security
    new = felt + old + a.neglect_rate * (a.neglect_level - felt - old) - old * left
    later = apart(a, case.p.repair, c)
    close((later.goal, later.task, later.bond), tuple(np.clip(new, -6, 6)))
    close((later.hurt_goal, later.hurt_task, later.hurt_bond), tuple(old * left))
    close((later.unresolved, later.mask), (c.unresolved * left, c.mask * left))


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
    dose, overload, goal, task, bond, gain, respond = 0.6, 0.2, 0.45, 0.55, 0.65, 0.05, case.traits.responsiveness
    felt = (goal + task + bond) / 3
    agreed = (1 - q.gate_bond) * (goal + task) / 2 + q.gate_bond * bond
    close(agreement(q, goal, task, bond), agreed)
    gate = agreed**q.gate_steepness / (agreed**q.gate_steepness + q.gate_half**q.gate_steepness)
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
    room = respond * c.distress / 2
    expected = room * (q.technique * dose * passes + relation) + corrective - q.overload * overload
    close(
        improvement(q, int(mechanism), dose, overload, agreed, felt, bond, c.engagement, gain, respond, c.distress),
        expected,
    )
    close(hour_felt(q, int(mechanism), 0.08), 0 if mechanism == Change.TECHNIQUE_ONLY else q.impact * 0.08)


def test_stage_7_life_outside(case):
    q, c = case.p.change, case.client
    close(kept_gain(q, c.resting, 0.3), c.resting - q.lasting * 0.3)
    close(life_outside(q, c.distress, c.resting, 0.8), c.distress + q.natural * (c.resting - c.distress) + q.life * 0.8)
    close(week_outside(q, c.week, 0.8), q.week_lasts * c.week + np.sqrt(1 - q.week_lasts**2) * q.week * 0.8)
    close(present_distress(c), c.distress + c.week)


def test_stage_8(case):
    q, t, broken = case.p.strain, case.therapist, case.broken
    mended = Repair(1, 1, 1, 1, 1, 0, 0, 0, 0.7, 0.0, 0.0, 0.3)
    weight = q.confrontation if case.kind == "confrontation" else 1
    after = after_hour(q, 1, broken, mended, mended, t)
    close(after.strain, t.strain * (1 - q.hour) + q.rupture * broken.severity * weight * (1 - q.relief * 0.7))
    close(after.learned, t.learned + q.learning * max(q.ceiling - t.learned, 0))
    close(after_week(q, t).strain, t.strain * (1 - q.week))


def test_stage_9_ratings(case):
    q, c, x, h, rng = case.p.rating, case.client, case.traits, case.helper, case.rng
    items = rng.integers(0, 65536, (3, 2, 4))
    mood, therapist_mood = rng.random(4), rng.random()
    felt, shown = np.array([c.goal, c.task, c.bond]), x.deference + c.mask
    z = ndtri(mood)
    by_client = felt + (1 - q.candour) * shown + q.leniency * x.leniency + q.occasion * z[0]
    by_client = by_client + q.subscale * z[[1, 1, 3]]
    blind = 1 - expit(q.therapist_weight + q.therapist_attunement * h.attunement)
    by_therapist = (
        q.therapist_shrink * (felt + blind * shown) + q.therapist_occasion * ndtri(therapist_mood)
        - q.therapist_style * h.modesty - q.therapist_shift
    )  # fmt: skip
    rated = q.shift + q.slope * np.stack([by_client, by_therapist], axis=1)[..., None, None]
    above = 1 - expit(rated - (np.arange(1, 5) - 2.5) * q.spread)
    answers = 1 + ((items[..., None] + 0.5) / 65536 > above).sum(axis=-1)
    means = answers.mean(axis=-1)
    drawn = [ItemDraws(*(ShortDraws(*map(float, four)) for four in pair)) for pair in items]
    ours = alliance_ratings(q, c, x, h, Draws(*mood), therapist_mood, *drawn)
    close(tuple(ours), (*means[:, 0], means[:, 0].mean(), means[:, 1].mean()))


def test_stage_9_reports(case):
    q, broken, u = case.p.rating, case.broken, Draws(*case.rng.random(4))
    was = case.kind != "calm"
    kind = broken.type if was else 1 + (u.d < 0.3)
    client = expit(
        q.report_base
        - q.report_style * case.traits.leniency
        + was * (q.report_rupture + q.report_severity * broken.severity)
    )
    observer = expit(q.observer_base + q.observer_strain * 0.8 + was * q.observer_rupture)
    coded = 3 - kind if u.c < observer * q.observer_confuses else kind
    noticed = case.rng.random() < 0.5
    therapist = broken.type * noticed if was else kind * (u.b < q.therapist_false)
    ours = reports(q, case.traits.leniency, broken, 0.8, 0.3, noticed, u)
    assert tuple(ours) == (kind * (u.a < client), therapist, coded * (u.c < observer))


def test_stage_9_resolution(case):
    q, z = case.p.rating, case.rng.normal()
    for resolution in (0.0, 0.35, 1.0):
        points = np.clip(np.round(1 + 4 * resolution + q.resolved_error * z), 1, 5)
        close(resolved(q, 1, True, resolution, z), points)
        close(resolved(q, 2, False, resolution, z), 5)
        assert np.isnan(resolved(q, 0, True, resolution, z))


def test_stage_9_symptoms(case):
    scale = SymptomScale(community_mean=12.0, unit=7.0, reliability=0.8, low=0.0, high=40.0, step=0.5)
    points = 12 + 7 * (case.client.distress + np.sqrt(1 / 0.8 - 1) * 0.4)
    close(symptoms(scale, case.client.distress, 0.4), np.clip(np.round(points / 0.5) * 0.5, 0, 40))


def test_stage_10(case):
    q, c = case.p.leaving, case.client
    chance = q.base - q.alliance * (0.6 - 1 / 2) + q.unresolved * c.unresolved - q.change * (2.1 - c.distress)
    close(logit(drops_out(q, c, 0.6, 2.1)), chance)
