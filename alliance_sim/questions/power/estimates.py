"""The estimates: true effects, power at every size, type I error rates, and the smallest trials that suffice.

Keys: `about`, `arm`, `control`, `analysis`, `purpose` (curve: the designs that are stated; confirm: fresh trials of the
smallest), `therapists` of an arm, `clients` of each therapist in an arm. `about` is one of

    mean, dropout, known (clients with an outcome), variance, skewness
    effect, effect in SD, effect over draws, other sign (share of draws)
    ICC (therapists' share of the variance), design effect, SD of effects between therapists
    power, assurance (over draws), type I error, size-adjusted ..., size-adjusted gain (over the planned analysis)
    type I error of all caseloads, overstatement, wrong sign
    smallest trial, smallest trial by assurance, cost, best clients of a therapist
    closed-form power, closed-form smallest trial, t-test smallest trial, difference from closed form
    p of ... (chi-square tests: of curves, of the closed form, of equal ICCs)

Sizes that no allowed trial reaches are inf.
"""

import math
from functools import partial

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.stats import chi2

from alliance_sim.estimates.long import Estimates, Keyed
from alliance_sim.questions.frame.question import Question, Tables
from alliance_sim.questions.power.designs import counts, draws, overstatement, shares, type_1_errors
from alliance_sim.questions.power.people import ARMS, CENTRE, POSTERIOR
from alliance_sim.questions.power.plan import TrialPlan, plan_of
from alliance_sim.questions.power.run import SimulatedTrials, pick
from alliance_sim.questions.power.truth import Truth, closed_form, truth_of
from alliance_sim.stats.estimate import Estimate
from alliance_sim.stats.intervals import middle, normal
from alliance_sim.stats.montecarlo import summarise
from alliance_sim.stats.pooling import fixed_effect
from alliance_sim.stats.power_curve import Counts, Curve, Smallest, fit_curve, smallest_design, with_draws
from alliance_sim.stats.power_search import Searched
from alliance_sim.stats.trial_power import best_clients, design_effect, plain_error, smallest, t_power

Floats = NDArray[np.float64]

MANY = 20
"""Fewer therapists of an arm than this are few for a mixed model."""


def estimate(question: Question, simulated: SimulatedTrials) -> Tables:
    """All estimates; and counts of trials, fitted curves, rounds of the search, and simulated clinics."""
    return tables_of(plan_of(question), simulated)


def tables_of(plan: TrialPlan, simulated: SimulatedTrials) -> Tables:
    """The tables of a plan."""
    clinics, rows, searched = simulated.clinics, simulated.trials.rows, simulated.trials.searched
    truths = {m: truth_of(_centre(clinics, m), plan.main, plan.control) for m in plan.clients}
    curves = {m: fit_curve(each.counts, plan.level, plan.degrees) for m, each in searched.items()}
    over = _assurance(rows, plan) if plan.draws else None
    power = Estimates.of(shares(rows, plan))
    parts: list[Keyed] = [
        _true(plan, clinics),
        _over_draws(plan, clinics),
        _shares_of_therapists(plan, clinics, truths),
        ((row.key, row.estimate) for row in power),
        type_1_errors(rows, plan),
        overstatement(rows, plan, truths[plan.planned.clients].effect.value),
        _smallest(plan, searched, curves, over, truths),
        _closed(plan, clinics),
        _from_closed(plan, power, truths),
    ]
    return Tables(
        Estimates.of(row for part in parts for row in part),
        {
            "designs": counts(rows, plan),
            "curves": _curves(plan, searched, curves, over, truths),
            "search": _rounds(searched),
            "clinics": clinics,
        },
    )


def _centre(clinics: pd.DataFrame, clients: int) -> pd.DataFrame:
    return pick(clinics, parameters=CENTRE, clients=clients)


def _moved(found: Estimate, value: float) -> Estimate:
    """An estimate with the same interval around another value."""
    return found.plus(value - found.value)._replace(value=value)


def _true(plan: TrialPlan, clinics: pd.DataFrame) -> Keyed:
    """What is true of each arm at the planned caseload, and the effects of arms at every one."""
    planned = plan.planned.clients
    for point in plan.points:
        own = pick(_centre(clinics, planned), arm=point.arm)
        truth = truth_of(_centre(clinics, planned), point.arm, plan.control)
        mean, icc, dropout, known = (
            summarise(own[name].to_numpy(np.float64)).of_mean() for name in ("mean", "icc", "dropout", "known")
        )
        key = {"arm": point.arm, "clients": planned}
        yield {"about": "mean", **key}, mean._replace(unit=plan.outcome.unit)
        yield {"about": "dropout", **key}, dropout.times(100.0, "%")
        yield {"about": "known", **key}, known.times(100.0, "%")
        yield {"about": "ICC", **key}, _moved(icc.times(100.0, "%"), 100.0 * truth.one.icc)
        yield {"about": "variance", **key}, Estimate(truth.one.total)
        yield {"about": "skewness", **key}, Estimate(truth.skewness[0])
    pairs = [(point.arm, plan.control) for point in plan.points[1:]]
    pairs += [(plan.main, control) for control in plan.other_controls]
    for m in plan.clients:
        for arm, control in pairs:
            truth = truth_of(_centre(clinics, m), arm, control)
            key = {"arm": arm, "control": control, "clients": m}
            effect = truth.effect.of_mean(plan.outcome.unit)
            yield {"about": "effect", **key}, effect
            yield {"about": "effect in SD", **key}, effect.times(1.0 / math.sqrt(truth.total or math.nan), "SD")


def _pair(plan: TrialPlan, rows: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame]:
    """The rows of the main arm and of the control, by clinic."""
    one, other = (pick(rows, arm=arm).set_index("replicate") for arm in (plan.main, plan.control))
    return one, other


def effects_under_draws(plan: TrialPlan, clinics: pd.DataFrame) -> Floats:
    """The effect of the main arm in SD under each draw of the posterior, for the planned caseload.

    Without draws in whose clinic the outcome did not vary.
    """
    one, other = _pair(plan, pick(clinics, parameters=POSTERIOR, clients=plan.planned.clients))
    effect, total = one["effect"].to_numpy(np.float64), 0.5 * (one["total"] + other["total"]).to_numpy(np.float64)
    return np.asarray(effect[total > 0.0] / np.sqrt(total[total > 0.0]))


def _over_draws(plan: TrialPlan, clinics: pd.DataFrame) -> Keyed:
    """The effect of the main arm over draws: its mean with the middle 95 %, and how many have the other sign."""
    effects = effects_under_draws(plan, clinics)
    if len(effects):
        yield {"about": "effect over draws"}, Estimate(float(effects.mean()), *middle(effects), unit="SD")
        other = float(np.mean(np.sign(effects) != np.sign(effects.mean())))
        yield {"about": "other sign"}, Estimate(100.0 * other, unit="%")


def _shares_of_therapists(plan: TrialPlan, clinics: pd.DataFrame, truths: dict[int, Truth]) -> Keyed:
    """Therapists' share of the variance, arm and control together, for each caseload; and what follows from it."""
    found = {}
    for m, truth in truths.items():
        one, other = _pair(plan, _centre(clinics, m))
        between = (one["icc"] * one["total"] + other["icc"] * other["total"]).to_numpy(np.float64)
        total = (one["total"] + other["total"]).to_numpy(np.float64)
        share = summarise(between[total > 0.0] / total[total > 0.0]).of_mean().times(100.0, "%")
        found[m] = _moved(share, 100.0 * truth.icc)
        yield {"about": "ICC", "clients": m}, found[m]
        yield {"about": "design effect", "clients": m}, Estimate(design_effect(m, truth.icc))
        differs = math.sqrt(truth.effects / truth.total) if truth.total else math.nan
        yield {"about": "SD of effects between therapists", "clients": m}, Estimate(differs, unit="SD")
    known = [each for each in found.values() if each.error > 0.0]
    if len(known) > 1:
        taken = fixed_effect(np.array([each.value for each in known]), np.array([each.error for each in known]))
        yield {"about": "ICC of all caseloads"}, normal(taken.mean, taken.error)._replace(unit="%")
        yield {"about": "p of ICCs"}, Estimate(taken.p)
    if plan.costs[0] > 0.0:
        best = best_clients(*plan.costs, truths[plan.planned.clients].icc)
        yield {"about": "best clients of a therapist"}, Estimate(best)


def _size(found: int | None) -> float:
    return math.inf if found is None else float(found)


def _sizes(found: Smallest) -> Estimate:
    return Estimate(_size(found.therapists), _size(found.low), _size(found.high), unit="therapists")


def _smallest(
    plan: TrialPlan,
    searched: dict[int, Searched],
    curves: dict[int, Curve],
    over: Curve | None,
    truths: dict[int, Truth],
) -> Keyed:
    """The fewest therapists of an arm with the wanted power for each caseload, what they cost, and by assurance."""
    for m, each in searched.items():
        yield {"about": "smallest trial", "clients": m}, _sizes(each.smallest)
        yield {"about": "cost", "clients": m}, Estimate(plan.cost(_size(each.smallest.therapists), m))
        yield {"about": "p of curve", "clients": m}, Estimate(curves[m].misfit)
    truth = truths[plan.planned.clients]

    def power(clients: int) -> float:
        """Power of a t test that ignores therapists, with so many clients with an outcome in each arm."""
        ratio = abs(truth.effect.value) / plain_error(truth.one, truth.other, (clients, clients))
        return float(t_power(ratio, 2.0 * clients - 2.0, plan.level))

    naive = smallest(power, plan.goal.wanted, 2, 10_000_000)
    yield {"about": "t-test smallest trial"}, Estimate(2.0 * _size(naive), unit="clients")
    if over is not None:
        found = _sizes(smallest_design(over, plan.goal.wanted, plan.goal.most))
        yield {"about": "smallest trial by assurance", "clients": plan.planned.clients}, found


def _closed(plan: TrialPlan, clinics: pd.DataFrame) -> Keyed:
    """Power and smallest trials in closed form; against other controls for the planned caseload alone."""
    pairs = [(arm, plan.control, plan.clients) for arm in plan.compared]
    pairs += [(plan.main, control, (plan.planned.clients,)) for control in plan.other_controls]
    for arm, control, caseloads in pairs:
        for m in caseloads:
            truth = truth_of(_centre(clinics, m), arm, control)
            key = {"arm": arm, "control": control, "clients": m}
            for j in plan.therapists:
                share = Estimate(100.0 * closed_form(plan, truth, j, m), unit="%")
                yield {"about": "closed-form power", "therapists": j, **key}, share
            if arm == plan.main:
                power = partial(closed_form, plan, truth, clients=m)
                found = _size(smallest(power, plan.goal.wanted, 2, plan.goal.most))
                yield {"about": "closed-form smallest trial", **key}, Estimate(found, unit="therapists")


def _from_closed(plan: TrialPlan, power: Estimates, truths: dict[int, Truth]) -> Keyed:
    """Simulated power less that of the closed form, in designs of which most trials could be analysed.

    Each design's variance is that of the closed form's power; p is that of all designs together (chi-square).
    """
    z: dict[int, list[float]] = {}
    for row in power.where(about="power", arm=plan.main, analysis=plan.analysis, purpose="curve"):
        j, m = row["therapists"], row["clients"]
        closed = closed_form(plan, truths[m], j, m)
        gap = row.estimate.value / 100.0 - closed
        if not row.estimate.known:
            continue
        error = math.sqrt(max(closed * (1.0 - closed), 1e-6) / plan.replicates)
        z.setdefault(j, []).append(gap / error)
        key = {"about": "difference from closed form", "therapists": j, "clients": m}
        yield key, normal(gap, error).times(100.0, "percentage points")
    for about, least in (("p of closed form", 0), ("p of closed form, many therapists", MANY)):
        some = np.array([each for j, own_z in z.items() if j >= least for each in own_z])
        if len(some):
            yield {"about": about}, Estimate(float(chi2.sf(float(np.sum(some * some)), len(some))))


def _assurance(rows: pd.DataFrame, plan: TrialPlan) -> Curve:
    """The curve of assurance of the main arm, for the planned caseload.

    Nothing is searched here, so that the trials of the confirmed design are used too. Errors are those of draws, each
    of which has trials of every design.
    """
    own = pick(rows, scenario=ARMS, parameters=POSTERIOR, analysis=plan.analysis, arm=plan.main)
    own = pick(own, clients=plan.planned.clients)
    own = own.assign(significant=(own["p"] < plan.level.alpha).astype(np.float64), draw=draws(own, plan))
    cells = own.pivot_table(
        index="draw", columns="therapists", values="significant", aggfunc=["sum", "count"], fill_value=0.0
    )
    made, count = (cells[name].to_numpy(np.float64) for name in ("sum", "count"))
    sizes = cells["sum"].columns.to_numpy(np.float64)
    found = Counts(sizes, count.sum(axis=0), made.sum(axis=0))
    curve = fit_curve(found, plan.level, plan.degrees, scenarios_differ=True)
    return with_draws(curve, sizes, count, made)


def _curves(
    plan: TrialPlan,
    searched: dict[int, Searched],
    curves: dict[int, Curve],
    over: Curve | None,
    truths: dict[int, Truth],
) -> pd.DataFrame:
    """Fitted curves and closed forms of the main arm (0-1) for figures: parameters, clients, therapists, power, low,
    high, closed. From the smallest design to a little beyond the largest simulated one.
    """
    largest = min(1.15 * max(each.counts.therapists.max() for each in searched.values()), plan.goal.most)
    sizes = sorted({round(size) for size in np.geomspace(min(plan.therapists), largest, 60)})
    parts = []
    for m, curve in curves.items():
        closed = [closed_form(plan, truths[m], j, m) for j in sizes]
        parts.append(_along(curve, sizes).assign(clients=m, closed=closed, parameters=CENTRE))
    if over is not None:
        parts.append(_along(over, sizes).assign(clients=plan.planned.clients, closed=np.nan, parameters=POSTERIOR))
    return pd.concat(parts, ignore_index=True)


def _along(curve: Curve, sizes: list[int]) -> pd.DataFrame:
    low, high = curve.band(np.asarray(sizes, np.float64))
    return pd.DataFrame({"therapists": sizes, "power": curve.power(np.asarray(sizes)), "low": low, "high": high})


def _rounds(searched: dict[int, Searched]) -> pd.DataFrame:
    """The rounds of the search: what the curve said, and where trials were added; the last says why it ended."""
    names = ["clients", "round", "smallest", "low", "high", "therapists", "trials", "significant", "ended"]
    rows: list[tuple[object, ...]] = []
    for clients, each in searched.items():
        rows += [(clients, k, *own.smallest, *own[1:], "") for k, own in enumerate(each.rounds, 1)]
        rows.append((clients, len(each.rounds) + 1, *each.smallest, None, 0, 0, each.ended))
    return pd.DataFrame(rows, columns=names)
