"""How the therapist of a client of the plain Mesa model meets a rupture; mixed into `Client`."""

import math

import mesa

from alliance_sim.law.state import Rupture, Source

WITHDRAWAL, CONFRONTATION = int(Rupture.WITHDRAWAL), int(Rupture.CONFRONTATION)
GOAL, TASK, BOND = int(Source.GOAL), int(Source.TASK), int(Source.BOND)


def expit(x: float) -> float:
    """Probability whose log-odds is x."""
    return 1.0 / (1.0 + math.exp(-x))


class MeetsRuptures(mesa.Agent):  # type: ignore[misc]
    """The stage of repair: notice, acknowledge, explore, negotiate."""

    def meet_rupture(self, flagged: bool, planned: float) -> float:
        """Notice and repair, as far as the therapist gets; the share of the hour that it took."""
        p, policy, uniform = self.law.repair, self.model.policy, self.random.random
        if uniform() < self.chance_of_notice(flagged, planned):
            self.noticed = 1
        if not self.noticed or uniform() >= policy.acknowledge:
            if self.rupture and policy.press > 0.0:
                self.pressed_on = 1
                self.harm = p.harm_press * policy.press
            return 0.0
        therapist = self.therapist
        defence = p.defensive + p.defensive_trait * therapist.defensiveness + p.defensive_strain * therapist.strain
        if self.rupture == CONFRONTATION:
            defence += p.defensive_confrontation
        if uniform() < expit(defence):
            self.defensive = 1
            self.harm = p.harm_defensive if self.rupture else 0.0
            return float(p.time)
        return self.go_through_steps()

    def chance_of_notice(self, flagged: bool, planned: float) -> float:
        """Probability that the therapist notices today's rupture, or what an older one left."""
        p, therapist = self.law.repair, self.therapist
        logit = (
            p.notice
            + self.model.policy.vigilance
            + p.notice_severity * (self.severity if self.rupture else self.unresolved)
            + p.notice_skill * (therapist.repair_skill + therapist.learned)
            + p.notice_attunement * therapist.attunement
            - p.notice_strain * therapist.strain
            + p.notice_asked * planned
        )
        if self.rupture == CONFRONTATION:
            logit += p.notice_confrontation
        else:
            logit -= p.notice_mask * self.mask + p.notice_hidden * self.severity
        if flagged:
            logit += p.notice_flag
        if not self.rupture and not self.known:
            logit -= p.notice_old
        return expit(logit)

    def go_through_steps(self) -> float:
        """Acknowledge, explore, negotiate, each as far as the one before succeeded; the share of the hour it took."""
        p, policy, uniform = self.law.repair, self.model.policy, self.random.random
        therapist = self.therapist
        skill = p.step_skill * (therapist.repair_skill + therapist.learned) + p.step_security * (self.security - 0.5)
        succeeds = expit(p.step + skill)
        taken = p.time
        if uniform() < p.over_apology * min(max(policy.apology - 1.0, 0.0), 1.0):
            self.over_apologised = 1
            self.hurt = p.harm_apology
        about_bond = (self.source if self.rupture else self.about) == BOND
        if uniform() < succeeds:
            self.acknowledged = 1
            self.resolution = p.weight_acknowledge * min(policy.apology, 1.0)
            if uniform() < policy.explore:
                taken += p.time
                harder = p.explore_apology if self.over_apologised else 0.0
                if uniform() < (expit(p.step + skill - harder) if harder else succeeds):
                    self.explored = 1
                    self.resolution += p.weight_main if about_bond else p.weight_other
                    if uniform() < policy.negotiate:
                        taken += p.time
                        if uniform() < succeeds:
                            self.negotiated = 1
                            self.resolution += p.weight_other if about_bond else p.weight_main
        self.resolution = min(self.resolution, 1.0)
        self.repaired = int(self.resolution >= p.criterion)
        return float(taken)
