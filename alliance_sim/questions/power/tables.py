"""Tables of a power inquiry for readers: few columns, words and units in the heads, intervals in the cells."""

import numpy as np
import pandas as pd

from alliance_sim.questions.power.conduct import cost
from alliance_sim.questions.power.found import Found, at_value
from alliance_sim.questions.power.people import ALIKE, ARMS, CENTRE, POSTERIOR, Design
from alliance_sim.questions.power.promise import verdict
from alliance_sim.questions.power.search import NARROW, OUT_OF_REACH, SPENT
from alliance_sim.questions.power.summary import pick
from alliance_sim.stats.arm_effect import LABELS
from alliance_sim.stats.montecarlo import Summary, summarise
from alliance_sim.stats.numbers import interval, number
from alliance_sim.stats.rejections import Rate
from alliance_sim.stats.trial_power import design_effect

ENDED = {
    NARROW: "interval narrow enough",
    SPENT: "trials spent",
    OUT_OF_REACH: "no trial that is allowed is large enough",
}


def percent(share: float, digits: int = 1) -> str:
    """A share as a percentage without its sign."""
    return number(100.0 * share, digits)


def percent_of(found: Rate | None) -> str:
    """A rate in per cent with its interval; a dash where there is none."""
    if found is None or not np.isfinite(found.share):
        return "–"
    return f"{percent(found.share)} {interval(100 * found.low, 100 * found.high, 1)}"


def with_interval(told: Summary, digits: int, signed: bool = False) -> str:
    """A mean over clinics with its interval, and digits enough to see it; alone where all clinics have the same."""
    if not told.mcse > 0.0:
        return number(told.value, digits, signed=signed)
    while number(told.low, digits) == number(told.high, digits) and digits < 6:
        digits += 1
    return f"{number(told.value, digits, signed=signed)} {interval(told.low, told.high, digits)}"


def percent_with(told: Summary) -> str:
    """A share that is a mean over clinics, in per cent with its interval."""
    each = told._replace(value=100.0 * told.value, low=100.0 * told.low, high=100.0 * told.high)
    return with_interval(each, 1)


def truths(found: Found) -> pd.DataFrame:
    """What is true of every arm at the planned caseload."""
    plan, clients = found.plan, found.plan.planned.clients
    rows = []
    for point in plan.points:
        own = pick(found.worlds, parameters=CENTRE, clients=clients, arm=point.arm)
        is_control = point.arm == plan.control
        truth = found.truth(clients, arm=point.arm)
        digits = plan.outcome.digits
        effect = "–" if is_control else with_interval(truth.effect, digits, signed=True)
        measured = {name: summarise(own[name].to_numpy(np.float64)) for name in ("mean", "icc", "dropout", "known")}
        rows.append(
            {
                "arm": point.arm + (" (control)" if is_control else ""),
                f"mean, {plan.outcome.unit}": with_interval(measured["mean"], digits),
                f"effect, {plan.outcome.unit}": effect,
                "effect, SD": "–" if is_control else number(truth.d, 3, signed=True),
                "therapists' share, %": percent_with(at_value(measured["icc"], truth.one.icc)),
                "dropped out, %": percent_with(measured["dropout"]),
                "outcome known, %": percent_with(measured["known"]),
            }
        )
    return pd.DataFrame(rows)


def sizes(found: Found) -> pd.DataFrame:
    """Every design of the curve: how large it is, its power and its false positives."""
    plan, rows = found.plan, []
    for arm in plan.compared:
        for design in plan.designs():
            truth = found.truth(design.clients, arm=arm)
            row: dict[str, object] = {"arm": arm} if len(plan.compared) > 1 else {}
            row |= {
                "clients of a therapist": design.clients,
                "therapists of an arm": design.therapists,
                "therapists in all": plan.all_therapists(design),
                "clients in all": plan.all_clients(design),
                "power, %": percent_of(found.rate(design, arm=arm, world=ARMS, parameters=CENTRE)),
                "closed form, %": percent(plan.closed_form(truth, *design)),
                "false positives, %": percent_of(found.rate(design, arm=arm, world=ALIKE, parameters=CENTRE)),
            }
            if plan.draws:
                row["assurance, %"] = percent_of(
                    found.rate(design, arm=arm, world=ARMS, parameters=POSTERIOR, purpose="curve")
                )
            rows.append(row)
    return pd.DataFrame(rows)


def promises(found: Found) -> pd.DataFrame:
    """False positives of every analysis by therapists of an arm, all caseloads together; then over single designs."""
    kept = found.false_positives()
    labels = {name: LABELS[name] + (" (planned)" if name == found.plan.analysis else "") for name in kept}
    rows = []
    for k, therapists in enumerate(kept[found.plan.analysis].therapists):
        row = {"therapists of an arm": str(therapists), "trials": f"{kept[found.plan.analysis].rates[k].trials:,}"}
        rows.append(row | {f"{labels[name]}, %": percent_of(own.rates[k]) for name, own in kept.items()})
    row = {"therapists of an arm": "least and most of any design", "trials": f"{found.plan.replicates:,} or more"}
    spans = {f"{labels[name]}, %": f"{percent(own.least)} to {percent(own.most)}" for name, own in kept.items()}
    return pd.DataFrame([*rows, row | spans])


def analyses(found: Found) -> pd.DataFrame:
    """Every analysis of the same trials of the planned size."""
    plan, rows = found.plan, []
    kept = found.false_positives()
    for name in plan.analyses:
        told = found.rate(plan.planned, analysis=name, world=ARMS, parameters=CENTRE)
        null = found.rate(plan.planned, analysis=name, world=ALIKE, parameters=CENTRE)
        row = found.rows(
            analysis=name, world=ARMS, parameters=CENTRE, purpose="curve",
            therapists=plan.planned.therapists, clients=plan.planned.clients,
        ).iloc[0]  # fmt: skip
        rows.append(
            {
                "analysis": LABELS[name] + (" (planned)" if name == plan.analysis else ""),
                "false positives, %": percent_of(null),
                "significant, %": percent_of(told),
                "is that power?": verdict(kept[name], plan.level.alpha),
                "power at a level that keeps its promise, %": percent_of(found.adjusted(name)),
                **_beside(found, name),
                "could not be analysed": int(row["not_analysed"]),
            }
        )
    return pd.DataFrame(rows)


def _beside(found: Found, analysis: str) -> dict[str, object]:
    """What an analysis has more of that power than the planned one, in percentage points; nothing with one analysis."""
    if len(found.plan.analyses) < 2:
        return {}
    gap = None if analysis == found.plan.analysis else found.beside_planned(analysis)
    cell = "–" if gap is None else f"{percent_signed(gap[0])} {interval(100 * gap[1], 100 * gap[2], 1)}"
    return {"more of it than the planned, percentage points": cell}


def percent_signed(share: float) -> str:
    """A difference of shares in percentage points, with its sign."""
    return number(100.0 * share, 1, signed=True)


def smallest_trials(found: Found) -> pd.DataFrame:
    """The smallest trial with the wanted power for each caseload, and how the search ended."""
    plan, shares, rows = found.plan, found.shares(), list[dict[str, object]]()
    for m, searched in found.simulated.searched.items():
        best, closed = searched.smallest, found.closed_form(m)
        design = Design(best.therapists or 0, m)
        there = best.therapists is not None
        row: dict[str, object] = {
            "clients of a therapist": m,
            "therapists' share, %": percent_with(shares[m]),
            "design effect": number(design_effect(m, found.truth(m).icc), 2),
            "therapists of an arm": _span(best.therapists, best.low, best.high, found.goal.most),
            "therapists in all": str(plan.all_therapists(design)) if there else "–",
            "clients in all": f"{plan.all_clients(design):,}" if there else "–",
            "closed form, therapists of an arm": up_to(closed, found.goal.most),
            "search": f"{ENDED[searched.ended]}, after {searched.spent:,} more trials",
        }
        if found.costs[0] > 0.0:
            row["cost"] = f"{cost(plan, design, found.costs):,.0f}" if there else "–"
        rows.append(row)
    return pd.DataFrame(rows)


def _span(at: int | None, low: int | None, high: int | None, most: int) -> str:
    return f"{up_to(at, most)} [{up_to(low, most)}, {up_to(high, most)}]"


def up_to(number_of: int | None, most: int) -> str:
    """A number of therapists, or that it is more than are allowed."""
    return f"more than {most}" if number_of is None else str(number_of)


def confirmed(found: Found) -> pd.DataFrame:
    """Fresh trials of the designs that were found."""
    plan, rows = found.plan, []
    own = found.rows(world=ARMS, parameters=CENTRE, purpose="confirm")
    for therapists, clients in zip(own["therapists"], own["clients"], strict=True):
        design = Design(int(therapists), int(clients))
        row = {
            "trial": f"{design.therapists} therapists in each arm, {design.clients} clients each",
            "fresh trials": int(own["trials"].iloc[0]),
            "power, %": percent_of(found.rate(design, world=ARMS, parameters=CENTRE, purpose="confirm")),
            "false positives, %": percent_of(found.rate(design, world=ALIKE, parameters=CENTRE, purpose="confirm")),
        }
        if plan.draws:
            row["assurance, %"] = percent_of(found.rate(design, world=ARMS, parameters=POSTERIOR, purpose="confirm"))
        rows.append(row)
    return pd.DataFrame(rows)


def controls(found: Found) -> pd.DataFrame:
    """The effect of the main arm, had the control been another, and what a trial would then need."""
    plan, clients, rows = found.plan, found.plan.planned.clients, []
    for control in (plan.control, *plan.other_controls):
        truth = found.truth(clients, control=control)
        needed = found.closed_form(clients, control)
        rows.append(
            {
                "control": control + (" (as planned)" if control == plan.control else ""),
                f"effect, {plan.outcome.unit}": with_interval(truth.effect, plan.outcome.digits, signed=True),
                "effect, SD": number(truth.d, 3, signed=True),
                "power of the planned trial, %": percent(plan.closed_form(truth, *plan.planned)),
                "therapists of an arm": up_to(needed, found.goal.most),
                "clients in all": "–" if needed is None else f"{plan.all_clients(Design(needed, clients)):,}",
            }
        )
    return pd.DataFrame(rows)
