"""The simulation of a planned trial in order: what is true, coarse designs, the search, and the confirmation."""

from functools import partial
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pandas as pd

from alliance_sim.experiment.kept import Stage
from alliance_sim.questions.power.people import ALIKE, ARMS, CENTRE, POSTERIOR, Cell, Design, Source
from alliance_sim.questions.power.plan import Plan
from alliance_sim.questions.power.search import Goal, Searched, search
from alliance_sim.questions.power.section import Settings
from alliance_sim.questions.power.summary import assurance_curves, counts_of, curves, designs, pick, with_p
from alliance_sim.questions.power.trials import Bench
from alliance_sim.stats.power_curve import Curve, fit_curve


class Simulated(NamedTuple):
    """What came of the simulation."""

    trials: pd.DataFrame  # of the coarse designs, a row a trial, arm and analysis, with p
    designs: pd.DataFrame  # a row a cell, arm and analysis
    searched: dict[int, Searched]  # by clients of a therapist
    curves: dict[tuple[str, int], Curve]  # by arm and clients of a therapist; at the centre
    assurance: dict[tuple[str, int], Curve]  # the same, over the posterior; empty without one
    cheapest: Design | None  # of the smallest designs; None where no caseload has one


def simulate(plan: Plan, goal: Goal, costs: tuple[float, float], bench: Bench) -> Simulated:
    """Simulate a planned trial at every size, and search the smallest design that has the wanted power."""
    numbers = range(1, plan.replicates + 1)
    trials = with_p(bench.play([(cell, numbers) for cell in plan.coarse()], "Simulating trials"), plan)
    table = designs(trials, plan)
    searched = {m: _searched(plan, goal, bench, table, m) for m in plan.clients}
    found = {m: each.smallest.therapists for m, each in searched.items()}
    best = {m: Design(j, m) for m, j in found.items() if j is not None}
    cheapest = min(best.values(), key=lambda d: cost(plan, d, costs), default=None)
    fresh = _confirmed(plan, goal, bench, best, cheapest)
    table = pd.concat([table, *(designs(rows, plan) for rows in fresh)], ignore_index=True)
    over = assurance_curves(pd.concat([trials, *fresh], ignore_index=True), plan) if plan.draws else {}
    at_centre = curves(table, plan)
    at_centre |= {(plan.main, m): fit_curve(s.counts, plan.level, plan.degrees) for m, s in searched.items()}
    return Simulated(trials, table, searched, at_centre, over, cheapest)


def cost(plan: Plan, design: Design, costs: tuple[float, float]) -> float:
    """What a trial costs: therapists and clients of all arms, each at its price."""
    return costs[0] * plan.all_therapists(design) + costs[1] * plan.all_clients(design)


def _searched(plan: Plan, goal: Goal, bench: Bench, table: pd.DataFrame, clients: int) -> Searched:
    own = pick(table, world=ARMS, parameters=CENTRE, arm=plan.main, analysis=plan.analysis, clients=clients)
    simulated = partial(_significant, plan, bench, clients)
    return search(counts_of(own), simulated, goal, plan.level, plan.degrees)


def _significant(plan: Plan, bench: Bench, clients: int, therapists: int, numbers: range) -> int:
    """How many trials of a design are significant, of those that the search asks for."""
    cell = Cell(ARMS, CENTRE, "search", Design(therapists, clients))
    rows = with_p(bench.play([(cell, numbers)], f"Searching, {clients} clients each"), plan)
    p = pick(rows, arm=plan.main, analysis=plan.analysis)["p"].to_numpy(np.float64)
    return int(np.sum(p < plan.level.alpha))


def _confirmed(
    plan: Plan, goal: Goal, bench: Bench, best: dict[int, Design], cheapest: Design | None
) -> list[pd.DataFrame]:
    """Fresh trials, with p, of the designs found for the planned caseload and at the least cost, with and without
    effect; none where nothing was found.
    """
    wanted = list(dict.fromkeys(d for d in (best.get(plan.planned.clients), cheapest) if d is not None))
    if not wanted:
        return []
    cells = [Cell(world, CENTRE, "confirm", d) for d in wanted for world in (ARMS, ALIKE)]
    cells += [Cell(ARMS, POSTERIOR, "confirm", d) for d in wanted if plan.draws]
    rows = bench.play([(cell, range(1, goal.confirm + 1)) for cell in cells], "Confirming with fresh trials")
    return [with_p(rows, plan)]


def goal_of(settings: Settings, replicates: int) -> Goal:
    """What a section asks the search for."""
    return Goal(
        settings.wanted, settings.most_therapists, settings.close, settings.refine, settings.confirm, replicates
    )


def bench_of(plan: Plan, source: Source, folder: Path, workers: int, stage: Stage) -> Bench:
    """Where the trials of a plan are made."""
    return Bench(source, plan.analyses, plan.adjusted, folder, workers, stage)
