"""The stages of a session for the NumPy model: `m` the model, `b` the client before, `h` the hour, all by lane."""

from types import SimpleNamespace
from typing import Any

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]


def expit(x: Array) -> Array:
    """Probability whose log-odds is x."""
    result: Array = 1.0 / (1.0 + np.exp(-x))
    return result


def technique(m: Any, b: SimpleNamespace, h: SimpleNamespace) -> None:
    """Work with technique: what it asks, what of it is past tolerance, and the dose that is achieved."""
    p, t = m.law.technique, m.world.treatment
    share = t.technique / (t.goal + t.task + t.bond + t.technique) * (1.0 - h.planned)
    h.challenge = h.attended * t.challenge * p.intensity * share
    tolerance = p.tolerance_base + p.tolerance_bond * h.bond + p.tolerance_security * b.security
    h.overload = np.maximum(h.challenge - tolerance, 0.0)
    h.dose = np.minimum(h.challenge, tolerance) * m.quality * b.engagement * t.efficacy


def feel_strain(m: Any, b: SimpleNamespace, h: SimpleNamespace) -> None:
    """Add up the strain of this session, which may break out as a rupture."""
    p, u = m.law.rupture, m.rng.random((4, m.lanes))
    out_of_tune = expit(p.out_of_tune - p.attunement * m.attunement + p.tired * m.strain)
    goal = p.mismatch * b.apart_in_aims * (1.0 - b.met) * (1.0 - h.goal)
    task = p.arbitrary * (1.0 - h.task) + p.challenge * h.overload
    bond = p.misattunement * out_of_tune + p.insecurity * (1.0 - b.security)
    h.strain = goal + task + bond + p.unresolved * b.unresolved
    h.confronts = expit(
        p.confrontation
        + p.confrontation_bond * (h.bond - 0.5)
        + p.confrontation_security * (b.security - 0.5)
        + p.confrontation_anxiety * b.anxiety
        - p.confrontation_avoidance * b.avoidance
    )
    h.breaks = h.attended & (u[0] < expit(p.base + p.slope * h.strain))
    h.rupture = h.breaks * np.where(u[1] < h.confronts, 2, 1)
    place = u[2] * (goal + task + bond)
    h.source = h.breaks * np.where(place < goal, 1, np.where(place < goal + task, 2, 3))
    h.severity = h.breaks * 3.0 * p.severity * u[3] * u[3]


def meet_rupture(m: Any, b: SimpleNamespace, h: SimpleNamespace) -> None:
    """Notice, acknowledge, explore, negotiate, as far as the therapists get."""
    p, policy, u = m.law.repair, m.world.policy, m.rng.random((9, m.lanes))
    confronted = h.rupture == 2
    skill = m.repair_skill + m.learned
    logit = (
        p.notice
        + policy.vigilance
        + p.notice_severity * np.where(h.breaks, h.severity, b.unresolved)
        + p.notice_skill * skill
        + p.notice_attunement * m.attunement
        - p.notice_strain * m.strain
        + p.notice_asked * h.planned
        + np.where(confronted, p.notice_confrontation, -p.notice_mask * b.mask - p.notice_hidden * h.severity)
        + p.notice_flag * h.flagged
        - p.notice_old * (~h.breaks & ~b.known)
    )
    something = h.breaks | (h.attended & (b.unresolved > p.open_load))
    h.something = something
    h.noticed = something & (u[0] < expit(logit))
    tries = h.noticed & (u[1] < policy.acknowledge)
    h.pressed_on = something & ~tries & h.breaks & (policy.press > 0.0)
    defence = p.defensive + p.defensive_trait * m.defensiveness + p.defensive_strain * m.strain
    h.defensive = tries & (u[2] < expit(defence + p.defensive_confrontation * confronted))
    h.harm = p.harm_press * policy.press * h.pressed_on + p.harm_defensive * (h.defensive & h.breaks)
    goes_on = tries & ~h.defensive
    h.over_apologised = goes_on & (u[3] < p.over_apology * min(max(policy.apology - 1.0, 0.0), 1.0))
    step = p.step + p.step_skill * skill + p.step_security * (b.security - 0.5)
    succeeds = expit(step)
    h.acknowledged = goes_on & (u[4] < succeeds)
    explores = h.acknowledged & (u[5] < policy.explore)
    h.explored = explores & (u[6] < expit(step - p.explore_apology * h.over_apologised))
    negotiates = h.explored & (u[7] < policy.negotiate)
    h.negotiated = negotiates & (u[8] < succeeds)
    about_bond = np.where(h.breaks, h.source, b.about) == 3
    resolution = p.weight_acknowledge * min(policy.apology, 1.0) * h.acknowledged
    resolution = resolution + h.explored * np.where(about_bond, p.weight_main, p.weight_other)
    resolution = resolution + h.negotiated * np.where(about_bond, p.weight_other, p.weight_main)
    h.resolution = np.minimum(resolution, 1.0)
    h.repaired = goes_on & (h.resolution >= p.criterion)
    h.taken = p.time * (tries.astype(float) + explores + negotiates)


def update_alliance(m: Any, b: SimpleNamespace, h: SimpleNamespace) -> None:
    """Security and trust, drift, negotiation, hurt and healing, engagement, mask and load."""
    p, q, e, t = m.law.alliance, m.law.security, m.law.engagement, m.world.treatment
    kept = 1.0 - h.resolution
    rate = h.repaired * q.corrective * (1.0 + q.corrective_trauma * b.trauma) * h.resolution
    h.gain = np.minimum(rate * (b.unresolved + h.severity), 1.0) * (1.0 - b.security)
    loss = np.minimum(q.erosion * h.severity * kept, 1.0) * b.security
    h.security = np.clip(b.security + h.gain - loss, 0.0, 1.0)
    h.trust = b.trust + h.gain
    old = np.stack((b.hurt_goal, b.hurt_task, b.hurt_bond))
    felt = np.stack((b.goal, b.task, b.bond)) + old
    shares = np.array((p.goal_gain * t.goal, p.task_gain * t.task, p.bond_gain * t.bond))
    free = h.attended * (1.0 - h.used) / (t.goal + t.task + t.bond + t.technique)
    hit = h.severity * (1.0 + h.harm) * kept
    main = h.source == np.array(((1,), (2,), (3,)))
    damage = hit * (1.0 + p.fragility * (1.0 - b.security)) * np.where(main, p.damage_main, p.damage_other)
    damage[2] *= p.bond_hurt
    z = m.rng.standard_normal((4, m.lanes))
    new = felt + np.clip(shares[:, None] * free, 0.0, 1.0) * (np.stack(h.levels) - felt)
    new += p.neglect_rate * (p.neglect_level - felt) + p.noise * z[:3]
    apart = p.negotiation * h.attended * (felt[1] - felt[0])
    new[0] += apart
    new[1] -= apart
    left = (1.0 - p.healing * b.security) * kept
    hurts = old * left + damage
    hurts[2] += m.law.repair.harm_apology * h.over_apologised
    h.hurt_goal, h.hurt_task, h.hurt_bond = hurts = np.minimum(hurts, 6.0)
    new -= hurts
    h.felt_goal, h.felt_task, h.felt_bond = felt = np.clip(new, -6.0, 6.0)
    h.goal, h.task, h.bond = shown = expit(felt)
    h.alliance = shown.mean(axis=0)
    rest = expit(e.base + e.alliance * (h.alliance - 0.5))
    engagement = b.engagement + e.rate * (rest - b.engagement) + e.noise * z[3]
    withdraws = h.rupture == 1
    h.engagement = np.clip(engagement - e.withdrawal * hit * withdraws * b.engagement, 0.0, 1.0)
    mask = b.mask * left + withdraws * p.mask_withdrawal * damage.mean(axis=0)
    mask *= np.where(h.rupture == 2, 1.0 - p.unmask, 1.0) * np.where(h.explored, kept, 1.0)
    h.mask = np.minimum(mask, 6.0)
    h.expressed = expit(felt + b.deference + h.mask).mean(axis=0)
    settled = p.settle * t.goal * free + p.settle_repair * h.negotiated
    h.met = b.met + np.minimum(settled, 1.0) * (1.0 - b.met)
    carry_load(m, b, h, h.severity * (1.0 + h.harm) * kept, left)


def carry_load(m: Any, b: SimpleNamespace, h: SimpleNamespace, new: Array, left: Array) -> None:
    """What stays unresolved, what it is about, and whether the therapist knows."""
    h.unresolved = np.minimum(b.unresolved * left + new, 10.0)
    still = h.unresolved > m.law.repair.open_load
    h.about = still * np.where(h.breaks & (new >= b.unresolved), h.source, b.about)
    h.known = still & (h.noticed | b.known)


def change(m: Any, b: SimpleNamespace, h: SimpleNamespace) -> None:
    """Move distress by technique through the gate, by the relationship, by life outside."""
    p = m.law.change
    agreed = (1.0 - p.gate_bond) * 0.5 * (h.goal + h.task) + p.gate_bond * h.bond
    gate = 1.0 / (1.0 + (p.gate_half / agreed) ** p.gate_steepness)
    passes = p.safety * gate + (1.0 - p.safety) * p.open_gate
    dose = h.dose * (1.0 - h.used) / (1.0 - h.planned)
    relational = (1.0 - p.reinforcement) * h.alliance + p.reinforcement * h.bond * h.engagement
    room = 0.5 * np.maximum(b.distress, 0.0) * b.responsiveness
    gained = room * (p.technique * dose * passes + p.relationship * relational)
    improved = h.attended * (gained + p.corrective * h.gain - p.overload * h.overload)
    h.resting = np.clip(b.resting - p.lasting * improved, -3.0, 6.0)
    now = b.distress - improved
    now = now + p.natural * (h.resting - now) + p.life * m.rng.standard_normal(m.lanes)
    h.lasting = np.clip(now, -3.0, 6.0)
    new = np.sqrt(1.0 - p.week_lasts**2) * p.week * m.rng.standard_normal(m.lanes)
    before = expit(np.stack((b.goal, b.task, b.bond))).mean(axis=0)
    h.week = p.week_lasts * b.week + new - h.attended * p.impact * (h.alliance - before)
    h.distress = h.lasting + h.week
