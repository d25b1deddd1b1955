"""Everything that came of a power inquiry, with the questions that its words and tables ask of it."""

from typing import NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.stats import chi2

from alliance_sim.evidence.practice import scale_named
from alliance_sim.questions.power.conduct import Simulated
from alliance_sim.questions.power.people import ALIKE, ARMS, CENTRE, POSTERIOR, Design
from alliance_sim.questions.power.plan import Plan
from alliance_sim.questions.power.promise import ENOUGH, FalsePositives, false_positives
from alliance_sim.questions.power.search import Goal
from alliance_sim.questions.power.section import Outcome
from alliance_sim.questions.power.summary import adjusted, pick
from alliance_sim.questions.power.truth import Truth, truth_of
from alliance_sim.scenario import catalog
from alliance_sim.stats.montecarlo import Summary, summarise
from alliance_sim.stats.power_curve import Curve, Smallest, smallest_design
from alliance_sim.stats.rejections import UNADJUSTED, Adjusted, Exaggeration, Rate, exaggeration
from alliance_sim.stats.trial_power import plain_error, smallest, t_power

Floats = NDArray[np.float64]


class Agreement(NamedTuple):
    """How simulated power compares with the closed form, over the designs of the curve."""

    largest: float  # difference, simulated minus closed form
    at: Design
    standardised: float  # that difference in Monte-Carlo standard errors
    p: float  # of all designs together, chi-square
    designs: int


class Scale(NamedTuple):
    """What one client's symptom score must change by to exceed its error of measurement."""

    name: str
    reliable: float  # points
    source: str  # empty where the number is not that of the catalogue


class Found(NamedTuple):
    """What came of a power inquiry."""

    plan: Plan
    goal: Goal
    costs: tuple[float, float]  # of a therapist, of a client
    worlds: pd.DataFrame  # rows of `measured_truth`
    simulated: Simulated

    def truth(self, clients: int, arm: str = "", control: str = "", parameters: str = CENTRE) -> Truth:
        """What is true of an arm (the main one) against a control (the control) for so many clients of a therapist."""
        rows = pick(self.worlds, parameters=parameters, clients=clients)
        return truth_of(rows, arm or self.plan.main, control or self.plan.control)

    def shares(self) -> dict[int, Summary]:
        """Therapists' share of the variance (0-1), arm and control together, by clients of a therapist."""
        found = {}
        for m in self.plan.clients:
            rows = pick(self.worlds, parameters=CENTRE, clients=m)
            one, other = (pick(rows, arm=arm).set_index("number") for arm in (self.plan.main, self.plan.control))
            between = (one["icc"] * one["total"] + other["icc"] * other["total"]).to_numpy(np.float64)
            total = (one["total"] + other["total"]).to_numpy(np.float64)
            found[m] = at_value(summarise(between[total > 0.0] / total[total > 0.0]), self.truth(m).icc)
        return found

    def scale(self) -> Scale | None:
        """The scale of the outcome; None where it is not symptoms."""
        if self.plan.measured.outcome != Outcome.SYMPTOMS:
            return None
        scenario = self.plan.points[0].scenario
        name, reliable = scenario.symptoms, float(scenario.world.scale.reliable)
        as_shipped = name in catalog.scales() and scale_named(name).reliable == reliable
        source = catalog.entry("instruments", name).sources["reliable"] if as_shipped else ""
        return Scale(name, reliable, source)

    def rows(self, **at: object) -> pd.DataFrame:
        """Designs at these values, of the main arm unless another is named."""
        return pick(self.simulated.designs, **{"arm": self.plan.main, "analysis": self.plan.analysis, **at})

    def rate(self, design: Design, **at: object) -> Rate | None:
        """The significant share of one design's trials; None where they were not simulated."""
        rows = self.rows(therapists=design.therapists, clients=design.clients, **at)
        if rows.empty:
            return None
        row = rows.iloc[0]
        trials = int(row["trials"])
        if int(row["not_analysed"]) == trials:  # none significant, for none was analysed
            return Rate(np.nan, np.nan, np.nan, 0, trials)
        return Rate(
            float(row["share"]), float(row["low"]), float(row["high"]), round(float(row["share"]) * trials), trials
        )

    def failed(self, design: Design) -> tuple[int, int]:
        """How many trials of a design could not be analysed as planned, and how many there are, at the centre."""
        rows = self.rows(
            therapists=design.therapists, clients=design.clients, world=ARMS, parameters=CENTRE, purpose="curve"
        )
        return int(rows["not_analysed"].sum()), int(rows["trials"].sum())

    def analysed(self, clients: int | None = None) -> bool:
        """Whether trials enough could be analysed to speak of power, in designs of a caseload or in the planned one."""
        plan = self.plan
        designs = [plan.planned] if clients is None else [each for each in plan.designs() if each.clients == clients]
        failed, trials = (sum(counts) for counts in zip(*map(self.failed, designs), strict=True))
        return bool(trials - failed >= ENOUGH * trials)

    def adjusted(self, analysis: str) -> Rate | None:
        """Power of the planned size at the level that keeps its promise, at the centre; None where it is not known."""
        fair = self._fair(analysis)
        trials = self.plan.replicates
        known = np.isfinite(fair.power)
        return Rate(fair.power, fair.low, fair.high, round(fair.power * trials), trials) if known else None

    def beside_planned(self, analysis: str) -> tuple[float, float, float] | None:
        """How much more of that power an analysis has than the planned one, with its 95 % interval (0-1).

        Both analyse the same trials, of which the same are taken anew, so that what they share drops out.
        """
        own, planned = self._fair(analysis), self._fair(self.plan.analysis)
        gaps = own.anew - planned.anew if len(own.anew) == len(planned.anew) else np.empty(0)
        gaps = gaps[np.isfinite(gaps)]
        if len(gaps) == 0:
            return None
        low, high = np.quantile(gaps, [0.025, 0.975])
        return own.power - planned.power, float(low), float(high)

    def _fair(self, analysis: str) -> Adjusted:
        """Size-adjusted power of an analysis of trials of the planned size."""
        plan = self.plan
        own = pick(
            self.simulated.trials, parameters=CENTRE, purpose="curve", arm=plan.main, analysis=analysis,
            therapists=plan.planned.therapists, clients=plan.planned.clients,
        )  # fmt: skip
        rows, null = pick(own, world=ARMS), pick(own, world=ALIKE)
        return adjusted(rows, null, plan) if len(rows) and len(null) else UNADJUSTED

    def false_positives(self, arm: str = "") -> dict[str, FalsePositives]:
        """False positives of every analysis, at the centre."""
        return false_positives(self.simulated.designs, self.plan, arm or self.plan.main)

    def closed_form(self, clients: int, control: str = "") -> int | None:
        """The fewest therapists of an arm with the wanted power in closed form; None where no size allowed has it."""
        truth = self.truth(clients, control=control)
        return smallest(lambda j: self.plan.closed_form(truth, j, clients), self.goal.wanted, 2, self.goal.most)

    def without_therapists(self) -> int | None:
        """Clients of both arms that a two-sample t test needs which forgets therapists, in closed form."""
        truth, plan = self.truth(self.plan.planned.clients), self.plan

        def power(clients: int) -> float:
            """Power with so many clients with an outcome in each arm."""
            ratio = abs(truth.effect.value) / plain_error(truth.one, truth.other, (clients, clients))
            return float(t_power(ratio, 2.0 * clients - 2.0, plan.level))

        found = smallest(power, self.goal.wanted, 2, 10_000_000)
        return None if found is None else 2 * found

    def reports(self) -> Exaggeration:
        """What significant trials of the planned size report."""
        plan = self.plan
        rows = pick(
            self.simulated.trials, world=ARMS, parameters=CENTRE, purpose="curve", arm=plan.main,
            analysis=plan.analysis, therapists=plan.planned.therapists, clients=plan.planned.clients,
        )  # fmt: skip
        estimates, p = (rows[name].to_numpy(np.float64) for name in ("estimate", "p"))
        return exaggeration(estimates, p, plan.level.alpha, self.truth(plan.planned.clients).effect.value)

    def agreement(self, least: int = 0) -> Agreement | None:
        """Simulated power against the closed form, in designs with at least so many therapists of an arm.

        Designs of which most trials could not be analysed have no power to compare.

        Each design's variance is that of the closed form's power. None without such designs.
        """
        rows = self.rows(world=ARMS, parameters=CENTRE, purpose="curve")
        rows = rows[(rows["therapists"] >= least) & (rows["not_analysed"] <= (1.0 - ENOUGH) * rows["trials"])]
        if rows.empty:
            return None
        truths = {m: self.truth(m) for m in self.plan.clients}
        closed = np.array([self.plan.closed_form(truths[int(m)], int(j), int(m)) for j, m in _sizes(rows)])
        gap = rows["share"].to_numpy(np.float64) - closed
        z = gap / np.sqrt(np.maximum(closed * (1.0 - closed), 1e-6) / rows["trials"].to_numpy(np.float64))
        k = int(np.argmax(np.abs(gap)))
        j, m = list(_sizes(rows))[k]
        total = float(chi2.sf(float(np.sum(z * z)), len(z)))
        return Agreement(float(gap[k]), Design(int(j), int(m)), float(z[k]), total, len(z))

    def assured(self) -> Smallest | None:
        """The fewest therapists of an arm whose assurance is the wanted power, at the planned caseload."""
        curve = self.assurance()
        return None if curve is None else smallest_design(curve, self.goal.wanted, self.goal.most)

    def assurance(self) -> Curve | None:
        """Assurance of the main arm at the planned caseload; None without a posterior."""
        return self.simulated.assurance.get((self.plan.main, self.plan.planned.clients))

    def effects(self) -> Floats:
        """The main arm's effect in SD under each draw of the posterior, at the planned caseload.

        Without draws in whose clinic the outcome did not vary.
        """
        rows = pick(self.worlds, parameters=POSTERIOR, clients=self.plan.planned.clients)
        one, other = (pick(rows, arm=arm).set_index("number") for arm in (self.plan.main, self.plan.control))
        effect, total = one["effect"].to_numpy(np.float64), 0.5 * (one["total"] + other["total"]).to_numpy(np.float64)
        return np.asarray(effect[total > 0.0] / np.sqrt(total[total > 0.0]))


def at_value(summary: Summary, value: float) -> Summary:
    """A summary moved to another estimate of the same number, which is as far off."""
    further = value - summary.value
    return summary._replace(value=value, low=summary.low + further, high=summary.high + further)


def _sizes(rows: pd.DataFrame) -> list[tuple[int, int]]:
    return [(int(j), int(m)) for j, m in zip(rows["therapists"], rows["clients"], strict=True)]
