"""The short answer of a power inquiry: every sentence is made from the numbers, so that it stays true."""

import numpy as np

from alliance_sim.analysis.arm_effect import LABELS
from alliance_sim.analysis.numbers import interval, number
from alliance_sim.analysis.trial_power import design_effect
from alliance_sim.inquiry.power.found import Found
from alliance_sim.inquiry.power.people import ARMS, CENTRE, POSTERIOR, Design
from alliance_sim.inquiry.power.summary import FalsePositives
from alliance_sim.inquiry.power.tables import percent, percent_of, up_to


def short(found: Found) -> str:
    """The answer in a few sentences."""
    told = [_effect(found), _planned(found), _null(found), _smallest(found), _closed(found), _assured(found)]
    return " ".join(told)


def size_words(found: Found, design: Design) -> str:
    """A design as its therapists and clients in all."""
    plan = found.plan
    return f"{plan.all_therapists(design)} therapists and {plan.all_clients(design):,} clients"


def _effect(found: Found) -> str:
    plan = found.plan
    truth = found.truth(plan.planned.clients)
    given = " (given symptoms at intake)" if plan.adjusted else ""
    size = f"{number(truth.effect.value, plan.outcome.digits, signed=True)} {plan.outcome.unit}"
    return (
        f"In this world *{plan.main}* changes {plan.outcome.name} by {size}, {number(truth.d, 2, signed=True)} "
        f"SD{given}, against *{plan.control}*; {_therapists(found)}."
    )


def _therapists(found: Found) -> str:
    """What therapists do to a trial: their share of the variance, or how differently the arm works in their hands."""
    clients = found.plan.planned.clients
    truth = found.truth(clients)
    if found.plan.crossed:
        spread = number(float(np.sqrt(truth.effects / truth.total)), 2)
        return f"the effect differs between therapists by an SD of {spread} (in SD of clients)"
    effect = design_effect(clients, truth.icc)
    return (
        f"therapists account for {percent(truth.icc)} % of the variance, so that {clients} clients of one therapist "
        f"tell as much as {number(clients / effect, 1)} who share none (design effect {number(effect, 2)})"
    )


def _planned(found: Found) -> str:
    plan = found.plan
    told = found.rate(plan.planned, world=ARMS, parameters=CENTRE, purpose="curve")
    assert told is not None  # the planned design is always simulated
    reported = found.reports()
    words = (
        f"A trial of {size_words(found, plan.planned)} ({LABELS[plan.analysis]}) ends with a significant difference in "
        f"**{percent_of(told)} %** of {told.trials:,} simulated trials: {number(100 - 100 * told.share, 0)} of 100 "
        "such trials would find nothing"
    )
    if np.isfinite(reported.exaggeration):
        words += (
            f", and those that find something overstate the effect {number(reported.exaggeration, 1)} times on average "
            f"({percent_of(reported.wrong_sign)} % of them have the wrong sign)"
        )
    return words + "."


def _null(found: Found) -> str:
    plan, kept = found.plan, found.false_positives()
    own = kept[plan.analysis]
    words = (
        f"Where all arms are alike, it is significant in {percent(own.share, 2)} % "
        f"{interval(100 * own.low, 100 * own.high, 2)} of {own.trials:,} trials: {_verdict(own, plan.level.alpha)}"
    )
    others = [each for each in kept.values() if each.analysis != plan.analysis and each.too_many(plan.level.alpha)]
    if others:
        cells = [
            f"{LABELS[each.analysis]}: {percent(each.share)} %, at worst {percent(each.worst)} %" for each in others
        ]
        words += f"; not so other analyses ({'; '.join(cells)}), whose significant trials are not power"
    return words + "."


def _verdict(own: FalsePositives, alpha: float) -> str:
    """Whether an analysis keeps its promise, in words."""
    promised = f"the {percent(alpha)} % that it promises"
    if own.too_many(alpha):
        return f"more than {promised}, so that its significant trials are not power"
    if own.high < alpha:
        return f"less than {promised}"
    return f"no more than {promised}" if own.low <= alpha else f"hardly more than {promised}"


def _smallest(found: Found) -> str:
    goal, clients = found.goal, found.plan.planned.clients
    best, wanted = found.simulated.searched[clients].smallest, percent(found.goal.wanted, 0)
    if best.therapists is None:
        most = f"no trial of up to {goal.most} therapists in each arm"
        words = f"With {clients} clients of each therapist, {most} has {wanted} % power."
    else:
        design = Design(best.therapists, clients)
        fresh = found.rate(design, world=ARMS, parameters=CENTRE, purpose="confirm")
        words = (
            f"The smallest trial with {wanted} % power at {clients} clients of each therapist needs "
            f"**{best.therapists} therapists in each arm** (95 % interval {best.low} to "
            f"{up_to(best.high, goal.most)}): {size_words(found, design)}; of fresh trials of that size "
            f"{percent_of(fresh)} % are significant"
        )
        short_of = fresh is not None and fresh.high < goal.wanted
        words += ", fewer than wanted: take the upper end of the interval." if short_of else "."
    cheapest = found.simulated.cheapest
    if cheapest is not None and cheapest.clients != clients:
        what = "The cheapest" if found.costs[0] > 0 else "The one with the fewest clients"
        words += f" {what} has {size_words(found, cheapest)}, {cheapest.clients} of each."
    return words


def _closed(found: Found) -> str:
    closed, naive = found.closed_form(found.plan.planned.clients), found.without_therapists()
    words = f"The closed form says {up_to(closed, found.goal.most)} in each arm"
    if naive is not None and not found.plan.crossed:
        words += f"; one that forgets therapists says {naive:,} clients in the two arms, whoever treats them"
    return words + "."


def _assured(found: Found) -> str:
    plan, goal, clients = found.plan, found.goal, found.plan.planned.clients
    assured = found.assured()
    if assured is None:
        return "What uncertain parameters do to this was not asked (`parameters: posterior` asks it)."
    now = found.rate(plan.planned, world=ARMS, parameters=POSTERIOR, purpose="curve")
    words = (
        "With parameters known no better than the findings leave them, the planned trial has an assurance of "
        f"{percent_of(now)} %"
    )
    best = found.simulated.searched[clients].smallest.therapists
    if best is not None:
        then = found.rate(Design(best, clients), world=ARMS, parameters=POSTERIOR, purpose="confirm")
        words += f" and the larger one of {percent_of(then)} %"
    wanted = percent(goal.wanted, 0)
    if assured.therapists is None:
        return f"{words}; no trial of up to {goal.most} therapists in each arm has {wanted} %."
    ends = f"{assured.low} to {up_to(assured.high, goal.most)}"
    return f"{words}; {wanted} % need {assured.therapists} therapists in each arm ({ends})."
