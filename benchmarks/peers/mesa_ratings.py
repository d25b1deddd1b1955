"""How a client of the plain Mesa model changes, answers questionnaires and leaves; mixed into `Client`."""

import math
from bisect import bisect

import mesa

from alliance_sim.law.state import Left
from peers.mesa_repair import CONFRONTATION, WITHDRAWAL, expit

STAYS, DROPS_OUT, COMPLETES = int(Left.NO), int(Left.DROPOUT), int(Left.COMPLETED)


class Rates(mesa.Agent):  # type: ignore[misc]
    """The stages of a session in which nothing is said: change, measurement, staying or leaving."""

    felt_goal: float
    felt_task: float
    felt_bond: float
    hurt_goal: float
    hurt_task: float
    hurt_bond: float
    lasting: float
    week: float
    distress: float
    resting: float

    def change(self, dose: float, overload: float, security_gain: float) -> None:
        """Move distress by technique through the gate, by the relationship, by life outside."""
        p = self.law.change
        improved = 0.0
        if self.attended:
            agreed = (1.0 - p.gate_bond) * 0.5 * (self.goal + self.task) + p.gate_bond * self.bond
            gate = 1.0 / (1.0 + (p.gate_half / agreed) ** p.gate_steepness)
            passes = p.safety * gate + (1.0 - p.safety) * p.open_gate
            relational = (1.0 - p.reinforcement) * self.alliance + p.reinforcement * self.bond * self.engagement
            room = 0.5 * max(self.lasting, 0.0) * self.responsiveness
            improved = room * (p.technique * dose * passes + p.relationship * relational)
            improved += p.corrective * security_gain - p.overload * overload
            self.resting = min(max(self.resting - p.lasting * improved, -3.0), 6.0)
        self.live(improved)
        if self.attended:
            self.week -= p.impact * (self.alliance - self.alliance_before)
            self.distress = self.lasting + self.week

    def live(self, improved: float) -> None:
        """Let a week of life outside move distress, after what the session improved."""
        p = self.law.change
        now = self.lasting - improved
        now += p.natural * (self.resting - now) + self.random.gauss(0.0, p.life)
        self.lasting = min(max(now, -3.0), 6.0)
        new = math.sqrt(1.0 - p.week_lasts * p.week_lasts) * self.random.gauss(0.0, p.week)
        self.week = p.week_lasts * self.week + new
        self.distress = self.lasting + self.week

    def unhurt(self) -> tuple[float, float, float]:
        """Goal, task and bond as they would be felt if nothing hurt, log-odds."""
        return self.felt_goal + self.hurt_goal, self.felt_task + self.hurt_task, self.felt_bond + self.hurt_bond

    def heal(self, kept: float) -> None:
        """Let a week pass over hurt, load and mask, of which repair has left a share."""
        self.load_before = self.unresolved
        left = (1.0 - self.law.alliance.healing * self.security) * kept
        self.hurt_goal *= left
        self.hurt_task *= left
        self.hurt_bond *= left
        self.unresolved *= left
        self.mask *= left

    def live_outside(self) -> None:
        """A week without a session, for a client who has left: nobody attends to the alliance."""
        p = self.law.alliance
        rate, level = p.neglect_rate, p.neglect_level
        goal, task, bond = self.unhurt()
        self.heal(1.0)
        self.felt_goal = min(max(goal + rate * (level - goal) - self.hurt_goal, -6.0), 6.0)
        self.felt_task = min(max(task + rate * (level - task) - self.hurt_task, -6.0), 6.0)
        self.felt_bond = min(max(bond + rate * (level - bond) - self.hurt_bond, -6.0), 6.0)
        self.live(0.0)

    def answer_questionnaires(self) -> None:
        """Fill in the client's and the therapist's alliance measure, 12 items each, and the symptom scale."""
        p, therapist, gauss = self.law.rating, self.therapist, self.random.gauss
        shown = self.deference + self.mask
        own = (1.0 - p.candour) * shown + p.leniency * self.leniency + gauss(0.0, p.occasion)
        work = own + gauss(0.0, p.subscale)
        goal = self.four_items(self.felt_goal + work)
        task = self.four_items(self.felt_task + work)
        bond = self.four_items(self.felt_bond + own + gauss(0.0, p.subscale))
        self.wai_goal, self.wai_task, self.wai_bond = goal / 4.0, task / 4.0, bond / 4.0
        self.wai_client = (goal + task + bond) / 12.0
        self.ratings.append(self.wai_client)
        seen, style = therapist.blind * shown, therapist.style + gauss(0.0, p.therapist_occasion)
        by_therapist = self.four_items(p.therapist_shrink * (self.felt_goal + seen) + style)
        by_therapist += self.four_items(p.therapist_shrink * (self.felt_task + seen) + style)
        by_therapist += self.four_items(p.therapist_shrink * (self.felt_bond + seen) + style)
        self.wai_therapist = by_therapist / 12.0
        self.symptoms = self.symptom_score()

    def four_items(self, component: float) -> int:
        """Sum of the answers (1-5) to four items about one component, under the graded response model."""
        p, uniform = self.law.rating, self.random.random
        odds = math.exp(p.shift + p.slope * component)
        one, two, three, four = self.model.item_steps
        at_most = (1 / (1 + odds * one), 1 / (1 + odds * two), 1 / (1 + odds * three), 1 / (1 + odds * four))
        return (
            4
            + bisect(at_most, uniform())
            + bisect(at_most, uniform())
            + bisect(at_most, uniform())
            + bisect(at_most, uniform())
        )

    def symptom_score(self) -> float:
        """Distress as the symptom scale shows it: in points, with error, in whole steps, within the scale."""
        scale, model = self.model.scale, self.model
        points = scale.community_mean + scale.unit * self.distress + self.random.gauss(0.0, model.symptom_error)
        points = min(max(points, scale.low), scale.high)
        steps = math.floor((points - scale.low) / scale.step + 0.5)
        return float(min(scale.low + steps * scale.step, scale.high))

    def report_ruptures(self, strain: float) -> None:
        """What client, therapist and observer say about ruptures in this session."""
        p, uniform = self.law.rating, self.random.random
        kind = self.rupture or (CONFRONTATION if uniform() < self.confronts else WITHDRAWAL)
        by_client = p.report_base - p.report_style * self.leniency
        by_observer = p.observer_base + p.observer_strain * strain
        if self.rupture:
            by_client += p.report_rupture + p.report_severity * self.severity
            by_observer += p.observer_rupture
            self.rupture_therapist = kind if self.noticed else 0
        elif uniform() < p.therapist_false:
            self.rupture_therapist = kind
        if uniform() < expit(by_client):
            self.rupture_client = kind
        if uniform() < expit(by_observer):
            self.rupture_observer = 3 - kind if uniform() < p.observer_confuses else kind
            seen = math.floor(1.5 + 4.0 * self.resolution + self.random.gauss(0.0, p.resolved_error))
            self.resolved_observer = float(min(max(seen, 1), 5)) if self.something else 5.0

    def stay_or_leave(self, week: int) -> None:
        """Complete early when well, or drop out."""
        p, uniform = self.law.leaving, self.random.random
        if self.lasting < p.well and week >= p.earliest and uniform() < p.complete:
            self.left = COMPLETES
            return
        logit = p.base - p.alliance * (self.alliance - 0.5) + p.unresolved * self.unresolved
        if uniform() < expit(logit - p.change * (self.intake_distress - self.lasting)):
            self.left = DROPS_OUT
