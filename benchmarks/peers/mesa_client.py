"""The client of the plain Mesa model: traits and states as attributes, the stages of a session as methods."""

import math
from typing import Any

from peers.mesa_ratings import STAYS, Rates
from peers.mesa_repair import BOND, CONFRONTATION, GOAL, TASK, WITHDRAWAL, MeetsRuptures, expit


class Client(MeetsRuptures, Rates):
    """A client: who comes to treatment, how the alliance stands, and what the last session left in the table."""

    def __init__(self, model: Any, therapist: Any) -> None:
        """Draw the traits, then the first impression."""
        super().__init__(model)
        self.therapist = therapist
        self.law = model.law
        p = self.law.intake
        gauss, uniform = self.random.gauss, self.random.random
        self.anxiety = gauss(0.0, 1.0)
        r = p.attachment_correlation
        self.avoidance = r * self.anxiety + math.sqrt(1.0 - r * r) * gauss(0.0, 1.0)
        self.trauma = 0.5 + 0.5 * uniform() if uniform() < p.trauma_prevalence else 0.0
        self.apart_in_aims = abs(expit(gauss(p.priority_mean, p.priority_sd)) - model.treatment.target)
        self.apart_in_ways = abs(expit(gauss(p.preference_mean, p.preference_sd)) - model.treatment.structure)
        self.rapport = gauss(0.0, p.rapport_sd)
        self.leniency = gauss(0.0, 1.0)
        self.deference = 2.0 * p.deference_mean * uniform()
        insecurity = (self.anxiety + self.avoidance) / math.sqrt(2.0 + 2.0 * r)
        along = p.distress_insecurity
        deviate = along * insecurity + math.sqrt(1.0 - along * along) * gauss(0.0, 1.0)
        self.resting = p.resting_mean + p.resting_sd * deviate
        self.lasting = self.intake_distress = self.resting + gauss(p.episode_mean, p.episode_sd)
        self.week = gauss(0.0, self.law.change.week)
        self.distress = self.lasting + self.week
        spread = p.responsiveness_sd
        self.responsiveness = math.exp(gauss(0.0, spread) - 0.5 * spread * spread)
        self.symptoms_intake = self.symptom_score()
        self.first_impression()

    def first_impression(self) -> None:
        """Start below what the pair can sustain, give or take."""
        p, q, e, gauss = self.law.sustain, self.law.security, self.law.engagement, self.random.gauss
        self.security = expit(
            q.level - q.anxiety * self.anxiety - q.avoidance * self.avoidance - q.trauma * self.trauma
        )
        self.unresolved = self.mask = self.met = self.trust = 0.0
        self.hurt_goal = self.hurt_task = self.hurt_bond = 0.0
        self.alliance_before = 0.0
        self.known = False
        self.about = 0
        self.ratings: list[float] = []
        self.left = STAYS
        self.common, self.progress = self.rapport, 0.0
        self.felt_goal = self.goal_level() - p.start_gap + gauss(0.0, p.start_noise)
        self.goal = expit(self.felt_goal)
        self.felt_task = self.task_level() - p.start_gap + gauss(0.0, p.start_noise)
        self.felt_bond = self.bond_level(0.0) - p.start_gap + gauss(0.0, p.start_noise)
        self.task, self.bond = expit(self.felt_task), expit(self.felt_bond)
        self.alliance = (self.goal + self.task + self.bond) / 3.0
        rest = expit(e.base + e.alliance * (self.alliance - 0.5))
        self.engagement = min(max(rest + gauss(0.0, e.noise), 0.0), 1.0)

    def goal_level(self) -> float:
        """Felt agreement on goals that this pair can sustain, log-odds."""
        p = self.law.sustain
        return float(
            p.goal_level - p.goal_mismatch * self.apart_in_aims * (1.0 - self.met) + self.common + self.progress
        )

    def task_level(self) -> float:
        """Felt agreement on tasks that this pair can sustain, log-odds."""
        p = self.law.sustain
        fit = 1.0 - self.apart_in_ways * (1.0 - self.met)
        convincing = p.task_competence * self.therapist.competence
        return float(
            p.task_level + p.task_fit * fit + p.task_goal * self.goal + convincing + self.common + self.progress
        )

    def bond_level(self, strain: float) -> float:
        """Felt bond that this pair can sustain when the therapist brings so much strain, log-odds."""
        p = self.law.sustain
        return float(
            p.bond_level
            + p.bond_attunement * self.therapist.attunement
            + p.bond_security * (self.security - 0.5)
            - p.bond_anxiety * self.anxiety
            - p.bond_avoidance * self.avoidance
            - p.bond_strain * strain
            + self.common
            + p.improvement_bond * self.progress
        )

    def clear_record(self) -> None:
        """Forget what happened in the last session."""
        self.rupture = self.source = self.noticed = self.acknowledged = self.explored = self.negotiated = 0
        self.repaired = self.defensive = self.over_apologised = self.pressed_on = 0
        self.rupture_client = self.rupture_therapist = self.rupture_observer = 0
        self.challenge = self.severity = self.resolution = 0.0
        self.wai_goal = self.wai_task = self.wai_bond = self.wai_client = self.wai_therapist = math.nan
        self.resolved_observer = math.nan
        self.symptoms = math.nan
        self.something = False
        self.harm = self.hurt = 0.0  # what the answer to a rupture added to its damage

    def have_session(self, week: int) -> None:
        """Go through the stages of one scheduled session."""
        self.clear_record()
        self.session = week
        policy, p = self.model.policy, self.law.attendance
        comes = expit(p.base + p.engagement * (self.engagement - 0.5) - p.unresolved * self.unresolved)
        self.attended = int(self.random.random() < comes)
        flagged = self.raises_flag()
        planned = min(policy.checkin + (policy.followup if self.known or flagged else 0.0), 0.9)
        taken = dose = overload = strain = 0.0
        if self.attended:
            overload, dose = self.do_technique(planned)
            strain = self.feel_strain(overload)
            if self.rupture or self.unresolved > self.law.repair.open_load:
                self.something = True
                taken = self.meet_rupture(flagged, planned)
        used = min(max(planned, policy.checkin + taken), 0.9)
        security, gain = self.learned_security()
        self.alliance_before = self.alliance
        self.update_alliance(1.0 - used)
        self.security = security
        self.trust += gain
        self.change(dose * (1.0 - used) / (1.0 - planned), overload, gain)
        self.therapist.end_hour(self)
        self.therapist_strain = self.therapist.strain
        shown = self.deference + self.mask
        self.expressed = (
            expit(self.felt_goal + shown) + expit(self.felt_task + shown) + expit(self.felt_bond + shown)
        ) / 3.0
        if self.attended:
            self.answer_questionnaires()
            self.report_ruptures(strain)
        if week < self.model.clinic.weeks:
            self.stay_or_leave(week)

    def raises_flag(self) -> bool:
        """Whether monitoring is on and the last rating fell below the usual one."""
        policy, ratings = self.model.policy, self.ratings
        if policy.monitor < 0.5 or len(ratings) < 2:
            return False
        return bool(sum(ratings[:-1]) / (len(ratings) - 1) - ratings[-1] >= policy.threshold)

    def do_technique(self, planned: float) -> tuple[float, float]:
        """Work with technique: what it asks past tolerance, and the dose that is achieved."""
        p, treatment = self.law.technique, self.model.treatment
        self.challenge = treatment.challenge * p.intensity * self.model.for_technique * (1.0 - planned)
        tolerance = p.tolerance_base + p.tolerance_bond * self.bond + p.tolerance_security * self.security
        done = min(self.challenge, tolerance) * self.therapist.quality * self.engagement * treatment.efficacy
        return max(self.challenge - tolerance, 0.0), done

    def feel_strain(self, overload: float) -> float:
        """Add up the strain of this session, which may break out as a rupture; the sum of it."""
        p, therapist, uniform = self.law.rupture, self.therapist, self.random.random
        out_of_tune = expit(p.out_of_tune - p.attunement * therapist.attunement + p.tired * therapist.strain)
        goal = p.mismatch * self.apart_in_aims * (1.0 - self.met) * (1.0 - self.goal)
        task = p.arbitrary * (1.0 - self.task) + p.challenge * overload
        bond = p.misattunement * out_of_tune + p.insecurity * (1.0 - self.security)
        strain = float(goal + task + bond + p.unresolved * self.unresolved)
        self.confronts = expit(
            p.confrontation
            + p.confrontation_bond * (self.bond - 0.5)
            + p.confrontation_security * (self.security - 0.5)
            + p.confrontation_anxiety * self.anxiety
            - p.confrontation_avoidance * self.avoidance
        )
        if uniform() < expit(p.base + p.slope * strain):
            self.rupture = CONFRONTATION if uniform() < self.confronts else WITHDRAWAL
            place = uniform() * (goal + task + bond)
            self.source = GOAL if place < goal else TASK if place < goal + task else BOND
            self.severity = 3.0 * p.severity * uniform() ** 2
        return strain

    def learned_security(self) -> tuple[float, float]:
        """Security after what this session taught, and what of it was gained."""
        p = self.law.security
        gain = loss = 0.0
        if self.repaired:
            rate = p.corrective * (1.0 + p.corrective_trauma * self.trauma) * self.resolution
            gain = min(rate * (self.unresolved + self.severity), 1.0) * (1.0 - self.security)
        if self.severity > 0.0:
            loss = min(p.erosion * self.severity * (1.0 - self.resolution), 1.0) * self.security
        return self.security + gain - loss, gain

    def update_alliance(self, free: float) -> None:
        """Drift, negotiation, hurt and healing; `free` is the share of the hour that repair left."""
        p, q, model, gauss = self.law.alliance, self.law.sustain, self.model, self.random.gauss
        goal, task, bond = self.unhurt()
        gained = self.intake_distress - self.distress
        self.common, self.progress = self.rapport + q.trust * self.trust, q.improvement * gained
        levels = self.goal_level(), self.task_level(), self.bond_level(self.therapist.strain)
        new_goal = goal + p.neglect_rate * (p.neglect_level - goal) + gauss(0.0, p.noise)
        new_task = task + p.neglect_rate * (p.neglect_level - task) + gauss(0.0, p.noise)
        new_bond = bond + p.neglect_rate * (p.neglect_level - bond) + gauss(0.0, p.noise)
        if self.attended:
            settled = p.settle * model.for_goal * free
            new_goal += min(p.goal_gain * model.for_goal * free, 1.0) * (levels[0] - goal)
            new_task += min(p.task_gain * model.for_task * free, 1.0) * (levels[1] - task)
            new_bond += min(p.bond_gain * model.for_bond * free, 1.0) * (levels[2] - bond)
            new_goal += p.negotiation * (task - goal)
            new_task += p.negotiation * (goal - task)
            if self.negotiated:
                settled += p.settle_repair
            self.met += min(settled, 1.0) * (1.0 - self.met)
        self.heal(1.0 - self.resolution)
        lost = 0.0
        if self.severity > 0.0:
            damage, lost = self.damage()
            self.hurt_goal = min(self.hurt_goal + damage[0], 6.0)
            self.hurt_task = min(self.hurt_task + damage[1], 6.0)
            self.hurt_bond += damage[2]
        self.hurt_bond = min(self.hurt_bond + self.hurt, 6.0)
        self.feel(new_goal - self.hurt_goal, new_task - self.hurt_task, new_bond - self.hurt_bond)
        e = self.law.engagement
        rest = expit(e.base + e.alliance * (self.alliance - 0.5))
        engagement = self.engagement + e.rate * (rest - self.engagement) + gauss(0.0, e.noise)
        engagement -= lost * self.engagement
        self.engagement = min(max(engagement, 0.0), 1.0)
        if self.explored:
            self.mask *= 1.0 - self.resolution
        self.carry_load()

    def damage(self) -> tuple[tuple[float, float, float], float]:
        """What a rupture does to goal, task and bond, and the share of engagement that it takes."""
        p = self.law.alliance
        hit = self.severity * (1.0 + self.harm) * (1.0 - self.resolution)
        blow = hit * (1.0 + p.fragility * (1.0 - self.security))
        goal = blow * (p.damage_main if self.source == GOAL else p.damage_other)
        task = blow * (p.damage_main if self.source == TASK else p.damage_other)
        bond = blow * (p.damage_main if self.source == BOND else p.damage_other) * p.bond_hurt
        if self.rupture == CONFRONTATION:
            self.mask *= 1.0 - p.unmask
            return (goal, task, bond), 0.0
        self.mask += p.mask_withdrawal * (goal + task + bond) / 3.0
        return (goal, task, bond), self.law.engagement.withdrawal * hit

    def feel(self, goal: float, task: float, bond: float) -> None:
        """Take on new felt components, log-odds held to [-6, 6], and what follows from them."""
        self.felt_goal = min(max(goal, -6.0), 6.0)
        self.felt_task = min(max(task, -6.0), 6.0)
        self.felt_bond = min(max(bond, -6.0), 6.0)
        self.goal, self.task, self.bond = expit(self.felt_goal), expit(self.felt_task), expit(self.felt_bond)
        self.alliance = (self.goal + self.task + self.bond) / 3.0

    def carry_load(self) -> None:
        """What stays unresolved, what it is about, and whether the therapist knows."""
        new = self.severity * (1.0 + self.harm) * (1.0 - self.resolution)
        if self.rupture and new >= self.load_before:
            self.about = self.source
        self.unresolved = min(self.unresolved + new, 10.0)
        if self.unresolved <= self.law.repair.open_load:
            self.known, self.about = False, 0
        elif self.noticed:
            self.known = True
