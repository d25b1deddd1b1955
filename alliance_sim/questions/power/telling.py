"""What stands beside the tables and figures of a power inquiry, in words that follow the numbers."""

import numpy as np

from alliance_sim.questions.power.found import Found
from alliance_sim.questions.power.people import ALIKE, CENTRE
from alliance_sim.questions.power.promise import CONFIDENCE
from alliance_sim.questions.power.section import Dropouts, Outcome
from alliance_sim.questions.power.tables import percent, percent_of
from alliance_sim.questions.power.words import size_words
from alliance_sim.stats.arm_effect import LABELS
from alliance_sim.stats.intervals import NORMAL_95
from alliance_sim.stats.numbers import listed, number, p_words
from alliance_sim.stats.pooling import fixed_effect
from alliance_sim.stats.trial_power import best_clients

ANALYSED = {
    "mixed": "a linear mixed model with therapists as a random effect (REML; t with therapists' degrees of freedom)",
    "ignoring": "ordinary least squares as if clients had no therapists",
    "robust": "ordinary least squares with cluster-robust standard errors (t with therapists' degrees of freedom)",
    "means": "a t test of the means of therapists",
}

MISSING = {
    Dropouts.ASSESSED: " Everybody is assessed at the planned end, whoever has left (intention to treat).",
    Dropouts.LEFT_OUT: (
        " Clients who dropped out have no outcome and are left out: the completers. For a mixed model that is the "
        "likelihood of what was seen, and right if dropping out depends on nothing but arm and intake."
    ),
    Dropouts.CARRIED_FORWARD: " For clients who dropped out the last score seen in a session is carried forward.",
}


def trial(found: Found) -> str:
    """What kind of trial it is, and how the table of what is true is read."""
    plan, measured = found.plan, found.plan.measured
    where = (
        "Each therapist works in every arm; clients are randomised within the caseload of a therapist. (In the "
        "simulation, what a therapist carries from one hour to the next, strain and what was learned, is carried "
        "within an arm: it is that of a caseload as large as the whole one, all treated as in this arm.)"
        if plan.crossed
        else "Each therapist works in one arm: therapists are randomised, and their clients with them."
    )
    sides = "two-sided" if plan.level.sided == 2 else "one-sided"
    covariate = " Symptoms at intake are a covariate." if plan.adjusted else ""
    missing = MISSING[Dropouts(measured.dropouts)] if measured.outcome == Outcome.SYMPTOMS else ""
    if measured.lost > 0.0:
        missing += f" {percent(measured.lost, 0)} % of clients, whoever they are, are lost to follow-up."
    given = ", of the outcome given intake" if plan.adjusted else ""
    return (
        f"{where} The planned trial has {size_words(found, plan.planned)}: {plan.planned.clients} clients of each "
        f"therapist in an arm. Compared is {plan.outcome.name}, {sides} at {plan.level.alpha:g}. The planned "
        f"analysis is {ANALYSED[plan.analysis]}.{covariate}{missing}{_reliable(found)}\n\n"
        f"The table shows what is *true* in the simulated world, from {plan.true_clients:,} clients of each arm: the "
        "mean of each arm, its effect against the control, and the share of the variance that lies between therapists "
        f"(the intraclass correlation{given}), with 95 % Monte-Carlo intervals. These numbers emerge from the model; "
        "none of them is set."
    )


def _reliable(found: Found) -> str:
    """How an effect on symptoms compares with a change of one client that exceeds the error of measurement."""
    scale, truth = found.scale(), found.truth(found.plan.planned.clients)
    if scale is None or scale.reliable <= 0.0:
        return ""
    effect = abs(truth.effect.value)
    source = f"; {scale.source}" if scale.source else ""
    return (
        f"\n\nHow large is {number(effect, 2)} points? One client's score must change by {scale.reliable:g} to exceed "
        f"its error of measurement (reliable change of {scale.name}{source}). The effect is a difference between "
        f"means, {percent(effect / scale.reliable, 0)} % of that, and {number(abs(truth.d), 2)} SD; 0.2 SD is called "
        "small (Cohen, 1988)."
    )


def sizes(found: Found) -> str:
    """How the table and the figure of all designs are read, and whether everything could be analysed."""
    plan = found.plan
    crossed = " (crossed therapists are the same people in all arms of one trial)" if plan.crossed else ""
    return (
        f"Every design is {plan.replicates:,} trials with people of their own: no two trials, and no two arms, share a "
        f"client or a therapist{crossed}. {_several(found)}*Power* is the share of trials that end significant, with a "
        "95 % Monte-Carlo interval; *false positives* is the same share where every arm is played like the control; "
        "*closed form* is what a planner computes from the effect and the variances above. The size of a trial is its "
        "therapists *and* their clients: more clients of the same therapists are worth less than more "
        f"therapists.{_curves(found)} {_fits(found)}"
    )


def _curves(found: Found) -> str:
    """Which of the curves miss their designs, and of which designs they are made."""
    curves = {m: found.simulated.curves[found.plan.main, m] for m in found.plan.clients}
    tested = {m: curve for m, curve in curves.items() if np.isfinite(curve.misfit)}
    missing = {m: curve for m, curve in tested.items() if curve.misfit <= 0.05}
    if not missing:
        least = min((curve.misfit for curve in tested.values()), default=np.nan)
        fits = f" All curves fit their designs (chi-square; the least {p_words(least)})."
        return fits if tested else ""
    told = []
    for m, curve in missing.items():
        more = curve.designs - len(found.plan.therapists)
        of = f"{curve.designs - more} of the table and {more} that the search tried; " if more else ""
        told.append(f"that for {m} clients of each therapist ({curve.designs} designs: {of}{p_words(curve.misfit)})")
    miss = "misses some of its" if len(told) == 1 else "miss some of their"
    return (
        f" {len(told)} of {len(tested)} curves {miss} designs (chi-square): {listed(told)}. Where they part, trust the "
        "marks."
    )


def _several(found: Found) -> str:
    if len(found.plan.compared) < 2:
        return ""
    return "Each arm is tested against the control at the same level, without correction for the number of arms. "


def _fits(found: Found) -> str:
    table = found.rows()
    failed, trials = int(table["not_analysed"].sum()), int(table["trials"].sum())
    if failed == 0:
        return f"All {trials:,} trials{_which(found)} could be analysed as planned."
    change = float((table["share_of_analysed"] - table["share"]).abs().max())
    words = f"{failed:,} of {trials:,} trials{_which(found)} could not be analysed as planned. They count as not "
    words += "significant"
    if failed == trials:
        return f"{words}, so that no share here says anything of power."
    return f"{words}; without them no share changes by more than {percent(change)} percentage points."


def _which(found: Found) -> str:
    """Which trials are counted: those of the designs, and those that confirm."""
    trials = found.rows().groupby("purpose")["trials"].sum()
    fresh = int(trials.get("confirm", 0))
    return f" ({int(trials['curve']):,} of the designs and {fresh:,} fresh ones to confirm)" if fresh else ""


def smallest(found: Found) -> str:
    """How the smallest designs were found."""
    goal = found.goal
    words = (
        "For each caseload a curve through the designs near the wanted power says where it lies (within one probit, "
        f"and at least the two nearest). Trials are added there, {goal.batch:,} a round, until the 95 % interval of "
        f"the number of therapists is at most {percent(goal.close, 0)} % of it wide, or {goal.refine:,} trials are "
        "spent. The interval is that of inverse prediction: where the ends of the curve's band reach the wanted power. "
        f"It tells Monte-Carlo error only.{_cheapest(found)}{_shares(found)}"
    )
    if found.costs[0] > 0.0:
        best = best_clients(*found.costs, found.truth(found.plan.planned.clients).icc)
        words += (
            f" A therapist costs {found.costs[0]:,g} and a client {found.costs[1]:,g}; by the closed form (Raudenbush, "
            f"1997) {number(best, 1)} clients of each therapist are then best."
        )
    return words


def _cheapest(found: Found) -> str:
    """Which of the smallest trials costs least, or has the fewest clients."""
    cheapest = found.simulated.cheapest
    if cheapest is None or len(found.plan.clients) < 2:
        return ""
    what = "The cheapest of them" if found.costs[0] > 0 else "The one with the fewest clients"
    return f" {what} has {size_words(found, cheapest)}, {cheapest.clients} of each."


def _shares(found: Found) -> str:
    """Whether therapists' share of the variance differs between caseloads by more than its error."""
    told = [each for each in found.shares().values() if each.mcse > 0.0]
    if len(told) < 2 or found.plan.crossed:
        return ""
    all_of_them = fixed_effect(np.array([each.value for each in told]), np.array([each.mcse for each in told]))
    differ = "no more than their errors" if all_of_them.p > 0.05 else "more than their errors"
    return (
        " The design effect follows from therapists' share of the variance, which is measured for each caseload: the "
        f"shares differ {differ} (chi-square, {p_words(all_of_them.p)}), and are {percent(all_of_them.mean)} % ± "
        f"{percent(NORMAL_95 * all_of_them.error)} taken together."
    )


FEW = 20
"""Fewer therapists of an arm than this are few for a mixed model."""


def agreement(found: Found) -> str:
    """Where simulation and closed form part, and what may part them."""
    told, truth = found.agreement(), found.truth(found.plan.planned.clients)
    if told is None:
        return "Of no design could most trials be analysed, so that there is nothing to compare with the closed form."
    ratio = truth.one.total / truth.other.total
    reasons = [
        f"the variance of the arm is {number(ratio, 2)} times that of the control",
        f"therapists' share of it is {percent(truth.one.icc)} % there and {percent(truth.other.icc)} % in the control",
        f"what is left of the outcome is skewed ({number(truth.skewness[0], 2)} and {number(truth.skewness[1], 2)})",
    ]
    if min(truth.known) < 0.999:
        known = f"{percent(truth.known[0])} and {percent(truth.known[1])} % of clients"
        reasons.append(f"the outcome is known of {known}, so that caseloads become unequal")
    if found.plan.analysis == "mixed":
        few = "with few therapists their variance, which cannot be estimated below zero, is too high on average"
        reasons.append(f"{few}, which makes the mixed model careful (see its false positives)")
    return (
        "The closed form holds for normal outcomes, equal caseloads and a statistic that is exactly noncentral t; it "
        "is given the simulated effect and variances. The largest difference is "
        f"{percent(told.largest)} percentage points (simulated less closed form, with {told.at.therapists} therapists "
        f"in each arm and {told.at.clients} clients each: {number(abs(told.standardised), 1)} Monte-Carlo standard "
        f"errors). {_together(found)} What could part "
        f"them here: {'; '.join(reasons)}."
    )


def _together(found: Found) -> str:
    """Whether all designs together agree, and those with many therapists."""
    told, many = found.agreement(), found.agreement(FEW)
    assert told is not None
    verdict = {True: "no more than chance would part them", False: "more than chance would part them"}
    words = f"Over all {told.designs} designs the two differ {verdict[told.p > 0.05]} (chi-square, {p_words(told.p)})"
    if many is not None and many.designs < told.designs:
        words += f"; over the {many.designs} with {FEW} or more therapists in each arm {verdict[many.p > 0.05]} "
        words += f"({p_words(many.p)})"
    return words + "."


def promises(found: Found) -> str:
    """How false positives are judged."""
    own = found.false_positives()[found.plan.analysis]
    each, alpha = percent(1.0 - (1.0 - CONFIDENCE) / len(own.therapists)), percent(found.plan.level.alpha)
    return (
        "An analysis that finds more than it promises where there is nothing to find cannot be said to have power: its "
        "significant trials are partly false ones. Here every arm is played like the control. The share is judged for "
        "each number of therapists, all caseloads that were played together, since it is with few therapists that "
        f"tests go wrong. Too many (or too few) are more than a tenth of {alpha} % above (or below) it (Bradley's "
        "strict criterion, 1978), with all of their interval on that side. Each interval is a "
        f"{each} % one, so that all of a column hold at once with {percent(CONFIDENCE, 0)} % (Bonferroni)."
    )


def analyses(found: Found) -> str:
    """How the table of analyses is read, and what the planned one pays where it is careful."""
    plan = found.plan
    null = found.rate(plan.planned, world=ALIKE, parameters=CENTRE, purpose="curve")
    careful = ""
    if null is not None and null.high < plan.level.alpha:
        careful = (
            f" At this size the planned analysis finds less than it promises ({percent_of(null)} %): it is careful, "
            "and pays for it in power."
        )
    return ANALYSES + _ranked(found) + careful


def _ranked(found: Found) -> str:
    """Which analyses have more, and which less, of that power than the planned one, as far as can be told."""
    plan = found.plan
    gaps = {name: found.beside_planned(name) for name in plan.analyses[1:]}
    known = {name: gap for name, gap in gaps.items() if gap is not None}
    if not known:
        return ""
    more = [LABELS[name] for name, (_, low, _) in known.items() if low > 0.0]
    less = [LABELS[name] for name, (_, _, high) in known.items() if high < 0.0]
    same = [LABELS[name] for name, (_, low, high) in known.items() if low <= 0.0 <= high]
    told = [f"{word} is shown for {listed(names)}" for word, names in (("more", more), ("less", less)) if names]
    if same:
        told.append(f"for {listed(same)} a difference from it cannot be told")
    return f" Beside the planned analysis, {'; '.join(told)}."


ANALYSES = (
    "All analyses see the same trials. *Power at a level that keeps its promise* puts all on the same footing: the "
    "level is the p that a share alpha of the trials of that size without effect fall below (size-adjusted power). "
    "That level is found from finitely many trials too: the 95 % intervals are those of taking trials with and without "
    "effect anew, together (bootstrap)."
)

CONFIRMED = (
    "The search chose a size because trials there looked right, so it is tried again with trials that played no part "
    "in it: new therapists, new clients, new luck."
)

CONTROLS = (
    "How large a trial must be depends on what the other arm does. Had the control been another, the same arm would "
    "show this effect, and a trial would need this size (by the closed form, at the planned number of clients of a "
    "therapist)."
)

OWN = (
    "Copy the config of this page and say what your trial is. `arms` are what is compared (any treatment, policy, "
    "mechanism or parameters; the baseline is the control), `clinic` is the planned trial: therapists of each arm, "
    "clients of each therapist in an arm, weeks of treatment; `symptoms` is the instrument with its reliability; "
    "`replicates` is the number of simulated trials of each design; `parameters: posterior` asks for assurance too. "
    "The section `power` says the rest; `docs/power.md` is the guide, with all of its settings. Answer it with "
    "`alliance-sim power CONFIG`; stopped, it goes on where it was."
)
