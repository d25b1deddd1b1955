"""The facts of the page."""

import math
from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

import pandas as pd

from alliance_sim.estimates.long import Estimates
from alliance_sim.evidence.practice import scale_named
from alliance_sim.questions.frame.question import Question, Tables
from alliance_sim.questions.power.designs import CONFIDENCE
from alliance_sim.questions.power.estimates import MANY
from alliance_sim.questions.power.people import NULL
from alliance_sim.questions.power.plan import TrialPlan, plan_of
from alliance_sim.questions.power.run import pick
from alliance_sim.questions.power.section import Dropouts, Outcome
from alliance_sim.scenario import catalog
from alliance_sim.stats.arm_effect import LABELS
from alliance_sim.stats.estimate import UNKNOWN
from alliance_sim.stats.numbers import number

TOLERANCE = 0.1
"""So large a part of alpha is a difference in type I error that matters (Bradley's strict criterion, 1978)."""

SHARES = ("power", "type I error", "assurance")

Facts = dict[str, Any]


def view(question: Question, tables: Tables) -> Mapping[str, Any]:
    """Plain data for the template; see page.md.j2 for what each fact is used for."""
    return facts(plan_of(question), tables)


def facts(plan: TrialPlan, tables: Tables) -> Facts:
    """The facts of a plan."""
    found, designs = tables.estimates, tables.more["designs"]
    own = pick(designs, arm=plan.main, analysis=plan.analysis)
    excess = {name: _excess(plan, found, name) for name in plan.analyses}
    symptoms = plan.known.outcome == Outcome.SYMPTOMS
    return {
        "plan": plan,
        "all_therapists": plan.all_therapists(plan.planned.therapists),
        "all_clients": plan.all_clients(*plan.planned),
        "dropouts": Dropouts(plan.known.dropouts).name.lower() if symptoms else "",
        "repeated": 0 < plan.in_turn < plan.replicates,
        "many": MANY,
        "trials": int(own["trials"].sum()),
        "not_analysed": int(own["not_analysed"].sum()),
        "designs": [_design(plan, found, arm, *design) for arm in plan.compared for design in plan.designs()],
        "controls": [_control(plan, found, name) for name in (plan.control, *plan.other_controls)],
        **_true(plan, found),
        **_planned(plan, found, designs, excess),
        **_smallest(plan, found, tables.more["search"]),
        **_confirmed(plan, found, pick(own, purpose="confirm")),
        **_type_1(plan, excess, pick(own, scenario=NULL)),
        **_closed_form(found),
    }


def _true(plan: TrialPlan, found: Estimates) -> Facts:
    """What is true of the arms at the planned caseload."""
    at: dict[str, Any] = {"clients": plan.planned.clients}
    arms: list[Facts] = [
        {
            "arm": point.arm,
            **found.several(("mean", "ICC", "dropout", "known"), arm=point.arm, **at),
            **found.several(("effect", "effect in SD"), arm=point.arm, control=plan.control, **at),
        }
        for point in plan.points
    ]
    effect, scale = found.get(about="effect", arm=plan.main, control=plan.control, **at), scale_of(plan)
    variance, skewness = (
        [found.get(about=about, arm=arm, **at).value for arm in (plan.main, plan.control)]
        for about in ("variance", "skewness")
    )
    return {
        "arms": arms,
        "effect": effect,
        "scale": scale,
        "part": 100.0 * abs(effect.value) / scale.reliable if scale else math.nan,
        "skewness": skewness,
        "variance_ratio": variance[0] / variance[1] if variance[1] else math.nan,
        "incomplete": any(row["known"].value < 99.9 for row in arms),
        "design_effect": found.get(about="design effect", **at).value,
        "effects_differ": found.get(about="SD of effects between therapists", **at).value,
        "over_draws": found.get(about="effect over draws"),
        "other_sign": found.get(about="other sign").value,
    }


class Scale(NamedTuple):
    """What one client's symptom score must change by to exceed its error of measurement."""

    name: str
    reliable: float  # points
    source: str  # empty where the number is not that of the catalogue


def scale_of(plan: TrialPlan) -> Scale | None:
    """The scale of the outcome; None where it is not symptoms, or has no reliable change."""
    scenario = plan.points[0].scenario
    name, reliable = scenario.symptoms, float(scenario.world.scale.reliable)
    if plan.known.outcome != Outcome.SYMPTOMS or reliable <= 0.0:
        return None
    as_shipped = name in catalog.scales() and scale_named(name).reliable == reliable
    return Scale(name, reliable, catalog.entry("instruments", name).sources["reliable"] if as_shipped else "")


def _planned(plan: TrialPlan, found: Estimates, designs: pd.DataFrame, excess: Mapping[str, list[Facts]]) -> Facts:
    """What a trial of the planned size finds, by each analysis."""
    at: dict[str, Any] = {"arm": plan.main, "purpose": "curve", **plan.planned._asdict()}
    rows: list[Facts] = []
    for name, judged in excess.items():
        rates = [row.estimate for row in found.where(about="type I error", arm=plan.main, analysis=name)]
        every = [rate.value for rate in rates if rate.known]
        rows.append(
            {
                "label": LABELS[name],
                "analysis": _labelled(plan, name),
                "power": found.get(about="power", analysis=name, **at),
                "type_1": found.get(about="type I error", analysis=name, **at),
                "span": f"{number(min(every), 1)} to {number(max(every), 1)}" if every else "–",
                "inflated": _sizes(row for row in judged if row["off"] > 0),
                "unknown": _sizes(row for row in judged if not row["rate"].known),
                "adjusted": found.get(about="size-adjusted power", analysis=name, **at),
                "gain": found.get(about="size-adjusted gain", analysis=name),
                "failed": int(pick(designs, analysis=name, **at)["not_analysed"].sum()),
            }
        )
    return {
        "analyses": rows,
        "power": rows[0]["power"],
        "overstatement": found.get(about="overstatement"),
        "wrong_sign": found.get(about="wrong sign"),
        "assurance": found.get(about="assurance", analysis=plan.analysis, **at),
        "type_1_over_draws": found.get(about="type I error over draws", analysis=plan.analysis, **at),
    }


def _labelled(plan: TrialPlan, analysis: str) -> str:
    return LABELS[analysis] + (" (planned)" if analysis == plan.analysis else "")


def _sizes(rows: Iterable[Facts]) -> str:
    return ", ".join(str(row["therapists"]) for row in rows) or "–"


def _excess(plan: TrialPlan, found: Estimates, analysis: str) -> list[Facts]:
    """Type I error of an analysis minus alpha, by therapists of an arm, all caseloads together.

    off: 1 where it is inflated, -1 where it is conservative: it differs by more than a tenth, and its interval excludes
    alpha.
    """
    alpha, rows = 100.0 * plan.level.alpha, list[Facts]()
    for row in found.where(about="type I error of all caseloads", analysis=analysis):
        excess = row.estimate.plus(-alpha, "percentage points")
        off = excess.sign if abs(excess.value) > TOLERANCE * alpha else 0
        rows.append({"therapists": int(row["therapists"]), "rate": row.estimate, "excess": excess, "off": off})
    return rows


def _type_1(plan: TrialPlan, excess: Mapping[str, list[Facts]], null: pd.DataFrame) -> Facts:
    """Type I error rates by therapists of an arm: of the planned analysis, and of all in a table."""
    planned, null = excess[plan.analysis], pick(null, parameters="centre")
    rows = [
        {"therapists": row["therapists"], "trials": int(pick(null, therapists=row["therapists"])["trials"].sum())}
        | {name: own[k]["rate"] for name, own in excess.items()}
        for k, row in enumerate(planned)
    ]
    return {
        "off": [row for row in planned if row["off"]],
        "inflated": [row for row in planned if row["off"] > 0],
        "type_1_known": any(row["rate"].known for row in planned),
        "type_1_rows": rows,
        "type_1_columns": {"Therapists of an arm": "therapists", "Trials": "trials"}
        | {_labelled(plan, name): name for name in plan.analyses},
        "type_1_confidence": 100.0 * (1.0 - (1.0 - CONFIDENCE) / len(planned)),
    }


def _design(plan: TrialPlan, found: Estimates, arm: str, therapists: int, clients: int) -> Facts:
    """A design of the curve."""
    at: dict[str, Any] = {"arm": arm, "therapists": therapists, "clients": clients}
    return {
        **at,
        "in all": plan.all_therapists(therapists),
        "clients in all": plan.all_clients(therapists, clients),
        "closed": found.get(about="closed-form power", control=plan.control, **at),
        **found.several(SHARES, purpose="curve", analysis=plan.analysis, **at),
    }


def _whole(value: float) -> int | str:
    return round(value) if math.isfinite(value) else "–"


def _smallest(plan: TrialPlan, found: Estimates, search: pd.DataFrame) -> Facts:
    """The smallest trial for each caseload, and by assurance."""
    rows: list[Facts] = []
    power = found.where(about="power", arm=plan.main, analysis=plan.analysis)
    for m in plan.clients:
        size, rounds = found.get(about="smallest trial", clients=m), pick(search, clients=m)
        rows.append(
            {
                "clients": m,
                "ICC": found.get(about="ICC", arm="", clients=m),
                "design effect": found.get(about="design effect", clients=m).value,
                "size": size,
                "known": any(row.estimate.known for row in power.where(clients=m)),
                "in all": _whole(plan.all_therapists(size.value)),
                "clients in all": _whole(plan.all_clients(size.value, m)),
                "cost": found.get(about="cost", clients=m).value,
                "closed": found.get(about="closed-form smallest trial", control=plan.control, clients=m),
                "ended": rounds["ended"].iloc[-1],
                "spent": int(rounds["trials"].sum()),
                "misfit": found.get(about="p of curve", clients=m).value,
            }
        )
    planned = next(row for row in rows if row["clients"] == plan.planned.clients)
    affordable = [row for row in rows if math.isfinite(row["cost"])]
    return {
        "sizes": rows,
        "size": planned["size"],
        "size_known": planned["known"],
        "naive": found.get(about="t-test smallest trial"),
        "cheapest": min(affordable, key=lambda row: float(row["cost"])) if len(affordable) > 1 else None,
        "best_clients": found.get(about="best clients of a therapist").value,
        "icc_together": found.get(about="ICC of all caseloads"),
        "icc_p": found.get(about="p of ICCs").value,
        "misfits": [row for row in rows if row["misfit"] <= 0.05],
        "assurance_size": found.get(about="smallest trial by assurance"),
    }


def _confirmed(plan: TrialPlan, found: Estimates, fresh: pd.DataFrame) -> Facts:
    """Fresh trials of the smallest designs, and how those of the planned caseload compare with the wanted power."""
    at: dict[str, Any] = {"arm": plan.main, "analysis": plan.analysis, "purpose": "confirm"}
    designs = fresh[["therapists", "clients", "trials"]].drop_duplicates(["therapists", "clients"])
    rows = [
        {"therapists": j, "clients": m, "trials": trials, **found.several(SHARES, therapists=j, clients=m, **at)}
        for j, m, trials in designs.to_numpy(int).tolist()
    ]
    own = next((row for row in rows if row["clients"] == plan.planned.clients), {})
    beyond = {
        f"{name}_beyond": own.get(name, UNKNOWN).plus(-100.0 * plan.goal.wanted, "percentage points")
        for name in ("power", "assurance")
    }
    return {"confirmed": rows, **beyond}


def _closed_form(found: Estimates) -> Facts:
    """How simulated power compares with the closed form."""
    gaps = list(found.where(about="difference from closed form"))
    known = [row for row in gaps if row.estimate.known]
    largest = max(known, key=lambda row: abs(row.estimate.value), default=None)
    return {
        "gaps": len(gaps),
        "largest": {**largest.key, "gap": largest.estimate} if largest else None,
        "gap_p": found.get(about="p of closed form").value,
        "gap_p_many": found.get(about="p of closed form, many therapists"),
    }


def _control(plan: TrialPlan, found: Estimates, name: str) -> Facts:
    """The effect of the main arm had the control been another, and what a trial would then need."""
    key: dict[str, Any] = {"arm": plan.main, "control": name, "clients": plan.planned.clients}
    size = found.get(about="closed-form smallest trial", **key)
    return {
        "control": name + (" (as planned)" if name == plan.control else ""),
        **found.several(("effect", "effect in SD"), **key),
        "power": found.get(about="closed-form power", therapists=plan.planned.therapists, **key),
        "size": size,
        "clients in all": _whole(plan.all_clients(size.value, plan.planned.clients)),
    }
