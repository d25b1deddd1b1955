"""Which trials are simulated, in order: true effects, coarse designs, the search, and fresh trials that confirm it."""

from functools import partial
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pandas as pd

from alliance_sim.experiment.kept import Stage
from alliance_sim.questions.frame.question import Question
from alliance_sim.questions.power.people import ARMS, CENTRE, NULL, POSTERIOR, Cell, Design
from alliance_sim.questions.power.plan import Plan, plan_of
from alliance_sim.questions.power.trials import Bench
from alliance_sim.questions.power.truth import measure_truth
from alliance_sim.stats.power_curve import Counts
from alliance_sim.stats.power_search import Searched, search


class Trials(NamedTuple):
    """What came of the simulated trials."""

    rows: pd.DataFrame  # of the designs of the curve and of fresh trials: a row a trial, arm and analysis, with p
    searched: dict[int, Searched]  # by clients of a therapist


class Simulated(NamedTuple):
    """What came of the simulation."""

    clinics: pd.DataFrame  # rows of `truth.measured`
    trials: Trials


def run(question: Question, folder: Path, workers: int, stage: Stage) -> Simulated:
    """Measure true effects, simulate trials of every size, and search the smallest that suffices."""
    plan = plan_of(question)
    clinics = measure_truth(plan, folder, workers, stage)
    bench = Bench(plan.people(), plan.analyses, plan.adjusted, plan.better, folder, workers, stage)
    return Simulated(clinics, simulate_trials(plan, bench))


def simulate_trials(plan: Plan, bench: Bench) -> Trials:
    """Simulate a planned trial at every size, and search the smallest design that has the wanted power."""
    numbers = range(1, plan.replicates + 1)
    rows = bench.run([(cell, numbers) for cell in plan.coarse()], "Simulating trials")
    searched = {m: _searched(plan, bench, rows, m) for m in plan.clients}
    found = {m: Design(each.smallest.therapists, m) for m, each in searched.items() if each.smallest.therapists}
    cheapest = min(found.values(), key=lambda design: plan.cost(*design), default=None)
    wanted = dict.fromkeys(each for each in (found.get(plan.planned.clients), cheapest) if each is not None)
    cells = [Cell(scenario, CENTRE, "confirm", design) for design in wanted for scenario in (ARMS, NULL)]
    cells += [Cell(ARMS, POSTERIOR, "confirm", design) for design in wanted if plan.draws]
    if cells:
        numbers = range(1, plan.goal.confirm + 1)
        fresh = bench.run([(cell, numbers) for cell in cells], "Confirming with fresh trials")
        rows = pd.concat([rows, fresh], ignore_index=True)
    return Trials(rows, searched)


def _searched(plan: Plan, bench: Bench, rows: pd.DataFrame, clients: int) -> Searched:
    """The search for one caseload, from the coarse designs on."""
    at = {"scenario": ARMS, "parameters": CENTRE, "arm": plan.main, "analysis": plan.analysis, "clients": clients}
    own = pick(rows, **at)
    by_size = own.assign(significant=own["p"] < plan.level.alpha).groupby("therapists")["significant"]
    counts = by_size.agg(["count", "sum"]).reset_index().astype(np.float64)
    coarse = Counts(*(counts[name].to_numpy() for name in ("therapists", "count", "sum")))
    return search(coarse, partial(_significant, plan, bench, clients), plan.goal, plan.level, plan.degrees)


def _significant(plan: Plan, bench: Bench, clients: int, therapists: int, numbers: range) -> int:
    """How many trials of a design are significant, of those that the search asks for."""
    cell = Cell(ARMS, CENTRE, "search", Design(therapists, clients))
    rows = bench.run([(cell, numbers)], f"Searching, {clients} clients each")
    return int((pick(rows, arm=plan.main, analysis=plan.analysis)["p"] < plan.level.alpha).sum())


def pick(table: pd.DataFrame, **at: object) -> pd.DataFrame:
    """The rows with these values."""
    for name, value in at.items():
        table = table[table[name] == value]
    return table
