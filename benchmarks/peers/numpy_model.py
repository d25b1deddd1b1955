"""The law as straightforward NumPy: arrays over replicates times therapists, one client slot at a time.

A *lane* is one therapist of one replicate. Clients of a caseload come one after the other within a week,
because strain goes from one to the next; all lanes move together. Draws come from `np.random.Generator`; both
sides of a branch are worked out and one is chosen by mask; lanes whose client has left are computed all the
same and marked in `in_treatment` (their rows are not taken out). It plays the mechanisms that are on by
default, with a session every week, and keeps no client table but the scores at intake and at the end.
"""

from types import SimpleNamespace

import numpy as np
from numpy.typing import NDArray

from alliance_sim.law.state import Events, Levels
from alliance_sim.law.world import Mechanisms
from alliance_sim.scenario.scenario import Scenario
from peers.numpy_measures import answer_questionnaires, report_ruptures
from peers.numpy_stages import Array, change, expit, feel_strain, meet_rupture, technique, update_alliance

HURTS = ("hurt_goal", "hurt_task", "hurt_bond")


class NumpyModel:
    """Replicates of one scenario, played together; the table is allocated once and used again by every run.

    `table` maps each column of the session table to an array (weeks, caseload, lanes), of which `in_treatment`
    says which rows count. Raises ValueError for a scenario with rival mechanisms or without weekly sessions.
    """

    def __init__(self, scenario: Scenario, replicates: int) -> None:
        """Set the size, and set memory aside."""
        world = scenario.world
        if world.mechanisms != Mechanisms() or world.treatment.every != 1:
            raise ValueError("the NumPy model plays the default mechanisms with a session every week")
        self.world, self.law, self.clinic = world, world.parameters, scenario.clinic
        self.lanes = replicates * self.clinic.therapists
        size = (self.clinic.weeks, self.clinic.caseload, self.lanes)
        self.table: dict[str, NDArray[np.float64] | NDArray[np.int8]] = {}
        self.table |= {name: np.zeros(size) for name in Levels._fields}
        self.table |= {name: np.zeros(size, np.int8) for name in Events._fields}
        self.in_treatment = np.zeros(size, bool)

    def run(self, seed: int = 1) -> int:
        """Play every week of the planned treatment; the number of scheduled sessions of clients in treatment."""
        self.rng = np.random.default_rng(seed)
        self.hire()
        self.admit()
        for week in range(1, self.clinic.weeks + 1):
            self.strain *= 1.0 - self.law.strain.week
            for turn in range(self.clinic.caseload):
                self.session(week, (turn + week) % self.clinic.caseload)
        self.symptoms_end = self.score(self.clients.distress + self.clients.week)
        return int(self.in_treatment.sum())

    def hire(self) -> None:
        """Draw the therapists, one a lane."""
        p, z = self.law.intake, self.rng.standard_normal((5, self.lanes))
        self.attunement = p.attunement_mean + p.attunement_sd * z[0]
        self.repair_skill = p.repair_mean + p.repair_sd * z[1]
        self.competence = p.competence_mean + p.competence_sd * z[2]
        self.defensiveness = p.defensiveness_mean + p.defensiveness_sd * z[3]
        self.modesty = z[4]
        self.quality = expit(self.law.technique.quality_base + self.law.technique.quality_competence * self.competence)
        rating = self.law.rating
        self.blind = 1.0 - expit(rating.therapist_weight + rating.therapist_attunement * self.attunement)
        self.strain = np.zeros(self.lanes)
        self.learned = np.zeros(self.lanes)

    def admit(self) -> None:
        """Draw the clients, arrays (caseload, lanes), and their first impressions."""
        p, q, size = self.law.intake, self.law.security, (self.clinic.caseload, self.lanes)
        z, u = self.rng.standard_normal((10, *size)), self.rng.random((3, *size))
        r = p.attachment_correlation
        c = self.clients = SimpleNamespace()
        c.anxiety = z[0]
        c.avoidance = r * z[0] + np.sqrt(1.0 - r * r) * z[1]
        c.trauma = np.where(u[0] < p.trauma_prevalence, 0.5 + 0.5 * u[1], 0.0)
        treatment = self.world.treatment
        c.apart_in_aims = np.abs(expit(p.priority_mean + p.priority_sd * z[2]) - treatment.target)
        c.apart_in_ways = np.abs(expit(p.preference_mean + p.preference_sd * z[3]) - treatment.structure)
        c.rapport = p.rapport_sd * z[4]
        c.leniency = z[5]
        c.deference = 2.0 * p.deference_mean * u[2]
        insecurity, along = (c.anxiety + c.avoidance) / np.sqrt(2.0 + 2.0 * r), p.distress_insecurity
        c.resting = p.resting_mean + p.resting_sd * (along * insecurity + np.sqrt(1.0 - along * along) * z[6])
        c.distress = c.resting + p.episode_mean + p.episode_sd * z[7]
        c.intake_distress = c.distress.copy()
        c.week = self.law.change.week * z[8]
        c.responsiveness = np.exp(p.responsiveness_sd * z[9] - 0.5 * p.responsiveness_sd**2)
        self.symptoms_intake = self.score(c.distress + c.week)
        c.security = expit(q.level - q.anxiety * c.anxiety - q.avoidance * c.avoidance - q.trauma * c.trauma)
        for name in (*HURTS, "trust", "unresolved", "mask", "met", "ratings", "last_rating", "usual_rating"):
            setattr(c, name, np.zeros(size))
        c.known, c.left = np.zeros(size, bool), np.zeros(size, np.int8)
        c.about = np.zeros(size, np.int8)
        self.first_impression()

    def first_impression(self) -> None:
        """Start below what the pair can sustain, give or take."""
        p, e, c = self.law.sustain, self.law.engagement, self.clients
        z = self.rng.standard_normal((4, *c.rapport.shape))
        everyone = slice(None)
        c.common, c.progress = c.rapport.copy(), np.zeros_like(c.rapport)
        c.goal = self.goal_level(everyone) - p.start_gap + p.start_noise * z[0]
        c.task = self.task_level(everyone, expit(c.goal)) - p.start_gap + p.start_noise * z[1]
        c.bond = self.bond_level(everyone, 0.0) - p.start_gap + p.start_noise * z[2]
        mean = (expit(c.goal) + expit(c.task) + expit(c.bond)) / 3.0
        rest = expit(e.base + e.alliance * (mean - 0.5))
        c.engagement = np.clip(rest + e.noise * z[3], 0.0, 1.0)

    def goal_level(self, slot: int | slice) -> Array:
        """Felt agreement on goals that each pair can sustain, log-odds."""
        p, c = self.law.sustain, self.clients
        mismatch = c.apart_in_aims[slot] * (1.0 - c.met[slot])
        level: Array = p.goal_level - p.goal_mismatch * mismatch + c.common[slot] + c.progress[slot]
        return level

    def task_level(self, slot: int | slice, goal: Array) -> Array:
        """Felt agreement on tasks that each pair can sustain, log-odds."""
        p, c = self.law.sustain, self.clients
        fit = 1.0 - c.apart_in_ways[slot] * (1.0 - c.met[slot])
        convincing = p.task_competence * self.competence
        level: Array = (
            p.task_level + p.task_fit * fit + p.task_goal * goal + convincing + c.common[slot] + c.progress[slot]
        )
        return level

    def bond_level(self, slot: int | slice, strain: Array | float) -> Array:
        """Felt bond that each pair can sustain with so much strain of the therapist, log-odds."""
        p, c = self.law.sustain, self.clients
        level: Array = (
            p.bond_level
            + p.bond_attunement * self.attunement
            + p.bond_security * (c.security[slot] - 0.5)
            - p.bond_anxiety * c.anxiety[slot]
            - p.bond_avoidance * c.avoidance[slot]
            - p.bond_strain * strain
            + c.common[slot]
            + p.improvement_bond * c.progress[slot]
        )
        return level

    def score(self, distress: Array) -> Array:
        """Distress as the symptom scale shows it: in points, with error, in whole steps, within the scale."""
        scale = self.world.scale
        error = scale.unit * np.sqrt(1.0 / scale.reliability - 1.0) * self.rng.standard_normal(distress.shape)
        points = np.clip(scale.community_mean + scale.unit * distress + error, scale.low, scale.high)
        steps = np.floor((points - scale.low) / scale.step + 0.5)
        shown: Array = np.minimum(scale.low + steps * scale.step, scale.high)
        return shown

    def session(self, week: int, slot: int) -> None:
        """Go through the stages of one scheduled session of the client of one slot, in every lane."""
        b = SimpleNamespace(**{name: values[slot] for name, values in vars(self.clients).items()})
        h = SimpleNamespace(active=b.left == 0)
        policy = self.world.policy
        p = self.law.attendance
        comes = expit(p.base + p.engagement * (b.engagement - 0.5) - p.unresolved * b.unresolved)
        h.attended = h.active & (self.rng.random(self.lanes) < comes)
        fell = b.usual_rating - b.last_rating >= policy.threshold
        h.flagged = fell & (b.ratings >= 2.0) & (policy.monitor >= 0.5)
        h.planned = np.minimum(policy.checkin + policy.followup * (b.known | h.flagged), 0.9)
        h.goal, h.task, h.bond = expit(b.goal), expit(b.task), expit(b.bond)
        technique(self, b, h)
        feel_strain(self, b, h)
        meet_rupture(self, b, h)
        h.used = np.minimum(np.maximum(h.planned, policy.checkin + h.taken), 0.9)
        q = self.law.sustain
        gained = b.intake_distress - b.distress - b.week
        self.clients.common[slot] = b.rapport + q.trust * b.trust
        self.clients.progress[slot] = q.improvement * gained
        h.levels = self.goal_level(slot), self.task_level(slot, h.goal), self.bond_level(slot, self.strain)
        update_alliance(self, b, h)
        change(self, b, h)
        self.end_hour(h)
        answer_questionnaires(self, b, h)
        h.symptoms = np.where(h.attended, self.score(h.distress), np.nan)
        report_ruptures(self, b, h)
        self.stay_or_leave(week, b, h)
        self.keep(week, slot, b, h)

    def end_hour(self, h: SimpleNamespace) -> None:
        """Carry over what the hour left in the therapists: strain, and what a repair taught."""
        p = self.law.strain
        weight = np.where(h.rupture == 2, p.confrontation, 1.0)
        added = p.rupture * weight * h.severity * (1.0 - p.relief * h.resolution)
        after = np.minimum(self.strain * (1.0 - p.hour) + added, 10.0)
        self.strain = h.therapist_strain = np.where(h.active, after, self.strain)
        self.learned += h.repaired * p.learning * np.maximum(p.ceiling - self.learned, 0.0)

    def stay_or_leave(self, week: int, b: SimpleNamespace, h: SimpleNamespace) -> None:
        """Complete early when well, or drop out; nobody leaves early from the last session."""
        p, u = self.law.leaving, self.rng.random((2, self.lanes))
        logit = p.base - p.alliance * (h.alliance - 0.5) + p.unresolved * h.unresolved
        drops_out = u[0] < expit(logit - p.change * (b.intake_distress - h.lasting))
        completes = (h.lasting < p.well) & (u[1] < p.complete) & (week >= p.earliest)
        h.left = np.where(completes, 2, np.where(drops_out, 1, 0)) * (week < self.clinic.weeks)

    def keep(self, week: int, slot: int, b: SimpleNamespace, h: SimpleNamespace) -> None:
        """Write the session's row of the table, and the client's new state where the client is in treatment."""
        h.session = week
        for name, values in self.table.items():
            values[week - 1, slot] = getattr(h, name)
        self.in_treatment[week - 1, slot] = h.active
        c = self.clients
        c.distress[slot], c.week[slot] = h.lasting, h.week
        for name, now in {"goal": h.felt_goal, "task": h.felt_task, "bond": h.felt_bond}.items():
            np.copyto(getattr(c, name)[slot], now, where=h.active)
        kept = ("engagement", "security", "trust", "unresolved", "mask", "met", "known", "about", "resting", "left")
        for name in (*HURTS, *kept):
            np.copyto(getattr(c, name)[slot], getattr(h, name), where=h.active, casting="unsafe")
        n = np.maximum(b.ratings, 1.0)
        usual = np.where(b.ratings >= 1.0, (b.usual_rating * (n - 1.0) + b.last_rating) / n, 0.0)
        np.copyto(c.usual_rating[slot], usual, where=h.attended)
        np.copyto(c.last_rating[slot], h.wai_client, where=h.attended)
        c.ratings[slot] += h.attended
