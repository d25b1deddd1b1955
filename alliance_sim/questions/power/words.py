"""The short answer of a power inquiry: every sentence is made from the numbers, so that it stays true.

First what a reader takes home, in two or three sentences; then a list with intervals.
"""

import numpy as np

from alliance_sim.questions.power.found import Found
from alliance_sim.questions.power.people import ARMS, CENTRE, POSTERIOR, Design
from alliance_sim.questions.power.promise import promise_words, with_so_many
from alliance_sim.questions.power.tables import percent, percent_of, percent_with, up_to, with_interval
from alliance_sim.stats.arm_effect import LABELS
from alliance_sim.stats.intervals import NORMAL_95
from alliance_sim.stats.numbers import interval, number
from alliance_sim.stats.rejections import Exaggeration
from alliance_sim.stats.trial_power import design_effect


def short(found: Found) -> str:
    """The answer: sentences to take home, then a list."""
    sentences = (_failed(found), _in_short(found), _no_power(found), _effect(found), _assured_in_short(found))
    lead = " ".join(sentence for sentence in sentences if sentence)
    told = {
        "The planned trial": _planned(found),
        "The smallest trial": _smallest(found),
        "Therapists": _therapists(found),
        "Where there is nothing to find": _null(found),
        "Uncertain parameters": _assured(found),
        "The control": _controls(found),
    }
    return lead + "\n\n" + "\n".join(f"- **{name}.** {words}" for name, words in told.items() if words)


def size_words(found: Found, design: Design) -> str:
    """A design as its therapists and clients in all."""
    plan = found.plan
    return f"{plan.all_therapists(design)} therapists and {plan.all_clients(design):,} clients"


WORTH_SAYING = 0.01
"""From this share on, trials that could not be analysed are named first."""


def _failed(found: Found) -> str:
    """Trials of the planned size that could not be analysed; nothing where they are hardly any."""
    failed, trials = found.failed(found.plan.planned)
    if failed < WORTH_SAYING * trials:
        return ""
    of = "None" if failed == trials else f"Only {trials - failed:,}" if not found.analysed() else f"{trials - failed:,}"
    words = (
        f"{of} of {trials:,} simulated trials of {size_words(found, found.plan.planned)} could be analysed as planned"
    )
    if found.analysed():
        return f"{words}; the others count as not significant."
    return f"{words}: too few clients have an outcome. What such a trial would find cannot be said."


def _in_short(found: Found) -> str:
    """How often the planned trial finds nothing, and the size that would do."""
    plan, goal, clients = found.plan, found.goal, found.plan.planned.clients
    told = found.rate(plan.planned, world=ARMS, parameters=CENTRE, purpose="curve")
    assert told is not None  # the planned design is always simulated
    words = (
        f"A trial of {size_words(found, plan.planned)} would find nothing in {number(100 - 100 * told.share, 0)} of "
        f"100 cases; "
        if found.analysed()
        else ""
    )
    best, wanted = found.simulated.searched[clients].smallest.therapists, percent(goal.wanted, 0)
    if not found.analysed(clients):
        return "" if not words else f"{words}whether a larger one has {wanted} % power cannot be said."
    if best is None:
        return (
            f"{words}at {clients} clients of each therapist, no trial of up to {goal.most} therapists in each arm has "
            f"{wanted} % power."
        )
    size = f"{best} therapists and {best * clients:,} clients in each arm"
    if plan.crossed:
        size = f"{best} therapists with {clients} clients each in every arm"
    return f"{words}{wanted} % power needs **{size}**."


def _no_power(found: Found) -> str:
    """A warning where the planned analysis finds too much where there is nothing; nothing where it does not."""
    own = found.false_positives()[found.plan.analysis]
    many = own.too_many(found.plan.level.alpha)
    if not many:
        return ""
    where = with_so_many(many, own.therapists)
    return f"But {where} this analysis finds more than it promises where there is nothing to find: that is not power."


def _effect(found: Found) -> str:
    """The effect that is to be found, and how small it is for one client."""
    plan = found.plan
    truth = found.truth(plan.planned.clients)
    given = ", given symptoms at intake" if plan.adjusted else ""
    size = f"{number(truth.effect.value, plan.outcome.digits, signed=True)} {plan.outcome.unit}"
    words = (
        f"In this world *{plan.main}* changes {plan.outcome.name} by {size} ({number(truth.d, 2, signed=True)} "
        f"SD{given}) against *{plan.control}*"
    )
    scale = found.scale()
    if scale is None or scale.reliable <= 0.0:
        return words + "."
    return (
        f"{words}, {percent(abs(truth.effect.value) / scale.reliable, 0)} % of the {scale.reliable:g} points by which "
        f"one client's score must change to exceed its error of measurement ({scale.name})."
    )


def _assured_in_short(found: Found) -> str:
    """What the smallest trial that was found would do with uncertain parameters; nothing where there is none."""
    best = found.simulated.searched[found.plan.planned.clients].smallest.therapists
    if best is None:
        return ""
    then = found.rate(Design(best, found.plan.planned.clients), world=ARMS, parameters=POSTERIOR, purpose="confirm")
    if then is None:
        return ""
    return (
        "With parameters known no better than the findings leave them, a trial of that size is significant with "
        f"probability {number(then.share, 2)}."
    )


def _therapists(found: Found) -> str:
    """What therapists do to a trial: their share of the variance, or how differently the arm works in their hands."""
    clients = found.plan.planned.clients
    truth = found.truth(clients)
    if found.plan.crossed:
        spread = number(float(np.sqrt(truth.effects / truth.total)), 2)
        return f"The effect differs between therapists by an SD of {spread} (in SD of clients)."
    effect = design_effect(clients, truth.icc)
    return (
        f"They account for {percent_with(found.shares()[clients])} % of the variance, so that {clients} clients of one "
        f"therapist tell as much as {number(clients / effect, 1)} who share none (design effect {number(effect, 2)})."
    )


def _planned(found: Found) -> str:
    plan = found.plan
    told = found.rate(plan.planned, world=ARMS, parameters=CENTRE, purpose="curve")
    assert told is not None  # the planned design is always simulated
    words = (
        f"{size_words(found, plan.planned)} ({LABELS[plan.analysis]}): {percent_of(told)} % of "
        f"{told.trials:,} simulated trials are significant"
    )
    failed, trials = found.failed(plan.planned)
    if failed == trials:
        return (
            f"{size_words(found, plan.planned)} ({LABELS[plan.analysis]}): none of {trials:,} trials could be analysed."
        )
    if failed >= WORTH_SAYING * trials:
        words += f", {failed:,} of which could not be analysed and count as not significant"
    return f"{words}{_overstated(found.reports())}."


def _overstated(reported: Exaggeration) -> str:
    """What significant trials report."""
    if not np.isfinite(reported.exaggeration):
        return ""
    reach = NORMAL_95 * reported.exaggeration_mcse
    times = interval(reported.exaggeration - reach, reported.exaggeration + reach, 1)
    wrong = reported.wrong_sign
    return (
        f". These {wrong.trials:,} overstate the effect {number(reported.exaggeration, 1)} {times} times on average, "
        f"and {percent_of(wrong)} % of them have the wrong sign"
    )


def _null(found: Found) -> str:
    """Where the planned analysis keeps its promise, and where others do not."""
    plan, kept, alpha = found.plan, found.false_positives(), found.plan.level.alpha
    own = kept[plan.analysis]
    if len(own.unknown) == len(own.therapists):
        return "Where all arms are alike, too, most trials could not be analysed: how often they err cannot be said."
    words = (
        f"Where all arms are alike the planned analysis is significant in {percent(own.least)} to {percent(own.most)} "
        f"% of trials, by design, and {percent(alpha)} % are promised: {promise_words(own, alpha)}"
    )
    others = [
        f"{LABELS[each.analysis]} {with_so_many(each.too_many(alpha), each.therapists)} (at most {percent(each.most)} "
        "%)"
        for each in kept.values()
        if each.analysis != plan.analysis and each.too_many(alpha)
    ]
    if others:
        words += f". Other analyses find too many: {'; '.join(others)}; there their significant trials are not power"
    return words + "."


def _smallest(found: Found) -> str:
    goal, clients = found.goal, found.plan.planned.clients
    best, wanted = found.simulated.searched[clients].smallest, percent(found.goal.wanted, 0)
    closed, naive = found.closed_form(clients), found.without_therapists()
    if not found.analysed(clients):
        return "Most trials could not be analysed, so that none of the sizes that were tried can be called enough."
    if best.therapists is None:
        most = f"no trial of up to {goal.most} therapists in each arm"
        words = f"With {clients} clients of each therapist, {most} has {wanted} % power"
    else:
        design = Design(best.therapists, clients)
        fresh = found.rate(design, world=ARMS, parameters=CENTRE, purpose="confirm")
        words = (
            f"{wanted} % power at {clients} clients of each therapist needs **{best.therapists} therapists in each "
            f"arm** (95 % interval {best.low} to {up_to(best.high, goal.most)}), {size_words(found, design)} in all; "
            f"of fresh trials of that size {percent_of(fresh)} % are significant"
        )
        short_of = fresh is not None and fresh.high < goal.wanted
        words += ", fewer than wanted: take the upper end of the interval" if short_of else ""
    words += f". The closed form says {up_to(closed, goal.most)} in each arm"
    if naive is not None and not found.plan.crossed:
        words += f"; one that forgets therapists says {naive:,} clients in the two arms, whoever treats them"
    return words + "."


def _assured(found: Found) -> str:
    plan, goal, clients = found.plan, found.goal, found.plan.planned.clients
    assured = found.assured()
    if assured is None:
        return "What they do to this was not asked (`parameters: posterior` asks it)."
    now = found.rate(plan.planned, world=ARMS, parameters=POSTERIOR, purpose="curve")
    words = f"The planned trial has an assurance of {percent_of(now)} %"
    best = found.simulated.searched[clients].smallest.therapists
    if best is not None:
        then = found.rate(Design(best, clients), world=ARMS, parameters=POSTERIOR, purpose="confirm")
        words += f", one of {best} therapists in each arm of {percent_of(then)} %"
    wanted = percent(goal.wanted, 0)
    if assured.therapists is None:
        return f"{words}; no trial of up to {goal.most} therapists in each arm has {wanted} %."
    ends = f"95 % interval {assured.low} to {up_to(assured.high, goal.most)}"
    return f"{words}; {wanted} % need {assured.therapists} therapists in each arm ({ends})."


def _controls(found: Found) -> str:
    """What the effect and the size would be against each of the other controls; nothing where there is none."""
    plan, clients, told = found.plan, found.plan.planned.clients, list[str]()
    for control in plan.other_controls:
        effect = with_interval(found.truth(clients, control=control).effect, plan.outcome.digits, signed=True)
        needed = up_to(found.closed_form(clients, control), found.goal.most)
        told.append(f"against *{control}* the effect is {effect} {plan.outcome.unit}, which needs {needed}")
    if not told:
        return ""
    wanted = percent(found.goal.wanted, 0)
    return f"Had it been another ({wanted} % power, therapists in each arm by the closed form): {'; '.join(told)}."
