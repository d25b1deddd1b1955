"""The figures: power and type I error at every size, and power under uncertain parameters."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from alliance_sim.figures.picture import Picture
from alliance_sim.figures.power import Lines, draw_assurance, draw_power
from alliance_sim.questions.frame.question import Question, Tables
from alliance_sim.questions.power.estimates import effects_under_draws
from alliance_sim.questions.power.people import CENTRE
from alliance_sim.questions.power.plan import TrialPlan, plan_of
from alliance_sim.questions.power.run import pick
from alliance_sim.stats.arm_effect import LABELS

NAIVE = "ignoring"
"""The analysis whose type I error is shown next to that of the planned one."""


def draw(question: Question, tables: Tables) -> Sequence[Picture]:
    """Both figures are of the main arm; none where most trials could not be analysed."""
    return pictures(plan_of(question), tables)


def pictures(plan: TrialPlan, tables: Tables) -> list[Picture]:
    """The figures of a plan."""
    lines = Lines(plan.goal.wanted, plan.level.alpha)
    points = pick(tables.estimates.frame, arm=plan.main, purpose="curve")
    planned = pick(points, analysis=plan.analysis)
    curves, made = tables.more["curves"], list[Picture]()
    if np.isfinite(pick(planned, about="power")["value"]).any():
        naive = NAIVE if NAIVE in plan.analyses and plan.analysis != NAIVE else ""
        power = planned[planned["about"].isin(["power", "type I error"])]
        ignoring = pick(points, about="type I error", analysis=naive) if naive else None
        smallest = pick(tables.estimates.frame, about="smallest trial")
        label = LABELS[naive] if naive else ""
        made.append(draw_power(power, ignoring, pick(curves, parameters=CENTRE), smallest, lines, label))
    own = pick(planned, clients=plan.planned.clients)
    if plan.draws and np.isfinite(pick(own, about="power")["value"]).any():
        own = own[own["about"].isin(["power", "assurance"])]
        key: dict[str, Any] = {"arm": plan.main, "control": plan.control, "clients": plan.planned.clients}
        centre = tables.estimates.get(about="effect in SD", **key).value
        effects = effects_under_draws(plan, tables.more["clinics"])
        curve = pick(curves, clients=plan.planned.clients)
        made.append(draw_assurance(own, curve, effects, centre, lines, plan.main))
    return made
