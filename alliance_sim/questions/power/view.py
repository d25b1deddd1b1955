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
from alliance_sim.questions.power.plan import Plan, plan_of
from alliance_sim.questions.power.run import pick
from alliance_sim.questions.power.section import Dropouts, Outcome
from alliance_sim.scenario import catalog
from alliance_sim.stats.arm_effect import LABELS
from alliance_sim.stats.estimate import Estimate
from alliance_sim.stats.numbers import number

TOLERANCE = 0.1
"""So large a part of alpha is a difference in type I error that matters (Bradley's strict criterion, 1978)."""

UNKNOWN = Estimate(math.nan)

Facts = dict[str, Any]


def view(question: Question, tables: Tables) -> Mapping[str, Any]:
    """Plain data for the template; see page.md.j2 for what each fact is used for."""
    return facts(plan_of(question), tables)


def facts(plan: Plan, tables: Tables) -> Facts:
    """The facts of a plan."""
    estimates, designs = tables.estimates, tables.more["designs"]
    own = pick(designs, arm=plan.main, analysis=plan.analysis)
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
        "designs": [_design(plan, estimates, arm, *design) for arm in plan.compared for design in plan.designs()],
        "controls": [_control(plan, estimates, name) for name in (plan.control, *plan.other_controls)],
        **_true(plan, estimates),
        **_planned(plan, estimates, designs),
        **_smallest(plan, estimates, tables.more["search"]),
        **_confirmed(plan, estimates, pick(own, purpose="confirm")),
        **_type_1(plan, estimates, pick(own, scenario=NULL)),
        **_closed_form(estimates),
    }


def one(estimates: Estimates, about: str, **key: Any) -> Estimate:
    """The one estimate with this key; unknown where there is none."""
    rows = list(estimates.where(about=about, **key))
    return rows[0].estimate if rows else UNKNOWN


def _true(plan: Plan, estimates: Estimates) -> Facts:
    """What is true of the arms at the planned caseload."""
    at = {"clients": plan.planned.clients}
    arms: list[Facts] = []
    for point in plan.points:
        means = {name: one(estimates, name, arm=point.arm, **at) for name in ("mean", "ICC", "dropout", "known")}
        pair = {"arm": point.arm, "control": plan.control}
        effects = {name: one(estimates, name, **pair, **at) for name in ("effect", "effect in SD")}
        arms.append({"arm": point.arm, **means, **effects})
    effect, scale = one(estimates, "effect", arm=plan.main, control=plan.control, **at), scale_of(plan)
    variance, skewness = (
        [one(estimates, about, arm=arm, **at).value for arm in (plan.main, plan.control)]
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
        "design_effect": one(estimates, "design effect", **at).value,
        "effects_differ": one(estimates, "SD of effects between therapists", **at).value,
        "over_draws": one(estimates, "effect over draws"),
        "other_sign": one(estimates, "other sign").value,
    }


class Scale(NamedTuple):
    """What one client's symptom score must change by to exceed its error of measurement."""

    name: str
    reliable: float  # points
    source: str  # empty where the number is not that of the catalogue


def scale_of(plan: Plan) -> Scale | None:
    """The scale of the outcome; None where it is not symptoms, or has no reliable change."""
    scenario = plan.points[0].scenario
    name, reliable = scenario.symptoms, float(scenario.world.scale.reliable)
    if plan.known.outcome != Outcome.SYMPTOMS or reliable <= 0.0:
        return None
    as_shipped = name in catalog.scales() and scale_named(name).reliable == reliable
    return Scale(name, reliable, catalog.entry("instruments", name).sources["reliable"] if as_shipped else "")


def _planned(plan: Plan, estimates: Estimates, designs: pd.DataFrame) -> Facts:
    """What a trial of the planned size finds, by each analysis."""
    at = {"arm": plan.main, "purpose": "curve", **plan.planned._asdict()}
    rows: list[Facts] = []
    for name in plan.analyses:
        every = [row.estimate.value for row in estimates.where(about="type I error", arm=plan.main, analysis=name)]
        every = [value for value in every if math.isfinite(value)]
        judged = _excess(plan, estimates, name)
        rows.append(
            {
                "label": LABELS[name],
                "analysis": LABELS[name] + (" (planned)" if name == plan.analysis else ""),
                "power": one(estimates, "power", analysis=name, **at),
                "type_1": one(estimates, "type I error", analysis=name, **at),
                "span": f"{number(min(every), 1)} to {number(max(every), 1)}" if every else "–",
                "inflated": _sizes(row for row in judged if row["off"] > 0),
                "unknown": _sizes(row for row in judged if not row["rate"].known),
                "adjusted": one(estimates, "size-adjusted power", analysis=name, **at),
                "gain": one(estimates, "size-adjusted gain", analysis=name),
                "failed": int(pick(designs, analysis=name, **at)["not_analysed"].sum()),
            }
        )
    planned = {"analysis": plan.analysis, **at}
    return {
        "analyses": rows,
        "power": rows[0]["power"],
        "overstatement": one(estimates, "overstatement"),
        "wrong_sign": one(estimates, "wrong sign"),
        "assurance": one(estimates, "assurance", **planned),
        "type_1_over_draws": one(estimates, "type I error over draws", **planned),
    }


def _sizes(rows: Iterable[Facts]) -> str:
    return ", ".join(str(row["therapists"]) for row in rows) or "–"


def _excess(plan: Plan, estimates: Estimates, analysis: str) -> list[Facts]:
    """Type I error of an analysis minus alpha, by therapists of an arm, all caseloads together.

    off: 1 where it is inflated, -1 where it is conservative: it differs by more than a tenth, and its interval excludes
    alpha.
    """
    alpha, rows = 100.0 * plan.level.alpha, list[Facts]()
    for row in estimates.where(about="type I error of all caseloads", analysis=analysis):
        excess = _less(row.estimate, alpha)
        off = excess.sign if abs(excess.value) > TOLERANCE * alpha else 0
        rows.append({"therapists": int(row["therapists"]), "rate": row.estimate, "excess": excess, "off": off})
    return rows


def _less(estimate: Estimate, than: float) -> Estimate:
    ends = {name: getattr(estimate, name) - than for name in ("value", "low", "high")}
    return estimate._replace(**ends, unit="percentage points")


def _type_1(plan: Plan, estimates: Estimates, null: pd.DataFrame) -> Facts:
    """Type I error rates by therapists of an arm: of the planned analysis, and of all in a table."""
    by_analysis = {name: _excess(plan, estimates, name) for name in plan.analyses}
    planned = by_analysis[plan.analysis]
    rows = [
        {
            "therapists": row["therapists"],
            "trials": int(pick(null, parameters="centre", therapists=row["therapists"])["trials"].sum()),
            **{name: own[k]["rate"] for name, own in by_analysis.items()},
        }
        for k, row in enumerate(planned)
    ]
    return {
        "off": [row for row in planned if row["off"]],
        "inflated": [row for row in planned if row["off"] > 0],
        "type_1_known": any(row["rate"].known for row in planned),
        "type_1_rows": rows,
        "type_1_columns": {"Therapists of an arm": "therapists", "Trials": "trials"}
        | {LABELS[name] + (" (planned)" if name == plan.analysis else ""): name for name in plan.analyses},
        "type_1_confidence": 100.0 * (1.0 - (1.0 - CONFIDENCE) / len(planned)),
    }


def _design(plan: Plan, estimates: Estimates, arm: str, therapists: int, clients: int) -> Facts:
    """A design of the curve."""
    at = {"arm": arm, "therapists": therapists, "clients": clients}
    own = {"purpose": "curve", "analysis": plan.analysis, **at}
    shares = {about: one(estimates, about, **own) for about in ("power", "type I error", "assurance")}
    closed = one(estimates, "closed-form power", control=plan.control, **at)
    in_all = {"in all": plan.all_therapists(therapists), "clients in all": plan.all_clients(therapists, clients)}
    return {**at, **in_all, **shares, "closed": closed}


def _whole(value: float) -> int | str:
    return round(value) if math.isfinite(value) else "–"


def _smallest(plan: Plan, estimates: Estimates, search: pd.DataFrame) -> Facts:
    """The smallest trial for each caseload, and by assurance."""
    rows: list[Facts] = []
    power = estimates.where(about="power", arm=plan.main, analysis=plan.analysis)
    for m in plan.clients:
        size, rounds = one(estimates, "smallest trial", clients=m), pick(search, clients=m)
        rows.append(
            {
                "clients": m,
                "ICC": one(estimates, "ICC", arm="", clients=m),
                "design effect": one(estimates, "design effect", clients=m).value,
                "size": size,
                "known": any(row.estimate.known for row in power.where(clients=m)),
                "in all": _whole(plan.all_therapists(size.value)),
                "clients in all": _whole(plan.all_clients(size.value, m)),
                "cost": one(estimates, "cost", clients=m).value,
                "closed": one(estimates, "closed-form smallest trial", control=plan.control, clients=m),
                "ended": rounds["ended"].iloc[-1],
                "spent": int(rounds["trials"].sum()),
                "misfit": one(estimates, "p of curve", clients=m).value,
            }
        )
    planned = next(row for row in rows if row["clients"] == plan.planned.clients)
    affordable = [row for row in rows if math.isfinite(row["cost"])]
    return {
        "sizes": rows,
        "size": planned["size"],
        "size_known": planned["known"],
        "naive": one(estimates, "t-test smallest trial"),
        "cheapest": min(affordable, key=lambda row: float(row["cost"])) if len(affordable) > 1 else None,
        "best_clients": one(estimates, "best clients of a therapist").value,
        "icc_together": one(estimates, "ICC of all caseloads"),
        "icc_p": one(estimates, "p of ICCs").value,
        "misfits": [row for row in rows if row["misfit"] <= 0.05],
        "assurance_size": one(estimates, "smallest trial by assurance"),
    }


def _confirmed(plan: Plan, estimates: Estimates, fresh: pd.DataFrame) -> Facts:
    """Fresh trials of the smallest designs, and how those of the planned caseload compare with the wanted power."""
    rows: list[Facts] = []
    designs = fresh[["therapists", "clients", "trials"]].drop_duplicates(["therapists", "clients"])
    for therapists, clients, trials in designs.to_numpy(int).tolist():
        at = {"purpose": "confirm", "therapists": therapists, "clients": clients}
        key = {"arm": plan.main, "analysis": plan.analysis, **at}
        shares = {about: one(estimates, about, **key) for about in ("power", "type I error", "assurance")}
        rows.append({**at, "trials": trials, **shares})
    own = next((row for row in rows if row["clients"] == plan.planned.clients), {})
    wanted = 100.0 * plan.goal.wanted
    return {
        "confirmed": rows,
        "power_beyond": _less(own.get("power", UNKNOWN), wanted),
        "assurance_beyond": _less(own.get("assurance", UNKNOWN), wanted),
    }


def _closed_form(estimates: Estimates) -> Facts:
    """How simulated power compares with the closed form."""
    gaps = list(estimates.where(about="difference from closed form"))
    known = [row for row in gaps if row.estimate.known]
    largest = max(known, key=lambda row: abs(row.estimate.value), default=None)
    return {
        "gaps": len(gaps),
        "largest": {**largest.key, "gap": largest.estimate} if largest else None,
        "gap_p": one(estimates, "p of closed form").value,
        "gap_p_many": one(estimates, "p of closed form, many therapists"),
    }


def _control(plan: Plan, estimates: Estimates, name: str) -> Facts:
    """The effect of the main arm had the control been another, and what a trial would then need."""
    key = {"arm": plan.main, "control": name, "clients": plan.planned.clients}
    size = one(estimates, "closed-form smallest trial", **key)
    return {
        "control": name + (" (as planned)" if name == plan.control else ""),
        "effect": one(estimates, "effect", **key),
        "effect in SD": one(estimates, "effect in SD", **key),
        "power": one(estimates, "closed-form power", therapists=plan.planned.therapists, **key),
        "size": size,
        "clients in all": _whole(plan.all_clients(size.value, plan.planned.clients)),
    }
