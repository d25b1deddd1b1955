"""Which trials are simulated, in order: true effects, coarse designs, the search, and fresh trials that confirm it."""

from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pandas as pd

from alliance_sim.experiment.kept import Piece, Stage, StageSize, kept, key_of
from alliance_sim.experiment.workers import Workers
from alliance_sim.questions.frame.question import Question
from alliance_sim.questions.power.people import ARMS, CENTRE, NULL, POSTERIOR, Cell, Outcomes, People, TrialSize
from alliance_sim.questions.power.plan import TrialPlan, plan_of
from alliance_sim.questions.power.truth import CLINICS, DRAWN, measure_truth
from alliance_sim.stats.arm_effect import Tested, TrialData, analyse, p_values
from alliance_sim.stats.power_curve import Counts
from alliance_sim.stats.power_search import Searched, search

PIECE_CLIENTS = 400_000
"""Clients of all arms together in one piece of work: two seconds or three, nearly all of it for the simulation."""

CELL = ["scenario", "parameters", "purpose", "therapists", "clients"]
"""The first columns: those of the cell."""


class Bench(NamedTuple):
    """How trials are made: who takes part, how they are analysed, and where finished work is kept.

    Not through `frame.run`, whose arms share their clients.
    """

    source: People  # or a generator whose truth is known
    analyses: tuple[str, ...]  # the planned one first
    adjusted: bool  # for symptoms at intake
    better: int  # the sign of a good effect for a one-sided test; 0: two-sided
    folder: Path
    workers: Workers
    stage: Stage

    def run(self, wanted: Sequence[tuple[Cell, range]], label: str) -> pd.DataFrame:
        """Trials of these numbers in these cells, with the p of each; what is finished is not done again."""
        pieces = []
        for cell, numbers in wanted:
            size = max(20, PIECE_CLIENTS // (len(self.source.arms) * cell.design.therapists * cell.design.clients))
            for first in range(numbers.start, numbers.stop, size):
                part = range(first, min(first + size, numbers.stop))
                key = key_of(self.source.key, self.analyses, self.adjusted, cell, part.start, part.stop)
                pieces.append(Piece(key, (self.source, self.analyses, self.adjusted, cell, part), len(part)))
        advance = self.stage(label, sum(piece.steps for piece in pieces))
        rows = kept(analysed, pieces, self.folder / "pieces", self.workers, advance)
        columns = [rows[name].to_numpy(np.float64) for name in ("estimate", "error", "df")]
        return rows.assign(p=p_values(columns[0], columns[1], columns[2], self.better))


def analysed(source: People, analyses: tuple[str, ...], adjusted: bool, cell: Cell, numbers: range) -> pd.DataFrame:
    """Draw trials and analyse each of them in every way, each arm against the control.

    Columns: those of the cell, trial, arm, analysis, estimate, error, df, between, within, status, and known: the share
    of the clients of both arms whose outcome is known.
    """
    drawn = source.draw(cell, numbers)
    arms, names = source.arms[1:], ["trial", "arm", "analysis", *Tested._fields, "known"]
    found = []
    for k in range(1, len(source.arms)):
        data = data_of(drawn, k, adjusted)
        known = np.isfinite(data.outcome).mean(axis=(1, 2, 3))
        found += [[*analyse(name, data, source.crossed), known] for name in analyses]
    rows = len(numbers), len(arms), len(analyses)
    keys = (
        np.repeat(numbers, len(found)),
        np.tile(np.repeat(arms, rows[2]), rows[0]),
        np.tile(analyses, rows[0] * rows[1]),
    )
    columns = (np.stack(column, axis=1).ravel() for column in zip(*found, strict=True))
    values: tuple[str | int, ...] = (cell.scenario, cell.parameters, cell.purpose, *cell.design)
    table = pd.DataFrame(dict(zip(names, (*keys, *columns), strict=True)))
    return table.assign(**dict(zip(CELL, values, strict=True)))[[*CELL, *names]]


def data_of(drawn: Outcomes, arm: int, adjusted: bool) -> TrialData:
    """The clients of the control and of one arm in the trials that were drawn."""
    intake = drawn.intake[[0, arm], ..., None] if adjusted else np.empty((2, *drawn.intake.shape[1:], 0))
    return TrialData(*(np.ascontiguousarray(np.swapaxes(side, 0, 1)) for side in (drawn.outcome[[0, arm]], intake)))


class Trials(NamedTuple):
    """What came of the simulated trials."""

    rows: pd.DataFrame  # of the designs of the curve and of fresh trials: a row a trial, arm and analysis, with p
    searched: dict[int, Searched]  # by clients of a therapist


class SimulatedTrials(NamedTuple):
    """What came of the simulation."""

    clinics: pd.DataFrame  # rows of `truth.measured`
    trials: Trials


def run(question: Question, folder: Path, workers: Workers, stage: Stage) -> SimulatedTrials:
    """Measure true effects, simulate trials of every size, and search the smallest that suffices."""
    plan = plan_of(question)
    clinics = measure_truth(plan, folder, workers, stage)
    bench = Bench(plan.people(), plan.analyses, plan.adjusted, plan.better, folder, workers, stage)
    return SimulatedTrials(clinics, simulate_trials(plan, bench))


def simulate_trials(plan: TrialPlan, bench: Bench) -> Trials:
    """Simulate a planned trial at every size, and search the smallest design that has the wanted power."""
    numbers = range(1, plan.replicates + 1)
    rows = bench.run([(cell, numbers) for cell in plan.coarse()], "Simulating trials")
    searched = {m: _searched(plan, bench, rows, m) for m in plan.clients}
    found = {m: TrialSize(each.smallest.therapists, m) for m, each in searched.items() if each.smallest.therapists}
    cheapest = min(found.values(), key=lambda design: plan.cost(*design), default=None)
    wanted = dict.fromkeys(each for each in (found.get(plan.planned.clients), cheapest) if each is not None)
    cells = [Cell(scenario, CENTRE, "confirm", design) for design in wanted for scenario in (ARMS, NULL)]
    cells += [Cell(ARMS, POSTERIOR, "confirm", design) for design in wanted if plan.draws]
    if cells:
        numbers = range(1, plan.goal.confirm + 1)
        fresh = bench.run([(cell, numbers) for cell in cells], "Confirming with fresh trials")
        rows = pd.concat([rows, fresh], ignore_index=True)
    return Trials(rows, searched)


def _searched(plan: TrialPlan, bench: Bench, rows: pd.DataFrame, clients: int) -> Searched:
    """The search for one caseload, from the coarse designs on."""
    at = {"scenario": ARMS, "parameters": CENTRE, "arm": plan.main, "analysis": plan.analysis, "clients": clients}
    own = pick(rows, **at)
    by_size = own.assign(significant=own["p"] < plan.level.alpha).groupby("therapists")["significant"]
    counts = by_size.agg(["count", "sum"]).reset_index().astype(np.float64)
    coarse = Counts(*(counts[name].to_numpy() for name in ("therapists", "count", "sum")))
    return search(coarse, partial(_significant, plan, bench, clients), plan.goal, plan.level, plan.degrees)


def _significant(plan: TrialPlan, bench: Bench, clients: int, therapists: int, numbers: range) -> int:
    """How many trials of a design are significant, of those that the search asks for."""
    cell = Cell(ARMS, CENTRE, "search", TrialSize(therapists, clients))
    bench = bench._replace(analyses=(plan.analysis,))  # no other is asked about
    rows = bench.run([(cell, numbers)], f"Searching, {clients} clients each")
    return int((pick(rows, arm=plan.main, analysis=plan.analysis)["p"] < plan.level.alpha).sum())


def pick(table: pd.DataFrame, **at: object) -> pd.DataFrame:
    """The rows with these values."""
    for name, value in at.items():
        table = table[table[name] == value]
    return table


ANALYSIS = 20.0
"""What an analysis of a trial costs, measured, in simulated clients."""


def stages(question: Question) -> list[StageSize]:
    """True effects, trials of every size, the search and fresh trials; a trial costs by its clients and by analyses."""
    plan, section = plan_of(question), question.section
    cells = plan.coarse()
    clients = sum(plan.all_clients(*cell.design) for cell in cells) / len(cells)
    each = clients + ANALYSIS * len(plan.analyses) * len(plan.compared)
    clinics = len(plan.clients) * CLINICS
    sizes = (clinics + plan.draws / DRAWN) * len(plan.points) * section.true_clients / CLINICS
    return [
        StageSize("Measuring", clinics + plan.draws, sizes / (clinics + plan.draws)),
        StageSize("Simulating", len(cells) * plan.replicates, each),
        StageSize("Searching", len(plan.clients) * section.refine, each),
        StageSize("Confirming", (2 + bool(plan.draws)) * 2 * section.confirm, each),
    ]
